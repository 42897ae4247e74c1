"""Calendars in zones that change their clocks (trap 4), edge by edge; Riyadh never does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sidecar.domain.calendar import Calendar, DayWindow, Window, add_working, windows, working_between

MOMENT = timedelta(seconds=30)
FRI, SAT, SUN = 4, 5, 6


def week(*hours: tuple[float, float], days: tuple[int, ...] = (6, 0, 1, 2, 3)) -> dict[int, tuple[DayWindow, ...]]:
    """The same hours on each of the days; 12.5 is half past twelve."""
    return dict.fromkeys(days, tuple(DayWindow(int(start * 60), int(end * 60)) for start, end in hours))


def at(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def clock(text: str) -> timedelta:
    """`01:30`, or `-1:00` for an hour before midnight."""
    hour, minute = text.split(":")
    return timedelta(hours=int(hour), minutes=int(minute))


@pytest.mark.parametrize(
    ("day", "length"),
    [("2027-03-27", 24), ("2027-03-28", 23), ("2027-10-31", 25)],
    ids=["usual", "spring", "autumn"],
)
def test_a_local_day_has_the_hours_it_has(day: str, length: int) -> None:
    berlin = Calendar("berlin", "Europe/Berlin", week((0, 24), days=tuple(range(7))))
    start = at(f"{day} 00:00", "Europe/Berlin")
    end = datetime.combine(start.date() + timedelta(days=1), datetime.min.time(), start.tzinfo)
    assert working_between(berlin, start, end) == hours(length)


def test_hours_after_the_change_keep_their_local_time() -> None:
    berlin = Calendar("berlin", "Europe/Berlin", week((8, 17)))
    assert add_working(berlin, at("2027-03-25 16:00", "Europe/Berlin"), hours(2)) == at(
        "2027-03-28 09:00", "Europe/Berlin"
    )


@pytest.mark.parametrize(
    ("hours_of_day", "day", "start", "end"),
    [
        ((2.5, 10), "2027-03-28", "01:00", "08:00"),  # begins in the skipped hour: the jump, 03:00 local
        ((1, 2.5), "2027-03-28", "00:00", "01:00"),  # ends in it
        ((2.25, 2.75), "2027-03-28", None, None),  # lies in it: that day has no such hours
        ((2.5, 10), "2027-10-31", "00:30", "09:00"),  # begins in the hour that comes twice: the first time
        ((1, 2.5), "2027-10-31", "-1:00", "01:30"),  # ends in it: the second time
        ((1, 2), "2027-10-31", "-1:00", "00:00"),  # ends as it begins: not an hour later
        ((3, 4), "2027-10-31", "02:00", "03:00"),  # begins after it
    ],
)
def test_skipped_and_doubled_local_times(
    hours_of_day: tuple[float, float], day: str, start: str | None, end: str | None
) -> None:
    berlin = Calendar("berlin", "Europe/Berlin", week(hours_of_day, days=(SUN,)))
    midnight = datetime.fromisoformat(day).replace(tzinfo=UTC)
    expected = [] if start is None or end is None else [Window(midnight + clock(start), midnight + clock(end))]
    assert windows(berlin, midnight - hours(5), midnight + hours(22)) == expected


def test_a_day_whose_midnight_is_skipped() -> None:
    cairo = Calendar("cairo", "Africa/Cairo", week((0, 24), days=(FRI,)))  # 2026-04-24: 00:00 is 01:00
    assert windows(cairo, at("2026-04-23 00:00", "UTC"), at("2026-04-26 00:00", "UTC")) == [
        Window(at("2026-04-23 22:00", "UTC"), at("2026-04-24 21:00", "UTC"))
    ]


def test_clocks_put_back_across_midnight() -> None:
    # St John's, 2010-11-07 00:01 became 23:01 of the day before: two days' hours meet, whichever day is asked from.
    days = Calendar("st_johns", "America/St_Johns", week((20, 24), days=(SAT,)) | week((0, 1), days=(SUN,)))
    start, end = at("2010-11-06 22:30", "UTC"), at("2010-11-07 04:30", "UTC")
    assert windows(days, at("2010-11-06 12:00", "UTC"), at("2010-11-08 12:00", "UTC")) == [Window(start, end)]
    assert working_between(days, at("2010-11-07 02:30:30", "UTC"), at("2010-11-07 03:00", "UTC")) == hours(0.5) - MOMENT
    only = Calendar("sunday", "America/St_Johns", week((0, 1), days=(SUN,)))
    assert working_between(only, at("2010-11-07 02:30", "UTC"), at("2010-11-07 03:00", "UTC")) == hours(0.5)
    only = Calendar("saturday", "America/St_Johns", week((20, 24), days=(SAT,)))
    assert working_between(only, at("2010-11-07 02:30:30", "UTC"), at("2010-11-07 04:00", "UTC")) == hours(1) - MOMENT
