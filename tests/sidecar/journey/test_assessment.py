"""What assessing writes down and what it finishes."""

import uuid
from datetime import timedelta

from sidecar.domain.case import Action, State
from sidecar.domain.report import Kind, Reporter, Role
from sidecar.domain.steps import Lane, Step
from sidecar.store import cases, outbox
from sidecar.tasks.drain import drain
from tests.staff import arrive, case, timeline
from tests.worlds import NOON, World, report


def test_a_room_log_of_a_visitor_leaves_no_address_in_the_case(world: World) -> None:
    visitor = Reporter(None, Role.VISITOR, name="أحمد", email="ahmad@example.invalid", phone="+966500000000")
    logged = arrive(world, report(kind=Kind.ROOM_LOG, reporter=visitor, ended_at=NOON + timedelta(minutes=1)))
    assert (case(world, logged.id).state, case(world, logged.id).solved_by) == (State.RESOLVED, cases.ITSELF)
    (solved,) = [event for event in timeline(world, logged.id) if event.action is Action.SOLVE]
    assert solved.actor == cases.ITSELF


def test_a_row_whose_report_is_gone_is_finished(world: World) -> None:
    with world.runtime.db.write() as conn:
        outbox.put(conn, Step.ASSESS, [str(uuid.uuid4())], world.clock())
        outbox.put(conn, Step.REASSESS, [str(uuid.uuid4())], world.clock())
    for lane in Lane:
        drain(world.runtime, lane, batches=3)
    with world.runtime.db.read() as conn:
        assert outbox.listing(conn) == []
