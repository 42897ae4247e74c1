"""A card that a reporter reopens is new again: it waits to be seen, and rings when nobody looks."""

from __future__ import annotations

from sidecar.casework.pick_up import see
from sidecar.casework.resolve import refuse, solve
from sidecar.casework.room_board import board_of, rooms_now
from sidecar.journey import escalation
from tests.staff import AGENT, LEAD, MANAGER, ROOM, alerted, arrive
from tests.worlds import World, report


def marks(world: World) -> tuple[bool, bool]:
    """Whether its one card is unseen, and whether it rings; on its board and among the rooms alike."""
    (card,) = board_of(world.runtime, MANAGER, ROOM).cards
    (room,) = rooms_now(world.runtime, MANAGER)
    assert room.trouble is not None
    assert (room.trouble.unseen, room.trouble.ringing) == (card.unseen, card.ringing)
    assert (card.case.id in room.unseen) is card.unseen
    return card.unseen, card.ringing


def test_a_reopened_card_waits_to_be_seen_again_and_rings(world: World) -> None:
    case_id = arrive(world, report()).id
    assert marks(world) == (True, False)
    see(world.runtime, MANAGER, case_id)
    assert marks(world) == (False, False)
    solve(world.runtime, MANAGER, case_id)
    refuse(world.runtime, LEAD, case_id, reason="verification")
    assert marks(world) == (True, False), "so the board tells that it is looked at"
    see(world.runtime, MANAGER, case_id)
    assert marks(world) == (False, False)
    world.clock.forward(minutes=4)
    escalation.release_due(world.runtime)
    world.drain()
    assert [cause for cause, _who, _times in alerted(world, case_id) if cause.startswith("room_seen")] == []


def test_a_reopened_card_that_nobody_looks_at_rings_until_somebody_does(world: World) -> None:
    case_id = arrive(world, report()).id
    see(world.runtime, MANAGER, case_id)
    solve(world.runtime, MANAGER, case_id)
    refuse(world.runtime, AGENT, case_id, reason="verification")
    world.clock.forward(minutes=4)
    escalation.release_due(world.runtime)
    world.drain()
    assert marks(world) == (True, True)
    see(world.runtime, MANAGER, case_id)
    assert marks(world) == (False, False)
