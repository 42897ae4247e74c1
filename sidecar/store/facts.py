"""Snapshots of what the LMS said, one for each report; every value with its source and its time."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, String, Table, Uuid, select, update
from sqlalchemy.engine import Connection, Row

from sidecar.domain.facts import Fact, Facts, FactsStatus
from sidecar.store.base import Json, UtcTime, chosen, insert_ignoring, metadata, upserting

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
    Column("before", Json),  # the snapshot before, so that a second look shows what changed
    Index("ix_facts_person", "site_id", "person_id", "course_id"),
)


def expect(conn: Connection, new_rows: Sequence[dict[str, Any]]) -> None:
    """Note for each report that facts are pending (or that there is nobody to ask about); once."""
    if new_rows:
        conn.execute(insert_ignoring(conn, facts), _in_order(new_rows))


def rows(site_id: str, found: Mapping[uuid.UUID, Facts]) -> list[dict[str, Any]]:
    """Snapshots as rows, made before a transaction is open."""
    return [
        {
            "report_key": key,
            "site_id": site_id,
            "person_id": told.person_id,
            "course_id": told.course_id,
            "status": FactsStatus.COMPLETE,
            "taken_at": told.taken_at,
            "snapshot": as_json(told),
        }
        for key, told in found.items()
    ]


def record_all(conn: Connection, new_rows: Sequence[dict[str, Any]]) -> None:
    """Keep many snapshots in one statement, replacing what stood for those reports.

    An upsert: assessment may be noting at this very moment that the same facts are pending.
    """
    if new_rows:
        new = upserting(conn, facts)
        replaced = {name: new.excluded[name] for name in new_rows[0] if name != "report_key"}
        replaced["before"] = facts.c.snapshot
        conn.execute(new.on_conflict_do_update(index_elements=["report_key"], set_=replaced), _in_order(new_rows))


@dataclass(frozen=True, slots=True)
class Told:
    """What the LMS said for one report.

    Attributes:
        facts: the snapshot; None where there is none yet.
        before: what it had said before it was asked again: name → value.
    """

    status: FactsStatus
    facts: Facts | None
    before: Mapping[str, Any]


def of_reports(conn: Connection, report_keys: Collection[uuid.UUID]) -> dict[uuid.UUID, Told]:
    """How far the facts of each report are, in the order asked; pending where nobody noted anything."""
    found = dict.fromkeys(report_keys, Told(FactsStatus.PENDING, None, {}))
    if found:
        for row in conn.execute(select(facts).where(facts.c.report_key.in_(list(found)))):
            before = {name: told["value"] for name, told in (row.before or {}).items()}
            found[row.report_key] = Told(FactsStatus(row.status), _snapshot(row), before)
    return found


def before_whole(conn: Connection, report_key: uuid.UUID) -> Facts | None:
    """The snapshot before the last one, to be judged as that one is."""
    row = conn.execute(select(facts).where(facts.c.report_key == report_key)).one_or_none()
    if row is None or not row.before:
        return None
    values = _values(row.before)
    return Facts(row.person_id, row.course_id, max(fact.at for fact in values.values()), values)


def _in_order(unordered: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Two lanes write the same reports' rows: unsorted batches deadlocked on PostgreSQL, sorted ones never."""
    return sorted(unordered, key=lambda row: str(row["report_key"]))


def set_status(conn: Connection, keys: Sequence[uuid.UUID], status: FactsStatus) -> None:
    """Say how far the facts of some reports are."""
    conn.execute(update(facts).where(facts.c.report_key.in_(keys)).values(status=status))


def get(conn: Connection, report_key: uuid.UUID) -> tuple[FactsStatus, Facts | None]:
    """How far a report's facts are, and the snapshot if there is one."""
    row = conn.execute(select(facts).where(facts.c.report_key == report_key)).one_or_none()
    return (FactsStatus.PENDING, None) if row is None else (FactsStatus(row.status), _snapshot(row))


def _snapshot(row: Row[Any]) -> Facts | None:
    if row.snapshot is None:
        return None
    return Facts(row.person_id, row.course_id, row.taken_at, _values(row.snapshot))


def places(conn: Connection, keys: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[str, str, str]]:
    """Of these reports the site, person and course that the LMS was asked about, where it was asked about a course."""
    asked = select(facts).where(facts.c.report_key.in_(keys), facts.c.person_id.is_not(None))
    rows = conn.execute(asked.where(facts.c.course_id.is_not(None)))
    return {row.report_key: (row.site_id, row.person_id, row.course_id) for row in rows}


def _values(kept: Mapping[str, Any]) -> dict[str, Fact]:
    return {
        name: Fact(v["value"], v["source"], datetime.fromisoformat(v["at"]), v["known"], v["note"])
        for name, v in kept.items()
    }


def as_json(told: Facts) -> dict[str, Any]:
    """A snapshot's values as a column keeps them."""
    return {
        name: {"value": f.value, "source": f.source, "at": f.at.isoformat(), "known": f.known, "note": f.note}
        for name, f in told.values.items()
    }
