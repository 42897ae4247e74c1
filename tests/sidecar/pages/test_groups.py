"""The pages of a room that is one group's, for who was sent to that room alone."""

from __future__ import annotations

import dataclasses
import uuid

import pytest

from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.visiting import ACTIVITY, COURSE, MANAGER, NAMES, Visitor, pressed
from tests.staff import all_cases, arrive

ROOM_7, ROOM_8 = f"/rooms/{ACTIVITY}/7", f"/rooms/{ACTIVITY}/8"


def of_group(by: str, group: str):
    plain = pressed(by)
    return dataclasses.replace(plain, place=dataclasses.replace(plain.place, group=group))


@pytest.fixture
def manager(both: Callers) -> Visitor:
    """Rostered as a manager of the course, and sent to the room of group 7."""
    visitor = Visitor(both)
    answer = visitor.launch("room", MANAGER, ctx={"course": COURSE, "activity": ACTIVITY, "group": "7"})
    assert (answer.status_code, answer.location) == (303, ROOM_7)
    return visitor


def test_another_groups_room_is_not_there(both: Callers, manager: Visitor) -> None:
    theirs = arrive(both.world, of_group("22", "8"))
    assert manager.get(ROOM_7).status_code == 200
    assert manager.get(ROOM_8).status_code == 404
    assert manager.get(f"/rooms/{ACTIVITY}/-").status_code == 404
    assert manager.post(f"{ROOM_8}/cases/{theirs.id}/solve", ROOM_7).status_code == 404
    assert NAMES["22"] not in manager.get("/rooms/").text
    assert f'href="{ROOM_8}"' not in manager.get("/rooms/").text


def test_names_and_logs_are_of_the_group_as_far_as_it_is_known(both: Callers, manager: Visitor) -> None:
    arrive(both.world, of_group("21", "7"))
    arrive(both.world, of_group("22", "8"))
    page = manager.get(ROOM_7).text
    assert NAMES["21"] in page
    assert not any(NAMES[other] in page for other in ("22", "23", "24"))
    for form in ({"who": NAMES["22"]}, {"who": "", "person": "22"}, {"who": NAMES["22"], "person": "22"}):
        answer = manager.post(f"{ROOM_7}/log", ROOM_7, id=str(uuid.uuid4()), symptom="2", **form)
        assert answer.status_code == 422
    answer = manager.post(f"{ROOM_7}/log", ROOM_7, id=str(uuid.uuid4()), symptom="4", who=NAMES["21"])
    assert answer.status_code == 303
    both.world.drain()
    assert len(all_cases(both.world)) == 3


def test_the_page_says_that_a_groups_link_goes_to_who_reported(manager: Visitor) -> None:
    assert manager.post(f"{ROOM_7}/link", ROOM_7, url="https://meet.example/seven").status_code == 303
    page = manager.get(ROOM_7).text
    assert "https://meet.example/seven" in page
    assert 'value="reporters"' in page
    assert 'value="everybody"' not in page
