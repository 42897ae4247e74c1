"""What people are told reads well in both directions, whatever is filled in (P2, P14)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sidecar.domain.institute import Label
from sidecar.domain.report import Symptom
from sidecar.domain.wording import About, Telling, length, subject, told
from tests.worlds import POLICY

ROOMS = POLICY.rooms
NO_SOUND = POLICY.symptoms[Symptom.NO_SOUND].label
ABOUT = About("2082263993", NO_SOUND, timedelta(minutes=7), "القاعة المباشرة", "CRS-CYB-101")
FSI, PDI = "\u2068", "\u2069"


def written(text: str) -> Telling:
    return Telling("told", "told", text, None)


@pytest.mark.parametrize(
    ("minutes", "ar", "en"),
    [
        (0, "دقيقة واحدة", "1 minute"),
        (1, "دقيقة واحدة", "1 minute"),
        (2, "دقيقتين", "2 minutes"),
        (3, "٣ دقائق", "3 minutes"),
        (10, "١٠ دقائق", "10 minutes"),
        (11, "١١ دقيقة", "11 minutes"),
        (99, "٩٩ دقيقة", "99 minutes"),
        (100, "١٠٠ دقيقة", "100 minutes"),
        (103, "١٠٣ دقائق", "103 minutes"),
        (119, "١١٩ دقيقة", "119 minutes"),
        (120, "ساعتين", "2 hours"),
        (60 * 3, "٣ ساعات", "3 hours"),
        (60 * 11 + 59, "١١ ساعة", "11 hours"),
        (60 * 100, "١٠٠ ساعة", "100 hours"),
    ],
)
def test_a_length_agrees_with_its_number(minutes: int, ar: str, en: str) -> None:
    lasted = timedelta(minutes=minutes)
    assert (length(lasted, "ar"), length(lasted, "en_GB")) == (ar, en)


def test_what_is_solved_is_named_with_its_length_in_the_readers_language() -> None:
    what = Telling("solved", "solved", "", None)
    ar, en = told(ROOMS, what, ABOUT, "ar"), told(ROOMS, what, ABOUT, "en")
    assert f"«{FSI}لا أسمع الصوت{PDI}»" in ar
    assert f"منذ {FSI}٧ دقائق{PDI}" in ar
    assert f"{FSI}7 minutes{PDI}" in en


def test_a_reference_keeps_its_latin_digits_and_stands_by_itself() -> None:
    known = told(ROOMS, Telling("solved", "known", "", None), ABOUT, "ar")
    assert f"{FSI}208-226-399-3{PDI}" in known
    assert not any(digit in known.replace("208-226-399-3", "") for digit in "0123456789")
    assert f"{FSI}208-226-399-3{PDI}" in subject(ROOMS, ABOUT, "ar")


@pytest.mark.parametrize(
    "nasty",
    ["\u2069 out", "\u202e turned", "\u2066\u2066", "a\u2068b", "{reference}", "{0.__class__}", "%(x)s", "50% {"],
)
def test_nothing_that_a_person_writes_turns_the_sentence_or_fills_itself_in(nasty: str) -> None:
    for locale in ("ar", "en"):
        said = told(ROOMS, written(nasty), ABOUT, locale)
        plain = "".join(letter for letter in nasty if letter not in "\u2066\u2068\u2069\u202e").strip()
        assert plain in said
        assert "208" not in said
        depth = 0
        for letter in said:
            depth += (letter == FSI) - (letter == PDI)
            assert 0 <= depth <= 1
        assert depth == 0
        assert "\u202e" not in said


def test_digits_that_a_person_wrote_stay_as_they_are() -> None:
    assert "الساعة 5" in told(ROOMS, written("الساعة 5"), ABOUT, "ar")


def test_each_line_stands_by_itself_since_an_isolation_ends_with_its_paragraph() -> None:
    said = told(ROOMS, written("one\nاثنان\n\nthree"), ABOUT, "ar")
    assert said.endswith(f"{FSI}one{PDI}\n{FSI}اثنان{PDI}\n\n{FSI}three{PDI}")


def test_a_link_ends_before_what_closes_its_isolation() -> None:
    said = told(ROOMS, Telling("backup", "backup", "", "https://meet.example/x"), ABOUT, "ar")
    assert f"{FSI}https://meet.example/x {PDI}" in said
    assert "CRS-CYB-101" in said


def test_a_ready_message_is_said_in_each_language_within_the_rooms_frame() -> None:
    what = Telling("told", "ready_trainer_absent", "", None)
    for locale in ("ar", "en"):
        said = told(ROOMS, what, ABOUT, locale)
        assert ROOMS.messages["ready_trainer_absent"].in_(locale) in said
        assert NO_SOUND.in_(locale) in said
    assert "edited" in told(ROOMS, Telling("told", "ready", "edited", None), ABOUT, "en")
    assert ROOMS.messages["ready"].en not in told(ROOMS, Telling("told", "ready", "edited", None), ABOUT, "en")


def test_what_tier_one_says_is_not_said_in_the_room_managers_name() -> None:
    desk = Telling("told", "ready_major", "", None, of_room=False)
    assert "مركز الاتصال" in told(ROOMS, desk, ABOUT, "ar")
    assert "مدير القاعة" in told(ROOMS, written("x"), ABOUT, "ar")


def test_what_is_not_known_leaves_no_empty_brackets() -> None:
    nothing = About(None, None, timedelta(0), "", "الدورة")
    staff = Telling("staff", "no_manager", "", None)
    for locale in ("ar", "en"):
        for said in (told(ROOMS, staff, nothing, locale), told(ROOMS, written("x"), nothing, locale)):
            assert "()" not in said
            assert "«»" not in said
            assert "“”" not in said
            assert "\x00" not in said
        assert "الدورة" in subject(ROOMS, nothing, locale)


@pytest.mark.parametrize("message", sorted(set(ROOMS.messages) - {"subject", "subject_room"}))
def test_every_message_of_the_policy_can_be_said(message: str) -> None:
    for locale in ("ar", "en", "fr"):
        cause = message if message in {"solved", "backup", "answer", "staff"} else "told"
        said = told(ROOMS, Telling(cause, message, "", "https://x.example/"), ABOUT, locale)
        assert said
        assert "{" not in said


def test_a_policy_without_words_still_says_what_was_written() -> None:
    bare = replace(ROOMS, messages={"ready": Label("نعم", "yes")})
    assert "x" in told(bare, written("x"), ABOUT, "ar")
    assert "208-226-399-3" in subject(bare, ABOUT, "ar")
