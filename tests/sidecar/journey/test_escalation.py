"""Clocks that have come: who hears of it, once for each rung, until somebody takes note (P1, P7, P8)."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from sidecar.casework.merge import merge
from sidecar.casework.pick_up import accept_escalation, acknowledge, pick_up, see
from sidecar.casework.reply import reply
from sidecar.casework.resolve import propose, verify
from sidecar.domain.case import Action, State
from sidecar.domain.report import Kind, Symptom
from sidecar.domain.steps import Lane
from sidecar.journey.escalation import raise_again, release_due
from sidecar.store import alerts, outbox
from sidecar.tasks.drain import drain
from tests.staff import (
    ADMINISTRATIVE,
    HEAD,
    OPERATOR,
    actions,
    alerted,
    arrive,
    case,
    clock_of,
    clocks_of,
    running,
    timeline,
)
from tests.worlds import World, report

EVENING = "shift:contact_centre"
MANAGEMENT = "office:administrative_manager"
MORNING = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # Monday, 09:00 in Riyadh


def beat(world: World) -> None:
    """What a beat of the clock does with time."""
    while release_due(world.runtime):
        drain(world.runtime, Lane.CLOCKS)
    raise_again(world.runtime)


def complain(world: World, at: datetime = MORNING, **changes):
    world.clock.at = at
    plain = {"kind": Kind.COMPLAINT, "symptom": None, "category": "content", "channel": "web"}
    return arrive(world, report(**(plain | {"occurred_at": at, "received_at": at} | changes)))


def test_a_complaint_is_referred_at_receipt_and_telling_its_sender_is_due(world: World) -> None:
    complaint = complain(world)
    assert (complaint.state, complaint.department) == (State.REFERRED, "training")
    referred = timeline(world, complaint.id)[1]
    assert (referred.action, referred.reason, referred.public) == (Action.REFER, "at_receipt", True)
    assert referred.data == {"department": "training", "to": "head"}
    assert running(world, complaint.id) == {"escalation", "complaint_resolution", "told"}
    assert clock_of(world, complaint.id, "referral_overdue").state == "stopped"
    assert clock_of(world, complaint.id, "told_overdue").target_due_at == MORNING + timedelta(hours=4)


def test_an_unclear_complaint_keeps_its_referral_clock_until_somebody_refers_it(world: World) -> None:
    complaint = complain(world, category=None)
    assert complaint.state is State.ASSESSING
    assert running(world, complaint.id) == {"referral", "escalation", "complaint_resolution"}


def test_the_administrative_manager_is_alerted_after_24_hours_without_an_answer(world: World) -> None:
    complaint = complain(world)
    world.clock.forward(hours=20)
    beat(world)
    assert [a for a in alerted(world, complaint.id) if a[0].startswith("escalation")] == [
        ("escalation.escalation_soon", "head:training", 1)
    ]
    assert not case(world, complaint.id).escalated
    world.clock.forward(hours=4)
    beat(world)
    found = case(world, complaint.id)
    assert (found.escalated, found.overdue) == (True, True)
    assert ("escalation.escalation_management", MANAGEMENT, 1) in alerted(world, complaint.id)
    event = next(e for e in timeline(world, complaint.id) if e.action is Action.ESCALATE)
    assert (event.public, event.data["clause"], event.data["told"]) == (True, "P8", MANAGEMENT)


def test_nothing_but_a_persons_answer_stops_the_24_hours(world: World) -> None:
    complaint = complain(world)
    for number, act in enumerate((see, acknowledge, pick_up)):
        world.clock.forward(minutes=number)
        act(world.runtime, HEAD, complaint.id)
    propose(world.runtime, HEAD, complaint.id)
    assert "escalation" in running(world, complaint.id)
    world.clock.at = MORNING + timedelta(hours=24)
    beat(world)
    assert case(world, complaint.id).escalated


def test_a_persons_answer_stops_the_24_hours(world: World) -> None:
    complaint = complain(world)
    reply(world.runtime, HEAD, complaint.id, "راجعنا الأمر، وهذا ما وجدناه")
    world.clock.forward(hours=30)
    beat(world)
    assert not case(world, complaint.id).escalated
    assert not [a for a in alerted(world, complaint.id) if a[0].startswith("escalation")]


def test_what_falls_due_at_night_alerts_before_quiet_hours_begin_and_is_overdue_at_its_hour(world: World) -> None:
    three_at_night = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
    complaint = complain(world, three_at_night)
    world.clock.at = datetime(2026, 11, 23, 18, 59, tzinfo=UTC)
    beat(world)
    assert not case(world, complaint.id).escalated
    world.clock.forward(minutes=1)  # 22:00 in Riyadh
    beat(world)
    assert (case(world, complaint.id).escalated, overdue(world, complaint.id)) == (True, [])
    world.clock.at = three_at_night + timedelta(hours=24)
    beat(world)
    assert overdue(world, complaint.id) == [world.clock()]


def overdue(world: World, number: int) -> list[datetime]:
    """When P8 was noted as overdue."""
    found = timeline(world, number)
    return [e.at for e in found if e.action is Action.OVERDUE and e.data["target"] == "escalation"]


def escalated(world: World) -> int:
    complaint = complain(world)
    world.clock.forward(hours=24)
    beat(world)
    return complaint.id


def raised(world: World, number: int, cause: str = "escalation.escalation_management") -> int:
    return sum(times for what, _, times in alerted(world, number) if what == cause)


def test_an_alert_is_raised_again_until_it_is_acknowledged(world: World) -> None:
    number = escalated(world)
    for times in (2, 3, 4):
        world.clock.forward(minutes=30)
        beat(world)
        assert raised(world, number) == times
    accept_escalation(world.runtime, ADMINISTRATIVE, number)
    world.clock.forward(hours=5)
    beat(world)
    assert raised(world, number) == 4
    assert "escalation" not in running(world, number)  # every rung has fired; only an answer would have stopped it


def test_accepting_the_escalation_leaves_what_others_were_alerted_of(world: World) -> None:
    number = escalated(world)
    told = "told.told_overdue"
    before = raised(world, number, told)
    assert before
    accept_escalation(world.runtime, ADMINISTRATIVE, number)
    world.clock.forward(hours=2)
    beat(world)
    assert raised(world, number, told) == before + 1
    assert raised(world, number) == 1


@pytest.mark.parametrize("end", ["answered", "closed", "merged"])
def test_what_was_answered_closed_or_merged_is_raised_no_more(world: World, end: str) -> None:
    number = escalated(world)
    if end == "answered":
        reply(world.runtime, HEAD, number, "الجواب")
    elif end == "closed":
        reply(world.runtime, HEAD, number, "الجواب")
        propose(world.runtime, HEAD, number)
        verify(world.runtime, OPERATOR, number, untold="لا بريد ولا هاتف")
    else:
        merge(world.runtime, HEAD, number, complain(world, MORNING - timedelta(minutes=1)).id)
        world.clock.at = MORNING + timedelta(hours=24)
    world.clock.forward(hours=3)
    raise_again(world.runtime)
    assert raised(world, number) == 1


def test_an_answer_that_overtakes_a_rung_on_its_way_wins(world: World) -> None:
    complaint = complain(world)
    world.clock.forward(hours=24)
    release_due(world.runtime)
    reply(world.runtime, HEAD, complaint.id, "الجواب")
    drain(world.runtime, Lane.CLOCKS)
    assert not case(world, complaint.id).escalated
    assert raised(world, complaint.id) == 0


def test_a_rung_of_a_case_that_was_closed_meanwhile_is_finished_and_not_parked(world: World) -> None:
    complaint = complain(world)
    propose(world.runtime, HEAD, complaint.id)
    world.clock.forward(hours=24)
    release_due(world.runtime)
    reply(world.runtime, HEAD, complaint.id, "الجواب")
    verify(world.runtime, OPERATOR, complaint.id, untold="لا بريد ولا هاتف")
    drain(world.runtime, Lane.CLOCKS)
    with world.runtime.db.read() as conn:
        assert [row for row in outbox.listing(conn) if row.step == "rung"] == []


def test_each_rung_fires_once_however_often_the_clock_beats(world: World) -> None:
    opened = arrive(world, report())
    for _ in range(5):
        world.clock.forward(minutes=10)
        beat(world)
    fired = [e.data["rung"] for e in timeline(world, opened.id) if e.action is Action.OVERDUE]
    assert sorted(fired[:2]) == ["room_seen_substitute", "room_seen_unseen"]
    assert fired[2:] == ["room_resolution_overdue", "room_resolution_operations"]
    assert [tell for _, tell, _ in alerted(world, opened.id)] == [EVENING, EVENING, "lead:operations"]
    assert {clock.state for clock in clocks_of(world, opened.id)} == {"fired"}


def test_each_rung_fires_once_under_many_workers(postgres_world: World) -> None:
    world = postgres_world
    numbers = [arrive(world, report(by=str(n), symptom=symptom)).id for n, symptom in enumerate(Symptom)]
    world.clock.forward(hours=1)
    start = threading.Barrier(6)

    def work() -> None:
        start.wait()
        for _ in range(4):
            beat(world)

    workers = [threading.Thread(target=work) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    beat(world)
    for number in numbers:
        fired = [e.data["rung"] for e in timeline(world, number) if "rung" in e.data]
        assert len(fired) == len(set(fired)) == len(clocks_of(world, number))


def test_raising_again_and_accepting_at_the_same_moment_never_deadlock(
    postgres_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = postgres_world
    number = escalated(world)
    world.clock.forward(minutes=30)
    raising, accepting = alerts.raise_again, []

    def raised_and_then(*args):
        counted = raising(*args)
        if not accepting:  # somebody accepts before this transaction ends
            accepting.append(threading.Thread(target=accept_escalation, args=(world.runtime, ADMINISTRATIVE, number)))
            accepting[0].start()
            accepting[0].join(0.3)
        return counted

    monkeypatch.setattr(alerts, "raise_again", raised_and_then)
    raise_again(world.runtime)
    accepting[0].join(10)
    assert Action.ACCEPT_ESCALATION in actions(world, number)


def test_an_alert_is_raised_again_once_by_many_workers_while_it_is_accepted(postgres_world: World) -> None:
    world = postgres_world
    number = escalated(world)
    world.clock.forward(minutes=30)
    start = threading.Barrier(5)

    def work() -> None:
        start.wait()
        raise_again(world.runtime)

    def accept() -> None:
        start.wait()
        accept_escalation(world.runtime, ADMINISTRATIVE, number)

    workers = [threading.Thread(target=work) for _ in range(4)] + [threading.Thread(target=accept)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)
    assert raised(world, number) <= 2
    assert Action.ACCEPT_ESCALATION in actions(world, number)
