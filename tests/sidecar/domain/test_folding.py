"""What is read as the same is found as the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.domain.folding import fold, number, phone, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("أحمد", "احمد"), ("إدارة", "اداره"), ("القحطانـــي", "القحطاني"), ("مُحَمَّد", "محمد"), ("هدى", "هدي"),
        ("مسؤول", "مسوول"), ("قائد", "قايد"), ("٢٠٨", "208"), ("Müller", "muller"), ("ﷲ", "الله"),
        ("STRASSE", "straße"),
    ],
)  # fmt: skip
def test_spelling_variants_are_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_the_article_and_lone_letters_do_not_count() -> None:
    assert list(words("الصوت و مقطوع")) == list(words("صوت مقطوع"))
    assert list(words("ال في 7")) == ["ال", "في", "7"]


@pytest.mark.parametrize("typed", ["0501234567", "+966 50 123 4567", "٠٥٠١٢٣٤٥٦٧", "00966501234567", "50-123-4567"])
def test_a_telephone_number_is_found_however_it_is_written(typed: str) -> None:
    assert phone(typed) == "501234567"


def test_too_few_digits_are_no_telephone_number() -> None:
    assert phone("12345") is None


@pytest.mark.parametrize("typed", ["208-226-399-3", "٢٠٨ ٢٢٦ ٣٩٩ ٣", "\u2066208-226-399-3\u2069", "2082263993"])
def test_a_reference_is_read_in_any_digits_and_groups(typed: str) -> None:
    assert number(typed) == "2082263993"


def test_words_are_no_number() -> None:
    assert number("قاعة 3") is None


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)
