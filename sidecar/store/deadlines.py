"""Clocks of a case by the policy: started, stopped, paused and resumed together with the change that causes it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from sidecar.domain.case import Case
from sidecar.domain.clocks import plan, rungs, stopped_by
from sidecar.domain.policy import Policy, Start
from sidecar.domain.targets import Happening, due_at, resumed
from sidecar.store import clocks, timetable

# Live sessions further ahead than this do not shorten a wait that is shorter than it.
_AHEAD = timedelta(days=21)


def begin(conn: Connection, case: Case, policy: Policy, start: Start, at: datetime) -> None:
    """Let the targets that count from `start` run; those that run already stay as they are."""
    sessions = timetable.windows(conn, at, at + _AHEAD)
    clocks.start(conn, [asdict(clock) | {"case_id": case.id} for clock in plan(case, policy, start, at, sessions)])


def happened(conn: Connection, case_id: int, happening: Happening, now: datetime) -> None:
    """Stop the clocks that waited for this."""
    clocks.stop(conn, case_id, stopped_by(happening), now)


def hold(conn: Connection, case: Case, policy: Policy, reason: str, now: datetime) -> None:
    """Waiting for the reporter: hold the targets that a wait stops. P7 and P8 are none of them."""
    clocks.pause(conn, case.id, [t.key for t in policy.targets if t.pauses], reason, now)


def release(conn: Connection, case: Case, policy: Policy, now: datetime) -> None:
    """The reporter has answered: what remained as the wait began remains now."""
    began = clocks.end_pause(conn, case.id, now)
    if began is None:
        return
    by_key = {target.key: target for target in policy.targets}
    held = [c for c in clocks.of_case(conn, case.id) if c.state == "paused" and c.target in by_key]
    if not held:
        return
    sessions = timetable.windows(conn, began, now + _AHEAD)
    for clock in held:
        target = by_key[clock.target]
        calendar = policy.calendars.get(target.calendar or "")
        due = resumed(target, clock.target_due_at, began, now, calendar=calendar, sessions=sessions)
        moved = {c.rung: c.due_at for c in rungs(target, policy, clock.started_at, due)}
        at = moved.get(clock.rung, clock.due_at + (due - clock.target_due_at))
        clocks.resume(conn, clock.id, target_due_at=due, due_at=max(at, now))


def follow_timetable(conn: Connection, case: Case, policy: Policy, now: datetime) -> bool:
    """Count again by the timetable as it is known now: a class found late opens the desk earlier (P10).

    Returns:
        Whether a deadline moved. One that was paused in between keeps what its pause left it.
    """
    if clocks.pauses_of(conn, case.id):
        return False
    by_key = {t.key: t for t in policy.targets if (c := policy.calendars.get(t.calendar or "")) and c.includes_sessions}
    running = [c for c in clocks.of_case(conn, case.id) if c.state == "running" and c.target in by_key]
    moved = False
    for clock in running:
        target = by_key[clock.target]
        sessions = timetable.windows(conn, clock.started_at, now + _AHEAD)
        due = due_at(target, clock.started_at, policy.calendars, sessions)
        if due != clock.target_due_at:
            at = {c.rung: c.due_at for c in rungs(target, policy, clock.started_at, due)}.get(clock.rung, due)
            clocks.reschedule(conn, clock.id, target_due_at=due, due_at=max(at, now))
            moved = True
    return moved
