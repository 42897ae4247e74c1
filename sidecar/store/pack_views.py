"""Who has looked at what the institute gives its supervisors: each view and each export is a row (P9, P16)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, String, Table, insert, select
from sqlalchemy.engine import Connection

from sidecar.store.base import UtcTime, chosen, metadata, numbered

WHAT = ("pack", "register", "csv", "print", "readiness", "readiness_csv", "readiness_print")

pack_views = Table(
    "pack_views",
    metadata,
    numbered(),
    Column("viewer_key", String(130), nullable=False),
    Column("at", UtcTime, nullable=False),
    chosen("what", WHAT),
    Column("period", String(16), nullable=False),  # a month, `2026-11`; empty where it was all
    Index("ix_pack_views_at", "at"),
)


def note(conn: Connection, viewer_key: str, what: str, period: str, now: datetime) -> None:
    """Keep that somebody looked."""
    conn.execute(insert(pack_views), {"viewer_key": viewer_key, "at": now, "what": what, "period": period})


def lately(conn: Connection, limit: int = 200) -> Sequence[Any]:
    """Who looked, the latest first."""
    query = select(pack_views.c.viewer_key, pack_views.c.at, pack_views.c.what, pack_views.c.period)
    return conn.execute(query.order_by(pack_views.c.id.desc()).limit(limit)).all()
