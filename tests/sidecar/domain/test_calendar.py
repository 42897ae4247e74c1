"""Service calendars: the institute's own weeks, and the traps that other systems fell into (acceptance.md)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sidecar.domain.calendar import (
    HORIZON,
    Calendar,
    Closure,
    DayWindow,
    NeverOpens,
    Override,
    Window,
    add_working,
    closes_at,
    is_open,
    never_opens,
    next_opening,
    windows,
    working_between,
)

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
WORKDAYS = (SUN, MON, TUE, WED, THU)
RIYADH = "Asia/Riyadh"


def week(*hours: tuple[float, float], days: tuple[int, ...] = WORKDAYS) -> dict[int, tuple[DayWindow, ...]]:
    """The same hours on each of the days; 12.5 is half past twelve."""
    return dict.fromkeys(days, tuple(DayWindow(int(start * 60), int(end * 60)) for start, end in hours))


CENTRE = Calendar("contact_centre", RIYADH, week((8, 21)), includes_sessions=True)  # P10
LEVEL_2 = Calendar("level_2", RIYADH, week((8, 21)))


def at(text: str, zone: str = RIYADH) -> datetime:
    """A local time; November 2026: the 22nd is a Sunday."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


class TestTrap1SecondWindowOfADay:
    split = Calendar("split", RIYADH, week((8, 12), (20, 23)))

    def test_five_hours_from_sunday_nine_end_that_sunday_at_ten(self) -> None:
        assert add_working(self.split, at("2026-11-22 09:00"), hours(5)) == at("2026-11-22 22:00")

    def test_both_windows_of_every_day_are_kept(self) -> None:
        got = windows(self.split, at("2026-11-22 00:00"), at("2026-11-24 00:00"))
        assert got == [
            Window(at(f"2026-11-{day} {start}:00"), at(f"2026-11-{day} {end}:00"))
            for day in (22, 23)
            for start, end in (("08", "12"), ("20", "23"))
        ]

    def test_ramadan_split_shifts_replace_the_week_on_their_dates_alone(self) -> None:
        # Ramadan 1448 runs 2027-02-08 to 2027-03-09 in this policy.
        ramadan = Override(date(2027, 2, 8), date(2027, 3, 9), week((10, 15), (20.5, 24)), "رمضان", "Ramadan")
        centre = Calendar("c", RIYADH, week((8, 21)), overrides=(ramadan,))
        assert add_working(centre, at("2027-02-07 20:00"), hours(2)) == at("2027-02-08 11:00")
        assert add_working(centre, at("2027-02-08 14:00"), hours(2)) == at("2027-02-08 21:30")
        assert working_between(centre, at("2027-02-08 00:00"), at("2027-02-09 00:00")) == hours(8.5)
        assert add_working(centre, at("2027-03-09 23:00"), hours(2)) == at("2027-03-10 09:00")

    def test_of_two_overrides_the_later_in_the_file_holds(self) -> None:
        outer = Override(date(2026, 11, 1), date(2026, 11, 30), week((10, 15)), "أ", "outer")
        inner = Override(date(2026, 11, 23), date(2026, 11, 23), week((12, 13)), "ب", "inner")
        assert working_between(
            Calendar("c", RIYADH, week((8, 21)), overrides=(outer, inner)),
            at("2026-11-22 00:00"),
            at("2026-11-24 00:00"),
        ) == hours(6)


