"""What was pressed is done once, whoever presses, works, dies or comes back at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from sidecar.casework.intend import intend, undo
from sidecar.casework.resolve import solve
from sidecar.domain.case import Action, NotAllowed, State
from sidecar.domain.report import Report
from sidecar.domain.steps import Lane
from sidecar.store import intents, outbox, tellings
from sidecar.tasks import drain as drains
from sidecar.tasks import intents as tasks
from tests.staff import MANAGER, actions, arrive, case
from tests.worlds import World, report

OTHER = replace(MANAGER, key="academy:70")


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """What each deed gave, or how it was refused, all begun at the same moment."""
    gate = threading.Barrier(len(deeds))
    given: list[object] = [None] * len(deeds)

    def do(place: int, deed: Callable[[], object]) -> None:
        gate.wait()
        try:
            given[place] = deed()
        except Exception as refusal:  # what came of it is what the test judges
            given[place] = refusal

    threads = [threading.Thread(target=do, args=(place, deed)) for place, deed in enumerate(deeds)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return given


def ended(world: World) -> list[tuple[str, str]]:
    with world.runtime.db.read() as conn:
        rows = conn.execute(select(intents.intents.c.state, intents.intents.c.why).order_by(intents.intents.c.id))
        return [(row.state, row.why) for row in rows]


def each_was_told_once(world: World, case_id: int, reporters: list[Report]) -> bool:
    with world.runtime.db.read() as conn:
        number = [row.id for row in tellings.of_cases(conn, [case_id])]
        people = conn.scalar(
            select(func.count()).select_from(tellings.deliveries).where(tellings.deliveries.c.telling_id.in_(number))
        )
    return len(number) == 1 and people == len(reporters)


def test_two_managers_who_press_solve_at_once_have_pressed_it_once(postgres_world: World) -> None:
    world = postgres_world
    reporters = [report(by=str(number)) for number in range(21, 26)]
    found = arrive(world, *reporters)
    numbers = at_once(
        *(lambda who=who: intend(world.runtime, who, found.id, Action.SOLVE, {}) for who in (MANAGER, OTHER) * 4)
    )
    assert isinstance(numbers[0], int), numbers
    assert len(set(numbers)) == 1, numbers
    world.clock.forward(seconds=6)
    at_once(*(lambda: drains.drain(world.runtime, Lane.CLOCKS) for _ in range(3)))
    assert actions(world, found.id).count(Action.SOLVE) == 1
    assert ended(world) == [("done", "")]
    assert each_was_told_once(world, found.id, reporters)


def test_two_managers_who_solve_at_once_solve_it_once(postgres_world: World) -> None:
    world = postgres_world
    reporters = [report(by=str(number)) for number in range(21, 26)]
    found = arrive(world, *reporters)
    given = at_once(*(lambda who=who: solve(world.runtime, who, found.id) for who in (MANAGER, OTHER)))
    assert sorted(isinstance(one, NotAllowed) for one in given) == [False, True], given
    assert actions(world, found.id).count(Action.SOLVE) == 1
    assert each_was_told_once(world, found.id, reporters)


def test_a_worker_that_was_thought_dead_and_comes_back_does_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    deeds: list[int] = []
    act = tasks.act
    monkeypatch.setattr(tasks, "act", lambda conn, runtime, one: (deeds.append(one.id), act(conn, runtime, one)))
    found = arrive(world, report())
    intend(world.runtime, MANAGER, found.id, Action.TELL, {"message": "ready"})
    world.clock.forward(seconds=6)
    with world.runtime.db.write() as conn:
        late = outbox.claim(conn, Lane.CLOCKS, limit=10, lease=timedelta(seconds=30), now=world.clock())
    assert late is not None
    world.drain()
    assert Action.TELL not in actions(world, found.id), "somebody has it"
    world.clock.forward(seconds=60)  # it was killed between its claim and its commit
    world.drain()
    assert ended(world) == [("done", "")], "the next has done it"
    tasks.carry_out(world.runtime, late)
    assert len(deeds) == 1
    assert actions(world, found.id).count(Action.TELL) == 1


def test_what_was_undone_while_a_worker_held_it_is_not_done(world: World) -> None:
    found = arrive(world, report())
    pressed = intend(world.runtime, MANAGER, found.id, Action.SOLVE, {})
    world.clock.forward(seconds=6)
    with world.runtime.db.write() as conn:
        claim = outbox.claim(conn, Lane.CLOCKS, limit=10, lease=timedelta(seconds=30), now=world.clock())
    assert claim is not None
    assert undo(world.runtime, MANAGER, pressed)
    tasks.carry_out(world.runtime, claim)
    assert case(world, found.id).state is State.RECEIVED
    assert ended(world) == [("undone", "")]
    with world.runtime.db.read() as conn:
        assert [row for row in outbox.listing(conn) if row.step == "intent"] == []


def test_a_solution_ended_when_its_presser_says(world: World) -> None:
    found = arrive(world, report())
    world.clock.forward(minutes=5)
    over = world.clock() - timedelta(minutes=2)
    intend(world.runtime, MANAGER, found.id, Action.SOLVE, {"ended_at": over.isoformat()})
    world.clock.forward(seconds=6)
    world.drain()
    assert case(world, found.id).solved_at == over


@pytest.mark.parametrize("nonsense", ["yesterday", "2026-11-22T17:00:00"])
def test_a_time_that_is_none_is_refused_and_never_tried_for_ever(world: World, nonsense: str) -> None:
    found = arrive(world, report())
    intend(world.runtime, MANAGER, found.id, Action.SOLVE, {"ended_at": nonsense})
    world.clock.forward(seconds=6)
    world.drain()
    assert ended(world) == [("refused", "impossible")]
    assert case(world, found.id).state is State.RECEIVED
