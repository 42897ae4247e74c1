"""Two groups of one course, each with a room of its own: nothing of one is told, shown or counted to the other."""

from __future__ import annotations

import pytest

from sidecar.casework.room_board import board_of, rooms_now
from sidecar.casework.summarise import Confirmed, confirm, summary
from sidecar.casework.tell import keep_link, tell_backup
from sidecar.domain.access import StaffRole, Viewer
from sidecar.domain.launch import Sent, Target, viewer_of
from sidecar.domain.report import Kind, Reporter, Role
from sidecar.store import rooms, tellings, timetable
from sidecar.store.permitted import Unseen
from tests.staff import arrive, hold, place, viewer
from tests.worlds import SITE, World, report

ROOM_7, ROOM_8, ROOM_ALL = (f"{SITE}|3|{group}" for group in ("7", "8", "-"))
OF_7 = viewer("500", StaffRole.ROOM_MANAGER, rooms=(ROOM_7,))
OF_8 = viewer("501", StaffRole.ROOM_MANAGER, rooms=(ROOM_8,))
OF_COURSE = Viewer(f"{SITE}:7", frozenset({StaffRole.ROOM_MANAGER}), managed=frozenset({f"{SITE}:2"}))
OWN, EVERYBODYS = "https://meet.example/seven", "https://meet.example/all"


def said(by: str, group: str | None):
    return report(by=by, place=place(group=group))


def logged(by: str, group: str):
    """The manager logs it for the whole room."""
    writer = Reporter(by, Role.ROOM_MANAGER, "مدير")
    return report(by=by, kind=Kind.ROOM_LOG, place=place(group=group), reporter=writer)


@pytest.fixture
def groups(world: World) -> World:
    """Trainees 21 and 23 have reported from the room of group 7, 22 from that of group 8; 24 from none."""
    now = world.clock()
    people = [{"person_id": one, "role": "trainee", "name": one, "fetched_at": now} for one in ("21", "22", "23", "24")]
    with world.runtime.db.write() as conn:
        timetable.replace_roster(conn, SITE, "2", people)
    arrive(world, said("21", "7"))
    arrive(world, said("23", "7"))
    arrive(world, said("22", "8"))
    return world


@pytest.mark.parametrize(
    ("course", "activity", "group", "reaches"),
    [
        ("2", "3", "7", ({ROOM_7}, set())),
        ("2", "3", None, ({ROOM_ALL}, {f"{SITE}:2", f"{SITE}:5"})),
        ("2", None, None, (set(), {f"{SITE}:2", f"{SITE}:5"})),
        ("2", None, "7", (set(), set())),
    ],
)
def test_who_comes_for_one_group_gets_its_room_alone_whatever_the_roster_says(
    course: str, activity: str | None, group: str | None, reaches: tuple[set[str], set[str]]
) -> None:
    found = viewer_of(Target.ROOM, Sent(SITE, "7", course, activity, group), ["2", "5"])
    assert (found.rooms, found.managed) == reaches


def test_another_groups_session_is_not_there(groups: World) -> None:
    hold(groups, ("sA", "7", -30, 0), ("sB", "8", -29, 0), ("sC", None, -200, -100))
    assert [key for key, _ in summary(groups.runtime, OF_7, ROOM_7).others] == ["sC", "sA"]
    for act in (summary, confirm):
        with pytest.raises(Unseen):
            act(groups.runtime, OF_7, ROOM_7, "sB")
    assert [key for key, _ in summary(groups.runtime, OF_COURSE, ROOM_ALL).others] == ["sC"]


def test_each_group_confirms_its_own_summary_of_a_session_that_both_have(groups: World) -> None:
    hold(groups, ("s1", None, 0, 30))
    arrive(groups, logged("500", "7"))
    groups.clock.forward(minutes=30)
    confirm(groups.runtime, OF_7, ROOM_7, "s1", "A")
    confirm(groups.runtime, OF_8, ROOM_8, "s1", "B")
    for who, room, note in ((OF_7, ROOM_7, "A"), (OF_8, ROOM_8, "B")):
        kept = summary(groups.runtime, who, room, "s1").confirmed
        assert kept is not None
        assert (kept.note, kept.confirmed_by) == (note, who.key)
        with pytest.raises(Confirmed):
            confirm(groups.runtime, who, room, "s1")
    with groups.runtime.db.read() as conn:
        lost = {(row.person_id, row.room_key) for row in conn.execute(rooms.minutes_lost.select())}
    assert lost == {("21", ROOM_7), ("23", ROOM_7), ("22", ROOM_8)}


def test_what_hits_a_groups_whole_room_costs_those_alone_who_are_known_to_be_of_it(groups: World) -> None:
    hold(groups, ("s1", None, 60, 90))
    groups.clock.forward(minutes=60)
    with groups.runtime.db.write() as conn:
        conn.execute(rooms.minutes_lost.delete())
    arrive(groups, logged("500", "7"))
    groups.clock.forward(minutes=30)
    assert {one.person_id for one in summary(groups.runtime, OF_7, ROOM_7, "s1").lost} == {"21", "23"}


def test_names_on_a_groups_board_are_those_who_reported_from_it(groups: World) -> None:
    def names(who: Viewer, room: str) -> list[str]:
        return [row.person_id for row in board_of(groups.runtime, who, room).roster]

    assert names(OF_7, ROOM_7) == ["21", "23"]
    assert names(OF_8, ROOM_8) == ["22"]
    assert names(OF_COURSE, ROOM_7) == names(OF_COURSE, ROOM_ALL) == ["21", "22", "23", "24"]
    with pytest.raises(Unseen):
        board_of(groups.runtime, OF_7, ROOM_8)


def test_a_groups_link_is_its_own(groups: World) -> None:
    def link(who: Viewer, room: str) -> str | None:
        found = board_of(groups.runtime, who, room).link
        return found.url if found else None

    keep_link(groups.runtime, OF_7, ROOM_7, OWN)
    assert (link(OF_7, ROOM_7), link(OF_8, ROOM_8), link(OF_COURSE, ROOM_ALL)) == (OWN, None, None)
    keep_link(groups.runtime, OF_COURSE, ROOM_ALL, EVERYBODYS)
    assert (link(OF_7, ROOM_7), link(OF_8, ROOM_8)) == (OWN, EVERYBODYS)
    with pytest.raises(Unseen):
        keep_link(groups.runtime, OF_7, ROOM_8, OWN)


@pytest.mark.parametrize("who", [OF_7, OF_COURSE])
def test_a_groups_link_goes_to_who_reported_alone(groups: World, who: Viewer) -> None:
    keep_link(groups.runtime, who, ROOM_7, OWN)
    assert tell_backup(groups.runtime, who, ROOM_7, everybody=True) == 2
    with groups.runtime.db.read() as conn:
        assert {row.person_id for row in tellings.recipients(conn, 1)} == {"21", "23"}
    keep_link(groups.runtime, OF_COURSE, ROOM_ALL, EVERYBODYS)
    assert tell_backup(groups.runtime, OF_COURSE, ROOM_ALL, everybody=True) == 4


def test_my_rooms_are_those_that_open(groups: World) -> None:
    hold(groups, ("sA", "7", 0, 60), ("sB", "8", 0, 60), ("sC", None, 0, 60))
    assert [one.room.key for one in rooms_now(groups.runtime, OF_7)] == [ROOM_7]
    assert {one.room.key for one in rooms_now(groups.runtime, OF_COURSE)} == {ROOM_7, ROOM_8, ROOM_ALL}
