"""Being solved, as rows: state, timeline, clocks and the room's key, however it came about."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.engine import Connection

from sidecar.domain.case import Action, Case
from sidecar.domain.policy import Policy, Start
from sidecar.domain.targets import Happening
from sidecar.store import cases, deadlines
from sidecar.store.cases import cases as table


def solve(
    conn: Connection, case: Case, policy: Policy, *, by: str, at: datetime, now: datetime, version: int | None = None
) -> Case:
    """A room incident is over: its key is free, and its reporters have an answer the moment they are told (P14).

    Args:
        at: when it ended, as the solver says; reports dated before it still attach.
    """
    solved = cases.change(
        conn,
        case,
        Action.SOLVE,
        version=version,
        solved_at=at,
        solved_by=by,
        join_key=None,
        touched=True,
        declared=False,
    )
    cases.record(conn, case.id, Action.SOLVE, now, actor=by, public=True)
    for happening in (Happening.ANSWERED, Happening.RESOLVED):
        deadlines.happened(conn, case.id, happening, now)
    deadlines.begin(conn, solved, policy, Start.RESOLVED, now)
    return solved


def reopen(conn: Connection, case: Case, *, by: str, reason: str, now: datetime) -> Case:
    """It was not solved after all: open again, and joined again by the room's reports if nothing took its place."""
    opened = cases.change(conn, case, Action.REFUSE, solved_at=None, solved_by=None, last_report_at=now)
    cases.record(conn, case.id, Action.REFUSE, now, actor=by, reason=reason, public=True)
    taken = exists(select(table.c.id).where(table.c.join_key == case.incident_key).correlate(None))
    if case.incident_key is not None and case.room_key is not None:
        conn.execute(update(table).where(table.c.id == case.id, ~taken).values(join_key=case.incident_key))
    return cases.get(conn, case.id) or opened
