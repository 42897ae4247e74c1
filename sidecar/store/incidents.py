"""Joining or opening the one open case of a key, however many workers try at once (acceptance A1)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, or_, select, update
from sqlalchemy import case as when
from sqlalchemy.engine import Connection

from sidecar.domain.case import OPEN_STATES, Case, CaseKind
from sidecar.domain.incident import RoomFailure
from sidecar.store.base import insert_ignoring
from sidecar.store.cases import cases, from_row, locked

_TRIES = 20
_PAST = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Joining:
    """What reports that join bring to a case: a heavier one makes it heavier, never lighter.

    Attributes:
        earliest, latest: when the first and the last of them happened.
        affected: the largest number anybody gave.
    """

    reports: int
    severity: int
    affected: int | None
    earliest: datetime
    latest: datetime


def hold(conn: Connection, key: str, earliest: datetime) -> bool:
    """Lock the recent cases of a key, so that none is solved between asking what is known and joining it.

    Args:
        earliest: when the first of the reports happened; what ended days before it has nothing to do with it.

    Returns:
        Whether any of them was solved or merged, so that a report may belong to what is over.
    """
    query = select(cases.c.solved_at, cases.c.merged_into).where(
        or_(cases.c.join_key == key, and_(cases.c.incident_key == key, cases.c.last_report_at >= earliest - _PAST))
    )
    # In one order, as a merge locks its pair.
    return any(row.solved_at or row.merged_into for row in conn.execute(locked(query.order_by(cases.c.id))))


def join_or_open(
    conn: Connection, key: str, joining: Joining, window: timedelta | None, values: Mapping[str, Any]
) -> tuple[Case, bool]:
    """The open case of `key`, locked and grown by what joins; opened from `values` if there is none.

    Update the open case whose last report is within the window; else release a stale key; else insert; repeat until
    one of them holds. The unique key is the judge, so two workers never open two (measured: 3x50 in parallel).

    Args:
        window: how long after its last report a case is still joined, held against the earliest that joins; None, as
            long as it is open. One that a room manager has declared is joined until it is solved (B1).

    Returns:
        The case, and whether it was opened now.
    """
    fresh: ColumnElement[bool] = cases.c.state.in_(OPEN_STATES)
    if window is not None:
        fresh = and_(fresh, _lately(cases, joining.earliest - window))
    for _ in range(_TRIES):
        joined = _join(conn, and_(cases.c.join_key == key, fresh), joining)
        if joined is not None:
            return joined, False
        # Only a stale key: what somebody else has opened since the look above is joined, never robbed of its key.
        conn.execute(update(cases).where(cases.c.join_key == key, not_(fresh)).values(join_key=None))
        opened = conn.execute(
            insert_ignoring(conn, cases).values({**values, "join_key": key}).returning(*cases.c)
        ).one_or_none()
        if opened is not None:
            return from_row(opened), True
    raise RuntimeError(f"could neither join nor open {key} in {_TRIES} tries")


def _lately(table: Any, since: datetime) -> ColumnElement[bool]:
    return or_(table.c.last_report_at >= since, table.c.declared)


def _join(conn: Connection, which: ColumnElement[bool], joining: Joining) -> Case | None:
    last, severity, affected = cases.c.last_report_at, cases.c.severity, cases.c.affected
    grown: dict[str, Any] = {
        "last_report_at": when((last < joining.latest, joining.latest), else_=last),
        "severity": when((severity > joining.severity, joining.severity), else_=severity),
        "reports": cases.c.reports + joining.reports,
    }
    if joining.affected is not None:
        grown["affected"] = when((affected > joining.affected, affected), else_=joining.affected)
    row = conn.execute(update(cases).where(which).values(grown).returning(*cases.c)).one_or_none()
    return None if row is None else from_row(row)


def learn_platform(conn: Connection, case: Case, platform: str | None) -> bool:
    """Keep the platform of a room whose first report could not name it; whether that is news."""
    if not platform or case.platform:
        return False
    unknown = or_(cases.c.platform.is_(None), cases.c.platform == "")
    return bool(conn.execute(update(cases).where(cases.c.id == case.id, unknown).values(platform=platform)).rowcount)


def open_by_key(conn: Connection, key: str) -> Case | None:
    """The open case that holds a key now, locked; None when nobody does."""
    query = select(cases).where(cases.c.join_key == key, cases.c.state.in_(OPEN_STATES))
    row = conn.execute(locked(query)).one_or_none()
    return None if row is None else from_row(row)


def merged_elsewhere(conn: Connection, key: str, joining: Joining, window: timedelta) -> Case | None:
    """The open case that the failure of `key` was merged into, so that its later reports are not a new failure."""
    into = cases.alias("into")
    target = conn.scalar(
        select(into.c.id)
        .join(cases, cases.c.merged_into == into.c.id)
        .where(cases.c.incident_key == key, into.c.state.in_(OPEN_STATES))
        .where(_lately(into, joining.earliest - window))
        .order_by(into.c.id.desc())
        .limit(1)
    )
    if target is None:
        return None
    # Solved since the look above: then it is not joined any more.
    return _join(conn, and_(cases.c.id == target, cases.c.state.in_(OPEN_STATES)), joining)


def solved_before(conn: Connection, key: str, occurred_at: datetime, window: timedelta) -> Case | None:
    """The solved case that a report dated before its solution belongs to ("already known"), if there is one."""
    gone = cases.alias("gone")
    gathered = select(gone.c.merged_into).where(gone.c.incident_key == key, gone.c.merged_into.is_not(None))
    row = conn.execute(
        select(cases)
        .where(
            or_(cases.c.incident_key == key, cases.c.id.in_(gathered)),
            cases.c.solved_at >= occurred_at,
            cases.c.opened_at <= occurred_at + window,
            cases.c.merged_into.is_(None),
        )
        .order_by(cases.c.solved_at.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else from_row(row)


def open_failures(
    conn: Connection, site_id: str, platform: str, since: datetime, leaving_out: Collection[str]
) -> list[RoomFailure]:
    """Open room incidents of a platform that were opened since, for the question whether it is everywhere.

    Args:
        leaving_out: symptoms that say nothing of the platform.
    """
    query = select(cases.c.id, cases.c.room_key, cases.c.opened_at).where(
        cases.c.site_id == site_id,
        cases.c.platform == platform,
        cases.c.kind == CaseKind.ROOM_INCIDENT,
        cases.c.room_key.is_not(None),
        cases.c.state.in_(OPEN_STATES),
        cases.c.opened_at >= since,
        or_(cases.c.symptom.is_(None), cases.c.symptom.not_in(sorted(leaving_out))),
    )
    return [RoomFailure(row.id, row.room_key, row.opened_at) for row in conn.execute(query)]
