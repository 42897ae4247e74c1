"""How content reporters are: asked once, when their case has been closed (P14)."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, Table, Text, Uuid, exists, func, select
from sqlalchemy.engine import Connection, Row

from sidecar.store.accused import accused
from sidecar.store.base import Number, UtcTime, insert_ignoring, metadata

ratings = Table(
    "ratings",
    metadata,
    Column("report_key", Uuid, ForeignKey("reports.key"), primary_key=True),
    Column("case_id", Number, ForeignKey("cases.id"), nullable=False, index=True),
    Column("score", Integer, nullable=False),  # 1 to 5
    Column("text", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
)


def rate(conn: Connection, report_key: uuid.UUID, case_id: int, score: int, text: str, now: datetime) -> bool:
    """Keep a rating; False where one stands already: it is asked once."""
    row = {"report_key": report_key, "case_id": case_id, "score": score, "text": text, "at": now}
    kept = conn.execute(insert_ignoring(conn, ratings).returning(ratings.c.report_key), row)
    return kept.one_or_none() is not None


def of_report(conn: Connection, report_key: uuid.UUID) -> Row[Any] | None:
    """What a report's sender said."""
    return conn.execute(select(ratings).where(ratings.c.report_key == report_key)).one_or_none()


def average(
    conn: Connection, since: datetime, until: datetime, *, hidden_from: Collection[str] = ()
) -> tuple[float | None, int]:
    """The average of a period, and of how many.

    Args:
        hidden_from: keys of who reads: what is said of a complaint about them is not counted.
    """
    own = exists().where(accused.c.case_id == ratings.c.case_id, accused.c.key.in_(list(hidden_from)))
    query = select(func.avg(ratings.c.score), func.count()).where(ratings.c.at >= since, ratings.c.at < until, ~own)
    mean, count = conn.execute(query).one()
    return (float(mean) if mean is not None else None), int(count)
