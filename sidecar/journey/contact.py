"""How the institute can be reached now: the policy, and the live classes during which its contact centre is open."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from sidecar.domain import contact
from sidecar.domain.calendar import Window
from sidecar.domain.contact import Hours, Way
from sidecar.runtime import Runtime
from sidecar.store import timetable

log = structlog.get_logger(__name__)

# Holidays close the centre for four days; the next opening lies within, or is a class that stands in the timetable.
_AHEAD = timedelta(days=21)


def ways(runtime: Runtime, public_page: str) -> tuple[datetime, Hours, list[Way]]:
    """Now, the contact centre's hours, and every way of reaching the institute."""
    now = runtime.clock()
    sessions = _classes(runtime, now)
    office = runtime.policy.offices[contact.CENTRE]
    hours = contact.hours_of(runtime.policy.calendars[office.calendar], now, sessions)
    return now, hours, contact.ways(runtime.policy, now, sessions, public_page)


def _classes(runtime: Runtime, now: datetime) -> list[Window]:
    """Live classes from now on; none while the database is away, since the numbers are needed most just then."""
    try:
        with runtime.db.read() as conn:
            return timetable.windows(conn, now, now + _AHEAD)
    except SQLAlchemyError as error:
        log.warning("contact_without_timetable", error=type(error).__name__)
        return []