class TestTrap2SparseOrEmptyCalendars:
    sundays = Calendar("sundays", RIYADH, week((9, 13), days=(SUN,)))

    def test_monday_ten_plus_an_hour_is_next_sunday_and_not_at_once(self) -> None:
        assert add_working(self.sundays, at("2026-11-23 10:00"), hours(1)) == at("2026-11-29 10:00")

    def test_many_weeks_of_a_sparse_calendar(self) -> None:
        assert add_working(self.sundays, at("2026-11-23 10:00"), hours(40)) == at("2027-01-31 13:00")

    @pytest.mark.parametrize(
        "calendar",
        [
            Calendar("nothing", RIYADH, {}),
            Calendar("empty_days", RIYADH, week((9, 9))),
            Calendar("short_override", RIYADH, {}, overrides=(
                Override(date(2026, 11, 23), date(2026, 11, 24), week((8, 12), days=(SUN,)), "أ", "o"),
            )),
        ],
        ids=lambda calendar: str(calendar.key),
    )  # fmt: skip
    def test_a_calendar_without_hours_is_refused_and_the_search_ends(self, calendar: Calendar) -> None:
        assert never_opens(calendar)
        with pytest.raises(NeverOpens, match=calendar.key) as refused:
            add_working(calendar, at("2026-11-23 10:00"), hours(1))
        assert refused.value.key == calendar.key
        assert next_opening(calendar, at("2026-11-23 10:00")) is None

    def test_what_opens_at_all_is_not_refused(self) -> None:
        exam_day = Override(date(2026, 11, 22), date(2026, 11, 22), week((8, 12)), "أ", "exam")
        assert not never_opens(self.sundays)
        assert not never_opens(Calendar("exams", RIYADH, {}, overrides=(exam_day,)))
        assert not never_opens(Calendar("classes", RIYADH, {}, includes_sessions=True))

    def test_sessions_alone_may_run_out(self) -> None:
        classes = Calendar("classes", RIYADH, {}, includes_sessions=True)
        session = [Window(at("2026-11-27 19:00"), at("2026-11-27 21:00"))]
        assert add_working(classes, at("2026-11-22 09:00"), hours(2), session) == at("2026-11-27 21:00")
        with pytest.raises(NeverOpens):
            add_working(classes, at("2026-11-22 09:00"), hours(2.5), session)

    def test_some_hours_never_walk_the_whole_horizon(self) -> None:
        class Counted(dict[int, tuple[DayWindow, ...]]):
            asked = 0

            def get(self, *args: Any) -> Any:
                self.asked += 1
                return super().get(*args)

        days = Counted(week((0, 24), days=tuple(range(7))))
        add_working(Calendar("always", RIYADH, days), at("2026-11-23 10:00"), hours(30))
        assert days.asked <= 4

    def test_a_negative_duration_is_a_mistake(self) -> None:
        with pytest.raises(ValueError, match="taken away"):
            add_working(self.sundays, at("2026-11-23 10:00"), hours(-1))


class TestTrap3ExclusionsNeverShorten:
    whole_days = Calendar("days", RIYADH, week((0, 24)))  # Friday and Saturday excluded

    def test_three_days_are_three_working_days_across_the_weekend(self) -> None:
        # django-helpdesk, escalate_days=3, run on a Sunday: threshold one day. Three working days before it is Tuesday.
        sunday = at("2026-11-22 00:00")
        assert working_between(self.whole_days, at("2026-11-21 00:00"), sunday) == hours(0)
        assert working_between(self.whole_days, at("2026-11-19 00:00"), sunday) == hours(24)
        assert add_working(self.whole_days, at("2026-11-17 00:00"), hours(72)) == at("2026-11-20 00:00")
        assert add_working(self.whole_days, at("2026-11-19 00:00"), hours(72)) == at("2026-11-24 00:00")

    def test_eid_and_the_weekends_around_it_all_push_back(self) -> None:
        eid = Closure(date(2027, 3, 9), date(2027, 3, 13), "عيد الفطر", "Eid al-Fitr")  # Tuesday to Saturday
        centre = Calendar("c", RIYADH, week((8, 21)), closures=(eid,))
        start = at("2027-03-08 20:00")  # Monday
        assert add_working(centre, start, hours(2)) == at("2027-03-14 09:00")
        assert add_working(LEVEL_2, start, hours(2)) == at("2027-03-09 09:00")
        assert working_between(centre, start, at("2027-03-14 08:00")) == hours(1)

    def test_a_closure_removes_dated_hours_but_never_a_live_session(self) -> None:
        day = date(2026, 11, 23)
        centre = Calendar(
            "c", RIYADH, week((8, 21)),
            closures=(Closure(day, day, "عطلة", "Holiday"),),
            overrides=(Override(day, day, week((10, 12)), "أ", "exam"),),
            includes_sessions=True,
        )  # fmt: skip
        live = Window(at("2026-11-23 19:00"), at("2026-11-23 20:00"))
        assert windows(centre, at("2026-11-23 00:00"), at("2026-11-24 00:00"), [live]) == [live]


