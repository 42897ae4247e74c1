import pytest

from sidecar.domain.facts import UNKNOWN, Fact, Facts, shut_out_by
from tests.worlds import NOON


def facts(known: bool = True, **values: object) -> Facts:
    named = {name.replace("__", "."): Fact(value, "fake", NOON, known) for name, value in values.items()}
    return Facts("21", "2", NOON, named)


@pytest.mark.parametrize(
    ("values", "cause"),
    [
        ({"account__suspended": True}, "account_suspended"),
        ({"account__suspended": False}, None),
        ({"account__confirmed": False}, "account_unconfirmed"),
        ({"account__confirmed": True}, None),
        ({"account__locked_out": True}, "account_locked"),
        ({"enrolment__status": "active"}, None),
        ({"enrolment__status": "suspended"}, "enrolment_suspended"),
        ({"enrolment__status": "ended"}, "enrolment_ended"),
        ({"enrolment__status": "not_started"}, "enrolment_not_started"),
        ({"enrolment__status": "not_enrolled"}, "enrolment_not_enrolled"),
        ({"enrolment__status": "inactive"}, "enrolment_inactive"),
        ({"enrolment__status": None}, None),
        ({}, None),
        ({"account__suspended": True, "enrolment__status": "ended"}, "account_suspended"),
    ],
)
def test_what_the_lms_itself_puts_in_the_way(values, cause) -> None:
    assert shut_out_by(facts(**values)) == cause


@pytest.mark.parametrize("name", ["account__suspended", "account__locked_out"])
def test_an_unknown_never_counts_as_missing_or_as_true(name: str) -> None:
    assert shut_out_by(facts(known=False, **{name: True})) is None


def test_an_unknown_and_an_absent_value_read_the_same_and_an_empty_one_differs() -> None:
    assert facts(known=False, profile__phone=None).get("profile.phone") == UNKNOWN
    assert facts().get("profile.phone") == UNKNOWN
    assert facts(profile__phone=None).get("profile.phone") is None
