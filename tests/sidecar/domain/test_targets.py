"""Targets: when they are due, what a pause does, what stops them, and how a deadline explains itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sidecar.domain.calendar import Calendar, Closure, DayWindow, NeverOpens, Override, Why, Window, working_between
from sidecar.domain.institute import Label
from sidecar.domain.policy import AppliesTo, ClockKind, Measure, Start, Target, Tier
from sidecar.domain.report import Channel
from sidecar.domain.targets import (
    MEETS,
    STOPS,
    Happening,
    Step,
    applies,
    due_at,
    explain,
    meets,
    resumed,
    stops,
)

RIYADH = "Asia/Riyadh"
WORKDAYS = (6, 0, 1, 2, 3)
WEEK = dict.fromkeys(WORKDAYS, (DayWindow(8 * 60, 21 * 60),))
CENTRE = Calendar("contact_centre", RIYADH, WEEK, includes_sessions=True)
LEVEL_2 = Calendar("level_2", RIYADH, WEEK)
CALENDARS = {c.key: c for c in (CENTRE, LEVEL_2)}
NAME = Label("مهلة", "target")


def at(text: str) -> datetime:
    """A local time at the institute; 2026-11-22 is a Sunday."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(RIYADH))


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def target(
    within: timedelta, calendar: str | None = None, *, pauses: bool = True, measure: Measure = Measure.ESCALATION,
    to: AppliesTo | None = None,
) -> Target:  # fmt: skip
    clock = ClockKind.SERVICE_HOURS if calendar else ClockKind.ELAPSED
    return Target("t", NAME, "P8", measure, to or AppliesTo(), within, clock, Start.RECEIVED, calendar, pauses, ())


WHATSAPP = target(timedelta(minutes=15), "contact_centre", measure=Measure.FIRST_ANSWER)
COMPLAINT = target(hours(24), measure=Measure.REFERRAL, pauses=False)


class TestDue:
    def test_a_complaint_of_thursday_night_is_due_on_friday_night(self) -> None:
        # P7 counts elapsed time: the weekend excuses nothing.
        assert due_at(COMPLAINT, at("2026-11-26 22:30"), CALENDARS) == at("2026-11-27 22:30")

    def test_a_message_of_thursday_night_is_due_when_the_desk_has_opened(self) -> None:
        assert due_at(WHATSAPP, at("2026-11-26 22:30"), CALENDARS) == at("2026-11-29 08:15")

    def test_a_friday_class_has_an_active_clock(self) -> None:
        session = [Window(at("2026-11-27 19:00"), at("2026-11-27 21:00"))]
        assert due_at(WHATSAPP, at("2026-11-27 19:02"), CALENDARS, session) == at("2026-11-27 19:17")
        level_2 = target(timedelta(minutes=15), "level_2")
        assert due_at(level_2, at("2026-11-27 19:02"), CALENDARS, session) == at("2026-11-29 08:15")

    def test_trap_4_24_hours_across_a_month_end_and_an_agents_clock_change(self) -> None:
        assert due_at(COMPLAINT, at("2026-11-30 23:59"), CALENDARS) == at("2026-12-01 23:59")
        # Oncall#3261: received by an agent in Berlin on the evening before the clocks change; 24 hours stay 24.
        start = datetime(2027, 3, 27, 20, 0, tzinfo=ZoneInfo("Europe/Berlin"))
        assert due_at(COMPLAINT, start, CALENDARS) - start.astimezone(UTC) == hours(24)

    def test_a_service_target_without_calendar_is_a_mistake(self) -> None:
        with pytest.raises(ValueError, match="has no calendar"):
            due_at(replace(WHATSAPP, calendar="unknown"), at("2026-11-26 22:30"), CALENDARS)


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        (AppliesTo(), True),
        (AppliesTo(frozenset({"complaint"}), frozenset({Channel.EMAIL}), frozenset({Tier.ONE}), frozenset({2})), True),
        (AppliesTo(kinds=frozenset({"inquiry"})), False),
        (AppliesTo(channels=frozenset({Channel.WHATSAPP, Channel.X})), False),
        (AppliesTo(tiers=frozenset({Tier.ROOM})), False),
        (AppliesTo(severities=frozenset({1})), False),
        (AppliesTo(categories=frozenset({"fees"})), False),  # the case has no category
    ],
)
def test_applies(to: AppliesTo, expected: bool) -> None:
    found = applies(
        target(hours(1), to=to), kind="complaint", channel=Channel.EMAIL, tier=Tier.ONE, severity=2, category=None
    )
    assert found is expected


