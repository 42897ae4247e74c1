"""People as reports and the LMS have named them; personal data lives here and in reports, facts and messages only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Index, String, Table, and_
from sqlalchemy.engine import Connection

from sidecar.domain.report import ContactPreference, Role
from sidecar.store.base import UtcTime, chosen, insert_ignoring, metadata

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
    """Keep what the latest report says of its sender; what it does not say stays as it was known."""
    for row in sorted(rows, key=lambda r: (r["site_id"], r["person_id"])):
        said = {k: v for k, v in row.items() if v not in {None, ""} and k not in {"site_id", "person_id"}}
        known = and_(people.c.site_id == row["site_id"], people.c.person_id == row["person_id"])
        if conn.execute(people.update().where(known).values(said)).rowcount == 0:
            conn.execute(insert_ignoring(conn, people), row)
