"""The contact panel: which ways are shown, whether somebody is there, and what may be expected."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sidecar.domain import contact
from sidecar.domain.calendar import DayWindow, Window
from sidecar.domain.policy import Policy, Tier
from sidecar.domain.report import Channel
from sidecar.policy.load import load, shipped

PAGE = "https://nidaa.example.sa/public/"
WEDNESDAY_NOON = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)  # 12:00 in Riyadh
FRIDAY_EVENING = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)  # 19:00


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load(shipped())


def with_contact(policy: Policy, **address: str) -> Policy:
    office = policy.offices["contact_centre"]
    known = replace(office, contact=replace(office.contact, **address))
    return replace(policy, offices={**policy.offices, "contact_centre": known})


def shown(policy: Policy, at: datetime, *sessions: Window) -> dict[Channel, contact.Way]:
    return {way.channel: way for way in contact.ways(policy, at, sessions, PAGE)}


def test_a_placeholder_is_nobodys_address(policy: Policy) -> None:
    """The shipped policy has no telephone and a placeholder for its mail: neither is shown to people."""
    assert set(shown(policy, WEDNESDAY_NOON)) == {Channel.IN_ROOM, Channel.WEB}


def test_a_way_with_an_address_can_be_called_or_written_to(policy: Policy) -> None:
    ways = shown(with_contact(policy, phone="+966112004400", email="help@institute.sa"), WEDNESDAY_NOON)
    assert (ways[Channel.PHONE].address, ways[Channel.PHONE].href) == ("+966 11 200 4400", "tel:+966112004400")
    assert ways[Channel.EMAIL].href == "mailto:help@institute.sa"
    assert ways[Channel.WEB].href == PAGE
    assert (ways[Channel.IN_ROOM].address, ways[Channel.IN_ROOM].href) == (None, None)
    assert Channel.WHATSAPP not in ways


@pytest.mark.parametrize(
    ("channel", "address", "written", "href"),
    [
        (Channel.WHATSAPP, "+966550102030", "+966 55 010 2030", "https://wa.me/966550102030"),
        (Channel.SMS, "+4915112345678", "+4915112345678", "sms:+4915112345678"),
        (Channel.X, "institute_sa", "@institute_sa", "https://x.com/institute_sa"),
        (Channel.MESSENGER, "institute.sa", "institute.sa", "https://m.me/institute.sa"),
        (Channel.REMOTE_SUPPORT, "https://get.institute.sa/", "get.institute.sa", "https://get.institute.sa/"),
        (Channel.IN_PERSON, "الرياض، حي العليا", "الرياض، حي العليا", None),
    ],
)
def test_every_channel_of_the_document_has_its_own_kind_of_address(
    policy: Policy, channel: Channel, address: str, written: str, href: str | None
) -> None:
    """P6: the address as people read it, and what a click opens."""
    way = shown(replace(policy, addresses={channel: address}), WEDNESDAY_NOON)[channel]
    assert (way.address, way.href) == (written, href)
    assert way.hours.open_now


@pytest.mark.parametrize(
    "placeholder", ["https://help.example", "https://help.example.invalid/x", "https://a.invalid:8"]
)
def test_no_placeholder_is_shown_whatever_stands_around_it(policy: Policy, placeholder: str) -> None:
    given = replace(policy, addresses={Channel.REMOTE_SUPPORT: placeholder})
    assert Channel.REMOTE_SUPPORT not in shown(given, WEDNESDAY_NOON)
    real = replace(policy, addresses={Channel.REMOTE_SUPPORT: "https://help.example-institute.sa"})
    assert Channel.REMOTE_SUPPORT in shown(real, WEDNESDAY_NOON)


def test_open_until_the_evening_closed_until_sunday_and_open_during_a_friday_class(policy: Policy) -> None:
    """P10: Sunday to Thursday 08:00 to 21:00, and while courses are being held."""
    known = with_contact(policy, phone="+966110000000")
    at_noon = shown(known, WEDNESDAY_NOON)[Channel.PHONE].hours
    assert (at_noon.open_now, at_noon.until) == (True, datetime(2026, 11, 25, 18, 0, tzinfo=UTC))
    friday = shown(known, FRIDAY_EVENING)[Channel.PHONE].hours
    assert (friday.open_now, friday.until) == (False, datetime(2026, 11, 29, 5, 0, tzinfo=UTC))
    lesson = Window(FRIDAY_EVENING - timedelta(minutes=10), FRIDAY_EVENING + timedelta(hours=2))
    in_class = shown(known, FRIDAY_EVENING, lesson)[Channel.PHONE].hours
    assert (in_class.open_now, in_class.until) == (True, lesson.end)
    assert shown(known, FRIDAY_EVENING)[Channel.WEB].hours.open_now  # intake never closes (P5)


@pytest.mark.parametrize(
    ("channel", "picked_up", "answered"),
    [(Channel.WHATSAPP, None, 15), (Channel.X, None, 10), (Channel.EMAIL, 30, 30)],
)
def test_what_may_be_expected_is_what_the_targets_say(
    policy: Policy, channel: Channel, picked_up: int | None, answered: int
) -> None:
    """P12."""
    found = contact.expectation(policy, channel)
    assert found.picked_up == (None if picked_up is None else timedelta(minutes=picked_up))
    assert found.answered == timedelta(minutes=answered)
    assert found.in_hours


def test_a_room_is_seen_by_its_manager_within_minutes(policy: Policy) -> None:
    found = contact.expectation(policy, Channel.IN_ROOM)
    assert found.picked_up == timedelta(minutes=2)
    assert not found.in_hours


def test_forms_offer_neither_what_supervisors_ask_nor_what_a_symptom_decides(policy: Policy) -> None:
    offered = {category.key for category in contact.choosable(policy)}
    assert {"login", "conduct_trainer", "content_question"} <= offered
    assert not offered & {"supervisor_inquiry", "live_room", "trainer_absent", "certificate_data"}
    assert all(policy.categories[key].tier is not Tier.MANAGEMENT for key in offered)


def test_a_page_promises_nothing_that_its_form_would(policy: Policy) -> None:
    """P6.6 comes with the form: until then nothing is received on the page."""
    assert shown(policy, WEDNESDAY_NOON)[Channel.WEB].expectation == contact.Expectation(None, None, in_hours=False)


def test_an_answer_that_counts_from_receipt_hides_when_it_is_picked_up(policy: Policy) -> None:
    pick_up = next(target for target in policy.targets if target.key == "email_pick_up")
    answer = next(target for target in policy.targets if target.key == "whatsapp_answer")
    mail = replace(answer, applies_to=replace(answer.applies_to, channels=frozenset({Channel.EMAIL})))
    found = contact.expectation(replace(policy, targets=(pick_up, mail)), Channel.EMAIL)
    assert (found.picked_up, found.answered) == (None, timedelta(minutes=15))


def test_who_is_called_when_nobody_answers(policy: Policy) -> None:
    """P8: the administrative manager, after 24 hours, by the number that the document gives."""
    last = contact.last_resort(policy)
    assert last
    assert (last.address, last.href, last.after) == ("+966 50 138 0380", "tel:+966501380380", timedelta(hours=24))
    office = policy.offices["administrative_manager"]
    silent = replace(office, contact=replace(office.contact, phone=None))
    assert contact.last_resort(replace(policy, offices={**policy.offices, office.key: silent})) is None


def test_the_usual_hours_are_told_together_where_days_are_alike(policy: Policy) -> None:
    day = (DayWindow(480, 1260),)
    assert contact.usual_hours(policy) == [contact.Days(6, 3, day)], "Sunday to Thursday"
    split = (DayWindow(600, 780), DayWindow(1260, 1440))
    calendar = policy.calendars["contact_centre"]
    ramadan = replace(calendar, weekly={6: day, 0: split, 1: split[::-1], 4: day})
    told = contact.usual_hours(replace(policy, calendars={**policy.calendars, "contact_centre": ramadan}))
    assert told == [contact.Days(6, 6, day), contact.Days(0, 1, split), contact.Days(4, 4, day)]
    assert contact.open_during_classes(policy)
