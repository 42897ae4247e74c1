"""Every awkward trainee's gaps from the recordings, with the plugin and with stock functions alone."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.lms.moodle import Moodle
from adapters.lms.port import Pair, PairFacts
from sidecar.domain.readiness import Mender
from tests.adapters.awkward_gaps import WITH_PLUGIN, WITHOUT_PLUGIN, found, judged
from tests.adapters.awkward_trainees import TRAINEES
from tests.adapters.conftest import NOW

COURSE_IDS = {"c1": "2", "c2": "3"}


def _told(moodle: Moodle, course: str) -> dict[str, PairFacts]:
    pairs = {who: Pair(str(6 + place), COURSE_IDS[course]) for place, who in enumerate(TRAINEES)}
    answer = moodle.facts(list(pairs.values()))
    return {who: answer[pair] for who, pair in pairs.items()}


@pytest.fixture
def with_plugin(stand_in: Any, recording: Any, course: str) -> None:
    stand_in.with_plugin()
    recorded = recording(f"local_nidaa_get_facts__{course}")
    stand_in.answers[recorded["function"]] = lambda form: recorded["response"]


@pytest.mark.usefixtures("with_plugin")
@pytest.mark.parametrize("course", WITH_PLUGIN)
@pytest.mark.parametrize("who", TRAINEES)
def test_with_the_plugin(who: str, course: str, moodle: Moodle) -> None:
    assert found(_told(moodle, course)[who], NOW) == WITH_PLUGIN[course][who]


@pytest.mark.parametrize("who", TRAINEES)
def test_with_stock_functions_alone(who: str, moodle: Moodle) -> None:
    assert found(_told(moodle, "c1")[who], NOW) == WITHOUT_PLUGIN["c1"][who]


@pytest.mark.usefixtures("with_plugin")
@pytest.mark.parametrize("course", ["c1"])
def test_each_line_says_by_whom_and_when_it_was_told(moodle: Moodle) -> None:
    for told in _told(moodle, "c1").values():
        for item in judged(told, NOW).items:
            assert (item.source, item.at) == ("local_nidaa_get_facts", NOW)
            assert (item.mender is None) == (item.gap is None)


@pytest.mark.usefixtures("with_plugin")
@pytest.mark.parametrize("course", ["c1"])
def test_swapped_names_are_told_side_by_side(moodle: Moodle) -> None:
    names = judged(_told(moodle, "c1")["t07"], NOW).of("names")
    assert names is not None
    assert names.detail["wrong"] == "swapped"
    assert [(side["field"], side["name"]) for side in names.detail["names"]] == [
        ("name_ar", "Yousef Alenezi"),
        ("name_en", "يوسف العنزي"),
    ]
    assert names.mender is Mender.REGISTRAR


@pytest.mark.usefixtures("with_plugin")
@pytest.mark.parametrize("course", ["c1"])
def test_a_number_is_never_in_a_checklist(moodle: Moodle) -> None:
    assert "10987654" not in repr([judged(told, NOW) for told in _told(moodle, "c1").values()])
