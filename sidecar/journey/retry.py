"""What becomes of rows whose step failed: later, without an attempt spent, or parked where a person sees them."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from adapters.errors import Malformed, Refused, Unavailable
from sidecar.store.outbox import NotYet

# Seconds; doubled from FIRST at each attempt. An LMS that is down for hours is asked once a minute per batch, for ever.
_FIRST, _LONGEST = 2.0, 60.0
_TRIES = 8
# A row whose claims keep ending without a word has been killing its worker.
CLAIMS_AT_MOST = 25


@dataclass(frozen=True, slots=True)
class Later:
    """Try again after `delay`; `spend` says whether the attempt counts."""

    delay: timedelta
    spend: bool


@dataclass(frozen=True, slots=True)
class Park:
    """Only a person can help."""


Verdict = Later | Park


def decide(error: Exception, attempts: int, jitter: Callable[[], float] = random.random) -> Verdict:
    """What to do after `error` at the `attempts`-th try.

    Unavailable waits for ever, since only time mends it; Refused is parked at once, since only a person does; an answer
    that is none, a bug or a busy database is tried a few times first.
    """
    if isinstance(error, Unavailable):
        if not error.attempted:
            return Later(_spread(error.retry_after or _FIRST, jitter), spend=False)
        asked = timedelta(seconds=min(error.retry_after or 0, _LONGEST))  # Moodle in maintenance always asks for 300 s
        return Later(max(_spread(_backoff(attempts), jitter), asked), spend=True)
    if isinstance(error, Refused):
        return Park()
    if isinstance(error, (OperationalError, PoolTimeout)):
        return Later(_spread(_backoff(attempts), jitter), spend=False)
    if isinstance(error, NotYet):
        # Not a failure: two lanes raced. A report stands in a case within moments.
        return Later(timedelta(seconds=0.2 + 0.3 * jitter()), spend=False)
    if attempts >= (_TRIES if isinstance(error, Malformed) else _TRIES // 2 + 1):
        return Park()
    return Later(_spread(_backoff(attempts), jitter), spend=True)


def one_jitter() -> Callable[[], float]:
    """A jitter that stays the same for a batch, so that what failed in one call is asked again in one call."""
    drawn = random.random()
    return lambda: drawn


def _backoff(attempts: int) -> float:
    return float(min(_LONGEST, _FIRST * 2 ** min(attempts - 1, 10)))


def _spread(seconds: float, jitter: Callable[[], float]) -> timedelta:
    """Between half and all of it, so that what failed together does not come back together."""
    return timedelta(seconds=seconds * (0.5 + 0.5 * jitter()))
