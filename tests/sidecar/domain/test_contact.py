"""The contact panel: which ways are shown, whether somebody is there, and what may be expected."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sidecar.domain import contact
from sidecar.domain.calendar import Window
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
    ways = shown(with_contact(policy, phone="+966 11 000 0000", email="help@institute.sa"), WEDNESDAY_NOON)
    assert (ways[Channel.PHONE].address, ways[Channel.PHONE].href) == ("+966 11 000 0000", "tel:+966110000000")
    assert ways[Channel.EMAIL].href == "mailto:help@institute.sa"
    assert ways[Channel.WEB].href == PAGE
    assert (ways[Channel.IN_ROOM].address, ways[Channel.IN_ROOM].href) == (None, None)
    assert Channel.WHATSAPP not in ways


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
    found = contact.expectation(policy.targets, channel)
    assert found.picked_up == (None if picked_up is None else timedelta(minutes=picked_up))
    assert found.answered == timedelta(minutes=answered)
    assert found.in_hours


def test_a_room_is_seen_by_its_manager_within_minutes(policy: Policy) -> None:
    found = contact.expectation(policy.targets, Channel.IN_ROOM)
    assert found.picked_up == timedelta(minutes=2)
    assert not found.in_hours


def test_forms_offer_neither_what_supervisors_ask_nor_what_a_symptom_decides(policy: Policy) -> None:
    offered = {category.key for category in contact.choosable(policy)}
    assert {"login", "conduct_trainer", "content_question"} <= offered
    assert not offered & {"supervisor_inquiry", "live_room", "trainer_absent", "certificate_data"}
    assert all(policy.categories[key].tier is not Tier.MANAGEMENT for key in offered)
