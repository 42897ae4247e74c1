"""The roster: who may open it, what it says of whom, flagging and reminding many in one go (C1, C3, P3)."""

import csv
import io
import re

import pytest
from sqlalchemy import select

from sidecar.domain.case import CaseKind
from sidecar.journey import roster
from sidecar.store import roster_notes, tellings, timetable
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages import rostered
from tests.sidecar.pages.conftest import Comes
from tests.sidecar.pages.visiting import COURSE, MANAGER, TRAINER, Visitor
from tests.staff import all_cases
from tests.worlds import SITE

PAGE = f"/roster/{COURSE}"


def by_trainer(comes: Comes) -> Visitor:
    return comes("roster", TRAINER, role="trainer", name="خالد الحربي")


def row_of(text: str, person: str) -> str:
    found = re.search(rf'<tr>(?:(?!</tr>).)*name="person" value="{person}".*?</tr>', text, re.DOTALL)
    assert found, f"{person} is not in the list"
    return found.group(0)


def views(house: Callers) -> list[tuple[str, str]]:
    with house.world.runtime.db.read() as conn:
        return [(row.viewer_key, row.what) for row in conn.execute(select(roster_notes.roster_views))]


def test_a_launch_leads_to_the_courses_roster(house: Callers) -> None:
    rostered.fetched(house.world)
    answer = Visitor(house).launch("roster", TRAINER, role="trainer")
    assert (answer.status_code, answer.location) == (303, PAGE)


@pytest.mark.parametrize(("sub", "role"), [(TRAINER, "trainer"), (MANAGER, "room_manager")])
def test_trainer_and_room_manager_open_it_and_it_is_kept_that_they_looked(
    house: Callers, comes: Comes, sub: str, role: str
) -> None:
    rostered.fetched(house.world)
    visitor = comes("roster", sub, role=role)
    page = visitor.get(f"{PAGE}?show=all")
    assert page.status_code == 200
    assert "أحمد القحطاني" in page.text
    assert "Maria Santos" in page.text
    assert views(house) == [(f"{SITE}:{sub}", "view")]


@pytest.mark.parametrize("role", ["trainer", "room_manager"])
@pytest.mark.parametrize("path", ["", "/csv", "/print", "/receipts", "?part=list", "?part=state"])
def test_who_comes_from_another_course_finds_nothing(house: Callers, comes: Comes, path: str, role: str) -> None:
    rostered.fetched(house.world)
    stranger = comes("roster", "88", role=role, ctx={"course": "55"})
    answer = stranger.get(f"{PAGE}{path}")
    assert answer.status_code == 404
    assert "القحطاني" not in answer.text
    for what in ("flag", "remind", "again"):
        assert stranger.post(f"{PAGE}/{what}", "/roster/", person="21").status_code == 404
    house.world.drain()
    assert all_cases(house.world) == []
    assert views(house) == []


def test_a_launch_from_one_course_opens_no_other_though_a_roster_names_the_trainer(
    house: Callers, comes: Comes
) -> None:
    """In the other one it may be a single group that they see, and no roster tells groups."""
    rostered.fetched(house.world)
    elsewhere = comes("roster", TRAINER, role="trainer", ctx={"course": "55"})
    assert elsewhere.get(PAGE).status_code == 404
    assert comes("roster", TRAINER, role="trainer").get(PAGE).status_code == 200


def test_each_row_says_by_word_and_icon_what_is_missing_and_never_a_number(house: Callers, comes: Comes) -> None:
    rostered.fetched(house.world)
    rostered.knows(house.world, "21", profile__national_id="invalid", profile__national_id_duplicate=True)
    rostered.fetch(house.world)
    text = by_trainer(comes).get(f"{PAGE}?show=all&lang=en").text
    twice = row_of(text, "21")
    assert "Duplicate" in twice
    assert "circle-x" in twice
    low = row_of(text, "22")
    assert "68% of 75%" in low
    assert "Trainer" in low
    assert not re.search(r"\d{10}", re.sub(r'(?:value|content|href)="[^"]*"', "", text))


def test_what_could_not_be_read_is_unknown_and_never_missing(house: Callers, comes: Comes) -> None:
    rostered.fetched(house.world)
    text = by_trainer(comes).get(f"{PAGE}?show=unknown&lang=en").text
    assert "Maria Santos" in text
    assert "Nobody yet" in text
    assert "nd-cell--gap" not in text
    assert 'name="person"' not in text, "there is nothing to flag"


