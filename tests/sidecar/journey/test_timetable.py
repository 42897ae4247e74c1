import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from adapters.lms.fake import FakeLms
from adapters.lms.port import CourseInfo, LiveSession, Member
from sidecar.domain.report import Kind, SessionRef, Symptom
from sidecar.journey.timetable import refresh
from sidecar.store import timetable
from tests.staff import arrive, case, clock_of, place
from tests.worlds import NOON, SITE, World, report
from tests.worlds import world as make_world

HOUR = timedelta(hours=1)
PEOPLE = (Member("7", "room_manager", "سارة"), Member("8", "trainer"), Member("21", "trainee", "أحمد"))


def lms(world: World) -> FakeLms:
    fake = world.runtime.lms[SITE]
    assert isinstance(fake, FakeLms)
    return fake


def live(key: str, starts: datetime, *, course: str = "2", hours: float = 2) -> LiveSession:
    return LiveSession(key, course, "3", None, starts, starts + hours * HOUR, "bigbluebuttonbn", "attendance")


def course(number: str = "2", members: tuple[Member, ...] | None = PEOPLE, **dates) -> CourseInfo:
    plain = {"starts_at": NOON - 240 * HOUR, "ends_at": NOON + 240 * HOUR} | dates
    return CourseInfo(number, f"course {number}", f"CRS-{number}", members=members, **plain)


def sessions(world: World) -> list[tuple[str, datetime]]:
    with world.runtime.db.read() as conn:
        table = timetable.sessions
        return [(row.key, row.starts_at) for row in conn.execute(select(table).order_by(table.c.key))]


def roster(world: World) -> list[tuple[str, str]]:
    with world.runtime.db.read() as conn:
        table = timetable.rosters
        return [(row.person_id, row.role) for row in conn.execute(select(table).order_by(table.c.person_id))]


def again(world: World) -> int:
    world.clock.forward(minutes=5, seconds=1)
    return refresh(world.runtime)


@pytest.fixture
def watched(world: World) -> World:
    """A world in which a report has named course 2, which has a class and people."""
    lms(world).set_course(course())
    lms(world).set_sessions("2", [live("s1", NOON)])
    arrive(world, report())
    assert refresh(world.runtime) == 1
    return world


def test_sessions_and_people_of_a_course_that_a_report_names_are_kept(watched: World) -> None:
    assert sessions(watched) == [("s1", NOON)]
    assert roster(watched) == [("21", "trainee"), ("7", "room_manager"), ("8", "trainer")]


def test_a_course_is_asked_about_every_five_minutes_and_no_sooner(watched: World) -> None:
    assert refresh(watched.runtime) == 0
    watched.clock.forward(minutes=4, seconds=59)
    assert refresh(watched.runtime) == 0
    watched.clock.forward(seconds=2)
    assert refresh(watched.runtime) == 1


def test_what_moved_or_was_cancelled_follows(watched: World) -> None:
    lms(watched).set_sessions("2", [live("s1", NOON + HOUR), live("s2", NOON + 24 * HOUR)])
    again(watched)
    assert sessions(watched) == [("s1", NOON + HOUR), ("s2", NOON + 24 * HOUR)]
    lms(watched).set_sessions("2", [])
    again(watched)
    assert sessions(watched) == []


def test_a_course_of_which_no_source_can_tell_keeps_its_sessions(watched: World) -> None:
    lms(watched)._sessions.clear()
    again(watched)
    assert sessions(watched) == [("s1", NOON)]


def test_a_roster_that_the_lms_would_not_tell_keeps_the_old_one_and_a_told_one_replaces_it(watched: World) -> None:
    lms(watched).set_course(course(members=None))
    again(watched)
    assert len(roster(watched)) == 3
    lms(watched).set_course(course(members=PEOPLE[:1]))
    again(watched)
    assert roster(watched) == [("7", "room_manager")]


@pytest.mark.parametrize("mood", ["down", "maintenance", "refusing", "malformed", "breaker_open"])
def test_an_lms_that_does_not_answer_leaves_everything_as_it_was(watched: World, mood) -> None:
    lms(watched).mood = mood
    again(watched)
    assert (sessions(watched), len(roster(watched))) == ([("s1", NOON)], 3)
    lms(watched).mood = "well"
    lms(watched).set_sessions("2", [])
    again(watched)
    assert sessions(watched) == []


