"""Seeing, taking, answering, waiting, handing on, proposing and verifying (P7, P12, P13, P14)."""

from datetime import timedelta

import pytest

from sidecar.casework.merge import merge
from sidecar.casework.pick_up import acknowledge, pick_up, see
from sidecar.casework.reply import pause, reply, resume
from sidecar.casework.resolve import Unanswered, propose, refuse, solve, verify
from sidecar.casework.transfer import refer, transfer
from sidecar.domain.case import Action, NotAllowed, State
from sidecar.domain.policy import Tier
from sidecar.domain.report import About, Kind, Role, Symptom
from sidecar.store import cases, permitted
from tests.staff import (
    ADMINISTRATIVE,
    AGENT,
    HEAD,
    LEAD,
    MANAGER,
    OPERATOR,
    OTHER_OPERATOR,
    TRAINEE,
    TRAINER,
    actions,
    arrive,
    case,
    clock_of,
    clocks_of,
    running,
    timeline,
    viewer,
)
from tests.worlds import NOON, World, report


def request(world: World, channel: str = "email", **changes):
    plain = {"kind": Kind.SUPPORT_REQUEST, "symptom": None, "category": "login", "channel": channel}
    return arrive(world, report(**(plain | changes)))


def test_an_email_is_to_be_picked_up_and_then_answered(world: World) -> None:
    opened = request(world)
    assert running(world, opened.id) == {"email_pick_up", "support_resolution"}
    world.clock.forward(minutes=20)
    taken = pick_up(world.runtime, AGENT, opened.id)
    assert (taken.state, taken.owner, taken.touched) == (State.IN_PROGRESS, AGENT.key, True)
    assert running(world, opened.id) == {"email_answer", "support_resolution"}
    assert clock_of(world, opened.id, "email_answer_overdue").due_at == NOON + timedelta(minutes=50)
    reply(world.runtime, AGENT, opened.id, "جرّب الآن")
    assert running(world, opened.id) == {"support_resolution"}


def test_the_reporter_is_told_once_that_it_was_seen(world: World) -> None:
    opened = arrive(world, report())
    see(world.runtime, MANAGER, opened.id)
    see(world.runtime, MANAGER, opened.id)
    assert [event.public for event in timeline(world, opened.id) if event.action is Action.SEE] == [True, False]


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_answer_or_question_is_none(world: World, text: str) -> None:
    opened = request(world)
    with pytest.raises(ValueError, match="answers nothing"):
        reply(world.runtime, AGENT, opened.id, text)
    with pytest.raises(ValueError, match="question"):
        pause(world.runtime, AGENT, opened.id, text, reason="needs_data")


def test_waiting_for_the_reporter_holds_what_may_wait_and_nothing_else(world: World) -> None:
    opened = request(world)
    pick_up(world.runtime, AGENT, opened.id)
    before = {clock.rung: clock.target_due_at for clock in clocks_of(world, opened.id)}
    pause(world.runtime, AGENT, opened.id, "ما رقمك؟", reason="needs_data")
    assert case(world, opened.id).paused_at == NOON
    assert running(world, opened.id) == {"email_answer"}
    world.clock.forward(minutes=90)
    resume(world.runtime, AGENT, opened.id, reason="answered_by_phone")
    after = {clock.rung: clock.target_due_at for clock in clocks_of(world, opened.id)}
    moved = {rung for rung in before if before[rung] != after[rung]}
    assert moved == {"support_resolution_overdue"}
    assert after["support_resolution_overdue"] - before["support_resolution_overdue"] == timedelta(minutes=90)
    assert case(world, opened.id).paused_at is None


def test_p7_and_p8_run_on_while_a_complaint_waits_for_its_sender(world: World) -> None:
    opened = request(world, kind=Kind.COMPLAINT, category="content")
    pause(world.runtime, HEAD, opened.id, "متى حدث ذلك؟", reason="needs_data")
    assert running(world, opened.id) == {"escalation", "told"}


@pytest.mark.parametrize("hand_on", ["transfer", "refer"])
def test_handing_on_ends_the_wait(world: World, hand_on: str) -> None:
    opened = request(world)
    pick_up(world.runtime, AGENT, opened.id)
    before = clock_of(world, opened.id, "support_resolution_overdue").target_due_at
    pause(world.runtime, AGENT, opened.id, "ما رقمك؟", reason="needs_data")
    world.clock.forward(minutes=30)
    if hand_on == "transfer":
        transfer(world.runtime, AGENT, opened.id, Tier.TWO, reason="needs_level_2")
    else:
        refer(world.runtime, AGENT, opened.id, "technical")
    assert case(world, opened.id).paused_at is None
    clock = clock_of(world, opened.id, "support_resolution_overdue")
    assert (clock.state, clock.target_due_at) == ("running", before + timedelta(minutes=30))