def test_gaps_that_others_mend_are_ticked_and_the_trainers_own_is_not(house: Callers, comes: Comes) -> None:
    rostered.fetched(house.world)
    text = by_trainer(comes).get(PAGE).text
    assert " checked" in row_of(text, "21")
    assert " checked" not in row_of(text, "22")


def test_many_are_flagged_in_one_go_each_in_a_case_of_their_own(house: Callers, comes: Comes) -> None:
    rostered.fetched(house.world)
    trainer = by_trainer(comes)
    form = {"person": ["21", "22"], "form": "5b0d6c0e-6d5e-4a58-9d5b-0f6a3e1b2c3d"}
    answer = trainer.post(f"{PAGE}/flag", PAGE, **form)
    assert answer.status_code == 303
    assert "done=2" in answer.location
    house.world.drain()
    found = {case.person_id: case for case in all_cases(house.world)}
    assert {case.kind for case in found.values()} == {CaseKind.CERTIFICATE_GAP}
    assert set(found) == {"21", "22"}
    with house.world.runtime.db.read() as conn:
        named = roster_notes.flagged(conn, (SITE, COURSE), ["21", "22"])
    assert {"national_id_missing", "phone_missing"} <= named["21"][2]
    # Sent again, or flagged by another: nothing new.
    again = trainer.post(f"{PAGE}/flag", PAGE, **form)
    assert "done" not in again.location.replace("did=", "")
    assert "known=2" in again.location
    house.world.drain()
    assert [case.reports for case in all_cases(house.world)] == [1, 1]
    assert f"Case {found['21'].id}:" in row_of(trainer.get(f"{PAGE}?lang=en").text, "21")


def test_a_new_gap_joins_the_open_case_of_the_person(house: Callers, comes: Comes) -> None:
    rostered.fetched(house.world)
    by_trainer(comes).post(f"{PAGE}/flag", PAGE, person=["21"])
    house.world.drain()
    rostered.knows(house.world, "21", profile__national_id=None, profile__phone=None, attendance__rate=0.5)
    rostered.fetch(house.world)
    manager = comes("roster", MANAGER, role="room_manager")
    assert "done=1" in manager.post(f"{PAGE}/flag", PAGE, person=["21"]).location
    house.world.drain()
    (case,) = all_cases(house.world)
    assert case.reports == 2


def test_everybody_who_lacks_something_is_flagged_by_one_tick(house: Callers, comes: Comes) -> None:
    rostered.fetched(house.world)
    assert "done=2" in by_trainer(comes).post(f"{PAGE}/flag", PAGE, all="1").location


def test_who_is_not_of_the_course_is_never_flagged(house: Callers, comes: Comes) -> None:
    rostered.fetched(house.world)
    by_trainer(comes).post(f"{PAGE}/flag", PAGE, person=["999", "23", "24"])
    house.world.drain()
    assert all_cases(house.world) == []


def test_a_reminder_names_to_each_the_own_gaps_once_a_day_and_has_a_receipt(house: Callers, comes: Comes) -> None:
    rostered.fetched(house.world)
    trainer = by_trainer(comes)
    first = trainer.post(f"{PAGE}/remind", PAGE, sure="1", person=["21", "22", "23"])
    house.world.drain()
    told = rostered.lms_of(house.world).told
    ours = [one for one in told if one.person_id == "21"]
    assert len(ours) == 1
    assert "رقم الجوال غير مدخل" in ours[0].text
    assert "دورة الأمن" in ours[0].subject
    assert "done=" in first.location
    before = len(told)
    again = trainer.post(f"{PAGE}/remind", PAGE, person=["21"])
    house.world.drain()
    assert "known=1" in again.location
    assert len(rostered.lms_of(house.world).told) == before
    page = trainer.get(f"{PAGE}/receipts?lang=en").text
    assert "Reached" in page
    assert "أحمد القحطاني" in page
    house.world.clock.forward(hours=25)
    assert "done=1" in by_trainer(comes).post(f"{PAGE}/remind", PAGE, person=["21"]).location


def test_whom_a_reminder_does_not_reach_is_shown(house: Callers, comes: Comes) -> None:
    rostered.fetched(house.world)
    rostered.lms_of(house.world).bar("21")
    trainer = by_trainer(comes)
    trainer.post(f"{PAGE}/remind", PAGE, person=["21"])
    house.world.drain()
    assert "Not reached" in trainer.get(f"{PAGE}/receipts?lang=en").text
    assert "Not reached" in row_of(trainer.get(PAGE).text, "21")
    rostered.lms_of(house.world)._barred.clear()
    assert "done=1" in trainer.post(f"{PAGE}/remind", PAGE, person=["21"]).location, (
        "it did not reach, so it is sent again"
    )


