"""Everybody who reported hears it once: on the status line, or by a message inside the LMS (A1, A2; decision 0017)."""

from datetime import timedelta

import pytest

from adapters.lms.fake import FakeLms
from sidecar.casework.merge import split
from sidecar.casework.resolve import refuse, solve
from sidecar.casework.tell import tell
from sidecar.domain.case import Action
from sidecar.domain.report import About, Kind, Reporter, Role
from sidecar.domain.tracking import report_of
from sidecar.journey.status import status
from sidecar.store import tellings
from tests.staff import AGENT, MANAGER, arrive, case, place, timeline
from tests.told import later, lms_of, outbox_rows, read, states, the_telling, told_people
from tests.worlds import NOON, SITE, World, report


@pytest.fixture
def lms(world: World) -> FakeLms:
    """The world's LMS, with people 1 to 399."""
    return lms_of(world)


def test_three_hundred_reporters_hear_once_that_it_is_solved(world: World, lms: FakeLms) -> None:
    pressed = [report(by=str(number), locale="en" if number % 2 else "ar") for number in range(1, 301)]
    pressed += [report(by="7") for _ in range(3)]
    opened = arrive(world, *pressed)
    world.clock.forward(minutes=7)
    solve(world.runtime, MANAGER, opened.id)
    world.drain()
    assert lms.told == [], "the status line comes first"
    later(world)
    assert told_people(lms) == [str(number) for number in range(1, 301)]
    assert lms.calls["notify"] == 6, "fifty a call"
    by_person = {notice.person_id: notice for notice in lms.told}
    assert "7 minutes" in by_person["1"].text
    assert "٧ دقائق" in by_person["2"].text
    assert set(states(world, the_telling(world)).values()) == {("sent", "")}
    later(world, 3600)
    assert len(lms.told) == 300


def test_each_message_leads_to_the_readers_own_report(world: World, lms: FakeLms) -> None:
    pressed = {str(number): report(by=str(number)) for number in (21, 22)}
    solve(world.runtime, MANAGER, arrive(world, *pressed.values()).id)
    later(world)
    for notice in lms.told:
        base, _, token = (notice.url or "").rpartition("/t/")
        assert base == world.runtime.base_url
        assert report_of(world.runtime.tracking_secret, token) == pressed[notice.person_id].key


def test_whoever_reads_it_on_the_status_line_is_sent_nothing(world: World, lms: FakeLms) -> None:
    first, second = report(by="21"), report(by="22")
    opened = arrive(world, first, second)
    tell(world.runtime, MANAGER, opened.id, text="نعالجها")
    found = read(world, first, "21")
    assert [(one.cause, "نعالجها" in one.text.ar) for one in found.said] == [("told", True)]
    later(world)
    assert told_people(lms) == ["22"]
    assert states(world, the_telling(world, "told")) == {"21": ("shown", ""), "22": ("sent", "")}


def test_the_site_reads_for_its_reporter_and_nobody_else_reads_anything(world: World, lms: FakeLms) -> None:
    mine = report(by="21")
    tell(world.runtime, MANAGER, arrive(world, mine).id, text="نعالجها")
    assert status(world.runtime, SITE, mine.id, "22") is None
    later(world, 44)
    read(world, mine)
    later(world)
    assert lms.told == []


def test_a_manager_is_not_told_the_own_log_but_whom_it_is_about_is(world: World, lms: FakeLms) -> None:
    manager = Reporter("7", Role.ROOM_MANAGER, "منى")
    for_one = report(kind=Kind.ROOM_LOG, reporter=manager, about=About("33", Role.TRAINEE))
    for_all = report(kind=Kind.ROOM_LOG, reporter=manager)
    opened = arrive(world, for_one, for_all, report(by="21"))
    assert case(world, opened.id).reports == 3
    solve(world.runtime, MANAGER, opened.id)
    assert not read(world, for_one, "7").said
    later(world)
    assert told_people(lms) == ["21", "33"]


def test_reopened_before_it_was_delivered_nobody_is_told_that_it_is_solved(world: World, lms: FakeLms) -> None:
    early, late = report(by="21"), report(by="22")
    opened = arrive(world, early, late)
    solve(world.runtime, MANAGER, opened.id)
    read(world, early, "21")
    refuse(world.runtime, AGENT, opened.id, reason="reporter_refused")
    later(world)
    assert lms.told == []
    assert states(world, the_telling(world)) == {"21": ("shown", ""), "22": ("cancelled", "")}
    assert not read(world, late, "22").said
    solve(world.runtime, MANAGER, opened.id)
    later(world)
    assert told_people(lms) == ["21", "22"], "solved again, everybody hears it"


