"""People as reports and the LMS have named them; personal data lives here and in reports, facts and messages only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Index, String, Table, func
from sqlalchemy.engine import Connection

from sidecar.domain.report import ContactPreference, Role
from sidecar.store.base import UtcTime, chosen, metadata, upserting

_WORDS = frozenset({"name", "email", "phone", "contact_preference"})

people = Table(
    "people",
    metadata,
    Column("site_id", String(64), primary_key=True),
    Column("person_id", String(64), primary_key=True),
    Column("name", String(300), nullable=False, default=""),
    Column("email", String(254)),
    Column("phone", String(32)),
    Column("locale", String(16), nullable=False),
    chosen("role", Role),
    chosen("contact_preference", ContactPreference, nullable=True),
    Column("seen_at", UtcTime, nullable=False),
    Index("ix_people_phone", "phone"),
)


def note(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Keep what the latest report says of its sender; what it does not say stays as it was known.

    In one order, since two workers may note the same people at once.
    """
    if rows:
        new = upserting(conn, people)
        said = {c.name: func.coalesce(func.nullif(new.excluded[c.name], ""), c) for c in people.c if c.name in _WORDS}
        sure = {name: new.excluded[name] for name in ("locale", "role", "seen_at")}
        statement = new.on_conflict_do_update(index_elements=["site_id", "person_id"], set_=said | sure)
        conn.execute(statement, sorted(rows, key=lambda r: (r["site_id"], r["person_id"])))
