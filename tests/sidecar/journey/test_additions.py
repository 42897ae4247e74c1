import threading
import uuid
from datetime import timedelta

import pytest

from sidecar.casework.merge import merge, split
from sidecar.casework.pick_up import pick_up
from sidecar.casework.reply import pause
from sidecar.domain.case import Action, State
from sidecar.domain.report import Kind, Report, Symptom
from sidecar.domain.steps import Lane, Step
from sidecar.journey.intake import Intake
from sidecar.store import cases, outbox
from sidecar.store.reports import Addition
from sidecar.tasks.drain import drain
from tests.staff import AGENT, MANAGER, actions, arrive, case, case_of, clock_of, send, timeline
from tests.worlds import World, report


def add(world: World, to: Report, text: str = "ما زالت المشكلة") -> None:
    Intake(world.runtime).add(Addition(uuid.uuid4(), to.key, uuid.uuid4(), text, {}, world.clock()))


def request() -> Report:
    return report(kind=Kind.SUPPORT_REQUEST, symptom=None, channel="web")


def test_what_was_added_is_in_the_timeline_by_its_id_and_never_by_its_words(world: World) -> None:
    sent = request()
    arrive(world, sent)
    add(world, sent, "رقم جوالي 0500000000")
    world.drain()
    event = timeline(world, case_of(world, sent).id)[-1]
    assert (event.action, event.actor) == (Action.ADD, "reporter")
    assert set(event.data) == {"addition"}


def test_an_answer_of_the_reporter_ends_the_wait_and_lets_the_clocks_run_on(world: World) -> None:
    sent = request()
    opened = arrive(world, sent)
    pick_up(world.runtime, AGENT, opened.id)
    due = clock_of(world, opened.id, "support_resolution_overdue").target_due_at
    pause(world.runtime, AGENT, opened.id, "ما رقم هويتك؟", reason="needs_data")
    world.clock.forward(hours=1)
    add(world, sent)
    world.drain()
    assert (case(world, opened.id).state, case(world, opened.id).paused_at) == (State.IN_PROGRESS, None)
    clock = clock_of(world, opened.id, "support_resolution_overdue")
    assert (clock.state, clock.target_due_at) == ("running", due + timedelta(hours=1))
    assert actions(world, opened.id)[-2:] == [Action.ADD, Action.RESUME]


@pytest.mark.parametrize("step", [Step.ADDITION, Step.REASSESS])
@pytest.mark.parametrize(
    ("assess", "minutes", "state"),
    [
        ("parked", 0, "parked"),  # nobody assesses it until a person helps
        ("lost", 1, "waiting"),
        ("lost", 11, "parked"),
        ("waiting", 600, "waiting"),  # the lane is hours behind, and gets there
    ],
)
def test_what_waits_for_a_report_that_is_never_assessed_is_parked(
    world: World, step: Step, assess: str, minutes: int, state: str
) -> None:
    sent = request()
    send(world, sent)
    add(world, sent)
    with world.runtime.db.write() as conn:
        outbox.put(conn, Step.REASSESS, [str(sent.key)], world.clock())
    world.clock.forward(minutes=minutes)
    with world.runtime.db.write() as conn:
        assessing = outbox.outbox.c.step == Step.ASSESS
        if assess == "lost":
            conn.execute(outbox.outbox.delete().where(assessing))
        else:
            later = world.clock() + timedelta(hours=1)
            conn.execute(outbox.outbox.update().where(assessing).values(state=assess, due_at=later))
    for lane in Lane:
        drain(world.runtime, lane, batches=1)
    with world.runtime.db.read() as conn:
        (found,) = [row for row in outbox.listing(conn) if row.step == step]
    assert (found.state, found.attempts) == (state, 1 if state == "parked" else 0)
    assert (found.last_error == outbox.IN_VAIN) == (state == "parked")


def test_an_addition_faster_than_assessment_waits_for_it(world: World) -> None:
    sent = request()
    send(world, sent)
    with world.runtime.db.write() as conn:
        outbox.claim(conn, Lane.ASSESS, limit=1, lease=timedelta(seconds=6), now=world.clock())
    add(world, sent)
    drain(world.runtime, Lane.ASSESS)
    world.clock.forward(seconds=7)
    world.drain()
    assert actions(world, case_of(world, sent).id) == [Action.OPEN, Action.ADD]


def test_an_addition_follows_its_report_even_through_a_merge_of_this_very_moment(
    postgres_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = postgres_world
    moved = report(by="2", symptom=Symptom.NO_VIDEO)
    one, two = arrive(world, report(by="1")), arrive(world, moved)
    add(world, moved)
    get, merging = cases.get, []

    def merged_first(conn, number: int, *, lock: bool = False):
        if lock and not merging:
            merging.append(threading.Thread(target=merge, args=(world.runtime, MANAGER, one.id, two.id)))
            merging[0].start()
            merging[0].join(10)
        return get(conn, number, lock=lock)

    monkeypatch.setattr(cases, "get", merged_first)
    world.drain()
    assert Action.ADD in actions(world, one.id)
    assert Action.ADD not in actions(world, two.id)


def test_an_addition_follows_its_report_to_where_it_stands_now(world: World) -> None:
    stays, moved = report(by="1"), report(by="2", symptom=Symptom.NO_VIDEO)
    one, two = arrive(world, stays), arrive(world, moved)
    merge(world.runtime, MANAGER, one.id, two.id)
    add(world, moved)
    world.drain()
    assert actions(world, one.id)[-1] is Action.ADD
    alone = split(world.runtime, MANAGER, one.id, moved.key)
    add(world, moved)
    world.drain()
    assert actions(world, alone.id)[-1] is Action.ADD
