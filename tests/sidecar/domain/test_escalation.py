"""Ladders, quiet hours, and who is told: shifts, absences, on-call lists and people who must not know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sidecar.domain.calendar import Window
from sidecar.domain.escalation import (
    Addressee,
    NobodyToTell,
    Reason,
    around_quiet_hours,
    contact_for,
    quiet_window_containing,
    raised_again,
)  # fmt: skip
from sidecar.domain.institute import (
    Absence,
    Contact,
    Department,
    Duty,
    Label,
    Office,
    OnCall,
    Person,
    QuietHours,
    Shift,
)
from sidecar.domain.policy import (
    AppliesTo,
    CertificateRules,
    ClockKind,
    IncidentRules,
    InQuietHours,
    Measure,
    Policy,
    RoomRules,
    Rung,
    Start,
    Target,
)
from sidecar.domain.targets import ladder

RIYADH = "Asia/Riyadh"
QUIET = QuietHours("P8", time(22), time(7))
NAME, MOBILE = Label("مهلة", "target"), "+966501380380"  # P8


def at(text: str, zone: str = RIYADH) -> datetime:
    """A local time; 2026-11-22 is a Sunday."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def target(within: timedelta, rungs: Sequence[Rung]) -> Target:
    to, clock = AppliesTo(), ClockKind.ELAPSED
    return Target("t", NAME, "P8", Measure.ESCALATION, to, within, clock, Start.RECEIVED, None, False, tuple(rungs))


def rung(key: str, after: timedelta, manner: InQuietHours = InQuietHours.IGNORE) -> Rung:
    return Rung(key, "P8", NAME, after, "management", manner)


class TestLadder:
    def test_trap_5_levels_before_the_deadline_fire_to_the_minute(self) -> None:
        # glpi#22678: levels before the deadline fired at 00:00.
        rungs = [rung("overdue", hours(0)), rung("warning", hours(-2)), rung("again", hours(1))]
        received = at("2026-11-23 13:37")
        fires = ladder(target(hours(24), rungs), received + hours(24), received, QUIET, RIYADH)
        assert [(r.key, when) for r, when in fires] == [
            ("warning", at("2026-11-24 11:37")),
            ("overdue", at("2026-11-24 13:37")),
            ("again", at("2026-11-24 14:37")),
        ]

    @pytest.mark.parametrize(
        ("received", "advanced", "deferred"),
        [
            ("2026-11-22 23:30", "2026-11-23 22:00", "2026-11-24 07:00"),
            ("2026-11-23 03:00", "2026-11-23 22:00", "2026-11-24 07:00"),  # due 03:00: quiet hours began the day before
            ("2026-11-23 07:00", "2026-11-24 07:00", "2026-11-24 07:00"),  # as they end: no longer quiet
            ("2026-11-23 21:59", "2026-11-24 21:59", "2026-11-24 21:59"),
        ],
    )
    def test_quiet_hours(self, received: str, advanced: str, deferred: str) -> None:
        rungs = [rung("advance", hours(0), InQuietHours.ADVANCE), rung("defer", hours(0), InQuietHours.DEFER)]
        rungs.append(rung("ignore", hours(0)))
        start = at(received)
        fires = {r.key: when for r, when in ladder(target(hours(24), rungs), start + hours(24), start, QUIET, RIYADH)}
        assert fires == {"advance": at(advanced), "defer": at(deferred), "ignore": start + hours(24)}

    def test_no_rung_fires_before_its_clock_started(self) -> None:
        start = at("2026-11-22 23:30")
        rungs = [rung("early", hours(-2)), rung("advance", hours(0), InQuietHours.ADVANCE)]
        fires = ladder(target(hours(0.5), rungs), start + hours(0.5), start, QUIET, RIYADH)
        assert [when for _, when in fires] == [start, start]

    def test_each_rung_once_in_the_order_they_fire(self) -> None:
        rungs = [rung("defer", hours(0), InQuietHours.DEFER), rung("advance", hours(1), InQuietHours.ADVANCE)]
        start = at("2026-11-22 23:00")
        fires = ladder(target(hours(24), rungs), start + hours(24), start, QUIET, RIYADH)
        assert [r.key for r, _ in fires] == ["advance", "defer"]


