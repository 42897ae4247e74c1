"""The sweep before it hurts: what is missing is told before a course ends, and who never came in before it begins.

Trainer and room manager are told once for each date, with the list. It waits for facts that `journey/roster` fetches.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from sidecar.domain.roster import Standing
from sidecar.domain.steps import Lane, Step
from sidecar.runtime import Runtime
from sidecar.store import outbox, recipients, roster, roster_notes, tellings

log = structlog.get_logger(__name__)

_FRESH: Final = timedelta(hours=12)  # facts that are older are fetched before anybody is told by them
_LISTED: Final = 40  # people that a message names; the page names all
_MOST: Final = 20  # courses a sweep


def look_ahead(runtime: Runtime) -> int:
    """Tell whom it concerns of courses that end or begin soon; returns how many times somebody was told."""
    now, rules = runtime.clock(), runtime.policy.certificate
    told = 0
    for cause, days in (("ending", rules.sweep_days), ("never_in", rules.login_days)):
        before = timedelta(days=days)
        with runtime.db.read() as conn:
            due = [one for one in roster_notes.due(conn, cause, now, now + before) if one[0][0] in runtime.lms]
        tried = 0
        for course, due_at in due:
            # What is in order, or whose LMS is silent, holds up none of the others.
            done = _tell(runtime, course, cause, due_at)
            told += done
            tried += done
            if tried >= _MOST:
                break
    if told:
        runtime.wake(Lane.NOTIFY)
    return told


def _tell(runtime: Runtime, course: roster.Course, cause: str, due_at: datetime) -> bool:
    now = runtime.clock()
    with runtime.db.read() as conn:
        state = roster.state(conn, course)
        lines = _lines(conn, course, cause)
        staff = roster_notes.staff_of(conn, course)
    if state is None or state.fetched_at is None or state.fetched_at < now - _FRESH:
        if state is None or state.wanted_at is None:
            with runtime.db.write() as conn:
                roster.want(conn, *course, now)
        return False
    if not lines:
        return False  # what is in order today may not be so tomorrow: it is looked at again
    if not staff:
        log.warning("nobody_to_tell", what=cause, site=course[0], course=course[1])
        return False  # somebody may be assigned yet: it is looked at again
    with runtime.db.write() as conn:
        if not roster_notes.told_of(conn, course, cause, due_at, now):
            return False
        day = due_at.astimezone(runtime.zone).isoformat()
        values = {
            "course_id": course[1], "cause": "staff", "message": cause, "text": "\n".join((day, *lines)),
            "author": "nidaa",
        }  # fmt: skip
        number, _people = tellings.tell(conn, values, recipients.of_staff(conn, staff), now)
        roster_notes.told_by(conn, course, cause, due_at, number)
        outbox.put(conn, Step.TELL, [str(number)], now)
    return True


def _lines(conn: Any, course: roster.Course, cause: str) -> Sequence[str]:
    """A name, and behind it the gaps, for each whom it is about."""
    if cause == "never_in":
        rows, count = roster.never_in(conn, course), None
        lines = [_plain(row.name) for row in rows[:_LISTED]]
    else:
        wanted = roster.Wanted(standing=(Standing.GAP,))
        count = roster.counted(conn, course, wanted)
        rows = roster.people(conn, course, wanted, limit=_LISTED)
        lines = ["\t".join((_plain(row.name), *(item["gap"] for item in row.checklist if item["gap"]))) for row in rows]
    more = (len(rows) if count is None else count) - len(lines)
    return [*lines, f"+{more}"] if more > 0 else lines


def _plain(name: str) -> str:
    return " ".join(name.split())
