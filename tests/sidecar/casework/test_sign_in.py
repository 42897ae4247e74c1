"""A login is no longer good than the launch that opened it, and a browser has one for each target."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest

from sidecar.casework import resolve
from sidecar.casework.room_board import board_of
from sidecar.casework.sign_in import Launch, come_back, sign_in, sign_out
from sidecar.domain.case import Action
from sidecar.domain.incident import room_of
from sidecar.domain.launch import Sent, Target, home_course, viewer_with
from sidecar.journey import staffing
from sidecar.store import cards, logins, proofs
from tests.staff import MANAGER, arrive, case
from tests.worlds import NOON, SITE, World, report

PROVES = {SITE: None}


def comes(world: World, *, browser: str = "one", person: str = "7", target: Target = Target.ROOM, jti: str = "") -> str:
    launch = Launch(jti or uuid.uuid4().hex, world.clock(), browser)
    return sign_in(world.runtime, target, Sent(SITE, person, "2"), launch, name="x", locale="ar")


def is_in(world: World, token: str, target: Target = Target.ROOM, valid_from: dict | None = None) -> bool:
    return come_back(world.runtime, token, target, PROVES if valid_from is None else valid_from) is not None


def test_a_revoked_launch_ends_its_login(world: World) -> None:
    mine, other = comes(world, jti="stolen"), comes(world, browser="two")
    with world.runtime.db.write() as conn:
        proofs.revoke(conn, "another-site", "stolen", world.clock())
    assert is_in(world, mine)
    with world.runtime.db.write() as conn:
        proofs.revoke(conn, SITE, "stolen", world.clock())
    assert (is_in(world, mine), is_in(world, other)) == (False, True)


@pytest.mark.parametrize(
    ("since", "good"), [(NOON, True), (NOON - timedelta(days=1), True), (NOON + timedelta(seconds=1), False)]
)
def test_what_a_site_issued_before_its_valid_from_opens_nothing(world: World, since: datetime, good: bool) -> None:
    assert is_in(world, comes(world), valid_from={SITE: since}) is good


def test_a_site_that_is_no_more_opens_nothing(world: World) -> None:
    assert not is_in(world, comes(world), valid_from={"another-site": None})


def test_a_new_launch_in_the_same_browser_ends_the_login_before_it(world: World) -> None:
    old, elsewhere = comes(world), comes(world, browser="two")
    questions = comes(world, target=Target.QUESTIONS)
    new = comes(world)
    assert (is_in(world, old), is_in(world, new), is_in(world, elsewhere)) == (False, True, True)
    assert is_in(world, questions, Target.QUESTIONS), "another page's login is another's"
    comes(world, person="70")
    assert not is_in(world, new), "its cookie has been replaced, whoever came"


def launches(world: World, activity: str, *, course: str, group: str | None = None, jti: str = "") -> str:
    """Somebody whom no roster knows comes to one room after another, in one browser."""
    launch = Launch(jti or uuid.uuid4().hex, world.clock(), "one")
    return sign_in(world.runtime, Target.ROOM, Sent(SITE, "99", course, activity, group), launch, name="x", locale="ar")


def rooms_of(world: World, token: str, valid_from: dict | None = None) -> set[str]:
    found = come_back(world.runtime, token, Target.ROOM, valid_from or PROVES)
    return {room.partition("|")[2] for room in found.grants["rooms"]} if found else set()


@pytest.mark.parametrize("groups", [("7", "8"), (None, None)])
def test_a_second_room_of_this_browser_leaves_the_first_one(world: World, groups: tuple) -> None:
    first = launches(world, "31", course="61", group=groups[0])
    world.clock.forward(hours=1)
    both = launches(world, "32", course="62", group=groups[1])
    assert rooms_of(world, both) == {f"31|{groups[0] or '-'}", f"32|{groups[1] or '-'}"}
    assert not is_in(world, first), "its cookie has been replaced"
    found = come_back(world.runtime, both, Target.ROOM, PROVES)
    assert found is not None
    viewer = viewer_with(f"{SITE}:99", found.grants)
    for activity, course, group in (("31", "61", groups[0]), ("32", "62", groups[1])):
        assert home_course(viewer, room_of(SITE, activity, group)) == course
        assert board_of(world.runtime, viewer, room_of(SITE, activity, group)).works


def test_what_is_carried_is_no_better_than_its_own_launch(world: World) -> None:
    launches(world, "31", course="61", jti="stolen")
    world.clock.forward(hours=1)
    launches(world, "32", course="62")
    world.clock.forward(hours=1)
    last = launches(world, "33", course="63")
    assert rooms_of(world, last) == {"31|-", "32|-", "33|-"}
    assert rooms_of(world, last, {SITE: NOON + timedelta(hours=1)}) == {"32|-", "33|-"}
    with world.runtime.db.write() as conn:
        proofs.revoke(conn, SITE, "stolen", world.clock())
    assert rooms_of(world, last) == {"32|-", "33|-"}
    world.clock.forward(hours=11)
    assert rooms_of(world, last) == {"33|-"}, "twelve hours after its own launch"


def test_leaving_leaves_what_was_carried_and_another_person_carries_nothing(world: World) -> None:
    launches(world, "31", course="61")
    last = launches(world, "32", course="62")
    assert rooms_of(world, comes(world)) == set()
    assert not is_in(world, last)
    launches(world, "31", course="61")
    again = launches(world, "32", course="62")
    signed = come_back(world.runtime, again, Target.ROOM, PROVES)
    assert signed is not None
    sign_out(world.runtime, signed.id)
    with world.runtime.db.read() as conn:
        assert conn.execute(logins.logins.select()).all() == []


def test_who_did_it_is_said_when_that_person_has_left_and_all_is_tidied(world: World) -> None:
    token = comes(world, browser="two")
    found = come_back(world.runtime, token, Target.ROOM, PROVES)
    assert found is not None
    card = arrive(world, report())
    resolve.solve(world.runtime, MANAGER, card.id)
    comes(world, browser="three", person="21", target=Target.MINE)
    sign_out(world.runtime, found.id)
    world.clock.forward(days=1)
    staffing.tidy(world.runtime)
    with world.runtime.db.read() as conn:
        assert {key: row.name for key, row in logins.names(conn, [MANAGER.key, f"{SITE}:21"]).items()} == {
            MANAGER.key: "x"
        }
        (one,) = cards.cards(conn, [case(world, card.id)], None, ())
    assert [step.by for step in one.steps if step.action is Action.SOLVE] == ["x"]
