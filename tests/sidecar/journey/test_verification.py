from datetime import timedelta

import pytest

from sidecar.casework.resolve import refuse, solve, verify
from sidecar.domain.case import Action, State
from sidecar.domain.report import Kind, Reporter, Role
from sidecar.journey.verification import verify_by_quiet
from sidecar.store import permitted
from tests.staff import MANAGER, TRAINEE, actions, arrive, case, clock_of, running, timeline
from tests.worlds import World, report


def solved(world: World) -> int:
    opened = arrive(world, report())
    world.clock.forward(minutes=1)
    solve(world.runtime, MANAGER, opened.id)
    return opened.id


@pytest.mark.parametrize(("minutes", "state"), [(9.9, State.RESOLVED), (10, State.CLOSED)])
def test_ten_quiet_minutes_verify_and_close_it(world: World, minutes: float, state: State) -> None:
    number = solved(world)
    world.clock.forward(minutes=minutes)
    verify_by_quiet(world.runtime)
    assert case(world, number).state is state
    if state is State.CLOSED:
        event = timeline(world, number)[-1]
        assert (event.action, event.reason, event.public) == (Action.VERIFY, "quiet", True)
        assert verify_by_quiet(world.runtime) == 0


def test_it_is_not_quiet_while_the_same_failure_is_reported_again(world: World) -> None:
    number = solved(world)
    world.clock.forward(minutes=2)
    again = arrive(world, report(by="22", occurred_at=world.clock(), received_at=world.clock()))
    assert again.id != number
    world.clock.forward(minutes=20)
    assert verify_by_quiet(world.runtime) == 0
    solve(world.runtime, MANAGER, again.id)
    world.clock.forward(minutes=10)
    assert verify_by_quiet(world.runtime) == 2


def test_a_reporters_tap_verifies_at_once(world: World) -> None:
    number = solved(world)
    verify(world.runtime, TRAINEE, number)
    assert case(world, number).state is State.CLOSED
    assert timeline(world, number)[-1].reason == "reporter"


def test_a_room_manager_who_logged_and_solved_it_does_not_verify_it(world: World) -> None:
    logged = arrive(world, report(kind=Kind.ROOM_LOG, reporter=Reporter("7", Role.ROOM_MANAGER)))
    solve(world.runtime, MANAGER, logged.id)
    with pytest.raises(permitted.NotPermitted):
        verify(world.runtime, MANAGER, logged.id)


def test_a_reporter_who_refuses_opens_it_again_with_its_clocks_and_its_key(world: World) -> None:
    number = solved(world)
    assert running(world, number) == set()
    world.clock.forward(minutes=3)
    refuse(world.runtime, TRAINEE, number, reason="not_solved")
    opened = case(world, number)
    assert (opened.state, opened.solved_at, opened.join_key) == (State.REOPENED, None, opened.incident_key)
    assert running(world, number) == {"room_seen", "room_resolution"}
    assert clock_of(world, number, "room_resolution_overdue").due_at == world.clock() + timedelta(minutes=15)
    again = arrive(world, report(by="22", occurred_at=world.clock(), received_at=world.clock()))
    assert again.id == number
    world.clock.forward(minutes=30)
    assert verify_by_quiet(world.runtime) == 0


def test_a_reopened_incident_whose_place_was_taken_leaves_the_key_where_it_is(world: World) -> None:
    number = solved(world)
    world.clock.forward(minutes=2)
    again = arrive(world, report(by="22", occurred_at=world.clock(), received_at=world.clock()))
    refuse(world.runtime, TRAINEE, number, reason="not_solved")
    assert (case(world, number).join_key, case(world, again.id).join_key) == (None, again.incident_key)
    assert actions(world, number)[-1] is Action.REFUSE
