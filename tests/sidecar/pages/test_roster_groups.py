"""Staff of one group have the roster of that group: of the others nobody is shown, counted, flagged or reminded."""

from __future__ import annotations

import csv
import io
import re
import uuid
from dataclasses import replace

import pytest
from sqlalchemy import select

from sidecar.domain.report import Reporter, Role
from sidecar.journey import conditions
from sidecar.store import roster_notes, sent_data
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages import rostered
from tests.sidecar.pages.conftest import Comes
from tests.sidecar.pages.test_own_pages import question
from tests.sidecar.pages.visiting import COURSE, MANAGER, NAMES, TRAINER, Visitor
from tests.staff import all_cases, arrive
from tests.worlds import SITE, World

PAGE = f"/roster/{COURSE}"
OWN, OTHERS = ("21", "23"), ("22", "24")
OFFICES = [(TRAINER, "trainer"), (MANAGER, "room_manager")]


def in_groups(world: World, **groups: str) -> None:
    """Who is in which; `p21="7 8"` is in two, and of whom nothing is said nobody tells."""
    rostered.fetched(world)
    rostered.knows(world, "24", profile__phone=None, profile__name_ar="ماريا سانتوس", profile__name_en="Maria Santos")
    for person, ids in groups.items():
        told = [{"id": one, "name": f"شعبة {one}"} for one in ids.split()]
        rostered.lms_of(world).set_facts(person.removeprefix("p"), COURSE, enrolment__groups=told)
    rostered.fetch(world)


@pytest.fixture
def two(both: Callers) -> Callers:
    """Group 7: Ahmad, who lacks two things, and Nora, who is ready; group 8: Noura and Maria, who lack one each."""
    in_groups(both.world, p21="7", p22="8", p23="7", p24="8")
    return both


def of_groups(house: Callers, *groups: str, sub: str = TRAINER, role: str = "trainer") -> Visitor:
    visitor = Visitor(house)
    ctx = {"course": COURSE, "group": groups[0] if groups else None, "groups": list(groups)}
    answer = visitor.launch("roster", sub, role=role, name="خالد الحربي", ctx=ctx)
    assert (answer.status_code, answer.location) == (303, PAGE)
    return visitor


def listed(text: str) -> set[str]:
    return {name for name in NAMES.values() if name in text}


def named(*people: str) -> set[str]:
    return {NAMES[one] for one in people}


@pytest.mark.parametrize(("sub", "role"), OFFICES)
@pytest.mark.parametrize("path", ["?show=all", "/csv?show=all", "/print?show=all", "?show=all&part=list"])
def test_only_the_own_groups_people_are_there(two: Callers, path: str, sub: str, role: str) -> None:
    text = of_groups(two, "7", sub=sub, role=role).get(f"{PAGE}{path}").text
    assert listed(text) == named(*OWN)
    assert not any(f'value="{other}"' in text for other in OTHERS)
    assert listed(of_groups(two, "8", sub=sub, role=role).get(f"{PAGE}{path}").text) == named(*OTHERS)