class TestQuietHours:
    night = Window(at("2026-11-22 22:00"), at("2026-11-23 07:00"))

    @pytest.mark.parametrize("moment", ["2026-11-22 22:00", "2026-11-22 23:59", "2026-11-23 00:00", "2026-11-23 06:59"])
    def test_over_midnight(self, moment: str) -> None:
        assert quiet_window_containing(QUIET, RIYADH, at(moment)) == self.night
        assert quiet_window_containing(QUIET, RIYADH, at(moment).astimezone(ZoneInfo("America/New_York"))) == self.night

    @pytest.mark.parametrize("moment", ["2026-11-22 21:59", "2026-11-23 07:00", "2026-11-23 12:00"])
    def test_outside(self, moment: str) -> None:
        assert quiet_window_containing(QUIET, RIYADH, at(moment)) is None

    def test_within_one_day_and_never(self) -> None:
        found = quiet_window_containing(QuietHours("P8", time(13), time(15, 30)), RIYADH, at("2026-11-22 14:00"))
        assert found == Window(at("2026-11-22 13:00"), at("2026-11-22 15:30"))
        assert quiet_window_containing(QuietHours("P8", time(0), time(0)), RIYADH, at("2026-11-22 00:00")) is None

    def test_a_night_in_which_the_clocks_change(self) -> None:
        for day, length in (("2027-03-28", 8), ("2027-10-31", 10)):
            found = quiet_window_containing(QUIET, "Europe/Berlin", at(f"{day} 06:00", "Europe/Berlin"))
            assert found and found.end - found.start == hours(length)  # noqa: PT018

    @settings(max_examples=100, deadline=None)
    @given(
        st.times(), st.times(), st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)), st.sampled_from(InQuietHours)
    )
    def test_what_moves_leaves_quiet_hours_or_stands_at_their_beginning(
        self, start: time, end: time, moment: datetime, manner: InQuietHours
    ) -> None:
        quiet, due = QuietHours("P8", start, end), moment.replace(tzinfo=UTC)
        moved = around_quiet_hours(due, manner, quiet, "Europe/Berlin", not_before=due - hours(24))
        silence = quiet_window_containing(quiet, "Europe/Berlin", due)
        if silence is None or manner is InQuietHours.IGNORE:
            assert moved == due
        else:
            assert moved == (silence.start if manner is InQuietHours.ADVANCE else silence.end)
            assert silence.start <= due < silence.end


class TestRaisedAgain:
    @pytest.mark.parametrize("manner", list(InQuietHours))
    def test_every_half_hour_by_day_or_never(self, manner: InQuietHours) -> None:
        assert raised_again(rung("overdue", hours(0), manner), at("2026-11-23 12:00"), QUIET, RIYADH) is None
        again = replace(rung("overdue", hours(0), manner), reraise=hours(0.5))
        assert raised_again(again, at("2026-11-23 12:00"), QUIET, RIYADH) == at("2026-11-23 12:30")

    @pytest.mark.parametrize(
        ("manner", "last", "expected"),
        [
            (InQuietHours.ADVANCE, "2026-11-23 21:45", "2026-11-23 22:00"),
            (InQuietHours.ADVANCE, "2026-11-23 22:00", "2026-11-24 07:00"),
            (InQuietHours.DEFER, "2026-11-23 21:45", "2026-11-24 07:00"),
            (InQuietHours.IGNORE, "2026-11-23 22:00", "2026-11-23 22:30"),
        ],
    )
    def test_trap_5_never_twice_at_one_moment(self, manner: InQuietHours, last: str, expected: str) -> None:
        again = replace(rung("overdue", hours(0), manner), reraise=hours(0.5))
        moments = [at(last)]
        for _ in range(60):
            following = raised_again(again, moments[-1], QUIET, RIYADH)
            assert following is not None
            moments.append(following)
        assert moments[1] == at(expected)
        assert all(a < b for a, b in pairwise(moments))


def person(name: str, *absences: Absence, contact: Contact | None = None) -> Person:
    return Person(Label(name, name), Contact(lms_user=f"academy:{name}") if contact is None else contact, absences)


AWAY = Absence(date(2026, 11, 22), date(2026, 11, 23))
HEAD, DEPUTY, LEAD, MORNING, NIGHT = (person(n) for n in ("head", "deputy", "lead", "morning", "night"))
CENTRE = Office("contact_centre", Label("مركز الاتصال", "Centre"), "P13", "c", Contact(phone="+966110000000"), LEAD)
MANAGER = Office("administrative_manager", Label("المدير الإداري", "Manager"), "P8", "c", Contact(phone=MOBILE))
TRAINING = Department("training", Label("التدريب", "Training"), "P7", "c", HEAD, DEPUTY)
SHIFTS = (
    Shift("contact_centre", MORNING, frozenset({6, 0}), 8 * 60, 14 * 60),
    Shift("contact_centre", NIGHT, frozenset({6}), 14 * 60, 1440),
    Shift("operations", person("elsewhere"), frozenset(range(7)), 0, 1440),
)
ON_CALL = (
    OnCall(person("away", AWAY), 4),
    OnCall(person("platform"), 2, frozenset({"login"})),
    OnCall(person("anything"), 1),
)


def policy(
    *, office: Office = CENTRE, department: Department = TRAINING, shifts: tuple[Shift, ...] = SHIFTS,
    manager: Office | None = MANAGER,
) -> Policy:  # fmt: skip
    offices, zero = {o.key: o for o in (office, manager) if o}, timedelta(0)
    return Policy(
        digest="d", name=NAME, clause="P8", timezone=RIYADH, offices=offices, departments={"training": department},
        bodies={}, roles={}, targets=(), states={}, channels={}, categories={}, symptoms={}, default_category={},
        severity_rules=(), incidents=IncidentRules("P1", zero, zero, 1, zero, "management"), kinds={}, attachments=None,
        rooms=RoomRules("P1", zero, zero, zero, "management", zero, zero, {}, 3), calendars={}, reopen_within=zero,
        quiet_hours=QUIET, duty=Duty("P5", shifts, ON_CALL), certificate=CertificateRules("P3", (), 0.75, None, ""),
    )  # fmt: skip