def test_a_transfer_says_from_where_to_where_and_why_and_starts_the_next_tiers_clock(world: World) -> None:
    opened = request(world, "web")
    world.clock.forward(minutes=10)
    moved = transfer(world.runtime, AGENT, opened.id, Tier.TWO, reason="needs_level_2", version=opened.version)
    assert (moved.tier, moved.state, moved.owner) == (Tier.TWO, State.RECEIVED, None)
    event = timeline(world, opened.id)[-1]
    assert (event.action, event.actor, event.reason) == (Action.TRANSFER, AGENT.key, "needs_level_2")
    assert event.data == {"from": "1", "to": "2"}
    assert clock_of(world, opened.id, "operations_resolution_overdue").started_at == world.clock()
    with pytest.raises(ValueError, match="already"):
        transfer(world.runtime, OPERATOR, opened.id, Tier.TWO, reason="x")


def test_a_card_that_the_room_manager_hands_on_was_seen(world: World) -> None:
    opened = arrive(world, report())
    transfer(world.runtime, MANAGER, opened.id, Tier.ONE, reason="not_in_the_room")
    assert "room_seen" not in running(world, opened.id)


@pytest.mark.parametrize("to", [Tier.ROOM, Tier.TRAINER])
def test_a_complaint_never_goes_to_a_room_or_a_trainer(world: World, to: Tier) -> None:
    opened = request(world, kind=Kind.COMPLAINT, category=None)
    with pytest.raises(ValueError, match="confidential"):
        transfer(world.runtime, AGENT, opened.id, to, reason="x")


def test_tier_one_refers_an_unclear_complaint_and_telling_its_sender_is_due(world: World) -> None:
    opened = request(world, kind=Kind.COMPLAINT, category=None)
    world.clock.forward(hours=2)
    referred = refer(world.runtime, AGENT, opened.id, "finance")
    assert (referred.state, referred.tier, referred.department) == (State.REFERRED, Tier.DEPARTMENT, "finance")
    assert timeline(world, opened.id)[-1].data == {"department": "finance", "to": "head"}
    assert running(world, opened.id) == {"escalation", "complaint_resolution", "told"}
    assert clock_of(world, opened.id, "told_overdue").started_at == world.clock()
    with pytest.raises(permitted.Unseen):  # from now on it is the head's
        see(world.runtime, AGENT, opened.id)


def test_nothing_is_referred_to_a_department_that_there_is_not(world: World) -> None:
    opened = request(world)
    with pytest.raises(KeyError):
        refer(world.runtime, AGENT, opened.id, "invented")


def test_who_may_not_see_a_case_hears_the_same_as_of_one_that_there_is_not(world: World) -> None:
    opened = request(world, kind=Kind.COMPLAINT, category="content", about=About("8", Role.TRAINER))
    for number, somebody in ((opened.id, TRAINER), (opened.id, MANAGER), (opened.id, AGENT), (10_000, HEAD)):
        with pytest.raises(permitted.Unseen):
            see(world.runtime, somebody, number)


def test_who_may_see_a_case_but_not_act_is_told_so(world: World) -> None:
    opened = request(world)
    for act in (see, acknowledge, pick_up):
        with pytest.raises(permitted.NotPermitted):
            act(world.runtime, TRAINEE, opened.id)
    with pytest.raises(permitted.NotPermitted):
        verify(world.runtime, AGENT, opened.id)
    with pytest.raises(permitted.Unseen):
        see(world.runtime, viewer("22"), opened.id)


def gap(world: World) -> int:
    flagged = arrive(world, report(kind=Kind.CERTIFICATE_GAP, symptom=None, channel="web"))
    propose(world.runtime, OPERATOR, flagged.id)
    return flagged.id


def test_what_one_proposes_another_verifies(world: World) -> None:
    number = gap(world)
    proposed = case(world, number)
    assert (proposed.state, proposed.solved_by, proposed.join_key) == (State.RESOLVED, OPERATOR.key, None)
    assert running(world, number) == {"operations_verification"}
    with pytest.raises(permitted.NotPermitted):
        verify(world.runtime, OPERATOR, number)
    with pytest.raises(permitted.NotPermitted):
        verify(world.runtime, OTHER_OPERATOR, number, others_at_level_2=0)
    closed = verify(world.runtime, OTHER_OPERATOR, number)
    assert (closed.state, closed.closed_at) == (State.CLOSED, NOON)
    assert running(world, number) == set()


def test_with_one_person_at_level_2_the_administrative_manager_verifies(world: World) -> None:
    assert verify(world.runtime, ADMINISTRATIVE, gap(world), others_at_level_2=0).state is State.CLOSED


def test_a_complaint_that_its_head_proposes_to_close_is_verified_by_level_2(world: World) -> None:
    opened = request(world, kind=Kind.COMPLAINT, category="content")
    propose(world.runtime, HEAD, opened.id, decision="upheld")
    assert timeline(world, opened.id)[-1].data == {"decision": "upheld"}
    reply(world.runtime, HEAD, opened.id, "الجواب")
    assert verify(world.runtime, LEAD, opened.id, untold="لا بريد ولا هاتف").state is State.CLOSED


