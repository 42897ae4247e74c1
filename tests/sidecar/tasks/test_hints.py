import threading
import time
from typing import Any

import pytest

from sidecar import celery_app
from sidecar.celery_app import Hints, queue_of
from sidecar.domain.steps import Lane


class Broker:
    """Stands where Celery stands; remembers what was sent, or fails."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.down = False
        self.heard = threading.Semaphore(0)

    def send_task(self, name: str, *, kwargs: dict[str, str], queue: str, **options: Any) -> None:
        assert name == celery_app.DRAIN
        assert options["retry"] is False
        self.heard.release()
        if self.down:
            raise ConnectionRefusedError("the broker is away")
        self.sent.append((kwargs["lane"], queue))

    def wait(self, hints: int) -> None:
        for _ in range(hints):
            assert self.heard.acquire(timeout=10)


def test_many_hints_of_a_moment_become_one_for_each_lane() -> None:
    broker = Broker()
    hints = Hints(broker)  # type: ignore[arg-type]
    for _ in range(300):
        hints.wake(Lane.ASSESS)
        hints.wake(Lane.ENRICH)
    broker.wait(2)
    time.sleep(0.1)
    assert len(broker.sent) <= 4  # a slow machine may cut the moment in two
    assert set(broker.sent) == {("assess", queue_of(Lane.ASSESS)), ("enrich", queue_of(Lane.ENRICH))}


def test_a_broker_that_is_away_is_nobodys_problem_and_is_hinted_again_when_it_is_back() -> None:
    broker = Broker()
    broker.down = True
    hints = Hints(broker)  # type: ignore[arg-type]
    hints.wake(Lane.ASSESS)
    broker.wait(1)
    broker.down = False
    hints.wake(Lane.ASSESS)
    broker.wait(1)
    time.sleep(0.02)
    assert broker.sent == [("assess", queue_of(Lane.ASSESS))]


def test_waking_never_waits_for_the_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    broker = Broker()
    leave = threading.Event()
    monkeypatch.setattr(broker, "send_task", lambda *_, **__: leave.wait(10))
    hints = Hints(broker)  # type: ignore[arg-type]
    began = time.monotonic()
    for _ in range(100):
        hints.wake(Lane.ASSESS)
    assert time.monotonic() - began < 1
    leave.set()


def test_every_lane_has_a_queue_of_its_own() -> None:
    assert len({queue_of(lane) for lane in Lane}) == len(Lane)
