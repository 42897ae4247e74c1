import threading
from dataclasses import replace

import pytest

from sidecar.casework.resolve import solve
from sidecar.domain.case import State
from sidecar.domain.steps import Lane
from sidecar.journey import escalation
from sidecar.tasks.clockwork import Clockwork
from sidecar.tasks.drain import Drains
from tests.staff import MANAGER, alerted, all_cases, case_of, send
from tests.worlds import World, report


def beat(world: World) -> None:
    """One beat of a fresh clock, and all it started has ended."""
    clockwork = Clockwork(world.runtime, Drains(world.runtime))
    clockwork.tick()
    clockwork._pool.shutdown(wait=True)
    for started in clockwork._slow.values():
        started.result()


def test_work_whose_hint_was_lost_is_found_by_the_sweep(world: World) -> None:
    world.runtime = replace(world.runtime, wake=lambda _lane: None)
    pressed = report()
    send(world, pressed)
    beat(world)
    assert case_of(world, pressed).state is State.RECEIVED


def test_a_beat_fires_rungs_that_are_due(world: World) -> None:
    pressed = report()
    send(world, pressed)
    world.drain()
    world.clock.forward(minutes=2)
    beat(world)  # releases the rung and starts its lane
    assert alerted(world, case_of(world, pressed).id) == [("room_seen.room_seen_unseen", "shift:contact_centre", 1)]


def test_a_beat_verifies_by_quiet_and_refreshes_the_timetable(world: World) -> None:
    pressed = report()
    send(world, pressed)
    world.drain()
    solve(world.runtime, MANAGER, case_of(world, pressed).id)
    world.clock.forward(minutes=10)
    beat(world)
    assert case_of(world, pressed).state is State.CLOSED
    assert world.runtime.lms["academy"].calls["sessions"] == 1


def test_several_clocks_beating_at_once_do_everything_once(postgres_world: World) -> None:
    world = postgres_world
    reports = [report(by=str(number)) for number in range(20)]
    send(world, *reports)
    clocks = [Clockwork(world.runtime, Drains(world.runtime)) for _ in range(4)]
    start = threading.Barrier(4)

    def tick(clockwork: Clockwork) -> None:
        start.wait()
        clockwork.tick()
        clockwork._pool.shutdown(wait=True)

    threads = [threading.Thread(target=tick, args=(clockwork,)) for clockwork in clocks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    world.drain()
    (only,) = all_cases(world)
    assert only.reports == 20


def test_a_sweep_that_fails_by_itself_does_not_hold_up_the_lanes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_runtime: object) -> int:
        raise KeyError("a rung")

    monkeypatch.setattr(escalation, "raise_again", broken)
    pressed = report()
    send(world, pressed)
    beat(world)
    assert case_of(world, pressed).reports == 1


def test_a_sweep_that_still_runs_is_not_started_again(world: World) -> None:
    clockwork = Clockwork(world.runtime, Drains(world.runtime))
    leave, started = threading.Event(), []

    def slow() -> None:
        started.append(1)
        leave.wait(10)

    clockwork._start_once("timetable", slow)
    clockwork._start_once("timetable", slow)
    leave.set()
    clockwork._slow["timetable"].result(10)
    clockwork._start_once("timetable", slow)
    clockwork._pool.shutdown(wait=True)
    assert len(started) == 2


def test_a_clock_that_was_started_beats_until_it_is_stopped(world: World) -> None:
    pressed = report()
    send(world, pressed)
    clockwork = Clockwork(world.runtime, Drains(world.runtime), beat=0.01)
    beats, many = [], threading.Event()
    tick = clockwork.tick

    def counted() -> None:
        tick()
        beats.append(1)
        if len(beats) >= 3:
            many.set()

    clockwork.tick = counted  # type: ignore[method-assign]
    clockwork.start()
    assert many.wait(10)
    clockwork.stop()
    clockwork._thread.join(10)
    assert not clockwork._thread.is_alive()
    clockwork._pool.shutdown(wait=True)
    assert case_of(world, pressed).reports == 1


def test_every_lane_is_swept(world: World) -> None:
    worked: list[Lane] = []

    class Noted(Drains):
        def work(self, lane: Lane) -> int:
            worked.append(lane)
            return super().work(lane)

    send(world, report())
    world.clock.forward(minutes=2)
    clockwork = Clockwork(world.runtime, Noted(world.runtime))
    clockwork.tick()
    clockwork._pool.shutdown(wait=True)
    assert set(worked) == {Lane.ASSESS, Lane.ENRICH}
