"""Staff accounts: given, changed and ended by an administrator, or by the `nidaa people` command."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_
from sqlalchemy.engine import Connection, Row
from sqlalchemy.exc import IntegrityError

from sidecar.domain import accounts as rules
from sidecar.domain.access import StaffRole
from sidecar.domain.accounts import Account, Refused, Wrong
from sidecar.runtime import Runtime
from sidecar.store import credentials, staff
from sidecar.store.credentials import InThread, here


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works here, with the name they sign in by, if they do so here."""

    row: Row[Any]
    username: str | None


def everybody(runtime: Runtime) -> list[Person]:
    """All staff, by name."""
    with runtime.db.read() as conn:
        names = credentials.usernames(conn)
        return [Person(row, names.get(row.key)) for row in staff.everybody(conn)]


def one(runtime: Runtime, key: str) -> tuple[Person, list[Row[Any]]] | None:
    """Somebody, and what was changed of their account; None where there is nobody."""
    with runtime.db.read() as conn:
        row = staff.get(conn, key)
        if row is None:
            return None
        account = credentials.of_person(conn, key)
        return Person(row, account.username if account else None), credentials.changes(conn, key)


def add(
    runtime: Runtime, by: str, account: Account, *, username: str = "", password: str = "", sites: Collection[str],
    in_thread: InThread = here, number: uuid.UUID | None = None,
) -> tuple[str, str]:  # fmt: skip
    """Give somebody an account: a local one with `username`, else for whom the LMS sends under `account.lms_user`.

    Args:
        password: the first one, which its owner must change; made here where none is given.
        number: what makes a form that is sent twice one account.

    Returns:
        The person's key, and the first password (empty for who signs in at the LMS).

    Raises:
        Refused
    """
    now, username = runtime.clock(), rules.folded(username)
    faults = dict(_faults(runtime, account, sites))
    local = bool(username) or not account.lms_user
    if local:
        if fault := rules.wrong_username(username):
            faults["username"] = fault
        first = password or secrets.token_urlsafe(12)
        if password and (fault := rules.wrong_password(password, username)):
            faults["password"] = fault
    if faults:
        raise Refused(faults)
    key = f"{staff.LOCAL}:{(number or uuid.uuid4()).hex}" if local else account.lms_user
    hashed = str(in_thread(lambda: credentials.hashed(first))) if local else ""
    taken = Refused({"username" if local else "lms_user": Wrong.TAKEN})
    try:
        with runtime.db.write() as conn:
            if staff.get(conn, key) is not None or (local and credentials.of_username(conn, username) is not None):
                raise taken
            staff.put(conn, {"key": key, "active": True, **_values(account, local=local)}, by, now)
            if local:
                credentials.put(conn, key, username, hashed, now, must_change=True)
            credentials.changed(conn, key, by, "added", {"roles": sorted(account.roles)}, now)
    except IntegrityError:  # another form with the same name was faster by a moment
        raise taken from None
    return key, first if local else ""


def change(runtime: Runtime, by: str, key: str, account: Account, *, sites: Collection[str]) -> None:
    """Change who somebody is; it holds from their next request on.

    Raises:
        Refused; KeyError: there is nobody.
    """
    now, faults = runtime.clock(), dict(_faults(runtime, account, sites))
    if faults:
        raise Refused(faults)
    with runtime.db.write() as conn:
        before = _locked(conn, key)
        if StaffRole.ADMINISTRATOR in before.roles and StaffRole.ADMINISTRATOR not in account.roles:
            _not_the_last(conn, key)
        new = _values(account, local=credentials.is_local(key))
        fields = sorted(name for name, value in new.items() if value != getattr(before, name))
        if not fields:
            return
        staff.put(conn, {"key": key, "active": before.active, **new}, by, now)
        data = {"fields": fields, "roles_before": before.roles, "roles": new["roles"]}
        credentials.changed(conn, key, by, "changed", data, now)


def end(runtime: Runtime, by: str, key: str, *, active: bool = False) -> None:
    """End somebody's work here, at once; or let it go on again.

    Raises:
        Refused: oneself, or the last administrator. KeyError: there is nobody.
    """
    now = runtime.clock()
    if key == by and not active:
        raise Refused({"key": Wrong.ONESELF})
    with runtime.db.write() as conn:
        row = _locked(conn, key)
        if row.active == active:
            return
        if not active and StaffRole.ADMINISTRATOR in row.roles:
            _not_the_last(conn, key)
        values = {column.name: getattr(row, column.name) for column in staff.staff.c}
        staff.put(conn, values | {"active": active}, by, now)
        if not active:
            credentials.end_logins(conn, key)
        credentials.changed(conn, key, by, "back" if active else "ended", {}, now)


def reset(runtime: Runtime, by: str, key: str, *, password: str = "", in_thread: InThread = here) -> str:
    """Give somebody a new first password and end their logins; returns it, to be told once.

    Raises:
        Refused; KeyError: nobody who signs in here.
    """
    now = runtime.clock()
    with runtime.db.read() as conn:
        account = credentials.of_person(conn, key)
    if account is None:
        raise KeyError(key)
    if password and (fault := rules.wrong_password(password, account.username)):
        raise Refused({"password": fault})
    first = password or secrets.token_urlsafe(12)
    hashed = str(in_thread(lambda: credentials.hashed(first)))
    with runtime.db.write() as conn:
        credentials.put(conn, key, account.username, hashed, now, must_change=True)
        credentials.end_logins(conn, key)
        credentials.changed(conn, key, by, "password_reset", {}, now)
    return first


def sign_out_everywhere(runtime: Runtime, by: str, key: str) -> int:
    """End whatever somebody is signed in to; returns how many logins."""
    with runtime.db.write() as conn:
        ended = credentials.end_logins(conn, key)
        credentials.changed(conn, key, by, "signed_out", {"logins": ended}, runtime.clock())
    return ended


def _faults(runtime: Runtime, account: Account, sites: Collection[str]) -> Mapping[str, Wrong]:
    policy = runtime.policy
    return rules.wrong(account, departments=policy.departments, bodies=policy.bodies, sites=sites)


def _values(account: Account, *, local: bool) -> dict[str, Any]:
    return {
        "name": account.name.strip(), "email": account.email.strip() or None, "phone": account.phone.strip() or None,
        "locale": "en" if account.locale == "en" else "ar", "roles": sorted(account.roles),
        "departments": sorted(account.departments), "body": account.body or None,
        "lms_user": (account.lms_user or None) if local else None,
    }  # fmt: skip


def _locked(conn: Connection, key: str) -> Row[Any]:
    """Somebody's row, and everybody's turn: two administrators who end each other at once are one after the other."""
    everybody = staff.staff.select().where(or_(staff.staff.c.key == key, staff.staff.c.active))
    rows = {row.key: row for row in conn.execute(everybody.order_by(staff.staff.c.key).with_for_update())}
    return rows[key]


def _not_the_last(conn: Connection, key: str) -> None:
    if all(row.key == key for row in staff.holders(conn, StaffRole.ADMINISTRATOR)):
        raise Refused({"roles": Wrong.LAST})
