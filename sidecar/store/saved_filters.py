"""Filters of the queue that somebody keeps under a name; each person's are their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Column, Integer, String, Table, UniqueConstraint, delete, func, select, update
from sqlalchemy.engine import Connection, Row

from sidecar.store.base import Json, metadata, numbered, upserting

saved_filters = Table(
    "saved_filters",
    metadata,
    numbered(),
    Column("owner_key", String(130), nullable=False),  # as `Viewer.key`
    Column("name", String(60), nullable=False),
    Column("query", Json, nullable=False),  # fields of the queue's address, each checked
    Column("position", Integer, nullable=False),
    UniqueConstraint("owner_key", "name"),
)

MOST: Final = 30
LONGEST: Final = 60


def of(conn: Connection, owner: str) -> Sequence[Row[Any]]:
    """What somebody has saved, in their order."""
    mine = select(saved_filters).where(saved_filters.c.owner_key == owner)
    return conn.execute(mine.order_by(saved_filters.c.position, saved_filters.c.id)).all()


def save(conn: Connection, owner: str, name: str, query: Mapping[str, str]) -> None:
    """Keep a filter; under a name that is there already it takes that one's place."""
    last = conn.scalar(select(func.max(saved_filters.c.position)).where(saved_filters.c.owner_key == owner))
    new = upserting(conn, saved_filters)
    row = {"owner_key": owner, "name": name, "query": dict(query), "position": (last or 0) + 1}
    anew = new.on_conflict_do_update(index_elements=["owner_key", "name"], set_={"query": new.excluded.query})
    conn.execute(anew, row)


def rename(conn: Connection, owner: str, number: int, name: str) -> bool:
    """Call a filter otherwise; whether it was there, and theirs."""
    mine = (saved_filters.c.id == number, saved_filters.c.owner_key == owner)
    changed = conn.execute(update(saved_filters).where(*mine).values(name=name).returning(saved_filters.c.id))
    return changed.one_or_none() is not None


def remove(conn: Connection, owner: str, number: int) -> bool:
    """Forget a filter; whether it was there, and theirs."""
    mine = (saved_filters.c.id == number, saved_filters.c.owner_key == owner)
    gone = conn.execute(delete(saved_filters).where(*mine).returning(saved_filters.c.id))
    return gone.one_or_none() is not None
