"""What people were told, and for each of them how it reached them (acceptance A2)."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    and_,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.engine import Connection, Row

from sidecar.store.base import Number, UtcTime, chosen, insert_ignoring, metadata, numbered, upserting
from sidecar.store.cases import cases
from sidecar.store.people import people
from sidecar.store.reports import reports
from sidecar.store.timetable import courses

AT_THE_DESK: Final = ("received", "referred", "reply", "question", "escalated", "resolved", "closed", "reopened",
                      "withdrawn", "content", "certificate")  # fmt: skip
CAUSES: Final = ("told", "solved", "backup", "answer", "staff", *AT_THE_DESK)
OPEN: Final = ("waiting", "failed")
NEEDS_CALL: Final = "needs_call"  # the error of deliveries that only a telephone call can make
_KEYS_AT_ONCE: Final = 400  # parameters of a statement, of which some databases take no thousand

Person = tuple[str, str]  # site, and the person's id there

tellings = Table(
    "tellings",
    metadata,
    numbered(),
    Column("case_id", Number, ForeignKey("cases.id"), index=True),  # none: to a room's people, or to staff
    Column("room_key", String(255), index=True),
    Column("course_id", String(64)),  # of the room, where no case names it
    chosen("cause", CAUSES),
    Column("message", String(64), nullable=False),  # the policy's message that frames it
    Column("text", Text, nullable=False),  # what a person wrote, if anything
    Column("link", String(1000)),
    Column("author", String(130), nullable=False),
    Column("at", UtcTime, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    # The LMS knows a message by this key, so that one sent twice after a crash is one there.
    Column("key", Uuid, primary_key=True),
    Column("telling_id", Number, ForeignKey("tellings.id"), nullable=False),
    Column("site_id", String(64), nullable=False),
    Column("person_id", String(300), nullable=False),
    Column("report_key", Uuid, ForeignKey("reports.key"), index=True),
    Column("locale", String(16), nullable=False),
    chosen("state", ("waiting", "shown", "sent", "failed", "cancelled")),
    Column("error", String(64), nullable=False, default=""),
    Column("means", String(16)),  # how it goes, once that is decided; the LMS where it is not
    Column("attempts", Integer, nullable=False, default=0),
    Column("at", UtcTime, nullable=False),  # when the state became what it is
    UniqueConstraint("telling_id", "site_id", "person_id"),
    Index("ix_deliveries_state", "telling_id", "state"),
)


def tell(
    conn: Connection,
    values: Mapping[str, Any],
    recipients: Sequence[Mapping[str, Any]],
    now: datetime,
    *,
    reporting: Select[Any] | None = None,
    but_not: tuple[str, datetime] | None = None,
) -> tuple[int, int]:
    """Keep a telling with one delivery for each recipient.

    Args:
        values: case_id, room_key, course_id, cause, message, text, link, author; what is left out is null.
        recipients: site_id, person_id, report_key, locale; a person named twice is told once.
        reporting: a query for more of them, who come first.
        but_not: a link and a moment; who was sent that link since is not sent it again.

    Returns:
        The telling's number, and how many are told.
    """
    telling = int(conn.execute(insert(tellings).values({**values, "at": now}).returning(tellings.c.id)).scalar_one())
    same = {"telling_id": telling, "state": "waiting", "error": "", "attempts": 0, "at": now}
    if reporting is not None:
        who = reporting.add_columns(
            *(literal(value, deliveries.c[name].type) for name, value in same.items()), _new_key(conn)
        )
        names = [*reporting.selected_columns.keys(), *same, "key"]
        # Within the database: row by row, a room of three hundred would hold up every other writer for 13 ms more.
        conn.execute(upserting(conn, deliveries).from_select(names, who).on_conflict_do_nothing())
    once = {(one["site_id"], one["person_id"]): one for one in reversed(recipients)}
    if once:
        rows = [{**one, **same, "key": uuid.uuid4()} for one in once.values()]
        conn.execute(insert_ignoring(conn, deliveries), rows)
    if but_not is not None:
        _leave_out(conn, telling, *but_not)
    told = conn.scalar(select(func.count()).where(deliveries.c.telling_id == telling))
    return telling, int(told or 0)


def _leave_out(conn: Connection, telling_id: int, link: str, since: datetime) -> None:
    before = (
        select(deliveries.c.site_id, deliveries.c.person_id)
        .join(tellings, tellings.c.id == deliveries.c.telling_id)
        .where(tellings.c.link == link, tellings.c.at >= since, tellings.c.id != telling_id)
    )
    same = tuple_(deliveries.c.site_id, deliveries.c.person_id).in_(before)
    conn.execute(delete(deliveries).where(deliveries.c.telling_id == telling_id, same))


def _new_key(conn: Connection) -> ColumnElement[Any]:
    if conn.dialect.name == "postgresql":
        return func.gen_random_uuid()
    return func.lower(func.hex(func.randomblob(16)))


def forget(conn: Connection, telling_id: int) -> None:
    """Take back, in the transaction that kept it, a telling that reaches nobody."""
    conn.execute(delete(tellings).where(tellings.c.id == telling_id))


def get(conn: Connection, telling_id: int) -> Row[Any] | None:
    """One telling."""
    return conn.execute(select(tellings).where(tellings.c.id == telling_id)).one_or_none()


def last_by(conn: Connection, case_id: int, cause: str, author: str, now: datetime) -> int | None:
    """What somebody has just told a case's people, in this very transaction."""
    which = and_(tellings.c.case_id == case_id, tellings.c.cause == cause, tellings.c.author == author)
    found: int | None = conn.scalar(select(func.max(tellings.c.id)).where(which, tellings.c.at == now))
    return found


