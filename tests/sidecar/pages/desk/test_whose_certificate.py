"""A certificate case is the trainee's, whoever flagged it; whom a complaint is about is named and found nowhere."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import event

from sidecar.domain.access import StaffRole
from sidecar.domain.case import Case
from sidecar.domain.report import About, Channel, Course, Gap, Kind, Page, Place, Reporter, Role
from sidecar.store import search, timetable
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.desk.conftest import AtDesk
from tests.staff import arrive
from tests.worlds import SITE, World, report

YOUSEF, REEM, KHALID = "يوسف العنزي", "ريم الدوسري", "خالد الشمري"
TRAINEES = {"50": YOUSEF, "51": REEM}


@pytest.fixture
def roster(house: Callers) -> Callers:
    """A course whose roster names its trainees; none of them has written."""
    now = house.world.clock()
    members = [{"person_id": key, "role": "trainee", "name": name, "fetched_at": now} for key, name in TRAINEES.items()]
    with house.world.runtime.db.write() as conn:
        timetable.replace_roster(conn, SITE, "2", members)
        timetable.replace_roster(conn, SITE, "3", [one for one in members if one["person_id"] == "50"])
    return house


def flag(world: World, about: str | None, course: str = "2", **changes: Any) -> Case:
    plain = {
        "kind": Kind.CERTIFICATE_GAP, "symptom": None, "category": None, "channel": Channel.WEB, "text": "",
        "reporter": Reporter("8", Role.TRAINER, KHALID), "gaps": frozenset({Gap.PHONE_MISSING}),
        "place": Place(page=Page.COURSE, course=Course(course, "CRS-1", "دورة الأمن")),
        "about": About(about, Role.TRAINEE) if about else None,
    }  # fmt: skip
    return arrive(world, report(**(plain | changes)))


def who(page: str) -> list[str]:
    return [re.sub(r"<[^>]*>", "", one) for one in re.findall(r'class="c-who">(.*?)</td>', page)]


def others(page: str) -> set[int]:
    card = re.search(r'<section class="nd-card" aria-labelledby="ea">.*?</section>', page, re.DOTALL)
    return {int(one) for one in re.findall(r'href="/desk/cases/(\d+)"', card.group(0))} if card else set()


def test_the_trainee_stands_in_the_row_the_search_and_the_header(roster: Callers, at_desk: AtDesk) -> None:
    case = flag(roster.world, "50")
    desk = at_desk(StaffRole.LEAD)
    for address in ("/desk/?queue=all&lang=en", "/desk/search?q=يوسف&lang=en", "/desk/search?q=العنزي خالد&lang=en"):
        (line,) = who(desk.get(address).text)
        assert line.startswith(YOUSEF), address
        assert f"flagged by \u2068{KHALID}\u2069" in line
        assert '<td role="cell" class="c-ch">Trainee roster</td>' in desk.get(address).text
    header = re.search(r'id="whose">.*?</p>', desk.get(f"/desk/cases/{case.id}?lang=en").text)
    assert header
    assert YOUSEF in header.group(0)
    assert f"flagged by \u2068{KHALID}\u2069" in header.group(0)


def test_who_asks_for_the_own_certificate_was_flagged_by_nobody(roster: Callers, at_desk: AtDesk) -> None:
    case = flag(roster.world, None, reporter=Reporter("50", Role.TRAINEE, "يوسف"))
    desk = at_desk(StaffRole.LEAD)
    assert who(desk.get("/desk/?queue=all&lang=en").text) == [YOUSEF]
    page = desk.get(f"/desk/cases/{case.id}?lang=en").text
    assert YOUSEF in page
    assert "flagged by" not in page


def test_other_cases_are_those_of_the_trainee_and_none_of_who_flagged(roster: Callers, at_desk: AtDesk) -> None:
    one, elsewhere, hers = flag(roster.world, "50"), flag(roster.world, "50", "3"), flag(roster.world, "51")
    login = {"kind": Kind.SUPPORT_REQUEST, "category": "login", "gaps": frozenset()}
    asked = flag(roster.world, None, reporter=Reporter("50", Role.TRAINEE, "يوسف"), **login)
    desk = at_desk(StaffRole.LEAD)
    assert others(desk.get(f"/desk/cases/{one.id}?lang=en").text) == {elsewhere.id, asked.id}
    assert others(desk.get(f"/desk/cases/{hers.id}?lang=en").text) == set()


def test_whom_a_complaint_is_about_is_named_and_found_nowhere(roster: Callers, at_desk: AtDesk) -> None:
    complaint = flag(
        roster.world, "50", kind=Kind.COMPLAINT, category="conduct_trainer", text="شكوى", gaps=frozenset(),
        reporter=Reporter("51", Role.TRAINEE, REEM),
    )  # fmt: skip
    manager = at_desk(StaffRole.ADMINISTRATIVE_MANAGER)
    for address in ("/desk/?queue=all", "/desk/search?q=ريم", f"/desk/cases/{complaint.id}"):
        page = manager.get(address).text
        assert f"/desk/cases/{complaint.id}" in page, address
        assert YOUSEF not in page, address
    assert "/desk/cases/" not in manager.get("/desk/search?q=يوسف").text
    with roster.world.runtime.db.read() as conn:
        keys = set(conn.scalars(search.search_keys.select().with_only_columns(search.search_keys.c.key)))
    assert "n:ريم" in keys
    assert not any("يوسف" in key for key in keys)


def test_a_list_asks_as_many_questions_for_two_as_for_one(roster: Callers, at_desk: AtDesk) -> None:
    desk, asked = at_desk(StaffRole.LEAD), []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    def questions() -> int:
        asked.clear()
        desk.get("/desk/?queue=all")
        return len(asked)

    flag(roster.world, "50")
    desk.get("/desk/?queue=all")
    event.listen(roster.world.runtime.db.engine, "before_cursor_execute", note)
    try:
        one = questions()
        flag(roster.world, "51")
        assert questions() == one
    finally:
        event.remove(roster.world.runtime.db.engine, "before_cursor_execute", note)
