"""Reminding trainees of what they can mend themselves, in one click, each of the own gaps; with a receipt (P3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from sidecar.domain.access import Viewer
from sidecar.domain.roster import to_mend
from sidecar.domain.steps import Lane, Step
from sidecar.runtime import Runtime
from sidecar.store import outbox, permitted, recipients, roster, roster_courses, roster_notes, tellings

AT_MOST: Final = 2000
_TOGETHER: Final = 100  # people a telling, and a transaction


@dataclass(frozen=True, slots=True)
class Reminded:
    """How many are told; `lately` were reminded of the same a short while ago, `nothing` have nothing to mend."""

    told: int
    lately: int
    nothing: int


@dataclass(frozen=True, slots=True)
class ToRemind:
    """Somebody who would be reminded now, and of what."""

    name: str
    gaps: tuple[str, ...]


def whom(runtime: Runtime, viewer: Viewer, course: roster.Course, person_ids: Collection[str] | None) -> list[ToRemind]:
    """Whom `remind` would tell something now; nobody is told.

    Raises:
        permitted.Unseen: as of `remind`.
    """
    since = runtime.clock() - runtime.policy.roster.remind_again
    with runtime.db.read() as conn:
        _sight, rows = permitted.on_roster(conn, viewer, course, person_ids, AT_MOST)
        before = roster_notes.reminded(conn, course, since)
    found = ((row, to_mend(row.checklist)) for row in rows)
    return [ToRemind(row.name, gaps) for row, gaps in found if gaps and not _has_it(before.get(row.person_id), gaps)]


def remind(runtime: Runtime, viewer: Viewer, course: roster.Course, person_ids: Collection[str] | None) -> Reminded:
    """Remind these people, or with None everybody who has something to mend; twice the same within a day is once.

    Raises:
        permitted.Unseen: it is no course of the viewer's, or of these people nobody is theirs.
    """
    now = runtime.clock()
    since = now - runtime.policy.roster.remind_again
    with runtime.db.read() as conn:
        _sight, rows = permitted.on_roster(conn, viewer, course, person_ids, AT_MOST)
    wanted: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for row in rows:
        if gaps := to_mend(row.checklist):
            wanted[gaps].append(row.person_id)
    told = lately = 0
    for gaps, people in sorted(wanted.items()):
        for some in (people[i : i + _TOGETHER] for i in range(0, len(people), _TOGETHER)):
            with runtime.db.write() as conn:
                roster_courses.in_turn(conn, course)  # a second click meanwhile waits, and finds who is reminded
                before = roster_notes.reminded(conn, course, since)
                new = [one for one in some if not _has_it(before.get(one), gaps)]
                lately += len(some) - len(new)
                if new:
                    told += _tell(conn, viewer, course, gaps, new, runtime.way_in(course[0], "mine", course[1]), now)
    if told:
        runtime.wake(Lane.NOTIFY)
    return Reminded(told, lately, len(rows) - told - lately)


def _has_it(last: Any, gaps: tuple[str, ...]) -> bool:
    """Whether the last reminder said the same, and has not failed to reach the person."""
    return last is not None and last.gaps == "|".join(gaps) and last.state != "failed"


def _tell(
    conn: Any, viewer: Viewer, course: roster.Course, gaps: tuple[str, ...], people: list[str], link: str | None,
    now: Any,
) -> int:  # fmt: skip
    values = {
        "course_id": course[1], "cause": "staff", "message": "remind", "text": "\n".join(gaps), "author": viewer.key,
        "link": link,
    }  # fmt: skip
    number, told = tellings.tell(conn, values, recipients.of_staff(conn, [(course[0], one) for one in people]), now)
    rows = [
        {"telling_id": number, "site_id": course[0], "course_id": course[1], "person_id": one, "gaps": "|".join(gaps),
         "at": now}
        for one in people
    ]  # fmt: skip
    roster_notes.remind(conn, rows)
    outbox.put(conn, Step.TELL, [str(number)], now)
    return told
