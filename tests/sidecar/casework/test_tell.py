"""Telling a room, the whole of a major incident, and a course that its class goes on elsewhere (P1, P2; A2)."""

import pytest

from adapters.lms.fake import FakeLms
from adapters.lms.port import CourseInfo, Member
from sidecar.casework.resolve import solve
from sidecar.casework.tell import NotALink, again, keep_link, tell, tell_backup
from sidecar.domain.access import StaffRole
from sidecar.domain.case import NotAllowed
from sidecar.domain.report import Channel, Kind
from sidecar.journey.timetable import refresh
from sidecar.journey.verification import verify_by_quiet
from sidecar.store import permitted, tellings
from tests.staff import AGENT, MANAGER, ROOM, TRAINEE, TRAINER, arrive, case, place, viewer
from tests.worlds import SITE, World, report

LINK = "https://meet.example/backup"


def recipients(world: World, telling: int) -> dict[str, tuple[str, str]]:
    with world.runtime.db.read() as conn:
        return {row.person_id: (row.state, row.locale) for row in tellings.recipients(conn, telling)}


def kept(world: World) -> list:
    with world.runtime.db.read() as conn:
        return list(conn.execute(tellings.tellings.select().order_by(tellings.tellings.c.id)))


def test_everybody_who_reported_is_told_once_however_often_each_reported(world: World) -> None:
    opened = arrive(world, report(by="21"), report(by="21"), report(by="22", locale="en_GB"), report(by="23"))
    assert tell(world.runtime, MANAGER, opened.id, text="  نعالجها ") == 3
    (told,) = kept(world)
    assert (told.text, told.cause, told.author, told.room_key) == ("نعالجها", "told", MANAGER.key, ROOM)
    assert recipients(world, told.id) == {"21": ("waiting", "ar"), "22": ("waiting", "en"), "23": ("waiting", "ar")}
    assert case(world, opened.id).touched


@pytest.mark.parametrize(
    ("text", "message"), [("", None), ("   ", None), ("x" * 1001, None), ("", "solved"), ("", "no")]
)
def test_nothing_too_much_or_another_message_is_not_told(world: World, text: str, message: str | None) -> None:
    opened = arrive(world, report())
    with pytest.raises(ValueError):
        tell(world.runtime, MANAGER, opened.id, text=text, message=message)
    assert kept(world) == []


@pytest.mark.parametrize(
    "who",
    [TRAINEE, TRAINER, viewer("9", StaffRole.ROOM_MANAGER, rooms=(f"{SITE}|4|-",)), viewer("local:none")],
    ids=["the reporter", "the trainer", "another room's manager", "a stranger"],
)
def test_nobody_but_who_handles_the_room_tells_it(world: World, who) -> None:
    opened = arrive(world, report())
    tell(world.runtime, AGENT, opened.id, text="x")
    (told,) = kept(world)
    with pytest.raises((permitted.Unseen, permitted.NotPermitted)):
        tell(world.runtime, who, opened.id, text="y")
    with pytest.raises((permitted.Unseen, permitted.NotPermitted)):
        again(world.runtime, who, told.id)
    assert len(kept(world)) == 1


def test_what_is_over_is_told_no_more(world: World) -> None:
    opened = arrive(world, report())
    solve(world.runtime, MANAGER, opened.id)
    assert tell(world.runtime, MANAGER, opened.id, text="solved, but not yet verified") == 1
    world.clock.forward(minutes=11)
    assert verify_by_quiet(world.runtime) == 1
    with pytest.raises(NotAllowed):
        tell(world.runtime, MANAGER, opened.id, text="x")


def course_of(world: World, *people: str) -> FakeLms:
    lms = world.runtime.lms[SITE]
    assert isinstance(lms, FakeLms)
    members = (*(Member(who, "trainee") for who in people), Member("8", "trainer"), Member("7", "room_manager"))
    lms.set_course(CourseInfo("2", "دورة الأمن السيبراني", None, None, None, members))
    refresh(world.runtime)
    return lms


@pytest.mark.parametrize("everybody", [False, True])
def test_the_backup_room_goes_to_who_reported_or_to_the_whole_roster(world: World, everybody: bool) -> None:
    mine = report(by="21", locale="en")
    arrive(world, mine, report(by="22"), report(by="23", place=place("4")))
    lms = course_of(world, "21", "22", "23", "24")
    complaint = report(by="24", kind=Kind.COMPLAINT, symptom=None, category="room_manager_conduct", channel=Channel.WEB)
    arrive(world, complaint)
    lms.told.clear()  # its receipt
    keep_link(world.runtime, MANAGER, ROOM, LINK)
    expected = ["21", "22", "23", "24"] if everybody else ["21", "22"]
    assert tell_backup(world.runtime, MANAGER, ROOM, everybody=everybody) == len(expected)
    world.drain()
    assert sorted(notice.person_id for notice in lms.told) == expected, "at once: they wait outside"
    by_person = {notice.person_id: notice for notice in lms.told}
    assert {notice.url for notice in lms.told} == {LINK}
    assert all(LINK in notice.text and "دورة الأمن السيبراني" in notice.text for notice in lms.told)
    assert by_person["21"].text.startswith("The backup room")
    told = next(one for one in kept(world) if one.cause == "backup")
    with world.runtime.db.read() as conn:
        reports = {row.person_id: row.report_key for row in tellings.recipients(conn, told.id)}
    assert reports["21"] == mine.key, "whoever reported reads it on the status line"
    assert reports.get("24") is None, "what else somebody wrote is not touched"


@pytest.mark.parametrize(
    "url", ["", "meet.example", "http://meet.example/", "javascript:alert(1)", "https://u:p@x.example/", "https:///x"]
)
def test_a_backup_room_is_a_page_of_the_web(world: World, url: str) -> None:
    arrive(world, report())
    with pytest.raises(NotALink):
        keep_link(world.runtime, MANAGER, ROOM, url)
    with pytest.raises(NotALink):
        tell_backup(world.runtime, MANAGER, ROOM, everybody=True)


@pytest.mark.parametrize("who", [TRAINEE, TRAINER, AGENT, viewer("9", StaffRole.ROOM_MANAGER, rooms=(f"{SITE}|4|-",))])
def test_only_the_rooms_manager_sends_its_people_elsewhere(world: World, who) -> None:
    arrive(world, report())
    keep_link(world.runtime, MANAGER, ROOM, LINK)
    for act in (
        lambda: keep_link(world.runtime, who, ROOM, "https://evil.example/"),
        lambda: tell_backup(world.runtime, who, ROOM, everybody=True),
    ):
        with pytest.raises(permitted.Unseen):
            act()
    assert kept(world) == []


def test_what_failed_of_the_backup_is_sent_again_by_the_rooms_manager(world: World) -> None:
    lms = course_of(world, "21")
    arrive(world, report(by="21"))
    keep_link(world.runtime, MANAGER, ROOM, LINK)
    lms.bar("21")
    tell_backup(world.runtime, MANAGER, ROOM, everybody=True)
    world.drain()
    (told,) = kept(world)
    assert recipients(world, told.id)["21"][0] == "failed"
    lms._barred.clear()
    assert again(world.runtime, MANAGER, told.id) == 1
    world.drain()
    assert recipients(world, told.id)["21"][0] == "sent"
