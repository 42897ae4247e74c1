"""Looking before it hurts: what is missing is told before a course ends, and who never came in before it begins."""

from dataclasses import replace
from datetime import datetime, timedelta

from adapters.lms.fake import FakeLms
from adapters.lms.moodle import Moodle
from adapters.lms.port import UNKNOWN, CourseInfo, Member
from sidecar.journey import conditions, roster, sweep
from sidecar.store import roster as store
from sidecar.store import roster_courses, timetable
from tests.live.lms import LmsStandIn
from tests.sidecar.pages import rostered
from tests.sidecar.pages.visiting import COURSE, MANAGER, TRAINEE, TRAINER, with_people
from tests.worlds import SITE, World, world


def ends(world: World, **within: float) -> None:
    """The course as the timetable knows it, and the LMS where it tells of it."""
    _runs(world, world.clock() - timedelta(days=20), world.clock() + timedelta(**within))


def begins(world: World, **within: float) -> None:
    _runs(world, world.clock() + timedelta(**within), world.clock() + timedelta(days=90))


def _runs(world: World, starts_at: datetime, ends_at: datetime) -> None:
    now = world.clock()
    with world.runtime.db.write() as conn:
        timetable.note_courses(conn, [{"site_id": SITE, "course_id": COURSE, "seen_at": now}])
        timetable.record_course(
            conn, SITE, COURSE, now, name="دورة الأمن", idnumber="CRS-1", starts_at=starts_at, ends_at=ends_at
        )
    lms = world.runtime.lms.get(SITE)
    if isinstance(lms, FakeLms) and (told := lms.known_course(COURSE)):
        lms.set_course(replace(told, starts_at=starts_at, ends_at=ends_at))


def look(world: World) -> list[tuple[str, str]]:
    """One turn of the clock; whom it told, and what."""
    before = len(rostered.lms_of(world).told)
    sweep.look_ahead(world.runtime)
    roster.refresh(world.runtime)
    sweep.look_ahead(world.runtime)
    world.drain()
    return [(one.person_id, one.text) for one in rostered.lms_of(world).told[before:]]


def test_trainer_and_room_manager_hear_once_who_lacks_what(world: World) -> None:
    rostered.fetched(world)
    ends(world, days=6)
    told = look(world)
    assert sorted(person for person, _ in told) == sorted([TRAINER, MANAGER])
    text = told[0][1]
    assert "رقم الجوال غير مدخل" in text
    assert "أحمد القحطاني" in text
    assert "Maria Santos" not in text, "an unknown is not missing"
    assert "نورا الغامدي" not in text
    assert look(world) == []
    world.clock.forward(hours=30)
    assert look(world) == [], "once, however often it looks"


def test_a_course_that_ends_later_than_it_was_to_is_told_of_again(world: World) -> None:
    rostered.fetched(world)
    ends(world, days=2)
    assert look(world)
    ends(world, days=5)
    assert look(world)


def test_what_ends_far_off_or_lacks_nothing_is_not_told(world: World) -> None:
    rostered.fetched(world)
    ends(world, days=8)
    assert look(world) == []
    rostered.course(world, {"23": "نورا الغامدي"})
    rostered.fetch(world)
    ends(world, days=3)
    assert look(world) == []
    # What is in order today may not be so tomorrow.
    rostered.knows(world, "23", profile__phone=None)
    world.clock.forward(days=1)
    assert len(look(world)) == 2


def test_facts_that_are_old_are_fetched_before_anybody_is_told_by_them(world: World) -> None:
    rostered.fetched(world)
    world.clock.forward(hours=13)
    ends(world, days=3)
    rostered.knows(world, "21")  # mended meanwhile
    told = look(world)
    assert told
    assert "أحمد القحطاني" not in told[0][1]


def test_an_lms_that_is_away_delays_it_and_nothing_else(world: World) -> None:
    rostered.fetched(world)
    world.clock.forward(hours=13)
    ends(world, days=3)
    rostered.lms_of(world).mood = "down"
    assert look(world) == []
    rostered.lms_of(world).mood = "well"
    world.clock.forward(minutes=2)
    assert len(look(world)) == 2


def test_who_has_never_logged_in_is_named_two_days_before_the_beginning(world: World) -> None:
    rostered.fetched(world)
    rostered.knows(world, "21", account__last_login=None, enrolment__last_access=None)
    rostered.knows(world, "22", account__last_login=UNKNOWN)
    begins(world, days=3)
    assert look(world) == []
    rostered.fetch(world)
    begins(world, days=2)
    told = look(world)
    assert len(told) == 2
    assert "أحمد القحطاني" in told[0][1]
    assert "نورة الشمري" not in told[0][1], "an unknown is no never"
    assert look(world) == []