def test_a_complaint_is_not_closed_before_a_person_has_answered_it(world: World) -> None:
    opened = request(world, kind=Kind.COMPLAINT, category="content")
    propose(world.runtime, HEAD, opened.id)
    with pytest.raises(Unanswered) as refused:
        verify(world.runtime, LEAD, opened.id)
    assert refused.value.code == "unanswered"
    assert case(world, opened.id).state is State.RESOLVED
    assert {"escalation", "told"} <= running(world, opened.id)


def test_an_answer_to_one_complaint_does_not_close_the_one_merged_into_it(world: World) -> None:
    answered = request(world, kind=Kind.COMPLAINT, category="content")
    reply(world.runtime, HEAD, answered.id, "الجواب")
    world.clock.forward(minutes=1)
    late = request(world, kind=Kind.COMPLAINT, category="content", received_at=world.clock())
    stays = merge(world.runtime, HEAD, answered.id, late.id)
    assert stays.id == answered.id
    propose(world.runtime, HEAD, stays.id)
    with pytest.raises(Unanswered):
        verify(world.runtime, LEAD, stays.id, untold="لا بريد ولا هاتف")
    reply(world.runtime, HEAD, stays.id, "الجواب")
    assert verify(world.runtime, LEAD, stays.id, untold="لا بريد ولا هاتف").state is State.CLOSED


def test_a_verifier_who_refuses_stops_the_verifications_clock_and_starts_the_resolutions_again(world: World) -> None:
    number = gap(world)
    world.clock.forward(hours=1)
    refuse(world.runtime, OTHER_OPERATOR, number, reason="still_missing")
    assert running(world, number) == {"operations_resolution"}
    assert clock_of(world, number, "operations_resolution_overdue").started_at == world.clock()
    assert case(world, number).join_key == case(world, number).incident_key  # flagging again joins it
    world.clock.forward(hours=1)
    propose(world.runtime, OPERATOR, number)
    assert running(world, number) == {"operations_verification"}
    assert clock_of(world, number, "operations_verification_overdue").started_at == world.clock()


def test_only_a_room_incident_is_solved_at_once_and_it_is_not_proposed(world: World) -> None:
    opened, room = request(world), arrive(world, report(symptom=Symptom.SLOW))
    with pytest.raises(ValueError, match="only a room incident"):
        solve(world.runtime, AGENT, opened.id)
    with pytest.raises(ValueError, match="told at once"):
        propose(world.runtime, AGENT, room.id)
    solve(world.runtime, MANAGER, room.id)
    with pytest.raises(NotAllowed):
        solve(world.runtime, MANAGER, room.id)


@pytest.mark.parametrize(("ended", "solved"), [(None, 0), (-5, -5), (+5, 0)])
def test_a_solution_is_dated_when_it_ended_and_never_later_than_now(world: World, ended, solved: int) -> None:
    opened = arrive(world, report())
    world.clock.forward(minutes=20)
    now = world.clock()
    at = None if ended is None else now + timedelta(minutes=ended)
    assert solve(world.runtime, MANAGER, opened.id, ended_at=at).solved_at == now + timedelta(minutes=solved)


def test_a_trainer_answers_a_question_and_brings_it_to_an_end(world: World) -> None:
    asked = request(world, "web", kind=Kind.INQUIRY, category="content_question")
    assert (asked.tier, running(world, asked.id)) == (Tier.TRAINER, {"content_answer"})
    reply(world.runtime, TRAINER, asked.id, "الجواب في الدرس الثالث")
    propose(world.runtime, TRAINER, asked.id)
    assert (running(world, asked.id), actions(world, asked.id)[-1]) == (set(), Action.PROPOSE)


def test_words_are_kept_apart_from_the_timeline(world: World) -> None:
    opened = request(world)
    reply(world.runtime, AGENT, opened.id, "كلمات لا تُكتب في السجل")
    assert set(timeline(world, opened.id)[-1].data) == {"message"}


def test_what_is_refused_leaves_no_word_behind(world: World) -> None:
    opened = request(world, "web")
    before = timeline(world, opened.id)
    with pytest.raises(cases.Stale):
        transfer(world.runtime, AGENT, opened.id, Tier.TWO, reason="x", note="يحتاج فنياً", version=opened.version - 1)
    with pytest.raises(ValueError, match="already"):
        transfer(world.runtime, AGENT, opened.id, opened.tier, reason="x", note="يحتاج فنياً")
    incident = arrive(world, report())
    with pytest.raises(ValueError, match="told at once"):
        propose(world.runtime, AGENT, incident.id, proposal={"answer": "حُلّت"}, send=True)
    assert timeline(world, opened.id) == before
    assert Action.REPLY not in [event.action for event in timeline(world, incident.id)]
    transfer(world.runtime, AGENT, opened.id, Tier.TWO, reason="x", note="يحتاج فنياً")
    assert [event.action for event in timeline(world, opened.id)][-2:] == [Action.TRANSFER, Action.NOTE]
