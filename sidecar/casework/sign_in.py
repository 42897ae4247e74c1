"""Somebody whom the LMS has sent comes in, is there, and leaves."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.engine import Row
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from sidecar.domain.access import StaffRole, Viewer
from sidecar.domain.accounts import IDLE
from sidecar.domain.launch import Sent, Target, grants_of, office_of, united, viewer_of, viewer_with
from sidecar.domain.plain_text import unturned
from sidecar.runtime import Runtime
from sidecar.store import logins, staff, timetable

LIFE: Final = timedelta(hours=12)  # a long day in class; the next launch is one click
_NOTED: Final = timedelta(seconds=60)  # between two notes that somebody is still there
_ROSTERED: Final = {StaffRole.ROOM_MANAGER: "room_manager", StaffRole.TRAINER: "trainer"}


class Used(Exception):
    """The launch has been used before: it opens a page once."""


@dataclass(frozen=True, slots=True)
class Launch:
    """The token that let somebody in, as far as it is kept: what is revoked later ends the login, too.

    Attributes:
        browser: what that browser shows at every launch.
    """

    jti: str
    issued_at: datetime
    browser: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is there: `grants` are those of the login and of what it carries."""

    id: str
    site_id: str
    person_id: str
    name: str
    locale: str
    csrf: str
    grants: Mapping[str, Any]


def sign_in(runtime: Runtime, target: Target, sent: Sent, launch: Launch, *, name: str, locale: str) -> str:
    """Let somebody in; returns what the cookie holds, of which only a hash is kept.

    The login that this browser had for the same pages ends: its cookie is about to be replaced. What the same person
    had by it, the new one carries, for as long as the launch that proved it would have been good.

    Raises:
        Used: a second time, from whomever.
    """
    now = runtime.clock()
    token = secrets.token_urlsafe(32)
    with runtime.db.write() as conn:
        if not logins.use_once(conn, sent.site_id, launch.jti, now):
            raise Used
        rostered = timetable.courses_of(
            conn, sent.site_id, sent.person_id, _ROSTERED.get(office_of(target, as_manager=sent.as_manager))
        )
        viewer = viewer_of(target, sent, rostered)
        values = {
            "site_id": sent.site_id,
            "person_id": sent.person_id,
            "name": unturned(name),
            "locale": "en" if locale.lower().startswith("en") else "ar",
            "target": target,
            "grants": grants_of(viewer),
            "csrf": secrets.token_urlsafe(24),
            "jti": launch.jti,
            "issued_at": launch.issued_at,
            "browser": logins.hashed(launch.browser),
            "created_at": now,
            "seen_at": now,
            "expires_at": now + LIFE,
        }
        logins.end_of_browser(conn, launch.browser, target, token, (sent.site_id, sent.person_id))
        logins.sign_in(conn, token, values)
        if target is not Target.MINE:
            named = {name: values[name] for name in ("name", "target", "seen_at")}
            logins.note_name(conn, named | {"viewer_key": viewer.key})
        if sent.course:  # watched from now on: its people and hours are asked for with the next sweep
            timetable.note_courses(conn, [{"site_id": sent.site_id, "course_id": sent.course, "seen_at": now}])
    return token


def come_back(
    runtime: Runtime, token: str, target: Target, valid_from: Mapping[str, datetime | None]
) -> SignedIn | None:
    """The login that a cookie opens for this target's pages, noted as being there; None when it is over.

    Args:
        valid_from: for each site, since when what it issues proves anything; another site proves nothing.
    """
    now = runtime.clock()
    with runtime.db.read() as conn:
        found = [row for row in logins.of_token(conn, token, now) if _proves(row, valid_from)]
    login = found[0] if found else None
    if login is None or login.carried_by is not None or login.target != target:
        return None
    if login.site_id == staff.LOCAL and now - login.seen_at > IDLE:
        return None
    if now - login.seen_at >= _NOTED:
        # Looking goes on where nothing can be written; then nobody notes that this person is here.
        with suppress(OperationalError, PoolTimeout), runtime.db.write() as conn:
            logins.seen(conn, login.id, now)
    grants = united([row.grants for row in found])
    return SignedIn(login.id, login.site_id, login.person_id, login.name, login.locale, login.csrf, grants)


def who_is(runtime: Runtime, login: SignedIn, target: Target) -> Viewer | None:
    """Who is behind a login now; None where the institute has ended what they did here.

    At the desk roles are what the institute says today, not what they were at the launch. Whom it has not named has
    what the LMS's capability for the desk brings.
    """
    viewer = viewer_with(f"{login.site_id}:{login.person_id}", login.grants)
    if target is not Target.DESK:
        return viewer
    with runtime.db.read() as conn:
        row = staff.get(conn, viewer.key)
    if row is None:
        return viewer if login.site_id != staff.LOCAL else None
    return staff.viewer_of(row) if row.active else None


def _proves(login: Row[Any], valid_from: Mapping[str, datetime | None]) -> bool:
    if login.site_id == staff.LOCAL:
        return True  # no site has vouched for it, so none can take that back
    since = valid_from.get(login.site_id)
    return login.site_id in valid_from and (since is None or login.issued_at >= since)


def speak(runtime: Runtime, login_id: str, locale: str) -> None:
    """Have the pages in another language from now on."""
    with runtime.db.write() as conn:
        logins.speak(conn, login_id, locale)


def sign_out(runtime: Runtime, login_id: str) -> None:
    """Leave."""
    with runtime.db.write() as conn:
        logins.sign_out(conn, login_id)
