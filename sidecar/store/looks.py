"""Who has looked at a complaint or another confidential case: each look is a row (P16)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, String, Table, insert, select
from sqlalchemy.engine import Connection

from sidecar.store.base import Number, UtcTime, chosen, metadata, numbered

HOW = ("page", "search", "export", "print", "file")

looks = Table(
    "looks",
    metadata,
    numbered(),
    Column("case_id", Number, ForeignKey("cases.id"), nullable=False),
    Column("viewer_key", String(130), nullable=False),
    Column("at", UtcTime, nullable=False),
    chosen("how", HOW),
    Index("ix_looks_case", "case_id", "id"),
)


def note(conn: Connection, case_id: int, viewer_key: str, how: str, now: datetime) -> None:
    """Keep that somebody looked."""
    note_all(conn, [case_id], viewer_key, how, now)


def note_all(conn: Connection, case_ids: Collection[int], viewer_key: str, how: str, now: datetime) -> None:
    """Keep that somebody looked at each of these."""
    if case_ids:
        conn.execute(
            insert(looks), [{"case_id": one, "viewer_key": viewer_key, "at": now, "how": how} for one in case_ids]
        )


def of_case(conn: Connection, case_id: int, limit: int = 100) -> Sequence[Any]:
    """Who looked at a case, the latest first."""
    query = select(looks.c.viewer_key, looks.c.at, looks.c.how).where(looks.c.case_id == case_id)
    return conn.execute(query.order_by(looks.c.id.desc()).limit(limit)).all()
