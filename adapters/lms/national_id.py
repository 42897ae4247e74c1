"""What may be told of a Saudi national id or iqama number without telling the number."""

from __future__ import annotations

import hmac
import unicodedata
from typing import Literal

NationalIdState = Literal["present", "invalid"]

_FIRST_DIGITS = "124"  # 1 citizen, 2 resident; NELC's own check also lets 4 through


def state_of(number: str) -> NationalIdState:
    """`present`, or `invalid`: it needs a person's look (never: refuse it; a published test id fails the check digit).

    Ten digits beginning 1, 2 or 4, the last one being the Luhn check digit over the rest (1000000008 is right).
    Arabic-Indic and Persian digits count as digits; spaces and hyphens are passed over.
    """
    digits = [unicodedata.digit(c, -1) for c in number if c.isdecimal()]
    foreign = [c for c in number if not (c.isdecimal() or c.isspace() or c in "-\u200e\u200f")]
    if foreign or len(digits) != 10 or str(digits[0]) not in _FIRST_DIGITS:
        return "invalid"
    doubled = [sum(divmod(digit * 2, 10)) if place % 2 == 0 else digit for place, digit in enumerate(digits)]
    return "present" if sum(doubled) % 10 == 0 else "invalid"


def same_number(number: str) -> str:
    """The digits alone in ASCII, for comparing two numbers; keep it no longer than the comparison takes."""
    return "".join(str(unicodedata.digit(c)) for c in number if c.isdecimal())


def known_by(key: bytes, number: str) -> tuple[str, str] | None:
    """By what a number is known without being told: its keyed hash, and its last two digits; None of what is none.

    `sidecar/domain/registry.py` and the plugin's `national_id` hash the same way: a test holds the three together.
    """
    digits = same_number(number)
    return (hmac.digest(key, digits.encode(), "sha256").hex(), digits[-2:]) if len(digits) == 10 else None