def test_a_course_that_has_ended_is_asked_about_while_reports_still_name_it(watched: World) -> None:
    lms(watched).set_course(course(ends_at=NOON - HOUR))
    again(watched)
    assert again(watched) == 1
    watched.clock.forward(days=15)
    assert refresh(watched.runtime) == 0


def test_more_courses_than_one_call_takes_come_in_their_turn(world: World) -> None:
    arrive(world, *(report(by=str(n), place=place(str(n), course=str(n))) for n in range(1, 71)))
    assert refresh(world.runtime) == 50
    assert refresh(world.runtime) == 20
    assert refresh(world.runtime) == 0


def test_several_workers_ask_once(postgres_world: World) -> None:
    world = postgres_world
    arrive(world, *(report(by=str(n), place=place(str(n), course=str(n))) for n in range(1, 41)))
    start = threading.Barrier(6)
    asked: list[int] = []

    def work() -> None:
        start.wait()
        asked.append(refresh(world.runtime))

    workers = [threading.Thread(target=work) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)
    assert sum(asked) == 40


FRIDAY_19 = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)
SUNDAY_8 = datetime(2026, 11, 29, 5, 0, tzinfo=UTC)


def on_friday(world: World):
    """Somebody asks by WhatsApp on Friday evening, when nobody knows yet of a class."""
    world.clock.at = FRIDAY_19
    asked = report(
        kind=Kind.SUPPORT_REQUEST, symptom=None, channel="whatsapp", occurred_at=FRIDAY_19, received_at=FRIDAY_19
    )
    return arrive(world, asked)


def test_a_class_found_late_opens_the_desk_earlier_and_one_cancelled_closes_it(world: World) -> None:
    rung = "whatsapp_answer_overdue"
    opened = on_friday(world)
    assert clock_of(world, opened.id, rung).due_at == SUNDAY_8 + timedelta(minutes=15)
    lms(world).set_sessions("2", [live("s1", FRIDAY_19)])
    again(world)
    assert clock_of(world, opened.id, rung).due_at == FRIDAY_19 + timedelta(minutes=15)
    lms(world).set_sessions("2", [])
    again(world)
    assert clock_of(world, opened.id, rung).due_at == SUNDAY_8 + timedelta(minutes=15)
    assert case(world, opened.id).version == opened.version


def test_a_class_of_any_site_opens_the_desk_for_all(database) -> None:
    world = make_world(database)
    other = FakeLms("other", clock=world.clock)
    world = make_world(database, lms={**world.runtime.lms, "other": other})
    opened = on_friday(world)
    arrive(world, report(site_id="other", occurred_at=FRIDAY_19, received_at=FRIDAY_19))
    other.set_sessions("2", [live("o1", FRIDAY_19)])
    refresh(world.runtime)
    due = clock_of(world, opened.id, "whatsapp_answer_overdue").due_at
    assert due == FRIDAY_19 + timedelta(minutes=15)


@pytest.mark.parametrize(("known", "severity"), [(True, 2), (False, 3)])
def test_a_report_weighs_by_the_true_start_of_class_and_not_by_an_hour_that_nobody_knows(
    world: World, known: bool, severity: int
) -> None:
    lms(world).set_sessions("2", [live("s1", NOON + timedelta(minutes=10))] if known else [])
    arrive(world, report(by="22", symptom=Symptom.SLOW))  # the course is known from now on
    refresh(world.runtime)
    assert arrive(world, report()).severity == severity


def test_what_the_timetable_says_of_the_start_goes_before_what_the_page_said(world: World) -> None:
    lms(world).set_sessions("2", [live("s1", NOON - timedelta(hours=1))])
    arrive(world, report(by="22", symptom=Symptom.SLOW))
    refresh(world.runtime)
    said = replace(place(), session=SessionRef(starts_at=NOON))
    assert arrive(world, report(place=said)).severity == 3
    assert arrive(world, report(place=replace(said, course=None), symptom=Symptom.NO_VIDEO)).severity == 2
