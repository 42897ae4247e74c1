"""Service calendars (P10): when an office works, and arithmetic in its working time.

A calendar is weekly windows, minus holidays, with dated overrides, united with live sessions where the policy says so.
Windows are half-open [start, end) in aware UTC; local times are the calendar's own zone (clock changes: `local_time`).
Sessions are given by the caller: live sessions only, never course dates nor an activity's opening window (P10).
Nothing looks further ahead than `HORIZON`, so a calendar without hours is an error, never an endless loop (trap 2).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from sidecar.domain.local_time import first_moment, last_moment, utc

HORIZON: Final = timedelta(days=800)
_DAY: Final = timedelta(days=1)


class NeverOpens(Exception):
    """The calendar `key` has no hours, or too few, within `HORIZON` (the loader refuses what `never_opens` finds)."""

    def __init__(self, key: str) -> None:
        super().__init__(f"calendar {key!r} has too few hours in the next {HORIZON.days} days")
        self.key = key


@dataclass(frozen=True, slots=True)
class DayWindow:
    """A stretch of a local day in minutes since midnight, [start, end); 24:00 is 1440."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Closure:
    """A holiday: local days, both included, without weekly windows."""

    first: date
    last: date
    label_ar: str
    label_en: str


@dataclass(frozen=True, slots=True)
class Override:
    """Dated hours that replace the weekly ones (Ramadan, exams): local days, both included."""

    first: date
    last: date
    weekly: Mapping[int, tuple[DayWindow, ...]]
    label_ar: str
    label_en: str


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time, [start, end), aware UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Calendar:
    """When an office works.

    Attributes:
        weekly: windows by weekday, Monday 0.
        includes_sessions: united with live sessions, so that a Friday class has an active clock (P10).
    """

    key: str
    timezone: str
    weekly: Mapping[int, tuple[DayWindow, ...]]
    closures: tuple[Closure, ...] = ()
    overrides: tuple[Override, ...] = ()
    includes_sessions: bool = False


class Why(StrEnum):
    """Why a stretch of time counts towards a deadline, or does not."""

    WORKING = "working"  # weekly hours
    OVERRIDE = "override"  # dated hours
    SESSION = "session"  # a live class outside the office's own hours (P10)
    ELAPSED = "elapsed"  # the clock counts all time (P7, P8)
    CLOSED = "closed"
    HOLIDAY = "holiday"
    PAUSED = "paused"  # waiting for the reporter

    @property
    def counts(self) -> bool:
        """Whether such time uses up a deadline."""
        return self not in (Why.CLOSED, Why.HOLIDAY, Why.PAUSED)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time, [start, end), aware UTC, with why it is as it is and the policy's entry that made it so."""

    start: datetime
    end: datetime
    why: Why
    source: Closure | Override | None = None


def stretches(
    calendar: Calendar, since: datetime, until: datetime, sessions: Sequence[Window] = ()
) -> Iterator[Stretch]:
    """Open time in [since, until) in order, disjoint, lazily: taking the first few never walks the rest.

    Stretches may touch (one day's 24:00 and the next day's 00:00). Where office hours and a session overlap, the one
    that began first keeps the time.
    """
    cursor, until = utc(since), utc(until)
    live = _sessions(cursor, sessions) if calendar.includes_sessions else ()
    for stretch in heapq.merge(_office_hours(calendar, cursor, until), live, key=lambda s: s.start):
        if stretch.start >= until:
            return
        start, end = max(stretch.start, cursor), min(stretch.end, until)
        if start < end:
            yield replace(stretch, start=start, end=end)
            cursor = end


def windows(calendar: Calendar, since: datetime, until: datetime, sessions: Sequence[Window] = ()) -> list[Window]:
    """All open time in [since, until): sorted, clipped, what touches or overlaps merged."""
    return united(Window(s.start, s.end) for s in stretches(calendar, since, until, sessions))


def united(some: Iterable[Window]) -> list[Window]:
    """The windows sorted, in UTC, what touches or overlaps merged, empty ones dropped."""
    merged: list[Window] = []
    for window in sorted((Window(utc(w.start), utc(w.end)) for w in some if w.start < w.end), key=lambda w: w.start):
        if merged and window.start <= merged[-1].end:
            merged[-1] = Window(merged[-1].start, max(merged[-1].end, window.end))
        else:
            merged.append(window)
    return merged


