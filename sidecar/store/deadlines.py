"""Clocks of a case by the policy: started, stopped, paused and resumed together with the change that causes it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.engine import Connection

from sidecar.domain.calendar import NeverOpens, Window
from sidecar.domain.case import Case
from sidecar.domain.clocks import plan, rungs, stopped_by, targets_of
from sidecar.domain.policy import Measure, Policy, Start
from sidecar.domain.targets import Happening, Step, due_at, resumed
from sidecar.domain.targets import explain as account
from sidecar.store import alerts, callbacks, cases, clocks, timetable

# Live sessions further ahead than this do not shorten a wait that is shorter than it.
_AHEAD = timedelta(days=21)
_OWED_TO_REPORTERS: Final = frozenset({Measure.FIRST_ANSWER, Measure.ESCALATION, Measure.TOLD})
# What counts once more when a solution did not hold.
AFTER_REOPENING: Final = frozenset({Measure.SEEN, Measure.RESOLUTION})


def begin(
    conn: Connection, case: Case, policy: Policy, start: Start, at: datetime, *, anew: Collection[Measure] = ()
) -> None:
    """Let the targets that count from `start` run; those that run already stay as they are.

    Args:
        anew: measures that count once more where they were stopped, as after a reopening.
    """
    sessions = timetable.windows(conn, at, at + _AHEAD)
    planned = [asdict(clock) | {"case_id": case.id} for clock in plan(case, policy, start, at, sessions)]
    clocks.start(conn, planned)
    clocks.restart(conn, [row for row in planned if row["measure"] in anew])


def happened(conn: Connection, case_id: int, happening: Happening, now: datetime) -> None:
    """Stop the clocks that waited for this; nobody is rung again for them."""
    fired = clocks.stop(conn, case_id, stopped_by(happening), now)
    if fired:
        causes = [cause_of(clock.target, clock.rung) for clock in fired]
        alerts.hush(conn, case_id, causes)
        callbacks.end_alerts(conn, case_id, causes, cases.ITSELF, now)


def unmet(conn: Connection, case_id: int, measure: Measure) -> bool:
    """Whether a target of this measure still waits for what it measures, overdue or not."""
    return any(clock.measure is measure and clock.stopped_at is None for clock in clocks.of_case(conn, case_id))


def cause_of(target: str, rung: str) -> str:
    """Under what an alert of a rung stands."""
    return f"{target}.{rung}"


def refit(conn: Connection, case: Case, policy: Policy, now: datetime) -> None:
    """The house itself judged the case anew: it has the targets of what it is now, and no others."""
    wanted = {target.key for target in targets_of(case, policy, Start.RECEIVED)}
    running = {clock.target for clock in clocks.of_case(conn, case.id) if clock.state == "running"}
    clocks.stop_targets(conn, case.id, running - wanted, now)
    begin(conn, case, policy, Start.RECEIVED, case.clock_started_at)


def inherit(conn: Connection, goes: Case, stays: Case) -> None:
    """What the reporters of a merged case still wait for, theirs is owed to them by the case they stand in now."""
    owed = [c for c in clocks.of_case(conn, goes.id) if c.measure in _OWED_TO_REPORTERS and c.state == "running"]
    rows = [
        {
            "case_id": stays.id,
            "target": clock.target,
            "rung": clock.rung,
            "measure": clock.measure,
            "started_at": clock.started_at,
            "target_due_at": clock.target_due_at,
            "due_at": clock.due_at,
        }
        for clock in owed
    ]
    clocks.start(conn, rows)
    clocks.restart(conn, rows)


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


def explain(conn: Connection, clock: clocks.Clock, policy: Policy, until: datetime | None = None) -> list[Step]:
    """A stored deadline window by window, as its case's pauses and the timetable made it (P10).

    Args:
        until: tell no further than this; needed while a pause goes on, whose end nobody knows.

    Raises:
        KeyError: the policy has dropped the target since.
    """
    waits = clocks.pauses_of(conn, clock.case_id)
    sessions = timetable.windows(conn, clock.started_at, clock.target_due_at + _AHEAD)
    return _explained(clock, policy, waits, sessions, until)


def explain_all(
    conn: Connection, of_case: Sequence[clocks.Clock], policy: Policy, now: datetime
) -> list[tuple[clocks.Clock, list[Step]]]:
    """Every clock of one case with its steps: told until it was stopped, or until now while it is paused.

    Its pauses and the timetable are read once for all of them. No steps where the policy has changed since: the
    deadline stands.
    """
    if not of_case:
        return []
    waits = clocks.pauses_of(conn, of_case[0].case_id)
    last = max(clock.target_due_at for clock in of_case) + _AHEAD
    sessions = timetable.windows(conn, min(clock.started_at for clock in of_case), last)
    found = []
    for clock in of_case:
        until = now if clock.state == "paused" else clock.stopped_at
        try:
            steps = _explained(clock, policy, waits, sessions, until)
        except (KeyError, NeverOpens):
            steps = []
        found.append((clock, steps))
    return found


def _explained(
    clock: clocks.Clock, policy: Policy, waits: Sequence[tuple[datetime, datetime | None]], sessions: Sequence[Window],
    until: datetime | None,
) -> list[Step]:  # fmt: skip
    target = next((target for target in policy.targets if target.key == clock.target), None)
    if target is None:
        raise KeyError(clock.target)
    pauses = [Window(began, ended or until or began) for began, ended in waits]
    calendar = policy.calendars.get(target.calendar or "")
    return account(target, calendar, clock.started_at, pauses, sessions, until=until)


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
