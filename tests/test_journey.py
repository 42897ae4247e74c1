"""The whole story, from a press to an end, on both databases."""

from datetime import timedelta

from sidecar.casework.pick_up import accept_escalation, acknowledge, pick_up, see
from sidecar.casework.reply import reply
from sidecar.casework.resolve import propose, solve, verify
from sidecar.domain.case import Action, State
from sidecar.domain.facts import FactsStatus
from sidecar.domain.policy import Tier
from sidecar.domain.report import Kind, Report
from sidecar.journey.escalation import raise_again, release_due
from sidecar.journey.status import Status, status
from sidecar.journey.verification import verify_by_quiet
from tests.staff import ADMINISTRATIVE, HEAD, MANAGER, OPERATOR, alerted, arrive, case, case_of, running, send
from tests.worlds import NOON, SITE, World, report


def link(world: World, sent: Report) -> Status:
    """What the reporter sees."""
    found = status(world.runtime, SITE, sent.id, sent.reporter.id)
    assert found is not None
    return found


def line(world: World, sent: Report) -> list[Action]:
    """The line of what happened, as the reporter reads it."""
    return [action for _, action in link(world, sent).timeline]


def let_time_pass(world: World, **by: float) -> None:
    """Time passes, and the clock beats."""
    world.clock.forward(**by)
    release_due(world.runtime)
    world.drain()
    raise_again(world.runtime)
    verify_by_quiet(world.runtime)


def test_a_press_in_class_reaches_the_room_manager_and_is_told_when_it_is_solved(world: World) -> None:
    world.runtime.lms[SITE].set_facts("21", "2", enrolment__status="active", attendance__rate=0.9)  # type: ignore[attr-defined]
    first, second = report(by="21"), report(by="22")

    # Two trainees press; what they sent is safe before anybody has looked at it.
    send(world, first, second)
    assert (link(world, first).state, link(world, first).case) == (State.RECEIVED, None)
    assert link(world, first).same_in_room == 1

    # The house makes one incident of it, on the room's board, and asks the LMS who they are.
    world.drain()
    incident = case_of(world, first)
    assert case_of(world, second).id == incident.id
    assert (incident.tier, incident.reports) == (Tier.ROOM, 2)
    assert link(world, first).facts is FactsStatus.COMPLETE

    # The room manager sees it within two minutes, so that nobody else is alerted; takes it, and solves it.
    let_time_pass(world, minutes=1)
    see(world.runtime, MANAGER, incident.id)
    pick_up(world.runtime, MANAGER, incident.id)
    let_time_pass(world, minutes=3)
    assert alerted(world, incident.id) == []
    solve(world.runtime, MANAGER, incident.id)

    # The reporters are told at "solved"; ten quiet minutes verify it.
    assert line(world, first) == [Action.OPEN, Action.SEE, Action.PICK_UP, Action.SOLVE]
    let_time_pass(world, minutes=9)
    assert link(world, first).state is State.RESOLVED
    let_time_pass(world, minutes=1)
    assert link(world, first).state is State.CLOSED
    assert running(world, incident.id) == set()

    # Somebody whose report was stuck on the way learns that it is known.
    slow = report(by="23", occurred_at=NOON + timedelta(minutes=2), received_at=world.clock())
    arrive(world, slow)
    assert (link(world, slow).case, link(world, slow).state) == (incident.id, State.CLOSED)


def test_a_complaint_goes_to_the_head_at_once_and_to_the_manager_after_a_day_without_an_answer(world: World) -> None:
    complaint = report(kind=Kind.COMPLAINT, symptom=None, category="content", channel="web", text="المحتوى قديم")
    number = arrive(world, complaint).id

    # Referred at receipt; its sender sees with whom it stands.
    assert link(world, complaint).state is State.REFERRED
    assert line(world, complaint) == [Action.OPEN, Action.REFER]

    # The head acknowledges it, which answers nothing.
    let_time_pass(world, hours=2)
    acknowledge(world.runtime, HEAD, number)
    let_time_pass(world, hours=18)
    assert ("escalation.escalation_soon", "head:training", 1) in alerted(world, number)

    # A day without an answer: the administrative manager is alerted, again and again, until that is acknowledged.
    let_time_pass(world, hours=4)
    assert case(world, number).escalated
    let_time_pass(world, minutes=30)
    assert ("escalation.escalation_management", "office:administrative_manager", 2) in alerted(world, number)
    accept_escalation(world.runtime, ADMINISTRATIVE, number)
    let_time_pass(world, hours=2)
    assert ("escalation.escalation_management", "office:administrative_manager", 2) in alerted(world, number)

    # The head's answer is what the 24 hours waited for; another than the head verifies that it is over.
    reply(world.runtime, HEAD, number, "حُدّث المحتوى في الوحدات الثلاث")
    assert "escalation" not in running(world, number)
    propose(world.runtime, HEAD, number, decision="upheld")
    verify(world.runtime, OPERATOR, number, untold="لا بريد ولا هاتف")
    assert link(world, complaint).state is State.CLOSED
    assert line(world, complaint)[-2:] == [Action.REPLY, Action.VERIFY]
    assert running(world, number) == set()


def test_a_complaint_answered_in_time_alerts_no_management(world: World) -> None:
    complaint = report(kind=Kind.COMPLAINT, symptom=None, category="fees", channel="email")
    number = arrive(world, complaint).id
    let_time_pass(world, hours=6)
    reply(world.runtime, ADMINISTRATIVE, number, "أُعيد المبلغ")
    let_time_pass(world, hours=48)
    assert not case(world, number).escalated
    assert not any("management" in tell for cause, tell, _ in alerted(world, number) if cause.startswith("escalation"))
