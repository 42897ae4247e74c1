"""What a row of an export says: numbers, dates, words of states, headings; and what is masked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sidecar.domain.registry import (
    COLUMNS,
    MANAR,
    NELC,
    Column,
    Fault,
    Line,
    RegistryState,
    course_keys,
    guess,
    masked,
    moment_of,
    number_of,
    read_line,
)
from tests.worlds import POLICY

RIYADH = ZoneInfo("Asia/Riyadh")
GOOD = {Column.NATIONAL_ID: "1000000008", Column.NAME: "أحمد", Column.COURSE: "CRS-1", Column.STATE: "صدرت"}


@pytest.mark.parametrize(
    ("headings", "found"),
    [
        (("رقم الهوية", "اسم المتدرب", "اسم الدورة", "الحالة"), {"national_id": 0, "name": 1, "course": 2, "state": 3}),
        (("Course code", "National_ID", "Full Name", "Status", "Reason", "Issue date"),
         {"course": 0, "national_id": 1, "name": 2, "state": 3, "reason": 4, "at": 5}),
        (("م", "السجل المدني", "الإسم", "رمز الدورة", "حالة الشهادة", "تاريخ الإصدار"),
         {"national_id": 1, "name": 2, "course": 3, "state": 4, "at": 5}),
        (("أ", "ب"), {}),
    ],
)  # fmt: skip
def test_headings_in_both_languages(headings: tuple[str, ...], found: dict[str, int]) -> None:
    assert {str(column): place for column, place in guess(headings, COLUMNS[MANAR]).items()} == found


def test_the_columns_of_statements() -> None:
    headings = ("actor.name", "verb", "object.id", "timestamp", "result status")
    assert guess(headings, COLUMNS[NELC]) == {
        Column.NATIONAL_ID: 0, Column.VERB: 1, Column.COURSE: 2, Column.AT: 3, Column.STATE: 4,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("written", "number"),
    [("1000000008", "1000000008"), ("١٠٠٠٠٠٠٠٠٨", "1000000008"), ("1000 000-008", "1000000008"),
     ("1000000008.0", "1000000008"), ("100000000", None), ("1.000000008E9", None), ("x1000000008", None), ("", None)],
)  # fmt: skip
def test_numbers(written: str, number: str | None) -> None:
    assert number_of(written) == number


@pytest.mark.parametrize(
    ("written", "at"),
    [("2026-11-11", (2026, 11, 10, 21)), ("11/11/2026", (2026, 11, 10, 21)),
     ("١١/١١/٢٠٢٦ ٠٨:٣٠", (2026, 11, 11, 5, 30)),
     ("2026-11-11T10:00:00Z", (2026, 11, 11, 10)), ("1448/05/01", None), ("32/01/2026", None), ("أمس", None)],
)  # fmt: skip
def test_dates(written: str, at: tuple[int, ...] | None) -> None:
    assert moment_of(written, RIYADH) == (datetime(*at, tzinfo=UTC) if at else None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({Column.NATIONAL_ID: "12"}, (Column.NATIONAL_ID, "no_number")),
        ({Column.NATIONAL_ID: "", Column.NAME: ""}, (Column.NATIONAL_ID, "nobody_named")),
        ({Column.COURSE: " "}, (Column.COURSE, "no_course")),
        ({Column.STATE: "في الطريق"}, (Column.STATE, "no_state")),
        ({Column.STATE: ""}, (Column.STATE, "no_state")),
        ({Column.AT: "أمس"}, (Column.AT, "no_date")),
        ({Column.NAME: "1000000016"}, (Column.NAME, "number_here")),
        ({Column.COURSE: "1000000016"}, (Column.COURSE, "number_here")),
    ],
)
def test_a_row_that_stays_out_says_where_and_why(change: dict[Column, str], fault: tuple[Column, str]) -> None:
    said = read_line(7, {**GOOD, **change}, POLICY.registries[MANAR], b"k" * 32, RIYADH)
    nowhere = fault[1] in {"no_course", "number_here"}  # mixed-up columns say no course either
    assert said == Fault(7, *fault, course="" if nowhere else GOOD[Column.COURSE])


@pytest.mark.parametrize(
    ("word", "state"),
    [("صدرت", "issued"), ("مرفوضه", "rejected"), ("PENDING", "submitted"), ("لم تُرفع", "not_submitted")],
)
def test_words_however_they_are_spelt(word: str, state: str) -> None:
    said: Any = read_line(7, {**GOOD, Column.STATE: word}, POLICY.registries[MANAR], b"k" * 32, RIYADH)
    assert isinstance(said, Line)
    assert said.state is RegistryState(state)
    assert "1000000008" not in repr(said)


def test_what_is_masked_and_what_is_not() -> None:
    assert masked("1000000008") == masked("١٠٠٠٠٠٠٠٠٨") == masked("1000 000 008") == "••••••08"
    assert [masked(one) for one in ("CRS-101", "2026-11-11")] == ["CRS-101", "2026-11-11"]


def test_an_activity_is_the_course_of_its_address() -> None:
    assert "2" in course_keys("https://lms.example/course/view.php?id=2")
    assert course_keys("https://lms.example/courses/CRS-1/")[-1] == "crs-1"
    assert course_keys("  CRS-1 ") == ("crs-1",)


def test_a_row_with_two_faults_names_both() -> None:
    odd = {**GOOD, Column.STATE: "شيء", Column.AT: "أمس"}
    said: Any = read_line(7, odd, POLICY.registries[MANAR], b"k" * 32, RIYADH)
    assert [(one.column, one.why) for one in (said, *said.more)] == [(Column.AT, "no_date"), (Column.STATE, "no_state")]


def test_the_day_of_sending_is_known_as_a_date() -> None:
    headings = ["رقم الهوية", "الدورة", "الحالة", "تاريخ الرفع"]
    assert guess(headings, COLUMNS[MANAR])[Column.AT] == 3
