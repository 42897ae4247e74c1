"""Who of a course's staff was told what is missing, before which date; and whom of the course each of them sees."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, ForeignKey, Select, String, Table, and_, exists, func, not_, or_, select, update
from sqlalchemy.engine import Connection

from sidecar.store.base import Number, UtcTime, chosen, insert_ignoring, metadata
from sidecar.store.roster import Course
from sidecar.store.timetable import courses, rosters

_STAFF: Final = ("trainer", "room_manager")

roster_told = Table(
    "roster_told",
    metadata,
    Column("site_id", String(64), primary_key=True),
    Column("course_id", String(64), primary_key=True),
    chosen("cause", ("ending", "never_in", "waiting"), primary_key=True),
    Column("due_at", UtcTime, primary_key=True),  # the end or the beginning that it was about; of `waiting`, its day
    Column("person_id", String(64), primary_key=True),
    Column("telling_id", Number, ForeignKey("tellings.id")),
    Column("at", UtcTime, nullable=False),
)


def due(conn: Connection, cause: str, now: datetime, until: datetime) -> list[tuple[Course, datetime]]:
    """Courses that end (or begin, for `never_in`) between now and then, of whose staff somebody was not told yet."""
    when, r = (courses.c.ends_at if cause == "ending" else courses.c.starts_at), rosters.c
    staff = and_(r.site_id == courses.c.site_id, r.course_id == courses.c.course_id, r.role.in_(_STAFF))
    told = exists().where(
        roster_told.c.site_id == r.site_id, roster_told.c.course_id == r.course_id, roster_told.c.cause == cause,
        roster_told.c.due_at == when, roster_told.c.person_id == r.person_id,
    )  # fmt: skip
    waits = or_(not_(exists().where(staff)), exists().where(staff, not_(told)))
    query: Select[Any] = select(courses.c.site_id, courses.c.course_id, when.label("at"))
    query = query.where(when > now, when <= until, waits).order_by(when, courses.c.course_id)
    return [((row.site_id, row.course_id), row.at) for row in conn.execute(query)]


def sights(conn: Connection, which: Course) -> dict[str, str | None]:
    """A course's trainers and room managers, and whom each sees (`domain/roster.sight_text`); None is not known.

    Of somebody whom the LMS names in two offices with two sights it is not known either.
    """
    r = rosters.c
    query = select(r.person_id, r.sees).where(r.site_id == which[0], r.course_id == which[1], r.role.in_(_STAFF))
    found: dict[str, set[str | None]] = {}
    for row in conn.execute(query):
        found.setdefault(row.person_id, set()).add(row.sees)
    return {person: sees.pop() if len(sees) == 1 else None for person, sees in found.items()}


def already(conn: Connection, which: Course, cause: str, due_at: datetime) -> set[str]:
    """Who was told."""
    return set(conn.scalars(select(roster_told.c.person_id).where(*_of(which, cause, due_at))))


def last(conn: Connection, which: Course, cause: str) -> dict[str, datetime]:
    """When each of the staff was told of this last."""
    c = roster_told.c
    query = select(c.person_id, func.max(c.at, type_=UtcTime()).label("at")).group_by(c.person_id)
    query = query.where(c.site_id == which[0], c.course_id == which[1], c.cause == cause)
    return {row.person_id: row.at for row in conn.execute(query)}


def mark(
    conn: Connection, which: Course, cause: str, due_at: datetime, people: Collection[str], now: datetime
) -> list[str]:
    """Mark that these are being told; returns them but for whom another worker is telling at this moment."""
    same = {"site_id": which[0], "course_id": which[1], "cause": cause, "due_at": due_at, "at": now}
    new = insert_ignoring(conn, roster_told).returning(roster_told.c.person_id)
    marked = (conn.execute(new, {**same, "person_id": one}).one_or_none() for one in sorted(people))
    return [row.person_id for row in marked if row is not None]


def by(conn: Connection, which: Course, cause: str, due_at: datetime, people: Collection[str], telling_id: int) -> None:
    """By which telling they are told."""
    mine = roster_told.c.person_id.in_(sorted(people))
    conn.execute(update(roster_told).where(*_of(which, cause, due_at), mine).values(telling_id=telling_id))


def _of(which: Course, cause: str, due_at: datetime) -> tuple[Any, ...]:
    c = roster_told.c
    return (c.site_id == which[0], c.course_id == which[1], c.cause == cause, c.due_at == due_at)