def fail_everywhere(world: World):
    rooms = [report(by=f"{room}{n}", place=place(str(room))) for room in (3, 4, 5) for n in (1, 2)]
    opened = arrive(world, *rooms)
    parent = case(world, opened.id).parent_id
    assert parent is not None
    return parent, rooms


def test_a_major_incident_is_told_once_and_reaches_every_room(world: World, lms: FakeLms) -> None:
    parent, pressed = fail_everywhere(world)
    assert tell(world.runtime, AGENT, parent, message="ready_major") == 6
    solve(world.runtime, AGENT, parent)
    assert len(read(world, pressed[0], "31").said) == 2
    later(world)
    assert told_people(lms) == sorted(["32", "41", "42", "51", "52"] * 2, key=int)
    with world.runtime.db.read() as conn:
        assert {row.case_id for row in conn.execute(tellings.tellings.select())} == {parent}


def test_a_room_solved_before_the_whole_has_told_its_own_people(world: World, lms: FakeLms) -> None:
    parent, pressed = fail_everywhere(world)
    room = place_case(world, pressed[0])
    solve(world.runtime, AGENT, room)
    world.clock.forward(minutes=1)
    solve(world.runtime, AGENT, parent)
    later(world)
    assert told_people(lms) == ["31", "32", "41", "42", "51", "52"]


def place_case(world: World, of) -> int:
    found = status(world.runtime, SITE, of.id, None)
    assert found is not None
    assert found.case is not None
    return found.case


def test_a_room_of_it_that_is_not_solved_is_not_told_so_while_the_others_are(world: World, lms: FakeLms) -> None:
    parent, pressed = fail_everywhere(world)
    solve(world.runtime, AGENT, parent)
    refuse(world.runtime, AGENT, place_case(world, pressed[0]), reason="reporter_refused")
    later(world)
    assert told_people(lms) == ["41", "42", "51", "52"]


def test_who_is_split_out_of_what_is_solved_is_not_told_that_it_is(world: World, lms: FakeLms) -> None:
    mine = report(by="21")
    opened = arrive(world, mine, report(by="22"))
    solve(world.runtime, MANAGER, opened.id)
    split(world.runtime, MANAGER, opened.id, mine.key)
    later(world)
    assert told_people(lms) == ["22"]


def test_a_late_reporter_learns_that_it_is_known_since_when_and_under_which_reference(
    world: World, lms: FakeLms
) -> None:
    opened = arrive(world, report(by="21"))
    world.clock.forward(minutes=9)
    solve(world.runtime, MANAGER, opened.id)
    late = report(by="22", occurred_at=NOON + timedelta(minutes=1), received_at=NOON + timedelta(minutes=10))
    arrive(world, late)
    found = read(world, late)
    assert (found.case, found.already_known, found.since) == (opened.id, True, NOON)
    (said,) = found.said
    assert found.reference[:3] in said.text.ar
    assert "9 minutes" in said.text.en
    later(world)
    assert told_people(lms) == ["21"], "the late one has read it"


def test_a_log_with_an_end_tells_who_reported_before(world: World, lms: FakeLms) -> None:
    arrive(world, report(by="21"), report(by="22"))
    world.clock.forward(minutes=5)
    manager = Reporter("7", Role.ROOM_MANAGER, "منى")
    arrive(world, report(kind=Kind.ROOM_LOG, reporter=manager, ended_at=NOON + timedelta(minutes=4)))
    later(world)
    assert told_people(lms) == ["21", "22"]


def test_the_timeline_carries_numbers_and_no_words(world: World) -> None:
    opened = arrive(world, report(by="21"))
    tell(world.runtime, MANAGER, opened.id, text="كلام خاص")
    (event,) = [one for one in timeline(world, opened.id) if one.action is Action.TELL]
    assert (event.actor, event.data) == (MANAGER.key, {"telling": the_telling(world, "told"), "people": 1})
    assert not event.public
    assert [row.subject for row in outbox_rows(world)] == [str(the_telling(world, "told"))]
