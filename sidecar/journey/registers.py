"""Registers of certificates that have an interface are asked: about who reported, and again where one was away.

In the lane that waits for the outside, never where a case is judged: that reads what is kept of their answers.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from datetime import timedelta
from typing import Final

from adapters.errors import AdapterError
from sidecar import registered
from sidecar.domain.steps import Lane, Step
from sidecar.runtime import Runtime
from sidecar.store import facts, identities, outbox, register_answers, roster, roster_courses

_LEASE: Final = timedelta(minutes=3)
_AGAIN: Final = timedelta(minutes=2)
_AT_ONCE: Final = 4  # courses a beat
_A_TRANSACTION: Final = 500  # numbers that are erased at once


def ask_registers(runtime: Runtime, claim: outbox.Claim) -> None:
    """Ask about the claimed reports' people, and have their cases judged by that.

    Raises:
        outbox.Partly: rows for which a register did not answer; what it said before stands meanwhile.
    """
    with runtime.db.read() as conn:
        places = facts.places(conn, [uuid.UUID(item.subject) for item in claim.items])
    since = {
        place: item.put_at
        for item in sorted(claim.items, key=lambda one: one.put_at)
        if (place := places.get(uuid.UUID(item.subject)))
    }
    found = registered.ask(runtime, since)  # no transaction is open here
    failures: dict[AdapterError, list[int]] = defaultdict(list)
    done: list[int] = []
    judged: list[str] = []
    for item in claim.items:
        place = places.get(uuid.UUID(item.subject))
        error = found.failed.get(place) if place else None
        if error is not None:
            failures[error].append(item.id)
        else:
            done.append(item.id)
        # A register that is away holds no answer up: after the first try the case is judged by what is known.
        if error is None or item.attempts == 1 or place in found.answered:
            judged.append(item.subject)
    with runtime.db.write() as conn:
        ours = outbox.held(conn, claim.token, done)
        outbox.put(conn, Step.REASSESS, judged, runtime.clock())
        outbox.finish(conn, claim.token, sorted(ours))
    if judged:
        runtime.wake(Lane.ASSESS)
    if failures:
        raise outbox.Partly([(error, tuple(ids)) for error, ids in failures.items()])


def ask_again(runtime: Runtime) -> int:
    """Ask about courses whose roster was fetched while a register was away; returns how many it has answered about."""
    answered = 0
    for _ in range(_AT_ONCE):
        now = runtime.clock()
        with runtime.db.write() as conn:
            course = register_answers.take_due(conn, now, now + _LEASE)
            people = roster.person_ids(conn, course) if course else set()
        if course is None:
            break
        found = registered.ask(runtime, {(course[0], person, course[1]): now for person in people})
        with runtime.db.write() as conn:
            if found.failed:
                register_answers.wait(conn, course, runtime.clock() + _AGAIN)
            else:
                register_answers.done(conn, course)
            if found.answered:
                roster_courses.want(conn, *course, runtime.clock())
        answered += not found.failed
    return answered


def forget_numbers(runtime: Runtime) -> int:
    """Erase every sealed national ID where the policy does not have them kept (any more); returns how many."""
    if registered.seals(runtime):
        return 0
    erased = 0
    while True:
        with runtime.db.write() as conn:
            some = identities.unseal_all(conn, _A_TRANSACTION)
        erased += some
        if some < _A_TRANSACTION:
            return erased