def test_counts_filters_sorts_and_pages_are_of_the_own(two: Callers) -> None:
    visitor = of_groups(two, "7")

    def chips(query: str = "") -> list[str]:
        return re.findall(
            r'<b><bdi class="nd-ltr nd-num" dir="ltr">(\d+)</bdi></b></a>', visitor.get(f"{PAGE}?lang=en{query}").text
        )

    assert chips() == ["1", "1", "0", "1", "2"], "to look at, missing, unknown, ready, all"
    assert "1 trainee has something to mend" in visitor.get(PAGE).text
    assert listed(visitor.get(f"{PAGE}?show=all&gap=phone_missing").text) == named("21")
    assert listed(visitor.get(f"{PAGE}?show=all&q=نورة").text) == set(), "the others cannot be searched for"
    assert listed(visitor.get(f"{PAGE}?show=all&sort=gaps").text) == named(*OWN)
    assert "Page" not in visitor.get(f"{PAGE}?show=all").text
    assert "has not been looked up" not in visitor.get(PAGE).text, "nor is it said how many others there are"
    assert "nd-table nd-roster nd-roster--list" not in visitor.get(f"{PAGE}?show=all&page=2").text
    counts = re.findall(r"\d+", re.sub(r"<[^>]*>", " ", visitor.get("/roster/").text.split("<main")[1]))
    assert "4" not in counts
    rows = list(csv.reader(io.StringIO(visitor.get(f"{PAGE}/csv?show=all").data.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == sorted(OWN)


@pytest.mark.parametrize(("sub", "role"), OFFICES)
def test_nobody_of_another_group_is_flagged_or_reminded(two: Callers, sub: str, role: str) -> None:
    visitor = of_groups(two, "7", sub=sub, role=role)
    before = len(rostered.lms_of(two.world).told)
    for what in ("flag", "remind"):
        assert visitor.post(f"{PAGE}/{what}", PAGE, person=list(OTHERS)).status_code == 404
        assert visitor.post(f"{PAGE}/{what}", PAGE, person=["999"]).status_code == 404, "as who is not there at all"
        assert "done=1" in visitor.post(f"{PAGE}/{what}", PAGE, person=["21", *OTHERS]).location
    two.world.drain()
    assert {case.person_id for case in all_cases(two.world)} == {"21"}
    told = {one.person_id for one in rostered.lms_of(two.world).told[before:]}
    assert told - {sub} == {"21"}, "who flags hears of the own report"


@pytest.mark.parametrize(("what", "done"), [("flag", 2), ("remind", 1)])
def test_everybody_is_everybody_of_the_own(two: Callers, what: str, done: int) -> None:
    assert "done=1" in of_groups(two, "7").post(f"{PAGE}/{what}", PAGE, all="1").location
    # One of group 8 lacks attendance, of which only the trainer can decide.
    assert f"done={done}" in of_groups(two, "8").post(f"{PAGE}/{what}", PAGE, all="1").location


def test_what_another_groups_trainee_sent_is_not_theirs_to_confirm(two: Callers) -> None:
    with two.world.runtime.db.write() as conn:
        for person in ("21", "22"):
            sent_data.send(
                conn, (SITE, COURSE), person, {"phone": f"+96650000{person}00"}, uuid.uuid4(), two.world.clock()
            )
    visitor = of_groups(two, "7")
    assert "1 waits for you" in visitor.get("/roster/?lang=en").text
    visitor.get("/roster/?lang=ar")
    assert listed(visitor.get(f"{PAGE}?show=waiting").text) == named("21")
    text = visitor.get(f"{PAGE}?show=all").text
    assert "+966500002100" in text
    assert "+966500002200" not in text
    with two.world.runtime.db.read() as conn:
        ids = {row.person_id: row.id for row in conn.execute(select(sent_data.sent_data))}
    for said in ("right", "wrong"):
        assert visitor.post(f"{PAGE}/confirm", PAGE, sent=f"{said}-{ids['22']}").status_code == 404
        assert visitor.post(f"{PAGE}/confirm", PAGE, sent=f"{said}-{ids['22'] + 999}").status_code == 404
    assert visitor.post(f"{PAGE}/confirm", PAGE, sent=f"right-{ids['21']}").status_code == 303
    with two.world.runtime.db.read() as conn:
        states = {row.person_id: row.state for row in conn.execute(select(sent_data.sent_data))}
    assert states == {"21": "confirmed", "22": "sent"}


def test_receipts_name_the_own_alone(two: Callers) -> None:
    whole = Visitor(two)
    whole.launch("roster", TRAINER, role="trainer")
    whole.post(f"{PAGE}/remind", PAGE, all="1", sure="1")
    assert conditions._send(two.world.runtime, SITE, COURSE, sorted(NAMES)) == 4
    two.world.drain()
    text = of_groups(two, "7").get(f"{PAGE}/receipts?lang=en").text
    assert listed(text) == named(*OWN)
    assert "not sent yet" not in text
    assert len(re.findall(r'id="r\d+"', text)) == 1, "a reminder that went to others alone is not listed"
    assert listed(of_groups(two, "8").get(f"{PAGE}/receipts").text) == named(*OTHERS)


def test_a_group_that_is_none_of_the_courses_sees_nobody(two: Callers) -> None:
    for group in ("9", "77", "%", "7|8"):
        visitor = Visitor(two)
        ctx = {"course": COURSE, "group": None, "groups": [group]}
        answer = visitor.launch("roster", TRAINER, role="trainer", ctx=ctx)
        if group == "7|8":
            assert answer.status_code == 401, "an id that could be read as two"
            continue
        assert listed(visitor.get(f"{PAGE}?show=all").text) == set()


def test_no_group_at_all_is_nobody_and_never_everybody(two: Callers) -> None:
    visitor = of_groups(two)
    for path in ("", "/csv", "/print", "/receipts", "?part=list", "?part=state"):
        assert visitor.get(f"{PAGE}{path}").status_code == 404
    for what in ("flag", "remind", "again", "confirm"):
        assert visitor.post(f"{PAGE}/{what}", "/roster/", person="21", sent="right-1").status_code == 404


def test_a_launch_that_names_a_group_and_no_groups_is_one_of_that_group(two: Callers) -> None:
    """As a plugin of before 0.5.0 sends it, from an activity that is for groups."""
    visitor = Visitor(two)
    visitor.launch("roster", TRAINER, role="trainer", ctx={"course": COURSE, "activity": "3", "group": "8"})
    assert listed(visitor.get(f"{PAGE}?show=all").text) == named(*OTHERS)


def test_who_was_sent_to_everybody_before_and_now_to_a_group_sees_the_group(two: Callers) -> None:
    """The browser carries what an earlier launch proved; what is narrower has been said since."""
    visitor = Visitor(two)
    visitor.launch("roster", TRAINER, role="trainer")
    assert listed(visitor.get(f"{PAGE}?show=all").text) == set(NAMES.values())
    ctx = {"course": COURSE, "group": "7", "groups": ["7"]}
    visitor.launch("roster", TRAINER, role="trainer", ctx=ctx)
    assert listed(visitor.get(f"{PAGE}?show=all").text) == named(*OWN)


def test_of_several_groups_all_are_there_and_who_is_in_two_once(both: Callers) -> None:
    in_groups(both.world, p21="7 8", p22="8", p23="9")
    visitor = of_groups(both, "7", "8")
    text = visitor.get(f"{PAGE}?show=all").text
    assert listed(text) == named("21", "22")
    assert text.count(f"<bdi>{NAMES['21']}</bdi>") == 1
    assert "your groups only" in visitor.get(f"{PAGE}?lang=en").text


def test_whose_group_nobody_tells_is_shown_to_staff_of_the_whole_course_alone(both: Callers) -> None:
    in_groups(both.world, p21="7", p22="8")
    assert listed(of_groups(both, "7").get(f"{PAGE}?show=all").text) == named("21")
    whole = Visitor(both)
    whole.launch("roster", TRAINER, role="trainer")
    assert listed(whole.get(f"{PAGE}?show=all").text) == set(NAMES.values())


def test_who_moves_to_another_group_moves_to_the_other_list(two: Callers) -> None:
    rostered.lms_of(two.world).set_facts("21", COURSE, enrolment__groups=[{"id": "8", "name": "ب"}])
    rostered.fetch(two.world)
    assert listed(of_groups(two, "7").get(f"{PAGE}?show=all").text) == named("23")
    assert listed(of_groups(two, "8").get(f"{PAGE}?show=all").text) == named("21", *OTHERS)


def test_each_look_is_kept(two: Callers, comes: Comes) -> None:
    of_groups(two, "7").get(PAGE)
    with two.world.runtime.db.read() as conn:
        rows = [(row.viewer_key, row.what) for row in conn.execute(select(roster_notes.roster_views))]
    assert (f"{SITE}:{TRAINER}", "view") in rows


def test_a_course_whose_members_nobody_tells_shows_a_group_what_was_known(two: Callers) -> None:
    lms = rostered.lms_of(two.world)
    lms.set_course(replace(lms.courses([COURSE])[COURSE], members=None))
    rostered.fetch(two.world)
    assert listed(of_groups(two, "7").get(f"{PAGE}?show=all").text) == named(*OWN)


def test_who_asks_a_trainer_of_another_group_is_not_named_and_is_answered(two: Callers) -> None:
    """Whoever asks asks the course's trainers; the name is for who sees the person in the LMS."""
    for person, text in (("21", "سؤال من مجموعتي"), ("22", "سؤال من المجموعة الأخرى")):
        asked = replace(question(person, text), reporter=Reporter(person, Role.TRAINEE, NAMES[person]))
        theirs = arrive(two.world, asked)
    visitor = Visitor(two)
    visitor.launch("questions", TRAINER, role="trainer")
    assert listed(visitor.get("/questions/").text) == named("21", "22"), "who sees everybody"
    lms = rostered.lms_of(two.world)
    told = lms.courses([COURSE])[COURSE]
    seven = tuple(
        replace(one, sees=frozenset({"7"})) if one.person_id == TRAINER else one for one in told.members or ()
    )
    lms.set_course(replace(told, members=seven))
    rostered.fetch(two.world)
    text = visitor.get("/questions/").text
    assert listed(text) == named("21")
    assert "سؤال من المجموعة الأخرى" in text
    assert visitor.post(f"/questions/{theirs.id}", "/questions/", text="هذا الجواب", to="one").status_code == 303
    assert listed(visitor.get("/questions/").text) == named("21")


@pytest.mark.parametrize("groups", ["7", {"7": 1}, [None], [""], [True], [["7"]], ["x" * 65], ["7|8"], ["7"] * 501])
def test_groups_that_are_none_open_nothing(house: Callers, groups: object) -> None:
    visitor = Visitor(house)
    ctx = {"course": COURSE, "group": None, "groups": groups}
    assert visitor.launch("roster", TRAINER, role="trainer", ctx=ctx).status_code == 401


def test_numbers_are_ids_as_some_platforms_write_them(two: Callers) -> None:
    visitor = Visitor(two)
    visitor.launch("roster", TRAINER, role="trainer", ctx={"course": COURSE, "group": 7, "groups": [7]})
    assert listed(visitor.get(f"{PAGE}?show=all").text) == named(*OWN)


def test_the_groups_of_one_course_limit_no_other(two: Callers) -> None:
    visitor = Visitor(two)
    visitor.launch("roster", TRAINER, role="trainer", ctx={"course": "55", "group": "7", "groups": ["7"]})
    assert visitor.get(PAGE).status_code == 404
    visitor.launch("roster", TRAINER, role="trainer")
    assert listed(visitor.get(f"{PAGE}?show=all").text) == set(NAMES.values())
    assert visitor.get("/roster/55").status_code == 200
