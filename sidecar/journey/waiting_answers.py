"""What trainees sent waits for their trainer: the course's staff are told how many, at most once a day, and no value.

Whoever was told and leaves it waiting is not told of the same again: the list of courses and the roster show it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy.engine import Connection

from sidecar.domain.access import Groups
from sidecar.domain.escalation import quiet_window_containing
from sidecar.domain.roster import groups_of
from sidecar.domain.steps import Lane, Step
from sidecar.runtime import Runtime
from sidecar.store import outbox, recipients, roster, roster_told, sent_data, tellings

_CAUSE: Final = "waiting"
_UNSEEN: Final = timedelta(minutes=1)  # what was sent just before the last message may not have been there to count


def tell(runtime: Runtime) -> int:
    """Tell the staff of every course in which something new waits; returns how many messages that were."""
    now, policy = runtime.clock(), runtime.policy
    if quiet_window_containing(policy.quiet_hours, policy.timezone, now):
        return 0
    today = datetime.combine(now.astimezone(runtime.zone).date(), time(), runtime.zone)
    with runtime.db.read() as conn:
        waiting = [course for course in sent_data.waits_anywhere(conn) if course[0] in runtime.lms]
    done = sum(_tell(runtime, course, today) for course in waiting)
    if done:
        runtime.wake(Lane.NOTIFY)
    return done


def _tell(runtime: Runtime, course: roster.Course, today: datetime) -> int:
    """Each of its staff is told of those whom the LMS shows them; where it does not say whom, of how many in all."""
    now, done = runtime.clock(), 0
    with runtime.db.read() as conn:
        sights, told = roster_told.sights(conn, course), roster_told.last(conn, course, _CAUSE)
        of_whom = {groups: sent_data.waits_for(conn, course, groups) for groups in map(_groups, sights.values())}
    for groups, (people, last) in of_whom.items():
        new = [
            person for person, sight in sights.items()
            if _groups(sight) == groups and people and last is not None and _is_news(told.get(person), last, today)
        ]  # fmt: skip
        if new:
            with runtime.db.write() as conn:
                done += _say(conn, runtime, course, new, people, today, now)
    return done


def _groups(sight: str | None) -> Groups:
    return None if sight is None else groups_of(sight)


def _is_news(before: datetime | None, last: datetime, today: datetime) -> bool:
    return before is None or (before < today and before - _UNSEEN <= last)


def _say(
    conn: Connection, runtime: Runtime, course: roster.Course, staff: Sequence[str], people: int, today: datetime,
    now: datetime,
) -> bool:  # fmt: skip
    whom = roster_told.mark(conn, course, _CAUSE, today, staff, now)
    if not whom:
        return False  # another worker was faster
    values = {
        "course_id": course[1], "cause": "staff", "message": _CAUSE, "text": str(people), "author": "nidaa",
        "link": runtime.way_in(course[0], "roster", course[1]) or f"{runtime.base_url}/roster/{course[1]}",
    }  # fmt: skip
    number, _all = tellings.tell(conn, values, recipients.of_staff(conn, [(course[0], one) for one in whom]), now)
    roster_told.by(conn, course, _CAUSE, today, whom, number)
    outbox.put(conn, Step.TELL, [str(number)], now)
    return True
