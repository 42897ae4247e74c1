"""What was proposed as the end of a case, and what became of that: decision, cause, remedy (P14, P15)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, String, Table, Text, insert, select, update
from sqlalchemy.engine import Connection, Row

from sidecar.store.base import Number, UtcTime, metadata, numbered

resolutions = Table(
    "resolutions",
    metadata,
    numbered(),
    Column("case_id", Number, ForeignKey("cases.id"), nullable=False, index=True),
    Column("at", UtcTime, nullable=False),
    Column("by", String(130), nullable=False),
    Column("decision", String(32), nullable=False),
    Column("root_cause", Text, nullable=False),
    Column("remedy", Text, nullable=False),
    Column("corrective", Text, nullable=False),
    Column("answer", Text, nullable=False),  # what the reporter reads when it is verified
    Column("verified_at", UtcTime),
    Column("verified_by", String(130)),
    Column("refused_at", UtcTime),
)


def propose(conn: Connection, case_id: int, by: str, values: Mapping[str, str], now: datetime) -> None:
    """Keep a proposal."""
    conn.execute(insert(resolutions), {"case_id": case_id, "at": now, "by": by, **values})


def latest(conn: Connection, case_id: int) -> Row[Any] | None:
    """The last proposal of a case."""
    query = select(resolutions).where(resolutions.c.case_id == case_id).order_by(resolutions.c.id.desc()).limit(1)
    return conn.execute(query).one_or_none()


def verified(conn: Connection, proposal_id: int, by: str, now: datetime) -> None:
    """Somebody else has verified it."""
    which = resolutions.c.id == proposal_id
    conn.execute(update(resolutions).where(which).values(verified_at=now, verified_by=by))


def refused(conn: Connection, proposal_id: int, now: datetime) -> None:
    """It did not hold."""
    conn.execute(update(resolutions).where(resolutions.c.id == proposal_id).values(refused_at=now))
