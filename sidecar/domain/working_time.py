"""An unbroken account of time against a calendar, open and closed alike: what a deadline explains itself with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sidecar.domain.calendar import Calendar, Stretch, Why, Window, stretches
from sidecar.domain.local_time import first_moment, utc


def account_of(
    calendar: Calendar, since: datetime, until: datetime, sessions: Sequence[Window] = ()
) -> Iterator[Stretch]:
    """[since, until) without a hole, in order, lazily: open stretches, and between them closed ones and holidays."""
    cursor, until = utc(since), utc(until)
    for stretch in stretches(calendar, cursor, until, sessions):
        yield from _closed(calendar, cursor, stretch.start)
        yield stretch
        cursor = stretch.end
    yield from _closed(calendar, cursor, until)


def with_pauses(account: Iterable[Stretch], pauses: Sequence[Window]) -> Iterator[Stretch]:
    """The account with its pauses cut out, each shown as one stretch however many windows it spans.

    Args:
        account: gapless, as `account_of` gives it.
        pauses: sorted and disjoint, as `calendar.united` gives them.
    """
    told: datetime | None = None  # everything before this moment is accounted for
    for stretch in account:
        at = max(stretch.start, told) if told else stretch.start
        for pause in pauses:
            if pause.end <= at or pause.start >= stretch.end:
                continue
            if at < pause.start:
                yield replace(stretch, start=at, end=pause.start)
            yield Stretch(max(at, pause.start), pause.end, Why.PAUSED)
            at = pause.end
        if at < stretch.end:
            yield replace(stretch, start=at)
            at = stretch.end
        told = at


def _closed(calendar: Calendar, start: datetime, end: datetime) -> Iterator[Stretch]:
    """[start, end), in which nothing is open, cut where holidays begin and end."""
    if start >= end:
        return
    zone = ZoneInfo(calendar.timezone)
    for closure in sorted(calendar.closures, key=lambda c: c.first):
        first = max(start, first_moment(datetime.combine(closure.first, time()), zone))
        last = min(end, first_moment(datetime.combine(closure.last + timedelta(days=1), time()), zone))
        if first < last:
            if start < first:
                yield Stretch(start, first, Why.CLOSED)
            yield Stretch(first, last, Why.HOLIDAY, closure)
            start = last
    if start < end:
        yield Stretch(start, end, Why.CLOSED)