class TestWhatStopsAClock:
    @pytest.mark.parametrize("measure", [Measure.FIRST_ANSWER, Measure.ESCALATION])
    def test_only_a_persons_substantive_answer_stops_the_24_hours(self, measure: Measure) -> None:
        assert {h for h in Happening if meets(measure, h)} == {Happening.ANSWERED}
        assert not stops(measure, Happening.ACKNOWLEDGED)
        assert not stops(measure, Happening.ANSWERED_BY_RULE)

    def test_told_means_email_or_phone(self) -> None:
        by = {Happening.TOLD_BY_EMAIL, Happening.TOLD_BY_PHONE, Happening.TOLD_BY_SMS, Happening.TOLD_BY_WHATSAPP}
        assert MEETS[Measure.TOLD] == by
        assert not stops(Measure.TOLD, Happening.TOLD_LMS)

    def test_a_referral_by_the_house_is_nobodys_look(self) -> None:
        assert {m for m in Measure if stops(m, Happening.REFERRED)} == {Measure.REFERRAL}

    @pytest.mark.parametrize("end", [Happening.CLOSED, Happening.WITHDRAWN, Happening.MERGED])
    def test_the_end_of_a_case_stops_every_clock_and_fulfils_none(self, end: Happening) -> None:
        assert set(STOPS) == set(Measure)
        assert all(stops(m, end) and not meets(m, end) for m in Measure)

    def test_an_acknowledgement_stops_nothing(self) -> None:
        assert not any(stops(m, Happening.ACKNOWLEDGED) for m in Measure)


class TestExplanation:
    def test_window_by_window_over_a_weekend_with_a_class_and_a_pause(self) -> None:
        session = [Window(at("2026-11-27 19:00"), at("2026-11-27 21:00"))]
        pause = Window(at("2026-11-27 20:00"), at("2026-11-29 09:00"))
        steps = explain(target(hours(3), "contact_centre"), CENTRE, at("2026-11-26 20:00"), [pause], session)
        assert [(s.start, s.end, s.counted, s.why) for s in steps] == [
            (at("2026-11-26 20:00"), at("2026-11-26 21:00"), hours(1), Why.WORKING),
            (at("2026-11-26 21:00"), at("2026-11-27 19:00"), hours(0), Why.CLOSED),
            (at("2026-11-27 19:00"), at("2026-11-27 20:00"), hours(1), Why.SESSION),
            (at("2026-11-27 20:00"), at("2026-11-29 09:00"), hours(0), Why.PAUSED),
            (at("2026-11-29 09:00"), at("2026-11-29 10:00"), hours(1), Why.WORKING),
        ]

    def test_holidays_and_dated_hours_are_named(self) -> None:
        eid = Closure(date(2027, 3, 9), date(2027, 3, 13), "عيد الفطر", "Eid al-Fitr")
        exams = Override(date(2027, 3, 14), date(2027, 3, 18), {6: (DayWindow(600, 900),)}, "اختبارات", "Exams")
        centre = replace(LEVEL_2, closures=(eid,), overrides=(exams,))
        steps = explain(target(hours(2), "level_2"), centre, at("2027-03-08 20:00"))
        midnight, again = at("2027-03-09 00:00"), at("2027-03-14 00:00")
        assert steps == [
            Step(at("2027-03-08 20:00"), at("2027-03-08 21:00"), hours(1), Why.WORKING),
            Step(at("2027-03-08 21:00"), midnight, hours(0), Why.CLOSED),
            Step(midnight, again, hours(0), Why.HOLIDAY, Label("عيد الفطر", "Eid al-Fitr")),
            Step(again, at("2027-03-14 10:00"), hours(0), Why.CLOSED),
            Step(at("2027-03-14 10:00"), at("2027-03-14 11:00"), hours(1), Why.OVERRIDE, Label("اختبارات", "Exams")),
        ]

    def test_elapsed_time_is_one_step_and_a_pause_is_told_only_where_it_counts(self) -> None:
        start, pause = at("2026-11-26 22:30"), Window(at("2026-11-27 08:00"), at("2026-11-27 09:00"))
        assert explain(COMPLAINT, None, start, [pause]) == [Step(start, at("2026-11-27 22:30"), hours(24), Why.ELAPSED)]
        pausing = replace(COMPLAINT, pauses=True)
        assert [(s.why, s.counted) for s in explain(pausing, None, start, [pause])] == [
            (Why.ELAPSED, hours(9.5)),
            (Why.PAUSED, hours(0)),
            (Why.ELAPSED, hours(14.5)),
        ]

    def test_no_further_than_asked(self) -> None:
        steps = explain(target(hours(30), "level_2"), LEVEL_2, at("2026-11-22 20:00"), until=at("2026-11-23 09:30"))
        assert steps[-1] == Step(at("2026-11-23 08:00"), at("2026-11-23 09:30"), hours(1.5), Why.WORKING)

    def test_trap_2_a_calendar_that_runs_out_is_told(self) -> None:
        with pytest.raises(NeverOpens):
            explain(target(hours(1), "classes"), Calendar("classes", RIYADH, {}), at("2026-11-22 20:00"))


