"""How many people are in a live room, as the classroom's platform last told; hidden where nothing knows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Integer, String, Table, select
from sqlalchemy.engine import Connection, Row

from sidecar.store.base import UtcTime, metadata, upserting

presence = Table(
    "presence",
    metadata,
    Column("site_id", String(64), primary_key=True),
    Column("room_key", String(255), primary_key=True),
    Column("present", Integer),  # none: asked, and nobody could tell
    Column("source", String(64), nullable=False),
    Column("at", UtcTime, nullable=False),
)


def keep(conn: Connection, values: Mapping[str, Any]) -> None:
    """What was told of a room now: site_id, room_key, present, source, at."""
    new = upserting(conn, presence)
    told = {name: new.excluded[name] for name in ("present", "source", "at")}
    conn.execute(new.on_conflict_do_update(index_elements=["site_id", "room_key"], set_=told), values)


def of_rooms(conn: Connection, room_keys: Collection[str], since: datetime) -> dict[str, Row[Any]]:
    """The rooms of which something is known that is no older than `since`, by key."""
    query = select(presence).where(
        presence.c.room_key.in_(list(room_keys)), presence.c.at >= since, presence.c.present.is_not(None)
    )
    return {row.room_key: row for row in conn.execute(query)}


def asked_since(conn: Connection, room_keys: Collection[str], since: datetime) -> frozenset[str]:
    """The rooms that were asked about since, whatever came of it."""
    query = select(presence.c.room_key).where(presence.c.room_key.in_(list(room_keys)), presence.c.at > since)
    return frozenset(conn.scalars(query))
