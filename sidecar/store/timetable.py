"""Live sessions, courses and their rosters as the LMS last told them; the clock keeps them fresh."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Index, String, Table, and_, delete, insert, or_, select
from sqlalchemy.engine import Connection, Row

from sidecar.domain.calendar import Window
from sidecar.domain.report import Report
from sidecar.store.base import UtcTime, chosen, locked_first, metadata, upserting

sessions = Table(
    "sessions",
    metadata,
    Column("site_id", String(64), primary_key=True),
    Column("key", String(128), primary_key=True),
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
    Column("seen_at", UtcTime, nullable=False),  # when a report last named it: what "running" means without dates
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
        .order_by(courses.c.asked_at.is_not(None), courses.c.asked_at, courses.c.course_id)
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
    """The whole roster of a course, as told now; keys: person_id, role, name, fetched_at."""
    conn.execute(delete(rosters).where(rosters.c.site_id == site_id, rosters.c.course_id == course_id))
    if members:
        conn.execute(insert(rosters), [{"site_id": site_id, "course_id": course_id, **m} for m in members])


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


def windows(conn: Connection, since: datetime, until: datetime) -> list[Window]:
    """When any class of the institute is being held (P10): what a calendar that includes sessions is united with."""
    query = select(sessions.c.starts_at, sessions.c.ends_at).where(
        sessions.c.starts_at < until, sessions.c.ends_at > since, sessions.c.ends_at > sessions.c.starts_at
    )
    return [Window(start, end) for start, end in conn.execute(query.distinct().order_by(sessions.c.starts_at))]


def session_starts(conn: Connection, about: Sequence[Report], slack: timedelta) -> dict[uuid.UUID, datetime]:
    """For each report's key the true start of its class: on when it occurred, or starting within `slack` of it.

    A report whose class is in no timetable is absent.
    """
    named = {report.place.course.id for report in about if report.place.course}
    if not named:
        return {}
    first, last = (choose(report.occurred_at for report in about) for choose in (min, max))
    query = select(sessions).where(
        sessions.c.course_id.in_(named), sessions.c.starts_at <= last + slack, sessions.c.ends_at > first
    )
    known = conn.execute(query.order_by(sessions.c.starts_at)).all()
    return {
        report.key: starts[-1]
        for report in about
        if (starts := [one.starts_at for one in known if _is_class_of(one, report, slack)])
    }


def _is_class_of(session: Row[Any], report: Report, slack: timedelta) -> bool:
    place, at = report.place, report.occurred_at
    return (
        place.course is not None
        and (session.site_id, session.course_id) == (report.site_id, place.course.id)
        and (session.activity_id is None or (place.activity is not None and session.activity_id == place.activity.id))
        and (session.group_id is None or session.group_id == place.group)
        and session.starts_at - slack <= at < session.ends_at
    )
