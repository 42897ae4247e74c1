"""Live sessions, courses and their rosters as the LMS last told them; the clock keeps them fresh."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Column, Index, String, Table, Text, and_, delete, insert, or_, select
from sqlalchemy.engine import Connection, Row

from sidecar.domain.calendar import Window
from sidecar.domain.case import State
from sidecar.domain.report import Report
from sidecar.store.base import UtcTime, chosen, locked_first, metadata, upserting
from sidecar.store.cases import cases
from sidecar.store.clocks import clocks

# `courses.seen_at` of a course that the LMS listed and no report has named.
NEVER_NAMED: Final = datetime(1970, 1, 1, tzinfo=UTC)

sessions = Table(
    "sessions",
    metadata,
    Column("site_id", String(64), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("course_id", String(64), nullable=False),
    Column("activity_id", String(64)),
    Column("group_id", String(64)),
    Column("starts_at", UtcTime, nullable=False),
    Column("ends_at", UtcTime, nullable=False),
    Column("platform", String(64), nullable=False),
    Column("source", String(32), nullable=False),
    Column("fetched_at", UtcTime, nullable=False),
    Index("ix_sessions_time", "starts_at", "ends_at"),
    Index("ix_sessions_course", "site_id", "course_id", "starts_at"),
)

courses = Table(
    "courses",
    metadata,
    Column("site_id", String(64), primary_key=True),
    Column("course_id", String(64), primary_key=True),
    Column("name", String(300)),
    Column("idnumber", String(128)),
    Column("starts_at", UtcTime),
    Column("ends_at", UtcTime),
    Column("seen_at", UtcTime, nullable=False),  # when a report last named it, or `NEVER_NAMED`
    Column("asked_at", UtcTime),  # when the LMS was last asked about it
    Column("fetched_at", UtcTime),  # when the LMS last told of it
)

rosters = Table(
    "rosters",
    metadata,
    Column("site_id", String(64), primary_key=True),
    Column("course_id", String(64), primary_key=True),
    Column("person_id", String(64), primary_key=True),
    chosen("role", ("trainee", "trainer", "room_manager"), primary_key=True),
    Column("name", String(300)),
    Column("sees", Text),  # whom staff see (`domain/roster.sight_text`); none: the LMS did not tell
    Column("fetched_at", UtcTime, nullable=False),
)


def note_courses(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Courses that reports name are watched from then on; keys: site_id, course_id, seen_at."""
    if rows:
        new = upserting(conn, courses)
        statement = new.on_conflict_do_update(
            index_elements=["site_id", "course_id"], set_={"seen_at": new.excluded.seen_at}
        )
        conn.execute(statement, sorted(rows, key=lambda r: (r["site_id"], r["course_id"])))


