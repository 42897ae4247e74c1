"""What must happen within how long (P7, P8, P12), and the ladder of rungs around each deadline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final

from sidecar.domain.case import CaseKind
from sidecar.domain.policy import SUBSTITUTE, AppliesTo, ClockKind, InQuietHours, Measure, Rung, Start, Target, Tier
from sidecar.domain.report import Channel
from sidecar.policy.document import Document
from sidecar.policy.people import tell_of
from sidecar.policy.table import Table
from sidecar.policy.values import clause, duration, flag, member, severity, span, text
from sidecar.policy.words import section

_STARTS: Final = {
    Measure.SEEN: (Start.RECEIVED,),
    Measure.PICK_UP: (Start.RECEIVED, Start.REFERRED),
    Measure.FIRST_ANSWER: (Start.RECEIVED, Start.PICKED_UP, Start.REFERRED),
    Measure.REFERRAL: (Start.RECEIVED,),
    Measure.TOLD: (Start.RECEIVED, Start.REFERRED),
    Measure.ESCALATION: (Start.RECEIVED, Start.REFERRED),
    Measure.RESOLUTION: (Start.RECEIVED, Start.PICKED_UP, Start.REFERRED),
    Measure.VERIFICATION: (Start.RESOLVED,),
}
"""From when each measure can count: what it measures cannot come before, or at, its own start."""


def targets(document: Document) -> tuple[Target, ...]:
    """The targets in the order of the files; those with a fault are left out."""
    table = section(document, "targets")
    found = []
    rung_keys: dict[str, str] = {}
    for key, entry in table.entries() if table else ():
        target = Target(
            key=key,
            label=entry.label(),
            clause=entry.clause(),
            measure=entry.required("measure", member(Measure, "measure")),
            applies_to=_applies_to(document, entry),
            within=entry.required("within", duration),
            clock=entry.required("clock", member(ClockKind, "clock")),
            start=entry.required("start", member(Start, "start")),
            calendar=entry.optional("calendar", document.reference("calendars", "calendar"), None),
            pauses=entry.optional("pauses", flag, False),  # noqa: FBT003 - a default, not a switch
            rungs=(),
        )
        rungs = tuple(_rungs(document, entry, target, rung_keys))
        entry.finish()
        if entry.sound:
            _refuse_nonsense(entry, target, rungs)
        if entry.sound:
            found.append(replace(target, rungs=rungs))
    return tuple(found)


def _applies_to(document: Document, target: Table) -> AppliesTo:
    """`applies_to` itself may be left out: the target is then about every case."""
    table = target.inner("applies_to", needed=False)
    if table is None:
        return AppliesTo()
    applies_to = AppliesTo(
        kinds=frozenset(table.listed("kinds", member(CaseKind, "kind"))),
        channels=frozenset(table.listed("channels", member(Channel, "channel"))),
        tiers=frozenset(table.listed("tiers", member(Tier, "tier"))),
        severities=frozenset(table.listed("severities", severity)),
        categories=frozenset(table.listed("categories", document.reference("categories", "category"))),
    )
    table.finish()
    return applies_to


def _rungs(document: Document, target: Table, built: Target, keys: dict[str, str]) -> Iterator[Rung]:
    for table in target.elements("rungs"):
        rung = Rung(
            key=table.required("key", text),
            clause=table.optional("clause", clause, built.clause),  # a rung rests on its target's clause unless it says
            label=table.label(),
            after=table.required("after", span),
            tell=table.required("tell", tell_of(document)),
            in_quiet_hours=table.optional("in_quiet_hours", member(InQuietHours, "behaviour"), InQuietHours.IGNORE),
            escalates=table.optional("escalates", flag, False),  # noqa: FBT003 - a default, not a switch
            reraise=table.optional("reraise", duration, None),
        )
        if rung.key in keys:  # each rung fires once per case: its key is what the database remembers it by
            table.fault("key", f"rung {rung.key!r} stands twice: already in target {keys[rung.key]!r}")
        elif rung.key is not None:
            keys[rung.key] = built.key
        yield rung


def _refuse_nonsense(table: Table, target: Target, rungs: tuple[Rung, ...]) -> None:
    if target.clock is ClockKind.SERVICE_HOURS and target.calendar is None:
        table.fault("clock", "counts service hours, so it needs a calendar")
    if target.clock is ClockKind.ELAPSED and target.calendar is not None:
        table.fault("calendar", "an elapsed clock runs day and night; leave the calendar out")
    if target.start not in _STARTS[target.measure]:
        table.fault("start", f"{target.measure} cannot count from {target.start}")
    # A substitute alone does not count: not every room has one.
    if not any(rung.after == timedelta(0) and rung.tell != SUBSTITUTE for rung in rungs):
        table.fault(None, "has no rung at after = '0m': being overdue would reach nobody")
    if target.measure is Measure.ESCALATION and not any(rung.escalates for rung in rungs):
        table.fault(None, "measures escalation, but none of its rungs says escalates = true (P8)")
    for index, rung in enumerate(rungs):
        if -rung.after >= target.within:
            table.document.fault((*table.path, "rungs", index, "after"), "warns before the clock has even started")
