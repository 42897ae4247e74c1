from datetime import UTC, datetime, timedelta

import pytest

from sidecar.domain.calendar import Window
from sidecar.domain.case import Case, CaseKind, State
from sidecar.domain.clocks import DUE, plan, stopped_by, targets_of
from sidecar.domain.policy import Measure, Start, Tier
from sidecar.domain.report import Channel
from sidecar.domain.targets import Happening
from tests.worlds import NOON, POLICY


def case(kind: str, channel: str = "web", tier: str = "1", severity: int = 3, category: str = "login") -> Case:
    return Case(
        id=1, site_id="academy", kind=CaseKind(kind), state=State.RECEIVED, category=category, department="technical",
        tier=Tier(tier), severity=severity, channel=channel, opened_at=NOON, clock_started_at=NOON, last_report_at=NOON,
        version=1, policy_digest="d",
    )  # fmt: skip


WANTED = [
    (("room_incident", "in_room", "room", 3, "live_room"), {"room_seen", "room_resolution"}),
    (("room_incident", "in_room", "room", 1, "live_room"), {"room_seen", "room_resolution", "urgent_pick_up"}),
    (("room_incident", "in_room", "room", 2, "trainer_absent"), {"room_seen", "trainer_in"}),
    (("support_request", "whatsapp"), {"whatsapp_answer", "support_resolution"}),
    (("support_request", "x"), {"social_answer", "support_resolution"}),
    (("inquiry", "messenger"), {"social_answer", "support_resolution"}),
    (("support_request", "email"), {"email_pick_up", "support_resolution"}),
    (("support_request", "phone"), {"phone_answer", "support_resolution"}),
    (("support_request", "web"), {"form_pick_up", "support_resolution"}),
    (("support_request", "web", "1", 1), {"form_pick_up", "support_resolution", "urgent_pick_up"}),
    (("support_request", "sms"), {"sms_answer", "support_resolution"}),
    (("support_request", "in_person"), {"in_person_answer", "support_resolution"}),
    (("support_request", "in_room"), {"in_platform_answer", "support_resolution"}),
    (("support_request", "web", "2"), {"form_pick_up", "operations_resolution"}),
    (("certificate_gap", "web", "2"), {"operations_resolution"}),
    (("inquiry", "web", "trainer"), {"content_answer"}),
    (("inquiry", "web", "management"), {"supervisor_answer"}),
    (("complaint", "email", "department"), {"referral", "escalation", "complaint_resolution"}),
    (("complaint", "whatsapp", "1", 1), {"referral", "escalation", "complaint_resolution"}),
    (("suggestion", "web", "department"), {"suggestion_referral", "suggestion_answer"}),
]


@pytest.mark.parametrize(("what", "targets"), WANTED, ids=["-".join(map(str, row[0])) for row in WANTED])
def test_which_clocks_begin_at_receipt(what, targets: set[str]) -> None:
    assert {target.key for target in targets_of(case(*what), POLICY, Start.RECEIVED)} == targets


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("kind", CaseKind)
def test_every_kind_on_every_channel_has_a_clock_at_receipt(kind: CaseKind, channel: Channel) -> None:
    tier = "room" if kind is CaseKind.ROOM_INCIDENT else "2" if kind is CaseKind.CERTIFICATE_GAP else "1"
    category = "live_room" if kind is CaseKind.ROOM_INCIDENT else "login"
    assert targets_of(case(kind, channel, tier, category=category), POLICY, Start.RECEIVED)


@pytest.mark.parametrize(
    ("what", "start", "targets"),
    [
        (("support_request", "email"), Start.PICKED_UP, {"email_answer"}),
        (("support_request", "web"), Start.PICKED_UP, {"form_answer"}),
        (("support_request", "whatsapp"), Start.PICKED_UP, set()),
        (("complaint",), Start.REFERRED, {"told"}),
        (("suggestion",), Start.REFERRED, set()),
        (("complaint",), Start.RESOLVED, {"complaint_verification"}),
        (("certificate_gap", "web", "2"), Start.RESOLVED, {"operations_verification"}),
        (("support_request", "web", "1"), Start.RESOLVED, set()),
    ],
)
def test_which_clocks_begin_later(what, start: Start, targets: set[str]) -> None:
    assert {target.key for target in targets_of(case(*what), POLICY, start)} == targets


def planned(what: Case, at: datetime, *sessions: Window) -> dict[str, datetime]:
    return {f"{c.target}.{c.rung}": c.due_at for c in plan(what, POLICY, Start.RECEIVED, at, sessions)}


FRIDAY_19 = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)


def test_a_friday_evening_class_has_an_active_clock() -> None:
    during = Window(FRIDAY_19, FRIDAY_19 + timedelta(hours=2))
    asked = FRIDAY_19 + timedelta(minutes=5)
    rung = "whatsapp_answer.whatsapp_answer_overdue"
    assert planned(case("support_request", "whatsapp"), asked, during)[rung] == asked + timedelta(minutes=15)
    sunday_8 = datetime(2026, 11, 29, 5, 0, tzinfo=UTC)
    assert planned(case("support_request", "whatsapp"), asked)[rung] == sunday_8 + timedelta(minutes=15)


def test_level_two_keeps_the_plain_hours_while_a_class_is_held() -> None:
    during = Window(FRIDAY_19, FRIDAY_19 + timedelta(hours=2))
    gap = case("certificate_gap", "web", "2")
    assert planned(gap, FRIDAY_19, during) == planned(gap, FRIDAY_19)


def test_the_manager_is_alerted_before_quiet_hours_and_overdue_still_begins_at_the_deadline() -> None:
    three_at_night = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)  # 03:00 in Riyadh: due in quiet hours
    clocks = planned(case("complaint", "web", "department"), three_at_night)
    ten_in_the_evening = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
    assert clocks["escalation.escalation_management"] == ten_in_the_evening
    assert clocks[f"escalation.{DUE}"] == three_at_night + timedelta(hours=24)


def test_a_deadline_in_the_day_needs_no_clock_beside_its_rung() -> None:
    assert f"escalation.{DUE}" not in planned(case("complaint", "web", "department"), NOON)


@pytest.mark.parametrize(
    ("happening", "stops"),
    [
        (Happening.ACKNOWLEDGED, set()),
        (Happening.ANSWERED_BY_RULE, set()),
        (Happening.TRANSFERRED, set()),
        (Happening.ESCALATED, set()),
        (Happening.TOLD_LMS, set()),
        (Happening.SEEN, {"seen"}),
        (Happening.PICKED_UP, {"seen", "pick_up"}),
        (Happening.ANSWERED, {"seen", "pick_up", "first_answer", "escalation"}),
        (Happening.REFERRED, {"referral"}),
        (Happening.TOLD_BY_EMAIL, {"told"}),
        (Happening.TOLD_BY_PHONE, {"told"}),
        (Happening.RESOLVED, {"seen", "pick_up", "resolution"}),
        (Happening.CLOSED, set(Measure)),
        (Happening.MERGED, set(Measure)),
        (Happening.WITHDRAWN, set(Measure)),
    ],
)
def test_what_stops_which_clock(happening: Happening, stops: set[str]) -> None:
    assert stopped_by(happening) == stops
