"""The clock that every worker carries: sweeps for due work, rungs, alerts, quiet and the timetable.

It finds work in rows and works it in this very process, without the broker: a broker that is down, or lost every hint,
delays work by one beat and nothing else. Any number of clocks may tick at once, since every sweep is lease-safe.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import structlog
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from sidecar.domain.steps import Lane
from sidecar.journey import (
    conditions,
    escalation,
    morning,
    overdue_calls,
    presence,
    registers,
    registry_reading,
    registry_reminder,
    roster,
    staffing,
    sweep,
    timetable,
    verification,
    waiting_answers,
    write_back,
)
from sidecar.runtime import Runtime
from sidecar.store import outbox
from sidecar.tasks.drain import Drains

log = structlog.get_logger(__name__)

BEAT = 2.0  # seconds between sweeps
_SLOW_BEAT = 30.0  # seconds between looks at what changes slowly
_HOUR = 3600.0  # seconds
_SWEEPS = 20  # at once, beside the lanes: more than there are, so that none waits for one that hangs


class Clockwork:
    """A thread that beats until stopped.

    Args:
        beat: seconds between sweeps.
        completed: told after each beat that did not fail.
        reading: reads the exports that wait; in this very process unless told otherwise.
    """

    def __init__(
        self, runtime: Runtime, drains: Drains, *, beat: float = BEAT, completed: Callable[[], object] = lambda: None,
        reading: Callable[[Runtime], object] = registry_reading.read_waiting,
    ) -> None:  # fmt: skip
        self._runtime = runtime
        self._drains = drains
        self._beat = beat
        self._completed = completed
        self._reading = reading
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(max_workers=len(Lane) + _SWEEPS, thread_name_prefix="clockwork")
        self._slow: dict[str, Future[object]] = {}
        self._slow_at = 0.0
        self._tidy_at = 0.0
        self._thread = threading.Thread(target=self._run, name="clockwork", daemon=True)

    def start(self) -> None:
        """Begin to beat, in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Beat no more; what is under way ends by itself or by its lease."""
        self._stop.set()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _run(self) -> None:
        while not self._stop.wait(self._beat):
            try:
                self.tick()
                self._completed()
            except SQLAlchemyError as error:
                log.warning("sweep_failed", error=type(error).__name__)
            except Exception as error:  # a clock that stops is worse than any single beat that fails
                log.exception("sweep_failed", error=type(error).__name__)

    def tick(self) -> None:
        """One beat."""
        self._try_sweep("rungs", escalation.release_due)
        self._try_sweep("alerts", escalation.raise_again)
        with self._runtime.db.read() as conn:
            lanes = outbox.due_lanes(conn, self._runtime.clock())
        for lane in sorted(lanes):
            self._start_once(f"lane {lane}", partial(self._drains.work, lane))
        # Somebody waits before the page for it.
        self._start_once("rosters", partial(roster.refresh, self._runtime))
        self._start_once("exports", partial(self._reading, self._runtime))
        if time.monotonic() - self._slow_at >= _SLOW_BEAT:
            self._slow_at = time.monotonic()
            self._start_once("quiet", partial(verification.verify_by_quiet, self._runtime))
            self._start_once("timetable", partial(timetable.refresh, self._runtime))
            self._start_once("presence", partial(presence.refresh, self._runtime))
            self._start_once("staffing", partial(staffing.watch, self._runtime))
            self._start_once("morning", partial(morning.send_digests, self._runtime))
            self._start_once("sweep", partial(sweep.look_ahead, self._runtime))
            self._start_once("conditions", partial(conditions.send, self._runtime))
            self._start_once("answers", partial(waiting_answers.tell, self._runtime))
            self._start_once("registers", partial(registry_reminder.remind, self._runtime))
            self._start_once("registers again", partial(registers.ask_again, self._runtime))
            self._start_once("calls", partial(overdue_calls.raise_overdue, self._runtime))
        if time.monotonic() - self._tidy_at >= _HOUR:
            self._tidy_at = time.monotonic()
            self._start_once("tidy", partial(staffing.tidy, self._runtime))
            self._start_once("drafts", partial(registry_reminder.tidy, self._runtime))
            self._start_once("numbers", partial(registers.forget_numbers, self._runtime))
            self._start_once("sealed", partial(write_back.tidy, self._runtime))

    def _try_sweep(self, name: str, sweep: Callable[[Runtime], object]) -> None:
        """A sweep that keeps failing for a reason of its own must not hold up the lanes."""
        try:
            sweep(self._runtime)
        except OperationalError:
            raise  # the database is away, for the lanes too
        except Exception as error:
            log.exception("sweep_failed", sweep=name, error=type(error).__name__)

    def _start_once(self, name: str, work: Callable[[], object]) -> None:
        """Start something in the pool unless it still runs: an LMS that hangs holds up only its own sweep."""
        running = self._slow.get(name)
        if running is not None and not running.done():
            return
        if running is not None and running.exception() is not None:
            log.warning("sweep_failed", sweep=name, error=type(running.exception()).__name__)
        self._slow[name] = self._pool.submit(work)
