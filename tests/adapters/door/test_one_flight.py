from __future__ import annotations

import threading
import time

import pytest

from adapters.deadlines import Budget
from adapters.errors import Refused, Unavailable
from adapters.one_flight import OneFlight


def budget(seconds: float = 2.0) -> Budget:
    return Budget("it", seconds)


def test_eight_threads_ask_once() -> None:
    flights: OneFlight[str, int] = OneFlight(30.0)
    asked: list[int] = []
    got: list[int] = []

    def load() -> int:
        asked.append(1)
        time.sleep(0.05)
        return 7

    threads = [threading.Thread(target=lambda: got.append(flights.get("k", load, budget()))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [7] * 8
    assert len(asked) == 1


def test_answers_are_kept_and_go_stale() -> None:
    now = [0.0]
    flights: OneFlight[str, int] = OneFlight(30.0, monotonic=lambda: now[0])
    values = iter((1, 2))
    assert flights.get("k", lambda: next(values), budget()) == 1
    now[0] = 29.9
    assert flights.holds("k")
    assert flights.get("k", lambda: next(values), budget()) == 1
    now[0] = 30.0
    assert not flights.holds("k")
    assert flights.get("k", lambda: next(values), budget()) == 2


def test_failures_are_told_to_those_who_wait_and_never_kept() -> None:
    flights: OneFlight[str, int] = OneFlight(30.0)
    began, may_fail = threading.Event(), threading.Event()
    errors: list[Exception] = []

    asked: list[int] = []

    def load() -> int:
        asked.append(1)
        began.set()
        may_fail.wait(1)
        raise Refused("no", code="nopermissions")

    def ask() -> None:
        try:
            flights.get("k", load, budget())
        except Refused as error:
            errors.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    threads[0].start()
    began.wait(1)
    for thread in threads[1:]:
        thread.start()
    time.sleep(0.05)
    may_fail.set()
    for thread in threads:
        thread.join()
    assert [error.code for error in errors if isinstance(error, Refused)] == ["nopermissions"] * 3
    assert len({id(error) for error in errors}) == 3
    assert len(asked) == 1
    assert flights.get("k", lambda: 1, budget()) == 1


def test_who_waits_keeps_the_own_deadline_and_a_dead_asker_blocks_nobody() -> None:
    flights: OneFlight[str, int] = OneFlight(30.0)
    began, go_on = threading.Event(), threading.Event()

    def die() -> int:
        began.set()
        go_on.wait(1)
        raise SystemExit  # as a killed greenlet does

    def ask() -> None:
        with pytest.raises(SystemExit):
            flights.get("k", die, budget())

    thread = threading.Thread(target=ask)
    thread.start()
    began.wait(1)
    with pytest.raises(Unavailable):
        flights.get("k", lambda: 1, budget(0.05))
    go_on.set()
    assert flights.get("k", lambda: 5, budget()) == 5
    thread.join()


def test_it_stays_small() -> None:
    flights: OneFlight[int, int] = OneFlight(30.0, most=3)
    for key in range(10):
        flights.get(key, lambda: 1, budget())
    assert [key for key in range(10) if flights.holds(key)] == [7, 8, 9]
