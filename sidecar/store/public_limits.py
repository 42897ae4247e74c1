"""How much has come by the public form, so that one sender cannot bury the others: counted by keyed hash, for hours."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Column, Index, String, Table, delete, func, insert, select
from sqlalchemy.engine import Connection

from sidecar.store.base import UtcTime, metadata, numbered

public_sent = Table(
    "public_sent",
    metadata,
    numbered(),
    Column("bucket", String(64), nullable=False),
    Column("at", UtcTime, nullable=False),
    Index("ix_public_sent_bucket", "bucket", "at"),
)


def sent(conn: Connection, buckets: Collection[str], now: datetime) -> None:
    """Count one that was taken."""
    conn.execute(insert(public_sent), [{"bucket": bucket, "at": now} for bucket in sorted(buckets)])


def how_many(conn: Connection, bucket: str, since: datetime) -> tuple[int, datetime | None]:
    """How many came since, and when the first of them did."""
    query = select(func.count(), func.min(public_sent.c.at))
    count, first = conn.execute(query.where(public_sent.c.bucket == bucket, public_sent.c.at >= since)).one()
    return count, first


def tidy(conn: Connection, before: datetime) -> None:
    """Forget what counts no more."""
    conn.execute(delete(public_sent).where(public_sent.c.at < before))
