"""A class that nobody minds is told of in time; a card that nobody sees rings the other manager (P1)."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from sidecar.casework import sign_in
from sidecar.casework.pick_up import see
from sidecar.casework.room_board import rooms_now
from sidecar.domain.launch import Sent, Target
from sidecar.domain.staffing import substitute
from sidecar.journey import escalation, staffing
from sidecar.store import alerts, logins, rooms, tellings, timetable
from tests.staff import AGENT, MANAGER, alerted, arrive
from tests.worlds import SITE, World, report


def with_class(world: World, *managers: str, minutes: int = 25) -> None:
    """A course with these room managers and a class that begins in some minutes."""
    now = world.clock()
    people = [{"person_id": one, "role": "room_manager", "name": one, "fetched_at": now} for one in managers]
    starts = now + timedelta(minutes=minutes)
    session = {"key": "s1", "course_id": "2", "activity_id": "3", "group_id": None, "starts_at": starts,
               "ends_at": starts + timedelta(hours=1), "platform": "bigbluebuttonbn", "source": "meeting",
               "fetched_at": now}  # fmt: skip
    with world.runtime.db.write() as conn:
        timetable.replace_roster(conn, SITE, "2", people)
        timetable.replace_sessions(conn, SITE, ["2"], since=now, until=starts + timedelta(days=1), found=[session])


def signs_in(
    world: World, person: str, course: str | None = "2", activity: str | None = None, group: str | None = None
) -> None:
    """A room manager comes by launch."""
    sent = Sent(SITE, person, course, activity, group)
    launch = sign_in.Launch(uuid.uuid4().hex, world.clock(), browser=uuid.uuid4().hex)
    sign_in.sign_in(world.runtime, Target.ROOM, sent, launch, name=person, locale="ar")


def standing(world: World) -> list[str]:
    with world.runtime.db.read() as conn:
        return [row.tell for row in rooms.standing_alerts(conn, world.clock() - timedelta(hours=1))]


def test_half_an_hour_before_a_class_that_nobody_minds_the_lead_is_told_once(world: World) -> None:
    with_class(world, "7", "70")
    assert [staffing.watch(world.runtime) for _ in range(3)] == [1, 0, 0]
    assert len(standing(world)) == 1
    assert standing(world)[0].split(":")[0] in {"lead", "shift", "office"}
    with world.runtime.db.read() as conn:
        assert {row.person_id for row in tellings.recipients(conn, 1)} >= {"7", "70"}
    assert rooms_now(world.runtime, AGENT, everywhere=True)[0].alert == "no_manager"


def test_an_earlier_class_is_not_yet_told_of(world: World) -> None:
    with_class(world, "7", minutes=45)
    assert staffing.watch(world.runtime) == 0
    world.clock.forward(minutes=20)
    assert staffing.watch(world.runtime) == 1


@pytest.mark.parametrize(
    ("course", "activity", "minds"),
    [("2", None, True), ("2", "3", True), ("2", "99", False), ("55", None, False)],
)
def test_who_is_signed_in_for_the_room_minds_it(world: World, course: str, activity: str | None, minds: bool) -> None:
    with_class(world)
    signs_in(world, "7", course, activity)
    assert staffing.watch(world.runtime) == (0 if minds else 1)


@pytest.mark.parametrize(("activity", "minds"), [("3", True), ("33", False)])
def test_a_class_that_names_no_group_is_minded_by_any_groups_manager(world: World, activity: str, minds: bool) -> None:
    with_class(world, "70")
    signs_in(world, "7", activity=activity, group="9")
    assert staffing.watch(world.runtime) == (0 if minds else 1)


def test_signing_in_late_ends_the_alert(world: World) -> None:
    with_class(world, "7")
    staffing.watch(world.runtime)
    signs_in(world, "7")
    staffing.watch(world.runtime)
    assert standing(world) == []


def test_an_alert_that_was_over_is_raised_again_when_they_leave_again(world: World) -> None:
    with_class(world, "7")
    assert staffing.watch(world.runtime) == 1
    signs_in(world, "7")
    assert (staffing.watch(world.runtime), standing(world)) == (0, [])
    world.clock.forward(minutes=35)
    raised_at = world.clock()
    assert [staffing.watch(world.runtime) for _ in range(2)] == [1, 0]
    assert len(standing(world)) == 1
    with world.runtime.db.read() as conn:
        (alert,) = conn.execute(rooms.session_alerts.select())
        assert (alert.raised_at, alert.over_at) == (raised_at, None)
        assert len(conn.execute(tellings.tellings.select()).all()) == 2, "and told again"


def test_who_left_half_an_hour_ago_is_not_here(world: World) -> None:
    with_class(world, "7", minutes=60)
    signs_in(world, "7")
    world.clock.forward(minutes=40)
    assert staffing.watch(world.runtime) == 1


def unseen_for_two_minutes(world: World) -> int:
    found = arrive(world, report())
    world.clock.forward(minutes=2, seconds=1)
    escalation.release_due(world.runtime)
    world.drain()
    return found.id


def test_a_card_unseen_for_two_minutes_rings_tier_1_and_the_substitute(world: World) -> None:
    with_class(world, "7", "70")
    case_id = unseen_for_two_minutes(world)
    told = {tell for _cause, tell, _times in alerted(world, case_id)}
    assert f"{SITE}:70" in told
    assert any(not one.startswith(f"{SITE}:") for one in told), "and tier 1"
    with world.runtime.db.read() as conn:
        (row,) = [one for one in tellings.of_cases(conn, [case_id]) if one.cause == "staff"]
        assert [one.person_id for one in tellings.recipients(conn, row.id)] == ["70"]
        assert alerts.ringing(conn, [case_id]) == {case_id}
    (room,) = rooms_now(world.runtime, AGENT, everywhere=True)
    assert room.trouble is not None
    assert room.trouble.ringing


def test_a_card_that_was_seen_rings_nobody(world: World) -> None:
    with_class(world, "7", "70")
    found = arrive(world, report())
    see(world.runtime, MANAGER, found.id)
    world.clock.forward(minutes=3)
    escalation.release_due(world.runtime)
    world.drain()
    assert alerted(world, found.id) == []


def test_a_room_with_one_manager_rings_tier_1_alone(world: World) -> None:
    with_class(world, "7")
    case_id = unseen_for_two_minutes(world)
    assert all(not tell.startswith(f"{SITE}:") for _cause, tell, _times in alerted(world, case_id))


@pytest.mark.parametrize(
    ("managers", "here", "acted", "rung"),
    [
        (["7", "70"], [], [], "70"), (["7", "70"], [], ["70"], "7"), (["7", "70", "8"], ["70"], [], "70"),
        (["7"], ["7"], [], None), ([], [], [], None), (["70", "7"], ["7"], ["7"], "70"),
    ],
)  # fmt: skip
def test_the_substitute_is_another_than_who_should_have_looked(
    managers: list[str], here: list[str], acted: list[str], rung: str | None
) -> None:
    assert substitute(managers, here, acted) == rung


def test_what_is_over_is_forgotten(world: World) -> None:
    signs_in(world, "7")
    world.clock.forward(hours=13)
    signs_in(world, "8")
    staffing.tidy(world.runtime)
    with world.runtime.db.read() as conn:
        assert [row.person_id for row in conn.execute(logins.logins.select())] == ["8"]
        assert len(conn.execute(logins.launched.select()).all()) == 1
