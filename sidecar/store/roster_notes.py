"""What was done about a roster: who looked, was reminded, got the conditions and has read them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Column, ForeignKey, Index, Select, String, Table, and_, delete, func, insert, select, update
from sqlalchemy.engine import Connection, Row

from sidecar.domain.case import OPEN_STATES
from sidecar.domain.incident import gap_key
from sidecar.store.base import Number, UtcTime, chosen, insert_ignoring, metadata, numbered
from sidecar.store.cases import case_reports, cases
from sidecar.store.people import people
from sidecar.store.reports import reports
from sidecar.store.roster import Course
from sidecar.store.tellings import deliveries, tellings
from sidecar.store.timetable import courses, rosters, sessions

REMEMBERED: Final = timedelta(days=30)  # for so long a page tells that somebody was reminded
LOOKS: Final = ("view", "csv", "print", "receipts")
_AT_ONCE: Final = 400  # parameters of a statement

roster_views = Table(
    "roster_views",
    metadata,
    numbered(),
    Column("viewer_key", String(130), nullable=False),
    Column("at", UtcTime, nullable=False),
    chosen("what", LOOKS),
    Column("site_id", String(64), nullable=False),
    Column("course_id", String(64), nullable=False),
    Index("ix_roster_views_course", "site_id", "course_id", "id"),
)

reminders = Table(
    "reminders",
    metadata,
    Column("telling_id", Number, ForeignKey("tellings.id"), primary_key=True),
    Column("site_id", String(64), primary_key=True),
    Column("person_id", String(64), primary_key=True),
    Column("course_id", String(64), nullable=False),
    Column("gaps", String(600), nullable=False),
    Column("at", UtcTime, nullable=False),
    Index("ix_reminders_course", "site_id", "course_id", "at"),
)

conditions = Table(
    "conditions",
    metadata,
    Column("site_id", String(64), primary_key=True),
    Column("course_id", String(64), primary_key=True),
    Column("person_id", String(64), primary_key=True),
    Column("telling_id", Number, ForeignKey("tellings.id"), nullable=False),
    Column("sent_at", UtcTime, nullable=False),
    Column("read_at", UtcTime),  # the person said so
)


def looked(conn: Connection, viewer_key: str, what: str, course: Course, now: datetime) -> None:
    """Keep that somebody looked."""
    row = {"viewer_key": viewer_key, "at": now, "what": what, "site_id": course[0], "course_id": course[1]}
    conn.execute(insert(roster_views), row)


def course(conn: Connection, which: Course) -> Row[Any] | None:
    """A course: name, idnumber, starts_at, ends_at."""
    table = courses
    query: Select[Any] = select(table.c.name, table.c.idnumber, table.c.starts_at, table.c.ends_at)
    return conn.execute(query.where(table.c.site_id == which[0], table.c.course_id == which[1])).one_or_none()


def titles(conn: Connection, keys: Collection[Course]) -> dict[Course, Row[Any]]:
    """The same of many."""
    found = ((key, course(conn, key)) for key in sorted(keys))
    return {key: row for key, row in found if row is not None}


def trainees(conn: Connection, which: Course) -> dict[str, str]:
    """A course's trainees by id: their names."""
    table = rosters
    named = and_(people.c.site_id == table.c.site_id, people.c.person_id == table.c.person_id)
    query: Select[Any] = (
        select(table.c.person_id, table.c.name, people.c.name.label("given"))
        .outerjoin(people, named)
        .where(table.c.site_id == which[0], table.c.course_id == which[1], table.c.role == "trainee")
    )
    return {row.person_id: row.name or row.given or "" for row in conn.execute(query)}


def number_of_trainees(conn: Connection, which: Course) -> int:
    """How many the roster names."""
    table = rosters
    here = (table.c.site_id == which[0], table.c.course_id == which[1], table.c.role == "trainee")
    return int(conn.scalar(select(func.count()).select_from(table).where(*here)) or 0)


def flagged(conn: Connection, which: Course, person_ids: Collection[str]) -> dict[str, tuple[int, str, set[str]]]:
    """The open certificate cases of these people: number, state, and the gaps that their reports name."""
    keys = {gap_key(which[0], which[1], person): person for person in person_ids}
    found: dict[str, tuple[int, str, set[str]]] = {}
    names = sorted(keys)
    for some in (names[i : i + _AT_ONCE] for i in range(0, len(names), _AT_ONCE)):
        query: Select[Any] = (
            select(cases.c.id, cases.c.state, cases.c.join_key, reports.c.body)
            .join(case_reports, case_reports.c.case_id == cases.c.id)
            .join(reports, reports.c.key == case_reports.c.report_key)
            .where(cases.c.join_key.in_(some), cases.c.state.in_(OPEN_STATES))
        )
        for row in conn.execute(query):
            found.setdefault(keys[row.join_key], (row.id, row.state, set()))[2].update(row.body["gaps"])
    return found