def test_the_table_opens_in_arabic_and_holds_no_formula(house: Callers, comes: Comes) -> None:
    rostered.course(house.world, {"21": '=HYPERLINK("http://x")', "22": "نورة الشمري"})
    rostered.knows(house.world, "21", profile__phone=None)
    rostered.knows(house.world, "22")
    rostered.fetch(house.world)
    answer = by_trainer(comes).get(f"{PAGE}/csv?show=all")
    assert answer.data.startswith("\ufeff".encode())
    assert answer.content_type == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert len(rows) == 3
    assert any(cell == '\'=HYPERLINK("http://x")' for row in rows for cell in row)
    assert not any(cell.startswith(("=", "@", "\t")) for row in rows for cell in row)
    assert views(house)[-1][1] == "csv"


def test_the_sheet_to_print_runs_right_to_left_and_holds_no_button_to_send(house: Callers, comes: Comes) -> None:
    rostered.fetched(house.world)
    text = by_trainer(comes).get(f"{PAGE}/print?show=all").text
    assert 'dir="rtl"' in text
    assert "أحمد القحطاني" in text
    assert "/flag" not in text


def test_filters_sorts_and_pages_are_the_databases(both: Callers) -> None:
    world = both.world
    people = {str(n): f"متدرب {n:04}" for n in range(100, 230)}
    rostered.course(world, people)
    for n, person in enumerate(people):
        rostered.knows(world, person, profile__phone=None if n % 2 else "+966501234567", attendance__rate=n / 200 + 0.2)
    rostered.fetch(world)
    visitor = Visitor(both)
    visitor.launch("roster", TRAINER, role="trainer")

    def listed(query: str) -> list[str]:
        return re.findall(r"متدرب \d{4}", re.sub(r'aria-label="[^"]*"', "", visitor.get(f"{PAGE}?{query}").text))

    first, second, third = (listed(f"show=all&page={page}") for page in (1, 2, 3))
    assert [len(first), len(second), len(third)] == [50, 50, 30]
    assert first + second + third == sorted(people.values())
    low = listed("show=all&sort=attendance")
    assert low[0] == "متدرب 0100"
    assert len(listed("show=all&gap=phone_missing")) == 50
    assert listed("show=all&q=0123") == ["متدرب 0123"]
    assert listed("show=all&q=%25") == listed("show=all")  # what no word is looks for nothing
    assert visitor.get(f"{PAGE}?page=0").status_code == 404
    assert listed("page=99") == []


def test_a_page_that_was_never_fetched_asks_for_it_by_itself(house: Callers, comes: Comes) -> None:
    rostered.course(house.world)
    now = house.world.clock()
    with house.world.runtime.db.write() as conn:  # a course that nobody has told of yet
        timetable.record_course(conn, SITE, COURSE, now, name=None, idnumber=None, starts_at=None, ends_at=None)
    trainer = by_trainer(comes)
    first = trainer.get(f"{PAGE}?lang=en").text
    assert "The roster is being fetched" in first
    assert 'id="roster" hx-get=' in first, "the very first look waits for it, too"
    numbers = re.findall(r'class="nd-chip".*?<b>(.*?)</b>', first)
    assert len(numbers) == 5
    assert all("…" in one for one in numbers), "nobody knows yet how many"
    assert "CRS-1" not in first
    assert roster.refresh(house.world.runtime) == 1
    assert "أحمد القحطاني" in (known := trainer.get(f"{PAGE}?show=all").text)
    assert "CRS-1" in known, "what the course is called comes with its people, and an export finds it by that"


def test_an_lms_that_is_away_leaves_what_was_known(house: Callers, comes: Comes) -> None:
    rostered.fetched(house.world)
    rostered.lms_of(house.world).mood = "down"
    trainer = by_trainer(comes)
    trainer.post(f"{PAGE}/again", PAGE)
    assert roster.refresh(house.world.runtime) == 0
    text = trainer.get(f"{PAGE}?show=all").text
    assert "أحمد القحطاني" in text
    rostered.lms_of(house.world).mood = "well"
    house.world.clock.forward(minutes=2)
    assert roster.refresh(house.world.runtime) == 1


def test_reminders_never_reach_another_site(house: Callers, comes: Comes) -> None:
    rostered.fetched(house.world)
    by_trainer(comes).post(f"{PAGE}/remind", PAGE, all="1", sure="1")
    with house.world.runtime.db.read() as conn:
        sites = set(conn.scalars(select(tellings.deliveries.c.site_id)))
    assert sites == {SITE}
