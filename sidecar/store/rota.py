"""The rota, as rows: who holds which post, who is away, who leads, who is on call. What ended stays: who said so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Column, Date, Index, Integer, String, Table, insert, select, update
from sqlalchemy.engine import Connection, Row

from sidecar.domain.institute import Absence, Contact, Label, OnCall, Person, Shift
from sidecar.domain.policy import Policy
from sidecar.domain.rota import Rota, laid_over
from sidecar.store.base import Json, UtcTime, chosen, metadata, numbered
from sidecar.store.staff import LOCAL, staff

WHAT: Final = ("post", "absence", "shift", "on_call")

entries = Table(
    "rota",
    metadata,
    numbered(),
    chosen("what", WHAT),
    Column("place", String(130), nullable=False),  # the post, of an absence whose it is; the office of a shift
    Column("staff_key", String(130)),  # who; none for an absence of whom the document alone names
    Column("first", Date),  # local days, both included; none is no bound
    Column("last", Date),
    Column("weekdays", Json),  # of a shift: Monday 0
    Column("start", Integer),  # of a shift: local minutes of the day, [start, end)
    Column("end", Integer),
    Column("severity", Integer),  # of an on-call entry: the least severe that they are called for
    Column("entered_at", UtcTime, nullable=False),
    Column("entered_by", String(130), nullable=False),
    Column("ended_at", UtcTime),
    Column("ended_by", String(130)),
    Index("ix_rota_standing", "ended_at", "what"),
)


def enter(conn: Connection, what: str, values: dict[str, Any], by: str, now: datetime) -> int:
    """Enter something; returns its number. A post that somebody holds already goes over to the new holder."""
    if what == "post":
        which = (entries.c.what == "post", entries.c.place == values["place"], entries.c.ended_at.is_(None))
        conn.execute(update(entries).where(*which).values(ended_at=now, ended_by=by))
    row = {"what": what, "entered_at": now, "entered_by": by, **values}
    return int(conn.execute(insert(entries).values(row).returning(entries.c.id)).scalar_one())


def end(conn: Connection, number: int, by: str, now: datetime) -> bool:
    """Take an entry back; False when it is gone already."""
    which = (entries.c.id == number, entries.c.ended_at.is_(None))
    return conn.execute(update(entries).where(*which).values(ended_at=now, ended_by=by)).rowcount == 1


def get(conn: Connection, number: int) -> Row[Any] | None:
    """One entry that stands."""
    return conn.execute(select(entries).where(entries.c.id == number, entries.c.ended_at.is_(None))).one_or_none()


def standing(conn: Connection, today: date | None = None) -> Sequence[Row[Any]]:
    """What stands, oldest first; with a day, without what was over before it."""
    query = select(entries).where(entries.c.ended_at.is_(None)).order_by(entries.c.id)
    if today is not None:
        query = query.where(entries.c.last.is_(None) | (entries.c.last >= today))
    return conn.execute(query).all()


def lock(conn: Connection) -> None:
    """Hold what stands until the transaction ends: two who enter shifts at once do not overlap."""
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql("SELECT pg_advisory_xact_lock(7350264)")


def of(conn: Connection) -> Rota:
    """The rota as decisions read it. Who does not work here any more holds nothing."""
    rows = standing(conn)
    if not rows:
        return Rota()
    keys = {row.staff_key for row in rows if row.staff_key}
    found = conn.execute(select(staff).where(staff.c.key.in_(sorted(keys)), staff.c.active)).all()
    people = {row.key: person_of(row) for row in found}
    away: dict[str, list[Absence]] = {}
    for row in rows:
        if row.what == "absence":
            known = people[row.staff_key].contact if row.staff_key in people else None
            # By every key of that human: the document may name the head by the LMS's, the account by its own.
            for key in {row.staff_key or row.place, known.lms_user if known else None}:
                if key:
                    away.setdefault(key, []).append(Absence(row.first, row.last))
    return Rota(
        holders={row.place: people[row.staff_key] for row in rows if row.what == "post" and row.staff_key in people},
        away=away,
        shifts=[
            shift_of(row, people[row.staff_key]) for row in rows if row.what == "shift" and row.staff_key in people
        ],
        on_call=[
            OnCall(people[row.staff_key], row.severity, frozenset(), row.first, row.last, entry=f"e{row.id}")
            for row in rows
            if row.what == "on_call" and row.staff_key in people
        ],
    )


def on_duty(conn: Connection, policy: Policy) -> Policy:
    """The policy with the people whom the rota puts there: what everybody asks who wants to know whom to tell."""
    return laid_over(policy, of(conn))


def shift_of(row: Row[Any], person: Person) -> Shift:
    """A shift as it was entered."""
    return Shift(row.place, person, frozenset(row.weekdays), row.start, row.end, row.first, row.last)


def person_of(row: Row[Any]) -> Person:
    """A member of staff as one whom the rota puts somewhere."""
    lms_user = row.lms_user or (None if row.key.startswith(f"{LOCAL}:") else row.key)
    return Person(Label(row.name, row.name), Contact(row.phone, row.email, lms_user, row.key))
