"""The course's grade, where people may see it, and both names where they do not match."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from adapters.lms.port import UNKNOWN
from tests.sidecar.api.callers import Callers
from tests.sidecar.journey.test_certificate_answers import SUFFICES, asks
from tests.sidecar.pages import rostered
from tests.sidecar.pages.conftest import Comes
from tests.sidecar.pages.test_own_pages import link_of
from tests.sidecar.pages.visiting import COURSE, TRAINEE, TRAINER, Visitor
from tests.staff import arrive
from tests.worlds import SITE

PAGE = f"/roster/{COURSE}"
GRADE: dict[str, Any] = {
    "grade__course": 0.78, "grade__points": 78.0, "grade__max": 100.0, "grade__pass_mark": 60.0,
    "grade__passed": True, "grade__shown": True,
}  # fmt: skip
BELOW = GRADE | {"grade__course": 0.495, "grade__points": 49.5, "grade__passed": False}
NOT_YET = GRADE | {"grade__course": None, "grade__points": None, "grade__passed": None}
HIDDEN = dict.fromkeys(GRADE, UNKNOWN)
STOCK = {name: GRADE[name] if name in {"grade__course", "grade__points", "grade__max"} else UNKNOWN for name in GRADE}


def _plain(text: str) -> str:
    return text.replace("\u2066", "").replace("\u2069", "")


def _row(text: str, name: str) -> str:
    return next(one for one in text.split("<tr>") if name in one)


def _course(house: Callers) -> None:
    rostered.course(house.world)
    rostered.knows(house.world, "21", profile__name_en="Omar Khan", **GRADE)
    rostered.knows(house.world, "22", profile__phone=None, **BELOW)
    rostered.knows(house.world, "23", **HIDDEN)
    rostered.knows(house.world, "24", **NOT_YET)
    rostered.fetch(house.world)


def test_on_the_roster_it_stands_beside_the_certificate_and_moves_nobody(house: Callers, comes: Comes) -> None:
    _course(house)
    trainer = comes("roster", TRAINER, role="trainer", ctx={"course": COURSE})
    text = _plain(trainer.get(f"{PAGE}?show=all&lang=en").text)
    for wanted in ("78 of 100, needed 60", "below the pass mark, 49.5 of 100, needed 60", "Grade: unknown",
                   "not graded yet, 60 of 100 is needed"):  # fmt: skip
        assert wanted in text, wanted
    # What is not known, or not enough, of a grade leaves nobody unready.
    assert text.count("Nobody yet") == 0
    ready = _plain(trainer.get(f"{PAGE}?show=ready&lang=en").text)
    assert ready.count("Grade: ") == 2
    assert "Grade: 78 of 100, needed 60" in _plain(trainer.get(f"{PAGE}/print?lang=en").text)


def test_both_names_stand_side_by_side_with_their_source(house: Callers, comes: Comes) -> None:
    _course(house)
    trainer = comes("roster", TRAINER, role="trainer", ctx={"course": COURSE})
    for path in ("?show=all&lang=en", "/print?show=all&lang=en"):
        text = trainer.get(f"{PAGE}{path}").text
        assert '<bdi dir="auto">أحمد القحطاني</bdi>' in text
        assert '<bdi dir="auto">Omar Khan</bdi>' in text
        assert text.count("profile in the learning platform") == 2, "they stand where they differ alone"


def test_both_are_in_the_sheet(house: Callers, comes: Comes) -> None:
    _course(house)
    trainer = comes("roster", TRAINER, role="trainer", ctx={"course": COURSE})
    answer = trainer.get(f"{PAGE}/csv?show=all&lang=en")
    rows = {row["LMS user"]: row for row in csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))}
    assert {key: row["Grade"] for key, row in rows.items()} == {
        "21": "78 of 100, needed 60", "22": "below the pass mark, 49.5 of 100, needed 60", "23": "unknown",
        "24": "not graded yet, 60 of 100 is needed",
    }  # fmt: skip
    assert rows["21"]["Both names"] == "Name in Arabic: أحمد القحطاني (fake); Name in English: Omar Khan (fake)"
    assert {row["Both names"] for key, row in rows.items() if key != "21"} == {""}


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (GRADE, "Grade: enough to pass, 78 of 100, needed 60"), (BELOW, "Grade: below the pass mark, 49.5 of 100"),
        (NOT_YET, "Grade: not graded yet, 60 of 100 is needed"), (HIDDEN, ""),
        (STOCK, ""),  # that the platform shows it to the trainee nobody said
        (GRADE | {"grade__shown": UNKNOWN}, ""),
    ],
)  # fmt: skip
def test_the_trainee_reads_it_only_where_the_platform_shows_it(
    house: Callers, comes: Comes, facts: dict[str, Any], words: str
) -> None:
    rostered.course(house.world)
    rostered.knows(house.world, "21", **facts)
    rostered.fetch(house.world)
    text = _plain(comes("mine", "21", role="trainee").get(f"/mine/courses/{COURSE}?lang=en").text)
    assert "What is missing for my certificate" in text
    assert ("Grade" in text) == bool(words)
    assert words in text
    assert "could not be read" not in text, "a grade that is not told is nothing that is missing"


@pytest.mark.parametrize(("facts", "shown"), [(GRADE, True), (HIDDEN, False), (STOCK, False)])
def test_nor_does_the_checklist_of_the_own_report_tell_it(
    house: Callers, comes: Comes, facts: dict[str, Any], shown: bool
) -> None:
    lms = house.world.runtime.lms[SITE]
    lms.set_facts(TRAINEE, "2", **(SUFFICES | facts))  # type: ignore[attr-defined]
    sent = asks(TRAINEE)
    arrive(house.world, sent)
    own = comes("mine", TRAINEE, role="trainee").get(f"/mine/{sent.id}?lang=en").text
    by_link = Visitor(house).get(link_of(house, sent) + "?lang=en").text
    for text in (own, by_link):
        assert "What the certificate needs" in text
        assert ("78 of 100" in _plain(text)) is shown
        assert ("<b>Grade</b>" in text) is shown