def test_five_hundred_people_cost_at_most_twelve_calls(sqlite_database) -> None:
    house = world(sqlite_database)
    lms = house.runtime.lms[SITE]
    assert isinstance(lms, FakeLms)
    with_people(house)
    members = [Member(str(n), "trainee", f"متدرب {n}") for n in range(1000, 1500)] + [Member(TRAINER, "trainer", "م")]
    now = house.clock()
    lms.set_course(CourseInfo(COURSE, "دورة", "C", now, now + timedelta(days=3), tuple(members)))
    for n in range(1000, 1500):
        rostered.knows(house, str(n), profile__phone=None)
    ends(house, days=3)
    assert len(look(house)) >= 1
    asked = lms.calls["facts"] + lms.calls["courses"]
    assert asked <= 12
    assert set(lms.calls) <= {"facts", "courses", "notify"}
    with house.runtime.db.read() as conn:
        assert store.counted(conn, (SITE, COURSE), store.Wanted()) == 500


def test_five_hundred_people_cost_a_real_adapter_at_most_twelve_requests(sqlite_database) -> None:
    """Over HTTP, the adapter's own first question included: what the plugin offers."""
    stand_in = LmsStandIn(takes=0.0)
    try:
        house = world(sqlite_database)
        moodle = Moodle(SITE, stand_in.url, "0123456789abcdef", clock=house.clock)
        house = world(sqlite_database, lms={SITE: moodle})
        now = house.clock()
        people = [{"person_id": str(n), "role": "trainee", "name": str(n), "fetched_at": now} for n in range(1, 501)]
        with house.runtime.db.write() as conn:
            timetable.replace_roster(conn, SITE, COURSE, people)
            roster_courses.want(conn, SITE, COURSE, now)
        assert roster.refresh(house.runtime) == 1
        assert sum(stand_in.calls.values()) <= 12
        with house.runtime.db.read() as conn:
            wanted = store.Wanted(gap="phone_missing")
            assert store.counted(conn, (SITE, COURSE), wanted) == 500
    finally:
        stand_in.stop()


def test_who_has_left_the_course_leaves_the_list(world: World) -> None:
    rostered.fetched(world)
    rostered.course(world, {"22": "نورة الشمري"})
    rostered.fetch(world)
    with world.runtime.db.read() as conn:
        assert store.person_ids(conn, (SITE, COURSE)) == {"22"}


def test_a_roster_that_could_not_be_read_empties_no_list(world: World) -> None:
    rostered.fetched(world)
    lms = rostered.lms_of(world)
    lms.set_course(replace(lms.courses([COURSE])[COURSE], members=None))
    rostered.fetch(world)
    with world.runtime.db.read() as conn:
        assert len(store.person_ids(conn, (SITE, COURSE))) == 4


def test_two_workers_send_the_conditions_once(world: World) -> None:
    """Both have read who lacks them before either has sent."""
    rostered.fetched(world)
    both = ["21", "22"]
    assert conditions._send(world.runtime, SITE, COURSE, both) == 2
    assert conditions._send(world.runtime, SITE, COURSE, [*both, "23"]) == 1
    assert conditions._send(world.runtime, SITE, COURSE, both) == 0
    world.drain()
    told = [one.person_id for one in rostered.lms_of(world).told]
    assert sorted(told) == ["21", "22", "23"]
    assert TRAINEE in told


def test_two_workers_fetch_a_course_once(world: World) -> None:
    rostered.course(world)
    with world.runtime.db.write() as conn:
        roster_courses.want(conn, SITE, COURSE, world.clock())
        first = roster_courses.claim(conn, [SITE], world.clock(), world.clock() - timedelta(minutes=3))
    with world.runtime.db.write() as conn:
        second = roster_courses.claim(conn, [SITE], world.clock(), world.clock() - timedelta(minutes=3))
    assert (first, second) == ((SITE, COURSE), None)
    world.clock.forward(minutes=4)  # it died
    assert roster.refresh(world.runtime) == 1


def test_while_a_course_runs_nobody_has_failed_to_complete_it(world: World) -> None:
    """The LMS tells the course's end with the course, not with the person."""
    with_people(world)
    rostered.course(world)
    facts = {key: value for key, value in rostered.SOUND.items() if key != "course__ended"}
    rostered.lms_of(world).set_facts("21", COURSE, **facts)
    for over, gaps in ((False, ""), (True, "|not_completed|")):
        ends(world, days=-1 if over else 3)
        rostered.fetch(world)
        with world.runtime.db.read() as conn:
            row = conn.execute(store.roster_people.select().where(store.roster_people.c.person_id == "21")).one()
        assert row.gaps == gaps


def test_who_is_assigned_later_is_told_then(world: World) -> None:
    rostered.fetched(world)
    ends(world, days=6)
    with world.runtime.db.write() as conn:
        conn.execute(timetable.rosters.delete().where(timetable.rosters.c.role != "trainee"))
    sweep.look_ahead(world.runtime)
    world.drain()
    assert rostered.lms_of(world).told == []
    with_people(world)  # which forgets when the course ends
    ends(world, days=6)
    assert {person for person, _ in look(world)} >= {TRAINER, MANAGER}
