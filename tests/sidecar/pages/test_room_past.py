"""What a manager logs afterwards, and confirms days later; what a room is told while its trainer is late."""

from __future__ import annotations

import uuid

import pytest

from sidecar.casework.summarise import summary
from sidecar.domain.report import Symptom
from sidecar.store import tellings
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.visiting import BOARD, MANAGER, Visitor, pressed
from tests.staff import MANAGER as MANAGES
from tests.staff import ROOM, all_cases, arrive


@pytest.fixture
def manager(both: Callers) -> Visitor:
    """The room's manager, half an hour into the class: it is 17:33."""
    both.world.clock.forward(minutes=30)
    visitor = Visitor(both)
    assert visitor.launch("room", MANAGER).status_code == 303
    return visitor


def logs(manager: Visitor, **form: str) -> int:
    """Send the quick log; its answer's status."""
    return manager.post(f"{BOARD}/log", BOARD, id=str(uuid.uuid4()), symptom="2", **form).status_code


@pytest.mark.parametrize(
    ("form", "minutes"),
    [
        ({"ended": "17:20"}, 18),
        ({"began": "17:10", "ended": "17:20"}, 11),
        ({"began": "١٧:٢٠", "ended": "17:20"}, 1),
        ({"began": "16:40", "ended": "17:20"}, 18),
        ({"began": "17:30"}, 3),
        ({"began": "17:33", "ended": "17:33"}, 0),
    ],
    ids=["with the class", "between", "a minute", "before the class", "goes on", "now"],
)
def test_a_log_of_the_past_costs_what_lay_between(both: Callers, manager: Visitor, form: dict, minutes: int) -> None:
    assert 'name="began"' in manager.get(BOARD).text
    assert logs(manager, **form) == 303
    both.world.drain()
    (line,) = summary(both.world.runtime, MANAGES, ROOM).lines
    assert line.card.since <= (line.card.case.solved_at or both.world.clock())
    assert line.minutes == minutes


def test_without_a_start_it_began_with_the_card_that_it_ends(both: Callers, manager: Visitor) -> None:
    at = both.world.clock()
    arrive(both.world, pressed("21", occurred_at=at, received_at=at))
    both.world.clock.forward(minutes=10)
    assert logs(manager, ended="17:40") == 303
    both.world.drain()
    (line,) = summary(both.world.runtime, MANAGES, ROOM).lines
    assert line.card.since == at
    assert not line.card.case.is_open


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"began": "17:21", "ended": "17:20"}, 'name="began" class="form-control" dir="ltr" maxlength="5"'),
        ({"began": "18:00"}, "18:00"),
        ({"began": "yesterday"}, "yesterday"),
    ],
)
def test_what_begins_after_it_ended_is_refused_at_its_field(both: Callers, manager: Visitor, form, said) -> None:
    answer = manager.post(f"{BOARD}/log", BOARD, id=str(uuid.uuid4()), symptom="2", **form)
    assert answer.status_code == 422
    field = answer.text[answer.text.index('id="beg"') :].split(">", 1)[0]
    assert 'aria-invalid="true"' in field
    assert f'value="{form["began"]}"' in field
    assert said in answer.text
    both.world.drain()
    assert all_cases(both.world) == []


def test_a_class_of_last_week_is_found_and_confirmed(both: Callers, manager: Visitor) -> None:
    arrive(both.world, pressed("21"))
    link = f"{BOARD}/summary?session=s1"
    assert link not in manager.get("/rooms/").text
    both.world.clock.forward(days=7)
    assert manager.launch("room", MANAGER).status_code == 303
    assert link in manager.get("/rooms/").text
    assert link not in manager.get("/rooms/?part=list").text
    assert manager.get(link).status_code == 200
    assert manager.post(f"{BOARD}/summary", link, session="s1").status_code == 303
    assert link not in manager.get("/rooms/").text


def test_whoever_waits_for_a_trainer_is_told_of_the_trainer(both: Callers, manager: Visitor) -> None:
    for activity in "345":
        arrive(both.world, pressed(f"2{activity}", activity=activity))
    found = arrive(both.world, pressed("29", Symptom.TRAINER_ABSENT))
    assert found.parent_id is None
    assert all(case.parent_id for case in all_cases(both.world) if case.symptom == Symptom.NO_SOUND)
    assert manager.post(f"{BOARD}/cases/{found.id}/tell", BOARD).status_code == 303
    both.world.clock.forward(seconds=6)
    both.world.drain()
    with both.world.runtime.db.read() as conn:
        (told,) = conn.execute(tellings.tellings.select())
    assert told.message == "ready_trainer_absent"
