"""Who has a case open right now, and whether they write: so that two people do not answer at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Boolean, Column, ForeignKey, String, Table, delete, select
from sqlalchemy.engine import Connection

from sidecar.store.base import Number, UtcTime, metadata, upserting

STILL: Final = timedelta(seconds=45)
"""A page says every fifteen seconds that it is still open."""

desk_presence = Table(
    "desk_presence",
    metadata,
    Column("case_id", Number, ForeignKey("cases.id"), primary_key=True),
    Column("viewer_key", String(130), primary_key=True),
    Column("seen_at", UtcTime, nullable=False),
    Column("writing", Boolean, nullable=False),
)


def here(conn: Connection, case_id: int, viewer_key: str, now: datetime, *, writing: bool) -> None:
    """Somebody has the case open."""
    row = {"case_id": case_id, "viewer_key": viewer_key, "seen_at": now, "writing": writing}
    new = upserting(conn, desk_presence)
    kept = {name: new.excluded[name] for name in ("seen_at", "writing")}
    conn.execute(new.on_conflict_do_update(index_elements=["case_id", "viewer_key"], set_=kept), row)


def others(conn: Connection, case_id: int, viewer_key: str, now: datetime) -> Sequence[Any]:
    """Who else has it open: viewer_key, writing."""
    mine, old = desk_presence.c.viewer_key == viewer_key, desk_presence.c.seen_at < now - STILL
    query = select(desk_presence.c.viewer_key, desk_presence.c.writing)
    return conn.execute(query.where(desk_presence.c.case_id == case_id, ~mine, ~old)).all()


def tidy(conn: Connection, now: datetime) -> None:
    """Forget who is not there any more."""
    conn.execute(delete(desk_presence).where(desk_presence.c.seen_at < now - 10 * STILL))
