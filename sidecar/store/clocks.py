"""Clocks: a row for each rung of each target of a case, with the moment it is due. Each fires once.

Whoever starts, stops, holds or moves one keeps `cases.due_at`, by which the desk's lists are sorted (decision 0024).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, String, Table, UniqueConstraint, func, literal, select, update
from sqlalchemy import case as when
from sqlalchemy.engine import Connection, Row

from sidecar.domain.policy import Measure
from sidecar.store.base import Number, UtcTime, chosen, insert_ignoring, locked_first, metadata, numbered
from sidecar.store.cases import NEVER, cases

clocks = Table(
    "clocks",
    metadata,
    numbered(),
    Column("case_id", Number, ForeignKey("cases.id"), nullable=False),
    Column("target", String(64), nullable=False),
    Column("rung", String(64), nullable=False),
    chosen("measure", Measure),
    chosen("state", ("running", "paused", "fired", "stopped")),
    Column("started_at", UtcTime, nullable=False),
    Column("target_due_at", UtcTime, nullable=False),  # the deadline itself
    Column("due_at", UtcTime, nullable=False),  # when this rung fires
    Column("fired_at", UtcTime),
    Column("stopped_at", UtcTime),
    UniqueConstraint("case_id", "target", "rung"),
    Index("ix_clocks_due", "state", "due_at"),
)

pauses = Table(
    "pauses",
    metadata,
    numbered(),
    Column("case_id", Number, ForeignKey("cases.id"), nullable=False, index=True),
    Column("started_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("reason", String(64), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Clock:
    """One rung's clock."""

    id: int
    case_id: int
    target: str
    rung: str
    measure: Measure
    state: str
    started_at: datetime
    target_due_at: datetime
    due_at: datetime
    fired_at: datetime | None
    stopped_at: datetime | None


def _from_row(r: Row[Any]) -> Clock:
    return Clock(
        r.id, r.case_id, r.target, r.rung, Measure(r.measure), r.state, r.started_at, r.target_due_at, r.due_at,
        r.fired_at, r.stopped_at,
    )  # fmt: skip


def first_due() -> Any:
    """The first deadline of a case that is still waited for, paused ones aside; `NEVER` without one."""
    waited_for = (clocks.c.stopped_at.is_(None), clocks.c.state.in_(("running", "fired")))
    first = select(func.min(clocks.c.target_due_at)).where(clocks.c.case_id == cases.c.id, *waited_for)
    return func.coalesce(first.correlate(cases).scalar_subquery(), literal(NEVER, UtcTime()), type_=UtcTime())


def _keep_due(conn: Connection, case_ids: Collection[int]) -> None:
    """Say on these cases when they are due now."""
    if case_ids:
        due = first_due()
        conn.execute(update(cases).where(cases.c.id.in_(sorted(case_ids)), cases.c.due_at != due).values(due_at=due))


