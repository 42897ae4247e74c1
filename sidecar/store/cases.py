"""Cases, which reports they gather, and their append-only timeline."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    Table,
    Uuid,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.engine import Connection, Row

from sidecar.domain.case import OPEN_STATES, Action, Case, CaseKind, State, after
from sidecar.domain.policy import Tier
from sidecar.domain.report import Channel, Symptom
from sidecar.store.base import Json, Number, UtcTime, chosen, metadata, numbered

NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
"""Stands for the moment of what is due at no time, so that it comes last."""
ENDED_STATES: Final = (State.CLOSED, State.WITHDRAWN)


def _listed(states: Iterable[State]) -> str:
    return ", ".join(f"'{state}'" for state in sorted(states))


def _kept(name: str, *columns: str, where: str) -> Index:
    """An index of what stands in queues alone: some thousands of rows beside the million that have ended."""
    return Index(f"ix_cases_{name}", *columns, postgresql_where=text(where), sqlite_where=text(where))


_QUEUED: Final = f"state IN ({_listed(OPEN_STATES)}) AND parent_id IS NULL"

cases = Table(
    "cases",
    metadata,
    numbered(),
    Column("site_id", String(64), nullable=False),
    chosen("kind", CaseKind),
    chosen("state", State),
    Column("category", String(64), nullable=False),
    Column("department", String(64), nullable=False),
    chosen("tier", Tier),
    Column("severity", Integer, nullable=False),
    chosen("channel", Channel),
    Column("opened_at", UtcTime, nullable=False),
    Column("clock_started_at", UtcTime, nullable=False),
    Column("last_report_at", UtcTime, nullable=False),
    Column("version", Integer, nullable=False, default=1),
    Column("policy_digest", String(64), nullable=False),
    chosen("symptom", Symptom, nullable=True),
    Column("join_key", String(255), unique=True),
    Column("incident_key", String(255), index=True),
    Column("room_key", String(255), index=True),
    Column("platform", String(64)),
    Column("course_id", String(64)),
    Column("activity_id", String(64)),
    Column("group_id", String(64)),
    Column("person_id", String(64)),
    Column("confidential", Boolean, nullable=False, default=False),
    Column("bars_room", Boolean, nullable=False, default=False),
    Column("declared", Boolean, nullable=False, default=False),
    Column("touched", Boolean, nullable=False, default=False),
    Column("owner", String(130)),
    Column("parent_id", Number, ForeignKey("cases.id"), index=True),
    Column("merged_into", Number, ForeignKey("cases.id")),
    Column("reports", Integer, nullable=False, default=0),
    Column("affected", Integer),
    Column("solved_at", UtcTime),
    Column("solved_by", String(130)),
    Column("paused_at", UtcTime),
    Column("closed_at", UtcTime),
    Column("overdue", Boolean, nullable=False, default=False),
    Column("escalated", Boolean, nullable=False, default=False),
    # The first deadline of those that run; `store/clocks.py` alone keeps it (decision 0024).
    Column("due_at", UtcTime, nullable=False, default=NEVER),
    _kept("open_due", "due_at", "id", where=_QUEUED),
    _kept("open_tier", "tier", "due_at", "id", where=_QUEUED),
    _kept("open_department", "department", "tier", "due_at", "id", where=_QUEUED),
    _kept("open_owner", "owner", "due_at", "id", where=_QUEUED),
    _kept("open_severity", "severity", "due_at", "id", where=_QUEUED),
    _kept("open_opened", "opened_at", "id", where=_QUEUED),
    _kept("resolved", "due_at", "id", where=f"state IN ({_listed([State.RESOLVED])})"),
    _kept("ended", "opened_at", "id", where=f"state IN ({_listed(ENDED_STATES)})"),
)

case_reports = Table(
    "case_reports",
    metadata,
    # A report stands in one case at a time, so that its reporter's link always leads somewhere (A3).
    Column("report_key", Uuid, ForeignKey("reports.key"), primary_key=True),
    Column("case_id", Number, ForeignKey("cases.id"), nullable=False),
    Column("joined_at", UtcTime, nullable=False),
    chosen("how", ("opened", "joined", "already_known", "split", "merged")),
    Index("ix_case_reports_case", "case_id", "joined_at"),
)

events = Table(
    "events",
    metadata,
    numbered(),
    Column("case_id", Number, ForeignKey("cases.id"), nullable=False),
    Column("at", UtcTime, nullable=False),
    chosen("action", Action),
    Column("actor", String(130), nullable=False),  # a person's key, or `nidaa`
    Column("reason", String(64), nullable=False, default=""),  # a code, translated where it is shown
    Column("public", Boolean, nullable=False, default=False),  # whether the reporter may see it
    Column("data", Json, nullable=False),  # ids and codes, never personal data
    Index("ix_events_case", "case_id", "id"),
    Index("ix_events_at", "at"),  # the live feed asks what happened lately
)

ITSELF = "nidaa"
_FIELDS = tuple(field.name for field in fields(Case))
_ENUMS: Mapping[str, type[StrEnum]] = {"kind": CaseKind, "state": State, "tier": Tier}


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a case's timeline."""

    id: int
    case_id: int
    at: datetime
    action: Action
    actor: str
    reason: str
    public: bool
    data: Mapping[str, Any]


class Stale(Exception):
    """Somebody changed the case since the version the caller saw."""


def from_row(row: Row[Any]) -> Case:
    """A row as the case."""
    values: dict[str, Any] = {name: getattr(row, name) for name in _FIELDS}
    for name, enum in _ENUMS.items():
        values[name] = enum(values[name])
    return Case(**values)


