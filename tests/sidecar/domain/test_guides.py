"""Guides are found by their words as people write them, and what was found is marked."""

from __future__ import annotations

import pytest

from sidecar.domain.guides import Guide, excerpt, found, marked


def guide(slug: str, title: str, text: str, order: int = 1) -> Guide:
    return Guide(slug, "ar", title, "login", order, text, text)


SIGN_IN = guide("sign-in", "لا أستطيع تسجيل الدخول إلى المنصة", "كلمة المرور لا تُقبل. اطلب كلمة جديدة.")
SOUND = guide("sound", "الميكروفون لا يعمل", "إن لم تسمع فأعد الدخول إلى القاعة.", 2)


@pytest.mark.parametrize(
    ("asked", "slugs"),
    [
        ("كلمه المرور", ["sign-in"]), ("الدخول", ["sign-in", "sound"]), ("دخول", ["sign-in", "sound"]),
        ("ميكروفون", ["sound"]), ("ميكرو", ["sound"]), ("تقبل", ["sign-in"]), ("الدخول القاعة", ["sound"]),
        ("قطار", []), ("", []), ("؟", []), ("<script>", []),
    ],
)  # fmt: skip
def test_found_by_words_without_their_spelling(asked: str, slugs: list[str]) -> None:
    assert [one.slug for one in found([SOUND, SIGN_IN], asked)] == slugs


def test_what_was_found_is_marked_and_nothing_is_lost() -> None:
    pieces = marked("كلمة المرور لا تُقبل، وكلمات أخرى", "كلمه تقبل")
    assert "".join(text for text, _ in pieces) == "كلمة المرور لا تُقبل، وكلمات أخرى"
    assert [text for text, hit in pieces if hit] == ["كلمة", "تُقبل"]


def test_an_excerpt_shows_what_was_found() -> None:
    long = " ".join(f"كلام{one}" for one in range(100)) + " الميكروفون " + " ".join("نهاية" for _ in range(100))
    shown = excerpt(long, "ميكروفون")
    assert "الميكروفون" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) < 250
    assert excerpt("قصير", "آخر") == "قصير"
    assert excerpt("x" * 500, "x") == "x" * 500, "one word without an end is not cut"
