"""How the institute can be reached now: the policy, and the live classes during which its contact centre is open."""

from __future__ import annotations

from datetime import datetime, timedelta

from sidecar.domain import contact
from sidecar.domain.contact import Hours, Way
from sidecar.runtime import Runtime
from sidecar.store import timetable

_AHEAD = timedelta(days=8)  # the next opening of a week's calendar lies within


def ways(runtime: Runtime, public_page: str) -> tuple[datetime, Hours, list[Way]]:
    """Now, the contact centre's hours, and every way of reaching the institute."""
    now = runtime.clock()
    with runtime.db.read() as conn:
        sessions = timetable.windows(conn, now, now + _AHEAD)
    office = runtime.policy.offices[contact.CENTRE]
    hours = contact.hours_of(runtime.policy.calendars[office.calendar], now, sessions)
    return now, hours, contact.ways(runtime.policy, now, sessions, public_page)