NOON = at("2026-11-22 12:00")


class TestWhoIsTold:
    @pytest.mark.parametrize(
        ("moment", "who", "english"),
        [
            ("2026-11-22 08:00", "shift:contact_centre", "morning"),
            ("2026-11-22 13:59", "shift:contact_centre", "morning"),
            ("2026-11-22 14:00", "shift:contact_centre", "night"),
            ("2026-11-22 23:59", "shift:contact_centre", "night"),
            ("2026-11-23 00:00", "lead:contact_centre", "lead"),
            ("2026-11-24 12:00", "lead:contact_centre", "lead"),
        ],
    )
    def test_lead_is_whoever_leads_at_that_local_hour(self, moment: str, who: str, english: str) -> None:
        found = contact_for(policy(), "lead:contact_centre", None, at(moment).astimezone(UTC))
        assert (found.who, found.label.en) == (who, english)

    def test_those_away_or_without_contact_are_passed_over(self) -> None:
        shifts = (replace(SHIFTS[0], person=person("away", AWAY)),)
        assert contact_for(policy(shifts=shifts), "lead:contact_centre", None, NOON).reason is Reason.LEAD
        desk = replace(CENTRE, lead=person("away", AWAY))
        assert contact_for(policy(shifts=shifts, office=desk), "lead:contact_centre", None, NOON) == Addressee(
            "office:contact_centre", CENTRE.label, CENTRE.contact, Reason.OFFICE
        )
        assert contact_for(policy(), "office:contact_centre", None, NOON).reason is Reason.OFFICE
        mute = replace(CENTRE, lead=None, contact=Contact())
        assert contact_for(policy(shifts=(), office=mute), "lead:contact_centre", None, NOON).contact.phone == MOBILE

    @pytest.mark.parametrize(
        ("head", "deputy", "moment", "who"),
        [
            (HEAD, DEPUTY, "2026-11-22 12:00", "head:training"),
            (person("h", AWAY), DEPUTY, "2026-11-22 12:00", "deputy:training"),
            (person("h", AWAY), DEPUTY, "2026-11-23 23:59", "deputy:training"),  # both days of an absence, local
            (person("h", AWAY), DEPUTY, "2026-11-24 00:00", "head:training"),
            (person("h", AWAY), person("d", AWAY), "2026-11-22 12:00", "head:training"),
            (person("h", contact=Contact()), DEPUTY, "2026-11-22 12:00", "deputy:training"),
        ],
    )
    def test_head_of_the_department(self, head: Person, deputy: Person, moment: str, who: str) -> None:
        department = replace(TRAINING, head=head, deputy=deputy)
        assert contact_for(policy(department=department), "head:department", "training", at(moment)).who == who

    def test_a_case_without_department_is_never_told_to_nobody(self) -> None:
        assert contact_for(policy(), "head:department", None, NOON).reason is Reason.MANAGEMENT

    def test_who_the_complaint_is_about_never_learns_of_it(self) -> None:
        def told(barred: set[str], deputy: Person = DEPUTY) -> Addressee:
            asked = policy(department=replace(TRAINING, deputy=deputy))
            return contact_for(asked, "head:department", "training", NOON, barred=barred)

        assert told({"academy:head"}).who == "deputy:training"
        assert told({"academy:head"}, person("d", AWAY)).contact.phone == MOBILE
        assert told({"academy:head", "academy:deputy"}).contact.phone == MOBILE

    @pytest.mark.parametrize(
        ("severity", "category", "office", "who"),
        [
            (2, "login", None, "on_call:2"),
            (1, "fees", None, "on_call:3"),
            (2, "fees", "contact_centre", "shift:contact_centre"),
            (3, "login", "contact_centre", "shift:contact_centre"),
            (None, None, None, "office:administrative_manager"),
        ],
    )
    def test_on_call(self, severity: int | None, category: str | None, office: str | None, who: str) -> None:
        found = contact_for(policy(), "on_call", None, NOON, office=office, severity=severity, category=category)
        assert found.who == who

    def test_management_is_the_mobile_of_the_document(self) -> None:
        assert contact_for(policy(), "management", None, NOON) == Addressee(
            "office:administrative_manager", MANAGER.label, Contact(phone=MOBILE), Reason.MANAGEMENT
        )

    def test_nobody_left(self) -> None:
        with pytest.raises(NobodyToTell):
            contact_for(policy(manager=None), "management", None, NOON)

    @pytest.mark.parametrize("tell", ["", "lead:", "office", "head:training", "somebody"])
    def test_what_the_loader_would_refuse(self, tell: str) -> None:
        with pytest.raises(ValueError, match="nobody is meant"):
            contact_for(policy(), tell, "training", NOON)
