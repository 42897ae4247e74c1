"""What is said on a case, in both directions, and notes among staff. Delivery is another table's business."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text, insert
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
