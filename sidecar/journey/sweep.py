"""The sweep before it hurts: what is missing is told before a course ends, and who never came in before it begins.

Trainer and room manager are told once for each date, each with the list of those whom the LMS shows them. It waits for
facts that `journey/roster` fetches.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.engine import Connection

from sidecar.domain.roster import Standing, groups_of
from sidecar.domain.steps import Lane, Step
from sidecar.runtime import Runtime
from sidecar.store import outbox, recipients, roster, roster_courses, roster_told, tellings

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
            due = [one for one in roster_told.due(conn, cause, now, now + before) if one[0][0] in runtime.lms]
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
        state = roster_courses.state(conn, course)
        sights = roster_told.sights(conn, course)
    if state is None or state.wanted_at or state.fetched_at is None or state.fetched_at < now - _FRESH:
        # While they are asked for anew, nobody is told by the old ones: once told is told.
        if state is None or state.wanted_at is None:
            with runtime.db.write() as conn:
                roster_courses.want(conn, *course, now)
        return False
    if not sights:
        log.warning("nobody_to_tell", what=cause, site=course[0], course=course[1])
        return False  # somebody may be assigned yet: it is looked at again
    with runtime.db.read() as conn:
        told = roster_told.already(conn, course, cause, due_at)
        waiting: dict[str | None, list[str]] = {}
        for person in sights.keys() - told:
            waiting.setdefault(sights[person], []).append(person)
        lines = {sight: _lines(conn, course, cause, sight) for sight in waiting}
    # Whose list is empty is marked by nothing: what is in order today may not be so tomorrow.
    if not any(lines.values()):
        return False
    with runtime.db.write() as conn:
        done = [_list(conn, runtime, course, cause, due_at, waiting[one], lines[one]) for one in lines if lines[one]]
    return any(done)


def _list(
    conn: Connection, runtime: Runtime, course: roster.Course, cause: str, due_at: datetime, people: Sequence[str],
    lines: Sequence[str],
) -> bool:  # fmt: skip
    """Tell some of the staff, who see the same people, of the same list."""
    now = runtime.clock()
    whom = roster_told.mark(conn, course, cause, due_at, people, now)
    if not whom:
        return False
    day = due_at.astimezone(runtime.zone).isoformat()
    values = {
        "course_id": course[1], "cause": "staff", "message": cause, "text": "\n".join((day, *lines)), "author": "nidaa",
    }  # fmt: skip
    number, _all = tellings.tell(conn, values, recipients.of_staff(conn, [(course[0], one) for one in whom]), now)
    roster_told.by(conn, course, cause, due_at, whom, number)
    outbox.put(conn, Step.TELL, [str(number)], now)
    return True


def _lines(conn: Connection, course: roster.Course, cause: str, sight: str | None) -> Sequence[str]:
    """A name, and behind it the gaps, for each whom it is about; of whom one may not see, nobody is named.

    Args:
        sight: whom its reader sees; None: the LMS does not tell, so that their number is all there is to say.
    """
    groups = groups_of(sight) if sight is not None else None
    wanted = roster.Wanted(standing=(Standing.GAP,), groups=groups)
    if cause == "never_in":
        wanted = roster.Wanted(never_in=True, groups=groups)
    count = roster.counted(conn, course, wanted)
    rows = [] if sight is None else roster.people(conn, course, wanted, limit=_LISTED)
    gaps = [() if cause == "never_in" else [item["gap"] for item in row.checklist if item["gap"]] for row in rows]
    lines = ["\t".join((_plain(row.name), *of)) for row, of in zip(rows, gaps, strict=True)]
    return [*lines, f"+{count - len(lines)}"] if count > len(lines) else lines


def _plain(name: str) -> str:
    return " ".join(name.split())
