"""One drain a lane: claim a batch, let the steps work it, until the lane is empty.

What should not be here: what a step does (journey), and what a failure means (journey/retry).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

import structlog

from sidecar.domain.steps import Lane, Step
from sidecar.journey import retry
from sidecar.journey.additions import hear_additions
from sidecar.journey.assessment import assess_reports
from sidecar.journey.enrichment import CALLS_AT_ONCE, PAIRS_A_CALL, enrich, give_up
from sidecar.journey.escalation import fire
from sidecar.journey.mailing import alert, send_mails
from sidecar.journey.major import look_for_major
from sidecar.journey.reassessment import reassess
from sidecar.journey.registers import ask_registers
from sidecar.journey.telling import deliver
from sidecar.journey.write_back import write_back
from sidecar.runtime import Runtime
from sidecar.store import outbox, telling_again
from sidecar.tasks.intents import carry_out

log = structlog.get_logger(__name__)

Handler = Callable[[Runtime, outbox.Claim], None]

HANDLERS: Final[Mapping[Step, Handler]] = {
    Step.ASSESS: assess_reports,
    Step.ADDITION: hear_additions,
    Step.MAJOR: look_for_major,
    Step.REASSESS: reassess,
    Step.ENRICH: enrich,
    Step.REGISTER: ask_registers,
    Step.RUNG: fire,
    Step.INTENT: carry_out,
    Step.TELL: deliver,
    Step.MAIL: send_mails,
    Step.ALERT: alert,
    Step.WRITE: write_back,
}
# Rows a claim takes. A claim must be worked well within its lane's lease.
BATCH: Final[Mapping[Lane, int]] = {
    Lane.ASSESS: 256,
    Lane.ENRICH: PAIRS_A_CALL * CALLS_AT_ONCE,
    Lane.CLOCKS: 32,
    Lane.NOTIFY: 25,  # their messages share a call to the LMS
    Lane.MAIL: 1,  # and each of these a talk with the mail server
    Lane.WRITE: 1,  # and each of these three calls to the LMS
}

# Steps that wait for an LMS or a register, however long it is away: many claims of such a row kill nobody.
_OUTSIDE: Final = frozenset({Step.ENRICH, Step.REGISTER, Step.TELL, Step.MAIL, Step.WRITE})


def drain(runtime: Runtime, lane: Lane, *, batches: int | None = None) -> int:
    """Work a lane until it is empty (or for `batches` claims); returns how many rows were claimed."""
    worked = 0
    while batches is None or batches > 0:
        batches = None if batches is None else batches - 1
        with runtime.db.write() as conn:
            claim = outbox.claim(conn, lane, limit=BATCH[lane], lease=runtime.leases[lane], now=runtime.clock())
        if claim is None:
            break
        worked += len(claim.items)
        for part in _by_step(_without_killers(runtime, claim)):
            _work(runtime, part)
    return worked


def _by_step(claim: outbox.Claim) -> Iterable[outbox.Claim]:
    for step in HANDLERS:
        items = tuple(item for item in claim.items if item.step is step)
        if items:
            yield replace(claim, items=items)


def _without_killers(runtime: Runtime, claim: outbox.Claim) -> outbox.Claim:
    """Rows that were claimed too often have been ending their workers: they are parked before they end this one."""
    killers = [item.id for item in claim.items if item.attempts > retry.CLAIMS_AT_MOST and item.step not in _OUTSIDE]
    if killers:
        with runtime.db.write() as conn:
            outbox.park(conn, claim.token, killers, error="claimed too often without an end")
        log.error("rows_parked", lane=claim.lane, rows=len(killers), reason="claimed too often")
    return replace(claim, items=tuple(item for item in claim.items if item.id not in set(killers)))


def _work(runtime: Runtime, claim: outbox.Claim) -> None:
    """Let the step's handler work its rows; a failure of many is looked at one by one."""
    if not claim.items:
        return
    step = claim.items[0].step
    try:
        HANDLERS[step](runtime, claim)
    except outbox.Partly as partly:
        for error, ids in partly.failures:
            _settle(runtime, claim, ids, error)
    except Exception as error:  # whatever it was, the rows must come back or be parked
        if len(claim.items) > 1 and not isinstance(error, outbox.NotYet):
            for item in claim.items:
                _work(runtime, replace(claim, items=(item,)))
        else:
            _settle(runtime, claim, [item.id for item in claim.items], error)


def _settle(runtime: Runtime, claim: outbox.Claim, ids: Iterable[int], error: Exception) -> None:
    """Give rows back or park them. Log and row name the kind of error only: its text may quote somebody's words."""
    told = _told(error)
    by_verdict: dict[retry.Verdict, list[int]] = {}
    attempts = {item.id: item.attempts for item in claim.items}
    jitter = retry.one_jitter()
    for row_id in ids:
        by_verdict.setdefault(retry.decide(error, attempts[row_id], jitter), []).append(row_id)
    now: datetime = runtime.clock()
    with runtime.db.write() as conn:
        for verdict, rows in by_verdict.items():
            if isinstance(verdict, retry.Park):
                # Only what is still ours: another worker may have got the answer that this one was refused.
                ours = outbox.held(conn, claim.token, rows)
                outbox.park(conn, claim.token, rows, error=told)
                if claim.items[0].step is Step.ENRICH:
                    give_up(conn, [item for item in claim.items if item.id in ours])
                if claim.items[0].step is Step.TELL:
                    telling_again.park(conn, [int(item.subject) for item in claim.items if item.id in ours], now)
            else:
                outbox.again(conn, claim.token, rows, due_at=now + verdict.delay, error=told, spend=verdict.spend)
    if not isinstance(error, outbox.NotYet):
        parked = sum(len(rows) for verdict, rows in by_verdict.items() if isinstance(verdict, retry.Park))
        log.warning("step_failed", step=claim.items[0].step, rows=len(attempts), parked=parked, error=told)


def _told(error: Exception) -> str:
    code = getattr(error, "code", None)
    return type(error).__name__ + (f" ({code})" if isinstance(code, str) and code else "")


class Drains:
    """The lanes of one process: a lane is drained by one thread at a time, and a hint that comes meanwhile is kept."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._lock = threading.Lock()
        self._running: set[Lane] = set()
        self._again: set[Lane] = set()

    def work(self, lane: Lane) -> int:
        """Drain a lane, unless this process is at it already; then it goes round once more. Returns rows worked."""
        with self._lock:
            if lane in self._running:
                self._again.add(lane)
                return 0
            self._running.add(lane)
        worked = 0
        try:
            while True:
                worked += drain(self._runtime, lane)
                with self._lock:
                    if lane not in self._again:
                        self._running.discard(lane)
                        return worked
                    self._again.discard(lane)
        except BaseException:
            with self._lock:
                self._running.discard(lane)
            raise
