"""Of whom the sweep tells whom: each of the staff hears of the people whom the LMS shows them, and of nobody else."""

from dataclasses import replace

from adapters.lms.port import UNKNOWN, Member, Unknown
from sidecar.journey import sweep
from sidecar.journey import timetable as asked
from sidecar.store import roster_courses, roster_told, timetable
from tests.sidecar.journey.test_sweep import begins, ends, look
from tests.sidecar.pages import rostered
from tests.sidecar.pages.visiting import COURSE, MANAGER, TRAINER
from tests.worlds import SITE, World


def limited(world: World, *staff: tuple[str, str, frozenset[str] | Unknown | None]) -> None:
    """Group 7 is Ahmad, who lacks two things; group 8 Noura, who lacks one; `staff`: who they are and whom they see."""
    rostered.fetched(world)
    for person, group in (("21", "7"), ("22", "8"), ("23", "8")):
        rostered.lms_of(world).set_facts(person, COURSE, enrolment__groups=[{"id": group, "name": group}])
    lms = rostered.lms_of(world)
    told = lms.courses([COURSE])[COURSE]
    trainees = tuple(one for one in told.members or () if one.role == "trainee")
    lms.set_course(replace(told, members=(*trainees, *(Member(*one[:2], None, one[2]) for one in staff))))  # type: ignore[arg-type]
    rostered.fetch(world)


def test_each_of_the_staff_hears_of_the_people_of_the_own_groups_once(world: World) -> None:
    seven, eight, both = frozenset({"7"}), frozenset({"8"}), frozenset({"7", "8"})
    limited(
        world, ("41", "trainer", seven), ("42", "room_manager", eight), ("43", "trainer", both), ("44", "trainer", None)
    )
    ends(world, days=6)
    told = dict(look(world))
    assert set(told) == {"41", "42", "43", "44"}
    for person, names in {"41": ("أحمد",), "42": ("نورة",), "43": ("أحمد", "نورة"), "44": ("أحمد", "نورة")}.items():
        assert [name for name in ("أحمد", "نورة") if name in told[person]] == list(names), person
    assert look(world) == []
    # A new gap in one group is no news to anybody who was told of this date.
    rostered.knows(world, "23", profile__phone=None)
    world.clock.forward(hours=13)
    assert look(world) == []


def test_whose_group_lacks_nothing_is_told_when_it_does_and_the_others_not_again(world: World) -> None:
    limited(world, ("41", "trainer", frozenset({"7"})), ("42", "trainer", frozenset({"8"})))
    rostered.knows(world, "22")
    rostered.fetch(world)
    ends(world, days=6)
    assert [person for person, _ in look(world)] == ["41"]
    rostered.knows(world, "22", profile__phone=None)
    world.clock.forward(hours=13)
    ((person, text),) = look(world)
    assert person == "42"
    assert "أحمد" not in text


def test_whom_nobody_tells_the_sight_of_hears_a_number_and_no_name(world: World) -> None:
    limited(world, ("41", "trainer", UNKNOWN), ("42", "trainer", frozenset()))
    ends(world, days=6)
    ((person, text),) = look(world)
    assert person == "41", "who sees nobody is told of nobody"
    assert "عدد المتدربين: ٢" in text
    assert "أحمد" not in text
    assert "رقم الجوال" not in text


def test_who_sees_one_group_is_told_of_its_people_alone_who_never_came(world: World) -> None:
    limited(world, ("41", "trainer", frozenset({"7"})), ("42", "room_manager", None))
    for person in ("21", "22"):
        rostered.knows(world, person, account__last_login=None, enrolment__last_access=None)
    rostered.fetch(world)
    begins(world, days=2)
    told = dict(look(world))
    assert "أحمد" in told["41"]
    assert "نورة" not in told["41"]
    assert "نورة" in told["42"]


def test_two_workers_tell_each_once(world: World) -> None:
    rostered.fetched(world)
    ends(world, days=6)
    now = world.clock()
    with world.runtime.db.write() as conn:
        first = roster_told.mark(conn, (SITE, COURSE), "ending", now, [TRAINER, MANAGER], now)
        second = roster_told.mark(conn, (SITE, COURSE), "ending", now, [TRAINER, MANAGER, "99"], now)
    assert (first, second) == (sorted([TRAINER, MANAGER]), ["99"])


def test_a_course_that_is_asked_about_every_few_minutes_knows_whom_its_staff_see(world: World) -> None:
    """`journey/timetable` keeps what a roster's fetch keeps."""
    limited(world, ("41", "trainer", frozenset({"7"})), ("42", "room_manager", None), ("43", "trainer", UNKNOWN))
    with world.runtime.db.write() as conn:
        timetable.replace_roster(conn, SITE, COURSE, [])
        timetable.note_courses(conn, [{"site_id": SITE, "course_id": COURSE, "seen_at": world.clock()}])
    world.clock.forward(minutes=6)
    asked.refresh(world.runtime)
    with world.runtime.db.read() as conn:
        assert roster_told.sights(conn, (SITE, COURSE)) == {"41": "|7|", "42": "*", "43": None}


def test_while_a_course_is_asked_about_anew_nobody_is_told_by_what_stood_before(world: World) -> None:
    """As after the upgrade by which groups are known: of the rows of before, nobody's group is."""
    limited(world, ("41", "trainer", None))
    ends(world, days=6)
    with world.runtime.db.write() as conn:
        roster_courses.want(conn, SITE, COURSE, world.clock())
    assert sweep.look_ahead(world.runtime) == 0
    assert [person for person, _ in look(world)] == ["41"]