class TestTrap4ClockAndZone:
    def test_month_and_year_end(self) -> None:
        assert add_working(LEVEL_2, at("2026-11-30 20:30"), hours(1)) == at("2026-12-01 08:30")
        assert add_working(LEVEL_2, at("2026-12-31 20:30"), hours(1)) == at("2027-01-03 08:30")  # Thursday to Sunday

    @pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"])
    def test_an_agent_abroad_sees_the_same_moment(self, zone: str) -> None:
        due = add_working(LEVEL_2, at("2026-11-22 20:30").astimezone(ZoneInfo(zone)), hours(1))
        assert due == at("2026-11-23 08:30")
        assert due.tzinfo is UTC

    def test_a_time_without_zone_is_refused(self) -> None:
        with pytest.raises(ValueError, match="no moment"):
            is_open(LEVEL_2, at("2026-11-22 20:30").replace(tzinfo=None))

    def test_midnight_is_24_00_and_no_minute_is_lost(self) -> None:
        nights = Calendar("nights", RIYADH, {SUN: (DayWindow(20 * 60, 1440),), MON: (DayWindow(0, 4 * 60),)})
        night = Window(at("2026-11-22 20:00"), at("2026-11-23 04:00"))
        assert windows(nights, at("2026-11-22 00:00"), at("2026-11-24 00:00")) == [night]
        assert add_working(nights, at("2026-11-22 20:00"), hours(8)) == night.end
        assert is_open(nights, at("2026-11-22 23:59:30"))
        one_short = Calendar("nights", RIYADH, {SUN: (DayWindow(20 * 60, 1439),), MON: (DayWindow(0, 4 * 60),)})
        assert not is_open(one_short, at("2026-11-22 23:59:30"))


class TestTheInstitutesWeek:
    friday_class = (Window(at("2026-11-27 19:00"), at("2026-11-27 21:00")),)

    def test_a_friday_class_has_an_active_clock_at_the_contact_centre_alone(self) -> None:
        during = at("2026-11-27 19:05")
        assert is_open(CENTRE, during, self.friday_class)
        assert add_working(CENTRE, during, timedelta(minutes=15), self.friday_class) == at("2026-11-27 19:20")
        assert not is_open(LEVEL_2, during, self.friday_class)
        assert add_working(LEVEL_2, during, timedelta(minutes=15), self.friday_class) == at("2026-11-29 08:15")

    def test_what_the_class_does_not_hold_runs_on_when_the_desk_opens(self) -> None:
        late = at("2026-11-27 20:50")
        assert add_working(CENTRE, late, timedelta(minutes=30), self.friday_class) == at("2026-11-29 08:20")

    def test_a_session_over_closing_time_prolongs_the_evening(self) -> None:
        evening = [Window(at("2026-11-22 20:00"), at("2026-11-22 22:30"))]
        assert closes_at(CENTRE, at("2026-11-22 12:00"), evening) == at("2026-11-22 22:30")
        assert working_between(CENTRE, at("2026-11-22 00:00"), at("2026-11-23 00:00"), evening) == hours(14.5)

    def test_opening_and_closing_as_the_contact_panel_tells_them(self) -> None:
        thursday_night, weekday = at("2026-11-26 22:00"), at("2026-11-26 12:00")
        assert next_opening(CENTRE, thursday_night) == at("2026-11-29 08:00")
        assert next_opening(CENTRE, thursday_night, self.friday_class) == at("2026-11-27 19:00")
        assert next_opening(CENTRE, weekday) == weekday
        assert closes_at(CENTRE, weekday) == at("2026-11-26 21:00")
        assert closes_at(CENTRE, thursday_night) is None
        assert closes_at(CENTRE, at("2026-11-26 21:00")) is None
        assert not is_open(CENTRE, at("2026-11-26 21:00"))
        assert is_open(CENTRE, at("2026-11-26 08:00"))

    def test_around_the_clock_never_closes(self) -> None:
        always = Calendar("always", RIYADH, week((0, 24), days=tuple(range(7))))
        assert closes_at(always, at("2026-11-22 12:00")) is None
        assert windows(always, at("2026-11-22 12:00"), at("2026-12-22 12:00")) == [
            Window(at("2026-11-22 12:00"), at("2026-12-22 12:00"))
        ]

    def test_nothing_between_moments_in_the_wrong_order(self) -> None:
        assert working_between(CENTRE, at("2026-11-23 12:00"), at("2026-11-22 12:00")) == hours(0)

    def test_the_horizon_holds_the_longest_deadline_of_a_policy(self) -> None:
        assert working_between(LEVEL_2, at("2026-11-22 00:00"), at("2026-11-22 00:00") + HORIZON) > hours(7000)
