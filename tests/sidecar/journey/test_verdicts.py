"""A room incident is verified by its reporters' taps, and a reporter who says no opens it again (P14)."""

from __future__ import annotations

import uuid

import pytest

from sidecar.casework.resolve import solve
from sidecar.domain.case import Action, Case, State
from sidecar.domain.resolution import verified_by_reporters
from sidecar.journey.intake import Contradicts, Intake
from sidecar.store.reports import Addition
from tests.staff import MANAGER, arrive, case, case_of, timeline
from tests.worlds import World, report


def answer(world: World, said, works: bool | None, text: str = "", addition: uuid.UUID | None = None) -> None:
    """A reporter answers "is it working for you?", and the answer is worked."""
    new = addition or uuid.uuid4()
    Intake(world.runtime).add(Addition(uuid.uuid5(said.key, str(new)), said.key, new, text, {}, world.clock(), works))
    world.drain()


@pytest.fixture
def solved(world: World) -> tuple[World, list, Case]:
    """Four people in one case that the room manager has solved."""
    pressed = [report(by=str(number)) for number in range(21, 25)]
    found = arrive(world, *pressed)
    world.clock.forward(minutes=1)
    solve(world.runtime, MANAGER, found.id)
    world.clock.forward(seconds=10)
    return world, pressed, found


def test_half_of_the_reporters_saying_yes_verify_it(solved) -> None:
    world, pressed, found = solved
    answer(world, pressed[0], True)
    assert case(world, found.id).state is State.RESOLVED
    answer(world, pressed[1], True)
    done = case(world, found.id)
    assert (done.state, done.closed_at) == (State.CLOSED, world.clock())
    last = [event for event in timeline(world, found.id) if event.action is Action.VERIFY]
    assert [(event.actor, event.reason, event.public) for event in last] == [("reporter", "reporters", True)]


def test_one_reporter_saying_no_opens_it_again_and_later_reports_join_it(solved) -> None:
    world, pressed, found = solved
    answer(world, pressed[0], True)
    answer(world, pressed[1], False)
    again = case(world, found.id)
    assert (again.state, again.solved_at, again.join_key) == (State.REOPENED, None, found.incident_key)
    late = report(by="77", occurred_at=world.clock(), received_at=world.clock())
    assert arrive(world, late).id == found.id


def test_after_it_was_verified_by_others_a_no_still_opens_it(solved) -> None:
    world, pressed, found = solved
    answer(world, pressed[0], True)
    answer(world, pressed[1], True)
    answer(world, pressed[2], False)
    assert case(world, found.id).state is State.REOPENED


def test_a_no_days_later_is_kept_and_opens_nothing(solved) -> None:
    world, pressed, found = solved
    world.clock.forward(days=2)
    answer(world, pressed[2], False)
    assert case(world, found.id).state is State.RESOLVED
    assert any(event.action is Action.VERDICT for event in timeline(world, found.id))


def test_the_last_answer_of_a_person_counts_and_nobody_counts_twice(solved) -> None:
    world, pressed, found = solved
    for _ in range(3):
        answer(world, pressed[0], True)
    assert case(world, found.id).state is State.RESOLVED


def test_an_answer_is_one_however_often_it_comes_and_cannot_be_turned_round(solved) -> None:
    world, pressed, found = solved
    addition = uuid.uuid4()
    answer(world, pressed[0], True, addition=addition)
    answer(world, pressed[0], True, addition=addition)
    with pytest.raises(Contradicts):
        answer(world, pressed[0], False, addition=addition)
    assert [e.data["works"] for e in timeline(world, found.id) if e.action is Action.VERDICT] == [True]


def test_a_no_while_it_is_open_is_kept_and_changes_nothing(world: World) -> None:
    said = report()
    found = arrive(world, said)
    answer(world, said, False, text="ما زال الصوت مقطوعاً")
    assert case(world, found.id).state is State.RECEIVED
    assert {e.action for e in timeline(world, found.id)} >= {Action.ADD, Action.VERDICT}
    assert case_of(world, said).id == found.id


@pytest.mark.parametrize(
    ("yes", "no", "reporters", "verified"),
    [(0, 0, 1, False), (1, 0, 1, True), (1, 0, 2, True), (1, 0, 3, False), (2, 0, 3, True), (2, 1, 3, False)],
)
def test_how_many_taps_verify(yes: int, no: int, reporters: int, verified: bool) -> None:
    assert verified_by_reporters(yes, no, reporters) is verified
