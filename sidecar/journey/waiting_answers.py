"""What trainees sent waits for their trainer: the course's staff are told how many, at most once a day, and no value.

Whoever was told and leaves it waiting is not told of the same again: the list of courses and the roster show it.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

import structlog

from sidecar.domain.escalation import quiet_window_containing
from sidecar.domain.steps import Lane, Step
from sidecar.runtime import Runtime
from sidecar.store import outbox, recipients, roster, roster_notes, sent_data, tellings

log = structlog.get_logger(__name__)

_CAUSE: Final = "waiting"
_UNSEEN: Final = timedelta(minutes=1)  # what was sent just before the last message may not have been there to count


def tell(runtime: Runtime) -> int:
    """Tell the staff of every course in which something new waits; returns of how many courses."""
    now, policy = runtime.clock(), runtime.policy
    if quiet_window_containing(policy.quiet_hours, policy.timezone, now):
        return 0
    today = datetime.combine(now.astimezone(runtime.zone).date(), time(), runtime.zone)
    with runtime.db.read() as conn:
        waiting, told = sent_data.waits_anywhere(conn), roster_notes.last_told(conn, _CAUSE)
    done = 0
    for course, people, last in waiting:
        before = told.get(course)
        if course[0] in runtime.lms and (before is None or (before < today and before - _UNSEEN <= last)):
            done += _tell(runtime, course, people, today)
    if done:
        runtime.wake(Lane.NOTIFY)
    return done


def _tell(runtime: Runtime, course: roster.Course, people: int, today: datetime) -> bool:
    now = runtime.clock()
    with runtime.db.write() as conn:
        staff = roster_notes.staff_of(conn, course)
        if not staff:
            return False  # somebody may be assigned yet: it is looked at again
        if not roster_notes.told_of(conn, course, _CAUSE, today, now):
            return False  # another worker was faster
        values = {
            "course_id": course[1], "cause": "staff", "message": _CAUSE, "text": str(people), "author": "nidaa",
            "link": f"{runtime.base_url}/roster/{course[1]}",
        }  # fmt: skip
        number, _people = tellings.tell(conn, values, recipients.of_staff(conn, staff), now)
        roster_notes.told_by(conn, course, _CAUSE, today, number)
        outbox.put(conn, Step.TELL, [str(number)], now)
    return True
