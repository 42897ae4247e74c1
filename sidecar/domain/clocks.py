"""Which clocks a case has, and which of them something that happened stops. Pure; rows are `store/clocks.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sidecar.domain.calendar import Window
from sidecar.domain.case import Case
from sidecar.domain.policy import Measure, Policy, Start, Target
from sidecar.domain.report import Channel
from sidecar.domain.targets import Happening, applies, due_at, ladder, stops

DUE: Final = "due"


@dataclass(frozen=True, slots=True)
class PlannedClock:
    """One rung of one target, with the moment it fires. All times aware UTC."""

    target: str
    rung: str
    measure: Measure
    started_at: datetime
    target_due_at: datetime
    due_at: datetime


def targets_of(case: Case, policy: Policy, start: Start) -> list[Target]:
    """The targets of a case that count from `start`."""
    return [
        target
        for target in policy.targets
        if target.start is start
        and applies(
            target,
            kind=case.kind,
            channel=Channel(case.channel),
            tier=case.tier,
            severity=case.severity,
            category=case.category,
        )
    ]


def plan(case: Case, policy: Policy, start: Start, at: datetime, sessions: Sequence[Window] = ()) -> list[PlannedClock]:
    """The clocks that begin to run for a case when `start` happens at `at`.

    Raises:
        NeverOpens: a calendar of the policy has too few hours; the loader refuses such a policy first.
    """
    planned: list[PlannedClock] = []
    for target in targets_of(case, policy, start):
        due = due_at(target, at, policy.calendars, sessions)
        planned += rungs(target, policy, at, due)
    return planned


def rungs(target: Target, policy: Policy, started_at: datetime, due: datetime) -> list[PlannedClock]:
    """A target's ladder as clocks, with its deadline among them even if no rung fires there: being overdue begins then,
    whatever quiet hours make of whom to ring."""
    steps = [(rung.key, at) for rung, at in ladder(target, due, started_at, policy.quiet_hours, policy.timezone)]
    if not any(at == due for _key, at in steps):
        steps.append((DUE, due))
    return [PlannedClock(target.key, key, target.measure, started_at, due, at) for key, at in steps]


def stopped_by(happening: Happening) -> frozenset[Measure]:
    """The measures whose clocks stop when this happens."""
    return frozenset(measure for measure in Measure if stops(measure, happening))
