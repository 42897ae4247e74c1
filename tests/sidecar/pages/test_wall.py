"""Tier 1's wall: a major incident names each of its rooms once, with what fails there and whom it hits."""

from __future__ import annotations

import re

import pytest

from sidecar.domain.report import Symptom
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.conftest import Comes
from tests.sidecar.pages.visiting import BOARD, MANAGER, Visitor, pressed
from tests.staff import arrive


@pytest.fixture
def agent(comes: Comes) -> Visitor:
    return comes("desk", "90", role="supervisor")


def fail_in_three_rooms(house: Callers) -> None:
    """Room 3 has two failures of the platform, with one person hit by both, and a trainer who is late."""
    arrive(
        house.world,
        *(pressed(who, Symptom.NO_SOUND, activity) for activity in "345" for who in ("21", "22")),
        pressed("21", Symptom.NO_VIDEO, "3"),
        pressed("23", Symptom.NO_VIDEO, "3"),
        pressed("24", Symptom.TRAINER_ABSENT, "3"),
    )


def test_each_room_stands_there_once_with_its_symptoms_and_its_people(house: Callers, agent: Visitor) -> None:
    fail_in_three_rooms(house)
    page = agent.get("/desk/watch/?lang=ar").text
    major = re.search(r'<section class="nd-card nd-major".*?</section>', page, re.DOTALL)
    assert major
    assert "3 قاعات" in major.group()
    entries = re.findall(r"<li>.*?</li>", major.group(), re.DOTALL)
    assert [re.findall(r'href="/desk/watch/academy/(\d+)/-"', one) for one in entries] == [["3"], ["4"], ["5"]]
    assert ["لا أسمع الصوت" in one for one in entries] == [True, True, True]
    assert ["لا يظهر الفيديو" in one for one in entries] == [True, False, False]
    assert ["3 أشخاص" in one for one in entries] == [True, False, False]
    assert "المدرب لم يدخل" not in major.group(), "a trainer who is late is no failure of the platform"
    assert "BigBlueButton" in major.group()
    assert "bigbluebuttonbn" not in major.group()


def test_a_room_counts_rooms_too_and_says_the_time_first(house: Callers, comes: Comes) -> None:
    fail_in_three_rooms(house)
    page = comes("room", MANAGER).get(f"{BOARD}?lang=ar").text
    note = re.search(r'<div class="nd-note nd-note--late">.*?</p>', page, re.DOTALL)
    assert note
    assert "3 قاعات" in note.group()
    assert re.search(r"<p><bdi[^>]*>\d\d:\d\d</bdi> <b>", note.group())


def test_a_platform_that_only_its_lms_knows_is_not_named(house: Callers, agent: Visitor) -> None:
    fail_in_three_rooms(house)
    page = agent.get("/desk/watch/").text
    assert page.count('#server"') == 1
    assert "bigbluebuttonbn" not in page
