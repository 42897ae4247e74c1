"""How many are in a room: asked once a minute, kept with source and time, hidden where nobody can tell."""

from __future__ import annotations

from datetime import timedelta

from adapters.lms.fake import FakeLms
from adapters.lms.port import LiveRoom
from sidecar.casework.room_board import board_of
from sidecar.journey import presence as sweep
from sidecar.store import presence
from tests.staff import MANAGER, ROOM, arrive
from tests.worlds import SITE, World, report

HALL = LiveRoom("2", "3")


def lms(world: World) -> FakeLms:
    found = world.runtime.lms[SITE]
    assert isinstance(found, FakeLms)
    return found


def test_a_room_that_fails_is_asked_about_and_its_card_says_of_how_many(world: World) -> None:
    lms(world).set_presence(HALL, 42)
    arrive(world, report())
    assert sweep.refresh(world.runtime) == 1
    board = board_of(world.runtime, MANAGER, ROOM)
    assert board.present is not None
    assert (board.present.present, board.present.source, board.cards[0].present) == (42, "lms", 42)


def test_it_is_asked_once_a_minute_however_many_sweep(world: World) -> None:
    arrive(world, report())
    assert [sweep.refresh(world.runtime) for _ in range(3)] == [1, 0, 0]
    world.clock.forward(seconds=60)
    assert sweep.refresh(world.runtime) == 1
    assert lms(world).calls["presence"] == 2


def test_where_nobody_knows_nothing_is_shown(world: World) -> None:
    arrive(world, report())
    sweep.refresh(world.runtime)
    board = board_of(world.runtime, MANAGER, ROOM)
    assert (board.present, board.cards[0].present) == (None, None)


def test_an_old_count_is_not_shown(world: World) -> None:
    lms(world).set_presence(HALL, 42)
    arrive(world, report())
    sweep.refresh(world.runtime)
    world.clock.forward(minutes=4)
    assert board_of(world.runtime, MANAGER, ROOM).present is None


def test_an_lms_that_is_away_changes_nothing(world: World) -> None:
    lms(world).set_presence(HALL, 42)
    arrive(world, report())
    sweep.refresh(world.runtime)
    world.clock.forward(minutes=2)
    lms(world).mood = "down"
    assert sweep.refresh(world.runtime) == 0
    with world.runtime.db.read() as conn:
        kept = presence.of_rooms(conn, [ROOM], world.clock() - timedelta(minutes=3))
    assert kept[ROOM].present == 42