def locked(query: Select[Any]) -> Select[Any]:
    """The query, locking its cases against change. Not against being referred to: a room that changes looks whether its
    major incident is there, and would deadlock with who solves that one and all its rooms."""
    return query.with_for_update(key_share=True)


def get(conn: Connection, case_id: int, *, lock: bool = False) -> Case | None:
    """One case; with `lock`, nobody else changes it before this transaction ends."""
    query = select(cases).where(cases.c.id == case_id)
    row = conn.execute(locked(query) if lock else query).one_or_none()
    return None if row is None else from_row(row)


def of_report(conn: Connection, report_key: uuid.UUID, *, lock: bool = False) -> Case | None:
    """The case a report stands in; None until it is assessed."""
    where = select(case_reports.c.case_id).where(case_reports.c.report_key == report_key)
    case_id = conn.scalar(where)
    while case_id is not None:
        case = get(conn, case_id, lock=lock)
        # Merged or split away while this waited for the lock: it stands elsewhere now.
        if not lock or (moved_to := conn.scalar(where)) == case_id:
            return case
        case_id = moved_to
    return None


def how_joined(conn: Connection, report_key: uuid.UUID) -> str | None:
    """How a report came to stand where it stands."""
    return conn.scalar(select(case_reports.c.how).where(case_reports.c.report_key == report_key))


def open_case(conn: Connection, values: Mapping[str, Any]) -> int:
    """Insert a case that nothing joins by key; returns its number."""
    return int(conn.execute(insert(cases).values(values).returning(cases.c.id)).scalar_one())


def expect(case: Case, version: int | None) -> None:
    """Refuse what somebody asked for who saw another version of a locked case; None asks nothing.

    Raises:
        Stale
    """
    if version is not None and version != case.version:
        raise Stale(f"case {case.id} is at version {case.version}, not {version}")


def change(conn: Connection, case: Case, action: Action, *, version: int | None = None, **values: Any) -> Case:
    """Move a locked case by the table of transitions and write its other changes.

    Args:
        version: the version a person saw, refused when it is not the present one.

    Raises:
        NotAllowed: this state does not allow the action.
        Stale: the case has changed since `version`.
    """
    expect(case, version)
    state = after(case.state, action)
    new = {"state": state, "version": case.version + 1, **values}
    row = conn.execute(
        update(cases).where(cases.c.id == case.id, cases.c.version == case.version).values(new).returning(*cases.c)
    ).one_or_none()
    if row is None:
        raise Stale(f"case {case.id} has changed meanwhile")
    return from_row(row)


def attach(conn: Connection, case_id: int, keys: Sequence[uuid.UUID], how: str, now: datetime) -> None:
    """Put reports on a case."""
    if keys:
        conn.execute(
            insert(case_reports), [{"report_key": k, "case_id": case_id, "joined_at": now, "how": how} for k in keys]
        )


def move_reports(conn: Connection, keys: Sequence[uuid.UUID], to: int, how: str, now: datetime) -> None:
    """Let reports stand in another case: what split and merge do."""
    conn.execute(
        update(case_reports).where(case_reports.c.report_key.in_(keys)).values(case_id=to, how=how, joined_at=now)
    )


def assessed(conn: Connection, keys: Sequence[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Which of the reports stand in a case already."""
    return frozenset(conn.scalars(select(case_reports.c.report_key).where(case_reports.c.report_key.in_(keys))))


def report_keys(conn: Connection, case_id: int) -> list[uuid.UUID]:
    """The reports of a case, in the order they joined."""
    query = select(case_reports.c.report_key).where(case_reports.c.case_id == case_id)
    return list(conn.scalars(query.order_by(case_reports.c.joined_at, case_reports.c.report_key)))


def record(
    conn: Connection,
    case_id: int,
    action: Action,
    now: datetime,
    *,
    actor: str = ITSELF,
    reason: str = "",
    public: bool = False,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Append to the timeline; `data` holds ids and codes only."""
    conn.execute(
        insert(events),
        {
            "case_id": case_id,
            "at": now,
            "action": action,
            "actor": actor,
            "reason": reason,
            "public": public,
            "data": dict(data or {}),
        },
    )


def timeline(conn: Connection, case_id: int, *, public_only: bool = False) -> list[Event]:
    """What happened to a case, oldest first."""
    query = select(events).where(events.c.case_id == case_id).order_by(events.c.id)
    if public_only:
        query = query.where(events.c.public)
    return [
        Event(r.id, r.case_id, r.at, Action(r.action), r.actor, r.reason, r.public, r.data) for r in conn.execute(query)
    ]


def queue(conn: Connection, tier: Tier, *, department: str | None = None, limit: int = 200) -> list[Case]:
    """Open cases of a tier, most severe and longest waiting first."""
    query = select(cases).where(cases.c.tier == tier, cases.c.state.in_(OPEN_STATES), cases.c.parent_id.is_(None))
    if department is not None:
        query = query.where(cases.c.department == department)
    return [from_row(row) for row in conn.execute(query.order_by(cases.c.severity, cases.c.opened_at).limit(limit))]


def children(conn: Connection, parent_id: int, *, lock: bool = False) -> list[Case]:
    """The room incidents of a major incident; with `lock`, no report joins them before this transaction ends."""
    query = select(cases).where(cases.c.parent_id == parent_id).order_by(cases.c.id)
    return [from_row(row) for row in conn.execute(locked(query) if lock else query)]