def is_open(calendar: Calendar, at: datetime, sessions: Sequence[Window] = ()) -> bool:
    """Whether the calendar works at this moment; at the very end of a window it does not."""
    return any(True for _ in stretches(calendar, at, utc(at) + timedelta.resolution, sessions))


def next_opening(calendar: Calendar, after: datetime, sessions: Sequence[Window] = ()) -> datetime | None:
    """The first open moment not before `after`: `after` itself while open, None when none is within `HORIZON` (P5)."""
    first = next(stretches(calendar, after, utc(after) + HORIZON, sessions), None)
    return first.start if first else None


def closes_at(calendar: Calendar, at: datetime, sessions: Sequence[Window] = ()) -> datetime | None:
    """When the stretch that is open at `at` ends; None when closed then, or open without end (around the clock)."""
    closing = at = utc(at)
    for stretch in stretches(calendar, at, at + HORIZON, sessions):
        if stretch.start > closing:
            break
        closing = stretch.end
    return closing if at < closing < at + HORIZON else None


def add_working(calendar: Calendar, start: datetime, duration: timedelta, sessions: Sequence[Window] = ()) -> datetime:
    """The moment (UTC) by which `duration` of working time has passed since `start`.

    It lies inside a window or exactly at the end of one; adding nothing gives the next open moment.

    Raises:
        NeverOpens: the working time does not come together within `HORIZON` (trap 2).
        ValueError: `duration` is negative.
    """
    if duration < timedelta(0):
        raise ValueError(f"working time cannot be taken away: {duration}")
    remaining, start = duration, utc(start)
    for stretch in stretches(calendar, start, start + HORIZON, sessions):
        if remaining <= stretch.end - stretch.start:
            return stretch.start + remaining
        remaining -= stretch.end - stretch.start
    raise NeverOpens(calendar.key)


def working_between(calendar: Calendar, start: datetime, end: datetime, sessions: Sequence[Window] = ()) -> timedelta:
    """How much working time lies in [start, end); nothing when `end` is not after `start`."""
    return sum((s.end - s.start for s in stretches(calendar, start, end, sessions)), timedelta(0))


def never_opens(calendar: Calendar) -> bool:
    """Whether no date could ever have hours: the policy loader refuses such a calendar (trap 2)."""
    if calendar.includes_sessions or _has_hours(calendar.weekly, range(7)):
        return False
    return not any(
        _has_hours(o.weekly, ((o.first + n * _DAY).weekday() for n in range(min(7, (o.last - o.first).days + 1))))
        for o in calendar.overrides
    )


def _has_hours(weekly: Mapping[int, tuple[DayWindow, ...]], weekdays: Iterable[int]) -> bool:
    return any(hours.start < hours.end for day in weekdays for hours in weekly.get(day, ()))


def _sessions(since: datetime, sessions: Sequence[Window]) -> list[Stretch]:
    ahead = (Stretch(utc(s.start), utc(s.end), Why.SESSION) for s in sessions if s.start < s.end and s.end > since)
    return sorted(ahead, key=lambda s: s.start)


def _office_hours(calendar: Calendar, since: datetime, until: datetime) -> Iterator[Stretch]:
    """Weekly hours less closures, with overrides, in order of their beginning; unclipped."""
    zone = ZoneInfo(calendar.timezone)
    # A day more on either side: clocks put back just after midnight show the day before once again (St John's, 2010).
    day, last = since.astimezone(zone).date() - _DAY, until.astimezone(zone).date() + _DAY
    while day <= last:
        yield from _hours_of(calendar, day, zone)
        day += _DAY


def _hours_of(calendar: Calendar, day: date, zone: ZoneInfo) -> Iterator[Stretch]:
    """Every window of one local day: a day may have several (trap 1: Ramadan's split shifts)."""
    if any(closure.first <= day <= closure.last for closure in calendar.closures):
        return
    # Of two overrides on one day the later in the file holds: exams inside Ramadan.
    override = next((o for o in reversed(calendar.overrides) if o.first <= day <= o.last), None)
    weekly = override.weekly if override else calendar.weekly
    midnight = datetime.combine(day, time())
    for hours in sorted(weekly.get(day.weekday(), ()), key=lambda h: h.start):
        start = first_moment(midnight + timedelta(minutes=hours.start), zone)
        end = last_moment(midnight + timedelta(minutes=hours.end), zone)  # 24:00 is midnight, not 23:59 (trap 4)
        if start < end:
            yield Stretch(start, end, Why.OVERRIDE if override else Why.WORKING, override)
