from __future__ import annotations

import pytest

from adapters.lms.national_id import same_number, state_of


@pytest.mark.parametrize(
    ("number", "state"),
    [
        ("1000000008", "present"),
        ("1000000000", "invalid"),
        ("١٠٠٠٠٠٠٠٠٨", "present"),
        ("۱۰۰۰۰۰۰۰۰۸", "present"),
        (" 100-000 0008 ", "present"),
        ("1011223366", "invalid"),  # a published test id that fails the check digit: review, do not refuse
        ("3000000004", "invalid"),
        ("109876540", "invalid"),
        ("10000000088", "invalid"),
        ("100000000²", "invalid"),
        ("1000000008x", "invalid"),
        ("", "invalid"),
        ("لا يوجد", "invalid"),
    ],
)
def test_state(number: str, state: str) -> None:
    assert state_of(number) == state


def test_the_check_digit_is_the_only_one_that_fits() -> None:
    for start in ("100000000", "212345678", "498765432"):
        assert sum(state_of(f"{start}{digit}") == "present" for digit in range(10)) == 1


def test_comparing() -> None:
    assert same_number("١٠٠٠-٠٠٠٠٠٨") == "1000000008"
