from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from adapters.errors import Malformed, Refused, Unavailable
from sidecar.journey.retry import Later, Park, decide, one_jitter
from sidecar.store.outbox import NotYet

DOWN = Unavailable("down")
BUSY = OperationalError("x", {}, Exception())


def seconds(number: float, *, spend: bool = True) -> Later:
    return Later(timedelta(seconds=number), spend)


@pytest.mark.parametrize(
    ("error", "attempts", "verdict"),
    [
        (DOWN, 1, seconds(2)),
        (DOWN, 2, seconds(4)),
        (DOWN, 5, seconds(32)),
        (DOWN, 6, seconds(60)),
        (DOWN, 10_000, seconds(60)),  # hours: never parked
        (Unavailable("slow", retry_after=40), 1, seconds(40)),
        (Unavailable("sitemaintenance", retry_after=300), 1, seconds(60)),
        (Unavailable("slow", retry_after=1), 3, seconds(8)),
        (Unavailable("open", retry_after=2, attempted=False), 1, seconds(2, spend=False)),
        (Unavailable("open", attempted=False), 1, seconds(2, spend=False)),
        (Unavailable("open", retry_after=2, attempted=False), 10_000, seconds(2, spend=False)),
        (Refused("no"), 1, Park()),
        (Malformed("<html>"), 1, seconds(2)),
        (Malformed("<html>"), 7, seconds(60)),
        (Malformed("<html>"), 8, Park()),
        (BUSY, 1, seconds(2, spend=False)),
        (BUSY, 10_000, seconds(60, spend=False)),
        (PoolTimeout(), 3, seconds(8, spend=False)),
        (NotYet(), 1, seconds(0.5, spend=False)),
        (NotYet(), 10_000, seconds(0.5, spend=False)),
        (ValueError("a bug"), 1, seconds(2)),
        (ValueError("a bug"), 4, seconds(16)),
        (ValueError("a bug"), 5, Park()),
        (IntegrityError("x", {}, Exception()), 5, Park()),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_what_becomes_of_a_failure(error: Exception, attempts: int, verdict: object) -> None:
    assert decide(error, attempts, jitter=lambda: 1.0) == verdict


def test_what_failed_together_does_not_come_back_together() -> None:
    soonest, latest = (decide(DOWN, 3, jitter=lambda drawn=drawn: drawn) for drawn in (0.0, 1.0))
    assert (soonest, latest) == (seconds(4), seconds(8))


def test_what_failed_in_one_call_is_asked_again_in_one_call() -> None:
    jitter = one_jitter()
    assert decide(DOWN, 3, jitter) == decide(DOWN, 3, jitter)
