from __future__ import annotations

import threading

import pytest

from adapters.breaker import Breaker
from adapters.errors import Unavailable


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker("it", failures=5, open_for=2.0, longest=10.0, monotonic=clock, jitter=lambda: 0.0)


def fail(breaker: Breaker, times: int = 5) -> None:
    for _ in range(times):
        breaker.enter().failed()


def test_five_failures_in_a_row_open_it_and_nothing_is_attempted(breaker: Breaker) -> None:
    fail(breaker, 4)
    breaker.enter().failed()
    with pytest.raises(Unavailable) as caught:
        breaker.enter()
    assert caught.value.attempted is False
    assert caught.value.retry_after == pytest.approx(2.0)


def test_an_answer_in_between_starts_the_count_anew(breaker: Breaker) -> None:
    fail(breaker, 4)
    breaker.enter().passed()
    fail(breaker, 4)
    assert breaker.state == "closed"


def test_one_probe_goes_out_and_the_others_wait(breaker: Breaker, clock: Clock) -> None:
    fail(breaker)
    clock.now += 2.0
    probe = breaker.enter()
    with pytest.raises(Unavailable) as caught:
        breaker.enter()
    assert caught.value.attempted is False
    assert caught.value.retry_after
    probe.passed()
    assert breaker.state == "closed"
    breaker.enter().passed()


def test_failed_probes_back_off_up_to_the_cap(breaker: Breaker, clock: Clock) -> None:
    fail(breaker)
    waits = []
    for _ in range(5):
        with pytest.raises(Unavailable) as caught:
            breaker.enter()
        assert caught.value.retry_after is not None
        waits.append(caught.value.retry_after)
        clock.now += caught.value.retry_after
        breaker.enter().failed()
    assert waits == pytest.approx([2.0, 4.0, 8.0, 10.0, 10.0])


def test_a_success_forgets_the_backing_off(breaker: Breaker, clock: Clock) -> None:
    fail(breaker)
    clock.now += 2.0
    breaker.enter().failed()
    clock.now += 4.0
    breaker.enter().passed()
    fail(breaker)
    with pytest.raises(Unavailable) as caught:
        breaker.enter()
    assert caught.value.retry_after == pytest.approx(2.0)


def test_jitter_lengthens_within_the_cap(clock: Clock) -> None:
    breaker = Breaker("it", failures=1, open_for=2.0, longest=60.0, monotonic=clock, jitter=lambda: 0.999)
    fail(breaker, 1)
    with pytest.raises(Unavailable) as caught:
        breaker.enter()
    assert caught.value.retry_after is not None
    assert 2.4 < caught.value.retry_after < 2.5


def test_a_killed_probe_gives_its_place_back(breaker: Breaker, clock: Clock) -> None:
    fail(breaker)
    clock.now += 2.0
    breaker.enter().release()
    breaker.enter().passed()
    assert breaker.state == "closed"


def test_stragglers_from_before_the_opening_settle_nothing(breaker: Breaker, clock: Clock) -> None:
    slow_good, slow_bad = breaker.enter(), breaker.enter()
    fail(breaker)
    slow_good.passed()
    slow_bad.failed()
    assert breaker.state == "open"
    with pytest.raises(Unavailable) as caught:
        breaker.enter()
    assert caught.value.retry_after == pytest.approx(2.0)


def test_eight_threads_get_one_probe(breaker: Breaker, clock: Clock) -> None:
    fail(breaker)
    clock.now += 2.0
    probes: list[object] = []
    refused: list[bool] = []
    barrier = threading.Barrier(8)

    def enter() -> None:
        barrier.wait()
        try:
            probes.append(breaker.enter())
        except Unavailable as error:
            refused.append(error.attempted)

    threads = [threading.Thread(target=enter) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(probes) == 1
    assert refused == [False] * 7
