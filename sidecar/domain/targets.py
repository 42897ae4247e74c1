"""Targets (P7, P8, P12): which of them a case has, when each is due, what stops it, and how it explains itself.

All moments are aware UTC. P7 and P8 count elapsed time, P12 the working time of a calendar; each target says which.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from sidecar.domain.calendar import (
    HORIZON,
    Calendar,
    NeverOpens,
    Stretch,
    Why,
    Window,
    add_working,
    united,
    working_between,
)
from sidecar.domain.escalation import around_quiet_hours
from sidecar.domain.institute import Label, QuietHours
from sidecar.domain.local_time import utc
from sidecar.domain.policy import ClockKind, Measure, Rung, Target, Tier
from sidecar.domain.report import Channel
from sidecar.domain.working_time import account_of, with_pauses

_NOTHING: Final = timedelta(0)


class Happening(StrEnum):
    """What may happen to a case that a target waits for, or that looks as if it did."""

    ACKNOWLEDGED = "acknowledged"  # receipt confirmed, by a person or by the house
    ANSWERED_BY_RULE = "answered_by_rule"  # an automatic message, whatever it says
    SEEN = "seen"
    PICKED_UP = "picked_up"
    TRANSFERRED = "transferred"
    ANSWERED = "answered"  # a person's substantive answer reached the reporter
    REFERRED = "referred"  # stands with the competent head, sent by the house at receipt or by a person
    TOLD_LMS = "told_lms"
    TOLD_BY_EMAIL = "told_by_email"
    TOLD_BY_PHONE = "told_by_phone"  # a logged call
    TOLD_BY_SMS = "told_by_sms"
    TOLD_BY_WHATSAPP = "told_by_whatsapp"
    ESCALATED = "escalated"
    RESOLVED = "resolved"  # a resolution is proposed; the reporter may not know it yet (P14)
    VERIFIED = "verified"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


MEETS: Final[Mapping[Measure, frozenset[Happening]]] = MappingProxyType(
    {
        # A referral by the house is nobody's look and nobody's hand: it neither sees nor picks up.
        Measure.SEEN: frozenset(
            {Happening.SEEN, Happening.PICKED_UP, Happening.ANSWERED, Happening.RESOLVED, Happening.VERIFIED}
        ),
        Measure.PICK_UP: frozenset({Happening.PICKED_UP, Happening.ANSWERED, Happening.RESOLVED, Happening.VERIFIED}),
        # P8: an acknowledgement or an automatic message never stops the 24 hours, nor does a resolution that awaits
        # its verification untold.
        Measure.FIRST_ANSWER: frozenset({Happening.ANSWERED}),
        Measure.ESCALATION: frozenset({Happening.ANSWERED}),
        Measure.REFERRAL: frozenset({Happening.REFERRED}),
        # P7 names email and phone: a message inside the LMS is neither.
        Measure.TOLD: frozenset(
            {
                Happening.TOLD_BY_EMAIL,
                Happening.TOLD_BY_PHONE,
                Happening.TOLD_BY_SMS,
                Happening.TOLD_BY_WHATSAPP,
            }
        ),
        Measure.RESOLUTION: frozenset({Happening.RESOLVED, Happening.VERIFIED}),
        Measure.VERIFICATION: frozenset({Happening.VERIFIED}),
    }
)
"""What fulfils each measure."""

ENDS: Final = frozenset({Happening.CLOSED, Happening.WITHDRAWN, Happening.MERGED})
"""What stops every clock of a case without fulfilling anything: a closed case was not thereby "told" (P7)."""

STOPS: Final[Mapping[Measure, frozenset[Happening]]] = MappingProxyType(
    {measure: met | ENDS for measure, met in MEETS.items()}
)
"""What stops the clock of each measure: fulfilled, or ended with the case."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a deadline's explanation: [start, end) in UTC, how much of it counted, why, and the policy's name."""

    start: datetime
    end: datetime
    counted: timedelta
    why: Why
    label: Label | None = None


def meets(measure: Measure, happening: Happening) -> bool:
    """Whether `happening` fulfils `measure`, so that it may be shown as done."""
    return happening in MEETS[measure]


def stops(measure: Measure, happening: Happening) -> bool:
    """Whether `happening` stops the clock of `measure`, by fulfilling it or by ending the case."""
    return happening in STOPS[measure]


def applies(target: Target, *, kind: str, channel: Channel, tier: Tier, severity: int, category: str | None) -> bool:
    """Whether a case of this kind, channel, tier, severity and category has the target; an empty set admits any."""
    to = target.applies_to
    return (
        (not to.kinds or kind in to.kinds)
        and (not to.channels or channel in to.channels)
        and (not to.tiers or tier in to.tiers)
        and (not to.severities or severity in to.severities)
        and (not to.categories or category in to.categories)
    )


