"""What many workers do to one room at once, on PostgreSQL, where they really do."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import event

from sidecar.casework.merge import merge
from sidecar.casework.resolve import refuse, solve
from sidecar.domain.case import State
from sidecar.domain.report import Symptom
from sidecar.domain.steps import Lane
from sidecar.journey.status import status
from sidecar.store import incidents, outbox
from sidecar.tasks.drain import drain
from tests.staff import MANAGER, TRAINEE, all_cases, arrive, case, case_of, place, send, standing
from tests.worlds import NOON, SITE, World, report


def at_once(*work: Callable[[], object]) -> list[object]:
    """Do things at the same moment; the first exception is raised."""
    start = threading.Barrier(len(work))

    def begin(one: Callable[[], object]) -> object:
        start.wait(10)
        return one()

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(begin, work))


@pytest.mark.parametrize("attempt", range(3))
def test_fifty_first_reports_at_once_are_one_incident_and_none_is_lost(
    postgres_world: World, attempt: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = postgres_world
    pressed = [report(by=str(number)) for number in range(50)]
    send(world, *pressed)

    def one_by_one() -> None:
        while drain(world.runtime, Lane.ASSESS, batches=1):
            pass

    one_each = dict.fromkeys(Lane, 1) | {Lane.ENRICH: 50, Lane.CLOCKS: 32}
    monkeypatch.setattr("sidecar.tasks.drain.BATCH", one_each)
    at_once(*[one_by_one] * 8)
    world.clock.forward(seconds=1)
    world.drain()
    (only,) = all_cases(world)
    assert (only.reports, standing(world, only.id)) == (50, 50)
    assert all(status(world.runtime, SITE, one.id, None).case == only.id for one in pressed)  # type: ignore[union-attr]


def test_a_key_that_somebody_has_just_taken_is_joined_and_never_robbed(postgres_world: World) -> None:
    """The moment between looking for an open case and releasing a stale key, held open."""
    world = postgres_world
    first, second = report(by="1"), report(by="2")
    send(world, first)
    taken = []

    def meanwhile(conn, cursor, statement, parameters, context, executemany) -> None:
        if not taken and statement.startswith("UPDATE cases SET join_key"):
            taken.append(1)
            send(world, second)
            worker = threading.Thread(target=drain, args=(world.runtime, Lane.ASSESS))
            worker.start()
            worker.join(10)
            assert not worker.is_alive()

    event.listen(world.runtime.db.engine, "before_cursor_execute", meanwhile)
    drain(world.runtime, Lane.ASSESS)
    event.remove(world.runtime.db.engine, "before_cursor_execute", meanwhile)
    world.drain()
    assert taken
    assert [one.reports for one in all_cases(world)] == [2]


def test_a_report_from_before_a_solution_that_commits_this_moment_opens_nothing(
    postgres_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = postgres_world
    opened = arrive(world, report(by="1"))
    late = report(by="2")
    send(world, late)
    world.clock.forward(minutes=1)
    solver = []
    hold = incidents.hold

    def asked(*args, **kwargs):
        found = hold(*args, **kwargs)
        if not solver:  # after the look, before the joining
            solver.append(threading.Thread(target=solve, args=(world.runtime, MANAGER, opened.id)))
            solver[0].start()
            solver[0].join(0.3)
        return found

    monkeypatch.setattr(incidents, "hold", asked)
    world.drain()
    solver[0].join(10)
    assert [one.state for one in all_cases(world)] == [State.RESOLVED]
    assert case_of(world, late).id == opened.id


def test_solving_while_reports_pour_in_loses_none_and_leaves_one_open_at_most(postgres_world: World) -> None:
    world = postgres_world
    opened = arrive(world, report(by="0"))
    pressed = [report(by=str(number), occurred_at=NOON + timedelta(seconds=number)) for number in range(1, 60)]
    send(world, *pressed)
    world.clock.forward(seconds=30)
    at_once(
        lambda: solve(world.runtime, MANAGER, opened.id), *[lambda: drain(world.runtime, Lane.ASSESS) for _ in range(4)]
    )
    world.clock.forward(seconds=1)
    world.drain()
    found = all_cases(world)
    assert sum(one.reports for one in found) == sum(standing(world, one.id) for one in found) == 60
    assert sum(one.is_open for one in found) <= 1


def test_two_people_merging_the_same_pair_at_once_merge_it_once(postgres_world: World) -> None:
    world = postgres_world
    one = arrive(world, report(by="1"))
    two = arrive(world, report(by="2", symptom=Symptom.NO_VIDEO))

    def try_merging(first: int, second: int) -> str:
        try:
            merge(world.runtime, MANAGER, first, second)
        except Exception as error:
            return type(error).__name__
        return "merged"

    outcomes = at_once(lambda: try_merging(one.id, two.id), lambda: try_merging(two.id, one.id))
    assert sorted(map(str, outcomes)) == ["NotAllowed", "merged"]
    assert case(world, one.id).reports == standing(world, one.id) == 2


def test_a_reporter_who_refuses_while_another_reports_anew_leaves_one_holder_of_the_key(postgres_world: World) -> None:
    world = postgres_world
    opened = arrive(world, report(by="21"))
    solve(world.runtime, MANAGER, opened.id)
    world.clock.forward(minutes=1)
    again = report(by="22", occurred_at=world.clock(), received_at=world.clock())
    send(world, again)
    at_once(
        lambda: refuse(world.runtime, TRAINEE, opened.id, reason="not_solved"),
        lambda: drain(world.runtime, Lane.ASSESS),
    )
    world.clock.forward(seconds=1)
    world.drain()
    holders = [one for one in all_cases(world) if one.join_key is not None]
    assert len(holders) == 1
    assert case(world, opened.id).state is State.REOPENED


def test_two_rooms_worked_by_many_workers_never_deadlock(postgres_world: World) -> None:
    world = postgres_world
    pressed = [report(by=str(n % 40), place=place(str(3 + n % 5))) for n in range(200)]
    send(world, *pressed)
    at_once(
        *[lambda: drain(world.runtime, Lane.ASSESS) for _ in range(4)],
        *[lambda: drain(world.runtime, Lane.ENRICH) for _ in range(3)],
    )
    with world.runtime.db.read() as conn:
        failed = [row for row in outbox.listing(conn, limit=1000) if row.last_error not in {None, "NotYet"}]
    assert failed == []
    world.clock.forward(seconds=1)
    world.drain()
    assert [one.reports for one in all_cases(world) if one.room_key] == [40] * 5
