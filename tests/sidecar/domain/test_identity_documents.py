"""What looks like an identity document, and what does not: the list says what nobody can notice."""

from __future__ import annotations

import zlib

import pytest

from sidecar.domain.identity_documents import by_name, has_number, words_of_pdf

NUMBER = "1012345672"


@pytest.mark.parametrize(
    "name",
    ["هوية.jpg", "الهويّة الوطنية.png", "صورة هويتي.png", "إقامة.pdf", "اقامه_2026.pdf", "وإقامتي.png", "جواز السفر.jpg",
     "Passport.PDF", "national_id.png", "National-ID (2).jpg", "my iqama.webp", "ID card.png", f"{NUMBER}.jpg"],
)  # fmt: skip
def test_a_name_that_says_so(name: str) -> None:
    assert by_name(name)


@pytest.mark.parametrize(
    "name",
    ["شاشة.png", "Screenshot 2026-11-27 101530.png", "passports-course.png", "تجاوز الوقت.png", "IMG_20261127_1015.jpg",
     "0550102030.txt", "966501380380.txt", "1012345671.jpg", "invalid card.png"],
)  # fmt: skip
def test_a_name_that_does_not(name: str) -> None:
    assert not by_name(name)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (f"رقم الهوية {NUMBER}", True), ("الإقامة: ٢٠٠٠٠٠٠٠٠٦", True), (f"a{NUMBER}b", True), (f"{NUMBER}0", False),
        ("1012345673", False), ("3012345670", False), ("101-234-567-2", False), ("", False),
    ],
)  # fmt: skip
def test_ten_digits_with_their_check_digit(text: str, is_one: bool) -> None:
    assert has_number([text]) is is_one


def test_a_number_that_is_known_to_be_none() -> None:
    assert not has_number([f"{NUMBER}, again {NUMBER}"], {NUMBER})
    assert has_number([f"{NUMBER}, {NUMBER[:-1]}2 and 2000000006"], {NUMBER})


def pdf(*streams: bytes, packed: bool = True) -> bytes:
    parts = [b"stream\r\n" + (zlib.compress(one) if packed else one) + b"\r\nendstream" for one in streams]
    return b"%PDF-1.4\n" + b"\n".join(parts)


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("line", [b"(1012345672) Tj", b"[(10) 20 (1234) -5 (5672)] TJ", b"(No. 1012345672) Tj"])
def test_a_pdf_that_can_simply_be_read(line: bytes, packed: bool) -> None:
    assert has_number(words_of_pdf(pdf(b"BT " + line + b" ET", packed=packed)))


def test_what_in_a_pdf_is_no_text_is_not_mistaken_for_one() -> None:
    table = b"xref\n0 2\n1012345672 00000 n\n"
    assert not has_number(words_of_pdf(b"%PDF-1.4\n" + table))
    assert not has_number(words_of_pdf(pdf(b"<31303132333435363732> Tj")))  # letters by numbers: nobody reads them here


def test_a_pdf_that_unfolds_for_ever_is_looked_through_within_bounds() -> None:
    bomb = pdf(*[b"(" + b"0" * 50_000_000 + b")"] * 3)
    assert not has_number(words_of_pdf(bomb))
