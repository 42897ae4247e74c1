"""Who wrote a report down for somebody who called or came by."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Column, ForeignKey, String, Table, Uuid, select
from sqlalchemy.engine import Connection

from sidecar.store.base import UtcTime, insert_ignoring, metadata

logged_by = Table(
    "logged_by",
    metadata,
    Column("report_key", Uuid, ForeignKey("reports.key"), primary_key=True),
    Column("viewer_key", String(130), nullable=False),
    Column("at", UtcTime, nullable=False),
)


def note(conn: Connection, report_key: uuid.UUID, viewer_key: str, now: datetime) -> None:
    """Keep who wrote it, once."""
    conn.execute(insert_ignoring(conn, logged_by), {"report_key": report_key, "viewer_key": viewer_key, "at": now})


def of_reports(conn: Connection, keys: list[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Who wrote these, as far as somebody else than their reporter did."""
    found = conn.execute(select(logged_by).where(logged_by.c.report_key.in_(keys)))
    return {row.report_key: row.viewer_key for row in found}
