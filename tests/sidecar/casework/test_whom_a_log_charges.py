"""What a room manager logs says whom a failure hits, from when, and until when: that much it costs, and no more."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from sidecar.casework.room_log import EndsFirst, began, logged
from sidecar.casework.summarise import confirm, summary, unconfirmed
from sidecar.domain.case import State
from sidecar.domain.report import About, Kind, Report, Reporter, Role, Symptom
from sidecar.domain.summary import Incident, lost
from sidecar.store import cards, timetable
from tests.staff import AGENT, MANAGER, ROOM, all_cases, arrive, case, hold
from tests.worlds import NOON, SITE, World, report

ENDS = NOON + timedelta(hours=2)


def at(minutes: float):
    return NOON + timedelta(minutes=minutes)


def log(minutes: float = 0, **changes) -> Report:
    """What a manager logs so many minutes into the class."""
    manager = Reporter("7", Role.ROOM_MANAGER, "مدير القاعة")
    plain = {"kind": Kind.ROOM_LOG, "reporter": manager, "occurred_at": at(minutes), "received_at": at(minutes)}
    return report(**(plain | changes))


def by_person(world: World) -> dict[str, int]:
    return {one.person_id: one.minutes for one in summary(world.runtime, MANAGER, ROOM).lost}


@pytest.fixture
def room(world: World) -> World:
    """A class of two hours and four trainees."""
    hold(world, ("s1", None, 0, 120))
    people = [
        {"person_id": key, "role": "trainee", "name": key, "fetched_at": NOON} for key in ("21", "22", "23", "24")
    ]
    with world.runtime.db.write() as conn:
        timetable.replace_roster(conn, SITE, "2", people)
    return world


def test_a_log_of_the_past_begins_before_it_ends(room: World) -> None:
    with room.runtime.db.read() as conn:
        where = cards.room_of_key(conn, ROOM, "2", ())
    room.clock.forward(minutes=30)

    def make(began_at=None, ended_at=None) -> Report:
        return logged(
            room.runtime, MANAGER, where, log_id=uuid.uuid4(), symptom=Symptom.NO_SOUND, by="x", locale="ar",
            began_at=began_at, ended_at=ended_at,
        )  # fmt: skip

    for start, end in ((at(5), at(17)), (at(17), at(17)), (None, at(17)), (at(5), None), (None, None)):
        made = make(start, end)
        assert made.occurred_at == (start or end or at(30))
        assert made.occurred_at <= (made.ended_at or made.received_at)
    for start, end in ((at(18), at(17)), (at(31), None)):
        with pytest.raises(EndsFirst):
            make(start, end)
    arrive(room, make(at(5), at(17)))
    (line,) = summary(room.runtime, MANAGER, ROOM).lines
    assert (line.card.since, line.minutes) == (at(5), 12)


@pytest.mark.parametrize(
    ("starts", "since", "found"),
    [(0, None, 0), (0, 6, 6), (0, 20, 0), (20, None, 17), (None, None, 17), (None, 6, 6)],
)
def test_without_a_start_it_began_with_its_card_or_the_class_or_at_the_end(starts, since, found) -> None:
    where = cards.Room(
        ROOM, SITE, "3", None, "2", "", "", "", starts_at=None if starts is None else at(starts), ends_at=ENDS
    )
    assert began(where, at(17), None if since is None else at(since)) == at(found)


def test_a_log_of_one_trainee_that_ended_solves_the_card_that_it_opened(room: World) -> None:
    room.clock.forward(minutes=30)
    found = arrive(room, log(10, received_at=at(30), about=About("22", Role.TRAINEE), ended_at=at(20)))
    assert (found.state, found.solved_at) == (State.RESOLVED, at(20))
    room.clock.forward(minutes=60)
    assert by_person(room) == {"22": 10}


@pytest.mark.parametrize("again", [False, True])
def test_where_others_stand_it_ends_for_that_trainee_alone(room: World, again: bool) -> None:
    room.clock.forward(minutes=30)
    mine = log(10, received_at=at(30), about=About("22", Role.TRAINEE), ended_at=at(20))
    found = arrive(room, report(by="21", occurred_at=at(10), received_at=at(10)), mine)
    if again:
        arrive(room, report(by="22", occurred_at=at(25), received_at=at(30)))
    assert case(room, found.id).is_open
    room.clock.forward(minutes=90)
    assert by_person(room) == {"21": 110, "22": 110 if again else 10}


def test_who_is_over_it_is_not_charged_for_the_rest() -> None:
    one = Incident(1, at(10), None, frozenset({"a", "b", "c"}), whole_room=False, over_for={"b": at(20), "c": at(5)})
    assert {who.person_id: who.minutes for who in lost([one], (), NOON, ENDS)} == {"a": 110, "b": 10}


@pytest.mark.parametrize(
    ("affected", "charged"), [(None, 4), (1, 0), (3, 0), (4, 4), (9, 4)], ids=["all", "one", "few", "each", "more"]
)
def test_a_smaller_count_charges_nobody_in_particular(room: World, affected: int | None, charged: int) -> None:
    arrive(room, log(affected=affected))
    room.clock.forward(minutes=30)
    told = summary(room.runtime, MANAGER, ROOM)
    assert len(told.lost) == charged
    (line,) = told.lines
    assert (line.card.whole_room, line.card.number) == (charged > 0, affected or 0)


def test_a_summary_is_confirmed_for_two_weeks_and_listed_until_it_is(room: World) -> None:
    arrive(room, report(by="21"))
    assert unconfirmed(room.runtime, MANAGER) == (), "the class is on"
    room.clock.forward(days=13)
    (one,) = unconfirmed(room.runtime, MANAGER)
    assert (one.room.key, one.session_key, one.starts_at) == (ROOM, "s1", NOON)
    assert unconfirmed(room.runtime, AGENT) == ()
    confirm(room.runtime, MANAGER, ROOM, "s1")
    assert unconfirmed(room.runtime, MANAGER) == ()


def test_a_class_without_incidents_and_one_long_past_are_not_listed(room: World) -> None:
    hold(room, ("s1", None, 0, 60), ("s2", None, 120, 180))
    room.clock.forward(minutes=20)
    found = arrive(room, log(ended_at=at(20)))
    room.clock.forward(hours=4)
    assert [one.session_key for one in unconfirmed(room.runtime, MANAGER)] == ["s1"]
    room.clock.forward(days=15)
    assert unconfirmed(room.runtime, MANAGER) == ()
    assert not case(room, found.id).is_open


def test_of_a_room_without_a_timetable_its_days_are_listed(world: World) -> None:
    arrive(world, report(by="21"))
    assert unconfirmed(world.runtime, MANAGER) == ()
    world.clock.forward(days=5)
    keys = [one.session_key for one in unconfirmed(world.runtime, MANAGER)]
    assert keys[-1] == f"{ROOM}|2026-11-22"
    confirm(world.runtime, MANAGER, ROOM, keys[-1])
    assert keys[-1] not in [one.session_key for one in unconfirmed(world.runtime, MANAGER)]
    assert len(all_cases(world)) == 1
