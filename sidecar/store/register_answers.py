"""What registers with an interface said of people when they were asked, and when that was.

Whoever judges reads it here: a register is asked only where waiting for a network holds up nobody, and while it is away
its last word stands, with its age.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, Index, String, Table, delete, func, select, update
from sqlalchemy.engine import Connection, Row

from sidecar.domain.registry import RegistryState
from sidecar.store.base import UtcTime, chosen, metadata, upserting

_AT_ONCE: Final = 400

register_answers = Table(
    "register_answers",
    metadata,
    Column("source", String(32), primary_key=True),  # the register's name in the policy
    Column("site_id", String(64), primary_key=True),
    Column("course_id", String(64), primary_key=True),
    Column("person_id", String(64), primary_key=True),
    chosen("state", RegistryState),
    Column("reason", String(300), nullable=False),
    Column("as_of", UtcTime),  # as the register dates it
    Column("asked_at", UtcTime, nullable=False),
)

register_waits = Table(
    "register_waits",
    metadata,
    Column("site_id", String(64), primary_key=True),
    Column("course_id", String(64), primary_key=True),
    Column("due_at", UtcTime, nullable=False),
    Index("ix_register_waits_due_at", "due_at"),
)
"""Courses of whose people a register was asked in vain: it is asked again."""

Place = tuple[str, str, str]
"""Site, person and course."""


def keep(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Keep what a register said, replacing what it had said before."""
    if rows:
        new = upserting(conn, register_answers)
        keys = ("source", "site_id", "course_id", "person_id")
        told = {name: new.excluded[name] for name in rows[0] if name not in keys}
        ordered = sorted(rows, key=lambda row: tuple(str(row[key]) for key in keys))
        conn.execute(new.on_conflict_do_update(index_elements=keys, set_=told), ordered)


def of(conn: Connection, source: str, places: Collection[Place]) -> dict[Place, Row[Any]]:
    """The last word of a register about these people, as far as there is one."""
    table = register_answers
    found: dict[Place, Row[Any]] = {}
    for site, course in sorted({(site, course) for site, _, course in places}):
        people = sorted(person for at, person, of in places if (at, of) == (site, course))
        for some in (people[i : i + _AT_ONCE] for i in range(0, len(people), _AT_ONCE)):
            which = (table.c.source == source, table.c.site_id == site, table.c.course_id == course)
            for row in conn.execute(select(table).where(*which, table.c.person_id.in_(some))):
                found[site, row.person_id, course] = row
    return found


def last(conn: Connection, source: str, course: tuple[str, str]) -> datetime | None:
    """When it was last asked about anybody of a course."""
    table = register_answers
    which = (table.c.source == source, table.c.site_id == course[0], table.c.course_id == course[1])
    found: datetime | None = conn.scalar(select(func.max(table.c.asked_at, type_=UtcTime())).where(*which))
    return found


def wait(conn: Connection, course: tuple[str, str], due_at: datetime) -> None:
    """Ask about a course's people again then."""
    new = upserting(conn, register_waits)
    statement = new.on_conflict_do_update(index_elements=["site_id", "course_id"], set_={"due_at": new.excluded.due_at})
    conn.execute(statement, {"site_id": course[0], "course_id": course[1], "due_at": due_at})


def take_due(conn: Connection, now: datetime, until: datetime) -> tuple[str, str] | None:
    """A course whose turn it is; whoever takes it has it until then."""
    table = register_waits
    query = select(table.c.site_id, table.c.course_id).where(table.c.due_at <= now).order_by(table.c.due_at).limit(1)
    row = conn.execute(query.with_for_update(skip_locked=True)).one_or_none()
    if row is None:
        return None
    which = (table.c.site_id == row.site_id, table.c.course_id == row.course_id)
    conn.execute(update(table).where(*which).values(due_at=until))
    return row.site_id, row.course_id


def done(conn: Connection, course: tuple[str, str]) -> None:
    """It has answered."""
    table = register_waits
    conn.execute(delete(table).where(table.c.site_id == course[0], table.c.course_id == course[1]))
