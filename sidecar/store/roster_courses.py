"""Of which courses somebody waits for the facts of the whole roster, and how far each is."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, String, Table, case, or_, select, update
from sqlalchemy.engine import Connection, Row

from sidecar.store.base import UtcTime, locked_first, metadata, upserting
from sidecar.store.roster import Course

roster_courses = Table(
    "roster_courses",
    metadata,
    Column("site_id", String(64), primary_key=True),
    Column("course_id", String(64), primary_key=True),
    Column("wanted_at", UtcTime),  # somebody waits for another look since; none: nobody does
    Column("claimed_at", UtcTime),
    Column("fetched_at", UtcTime),
    Column("failed", String(64), nullable=False, default=""),  # why the last look did not succeed
    Index("ix_roster_courses_wanted", "wanted_at"),
)


def want(conn: Connection, site_id: str, course_id: str, now: datetime) -> None:
    """Have a course's facts fetched again.

    While they are being fetched it is a wish for another look after this one; a retry that waits is brought forward.
    """
    new, c = upserting(conn, roster_courses), roster_courses.c
    asked = new.excluded.wanted_at
    when = case((c.claimed_at.is_not(None), asked), (c.wanted_at < asked, c.wanted_at), else_=asked)
    statement = new.on_conflict_do_update(index_elements=["site_id", "course_id"], set_={"wanted_at": when})
    conn.execute(statement, {"site_id": site_id, "course_id": course_id, "wanted_at": now, "failed": ""})


def waits(conn: Connection, sites: Collection[str], now: datetime) -> bool:
    """Whether somebody waits for anything."""
    table = roster_courses
    due = select(table.c.course_id).where(table.c.wanted_at <= now, table.c.site_id.in_(sorted(sites))).limit(1)
    return conn.scalar(due) is not None


def claim(conn: Connection, sites: Collection[str], now: datetime, claimed_before: datetime) -> Course | None:
    """A course whose facts somebody waits for and nobody fetches, marked as being fetched."""
    table = roster_courses
    due = (
        select(table.c.course_id)
        .where(
            table.c.site_id.in_(sorted(sites)),
            table.c.wanted_at.is_not(None),
            table.c.wanted_at <= now,
            or_(table.c.claimed_at.is_(None), table.c.claimed_at < claimed_before),
        )
        .order_by(table.c.wanted_at)
    )
    first = conn.execute(due.with_only_columns(table.c.site_id).limit(1)).one_or_none()
    if first is None:
        return None
    mine = table.c.course_id.in_(locked_first(due.where(table.c.site_id == first.site_id), table.c.course_id, 1))
    taken = update(table).where(table.c.site_id == first.site_id, mine).values(claimed_at=now)
    row = conn.execute(taken.returning(table.c.site_id, table.c.course_id)).first()
    return None if row is None else (row.site_id, row.course_id)


def in_turn(conn: Connection, course: Course) -> None:
    """Whoever does something for many of a course waits for who does at this moment; SQLite's writers do anyway."""
    table = roster_courses
    which = (table.c.site_id == course[0], table.c.course_id == course[1])
    conn.execute(select(table.c.course_id).where(*which).with_for_update())


def fetched(conn: Connection, course: Course, claimed_at: datetime, now: datetime) -> None:
    """It is done; whoever asked again meanwhile waits for another look."""
    table = roster_courses
    which = (table.c.site_id == course[0], table.c.course_id == course[1])
    conn.execute(update(table).where(*which).values(fetched_at=now, claimed_at=None, failed=""))
    conn.execute(update(table).where(*which, table.c.wanted_at <= claimed_at).values(wanted_at=None))


def not_fetched(conn: Connection, course: Course, why: str, again: datetime | None) -> None:
    """It did not succeed; tried again then, or when somebody asks."""
    table = roster_courses
    which = (table.c.site_id == course[0], table.c.course_id == course[1])
    conn.execute(update(table).where(*which).values(claimed_at=None, wanted_at=again, failed=why[:64]))


def state(conn: Connection, course: Course) -> Row[Any] | None:
    """How far the facts of a course are."""
    table = roster_courses
    which = (table.c.site_id == course[0], table.c.course_id == course[1])
    return conn.execute(select(table).where(*which)).one_or_none()