def due_at(
    target: Target, start: datetime, calendars: Mapping[str, Calendar], sessions: Sequence[Window] = ()
) -> datetime:
    """When a clock that began at `start` is due (UTC).

    Raises:
        NeverOpens: the target's calendar has too few hours within the horizon.
    """
    if target.clock is ClockKind.ELAPSED:
        return utc(start) + target.within
    return add_working(_calendar_of(target, calendars.get(target.calendar or "")), start, target.within, sessions)


def resumed(
    target: Target,
    due: datetime,
    paused_at: datetime,
    resumed_at: datetime,
    *,
    calendar: Calendar | None = None,
    sessions: Sequence[Window] = (),
) -> datetime:
    """The new deadline after a pause: what remained as it began remains as it ends, in the target's own time.

    A target that does not pause is unmoved, and so is one that was due when the pause began: waiting does not undo it.

    Args:
        calendar: the target's, for `service_hours`.

    Raises:
        NeverOpens: the remaining working time does not come together within the horizon.
    """
    due, paused_at, resumed_at = utc(due), utc(paused_at), utc(resumed_at)
    if not target.pauses or due <= paused_at or resumed_at <= paused_at:
        return due
    if target.clock is ClockKind.ELAPSED:
        return due + (resumed_at - paused_at)
    hours = _calendar_of(target, calendar)
    remaining = working_between(hours, paused_at, due, sessions)
    # Sessions cancelled since may have left less than there was; a pause never brings a deadline forward.
    return max(due, add_working(hours, resumed_at, remaining, sessions))


def explain(
    target: Target,
    calendar: Calendar | None,
    start: datetime,
    pauses: Sequence[Window] = (),
    sessions: Sequence[Window] = (),
    *,
    until: datetime | None = None,
) -> list[Step]:
    """The deadline window by window, gapless from `start` to the deadline, which is the last step's end.

    Args:
        calendar: the target's, for `service_hours`; None otherwise.
        pauses: ignored by a target that does not pause.
        until: tell no further than this (now, or when it was stopped); by default all is told, and then the counted
            parts sum to `target.within`.

    Raises:
        NeverOpens: the working time does not come together within the horizon.
    """
    begin, stop = utc(start), utc(until) if until else datetime.max.replace(tzinfo=UTC)
    waits = united(pauses) if target.pauses else []
    remaining, steps = target.within, list[Step]()
    for stretch in with_pauses(_account(target, calendar, begin, waits, sessions), waits):
        if not remaining or stretch.start >= stop:
            return steps
        end, counted = min(stretch.end, stop), _NOTHING
        if stretch.why.counts:
            counted = min(end - stretch.start, remaining)
            end = stretch.start + counted
        label = Label(stretch.source.label_ar, stretch.source.label_en) if stretch.source else None
        steps.append(Step(stretch.start, end, counted, stretch.why, label))
        remaining -= counted
    if remaining and calendar is not None:
        raise NeverOpens(calendar.key)
    return steps


def ladder(
    target: Target, due: datetime, started: datetime, quiet: QuietHours, timezone: str
) -> list[tuple[Rung, datetime]]:
    """Each rung once, with the moment it fires (UTC), in the order they fire.

    A rung's `after` is elapsed time around the deadline, for `service_hours` too: "an hour before it is due" is an hour
    on the reader's clock, to the minute and never rounded to a day (glpi#22678 fired at 00:00, trap 5). No rung fires
    before the clock started; those that fall due in quiet hours move as they say.
    """
    start = utc(started)
    fires = [
        (
            rung,
            around_quiet_hours(
                max(utc(due) + rung.after, start), rung.in_quiet_hours, quiet, timezone, not_before=start
            ),
        )
        for rung in target.rungs
    ]
    return sorted(fires, key=lambda fire: fire[1])


def _account(
    target: Target, calendar: Calendar | None, begin: datetime, waits: Sequence[Window], sessions: Sequence[Window]
) -> Iterable[Stretch]:
    """Time from `begin` as the target counts it, far enough that pauses still leave room for all of it."""
    slack = sum((wait.end - wait.start for wait in waits), _NOTHING)
    if target.clock is ClockKind.ELAPSED:
        return [Stretch(begin, begin + target.within + slack, Why.ELAPSED)]
    return account_of(_calendar_of(target, calendar), begin, begin + HORIZON + slack, sessions)


def _calendar_of(target: Target, calendar: Calendar | None) -> Calendar:
    if calendar is None:
        raise ValueError(f"target {target.key!r} counts service hours and has no calendar")  # the loader refuses it
    return calendar
