"""When offices work (P10): calendars, holidays, dated overrides such as Ramadan; and when nobody is rung (P8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Final

from sidecar.domain.calendar import Calendar, Closure, DayWindow, Override
from sidecar.domain.institute import QuietHours
from sidecar.policy.document import Document, shown
from sidecar.policy.lines import Path
from sidecar.policy.table import Table
from sidecar.policy.values import WEEKDAYS, day, flag, local_time, window, zone
from sidecar.policy.words import refuse_others, section

LONGEST_CLOSURE: Final = timedelta(days=92)
"""A mistyped year would silently close the desk for good; nobody who serves rests for a quarter of a year."""


def calendars(document: Document, timezone: str) -> dict[str, Calendar]:
    """The calendars by name, each with the closures and overrides that name it."""
    top = Table(document, (), document.data)
    closures: dict[str, list[Closure]] = defaultdict(list)
    for names, closure in _closures(top):
        for name in names:
            closures[name].append(closure)
    overrides: dict[str, list[Override]] = defaultdict(list)
    for names, override in _overrides(top):
        for name in names:
            overrides[name].append(override)

    table = section(document, "calendars")
    found = {}
    for key, entry in table.entries() if table else ():
        entry.clause()
        calendar = Calendar(
            key=key,
            timezone=entry.optional("timezone", zone, timezone),
            weekly=_weekly(entry),
            closures=tuple(closures[key]),
            overrides=tuple(overrides[key]),
            includes_sessions=entry.optional("includes_sessions", flag, False),  # noqa: FBT003 - a default, not a switch
        )
        entry.finish()
        if entry.sound:
            found[key] = calendar
    return found


def quiet_hours(document: Document) -> QuietHours:
    """Between which local times people are not rung."""
    table = section(document, "quiet_hours")
    if table is None:
        return QuietHours("", time(0), time(0))
    quiet = QuietHours(table.clause(), table.required("start", local_time), table.required("end", local_time))
    table.finish()
    if table.sound and quiet.start == quiet.end:
        table.fault("end", "quiet hours are empty: they end as they start")
    return quiet


def _closures(top: Table) -> Iterator[tuple[tuple[str, ...], Closure]]:
    for table in top.elements("closures"):
        table.clause()
        label, names = table.label(), _calendars_of(table)
        first, last = _days(table)
        if table.sound and last - first > LONGEST_CLOSURE:
            table.fault("last", f"closes for more than {LONGEST_CLOSURE.days} days: is the year right?")
        if table.sound:
            yield names, Closure(first, last, label.ar, label.en)


def _overrides(top: Table) -> Iterator[tuple[tuple[str, ...], Override]]:
    earlier: list[tuple[tuple[str, ...], date, date, Path]] = []
    for table in top.elements("overrides"):
        table.clause()
        label, names = table.label(), _calendars_of(table)
        first, last = _days(table)
        weekly = _weekly(table)
        if table.sound and not weekly:
            table.fault(None, "has no hours: days without any are a closure")
        if not table.sound:
            continue
        for other_names, other_first, other_last, path in earlier:
            if set(names) & set(other_names) and first <= other_last and other_first <= last:
                table.fault("first", f"overlaps {shown(path)}: which hours hold would be a guess")
        earlier.append((names, first, last, table.path))
        yield names, Override(first, last, weekly, label.ar, label.en)


def _calendars_of(table: Table) -> tuple[str, ...]:
    return table.listed("calendars", table.document.reference("calendars", "calendar"), needed=True)


def _days(table: Table) -> tuple[date, date]:
    first, last = table.required("first", day), table.required("last", day)
    if first is not None and last is not None and first > last:
        table.fault("last", f"ends before it begins: first is {first}")
    return first, last


def _weekly(owner: Table) -> Mapping[int, tuple[DayWindow, ...]]:
    """`weekly.sunday = ["08:00-12:00", "20:00-24:00"]`; a day left out is closed."""
    table = owner.inner("weekly", needed=False)
    if table is None:
        return {}
    weekly = {}
    for number, name in enumerate(WEEKDAYS):
        windows = sorted(table.listed(name, window), key=lambda w: w.start)
        if any(before.end > after.start for before, after in pairwise(windows)):
            table.fault(name, "windows of one day overlap")
        if windows:
            weekly[number] = tuple(windows)
    refuse_others(table, WEEKDAYS, "weekday")
    return weekly