def start(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Let clocks run; one that runs already (case, target, rung) stays as it is."""
    if rows:
        conn.execute(insert_ignoring(conn, clocks), [{"state": "running", **row} for row in rows])
        _keep_due(conn, {row["case_id"] for row in rows})


def of_case(conn: Connection, case_id: int) -> list[Clock]:
    """Every clock of a case, by due time."""
    query = select(clocks).where(clocks.c.case_id == case_id).order_by(clocks.c.due_at, clocks.c.id)
    return [_from_row(row) for row in conn.execute(query)]


def get(conn: Connection, clock_id: int) -> Clock | None:
    """One clock."""
    row = conn.execute(select(clocks).where(clocks.c.id == clock_id)).one_or_none()
    return None if row is None else _from_row(row)


def stop(conn: Connection, case_id: int, measures: Collection[Measure], now: datetime) -> list[Clock]:
    """What was measured has happened: its rungs fire no more; returns those that had fired before."""
    if not measures:
        return []
    which = (clocks.c.case_id == case_id, clocks.c.measure.in_(list(measures)), clocks.c.stopped_at.is_(None))
    # A rung whose time has come may still be on its way: it learns by `stopped_at` that it came too late.
    state = when((clocks.c.state == "fired", "fired"), else_="stopped")
    stopped = conn.execute(update(clocks).where(*which).values(state=state, stopped_at=now).returning(*clocks.c)).all()
    if stopped:
        _keep_due(conn, {case_id})
    return [clock for clock in map(_from_row, stopped) if clock.state == "fired"]


def stop_targets(conn: Connection, case_id: int, targets: Collection[str], now: datetime) -> None:
    """The case does not have these targets any more."""
    which = (clocks.c.case_id == case_id, clocks.c.target.in_(list(targets)), clocks.c.state.in_(("running", "paused")))
    conn.execute(update(clocks).where(*which).values(state="stopped", stopped_at=now))
    _keep_due(conn, {case_id})


def restart(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Let stopped clocks run again towards new times. What has fired stays so: each rung fires once."""
    for row in rows:
        which = (clocks.c.case_id == row["case_id"], clocks.c.target == row["target"], clocks.c.rung == row["rung"])
        conn.execute(
            update(clocks).where(*which, clocks.c.state == "stopped").values(state="running", stopped_at=None, **row)
        )
    _keep_due(conn, {row["case_id"] for row in rows})


def due(conn: Connection, now: datetime, limit: int) -> list[int]:
    """Running clocks whose time has come, oldest first, marked as fired here and now: a rung fires once."""
    waiting = (
        select(clocks.c.id)
        .where(clocks.c.state == "running", clocks.c.due_at <= now)
        .order_by(clocks.c.due_at, clocks.c.id)
    )
    return sorted(
        conn.scalars(
            update(clocks)
            .where(clocks.c.id.in_(locked_first(waiting, clocks.c.id, limit)), clocks.c.state == "running")
            .values(state="fired", fired_at=now)
            .returning(clocks.c.id)
        )
    )


def any_due(conn: Connection, now: datetime) -> bool:
    """Whether a clock's time has come; asked before taking the write lock for nothing."""
    query = select(clocks.c.id).where(clocks.c.state == "running", clocks.c.due_at <= now).limit(1)
    return conn.scalar(query) is not None


def pause(conn: Connection, case_id: int, targets: Collection[str], reason: str, now: datetime) -> None:
    """Hold the named targets of a case."""
    conn.execute(pauses.insert().values(case_id=case_id, started_at=now, reason=reason))
    conn.execute(
        update(clocks)
        .where(clocks.c.case_id == case_id, clocks.c.target.in_(list(targets)), clocks.c.state == "running")
        .values(state="paused")
    )
    _keep_due(conn, {case_id})


def end_pause(conn: Connection, case_id: int, now: datetime) -> datetime | None:
    """End the pause of a case; returns when it began, or None if there was none."""
    began = conn.scalar(select(pauses.c.started_at).where(pauses.c.case_id == case_id, pauses.c.ended_at.is_(None)))
    conn.execute(update(pauses).where(pauses.c.case_id == case_id, pauses.c.ended_at.is_(None)).values(ended_at=now))
    return began


def pauses_of(conn: Connection, case_id: int) -> list[tuple[datetime, datetime | None]]:
    """The pauses of a case, oldest first."""
    query = select(pauses.c.started_at, pauses.c.ended_at).where(pauses.c.case_id == case_id).order_by(pauses.c.id)
    return [(started, ended) for started, ended in conn.execute(query)]


def resume(conn: Connection, clock_id: int, *, target_due_at: datetime, due_at: datetime) -> None:
    """Let a paused clock run on towards its new time."""
    _move(conn, clock_id, "paused", target_due_at, due_at)


def reschedule(conn: Connection, clock_id: int, *, target_due_at: datetime, due_at: datetime) -> None:
    """Move a running clock: the timetable it counted by has changed."""
    _move(conn, clock_id, "running", target_due_at, due_at)


def _move(conn: Connection, clock_id: int, state: str, target_due_at: datetime, due_at: datetime) -> None:
    moved = conn.scalars(
        update(clocks)
        .where(clocks.c.id == clock_id, clocks.c.state == state)
        .values(state="running", target_due_at=target_due_at, due_at=due_at)
        .returning(clocks.c.case_id)
    )
    _keep_due(conn, set(moved))


def running(conn: Connection) -> dict[str, tuple[int, datetime]]:
    """Target → how many rungs run, and when the next one is due."""
    query = (
        select(clocks.c.target, func.count(), func.min(clocks.c.due_at))
        .where(clocks.c.state == "running")
        .group_by(clocks.c.target)
    )
    return {target: (count, first) for target, count, first in conn.execute(query)}
