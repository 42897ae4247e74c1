"""A room manager who comes after the class has begun, and the language in which each of them is told (P1)."""

from __future__ import annotations

from contextlib import AbstractContextManager

import pytest
from sqlalchemy.engine import Connection

from sidecar.casework.room_board import rooms_now
from sidecar.domain.report import Role
from sidecar.journey import staffing
from sidecar.store import logins, people, tellings
from tests.sidecar.journey.test_staffing import signs_in, standing, unseen_for_two_minutes, with_class
from tests.staff import AGENT
from tests.worlds import SITE, World


@pytest.mark.parametrize("late", [5, 20, 34])
def test_whoever_comes_late_ends_the_alert(world: World, late: int) -> None:
    with_class(world, "7", minutes=25)
    assert staffing.watch(world.runtime) == 1
    world.clock.forward(minutes=25 + late)
    assert (staffing.watch(world.runtime), len(standing(world))) == (0, 1), "it stands until somebody comes"
    signs_in(world, "7")
    assert (staffing.watch(world.runtime), standing(world)) == (0, [])
    assert [room.alert for room in rooms_now(world.runtime, AGENT, everywhere=True)] == [None]


def test_a_class_that_has_long_begun_is_not_told_of_anew(world: World) -> None:
    with_class(world, "7", minutes=25)
    world.clock.forward(minutes=25 + 16)
    assert (staffing.watch(world.runtime), standing(world)) == (0, [])


@pytest.mark.parametrize("signed_in", [True, False])
def test_what_is_as_it_was_takes_no_turn_at_the_database(
    world: World, monkeypatch: pytest.MonkeyPatch, signed_in: bool
) -> None:
    with_class(world, "7")
    if signed_in:
        signs_in(world, "7")
    staffing.watch(world.runtime)
    turns: list[int] = []
    write = world.runtime.db.write

    def counted() -> AbstractContextManager[Connection]:
        turns.append(1)
        return write()

    monkeypatch.setattr(world.runtime.db, "write", counted)
    staffing.watch(world.runtime)
    assert turns == []


def wrote_in(world: World, person: str, locale: str) -> None:
    """Somebody's last report was in this language."""
    row = {"site_id": SITE, "person_id": person, "name": person, "email": None, "phone": None, "locale": locale,
           "role": Role.ROOM_MANAGER, "contact_preference": None, "seen_at": world.clock()}  # fmt: skip
    with world.runtime.db.write() as conn:
        people.note(conn, [row])


def languages(world: World, telling: int) -> dict[str, str]:
    with world.runtime.db.read() as conn:
        return {row.person_id: row.locale for row in tellings.recipients(conn, telling)}


def test_each_manager_is_told_in_the_own_language(world: World) -> None:
    with_class(world, "7", "70", "71", minutes=90)
    wrote_in(world, "7", "en")
    wrote_in(world, "70", "en")
    signs_in(world, "70", course="55")  # in Arabic, at another course's pages
    world.clock.forward(minutes=65)
    assert staffing.watch(world.runtime) == 1
    told = languages(world, 1)
    assert {one: told[one] for one in ("7", "70", "71")} == {"7": "en", "70": "ar", "71": "ar"}


def test_the_language_chosen_on_our_pages_is_the_one_that_counts(world: World) -> None:
    with_class(world, "7", minutes=90)
    signs_in(world, "7")
    with world.runtime.db.write() as conn:
        (login,) = conn.execute(logins.logins.select())
        logins.speak(conn, login.id, "en")
    world.clock.forward(minutes=65)
    staffing.watch(world.runtime)
    assert languages(world, 1)["7"] == "en"


def test_the_substitute_is_rung_in_the_own_language(world: World) -> None:
    with_class(world, "7", "70")
    wrote_in(world, "70", "en")
    case_id = unseen_for_two_minutes(world)
    with world.runtime.db.read() as conn:
        (told,) = [one for one in tellings.of_cases(conn, [case_id]) if one.cause == "staff"]
    assert languages(world, told.id) == {"70": "en"}
