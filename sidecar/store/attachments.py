"""Which file belongs to which report or case, and who put it there. The content stands in `blobs`, under its digest."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
    UniqueConstraint,
    Uuid,
    and_,
    func,
    or_,
    select,
)
from sqlalchemy.engine import Connection, Row

from sidecar.domain.attachments import FileKind
from sidecar.store.base import Json, Number, UtcTime, chosen, insert_ignoring, metadata
from sidecar.store.tellings import deliveries, tellings
from sidecar.store.uploads import Kept

attachments = Table(
    "attachments",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("report_key", Uuid, ForeignKey("reports.key"), index=True),
    Column("addition_key", Uuid, ForeignKey("additions.key"), index=True),
    Column("case_id", Number, ForeignKey("cases.id"), index=True),
    Column("message_id", Number, ForeignKey("messages.id")),
    Column("telling_id", Number, ForeignKey("tellings.id"), index=True),  # of the answer that it went out with
    Column("put_by", String(365), nullable=False),
    Column("place", String(64), nullable=False),
    Column("given", String(64), nullable=False),  # digest of what was sent
    Column("digest", String(64), nullable=False, index=True),  # of what is stored
    Column("name", String(255), nullable=False),
    chosen("kind", FileKind),
    Column("size", Integer, nullable=False),
    Column("width", Integer),
    Column("height", Integer),
    Column("flags", Json, nullable=False),
    Column("at", UtcTime, nullable=False),
    # The same file twice by the same person at the same place is one row.
    UniqueConstraint("place", "put_by", "given"),
    CheckConstraint("report_key IS NOT NULL OR case_id IS NOT NULL", name="belongs"),
)


@dataclass(frozen=True, slots=True)
class Where:
    """What files are put to.

    Attributes:
        place: within which the same file of the same person is one: a report, or the notes or answers of a case.
    """

    place: str
    put_by: str
    report_key: uuid.UUID | None = None
    addition_key: uuid.UUID | None = None
    case_id: int | None = None
    message_id: int | None = None
    telling_id: int | None = None


def of_report(report_key: uuid.UUID, put_by: str, addition_key: uuid.UUID | None = None) -> Where:
    """A report's own."""
    return Where(f"report:{report_key.hex}", put_by, report_key=report_key, addition_key=addition_key)


def known(conn: Connection, where: Where, files: Collection[Kept]) -> set[str]:
    """Which of these files this person has put there already, by the digest of what was sent."""
    query = select(attachments.c.given).where(_there(where), attachments.c.given.in_([one.given for one in files]))
    return set(conn.scalars(query))


def count(conn: Connection, where: Where) -> int:
    """How many files this person has put there."""
    return int(conn.scalar(select(func.count()).select_from(attachments).where(_there(where))) or 0)


def _there(where: Where) -> Any:
    return and_(attachments.c.place == where.place, attachments.c.put_by == where.put_by)


def put(conn: Connection, where: Where, files: Collection[Kept], now: datetime) -> list[uuid.UUID]:
    """Name files whose content is stored; the ids of those that are new there."""
    ids = []
    for one in files:
        row = {
            "id": uuid.uuid4(), "report_key": where.report_key, "addition_key": where.addition_key,
            "case_id": where.case_id, "message_id": where.message_id, "telling_id": where.telling_id,
            "put_by": where.put_by, "place": where.place, "given": one.given, "digest": one.digest, "name": one.name,
            "kind": one.kind, "size": one.size, "width": one.width, "height": one.height, "flags": list(one.flags),
            "at": now,
        }  # fmt: skip
        made = conn.execute(insert_ignoring(conn, attachments).returning(attachments.c.id), row).scalar_one_or_none()
        if made is not None:
            ids.append(made)
    return ids


def of_addition(conn: Connection, addition_key: uuid.UUID) -> list[uuid.UUID]:
    """The files that came with what a reporter added."""
    query = select(attachments.c.id).where(attachments.c.addition_key == addition_key)
    return list(conn.scalars(query.order_by(attachments.c.at, attachments.c.id)))


def of_case(conn: Connection, case_id: int, report_keys: Sequence[uuid.UUID]) -> list[Row[Any]]:
    """Every file of a case: of its reports, and of what staff wrote; oldest first."""
    query = select(attachments).where(
        or_(attachments.c.case_id == case_id, attachments.c.report_key.in_(list(report_keys)))
    )
    return list(conn.execute(query.order_by(attachments.c.at, attachments.c.id)))


def for_reader(
    conn: Connection, report_key: uuid.UUID, case_id: int | None, reader: tuple[str, str] | None
) -> list[Row[Any]]:
    """What a report's reader may open: one's own files, and those of answers that went to this reader.

    Args:
        case_id: the case in which the report stands.
        reader: site and person; None for a report that nobody is told of.
    """
    if reader is None:
        return []
    # An answer in two languages is two tellings of one moment; its files hang on one of them and belong to both.
    its, same = tellings.alias("its"), tellings.alias("same")
    both = and_(
        same.c.case_id == its.c.case_id, same.c.cause == its.c.cause, same.c.author == its.c.author,
        same.c.at == its.c.at,
    )  # fmt: skip
    told = (
        select(deliveries.c.telling_id)
        .join(same, same.c.id == deliveries.c.telling_id)
        .join(its, or_(its.c.id == same.c.id, both))
        .where(deliveries.c.site_id == reader[0], deliveries.c.person_id == reader[1])
        .where(deliveries.c.state != "cancelled")
        .where(or_(deliveries.c.report_key == report_key, attachments.c.case_id == case_id))
        .where(its.c.id == attachments.c.telling_id)
        .exists()
    )
    own = and_(attachments.c.report_key == report_key, attachments.c.put_by == f"{reader[0]}:{reader[1]}")
    query = select(attachments).where(or_(own, and_(attachments.c.telling_id.is_not(None), told)))
    return list(conn.execute(query.order_by(attachments.c.at, attachments.c.id)))


def named(conn: Connection, digests: Collection[str]) -> set[str]:
    """Which of these digests a row names."""
    return set(conn.scalars(select(attachments.c.digest).where(attachments.c.digest.in_(list(digests)))))
