"""Being solved, as rows: state, timeline, clocks and the room's key, however it came about."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from sidecar.domain.case import Action, Case, State
from sidecar.domain.policy import Measure, Policy, Start
from sidecar.domain.report import Kind, Report
from sidecar.domain.steps import Step
from sidecar.domain.targets import Happening
from sidecar.store import board, cases, clocks, deadlines, outbox, recipients, tellings
from sidecar.store.cases import cases as table


def solve(
    conn: Connection,
    case: Case,
    policy: Policy,
    *,
    by: str,
    at: datetime,
    now: datetime,
    version: int | None = None,
    told_by: int | None = None,
) -> Case:
    """A room incident is over: its key is free, and its reporters have an answer the moment they are told (P14).

    Args:
        at: when it ended, as the solver says; reports dated before it still attach.
        told_by: the major incident whose one message tells this room's people, too; None when this case tells them.
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
    if told_by is None:
        _tell_solved(conn, case, policy, by, now)
    clocks.end_pause(conn, case.id, now)
    for happening in (Happening.ANSWERED, Happening.RESOLVED):
        deadlines.happened(conn, case.id, happening, now)
    deadlines.begin(conn, solved, policy, Start.RESOLVED, now, anew={Measure.VERIFICATION})
    return solved


def as_logged(conn: Connection, case_id: int, policy: Policy, said: Iterable[Report], now: datetime) -> None:
    """What the room manager's own log says of an incident: that it goes on (B1), or when it ended.

    Of one trainee alone it says so where nobody else stands in the incident.
    """
    logs = [report for report in said if report.kind is Kind.ROOM_LOG]
    if not logs:
        return
    deadlines.happened(conn, case_id, Happening.SEEN, now)  # who logs it has seen it
    # A log may tell of the past: what it knows last is when that ended.
    latest = max(logs, key=lambda report: (report.about is None, report.ended_at or report.occurred_at))
    if latest.about and (latest.ended_at is None or not board.hits_alone(conn, case_id, latest.about.id)):
        return
    case = cases.get(conn, case_id, lock=True)
    if case is None or not case.is_open:
        return
    if latest.ended_at is None:
        conn.execute(update(table).where(table.c.id == case_id).values(declared=True, touched=True))
    else:
        # Never `sender`: a visitor's is an address or a name, and a timeline holds ids only.
        by = f"{latest.site_id}:{latest.reporter.id}" if latest.reporter.id else cases.ITSELF
        solve(conn, case, policy, by=by, at=min(latest.ended_at, now), now=now)


def _tell_solved(conn: Connection, case: Case, policy: Policy, by: str, now: datetime) -> None:
    """Every reporter hears it once (A2); of a major incident, those of all rooms that are solved with it."""
    rooms = [] if case.room_key else [child.id for child in cases.children(conn, case.id) if child.is_open]
    affected = [case.id, *rooms]
    values = {"case_id": case.id, "room_key": case.room_key, "cause": "solved", "message": "solved", "text": "",
              "link": None, "author": by}  # fmt: skip
    number, people = tellings.tell(
        conn, values, recipients.logged_for(conn, affected), now, reporting=recipients.reporting(affected)
    )
    if not people:  # the manager's own log is all there is
        tellings.forget(conn, number)
        return
    outbox.put(conn, Step.TELL, [str(number)], now, due_at=now + policy.rooms.status_line_first)
    cases.record(conn, case.id, Action.TELL, now, actor=by, data={"telling": number, "people": people})


def tell_known(conn: Connection, case: Case, policy: Policy, report_key: uuid.UUID, now: datetime) -> None:
    """A late reporter hears that it is known and solved already."""
    late = recipients.of_reports(conn, [report_key])
    if late:
        values = {"case_id": case.id, "room_key": case.room_key, "cause": "solved", "message": "known", "text": "",
                  "link": None, "author": cases.ITSELF}  # fmt: skip
        number, people = tellings.tell(conn, values, late, now)
        outbox.put(conn, Step.TELL, [str(number)], now, due_at=now + policy.rooms.status_line_first)
        cases.record(conn, case.id, Action.TELL, now, data={"telling": number, "people": people})


def reopen(
    conn: Connection,
    case: Case,
    policy: Policy,
    *,
    by: str,
    reason: str,
    now: datetime,
    version: int | None = None,
) -> Case:
    """It was not solved after all: open again, and joined again by its reports if nothing took its place."""
    action = Action.REOPEN if case.state is State.CLOSED else Action.REFUSE
    again: dict[str, Any] = {"solved_at": None, "solved_by": None, "closed_at": None, "last_report_at": now}
    opened = cases.change(conn, case, action, version=version, touched=True, **again)
    cases.record(conn, case.id, action, now, actor=by, reason=reason, public=True)
    tellings.cancel_solved(conn, case.id, cases.report_keys(conn, case.id), now)
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