def of_cases(conn: Connection, case_ids: Collection[int]) -> list[Row[Any]]:
    """What the reporters of these cases were told, oldest first."""
    query = select(tellings).where(tellings.c.case_id.in_(list(case_ids)))
    return list(conn.execute(query.order_by(tellings.c.id)))


def of_room(conn: Connection, room_key: str, since: datetime) -> list[Row[Any]]:
    """What a room's people were told beside its cases, such as where the class goes on; oldest first."""
    which = (tellings.c.room_key == room_key, tellings.c.case_id.is_(None), tellings.c.cause != "staff")
    query = select(tellings).where(*which, tellings.c.at >= since)
    return list(conn.execute(query.order_by(tellings.c.id)))


def counted(conn: Connection, telling_ids: Collection[int]) -> dict[int, Counter[str]]:
    """For each telling, how many deliveries stand in each state."""
    query = (
        select(deliveries.c.telling_id, deliveries.c.state, func.count())
        .where(deliveries.c.telling_id.in_(list(telling_ids)))
        .group_by(deliveries.c.telling_id, deliveries.c.state)
    )
    counts: dict[int, Counter[str]] = {}
    for telling_id, state, number in conn.execute(query):
        counts.setdefault(telling_id, Counter())[state] = number
    return counts


def recipients(conn: Connection, telling_id: int) -> list[Row[Any]]:
    """Every delivery of a telling, with the person's name as it is known or was given; what failed first."""
    return recipients_of(conn, [telling_id])[telling_id]


def recipients_of(conn: Connection, telling_ids: Collection[int]) -> dict[int, list[Row[Any]]]:
    """The same of several tellings, each by its number."""
    found: dict[int, list[Row[Any]]] = {number: [] for number in telling_ids}
    if not found:
        return found
    same = and_(people.c.site_id == deliveries.c.site_id, people.c.person_id == deliveries.c.person_id)
    name = func.coalesce(people.c.name, reports.c.body["name"].as_string()).label("name")
    given = reports.c.key == deliveries.c.report_key
    query = select(deliveries, name).outerjoin(people, same).outerjoin(reports, given)
    query = query.where(deliveries.c.telling_id.in_(list(found)))
    for row in conn.execute(query.order_by(deliveries.c.state != "failed", name, deliveries.c.person_id)):
        found[row.telling_id].append(row)
    return found


# What the words of a telling need beside it: the reader's report, since when its failure lasts, and the course.
_ABOUT: Final = (
    reports.c.symptom, reports.c.reference, reports.c.body, cases.c.opened_at, cases.c.symptom.label("case_symptom"),
    courses.c.name.label("course_name"), cases.c.kind.label("case_kind"), cases.c.category.label("case_category"),
)  # fmt: skip


def _with_its_words(query: Select[Any], site_id: Any, report_key: Any) -> Select[Any]:
    course_id = func.coalesce(reports.c.course_id, cases.c.course_id, tellings.c.course_id)
    return (
        query.add_columns(*_ABOUT)
        .outerjoin(reports, reports.c.key == report_key)
        .outerjoin(cases, cases.c.id == tellings.c.case_id)
        .outerjoin(courses, and_(courses.c.site_id == site_id, courses.c.course_id == course_id))
    )


