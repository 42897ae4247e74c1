"""A short memory in which the same question, asked by many at once, goes out only once."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from adapters.deadlines import Budget
from adapters.errors import AdapterError, Malformed, Refused, Unavailable

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class _Flight(Generic[V]):
    """One question under way, or answered: `landed` is set when `value` or `error` holds (neither: the asker died)."""

    __slots__ = ("at", "error", "has_value", "landed", "value")

    def __init__(self) -> None:
        self.landed = threading.Event()
        self.value: V | None = None
        self.has_value = False
        self.error: AdapterError | None = None
        self.at = 0.0


class OneFlight(Generic[K, V]):
    """Answers kept for `keep` seconds, at most `most` of them; failures are told to those who wait, and never kept.

    Safe for threads and greenlets.
    """

    def __init__(self, keep: float, *, most: int = 512, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._keep = keep
        self._most = most
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._flights: OrderedDict[K, _Flight[V]] = OrderedDict()

    def get(self, key: K, load: Callable[[], V], budget: Budget) -> V:
        """The kept answer, or the one that somebody is fetching, or `load()`'s own.

        Raises:
            AdapterError: what `load` raised, for everybody who waited; `Unavailable` when the budget ends first.
        """
        while True:
            flight, mine = self._board(key)
            if mine:
                return self._fly(key, flight, load)
            if not flight.landed.wait(budget.left()):
                raise Unavailable("the same question, asked a moment ago, has no answer yet")
            if flight.error is not None:
                raise _again(flight.error)
            if flight.has_value:
                return flight.value  # type: ignore[return-value]  # has_value says that it is a V

    def holds(self, key: K) -> bool:
        """Whether `get` would answer without a new call."""
        with self._lock:
            flight = self._flights.get(key)
            return flight is not None and not self._stale(flight)

    def forget(self, key: K) -> None:
        """Ask anew next time."""
        with self._lock:
            self._flights.pop(key, None)

    def _board(self, key: K) -> tuple[_Flight[V], bool]:
        with self._lock:
            flight = self._flights.get(key)
            if flight is not None and not self._stale(flight):
                return flight, False
            flight = self._flights[key] = _Flight()
            self._flights.move_to_end(key)
            while len(self._flights) > self._most:
                self._flights.popitem(last=False)
            return flight, True

    def _stale(self, flight: _Flight[V]) -> bool:
        return flight.landed.is_set() and (not flight.has_value or self._monotonic() - flight.at >= self._keep)

    def _fly(self, key: K, flight: _Flight[V], load: Callable[[], V]) -> V:
        try:
            value = load()
            flight.value, flight.has_value, flight.at = value, True, self._monotonic()
            return value
        except AdapterError as error:
            flight.error = _again(error)
            raise
        finally:
            flight.landed.set()
            if not flight.has_value:
                with self._lock:
                    if self._flights.get(key) is flight:
                        del self._flights[key]


def _again(error: AdapterError) -> AdapterError:
    """A copy for another thread: one exception object raised in several mixes their tracebacks."""
    if isinstance(error, Unavailable):
        return Unavailable(error.reason, code=error.code, retry_after=error.retry_after, attempted=error.attempted)
    kind = Refused if isinstance(error, Refused) else Malformed
    return kind(error.reason, code=error.code)
