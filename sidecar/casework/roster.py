"""A course's roster as its trainer or room manager sees it: people, how they stand, what was done about it (P3, P11).

Each look is a row. It is read from what was fetched before; a look at facts that are old has them fetched again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy.engine import Connection, Row

from sidecar.domain.access import Groups, Sight, StaffRole, Viewer, roster_sight
from sidecar.runtime import Runtime
from sidecar.store import permitted, registry, roster, roster_courses, roster_notes, sent_data, tellings

PAGE: Final = 50
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Roster:
    """One page of a roster.

    Attributes:
        rows: its people (`store/roster.people`).
        total: how many the filter leaves; `counts` how many stand how, whatever the filter.
        flagged: of these people, their open certificate cases: number, state, gaps.
        sent: data that they sent, and nobody has confirmed yet.
        reminded: their last reminders. `receipts`: the conditions that they got.
        to_confirm: of how many people data waits, wherever on the list they stand.
        groups: the groups whose people these are; None: everybody of the course.
        people: how many there are; of some groups, only those of whom something was fetched are known to be in them.
        waiting: whether facts are being fetched. `failed`: why the last time they could not be.
    """

    course: Row[Any] | None
    office: StaffRole
    groups: Groups
    rows: Sequence[Row[Any]]
    total: int
    counts: Mapping[str, int]
    flagged: Mapping[str, tuple[int, str, set[str]]]
    reminded: Mapping[str, Row[Any]]
    receipts: Mapping[str, Row[Any]]
    sent: Mapping[str, Sequence[Row[Any]]]
    to_confirm: int
    people: int
    fetched_at: datetime | None
    waiting: bool
    failed: str


@dataclass(frozen=True, slots=True)
class Course:
    """A course in the list of one's own."""

    course_id: str
    about: Row[Any] | None
    counts: Mapping[str, int]
    to_confirm: int


def mine(runtime: Runtime, viewer: Viewer, site_id: str) -> list[Course]:
    """One's own courses: those that end first, first."""
    own = viewer.courses | viewer.managed | {course for course, _group in viewer.grouped}
    keys = [(site_id, key.removeprefix(f"{site_id}:")) for key in own if key.startswith(f"{site_id}:")]
    sights = {key: roster_sight(viewer, *key) for key in keys}
    allowed: dict[roster.Course, Groups] = {key: sight.groups for key, sight in sights.items() if sight is not None}
    with runtime.db.read() as conn:
        titles = roster_notes.titles(conn, allowed)
        counts = roster.standings(conn, allowed)
        sent = sent_data.waits_in(conn, allowed)
    found = [Course(key[1], titles.get(key), counts.get(key, {}), sent.get(key, 0)) for key in allowed]
    far = datetime.max.replace(tzinfo=runtime.clock().tzinfo)
    return sorted(found, key=lambda one: ((one.about and one.about.ends_at) or far, one.course_id))


def look(
    runtime: Runtime, viewer: Viewer, course: roster.Course, wanted: roster.Wanted, *, page: int = 1,
    what: str = "view", everybody: bool = False, to_confirm: bool = False,
) -> Roster:  # fmt: skip
    """One page of it, or all of it for a sheet; the look is kept.

    Args:
        what: one of `roster_notes.LOOKS`; empty when a page looks again by itself.
        to_confirm: only those of whom data waits for the viewer.

    Raises:
        permitted.Unseen: it is no course of the viewer's.
    """
    sight = sight_of(viewer, course)
    now = runtime.clock()
    if to_confirm:
        wanted = replace(wanted, among=sent_data.who_waits(course))
    with runtime.db.read() as conn:
        found = _read(conn, runtime, course, replace(wanted, groups=sight.groups), sight, None if everybody else page)
        stale = max(now - runtime.policy.roster.stale_after, registry.changed_at(conn) or _LONG_AGO)
        old = found.fetched_at is None or found.fetched_at < stale
        old = (old and not found.failed) or roster.judged_otherwise(conn, course, runtime.policy.digest)
    if what or (old and not found.waiting):
        with runtime.db.write() as conn:
            if what:
                roster_notes.looked(conn, viewer.key, what, course, now)
            if old and not found.waiting and course[0] in runtime.lms:
                roster_courses.want(conn, *course, now)
                found = replace(found, waiting=True)  # so that the very first look says that it comes, and waits for it
    return found


