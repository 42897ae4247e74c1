import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.errors import Refused, Unavailable
from sidecar.domain.steps import Lane, Step
from sidecar.journey import retry
from sidecar.runtime import Runtime
from sidecar.store import outbox
from sidecar.tasks import drain as drain_module
from sidecar.tasks.drain import BATCH, HANDLERS, Drains, drain
from tests.worlds import NOON, World

Handle = Callable[[Runtime, outbox.Claim], None]


@pytest.fixture
def let(monkeypatch: pytest.MonkeyPatch) -> Callable[[Handle], None]:
    """Put a handler in the place of assessment."""

    def set_handler(handle: Handle) -> None:
        monkeypatch.setattr(drain_module, "HANDLERS", {**HANDLERS, Step.ASSESS: handle})

    return set_handler


def put(world: World, *subjects: str) -> None:
    with world.runtime.db.write() as conn:
        outbox.put(conn, Step.ASSESS, subjects, world.clock())


def rows(world: World) -> list[outbox.Waiting]:
    with world.runtime.db.read() as conn:
        return outbox.listing(conn)


def finish(runtime: Runtime, claim: outbox.Claim) -> None:
    with runtime.db.write() as conn:
        outbox.finish(conn, claim.token, [item.id for item in claim.items])


def test_every_step_has_a_handler_and_every_lane_a_batch() -> None:
    assert set(HANDLERS) == set(Step)
    assert set(BATCH) == set(Lane)


def test_a_lane_is_drained_until_it_is_empty(world: World, let) -> None:
    batches: list[int] = []

    def handle(runtime: Runtime, claim: outbox.Claim) -> None:
        batches.append(len(claim.items))
        finish(runtime, claim)

    let(handle)
    put(world, *(str(number) for number in range(BATCH[Lane.ASSESS] + 4)))
    assert drain(world.runtime, Lane.ASSESS) == BATCH[Lane.ASSESS] + 4
    assert batches == [BATCH[Lane.ASSESS], 4]
    assert rows(world) == []


def test_one_poisoned_row_never_sinks_its_neighbours_and_is_parked_in_the_end(world: World, let) -> None:
    worked: list[str] = []

    def handle(runtime: Runtime, claim: outbox.Claim) -> None:
        if any(item.subject == "poison" for item in claim.items):
            raise ValueError("somebody's words")
        worked.extend(item.subject for item in claim.items)
        finish(runtime, claim)

    let(handle)
    put(world, *(str(number) for number in range(50)), "poison", *(str(number) for number in range(50, 90)))
    drain(world.runtime, Lane.ASSESS)
    assert sorted(worked, key=int) == [str(number) for number in range(90)]
    for _ in range(10):
        world.clock.forward(minutes=2)
        drain(world.runtime, Lane.ASSESS)
    (left,) = rows(world)
    assert (left.subject, left.state, left.attempts) == ("poison", "parked", 5)
    assert left.last_error == "ValueError"  # the kind of error, never its text


def test_what_a_breaker_stopped_comes_back_when_it_says_and_has_spent_nothing(world: World, let) -> None:
    def handle(_runtime: Runtime, _claim: outbox.Claim) -> None:
        raise Unavailable("not called", retry_after=2.0, attempted=False)

    let(handle)
    put(world, "a")
    for _ in range(40):
        drain(world.runtime, Lane.ASSESS)
        world.clock.forward(seconds=2)
    (left,) = rows(world)
    assert (left.state, left.attempts) == ("waiting", 0)
    assert left.due_at <= world.clock()


def test_a_refusal_parks_at_once_and_its_code_is_told(world: World, let) -> None:
    def handle(_runtime: Runtime, _claim: outbox.Claim) -> None:
        raise Refused("fake: invalidtoken", code="invalidtoken")

    let(handle)
    put(world, "a")
    drain(world.runtime, Lane.ASSESS)
    assert [(row.state, row.last_error) for row in rows(world)] == [("parked", "Refused (invalidtoken)")]


