"""What a supervisor sees of certificates (C3): how many of which course are ready, what is missing, and no name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy.engine import Connection, Row

from sidecar.domain import few
from sidecar.domain.access import Viewer, may_see_readiness
from sidecar.domain.checklist import Mender
from sidecar.domain.folding import fold
from sidecar.domain.readiness import mender_of
from sidecar.domain.report import Gap
from sidecar.domain.roster import Standing
from sidecar.runtime import Runtime
from sidecar.store import pack_views, readiness, registry, roster, roster_courses
from sidecar.store.permitted import Unseen

PAGE: Final = 100  # courses
_OLD: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Overseen:
    """A course.

    Attributes:
        about: as `store/readiness.listed` tells of it.
        told: None: its roster was never fetched.
        askable: whether its LMS can be asked.
        old: its facts are older than a day, or than the last word of a register.
    """

    about: Row[Any]
    told: few.Course | None
    askable: bool
    old: bool = False

    @property
    def to_fetch(self) -> bool:
        """Whether another look is worth asking for: it is asked for by nobody yet."""
        return self.askable and self.about.wanted_at is None and (self.told is None or self.old)

    @property
    def key(self) -> roster.Course:
        """Site and id."""
        return (self.about.site_id, self.about.course_id)


@dataclass(frozen=True, slots=True)
class Overview:
    """Courses, and what they come to; each sum is one of told numbers alone (`few.summed`).

    Attributes:
        courses: of the page that is looked at.
        number: how many there are on all pages.
        menders: who mends which gap.
        imports: when which register was last imported; None: never.
    """

    courses: Sequence[Overseen]
    number: int
    standings: Mapping[Standing, few.Told]
    gaps: Mapping[str, few.Told]
    menders: Mapping[str, Mender]
    imports: Mapping[str, datetime | None]


def look(
    runtime: Runtime, viewer: Viewer, month: date | None, words: Sequence[str], what: str, page: int | None = None
) -> Overview:
    """The courses that run in a month; that somebody looked is kept before anything is shown.

    Args:
        month: its first day in the institute's days; None: whenever they run.
        words: folded words of a course's name or number.
        what: one of `pack_views.WHAT`.
        page: None: all of them.

    Raises:
        Unseen: it is not for this viewer.
    """
    if not may_see_readiness(viewer):
        raise Unseen(what)
    now = runtime.clock()
    with runtime.db.write() as conn:
        pack_views.note(conn, viewer.key, what, f"{month:%Y-%m}" if month else "", now)
    with runtime.db.read() as conn:
        found = _listed(runtime, conn, month, words)
        shown = found if page is None else found[(page - 1) * PAGE : page * PAGE]
        fetched = [(row.site_id, row.course_id) for row in shown if row.fetched_at is not None]
        numbers = readiness.counted(conn, fetched)
        since = _old_before(conn, now)
        last = {key: registry.last(conn, key) for key, rules in runtime.policy.registries.items() if rules.on}
    told = {key: few.course(one.standings, one.gaps) for key, one in numbers.items()}
    courses = [
        Overseen(row, told.get((row.site_id, row.course_id)), row.site_id in runtime.lms, _is_old(row, since))
        for row in shown
    ]
    named = sorted({gap for one in told.values() for gap in one.gaps})
    return Overview(
        courses,
        len(found),
        {one: few.summed(tuple(course.standings[one] for course in told.values())) for one in Standing},
        {gap: few.summed(tuple(course.gaps.get(gap, few.Told(None)) for course in told.values())) for gap in named},
        {gap.value: mender_of(gap, runtime.policy.certificate) for gap in Gap},
        {key: registry.told_at(row) if row is not None else None for key, row in last.items()},
    )


def fetch(
    runtime: Runtime, viewer: Viewer, month: date | None, words: Sequence[str], page: int, course: roster.Course | None
) -> int:
    """Have courses fetched that never were, or whose facts are old; nobody waits for it. Returns how many.

    Args:
        course: None: all of the page.

    Raises:
        Unseen: it is not for this viewer, or there is no such course.
    """
    if not may_see_readiness(viewer):
        raise Unseen("readiness")
    with runtime.db.read() as conn:
        shown = _listed(runtime, conn, month, words)[(page - 1) * PAGE : page * PAGE]
        if course is not None and not readiness.known(conn, course):
            raise Unseen(course)
        since = _old_before(conn, runtime.clock())
    due = [row for row in shown if row.wanted_at is None and (row.fetched_at is None or _is_old(row, since))]
    keys = {(row.site_id, row.course_id) for row in due}
    wanted = sorted(key for key in keys if key[0] in runtime.lms and (course is None or key == course))
    with runtime.db.write() as conn:
        for key in wanted:
            roster_courses.want(conn, *key, runtime.clock())
    return len(wanted)


def _old_before(conn: Connection, now: datetime) -> datetime:
    return max(now - _OLD, registry.changed_at(conn) or now - _OLD)


def _is_old(row: Row[Any], before: datetime) -> bool:
    return row.fetched_at is not None and row.fetched_at < before


def _listed(runtime: Runtime, conn: Any, month: date | None, words: Sequence[str]) -> Sequence[Row[Any]]:
    since = until = None
    if month is not None:
        since = datetime.combine(month, time(), runtime.zone)
        until = datetime.combine((month + timedelta(days=32)).replace(day=1), time(), runtime.zone)
    rows = readiness.listed(conn, since, until)
    return [row for row in rows if all(word in fold(f"{row.name or ''} {row.idnumber or ''}") for word in words)]
