"""The grade of a course: as a running Moodle told it through the plugin, and of few people from its own function."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import pytest
from werkzeug import Response

from adapters.errors import Unavailable
from adapters.lms.moodle import Moodle
from adapters.lms.port import UNKNOWN, Pair, Told

STOCK = "gradereport_user_get_grade_items"
NAMES = ("course", "points", "max", "pass_mark", "passed", "shown")


def _grade(values: Mapping[str, Told]) -> tuple[Any, ...]:
    return tuple(values[f"grade.{name}"].value for name in NAMES)


def _notes(values: Mapping[str, Told]) -> set[str]:
    return {values[f"grade.{name}"].note for name in NAMES}


@pytest.fixture(autouse=True)
def _stock(stand_in: Any, recording: Any) -> None:
    stand_in.answers[STOCK] = lambda form: recording(f"{STOCK}__t01_c1")["response"]


@pytest.fixture
def recorded(moodle: Moodle, stand_in: Any, recording: Any) -> Mapping[str, Mapping[str, Told]]:
    """60 were needed in this course; of one the grade was hidden, and one had none yet."""
    stand_in.with_plugin()
    told = recording("local_nidaa_get_facts__grades_c2")
    stand_in.answers[told["function"]] = lambda form: told["response"]
    found = moodle.facts([Pair(str(pair["userid"]), str(pair["courseid"])) for pair in told["params"]["pairs"]])
    return {pair.person_id: facts.values for pair, facts in found.items()}


def test_what_the_plugin_tells(recorded: Mapping[str, Mapping[str, Told]]) -> None:
    assert _grade(recorded["6"]) == (1.0, 100.0, 100.0, 60.0, True, True)
    assert _grade(recorded["10"]) == (0.5, 50.0, 100.0, 60.0, False, True)
    assert _grade(recorded["8"]) == (None, None, 100.0, 60.0, None, True)  # not graded yet, which is known
    assert recorded["6"]["grade.course"].source == "local_nidaa_get_facts"


def test_what_it_hides_or_does_not_have_is_unknown(recorded: Mapping[str, Mapping[str, Told]]) -> None:
    assert _grade(recorded["9"]) == (UNKNOWN,) * 6
    assert _notes(recorded["9"]) == {"hidden"}
    assert _grade(recorded["11"]) == (UNKNOWN,) * 6
    assert _notes(recorded["11"]) == {"not_offered"}


@pytest.mark.parametrize(
    "section",
    [
        {"state": "recalculating", "points": None, "min": 0, "max": 100, "pass": None},
        {"state": "a word of a later plugin", "points": None, "min": 0, "max": 100, "pass": None},
        {"state": "graded", "points": 5, "min": 0, "max": 0, "pass": None},
        None,
    ],
)
def test_what_is_no_grade_is_unknown(moodle: Moodle, stand_in: Any, recording: Any, section: Any) -> None:
    stand_in.with_plugin()
    told = copy.deepcopy(recording("local_nidaa_get_facts__grades_c2")["response"])
    told["facts"][0]["grade"] = section
    stand_in.answers["local_nidaa_get_facts"] = lambda form: told
    assert _grade(moodle.facts([Pair("6", "3")])[Pair("6", "3")].values) == (UNKNOWN,) * 6


def test_an_older_plugin_tells_none(moodle: Moodle, stand_in: Any, recording: Any) -> None:
    stand_in.with_plugin()
    told = copy.deepcopy(recording("local_nidaa_get_facts__grades_c2")["response"])
    for row in told["facts"]:
        del row["grade"]
    stand_in.answers["local_nidaa_get_facts"] = lambda form: told
    values = moodle.facts([Pair("6", "3")])[Pair("6", "3")].values
    assert _grade(values) == (UNKNOWN,) * 6
    assert values["enrolment.status"].value == "active"


def test_of_one_person_stock_functions_tell_it(moodle: Moodle) -> None:
    values = moodle.facts([Pair("6", "2")])[Pair("6", "2")].values
    # What is needed, and whether the course shows grades at all, that function does not tell.
    assert _grade(values) == (1.0, 100.0, 100.0, UNKNOWN, UNKNOWN, UNKNOWN)
    assert values["grade.course"].source == STOCK


def test_of_many_they_do_not_because_it_is_a_call_a_person(moodle: Moodle, stand_in: Any) -> None:
    found = moodle.facts([Pair(str(number), "2") for number in range(6, 12)])
    assert stand_in.asked(STOCK) == []
    for facts in found.values():
        assert _grade(facts.values) == (UNKNOWN,) * 6
        assert _notes(facts.values) == {"not_offered"}


def test_without_the_right_to_see_grades_it_is_unknown(moodle: Moodle, stand_in: Any, recording: Any) -> None:
    stand_in.answers[STOCK] = lambda form: recording(f"{STOCK}__error_no_grade_viewall")["response"]
    values = moodle.facts([Pair("6", "2")])[Pair("6", "2")].values
    assert _grade(values) == (UNKNOWN,) * 6
    assert _notes(values) == {"capability_missing"}
    assert values["enrolment.status"].value == "active"


@pytest.mark.parametrize(
    ("item", "change", "grade", "note"),
    [
        (1, {"graderaw": None}, (None, UNKNOWN, 100.0, UNKNOWN, UNKNOWN, UNKNOWN), None),
        (1, {"graderaw": 78.333}, (0.7833, 78.333, 100.0, UNKNOWN, UNKNOWN, UNKNOWN), None),
        (1, {"gradeishidden": True}, (UNKNOWN,) * 6, "hidden"),
        (1, {"gradehiddenbydate": True}, (UNKNOWN,) * 6, "hidden"),
        (0, {"gradeishidden": True}, (UNKNOWN,) * 6, "hidden"),  # a total would give it away
        (1, {"gradeneedsupdate": True}, (UNKNOWN,) * 6, "recalculating"),
        (1, {"scaleid": 3}, (UNKNOWN,) * 6, "not_offered"),
        (1, {"itemtype": "category"}, (UNKNOWN,) * 6, "not_offered"),
    ],
)
def test_what_a_stock_answer_means(
    moodle: Moodle, stand_in: Any, recording: Any, item: int, change: dict[str, Any], grade: Any, note: str | None
) -> None:
    told = copy.deepcopy(recording(f"{STOCK}__t01_c1")["response"])
    told["usergrades"][0]["gradeitems"][item].update(change)
    stand_in.answers[STOCK] = lambda form: told
    values = moodle.facts([Pair("6", "2")])[Pair("6", "2")].values
    assert _grade(values) == grade
    if note:
        assert _notes(values) == {note}


def test_somebody_elses_answer_is_nobodys_grade(moodle: Moodle) -> None:
    assert _grade(moodle.facts([Pair("7", "2")])[Pair("7", "2")].values) == (UNKNOWN,) * 6


def test_whoever_is_not_enrolled_has_no_grade_to_come(moodle: Moodle, stand_in: Any) -> None:
    values = moodle.facts([Pair("17", "2")])[Pair("17", "2")].values
    assert values["enrolment.status"].value == "not_enrolled"
    assert _grade(values) == (UNKNOWN,) * 6
    assert stand_in.asked(STOCK) == []


def test_a_site_that_is_down_is_down(moodle: Moodle, stand_in: Any) -> None:
    stand_in.answers[STOCK] = lambda form: Response("<html>", 503)
    with pytest.raises(Unavailable):
        moodle.facts([Pair("6", "2")])
