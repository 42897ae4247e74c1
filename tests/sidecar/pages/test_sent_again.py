"""Whoever a message did not reach is named, and sent it again, wherever it was told from (A2)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sidecar.domain.report import Symptom
from sidecar.store import tellings
from sidecar.store.cards import _out_of
from tests.sidecar.api.callers import Callers
from tests.sidecar.domain.test_resolution import SOLVED
from tests.sidecar.pages.conftest import Comes
from tests.sidecar.pages.visiting import BOARD, MANAGER, Visitor, pressed
from tests.staff import all_cases, arrive
from tests.told import later, lms_of, told_people


@pytest.fixture
def manager(comes: Comes) -> Visitor:
    return comes("room", MANAGER)


@pytest.fixture
def barred(house: Callers) -> object:
    lms = lms_of(house.world)
    lms.bar("22")
    return lms


def test_of_a_solved_card(house: Callers, manager: Visitor, barred: object) -> None:
    found = arrive(house.world, pressed("21"), pressed("22"))
    manager.post(f"{BOARD}/cases/{found.id}/solve", BOARD)
    later(house.world, 6)
    later(house.world)
    people = manager.get(f"{BOARD}/cases/{found.id}/people").text
    assert f"{BOARD}/tellings/1/again" in people
    assert manager.post(f"{BOARD}/tellings/1/again", BOARD).status_code == 303


def test_of_a_backup_room_that_nothing_else_tells_of(house: Callers, manager: Visitor, barred: object) -> None:
    manager.post(f"{BOARD}/link", BOARD, url="https://meet.example/2")
    manager.post(f"{BOARD}/backup", BOARD, to="everybody")
    later(house.world)
    assert f"{BOARD}/tellings/1" in manager.get(BOARD).text
    told = manager.get(f"{BOARD}/tellings/1?lang=en").text
    assert "not reached" in told
    lms_of(house.world)._barred.clear()
    manager.post(f"{BOARD}/tellings/1/again", f"{BOARD}/tellings/1")
    house.world.drain()
    assert "22" in told_people(lms_of(house.world))
    assert "not reached" not in manager.get(f"{BOARD}/tellings/1").text


def test_of_a_major_incident_from_the_wall(house: Callers, comes: Comes, barred: object) -> None:
    for activity, who in (("31", "21"), ("32", "22"), ("33", "23")):
        arrive(house.world, pressed(who, activity=activity))
    major = next(case for case in all_cases(house.world) if case.room_key is None)
    agent = comes("desk", "90")
    agent.post(f"/desk/watch/majors/{major.id}/tell", "/desk/watch/", text="نعمل على إصلاحها")
    later(house.world, 6)
    later(house.world)
    assert "/desk/watch/tellings/1" in agent.get("/desk/watch/").text
    assert "not reached" in agent.get("/desk/watch/tellings/1?lang=en").text
    assert agent.post("/desk/watch/tellings/1/again", "/desk/watch/").status_code == 303


def test_a_message_of_another_room_is_nobodys(house: Callers, comes: Comes, barred: object) -> None:
    found = arrive(house.world, pressed("21", activity="55", course="9"))
    comes("room", "70", ctx={"course": "9", "activity": "55"}).post(
        f"/rooms/55/-/cases/{found.id}/solve", "/rooms/55/-"
    )
    later(house.world, 6)
    assert comes("room", MANAGER).get(f"{BOARD}/tellings/1").status_code == 404


def test_a_ready_message_that_nobody_changed_is_told_to_each_in_the_own_language(
    house: Callers, manager: Visitor
) -> None:
    found = arrive(house.world, pressed("21"))
    ready = house.world.runtime.policy.rooms.messages["ready"].ar
    manager.post(f"{BOARD}/cases/{found.id}/tell", BOARD, text=f" {ready}\r\n")
    later(house.world, 6)
    with house.world.runtime.db.read() as conn:
        (told,) = tellings.of_cases(conn, [found.id])
    assert (told.message, told.text) == ("ready", "")


def test_who_cannot_get_in_is_not_counted_of_those_who_are_in() -> None:
    stuck = replace(SOLVED, symptom=Symptom.CANNOT_JOIN)
    deaf = replace(SOLVED, symptom=Symptom.NO_SOUND)
    assert (_out_of(stuck, 2, 9), _out_of(deaf, 2, 9), _out_of(deaf, 10, 9), _out_of(deaf, 2, None)) == (
        None,
        9,
        None,
        None,
    )
