"""Many rooms of one platform failing at once are one major incident (P1)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from sidecar.casework.resolve import refuse, solve
from sidecar.domain.case import Action, Case, State
from sidecar.domain.institute import Contact, Duty
from sidecar.domain.policy import Tier
from sidecar.domain.report import Symptom
from sidecar.domain.steps import Lane, Step
from sidecar.journey import major as major_step
from sidecar.store import cases, incidents, outbox
from sidecar.tasks.drain import drain
from tests.staff import (
    AGENT,
    LEAD,
    actions,
    alerted,
    all_cases,
    arrive,
    case,
    place,
    running,
    send,
    timeline,
    viewer,
)
from tests.worlds import NOON, World, report


def pressed_in(room: str, minutes: float = 0, *, by: str = "21", **changes):
    at = NOON + timedelta(minutes=minutes)
    module = changes.pop("module", "bigbluebuttonbn")
    return report(by=by, place=place(room, module=module), occurred_at=at, received_at=at, **changes)


def parents(world: World) -> list[Case]:
    return [one for one in all_cases(world) if one.room_key is None and one.platform is not None]


def rooms_of(world: World, parent: Case) -> list[str]:
    with world.runtime.db.read() as conn:
        return [str(child.activity_id) for child in cases.children(conn, parent.id)]


@pytest.mark.parametrize(
    ("rooms", "gathered"),
    [
        ([("3", 0), ("4", 2), ("5", 5)], [["3", "4", "5"]]),
        ([("3", 0), ("4", 2), ("5", 5.1)], []),
        ([("3", 0), ("4", 2)], []),
        ([("3", 0), ("4", 2), ("5", 4), ("6", 8)], [["3", "4", "5", "6"]]),  # a later room joins
        ([("3", 0), ("4", 2), ("5", 4), ("6", 30)], [["3", "4", "5"]]),
    ],
)
def test_three_rooms_of_one_platform_within_five_minutes_are_one_case(world: World, rooms, gathered) -> None:
    for room, minutes in rooms:
        world.clock.at = NOON + timedelta(minutes=minutes)
        arrive(world, pressed_in(room, minutes))
    assert [rooms_of(world, parent) for parent in parents(world)] == gathered


def test_two_failures_of_two_rooms_are_not_three_rooms(world: World) -> None:
    arrive(world, pressed_in("3"), pressed_in("3", symptom=Symptom.NO_VIDEO), pressed_in("4"))
    assert parents(world) == []


def test_rooms_of_another_platform_or_site_are_no_part_of_it(world: World) -> None:
    arrive(world, pressed_in("3"), pressed_in("4"), pressed_in("5", module="zoom"), pressed_in("6", site_id="other"))
    assert parents(world) == []


def fail_everywhere(world: World) -> Case:
    arrive(world, *(pressed_in(room, by=room) for room in "345"))
    (parent,) = parents(world)
    return parent


def test_a_major_incident_is_told_to_whom_the_policy_names(world: World) -> None:
    policy = world.runtime.policy
    told = replace(policy, incidents=replace(policy.incidents, major_tells="office:operations"))
    world.runtime = replace(world.runtime, policy=told)
    assert alerted(world, fail_everywhere(world).id) == [("major", "office:operations", 1)]


def test_a_major_incident_that_nobody_can_be_told_of_is_an_alert_all_the_same(world: World) -> None:
    world.runtime = replace(world.runtime, policy=replace(world.runtime.policy, departments={}, offices={
        key: replace(office, contact=Contact(), lead=None) for key, office in world.runtime.policy.offices.items()
    }, duty=Duty("P5", (), ())))  # fmt: skip
    assert alerted(world, fail_everywhere(world).id) == [("major", "nobody", 1)]


def test_the_parent_stands_at_tier_one_with_its_clocks_and_one_alert_and_hides_its_rooms(world: World) -> None:
    parent = fail_everywhere(world)
    assert (parent.tier, parent.severity, parent.state) == (Tier.ONE, 1, State.RECEIVED)
    assert running(world, parent.id) == {"room_resolution", "urgent_pick_up"}
    assert alerted(world, parent.id) == [("major", "shift:contact_centre", 1)]
    assert timeline(world, parent.id)[0].reason == "major_incident"
    with world.runtime.db.read() as conn:
        assert [one.id for one in cases.queue(conn, Tier.ONE)] == [parent.id]
        assert cases.queue(conn, Tier.ROOM) == []


def test_each_room_says_in_its_timeline_that_it_became_part_of_it(world: World) -> None:
    parent = fail_everywhere(world)
    for child in [one for one in all_cases(world) if one.parent_id]:
        grouped = [event for event in timeline(world, child.id) if event.action is Action.GROUP]
        assert [event.data for event in grouped] == [{"parent": parent.id}]


def test_solving_the_parent_solves_every_room_and_tells_it(world: World) -> None:
    parent = fail_everywhere(world)
    solve(world.runtime, AGENT, parent.id)
    for one in all_cases(world):
        assert (one.state, one.solved_by, one.join_key) == (State.RESOLVED, AGENT.key, None)
        told = [Action.TELL] if one.id == parent.id else []  # one telling for all its rooms
        assert actions(world, one.id)[-1 - len(told) :] == [Action.SOLVE, *told]
        assert running(world, one.id) == set()


def test_a_room_solved_by_itself_is_not_solved_twice(world: World) -> None:
    parent = fail_everywhere(world)
    child = next(one for one in all_cases(world) if one.parent_id)
    solve(world.runtime, LEAD, child.id)
    solve(world.runtime, AGENT, parent.id)
    assert actions(world, child.id).count(Action.SOLVE) == 1
    assert case(world, child.id).solved_by == LEAD.key


def test_a_room_where_it_was_not_solved_is_a_failure_of_its_own_again(world: World) -> None:
    parent = fail_everywhere(world)
    solve(world.runtime, AGENT, parent.id)
    child = next(one for one in all_cases(world) if one.activity_id == "3")
    refuse(world.runtime, viewer("3"), child.id, reason="not_solved")
    again = case(world, child.id)
    assert (again.state, again.parent_id) == (State.REOPENED, None)
    with world.runtime.db.read() as conn:
        assert [one.id for one in cases.queue(conn, Tier.ROOM)] == [child.id]


def test_a_solved_major_incident_takes_in_no_more_rooms(world: World) -> None:
    parent = fail_everywhere(world)
    solve(world.runtime, AGENT, parent.id)
    world.clock.forward(minutes=2)
    alone = arrive(world, pressed_in("9", 2))
    assert alone.parent_id is None
    assert len(parents(world)) == 1


def test_a_parent_solved_while_one_room_is_looked_at_is_not_opened_anew_for_that_room(
    postgres_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = postgres_world
    parent = fail_everywhere(world)
    world.clock.forward(minutes=2)
    arrive_unlooked = pressed_in("9", 2)
    solver = []
    look = major_step.incident.major

    def looked(*args):
        if not solver:
            solver.append(threading.Thread(target=solve, args=(world.runtime, AGENT, parent.id)))
            solver[0].start()
            solver[0].join(0.3)
        return look(*args)

    monkeypatch.setattr(major_step.incident, "major", looked)
    arrive(world, arrive_unlooked)
    solver[0].join(10)
    assert [one.id for one in parents(world)] == [parent.id]


@pytest.mark.parametrize("attempt", range(3))
def test_rooms_failing_under_many_workers_are_one_major_incident(postgres_world: World, attempt: int) -> None:
    world = postgres_world
    send(world, *(pressed_in(str(room), by=str(room)) for room in range(3, 11)))
    start = threading.Barrier(6)

    def work(_: int) -> None:
        start.wait()
        while drain(world.runtime, Lane.ASSESS):
            pass

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    world.clock.forward(seconds=1)
    world.drain()
    (parent,) = parents(world)
    assert len(rooms_of(world, parent)) == 8
    assert len(alerted(world, parent.id)) == 1


def test_a_report_that_joins_a_room_just_as_the_parent_is_solved_does_not_undo_the_solving(
    postgres_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = postgres_world
    parent = fail_everywhere(world)
    send(world, pressed_in("3", by="77"))
    of_parent, worker = cases.children, []

    def children_and_then(*args, **kwargs):
        found = of_parent(*args, **kwargs)
        if not worker:
            worker.append(threading.Thread(target=drain, args=(world.runtime, Lane.ASSESS)))
            worker[0].start()
            worker[0].join(1)
        return found

    monkeypatch.setattr(cases, "children", children_and_then)
    solve(world.runtime, AGENT, parent.id)
    worker[0].join(10)
    assert {one.state for one in all_cases(world) if one.parent_id} == {State.RESOLVED}


def test_solving_the_parent_while_a_report_is_joining_one_of_its_rooms_never_deadlocks(
    postgres_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = postgres_world
    parent = fail_everywhere(world)
    send(world, pressed_in("3", by="77"))
    join, solver = incidents.join_or_open, []

    def joined_and_then(*args, **kwargs):
        found = join(*args, **kwargs)
        if not solver:  # somebody solves all of it before this transaction ends
            solver.append(threading.Thread(target=solve, args=(world.runtime, AGENT, parent.id)))
            solver[0].start()
            solver[0].join(0.5)
        return found

    monkeypatch.setattr(incidents, "join_or_open", joined_and_then)
    world.drain()
    solver[0].join(10)
    with world.runtime.db.read() as conn:
        # Nothing was given back for another try; what everybody is told waits for its time.
        assert [row.step for row in outbox.listing(conn)] == [Step.TELL]
    assert {one.state for one in all_cases(world)} == {State.RESOLVED}


def test_solving_the_parent_while_its_rooms_are_still_reporting_never_fails(postgres_world: World) -> None:
    world = postgres_world
    parent = fail_everywhere(world)
    send(world, *(pressed_in(room, by=f"{room}{n}") for n in range(10) for room in "345"))
    start = threading.Barrier(4)

    def report_on(_: int) -> None:
        start.wait()
        drain(world.runtime, Lane.ASSESS)

    with ThreadPoolExecutor(4) as pool:
        draining = [pool.submit(report_on, n) for n in range(3)]
        start.wait()
        solve(world.runtime, AGENT, parent.id)
        for one in draining:
            one.result(20)
    world.clock.forward(seconds=1)
    world.drain()
    assert sum(one.reports for one in all_cases(world)) == 33


@pytest.mark.parametrize("symptom", [Symptom.TRAINER_ABSENT, Symptom.NO_CAPTIONS, Symptom.OTHER])
def test_what_says_nothing_of_the_platform_is_no_part_of_a_major_incident(world: World, symptom: Symptom) -> None:
    arrive(world, *(pressed_in(room, by=room, symptom=symptom) for room in "3456"))
    assert parents(world) == []
    arrive(world, *(pressed_in(room, by=f"{room}0") for room in "345"))
    (parent,) = parents(world)
    assert rooms_of(world, parent) == ["3", "4", "5"]
    arrive(world, pressed_in("7", symptom=symptom))
    assert len(rooms_of(world, parent)) == 3, "nor does it join one that stands"
