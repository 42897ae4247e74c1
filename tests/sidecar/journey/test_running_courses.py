"""Courses that no report has named: the clock finds them, and one course's odd data does not lose the others."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from adapters.lms.fake import FakeLms
from adapters.lms.port import CourseInfo, LiveSession, Member
from sidecar.domain.report import Activity, Kind, Page, Place, Reporter, Role, SessionRef
from sidecar.journey.timetable import refresh
from sidecar.store import clocks, timetable
from tests.staff import all_cases, arrive, case, clock_of
from tests.worlds import NOON, SITE, World, report

HOUR = timedelta(hours=1)
FRIDAY_19 = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)


def lms(world: World) -> FakeLms:
    fake = world.runtime.lms[SITE]
    assert isinstance(fake, FakeLms)
    return fake


def teach(world: World, number: str, at: datetime = FRIDAY_19, **changes) -> None:
    """Let the LMS know a running course with one class."""
    members = changes.pop("members", (Member("8", "trainer"),))
    info = CourseInfo(number, f"c{number}", None, NOON - 240 * HOUR, NOON + 240 * HOUR, members)
    lms(world).set_course(replace(info, **{k: v for k, v in changes.items() if k == "name"}))
    key, platform = changes.get("key", f"s{number}"), changes.get("platform", "bigbluebuttonbn")
    lms(world).set_sessions(number, [LiveSession(key, number, "3", None, at, at + 2 * HOUR, platform, "meeting")])


def watched(world: World) -> dict[str, datetime]:
    with world.runtime.db.read() as conn:
        return {row.course_id: row.seen_at for row in conn.execute(select(timetable.courses))}


def classes(world: World) -> set[str]:
    with world.runtime.db.read() as conn:
        return set(conn.scalars(select(timetable.sessions.c.course_id)))


def people(world: World) -> set[str]:
    with world.runtime.db.read() as conn:
        return set(conn.scalars(select(timetable.rosters.c.course_id)))


def test_a_friday_class_of_a_course_that_no_report_has_named_opens_the_desk(world: World) -> None:
    teach(world, "9")
    refresh(world.runtime)
    world.clock.at = FRIDAY_19
    asked = report(
        kind=Kind.SUPPORT_REQUEST, symptom=None, channel="whatsapp", occurred_at=FRIDAY_19, received_at=FRIDAY_19
    )
    opened = arrive(world, asked)
    assert clock_of(world, opened.id, "whatsapp_answer_overdue").due_at == FRIDAY_19 + timedelta(minutes=15)
    assert people(world) == {"9"}


def test_being_listed_is_not_being_named_by_a_report(world: World) -> None:
    arrive(world, report())
    teach(world, "2")
    teach(world, "9")
    refresh(world.runtime)
    assert watched(world) == {"2": NOON, "9": timetable.NEVER_NAMED}
    arrive(world, report(place=Place(page=Page.COURSE, course=replace(report().place.course, id="9"))))
    assert watched(world)["9"] == NOON


def test_running_courses_are_listed_once_an_hour_and_new_ones_come_in(world: World) -> None:
    refresh(world.runtime)
    teach(world, "9")
    world.clock.forward(minutes=59)
    refresh(world.runtime)
    assert (lms(world).calls["running_courses"], watched(world)) == (1, {})
    world.clock.forward(minutes=1)
    refresh(world.runtime)
    assert (lms(world).calls["running_courses"], set(watched(world))) == (2, {"9"})


def test_an_lms_that_does_not_tell_is_asked_again_soon_and_nothing_is_forgotten(world: World) -> None:
    teach(world, "9")
    refresh(world.runtime)
    lms(world).mood = "refusing"
    world.clock.forward(hours=1)
    refresh(world.runtime)
    lms(world)._courses.clear()
    lms(world).mood = "well"
    world.clock.forward(minutes=5)
    refresh(world.runtime)
    assert lms(world).calls["running_courses"] == 3
    assert set(watched(world)) == {"9"}


def test_many_courses_are_asked_fifty_a_sweep_and_those_that_reports_name_first(world: World) -> None:
    for number in range(10, 130):
        teach(world, str(number))
    arrive(world, report(place=Place(page=Page.COURSE, course=replace(report().place.course, id="999"))))
    lms(world).set_sessions("999", [])
    assert [refresh(world.runtime) for _ in range(4)] == [50, 50, 21, 0]
    assert len(classes(world)) == 120


def test_the_first_fifty_hold_what_a_report_has_named(world: World) -> None:
    for number in range(10, 130):
        teach(world, str(number))
    teach(world, "999")
    arrive(world, report(place=Place(page=Page.COURSE, course=replace(report().place.course, id="999"))))
    refresh(world.runtime)
    assert "999" in classes(world)


def test_long_texts_of_an_lms_are_kept_as_far_as_they_fit(world: World) -> None:
    teach(world, "9", name="n" * 1000, key="k" * 200, members=(Member("8", "trainer", "n" * 1000),) * 2)
    refresh(world.runtime)
    assert (classes(world), people(world)) == ({"9"}, {"9"})


def test_what_cannot_be_stored_of_one_course_does_not_lose_the_others(postgres_world: World) -> None:
    world = postgres_world
    for number in ("7", "8", "9"):
        teach(world, number)
    teach(world, "8", platform="p" * 65, members=(Member("8" * 65, "trainer"),))
    assert refresh(world.runtime) == 3
    assert (classes(world), people(world)) == ({"7", "9"}, {"7", "9"})


TRAINER_LOCKED_OUT = {
    "kind": Kind.SUPPORT_REQUEST,
    "symptom": None,
    "category": "trainer_access",
    "reporter": Reporter(id=None, role=Role.VISITOR, name="ضيف", email="t@example.invalid"),
    "place": Place(page=Page.LOGIN),
}


@pytest.mark.parametrize(("minutes", "severity"), [(10, 1), (30, 1), (-20, 1), (31, 2), (-40, 2)])
def test_a_trainer_locked_out_of_the_login_page_before_class_is_urgent(
    world: World, minutes: int, severity: int
) -> None:
    teach(world, "9", NOON + timedelta(minutes=minutes))
    refresh(world.runtime)
    assert arrive(world, report(**TRAINER_LOCKED_OUT)).severity == severity


def test_of_several_classes_the_nearest_counts_and_only_of_the_same_site(world: World) -> None:
    teach(world, "7", NOON - HOUR)
    teach(world, "8", NOON + timedelta(minutes=20))
    refresh(world.runtime)
    assert arrive(world, report(**TRAINER_LOCKED_OUT)).severity == 1
    assert arrive(world, report(**TRAINER_LOCKED_OUT, site_id="other")).severity == 2


def test_what_the_page_says_of_its_class_is_not_outdone_by_another_class(world: World) -> None:
    teach(world, "7", NOON)
    refresh(world.runtime)
    said = Place(page=Page.LOGIN, session=SessionRef(starts_at=NOON + 3 * HOUR))
    assert arrive(world, report(**{**TRAINER_LOCKED_OUT, "place": said})).severity == 2


def from_room(room: str, module: str, by: str):
    place = Place(page=Page.CLASSROOM, activity=Activity(room, module))
    return report(by=by, place=place)


@pytest.mark.parametrize("together", [True, False])
def test_rooms_whose_first_press_knew_no_platform_are_one_major_incident_too(world: World, together: bool) -> None:
    first = [from_room(room, "", "21") for room in "345"]
    second = [from_room(room, "bigbluebuttonbn", "22") for room in "345"]
    if together:
        arrive(world, *first, *second)
    else:
        arrive(world, *first)
        assert [one for one in all_cases(world) if one.room_key is None] == []
        arrive(world, *second)
    (parent,) = [one for one in all_cases(world) if one.room_key is None]
    rooms = [one for one in all_cases(world) if one.room_key]
    assert {(one.parent_id, one.platform) for one in rooms} == {(parent.id, "bigbluebuttonbn")}


def test_only_cases_whose_deadlines_count_by_classes_are_counted_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident = arrive(world, report())
    asked = report(kind=Kind.SUPPORT_REQUEST, symptom=None, channel="whatsapp")
    request = arrive(world, asked)
    counted = []
    monkeypatch.setattr(
        "sidecar.journey.timetable.deadlines.follow_timetable", lambda conn, one, *rest: counted.append(one.id)
    )
    teach(world, "9")
    refresh(world.runtime)
    by_classes = {
        target.key
        for target in world.runtime.policy.targets
        if target.calendar and world.runtime.policy.calendars[target.calendar].includes_sessions
    }
    with world.runtime.db.read() as conn:
        due = [
            one.id
            for one in (incident, request)
            if {c.target for c in clocks.of_case(conn, one.id) if c.state == "running"} & by_classes
        ]
    assert counted == due == [request.id]
    assert case(world, incident.id).is_open
