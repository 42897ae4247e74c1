"""Signing in here, by name and password, for staff without an LMS account; and one's own password."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Final

from sidecar.domain import accounts as rules
from sidecar.domain.accounts import Refused, Wrong
from sidecar.domain.launch import Target, grants_of
from sidecar.runtime import Runtime
from sidecar.store import credentials, logins, staff
from sidecar.store.credentials import InThread, here

LIFE: Final = timedelta(hours=12)


class TooMany(Exception):
    """Too many tries; `until` when the next one counts."""

    def __init__(self, until: datetime) -> None:
        super().__init__("too many tries")
        self.until = until


class WrongPassword(Exception):
    """No such name, or another password, or an account that was ended: they look the same."""


def sign_in(
    runtime: Runtime, username: str, password: str, *, address: str, browser: str, in_thread: InThread = here
) -> str:
    """Let somebody in by name and password; returns what the cookie holds.

    Args:
        address: where the request comes from; kept as a keyed hash for as long as it counts.
        browser: what this browser shows at every launch.

    Raises:
        WrongPassword, TooMany
    """
    now, username = runtime.clock(), rules.folded(username)[:64]
    by_name, by_address = (_bucket(runtime, *what) for what in (("name", username), ("address", address)))
    # Counted before the password is looked at, and forgiven after: a hundred guesses at once are a hundred.
    with runtime.db.write() as conn:
        for bucket, most in ((by_name, rules.PER_NAME), (by_address, rules.PER_ADDRESS)):
            count, first = credentials.tries(conn, bucket, now - rules.WINDOW)
            if count >= most and first is not None:
                raise TooMany(first + rules.WINDOW)
        credentials.failed(conn, (by_name, by_address), now)
        account = credentials.of_username(conn, username)
        row = staff.get(conn, account.staff_key) if account else None
    sound = in_thread(lambda: credentials.matches(account.password_hash if account else None, password))
    if not sound or account is None or row is None or not row.active:
        raise WrongPassword
    newer = in_thread(lambda: credentials.hashed(password)) if credentials.is_old(account.password_hash) else None
    token = secrets.token_urlsafe(32)
    with runtime.db.write() as conn:
        now_has = credentials.of_username(conn, username)
        if now_has is None or now_has.password_hash != account.password_hash:
            raise WrongPassword  # it was changed while this was looked at
        credentials.forgiven(conn, by_name)
        credentials.forgiven(conn, by_address, at=now)
        if newer is not None:
            credentials.rehashed(conn, row.key, newer)
        person_id = row.key.partition(":")[2]
        logins.end_of_browser(conn, browser, Target.DESK, token, ("", ""))
        values = {
            "site_id": staff.LOCAL, "person_id": person_id, "name": row.name, "locale": row.locale,
            "target": Target.DESK, "grants": grants_of(staff.viewer_of(row)), "csrf": secrets.token_urlsafe(24),
            "jti": token[:8], "issued_at": now, "browser": logins.hashed(browser), "created_at": now, "seen_at": now,
            "expires_at": now + LIFE,
        }  # fmt: skip
        logins.sign_in(conn, token, values)
    return token


def must_change(runtime: Runtime, key: str) -> bool:
    """Whether somebody has a password that another one knows."""
    if not credentials.is_local(key):
        return False
    with runtime.db.read() as conn:
        account = credentials.of_person(conn, key)
    return bool(account and account.must_change)


def own_password(runtime: Runtime, key: str, old: str, new: str, *, login_id: str, in_thread: InThread = here) -> None:
    """Change one's own password; every other login of the account ends.

    Raises:
        Refused; KeyError: somebody who signs in at the LMS.
    """
    now = runtime.clock()
    bucket = _bucket(runtime, "own", key)
    with runtime.db.write() as conn:
        account = credentials.of_person(conn, key)
        if account is None:
            raise KeyError(key)
        count, first = credentials.tries(conn, bucket, now - rules.WINDOW)
        if count >= rules.PER_NAME and first is not None:
            raise TooMany(first + rules.WINDOW)
        credentials.failed(conn, [bucket], now)
    if not in_thread(lambda: credentials.matches(account.password_hash, old)):
        raise Refused({"old": Wrong.UNKNOWN})
    if fault := rules.wrong_password(new, account.username):
        raise Refused({"new": fault})
    if new == old:
        raise Refused({"new": Wrong.SAME})
    hashed = str(in_thread(lambda: credentials.hashed(new)))
    with runtime.db.write() as conn:
        now_has = credentials.of_person(conn, key)
        if now_has is None or now_has.password_hash != account.password_hash:
            raise Refused({"old": Wrong.UNKNOWN})  # an administrator gave another one meanwhile
        credentials.forgiven(conn, bucket)
        credentials.put(conn, key, account.username, hashed, now, must_change=False)
        credentials.end_logins(conn, key, but=login_id)
        credentials.changed(conn, key, key, "own_password", {}, now)


def _bucket(runtime: Runtime, what: str, value: str) -> str:
    return hmac.digest(runtime.tracking_secret, f"tries {what} {value}".encode(), "sha256").hex()
