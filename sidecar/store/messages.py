"""What is said on a case, in both directions, and notes among staff. Delivery is another table's business."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text, insert, select
from sqlalchemy.engine import Connection

from sidecar.store.base import Number, UtcTime, chosen, metadata, numbered

messages = Table(
    "messages",
    metadata,
    numbered(),
    Column("case_id", Number, ForeignKey("cases.id"), nullable=False),
    chosen("kind", ("reply", "question", "note")),
    Column("author", String(130), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Index("ix_messages_case", "case_id", "at"),
)


def say(conn: Connection, case_id: int, kind: str, author: str, text: str, now: datetime) -> int:
    """Keep what was said; returns its id, which is what the timeline carries."""
    row = {"case_id": case_id, "kind": kind, "author": author, "text": text, "at": now}
    return int(conn.execute(insert(messages).values(row).returning(messages.c.id)).scalar_one())


def last_of(conn: Connection, case_id: int, kind: str) -> tuple[str, str] | None:
    """Who said what last on a case, of this kind."""
    query = select(messages.c.author, messages.c.text).where(messages.c.case_id == case_id, messages.c.kind == kind)
    row = conn.execute(query.order_by(messages.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else (row.author, row.text)