def waiting(conn: Connection, telling_id: int, limit: int) -> list[Row[Any]]:
    """Deliveries that nobody has read yet and nobody has sent, with what their words need."""
    query: Select[Any] = (
        select(deliveries)
        .join(tellings, tellings.c.id == deliveries.c.telling_id)
        .where(deliveries.c.telling_id == telling_id, deliveries.c.state == "waiting", deliveries.c.means.is_(None))
    )
    query = _with_its_words(query, deliveries.c.site_id, deliveries.c.report_key)
    return list(conn.execute(query.order_by(deliveries.c.attempts, deliveries.c.key).limit(limit)))


def trying(conn: Connection, keys: Collection[uuid.UUID]) -> None:
    """An attempt is recorded before it is made (architecture.md, decision 4)."""
    which = and_(deliveries.c.key.in_(list(keys)), deliveries.c.state == "waiting")
    conn.execute(update(deliveries).where(which).values(attempts=deliveries.c.attempts + 1))


def not_tried(conn: Connection, keys: Collection[uuid.UUID]) -> None:
    """An attempt that reached nobody is taken back."""
    which = and_(deliveries.c.key.in_(list(keys)), deliveries.c.state == "waiting", deliveries.c.attempts > 0)
    conn.execute(update(deliveries).where(which).values(attempts=deliveries.c.attempts - 1))


def settle(
    conn: Connection,
    keys: Collection[uuid.UUID],
    state: Literal["shown", "sent", "failed", "cancelled"],
    now: datetime,
    *,
    error: str = "",
) -> int:
    """End deliveries that wait; what was shown or sent meanwhile stays so. Returns how many."""
    which = and_(deliveries.c.key.in_(list(keys)), deliveries.c.state == "waiting")
    return conn.execute(update(deliveries).where(which).values(state=state, error=error, at=now)).rowcount


def shown(conn: Connection, keys: Collection[uuid.UUID], now: datetime) -> int:
    """Their readers have read these; whatever failed before is needed no more. Returns how many that was news to."""
    which = and_(deliveries.c.key.in_(list(keys)), deliveries.c.state.in_(OPEN))
    return conn.execute(update(deliveries).where(which).values(state="shown", error="", at=now)).rowcount


def cancel_solved(conn: Connection, case_id: int, report_keys: Collection[uuid.UUID], now: datetime) -> int:
    """It is not solved after all: which of its people have not heard that it is, do not hear it; returns how many.

    Whether it was told on this case or, for all rooms at once, on the major incident that it is a part of.
    """
    parent = select(cases.c.parent_id).where(cases.c.id == case_id).scalar_subquery()
    about = select(tellings.c.id).where(
        tellings.c.cause == "solved", or_(tellings.c.case_id == case_id, tellings.c.case_id == parent)
    )
    cancelled = 0
    keys = list(report_keys)
    for some in (keys[i : i + _KEYS_AT_ONCE] for i in range(0, len(keys), _KEYS_AT_ONCE)):
        which = and_(
            deliveries.c.report_key.in_(some), deliveries.c.state.in_(OPEN), deliveries.c.telling_id.in_(about)
        )
        cancelled += conn.execute(update(deliveries).where(which).values(state="cancelled", at=now)).rowcount
    return cancelled


def said_to(conn: Connection, report_key: uuid.UUID, case_ids: Collection[int], reader: Person) -> list[Row[Any]]:
    """What was said to a report's reader, oldest first, with what its words need, and the delivery's key and state.

    That is what was delivered for this report, and about its cases to the same reader or to everybody; there `key` is
    None where the reader came too late to be among those who were told.

    Args:
        case_ids: the case that it stands in, and the major incident which that is a part of.
    """
    whose = and_(
        deliveries.c.telling_id == tellings.c.id, deliveries.c.site_id == reader[0], deliveries.c.person_id == reader[1]
    )
    query = select(*tellings.c, deliveries.c.key, deliveries.c.state)
    own = query.join(deliveries, whose).where(deliveries.c.report_key == report_key)
    found = {row.id: row for row in conn.execute(_with_its_words(own, reader[0], report_key))}
    if case_ids:
        about = query.outerjoin(deliveries, whose).where(tellings.c.case_id.in_(list(case_ids)))
        for row in conn.execute(_with_its_words(about, reader[0], report_key)):
            found.setdefault(row.id, row)
    return [found[one] for one in sorted(found) if found[one].state != "cancelled"]
