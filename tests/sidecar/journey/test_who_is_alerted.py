"""Who hears of a rung: whoever is on duty, and never the accused (P5, P7, P16)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sidecar.casework.merge import merge
from sidecar.casework.name_accused import name
from sidecar.casework.pick_up import acknowledge, pick_up, see
from sidecar.casework.resolve import solve
from sidecar.casework.transfer import refer
from sidecar.domain.access import StaffRole
from sidecar.domain.case import State
from sidecar.domain.institute import Contact
from sidecar.domain.policy import Target, Tier
from sidecar.domain.report import About, Kind, Reporter, Role, SessionRef, Symptom
from sidecar.domain.steps import Lane
from sidecar.journey.escalation import raise_again, release_due
from sidecar.store import accused, outbox, tellings
from sidecar.tasks.drain import drain
from tests.desk import appoint
from tests.staff import (
    ADMINISTRATIVE,
    LEAD,
    MANAGER,
    alerted,
    arrive,
    place,
    timeline,
)
from tests.worlds import NOON, SITE, World, report
from tests.worlds import world as make_world

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


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (datetime(2026, 11, 22, 6, 0, tzinfo=UTC), "shift:contact_centre"),  # Sunday 09:00, the morning's lead
        (datetime(2026, 11, 22, 20, 0, tzinfo=UTC), "lead:contact_centre"),  # 23:00, no shift is on
        (datetime(2026, 11, 27, 16, 0, tzinfo=UTC), "lead:contact_centre"),  # Friday
    ],
)
def test_whoever_is_on_duty_hears_of_an_unseen_card(world: World, at: datetime, told: str) -> None:
    world.clock.at = at
    opened = arrive(world, report(occurred_at=at, received_at=at))
    world.clock.forward(minutes=2)
    beat(world)
    assert alerted(world, opened.id)[0][1] == told


def test_a_trainer_locked_out_before_class_is_rung_through_to_the_one_on_call(world: World) -> None:
    soon = SessionRef(starts_at=NOON + timedelta(minutes=20), ends_at=NOON + timedelta(hours=2))
    trainer = Reporter("8", Role.TRAINER)
    locked = report(symptom=Symptom.CANNOT_JOIN, reporter=trainer, place=replace(place(), session=soon))
    opened = arrive(world, locked)
    assert opened.severity == 1
    world.clock.forward(minutes=5)
    beat(world)
    assert ("urgent_pick_up.urgent_pick_up_on_call", "on_call:1", 1) in alerted(world, opened.id)


def with_head(world: World, lms_user: str) -> World:
    policy = world.runtime.policy
    training = policy.departments["training"]
    head = replace(training.head, contact=Contact(email="h@example.invalid", lms_user=lms_user))
    departments = {**policy.departments, "training": replace(training, head=head)}
    world.runtime = replace(world.runtime, policy=replace(policy, departments=departments))
    return world


def test_the_accused_is_neither_referred_to_nor_alerted(world: World) -> None:
    with_head(world, "academy:99")
    complaint = complain(world, about=About("99", Role.TRAINER))
    assert timeline(world, complaint.id)[1].data["to"] == "management"
    assert complaint.tier is Tier.MANAGEMENT
    assert alerted(world, complaint.id) == [("referred", MANAGEMENT, 1)]
    world.clock.forward(hours=20)
    beat(world)
    assert ("escalation.escalation_soon", "deputy:training", 1) in alerted(world, complaint.id)


def test_a_complaint_about_an_agent_climbs_past_the_contact_centre_at_receipt(world: World) -> None:
    agent = appoint(world, "60", StaffRole.AGENT_1)
    unclear = complain(world, category="other_complaint", about=About("60", Role.VISITOR))
    assert (unclear.tier, unclear.state, unclear.department) == (Tier.DEPARTMENT, State.REFERRED, "quality")
    assert ("referred", "head:quality", 1) in alerted(world, unclear.id)
    plain = complain(world, category="other_complaint", by="22")
    assert plain.tier is Tier.ONE
    with world.runtime.db.read() as conn:
        assert accused.of_case(conn, unclear.id) == agent.keys


def test_a_complaint_about_a_member_of_staff_climbs_by_whatever_key_it_names_them(world: World) -> None:
    appoint(world, "local:huda", StaffRole.DEPARTMENT_HEAD, departments=["training"], lms_user=f"{SITE}:61")
    found = complain(world, about=About("61", Role.TRAINER))
    assert (found.tier, found.state) == (Tier.MANAGEMENT, State.REFERRED)
    with world.runtime.db.read() as conn:
        assert accused.of_case(conn, found.id) == {"local:huda", f"{SITE}:61"}
    other = complain(world, by="23", category="fees", about=About("61", Role.TRAINER))
    assert other.tier is Tier.DEPARTMENT  # of another department, whose head may well judge it


def test_naming_an_agent_later_refers_it_past_the_desk_and_tells_its_reporter(world: World) -> None:
    appoint(world, "60", StaffRole.AGENT_1)
    opened = complain(world, category="other_complaint")
    named = name(world.runtime, LEAD, opened.id, f"{SITE}:60")
    assert (named.tier, named.state) == (Tier.DEPARTMENT, State.REFERRED)
    assert ("referred", "head:quality", 1) in alerted(world, opened.id)
    with world.runtime.db.read() as conn:
        assert "referred" in [one.cause for one in tellings.of_cases(conn, [opened.id])]


def test_referring_to_the_accused_head_goes_past_them(world: World) -> None:
    appoint(world, "62", StaffRole.DEPARTMENT_HEAD, departments=["finance"])
    opened = complain(world, category="other_complaint", about=About("62", Role.VISITOR))
    referred = refer(world.runtime, LEAD, opened.id, "finance")
    assert referred.tier is Tier.MANAGEMENT


def test_whom_a_merged_complaint_accuses_is_not_alerted_either(world: World) -> None:
    with_head(world, "academy:99")
    first = complain(world, about=About("50", Role.TRAINER))
    second = complain(world, MORNING + timedelta(minutes=1), by="22", about=About("99", Role.TRAINER))
    kept = merge(world.runtime, ADMINISTRATIVE, first.id, second.id)
    assert kept.tier is Tier.MANAGEMENT  # one of them is about the head
    world.clock.at = MORNING + timedelta(hours=20)
    beat(world)
    told = [tell for cause, tell, _ in alerted(world, first.id) if cause == "escalation.escalation_soon"]
    assert told == ["deputy:training"]


def test_a_rung_with_nobody_to_tell_is_an_alert_that_a_person_sees(world: World) -> None:
    complaint = complain(world)
    policy = world.runtime.policy
    offices = {key: replace(office, contact=Contact(), lead=None) for key, office in policy.offices.items()}
    world.runtime = replace(world.runtime, policy=replace(policy, offices=offices))
    world.clock.forward(hours=24)
    beat(world)
    assert ("escalation.escalation_management", "nobody", 1) in alerted(world, complaint.id)
    escalation = [event for event in timeline(world, complaint.id) if event.data.get("told") == "nobody"]
    assert any(event.data["rung"] == "escalation_management" for event in escalation)


def test_a_target_that_the_policy_dropped_since_is_passed_over(world: World) -> None:
    opened = arrive(world, report())
    policy = world.runtime.policy
    kept: tuple[Target, ...] = tuple(t for t in policy.targets if t.key != "room_seen")
    world.runtime = replace(world.runtime, policy=replace(policy, targets=kept))
    world.clock.forward(minutes=2)
    beat(world)
    assert alerted(world, opened.id) == []
    with world.runtime.db.read() as conn:
        assert outbox.listing(conn) == []


@pytest.mark.parametrize("act", [see, acknowledge, pick_up, solve])
def test_a_seen_card_alerts_nobody(world: World, act) -> None:
    opened = arrive(world, report())
    act(world.runtime, MANAGER, opened.id)
    world.clock.forward(minutes=3)
    beat(world)
    assert alerted(world, opened.id) == []


def test_a_database_that_is_new_has_nothing_due(database) -> None:
    world = make_world(database)
    assert (release_due(world.runtime), raise_again(world.runtime)) == (0, 0)
