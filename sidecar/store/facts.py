"""Snapshots of what the LMS said, one for each report; every value with its source and its time."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, String, Table, Uuid, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from sidecar.domain.facts import Fact, Facts, FactsStatus
from sidecar.store.base import Json, UtcTime, chosen, insert_ignoring, metadata

facts = Table(
    "facts",
    metadata,
    Column("report_key", Uuid, ForeignKey("reports.key"), primary_key=True),
    Column("site_id", String(64), nullable=False),
    Column("person_id", String(64)),
    Column("course_id", String(64)),
    chosen("status", FactsStatus),
    Column("taken_at", UtcTime),
    Column("snapshot", Json),
    Index("ix_facts_person", "site_id", "person_id", "course_id"),
)


def expect(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Note for each report that facts are pending (or that there is nobody to ask about); once."""
    if rows:
        conn.execute(insert_ignoring(conn, facts), _in_order(rows))


def record_all(conn: Connection, site_id: str, found: dict[uuid.UUID, Facts]) -> None:
    """Keep many snapshots in one statement, replacing what stood for those reports.

    An upsert: assessment may be noting at this very moment that the same facts are pending.
    """
    if not found:
        return
    rows = [
        {
            "report_key": key,
            "site_id": site_id,
            "person_id": told.person_id,
            "course_id": told.course_id,
            "status": FactsStatus.COMPLETE,
            "taken_at": told.taken_at,
            "snapshot": _snapshot(told),
        }
        for key, told in found.items()
    ]
    build = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    new = build(facts)
    replaced = {name: new.excluded[name] for name in rows[0] if name != "report_key"}
    conn.execute(new.on_conflict_do_update(index_elements=["report_key"], set_=replaced), _in_order(rows))


def _in_order(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Two lanes write the same reports' rows: unsorted batches deadlocked on PostgreSQL, sorted ones never."""
    return sorted(rows, key=lambda row: str(row["report_key"]))


def set_status(conn: Connection, keys: Sequence[uuid.UUID], status: FactsStatus) -> None:
    """Say how far the facts of some reports are."""
    conn.execute(update(facts).where(facts.c.report_key.in_(keys)).values(status=status))


def get(conn: Connection, report_key: uuid.UUID) -> tuple[FactsStatus, Facts | None]:
    """How far a report's facts are, and the snapshot if there is one."""
    row = conn.execute(select(facts).where(facts.c.report_key == report_key)).one_or_none()
    if row is None:
        return FactsStatus.PENDING, None
    if row.snapshot is None:
        return FactsStatus(row.status), None
    values = {
        name: Fact(v["value"], v["source"], datetime.fromisoformat(v["at"]), v["known"], v["note"])
        for name, v in row.snapshot.items()
    }
    return FactsStatus(row.status), Facts(row.person_id, row.course_id, row.taken_at, values)


def _snapshot(found: Facts) -> dict[str, Any]:
    return {name: asdict(fact) | {"at": fact.at.isoformat()} for name, fact in found.values.items()}