def reminded(conn: Connection, which: Course, since: datetime) -> dict[str, Row[Any]]:
    """Who was reminded since, by id: the last reminder, and how it reached them."""
    table = reminders
    here = and_(
        deliveries.c.telling_id == table.c.telling_id, deliveries.c.site_id == table.c.site_id,
        deliveries.c.person_id == table.c.person_id,
    )  # fmt: skip
    query: Select[Any] = (
        select(table.c.person_id, table.c.gaps, table.c.at, deliveries.c.state, deliveries.c.error)
        .join(deliveries, here)
        .where(table.c.site_id == which[0], table.c.course_id == which[1], table.c.at >= since)
    )
    return {row.person_id: row for row in conn.execute(query.order_by(table.c.at))}


def remind(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Keep who is reminded, by which telling, of what."""
    conn.execute(insert(reminders), list(rows))


def reminders_of(conn: Connection, which: Course, limit: int = 50) -> Sequence[Row[Any]]:
    """The tellings that reminded somebody, the latest first."""
    ids = select(reminders.c.telling_id).where(reminders.c.site_id == which[0], reminders.c.course_id == which[1])
    query: Select[Any] = select(tellings).where(tellings.c.id.in_(ids)).order_by(tellings.c.id.desc()).limit(limit)
    return conn.execute(query).all()


def receipts(conn: Connection, which: Course) -> dict[str, Row[Any]]:
    """Who got the conditions, by id: sent_at, read_at, and how they went (state, error)."""
    table = conditions
    here = and_(
        deliveries.c.telling_id == table.c.telling_id, deliveries.c.site_id == table.c.site_id,
        deliveries.c.person_id == table.c.person_id,
    )  # fmt: skip
    query: Select[Any] = (
        select(table.c.person_id, table.c.sent_at, table.c.read_at, deliveries.c.state, deliveries.c.error)
        .outerjoin(deliveries, here)
        .where(table.c.site_id == which[0], table.c.course_id == which[1])
    )
    return {row.person_id: row for row in conn.execute(query)}


def conditions_of(conn: Connection, site_id: str, person_id: str) -> Sequence[Row[Any]]:
    """The conditions that a person got: course_id, sent_at, read_at; the latest first."""
    table = conditions
    query: Select[Any] = select(table).where(table.c.site_id == site_id, table.c.person_id == person_id)
    return conn.execute(query.order_by(table.c.sent_at.desc())).all()


def send_conditions(conn: Connection, telling_id: int, which: Course, person_ids: Sequence[str], now: datetime) -> int:
    """Keep that the conditions are on their way to these people by a telling; returns to how many.

    Whom another worker is sending them at this very moment, this telling leaves out.
    """
    same = {"site_id": which[0], "course_id": which[1], "telling_id": telling_id, "sent_at": now}
    conn.execute(insert_ignoring(conn, conditions), [{**same, "person_id": one} for one in sorted(person_ids)])
    table = conditions
    mine = select(table.c.person_id).where(
        table.c.site_id == which[0], table.c.course_id == which[1], table.c.telling_id == telling_id
    )
    ours = (deliveries.c.telling_id == telling_id, deliveries.c.person_id.not_in(mine))
    conn.execute(delete(deliveries).where(*ours))
    return len(conn.scalars(mine).all())


def has_read(conn: Connection, which: Course, person_id: str, now: datetime) -> bool:
    """Keep that a person has read them, once; False where nobody was sent them, or they were read before."""
    table = conditions
    mine = (table.c.site_id == which[0], table.c.course_id == which[1], table.c.person_id == person_id)
    return conn.execute(update(table).where(*mine, table.c.read_at.is_(None)).values(read_at=now)).rowcount > 0


def lacking_conditions(conn: Connection, now: datetime, until: datetime) -> dict[Course, list[str]]:
    """Trainees of courses whose next class begins until then, to whom nobody has sent the conditions."""
    soon = (
        select(sessions.c.site_id, sessions.c.course_id)
        .where(sessions.c.starts_at > now, sessions.c.starts_at <= until)
        .distinct()
        .subquery()
    )
    here = and_(rosters.c.site_id == soon.c.site_id, rosters.c.course_id == soon.c.course_id)
    sent = and_(
        conditions.c.site_id == rosters.c.site_id, conditions.c.course_id == rosters.c.course_id,
        conditions.c.person_id == rosters.c.person_id,
    )  # fmt: skip
    query: Select[Any] = (
        select(rosters.c.site_id, rosters.c.course_id, rosters.c.person_id)
        .join(soon, here)
        .outerjoin(conditions, sent)
        .where(rosters.c.role == "trainee", conditions.c.person_id.is_(None))
    )
    found: dict[Course, list[str]] = {}
    for row in conn.execute(query.order_by(rosters.c.person_id)):
        found.setdefault((row.site_id, row.course_id), []).append(row.person_id)
    return found
