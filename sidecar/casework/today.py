"""The day as it stands for somebody at the desk: what the morning digest says, at any hour (P7, P8)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sidecar.domain import morning as rules
from sidecar.domain.access import Viewer
from sidecar.domain.contact import CENTRE
from sidecar.runtime import Runtime
from sidecar.store import morning, timetable
from sidecar.store.morning import Digest

_AHEAD: Final = timedelta(days=14)


def today(runtime: Runtime, viewer: Viewer) -> Digest:
    """What the day holds for this person's desks."""
    now, policy = runtime.clock(), runtime.policy
    calendar = policy.calendars[policy.offices[CENTRE].calendar]
    with runtime.db.read() as conn:
        day = rules.day_of(calendar, now, timetable.windows(conn, now, now + _AHEAD))
        return morning.of(conn, viewer, rules.desks_of(viewer), day, now)
