import uuid
from datetime import timedelta

import pytest

from sidecar.domain.report import (
    About,
    Gap,
    Reporter,
    Role,
    Symptom,
    clamp_occurred,
    grouped,
    luhn_digit,
    reference_of,
    report_key,
)
from tests.worlds import NOON, report

ID = uuid.UUID("0198f3c2-7b1e-7c44-9d0a-6f2b1c3d4e5f")


def test_the_contracts_own_example_of_a_reference() -> None:
    assert grouped(reference_of(ID)) == "208-226-399-3"


def test_a_taken_reference_gives_way_to_the_next_number() -> None:
    first, second = reference_of(ID), reference_of(ID, 1)
    assert int(second[:9]) == int(first[:9]) + 1
    assert second[9] == str(luhn_digit(second[:9]))


def test_the_number_after_the_last_is_the_first() -> None:
    last = uuid.UUID(int=10**9 - 1)
    assert reference_of(last)[:9] == "999999999"
    assert reference_of(last, 1)[:9] == "000000000"


@pytest.mark.parametrize(("digits", "check"), [("7992739871", 3), ("0", 0), ("000000001", 8)])
def test_luhn_as_the_standard_gives_it(digits: str, check: int) -> None:
    assert luhn_digit(digits) == check


@pytest.mark.parametrize("swap", range(8))
def test_two_neighbouring_digits_read_the_wrong_way_round_are_noticed(swap: int) -> None:
    nine = "208226399"
    swapped = nine[:swap] + nine[swap + 1] + nine[swap] + nine[swap + 2 :]
    if swapped != nine and {nine[swap], nine[swap + 1]} != {"0", "9"}:
        assert luhn_digit(swapped) != luhn_digit(nine)


def test_the_same_id_of_another_site_is_another_report() -> None:
    assert report_key("academy", ID) != report_key("other", ID)
    assert report_key("academy", ID) == report_key("academy", ID)


SAID = {
    "kind": {"kind": "inquiry"},
    "symptom": {"symptom": Symptom.NO_MIC},
    "category": {"category": "login"},
    "text": {"text": "x"},
    "about": {"about": About("5", Role.TRAINEE)},
    "affected": {"affected": 3},
    "action_taken": {"action_taken": "x"},
    "gaps": {"gaps": frozenset({Gap.PHONE_MISSING})},
}


@pytest.mark.parametrize("field", SAID)
def test_a_retry_that_says_something_else_is_another_report(field: str) -> None:
    assert report(id=ID, **SAID[field]).fingerprint() != report(id=ID).fingerprint()


@pytest.mark.parametrize(
    "field",
    [
        {"occurred_at": NOON - timedelta(hours=1)},
        {"diagnostics": {"rtt": 900}},
        {"locale": "en"},
        {"channel": "web"},
        {"category": ""},
        {"ended_at": NOON},
        {"remedy_sought": "x"},
    ],
)
def test_a_retry_may_differ_in_what_nobody_compares(field) -> None:
    assert report(id=ID, **field).fingerprint() == report(id=ID).fingerprint()


def test_gaps_compare_as_a_set() -> None:
    two = [Gap.PHONE_MISSING, Gap.NATIONAL_ID_MISSING]
    assert report(gaps=frozenset(two)).fingerprint() == report(gaps=frozenset(reversed(two))).fingerprint()


def test_a_visitor_is_known_by_what_is_given() -> None:
    visitors = [
        Reporter(None, Role.VISITOR, "سعد", "saad@example.org", "+966500000001"),
        Reporter(None, Role.VISITOR, "سعد", None, "+966500000001"),
        Reporter(None, Role.VISITOR, "سعد"),
    ]
    senders = [report(reporter=one).sender for one in visitors]
    assert senders == ["visitor:saad@example.org", "visitor:+966500000001", "visitor:سعد"]


@pytest.mark.parametrize(
    ("occurred", "skew", "believed"),
    [
        (None, 0, 0),
        (-10, 0, -10),
        (+10, 0, 0),  # not yet happened: the sender's clock is wrong
        (-60 * 48, 0, -60 * 24),
        (+5, 10, -5),  # the sender's clock is ten minutes ahead
        (-15, -10, -5),
    ],
)
def test_when_it_happened_is_believed_within_the_day_before_receipt(occurred, skew, believed) -> None:
    at = None if occurred is None else NOON + timedelta(minutes=occurred)
    assert clamp_occurred(at, NOON, timedelta(minutes=skew)) == NOON + timedelta(minutes=believed)
