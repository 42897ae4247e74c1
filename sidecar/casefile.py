"""`nidaa case`: where one case stands, how each of its deadlines came about, and its timeline. Ids and codes only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Connection

from sidecar.domain.calendar import NeverOpens
from sidecar.domain.case import Case
from sidecar.domain.policy import Policy
from sidecar.store import cases, clocks, deadlines


def casefile(conn: Connection, policy: Policy, case_id: int, now: datetime) -> list[str] | None:
    """Lines for a person to read, times in the policy's time zone; None when there is no such case."""
    case = cases.get(conn, case_id)
    if case is None:
        return None
    zone = ZoneInfo(policy.timezone)
    lines = [*_standing(case, zone), "", f"clocks ({policy.timezone}):"]
    of_case = sorted(clocks.of_case(conn, case_id), key=lambda clock: clock.target)
    for _, of_target in groupby(of_case, key=lambda clock: clock.target):
        lines += _clock(conn, policy, sorted(of_target, key=lambda clock: clock.due_at), now, zone)
    lines += ["", "timeline:"]
    return lines + [f"  {_line(event, zone)}" for event in cases.timeline(conn, case_id)]


def _standing(case: Case, zone: ZoneInfo) -> Iterator[str]:
    yield f"case {case.id}: {case.kind}, {case.state}, tier {case.tier}, department {case.department}"
    marks = [mark for mark in ("overdue", "escalated", "confidential", "declared") if getattr(case, mark)]
    yield f"  severity {case.severity}, category {case.category}, {case.reports} report(s), {', '.join(marks) or '-'}"
    yield f"  since {_at(case.clock_started_at, zone)}, owner {case.owner or '-'}, policy {case.policy_digest[:16]}"
    if case.merged_into is not None:
        yield f"  merged into case {case.merged_into}"


def _clock(
    conn: Connection, policy: Policy, rungs: Sequence[clocks.Clock], now: datetime, zone: ZoneInfo
) -> Iterator[str]:
    clock = rungs[0]
    yield f"  {clock.target} ({clock.measure}): due {_at(clock.target_due_at, zone)}"
    for rung in rungs:
        yield f"    {rung.rung}: {rung.state}, at {_at(rung.due_at, zone)}"
    held = any(rung.state == "paused" for rung in rungs)
    try:
        # While it waits for the reporter nobody knows the deadline; what was stopped is told until then.
        steps = deadlines.explain(conn, clock, policy, until=now if held else clock.stopped_at)
    except KeyError:
        yield "    the policy has dropped this target since"
        return
    except NeverOpens:
        yield "    the policy's calendar has too few hours for it now"
        return
    for step in steps:
        label = f" ({step.label.en})" if step.label else ""
        counted = f"counted {step.counted}" if step.counted else "not counted"
        yield f"    {_at(step.start, zone)} to {_at(step.end, zone)}: {counted}, {step.why}{label}"


def _line(event: cases.Event, zone: ZoneInfo) -> str:
    data = " ".join(f"{key}={value}" for key, value in event.data.items())
    return " ".join(part for part in (_at(event.at, zone), event.action, event.actor, event.reason, data) if part)


def _at(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}"