class TestPause:
    def test_what_remained_in_working_time_remains(self) -> None:
        due = due_at(WHATSAPP, at("2026-11-26 20:50"), CALENDARS)  # Thursday; due on Sunday 08:05
        moved = resumed(WHATSAPP, due, at("2026-11-26 20:55"), at("2026-11-29 12:00"), calendar=CENTRE)
        assert (due, moved) == (at("2026-11-29 08:05"), at("2026-11-29 12:10"))

    def test_a_pause_of_closed_hours_moves_nothing(self) -> None:
        due = at("2026-11-29 08:05")
        assert resumed(WHATSAPP, due, at("2026-11-27 10:00"), at("2026-11-28 10:00"), calendar=CENTRE) == due

    def test_elapsed_time_moves_by_the_length_of_the_pause(self) -> None:
        due = at("2026-11-27 22:30")
        pause = (at("2026-11-27 08:00"), at("2026-11-27 09:00"))
        assert resumed(replace(COMPLAINT, pauses=True), due, *pause) == due + hours(1)
        assert resumed(COMPLAINT, due, *pause) == due  # P7 does not wait for the reporter

    def test_what_was_overdue_stays_overdue(self) -> None:
        due = at("2026-11-26 12:00")
        assert resumed(WHATSAPP, due, due, at("2026-11-29 12:00"), calendar=CENTRE) == due

    def test_a_session_cancelled_meanwhile_makes_nobody_late_at_once(self) -> None:
        due = at("2026-11-27 19:15")  # in a class that no longer is
        moved = resumed(WHATSAPP, due, at("2026-11-27 19:05"), at("2026-11-28 10:00"), calendar=CENTRE)
        assert moved == at("2026-11-29 08:00")


MINUTE = timedelta(minutes=1)
EID = Closure(date(2026, 11, 24), date(2026, 11, 25), "عطلة", "holiday")
SPLIT = Override(
    date(2026, 11, 22), date(2026, 11, 23), {6: (DayWindow(480, 720), DayWindow(1200, 1440))}, "أ", "split"
)
NEAR = st.integers(0, 12 * 1440).map(lambda n: at("2026-11-20 00:00").astimezone(UTC) + n * MINUTE)
PIECES = st.lists(st.tuples(NEAR, st.integers(0, 1440)).map(lambda p: Window(p[0], p[0] + p[1] * MINUTE)), max_size=3)
CALENDAR_CASES = st.sampled_from([None, CENTRE, LEVEL_2, replace(CENTRE, closures=(EID,), overrides=(SPLIT,))])
WITHINS = st.integers(1, 60 * 60).map(lambda n: n * MINUTE)
USUAL = settings(max_examples=100, deadline=None)


@USUAL
@given(CALENDAR_CASES, NEAR, WITHINS, PIECES, PIECES, st.booleans())
def test_a_deadline_explains_itself(
    calendar: Calendar | None,
    start: datetime,
    within: timedelta,
    pauses: list[Window],
    sessions: list[Window],
    yes: bool,
) -> None:
    what = target(within, calendar.key if calendar else None, pauses=yes)
    steps = explain(what, calendar, start, pauses, sessions)
    assert sum((s.counted for s in steps), timedelta(0)) == within
    assert steps[0].start == start
    assert all(a.end == b.start for a, b in pairwise(steps))
    assert all(s.start < s.end and s.counted == (s.end - s.start if s.why.counts else timedelta(0)) for s in steps)

    # It ends where the pauses, taken one by one, have moved the deadline.
    due = due_at(what, start, {calendar.key: calendar} if calendar else {}, sessions)
    told = start
    for pause in sorted(pauses, key=lambda p: p.start):
        if pause.end > told:
            due = resumed(what, due, max(told, pause.start), pause.end, calendar=calendar, sessions=sessions)
            told = pause.end
    assert steps[-1].end == due


@USUAL
@given(CALENDAR_CASES, NEAR, WITHINS, NEAR, st.integers(0, 5 * 1440), PIECES)
def test_a_pause_never_shortens_what_remains(
    calendar: Calendar | None,
    start: datetime,
    within: timedelta,
    paused_at: datetime,
    length: int,
    sessions: list[Window],
) -> None:
    what = target(within, calendar.key if calendar else None)
    due = due_at(what, start, {calendar.key: calendar} if calendar else {}, sessions)
    resumed_at = paused_at + length * MINUTE
    moved = resumed(what, due, paused_at, resumed_at, calendar=calendar, sessions=sessions)
    assert moved >= due
    if due > paused_at:
        if calendar:
            remained = working_between(calendar, paused_at, due, sessions)
            assert working_between(calendar, resumed_at, moved, sessions) == remained
        else:
            assert moved - resumed_at == due - paused_at