def _read(
    conn: Connection, runtime: Runtime, course: roster.Course, wanted: roster.Wanted, sight: Sight,
    page: int | None,
) -> Roster:  # fmt: skip
    total = roster.counted(conn, course, wanted)
    limit, offset = (None, 0) if page is None else (PAGE, (max(1, page) - 1) * PAGE)
    rows = roster.people(conn, course, wanted, limit=limit, offset=offset)
    ids = [row.person_id for row in rows]
    state = roster_courses.state(conn, course)
    counts = roster.standings(conn, {course: sight.groups}).get(course, {})
    everybody = roster_notes.number_of_trainees(conn, course) if sight.groups is None else sum(counts.values())
    return Roster(
        course=roster_notes.course(conn, course),
        office=sight.office,
        groups=sight.groups,
        rows=rows,
        total=total,
        counts=counts,
        flagged=roster_notes.flagged(conn, course, ids),
        reminded=roster_notes.reminded(conn, course, runtime.clock() - _remembered(runtime)),
        receipts=roster_notes.receipts(conn, course),
        sent=sent_data.waiting(conn, course, ids),
        to_confirm=sent_data.waits_in(conn, {course: sight.groups}).get(course, 0),
        people=everybody,
        fetched_at=state.fetched_at if state else None,
        waiting=bool(state and state.wanted_at),
        failed=state.failed if state else "",
    )


def _remembered(runtime: Runtime) -> Any:
    return max(runtime.policy.roster.remind_again, roster_notes.REMEMBERED)


def ask_again(runtime: Runtime, viewer: Viewer, course: roster.Course) -> None:
    """Have the facts fetched again now; raises permitted.Unseen."""
    sight_of(viewer, course)
    if course[0] in runtime.lms:
        with runtime.db.write() as conn:
            roster_courses.want(conn, *course, runtime.clock())


@dataclass(frozen=True, slots=True)
class Receipts:
    """What the people of a course were sent, and how it reached each: deliveries as `tellings.recipients`."""

    course: Row[Any] | None
    reminders: Sequence[tuple[Row[Any], Sequence[Row[Any]]]]
    conditions: Mapping[str, Row[Any]]
    names: Mapping[str, str]


def receipts(runtime: Runtime, viewer: Viewer, course: roster.Course) -> Receipts:
    """Who got a reminder, and who got the conditions and has read them; raises permitted.Unseen."""
    groups = sight_of(viewer, course).groups
    with runtime.db.read() as conn:
        names, got = roster_notes.trainees(conn, course), roster_notes.receipts(conn, course)
        sent = [(told, tellings.recipients(conn, told.id)) for told in roster_notes.reminders_of(conn, course)]
        if groups is not None:
            own = roster.person_ids(conn, course, groups)
            names = {person: name for person, name in names.items() if person in own}
            got = {person: row for person, row in got.items() if person in own}
            sent = [(told, [one for one in people if one.person_id in own]) for told, people in sent]
            sent = [(told, people) for told, people in sent if people]
        found = Receipts(roster_notes.course(conn, course), sent, got, names)
    with runtime.db.write() as conn:
        roster_notes.looked(conn, viewer.key, "receipts", course, runtime.clock())
    return found


def sight_of(viewer: Viewer, course: roster.Course) -> Sight:
    """Whom of a course the viewer sees; raises permitted.Unseen where it is no course of theirs."""
    sight = roster_sight(viewer, *course)
    if sight is None:
        raise permitted.Unseen(course)
    return sight
