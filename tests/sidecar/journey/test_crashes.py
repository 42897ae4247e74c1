"""A worker dies at any moment: everything is there once, every effect once (the row is the queue)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy.engine import Connection

from sidecar.domain.case import Action
from sidecar.domain.facts import FactsStatus
from sidecar.domain.report import Kind, Symptom
from sidecar.domain.steps import Lane
from sidecar.journey.escalation import release_due
from sidecar.store import facts, outbox
from sidecar.tasks.drain import drain
from tests.staff import alerted, all_cases, clocks_of, place, send, standing, timeline
from tests.worlds import SITE, World, report

ROUNDS = (1, 2, 3, 4, 6, 8, 11)  # the transaction that dies


class Killed(BaseException):
    """kill -9: nothing in the house catches it."""


class Mortal:
    """A database whose user dies at the `at`-th transaction: before it, within it, or just after its commit."""

    def __init__(self, database, moment: str, at: int) -> None:
        self._database = database
        self._moment = moment
        self._left = at
        self.is_sqlite = database.is_sqlite

    def _dies(self, moment: str) -> bool:
        return self._left == 0 and moment == self._moment

    @contextmanager
    def write(self) -> Iterator[Connection]:
        self._left -= 1
        if self._dies("before"):
            raise Killed
        with self._database.write() as conn:
            yield conn
            if self._dies("within"):
                raise Killed
        if self._dies("after"):
            raise Killed

    def read(self):
        return self._database.read()


def survive(world: World, moment: str, at: int, work: Callable[[World], object]) -> bool:
    """Do some work that may be killed; whether it was."""
    mortal = World(replace(world.runtime, db=Mortal(world.runtime.db, moment, at)), world.clock, [])  # type: ignore[arg-type]
    try:
        work(mortal)
    except Killed:
        return True
    return False


def settle(world: World) -> None:
    """The lease ends, other workers come."""
    for _ in range(3):
        world.clock.forward(seconds=31)
        release_due(world.runtime)
        world.drain()


@pytest.mark.parametrize("moment", ["before", "within", "after"])
def test_a_kill_at_any_transaction_loses_and_doubles_nothing(world: World, moment: str) -> None:
    lms = world.runtime.lms[SITE]
    lms.set_facts("99", "2", enrolment__status="ended")  # type: ignore[attr-defined]
    kills = 0
    for at in ROUNDS:
        room = str(100 + at * 10)
        pressed = [report(by=str(n), place=place(room)) for n in range(3)]
        others = [
            report(by="99", symptom=Symptom.CANNOT_JOIN, place=place(room)),
            report(by="5", kind=Kind.COMPLAINT, symptom=None, category="fees"),
            *[report(by="6", place=place(str(int(room) + n), module=f"m{at}")) for n in range(1, 4)],
        ]
        for one in pressed + others:
            send(world, replace(one, occurred_at=world.clock(), received_at=world.clock()))
        kills += survive(world, moment, at, lambda mortal: mortal.drain())
        settle(world)
    assert kills == len(ROUNDS)

    with world.runtime.db.read() as conn:
        assert outbox.listing(conn) == []
        statuses = list(conn.scalars(facts.facts.select().with_only_columns(facts.facts.c.status)))
    assert statuses == [FactsStatus.COMPLETE] * (len(ROUNDS) * 8)
    found = all_cases(world)
    assert sum(one.reports for one in found) == len(ROUNDS) * 8
    majors = [one.platform for one in found if one.room_key is None and (one.platform or "").startswith("m")]
    assert majors == [f"m{at}" for at in ROUNDS]
    for one in found:
        assert one.reports == standing(world, one.id)
        done = [event.action for event in timeline(world, one.id)]
        assert done.count(Action.OPEN) == 1
        for once in (Action.REFER, Action.GROUP, Action.REASSESS):
            assert done.count(once) <= 1
        fired = [event.data["rung"] for event in timeline(world, one.id) if "rung" in event.data]
        assert len(fired) == len(set(fired))
        assert len({(clock.target, clock.rung) for clock in clocks_of(world, one.id)}) == len(clocks_of(world, one.id))


@pytest.mark.parametrize("moment", ["before", "within", "after"])
@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_a_kill_between_the_beats_of_a_rung_fires_it_once(world: World, moment: str, at: int) -> None:
    send(world, report())
    world.drain()
    world.clock.forward(minutes=2)

    def beat(mortal: World) -> None:
        release_due(mortal.runtime)
        drain(mortal.runtime, Lane.CLOCKS)

    survive(world, moment, at, beat)
    settle(world)
    (only,) = all_cases(world)
    fired = [event.data["rung"] for event in timeline(world, only.id) if event.action is Action.OVERDUE]
    assert sorted(fired) == ["room_seen_substitute", "room_seen_unseen"]
    assert [times for _, _, times in alerted(world, only.id)] == [1]
