"""A course's staff are told that data of trainees waits for them: how many, once a day, by day, and no value."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from adapters.lms.port import UNKNOWN
from sidecar.journey import waiting_answers
from sidecar.store import sent_data, timetable
from tests.sidecar.journey.test_sweep import ends
from tests.sidecar.journey.test_sweep_groups import limited
from tests.sidecar.pages import rostered
from tests.sidecar.pages.visiting import COURSE, MANAGER, TRAINER
from tests.worlds import SITE, World

PHONE = "+966501234567"


@pytest.fixture
def course(world: World) -> World:
    ends(world, days=5)
    rostered.fetched(world)
    return world


def sent(world: World, person: str, value: str = PHONE) -> None:
    with world.runtime.db.write() as conn:
        sent_data.send(conn, (SITE, COURSE), person, {"phone": value}, uuid.uuid4(), world.clock())


def told(world: World) -> list[tuple[str, str, str | None]]:
    world.drain()
    return [(one.person_id, one.text, one.url) for one in rostered.lms_of(world).told]


def test_the_staff_are_told_how_many_wait_once_a_day_and_only_of_what_is_new(course: World) -> None:
    assert waiting_answers.tell(course.runtime) == 0
    sent(course, "21")
    sent(course, "22")
    sent(course, "22", "+966507654321")
    assert waiting_answers.tell(course.runtime) == 1
    first = told(course)
    assert {person for person, _text, _url in first} == {TRAINER, MANAGER}
    for _person, text, url in first:
        assert "٢" in text
        assert "دورة الأمن" in text
        assert (PHONE in text, "أحمد" in text) == (False, False)
        assert url == f"https://nidaa.example/roster/{COURSE}"
    course.clock.forward(hours=1)
    sent(course, "23")
    assert waiting_answers.tell(course.runtime) == 0, "today they were told"
    course.clock.forward(days=1)
    assert waiting_answers.tell(course.runtime) == 1
    assert "٣" in told(course)[-1][1]
    for _ in range(3):
        course.clock.forward(days=1)
        assert waiting_answers.tell(course.runtime) == 0, "they know of that"
    assert len(told(course)) == 4


def test_nobody_is_told_at_night(course: World) -> None:
    course.clock.at = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)  # 01:00 in Riyadh
    sent(course, "21")
    assert waiting_answers.tell(course.runtime) == 0
    course.clock.forward(hours=8)
    assert waiting_answers.tell(course.runtime) == 1


def test_what_is_confirmed_meanwhile_or_has_left_the_course_is_not_told(course: World) -> None:
    sent(course, "21")
    sent(course, "999")  # on no roster
    with course.runtime.db.write() as conn:
        number = conn.scalar(sent_data.sent_data.select().with_only_columns(sent_data.sent_data.c.id))
        sent_data.judge(conn, (SITE, COURSE), [number], "confirmed", f"{SITE}:{TRAINER}", course.clock())
    assert waiting_answers.tell(course.runtime) == 0


def test_staff_that_are_named_later_are_told_then(course: World) -> None:
    rows = [{"person_id": "21", "role": "trainee", "name": "أحمد", "fetched_at": course.clock()}]
    with course.runtime.db.write() as conn:
        timetable.replace_roster(conn, SITE, COURSE, rows)
    sent(course, "21")
    assert waiting_answers.tell(course.runtime) == 0
    course.clock.forward(hours=1)
    with course.runtime.db.write() as conn:
        timetable.replace_roster(conn, SITE, COURSE, [*rows, {**rows[0], "person_id": TRAINER, "role": "trainer"}])
    assert waiting_answers.tell(course.runtime) == 1


def test_two_workers_tell_once(course: World) -> None:
    sent(course, "21")
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: waiting_answers.tell(course.runtime), range(4))) == 1
    assert len(told(course)) == 2


def test_each_hears_of_the_own_groups_people_alone(world: World) -> None:
    seven, eight = frozenset({"7"}), frozenset({"8"})
    staff = (("41", "trainer", seven), ("42", "room_manager", eight), ("43", "trainer", frozenset[str]()))
    limited(world, *staff, ("44", "trainer", None), ("45", "trainer", UNKNOWN))
    ends(world, days=5)
    sent(world, "22")
    assert waiting_answers.tell(world.runtime) == 2
    assert {person for person, _text, _url in told(world)} == {"42", "44", "45"}
    world.clock.forward(hours=1)
    sent(world, "21")
    world.clock.forward(minutes=5)
    assert waiting_answers.tell(world.runtime) == 1, "the others were told today"
    assert told(world)[-1][0] == "41"
    world.clock.forward(days=1)
    sent(world, "23")
    assert waiting_answers.tell(world.runtime) == 2
    assert {person for person, _text, _url in told(world)[4:]} == {"42", "44", "45"}, "nothing is new to group 7"


def test_the_link_leads_by_the_platform_where_its_address_is_known(course: World) -> None:
    rostered.lms_of(course).address = "https://lms.example"
    sent(course, "21")
    assert waiting_answers.tell(course.runtime) == 1
    assert {url for _person, _text, url in told(course)} == {
        f"https://lms.example/launch?target=roster&course={COURSE}"
    }