def test_a_row_that_keeps_killing_its_workers_is_parked_before_it_kills_another(world: World, let) -> None:
    deaths = 0

    def handle(_runtime: Runtime, _claim: outbox.Claim) -> None:
        nonlocal deaths
        deaths += 1
        raise KeyboardInterrupt

    let(handle)
    put(world, "killer")
    for _ in range(retry.CLAIMS_AT_MOST):
        with pytest.raises(KeyboardInterrupt):
            drain(world.runtime, Lane.ASSESS)
        world.clock.forward(seconds=7)
    drain(world.runtime, Lane.ASSESS)
    assert deaths == retry.CLAIMS_AT_MOST
    assert [(row.state, row.last_error) for row in rows(world)] == [("parked", "claimed too often without an end")]


def test_whose_turn_has_not_come_spends_no_attempt_and_comes_back_in_moments(world: World, let) -> None:
    def handle(_runtime: Runtime, _claim: outbox.Claim) -> None:
        raise outbox.NotYet

    let(handle)
    put(world, "a", "b")
    drain(world.runtime, Lane.ASSESS)
    assert {(row.attempts, row.state) for row in rows(world)} == {(0, "waiting")}
    assert all(row.due_at <= NOON + timedelta(seconds=0.5) for row in rows(world))


def test_a_hint_that_comes_while_a_lane_is_drained_makes_it_go_round_once_more(world: World, let) -> None:
    drains = Drains(world.runtime)
    worked: list[str] = []

    def handle(runtime: Runtime, claim: outbox.Claim) -> None:
        worked.extend(item.subject for item in claim.items)
        finish(runtime, claim)
        if worked == ["first"]:
            put(world, "second")
            assert drains.work(Lane.ASSESS) == 0  # taken note of, and worked by the one that drains

    let(handle)
    put(world, "first")
    drains.work(Lane.ASSESS)
    assert worked == ["first", "second"]


def test_a_lane_is_drained_by_one_thread_at_a_time_and_another_lane_does_not_wait(world: World, let) -> None:
    drains = Drains(world.runtime)
    entered, leave = threading.Event(), threading.Event()

    def handle(runtime: Runtime, claim: outbox.Claim) -> None:
        entered.set()
        assert leave.wait(10)
        finish(runtime, claim)

    let(handle)
    put(world, "a")
    worker = threading.Thread(target=drains.work, args=(Lane.ASSESS,))
    worker.start()
    assert entered.wait(10)
    assert drains.work(Lane.ASSESS) == 0
    assert drains.work(Lane.ENRICH) == 0
    leave.set()
    worker.join(10)
    assert rows(world) == []


def test_a_drain_that_died_does_not_lock_its_lane_for_ever(world: World, let) -> None:
    drains = Drains(world.runtime)
    mortal = [True]

    def handle(runtime: Runtime, claim: outbox.Claim) -> None:
        if mortal.pop() if mortal else False:
            raise SystemExit
        finish(runtime, claim)

    let(handle)
    put(world, "a")
    with pytest.raises(SystemExit):
        drains.work(Lane.ASSESS)
    world.clock.forward(seconds=7)
    assert drains.work(Lane.ASSESS) == 1


def test_a_worker_that_lost_its_lease_parks_and_gives_back_nothing(world: World, let) -> None:
    def handle(runtime: Runtime, claim: outbox.Claim) -> None:
        world.clock.forward(seconds=7)
        with runtime.db.write() as conn:  # another worker comes, and is done
            other = outbox.claim(conn, Lane.ASSESS, limit=1, lease=timedelta(seconds=6), now=world.clock())
            assert other is not None
            outbox.finish(conn, other.token, [item.id for item in other.items])
        raise Refused("late")

    let(handle)
    put(world, "a")
    assert drain(replace(world.runtime), Lane.ASSESS) == 1
    assert rows(world) == []
