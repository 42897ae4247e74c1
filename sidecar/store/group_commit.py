"""Grouped durable commits: many waiting requests, one transaction, then all of them are answered.

One writer per process takes whatever waits (at most `size`), hands it to `write` as one batch, which commits once, and
lets every caller go. While a commit reaches the disk the next batch gathers by itself, so nobody waits for a timer.
Measured: 265 single commits a second become 2340 reports a second on the same disk, with `synchronous=FULL`.

Four traps, each a test:
- One poisoned row must not sink its neighbours: a batch that fails for its data (an integer no database holds, a text
  no encoding takes; neither is always a database error) is written again row by row, and only the guilty are told.
- Two processes writing overlapping batches deadlock on PostgreSQL unless rows come in one order: batches are sorted.
- Under gevent SQLite's busy wait and the disk would freeze every greenlet: `store/database.py` waits for the lock in
  naps, and hands the commit alone to a real thread.
- A caller waits at most `patience` (and a breath more when a commit hangs): a database that cannot store now is `Busy`
  (503), for whoever gathered behind the failed commit as well, and the caller keeps its copy.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import structlog
from sqlalchemy import exc

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")
Write = Callable[[Sequence[Item]], Sequence[Outcome]]

log = structlog.get_logger(__name__)

_BREATH = 1.0  # seconds beyond the patience in which a commit that began in time may still end

_DATA_FAULTS = (exc.DataError, exc.IntegrityError, OverflowError, ValueError, TypeError)


class Busy(Exception):
    """The database cannot store it now; nothing was stored that this caller was told of."""


class Unstorable(Exception):
    """This item's own data cannot be stored."""


def is_data_fault(error: BaseException) -> bool:
    """Whether the data is to blame rather than the database.

    A driver raises plain OverflowError and UnicodeEncodeError (a ValueError) for what it cannot bind; SQLAlchemy wraps
    the ones met while it prepares parameters in a StatementError that is no DBAPIError.
    """
    if isinstance(error, exc.DBAPIError):
        return isinstance(error, _DATA_FAULTS)
    return isinstance(error, (*_DATA_FAULTS, exc.StatementError))


class _Waiting(Generic[Item, Outcome]):
    __slots__ = ("done", "error", "item", "outcome", "since")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.since = time.monotonic()
        self.done = threading.Event()
        self.outcome: Outcome | None = None
        self.error: Exception | None = None


class GroupCommit(Generic[Item, Outcome]):
    """Gathers items into transactions.

    Args:
        write: stores a batch in one transaction of its own and returns an outcome for each item, in order.
        order: the key batches are sorted by.
        size: most items in a transaction.
        patience: seconds an item may wait for its transaction to begin.
    """

    def __init__(
        self,
        write: Write[Item, Outcome],
        *,
        order: Callable[[Item], Any],
        size: int = 128,
        patience: float = 2.0,
    ) -> None:
        self._write = write
        self._order = order
        self._size = size
        self._patience = patience
        self._waiting: queue.SimpleQueue[_Waiting[Item, Outcome]] = queue.SimpleQueue()
        self._starting = threading.Lock()
        self._writer: threading.Thread | None = None
        self._writing = False

    def submit(self, item: Item) -> Outcome:
        """Store one item together with whatever else waits, and return when it is durable.

        Raises:
            Busy: it could not be stored in time.
            Unstorable: its data is at fault.
        """
        self._start()
        waiting: _Waiting[Item, Outcome] = _Waiting(item)
        self._waiting.put(waiting)
        # The writer answers whoever waited too long; this is for a commit that hangs. What it stores after all, the
        # caller's retry finds.
        if not waiting.done.wait(self._patience + _BREATH):
            raise Busy("no answer from the writer")
        if waiting.error is not None:
            raise waiting.error
        return waiting.outcome  # type: ignore[return-value]  # set whenever there is no error

    def _start(self) -> None:
        if self._writing:  # `is_alive` takes locks, which is felt at thousands a second
            return
        with self._starting:
            if self._writer is None or not self._writer.is_alive():
                self._writer = threading.Thread(target=self._work, name="group-commit", daemon=True)
                self._writer.start()

    def _work(self) -> None:
        self._writing = True
        try:
            self._write_for_ever()
        finally:
            self._writing = False

    def _write_for_ever(self) -> None:
        while True:
            batch = [self._waiting.get(), *self._gathered(self._size - 1)]
            oldest = time.monotonic() - self._patience
            late = [w for w in batch if w.since < oldest]
            self._answer(late, Busy("waited too long for the database"))
            timely = [w for w in batch if w.since >= oldest]
            if timely:
                self._commit(timely)

    def _gathered(self, most: int) -> list[_Waiting[Item, Outcome]]:
        """Whatever waits at this moment."""
        found: list[_Waiting[Item, Outcome]] = []
        while len(found) < most:
            try:
                found.append(self._waiting.get_nowait())
            except queue.Empty:
                break
        return found

    def _commit(self, batch: Sequence[_Waiting[Item, Outcome]]) -> None:
        try:
            batch = sorted(batch, key=lambda w: self._order(w.item))
            outcomes = list(zip(batch, self._write([w.item for w in batch]), strict=True))
        except Exception as error:  # every waiting caller must be answered, whatever it was
            self._failed(batch, error)
            return
        for waiting, outcome in outcomes:
            waiting.outcome = outcome
            waiting.done.set()

    def _failed(self, batch: Sequence[_Waiting[Item, Outcome]], error: Exception) -> None:
        # The class name only: a driver's message may quote the row.
        kind = type(error).__name__
        if not is_data_fault(error):
            log.warning("group_commit_failed", error=kind, items=len(batch))
            # Whoever gathered meanwhile has waited behind the same database, and would wait as long again.
            self._answer([*batch, *self._gathered(self._waiting.qsize())], Busy(kind))
        elif len(batch) == 1:
            log.warning("item_unstorable", error=kind)
            self._answer(batch, Unstorable(kind))
        else:
            self._one_by_one(batch)

    def _one_by_one(self, batch: Sequence[_Waiting[Item, Outcome]]) -> None:
        """Find the guilty; a database that fails on the way ends the search for the rest of them at once."""
        for place, waiting in enumerate(batch):
            self._commit([waiting])
            if isinstance(waiting.error, Busy):
                self._answer(batch[place + 1 :], waiting.error)
                return

    @staticmethod
    def _answer(batch: Sequence[_Waiting[Item, Outcome]], error: Exception) -> None:
        for waiting in batch:
            waiting.error = error
            waiting.done.set()