def note_running(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Courses that the LMS lists as running are watched, though no report names them.

    Keys: site_id, course_id, name, idnumber, starts_at, ends_at. When a report named one stays as it was.
    """
    if rows:
        new = upserting(conn, courses)
        told = {name: new.excluded[name] for name in ("name", "idnumber", "starts_at", "ends_at")}
        statement = new.on_conflict_do_update(index_elements=["site_id", "course_id"], set_=told)
        ordered = sorted(rows, key=lambda r: (r["site_id"], r["course_id"]))
        conn.execute(statement, [{"seen_at": NEVER_NAMED, **row} for row in ordered])


def dates_of(conn: Connection, site_id: str) -> dict[str, tuple[datetime | None, datetime | None]]:
    """Every watched course of a site and its dates."""
    query = select(courses.c.course_id, courses.c.starts_at, courses.c.ends_at).where(courses.c.site_id == site_id)
    return {row.course_id: (row.starts_at, row.ends_at) for row in conn.execute(query)}


def claim_courses(
    conn: Connection, site_id: str, now: datetime, *, asked_before: datetime, running_since: datetime
) -> list[str]:
    """Up to fifty courses due for another look, marked as asked about now: running by their dates, or named lately."""
    due = (
        select(courses.c.course_id)
        .where(
            courses.c.site_id == site_id,
            or_(courses.c.asked_at.is_(None), courses.c.asked_at < asked_before),
            or_(courses.c.ends_at.is_(None), courses.c.ends_at > now, courses.c.seen_at > running_since),
        )
        # Never asked about first, of those what a report has named; then what has waited longest.
        .order_by(courses.c.asked_at.is_not(None), courses.c.asked_at, courses.c.seen_at.desc(), courses.c.course_id)
    )
    return sorted(
        conn.scalars(
            courses.update()
            .where(courses.c.site_id == site_id, courses.c.course_id.in_(locked_first(due, courses.c.course_id, 50)))
            .values(asked_at=now)
            .returning(courses.c.course_id)
        )
    )


def record_course(conn: Connection, site_id: str, course_id: str, now: datetime, **told: Any) -> None:
    """Keep what the LMS told of a course."""
    which = and_(courses.c.site_id == site_id, courses.c.course_id == course_id)
    conn.execute(courses.update().where(which).values(fetched_at=now, **told))


def replace_roster(conn: Connection, site_id: str, course_id: str, members: Sequence[dict[str, Any]]) -> None:
    """The whole roster of a course, as told now; keys: person_id, role, name, sees, fetched_at."""
    conn.execute(delete(rosters).where(rosters.c.site_id == site_id, rosters.c.course_id == course_id))
    if members:
        conn.execute(insert(rosters), [{"site_id": site_id, "course_id": course_id, **m} for m in members])


def courses_of(conn: Connection, site_id: str, person_id: str, role: str | None) -> list[str]:
    """The courses whose roster names a person in this role."""
    if role is None:
        return []
    which = (rosters.c.site_id == site_id, rosters.c.person_id == person_id, rosters.c.role == role)
    return sorted(conn.scalars(select(rosters.c.course_id).where(*which)))


def lists(conn: Connection, course: tuple[str, str], person_id: str) -> bool | None:
    """Whether a course's roster names a person; None where nobody has told the roster."""
    here = (rosters.c.site_id == course[0], rosters.c.course_id == course[1])
    if conn.scalar(select(rosters.c.person_id).where(*here, rosters.c.person_id == person_id).limit(1)) is not None:
        return True
    return False if has_roster(conn, *course) else None


def has_roster(conn: Connection, site_id: str, course_id: str) -> bool:
    """Whether the LMS has told yet who is in a course."""
    told = select(rosters.c.person_id).where(rosters.c.site_id == site_id, rosters.c.course_id == course_id).limit(1)
    return conn.scalar(told) is not None


def replace_sessions(
    conn: Connection,
    site_id: str,
    course_ids: Sequence[str],
    *,
    since: datetime,
    until: datetime,
    found: Sequence[dict[str, Any]],
) -> None:
    """The sessions of some courses within [since, until), as told now; others stay as they were."""
    conn.execute(
        delete(sessions).where(
            sessions.c.site_id == site_id,
            sessions.c.course_id.in_(course_ids),
            sessions.c.starts_at < until,
            sessions.c.ends_at > since,
        )
    )
    rows = {row["key"]: {"site_id": site_id, **row} for row in found}
    if rows:
        conn.execute(delete(sessions).where(sessions.c.site_id == site_id, sessions.c.key.in_(list(rows))))
        conn.execute(insert(sessions), list(rows.values()))


def hours_of(
    conn: Connection, site_id: str, course_ids: Sequence[str], since: datetime, until: datetime
) -> set[tuple[datetime, datetime]]:
    """When classes of these courses are held within [since, until): whether a timetable has moved."""
    query = select(sessions.c.starts_at, sessions.c.ends_at).where(
        sessions.c.site_id == site_id,
        sessions.c.course_id.in_(course_ids),
        sessions.c.starts_at < until,
        sessions.c.ends_at > since,
    )
    return {(start, end) for start, end in conn.execute(query)}


def counted_by_classes(conn: Connection, states: Collection[State], targets: Collection[str]) -> list[int]:
    """Cases in these states on which a clock of one of these targets runs."""
    query = (
        select(cases.c.id)
        .join(clocks, clocks.c.case_id == cases.c.id)
        .where(cases.c.state.in_(states), clocks.c.state == "running", clocks.c.target.in_(targets))
    )
    return sorted(conn.scalars(query.distinct()))


def windows(conn: Connection, since: datetime, until: datetime) -> list[Window]:
    """When any class of the institute is being held (P10): what a calendar that includes sessions is united with."""
    query = select(sessions.c.starts_at, sessions.c.ends_at).where(
        sessions.c.starts_at < until, sessions.c.ends_at > since, sessions.c.ends_at > sessions.c.starts_at
    )
    return [Window(start, end) for start, end in conn.execute(query.distinct().order_by(sessions.c.starts_at))]


def session_starts(conn: Connection, about: Sequence[Report], slack: timedelta) -> dict[uuid.UUID, datetime]:
    """For each report's key the true start of its class: on when it occurred, or starting within `slack` of it.

    A report whose class is in no timetable is absent. One that names neither course nor class, as from somebody who
    cannot log in (P11), has the nearest start of its whole site.
    """
    named = {report.place.course.id for report in about if report.place.course}
    anywhere = {report.site_id for report in about if _is_of_nowhere(report)}
    if not named and not anywhere:
        return {}
    first, last = (choose(report.occurred_at for report in about) for choose in (min, max))
    query = select(sessions).where(
        or_(sessions.c.course_id.in_(named), sessions.c.site_id.in_(anywhere)),
        sessions.c.starts_at <= last + slack,
        sessions.c.ends_at > first,
    )
    known = conn.execute(query.order_by(sessions.c.starts_at)).all()
    found: dict[uuid.UUID, datetime] = {}
    for report in about:
        if _is_of_nowhere(report):
            starts = [one.starts_at for one in known if one.site_id == report.site_id and _is_on(one, report, slack)]
            starts.sort(key=lambda start: abs(start - report.occurred_at), reverse=True)
        else:
            starts = [one.starts_at for one in known if _is_class_of(one, report, slack)]
        if starts:
            found[report.key] = starts[-1]
    return found


def _is_of_nowhere(report: Report) -> bool:
    return report.place.course is None and report.place.session is None


def _is_on(session: Row[Any], report: Report, slack: timedelta) -> bool:
    on: bool = session.starts_at - slack <= report.occurred_at < session.ends_at
    return on


def _is_class_of(session: Row[Any], report: Report, slack: timedelta) -> bool:
    place = report.place
    return (
        place.course is not None
        and (session.site_id, session.course_id) == (report.site_id, place.course.id)
        and (session.activity_id is None or (place.activity is not None and session.activity_id == place.activity.id))
        and (session.group_id is None or session.group_id == place.group)
        and _is_on(session, report, slack)
    )
