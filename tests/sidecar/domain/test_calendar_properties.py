"""Working time against its own definition, counted minute by minute, in zones with every kind of clock change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sidecar.domain.calendar import (
    Calendar,
    Closure,
    DayWindow,
    NeverOpens,
    Override,
    Why,
    Window,
    add_working,
    closes_at,
    is_open,
    next_opening,
    stretches,
    windows,
    working_between,
)
from sidecar.domain.working_time import account_of

MINUTE = timedelta(minutes=1)
# Riyadh never changes; Berlin at 02:00; Cairo at midnight; New York behind UTC; Lord Howe by half an hour.
ZONES = ("Asia/Riyadh", "Europe/Berlin", "Africa/Cairo", "America/New_York", "Australia/Lord_Howe")
# A day before a change of the clocks in one of them, or any day of a year with a month's end and a leap day.
DAYS = st.sampled_from(
    [date(2026, 3, 7), date(2026, 3, 28), date(2026, 4, 4), date(2026, 4, 23), date(2026, 10, 3), date(2026, 10, 24),
     date(2026, 10, 29), date(2026, 10, 31), date(2026, 12, 30)]
) | st.dates(date(2027, 11, 1), date(2028, 3, 5))  # fmt: skip
BUSY = (HealthCheck.too_slow, HealthCheck.filter_too_much)  # a busy machine, an unlucky seed: neither is a fault here
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=BUSY)
USUAL = settings(max_examples=100, deadline=None, suppress_health_check=BUSY)


@st.composite
def day_windows(draw: st.DrawFn) -> tuple[DayWindow, ...]:
    """Up to three windows, which may overlap, touch or be empty."""
    edges = draw(st.lists(st.tuples(st.integers(0, 1440), st.integers(0, 1440)), max_size=3))
    return tuple(DayWindow(min(pair), max(pair)) for pair in edges)


WEEKS = st.dictionaries(st.integers(0, 6), day_windows(), max_size=7)
SESSIONS = st.lists(st.tuples(st.integers(-600, 6000), st.integers(0, 300)), max_size=3)
DURATIONS = st.integers(0, 40 * 60).map(lambda minutes: minutes * MINUTE)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Calendar, datetime, list[Window]]:
    """A calendar, a moment near which something happens, and live sessions around it."""
    day = draw(DAYS)
    near = st.integers(-2, 3).map(lambda n: day + timedelta(days=n))
    spans = st.lists(st.tuples(near, st.integers(0, 2)), max_size=2)
    closures = tuple(Closure(d, d + timedelta(days=n), "عطلة", "holiday") for d, n in draw(spans))
    overrides = tuple(Override(d, d + timedelta(days=n), draw(WEEKS), "أ", "dated") for d, n in draw(spans))
    calendar = Calendar("any", draw(st.sampled_from(ZONES)), draw(WEEKS), closures, overrides, draw(st.booleans()))
    start = datetime.combine(day, time(), UTC) + draw(st.integers(-720, 2160)) * MINUTE
    return calendar, start, [Window(start + a * MINUTE, start + (a + n) * MINUTE) for a, n in draw(SESSIONS)]


def open_minutes(calendar: Calendar, start: datetime, count: int, sessions: list[Window]) -> list[bool]:
    """Which minutes from `start` are open: by looking at the clock on the wall each minute, knowing nothing of offsets.

    Hours run from the first minute the clock shows their beginning or later to the last that it shows before their end.
    """
    margin = 3 * 1440
    zone = ZoneInfo(calendar.timezone)
    moments = [start + n * MINUTE for n in range(-margin, count + margin)]
    shown = [moment.astimezone(zone).replace(tzinfo=None) for moment in moments]
    marks = [False] * len(moments)
    for day in sorted({s.date() for s in shown[1440:-1440]}):
        if any(c.first <= day <= c.last for c in calendar.closures):
            continue
        weekly = ([o.weekly for o in calendar.overrides if o.first <= day <= o.last] or [calendar.weekly])[-1]
        for window in weekly.get(day.weekday(), ()):
            midnight = datetime.combine(day, time())
            opens, ends = midnight + window.start * MINUTE, midnight + window.end * MINUTE
            first = next(n for n, s in enumerate(shown) if s >= opens)
            last = max(n for n, s in enumerate(shown) if s < ends)
            marks[first : last + 1] = [True] * len(marks[first : last + 1])
    if calendar.includes_sessions:
        marks = [m or any(w.start <= at < w.end for w in sessions) for m, at in zip(marks, moments, strict=True)]
    return marks[margin : margin + count]


@QUICK
@given(situations(), st.integers(0, 4000))
def test_working_time_is_what_counting_minutes_gives(
    situation: tuple[Calendar, datetime, list[Window]], wanted: int
) -> None:
    calendar, start, sessions = situation
    marks = open_minutes(calendar, start, 4000, sessions)
    span = wanted * MINUTE
    assert working_between(calendar, start, start + span, sessions) == sum(marks[:wanted]) * MINUTE
    assert is_open(calendar, start, sessions) == marks[0]

    if worked := sum(marks[:wanted]):
        nth = [n for n, marked in enumerate(marks) if marked][worked - 1]
        assert add_working(calendar, start, worked * MINUTE, sessions) == start + (nth + 1) * MINUTE
    if True in marks:
        first = marks.index(True)
        assert next_opening(calendar, start, sessions) == start + first * MINUTE
        if False in marks[first:]:
            closing = start + (first + marks[first:].index(False)) * MINUTE
            assert closes_at(calendar, start + first * MINUTE, sessions) == closing


@USUAL
@given(situations(), DURATIONS, DURATIONS)
def test_adding_working_time(
    situation: tuple[Calendar, datetime, list[Window]], duration: timedelta, more: timedelta
) -> None:
    calendar, start, sessions = situation
    try:
        later = add_working(calendar, start, duration + more, sessions)
    except NeverOpens:
        assume(False)
    due = add_working(calendar, start, duration, sessions)

    assert start <= due <= later  # monotone in the duration
    assert working_between(calendar, start, due, sessions) == duration
    assert due <= add_working(calendar, start + more, duration, sessions)  # and in the start
    around = windows(calendar, due - timedelta(days=2), due + timedelta(days=2), sessions)
    assert any(w.start <= due <= w.end for w in around)
    if duration:  # in two goes it is the same
        assert add_working(calendar, due, more, sessions) == later or not more


@USUAL
@given(situations(), st.dates(date(2026, 3, 1), date(2028, 3, 1)), DURATIONS)
def test_an_exclusion_never_shortens(
    situation: tuple[Calendar, datetime, list[Window]], holiday: date, duration: timedelta
) -> None:
    calendar, start, sessions = situation
    closed = (*calendar.closures, Closure(holiday, holiday + timedelta(days=4), "عيد", "Eid"))
    fewer = Calendar(
        "fewer", calendar.timezone, calendar.weekly, closed, calendar.overrides, calendar.includes_sessions
    )
    try:
        due = add_working(fewer, start, duration, sessions)
    except NeverOpens:
        assume(False)
    assert add_working(calendar, start, duration, sessions) <= due


@USUAL
@given(situations(), st.integers(1, 12 * 1440))
def test_windows_and_the_account_of_time(situation: tuple[Calendar, datetime, list[Window]], length: int) -> None:
    calendar, start, sessions = situation
    until = start + length * MINUTE
    merged = windows(calendar, start, until, sessions)
    assert all(w.start < w.end for w in merged)
    assert all(a.end < b.start for a, b in pairwise(merged))  # sorted; nothing left to merge
    assert not merged or (start <= merged[0].start and merged[-1].end <= until)

    account = list(account_of(calendar, start, until, sessions))
    assert [account[0].start, *(s.end for s in account)] == [*(s.start for s in account), until]  # without a hole
    assert account[0].start == start
    assert [s for s in account if s.why.counts] == list(stretches(calendar, start, until, sessions))
    assert all(s.source in calendar.closures for s in account if s.why is Why.HOLIDAY)
    assert all(s.source in calendar.overrides for s in account if s.why is Why.OVERRIDE)
