from sidecar.casework.pick_up import see
from sidecar.domain.case import Action, CaseKind
from sidecar.domain.policy import Tier
from sidecar.domain.report import Kind, Reporter, Role, Symptom
from sidecar.domain.steps import Lane
from sidecar.store import outbox
from sidecar.tasks.drain import drain
from tests.staff import MANAGER, actions, all_cases, arrive, case, case_of, place, running, send, timeline
from tests.worlds import SITE, World, report


def shut_out(world: World, *people: str) -> None:
    for person in people or ("21",):
        world.runtime.lms[SITE].set_facts(person, "2", enrolment__status="ended")  # type: ignore[attr-defined]


def locked(**changes):
    return report(symptom=Symptom.CANNOT_JOIN, **changes)


def test_a_lone_person_whom_the_lms_shuts_out_is_moved_to_tier_one_with_other_clocks(world: World) -> None:
    shut_out(world)
    moved = arrive(world, locked())
    assert (moved.kind, moved.tier, moved.category) == (CaseKind.SUPPORT_REQUEST, Tier.ONE, "joining")
    assert (moved.department, moved.join_key, moved.room_key) == ("registration", None, None)
    event = timeline(world, moved.id)[-1]
    assert (event.action, event.reason) == (Action.REASSESS, "shut_out_enrolment_ended")
    assert event.data["before"]["tier"] == "room"
    assert running(world, moved.id) == {"in_platform_answer", "support_resolution"}


def test_the_next_person_who_cannot_get_in_opens_a_room_incident_anew(world: World) -> None:
    shut_out(world)
    moved = arrive(world, locked())
    second = arrive(world, locked(by="22"))
    assert second.id != moved.id
    assert (second.kind, second.tier) == (CaseKind.ROOM_INCIDENT, Tier.ROOM)


def test_an_incident_of_two_reporters_stays_with_the_room(world: World) -> None:
    shut_out(world, "21", "22")
    stays = arrive(world, locked(), locked(by="22"))
    assert (stays.kind, stays.tier) == (CaseKind.ROOM_INCIDENT, Tier.ROOM)
    assert Action.REASSESS not in actions(world, stays.id)


def test_a_case_that_a_person_has_touched_never_moves_by_itself(world: World) -> None:
    shut_out(world)
    pressed = locked()
    send(world, pressed)
    drain(world.runtime, Lane.ASSESS)
    see(world.runtime, MANAGER, case_of(world, pressed).id)
    world.drain()
    assert case_of(world, pressed).tier is Tier.ROOM


def test_a_room_whose_manager_is_not_enrolled_keeps_what_the_manager_declared(world: World) -> None:
    world.runtime.lms[SITE].set_facts("7", "2", enrolment__status="not_enrolled")  # type: ignore[attr-defined]
    declared = arrive(world, locked(kind=Kind.ROOM_LOG, reporter=Reporter("7", Role.ROOM_MANAGER)))
    assert (declared.tier, declared.kind, declared.declared) == (Tier.ROOM, CaseKind.ROOM_INCIDENT, True)


def test_a_room_of_a_major_incident_stays_in_it(world: World) -> None:
    for room in "345":
        shut_out(world, room)
    send(world, *(locked(by=room, place=place(room)) for room in "345"))
    drain(world.runtime, Lane.ASSESS)
    world.drain()
    assert sorted(str(one.room_key) for one in all_cases(world) if one.parent_id) == [f"{SITE}|{r}|-" for r in "345"]


def test_facts_that_are_faster_than_assessment_wait_for_it_and_spend_no_attempt(world: World) -> None:
    shut_out(world)
    pressed = locked()
    send(world, pressed)
    drain(world.runtime, Lane.ENRICH)
    with world.runtime.db.write() as conn:  # the row of assessment is held by another worker
        held = outbox.claim(conn, Lane.ASSESS, limit=1, lease=world.runtime.leases[Lane.ASSESS], now=world.clock())
    assert held is not None
    assert [item.step for item in held.items] == ["assess"]
    drain(world.runtime, Lane.ASSESS)
    with world.runtime.db.read() as conn:
        waiting = [row for row in outbox.listing(conn) if row.step == "reassess"]
    assert [(row.attempts, row.last_error) for row in waiting] == [(0, "NotYet")]
    world.clock.forward(seconds=7)
    world.drain()
    assert case(world, case_of(world, pressed).id).tier is Tier.ONE
