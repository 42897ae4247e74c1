"""Being solved, as rows: state, timeline, clocks and the room's key, however it came about."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from sidecar.domain.case import Action, Case
from sidecar.domain.policy import Measure, Policy, Start
from sidecar.domain.targets import Happening
from sidecar.store import cases, clocks, deadlines
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
        paused_at=None,
        touched=True,
        declared=False,
    )
    cases.record(conn, case.id, Action.SOLVE, now, actor=by, public=True)
    clocks.end_pause(conn, case.id, now)
    for happening in (Happening.ANSWERED, Happening.RESOLVED):
        deadlines.happened(conn, case.id, happening, now)
    deadlines.begin(conn, solved, policy, Start.RESOLVED, now, anew={Measure.VERIFICATION})
    return solved


def reopen(conn: Connection, case: Case, policy: Policy, *, by: str, reason: str, now: datetime) -> Case:
    """It was not solved after all: open again, and joined again by its reports if nothing took its place."""
    opened = cases.change(conn, case, Action.REFUSE, solved_at=None, solved_by=None, last_report_at=now, touched=True)
    cases.record(conn, case.id, Action.REFUSE, now, actor=by, reason=reason, public=True)
    clocks.stop(conn, case.id, {Measure.VERIFICATION}, now)
    deadlines.begin(conn, opened, policy, Start.RECEIVED, now, anew=deadlines.AFTER_REOPENING)
    if case.incident_key is not None:
        _take_key_back(conn, case.id, case.incident_key)
    _leave_solved_parent(conn, case)
    return cases.get(conn, case.id) or opened


def _take_key_back(conn: Connection, case_id: int, key: str) -> None:
    taken = exists(select(table.c.id).where(table.c.join_key == key).correlate(None))
    # A report of the same failure may be opening a case in this very moment: then that one is joined.
    with suppress(IntegrityError), conn.begin_nested():
        conn.execute(update(table).where(table.c.id == case_id, ~taken).values(join_key=key))


def _leave_solved_parent(conn: Connection, case: Case) -> None:
    """A room of a major incident that is over, but not here, is a failure of its own again."""
    parent = cases.get(conn, case.parent_id) if case.parent_id is not None else None
    if parent is not None and not parent.is_open:
        conn.execute(update(table).where(table.c.id == case.id).values(parent_id=None))
