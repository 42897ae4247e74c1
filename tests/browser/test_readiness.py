"""A supervisor at the readiness of courses, a trainer of one group at its roster: how it looks, what happens there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from sidecar.domain.roster import Standing
from sidecar.store import roster, roster_courses, timetable
from tests import capture
from tests.browser import desks, rooms
from tests.browser.desks import Institute, at_desk
from tests.browser.rooms import Tabs
from tests.browser.test_room_looks import LOOKS, good_to_read, screen
from tests.browser.test_roster import PEOPLE, fetched
from tests.live.presses import SITE

Shots = Callable[[Page, str], None]
NOW = datetime.now(UTC)
GAPS = ("national_id_missing", "phone_missing", "attendance_below", "certificate_not_issued", "registry_not_submitted")
COURSES: dict[str, tuple[str, dict[str, int]]] = {
    "801": ("أساسيات الأمن السيبراني للمبتدئين والعاملين في القطاعات الحكومية والخاصة", {"ready": 212, "unknown": 4}
            | dict(zip(GAPS, (41, 17, 9, 6, 2), strict=True))),
    "802": ("السلامة المهنية", {"ready": 58, "phone_missing": 1}),
    "803": ("Network Fundamentals", {"ready": 12, "unknown": 9, "attendance_below": 11}),
    "804": ("دورة صغيرة", {"national_id_missing": 2}),
}  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Institute]:
    # Nothing listens there: a course that somebody has fetched stays on its way.
    with desks.institute(tmp_path_factory.mktemp("readiness"), lms_url="http://127.0.0.1:9") as one:
        with rooms.database(one.sidecar) as db:
            for key, (name, people) in COURSES.items():
                with db.write() as conn:
                    timetable.note_running(conn, [about(key, name)])
                    roster_courses.want(conn, SITE, key, NOW)
                    roster.keep(conn, rows(key, people))
                    roster_courses.fetched(conn, (SITE, key), NOW, NOW)
            with db.write() as conn:
                timetable.note_running(conn, [about("805", "دورة لم تُجلب"), about("806", "دورة أخرى لم تُجلب")])
        fetched(one.sidecar, "807", ready=3)
        with rooms.database(one.sidecar) as db, db.write() as conn:
            mine = roster.roster_people.c.person_id.in_(["3001", "3003", "3006", "4000"])
            conn.execute(update(roster.roster_people).where(mine).values(in_groups="|71|"))
        yield one


def about(key: str, name: str) -> dict[str, object]:
    return {"site_id": SITE, "course_id": key, "name": name, "idnumber": f"CRS-{key}-R7",
            "starts_at": NOW - timedelta(days=20), "ends_at": NOW + timedelta(days=int(key) - 795)}  # fmt: skip


def rows(key: str, people: dict[str, int]) -> list[dict[str, object]]:
    return [
        roster.row_of(
            (SITE, key), f"{what}{n}", f"{what}{n}", taken_at=NOW, snapshot={},
            items=[{"gap": what}] if what in GAPS else [], standing=Standing.GAP if what in GAPS else Standing(what),
            rate=None, never_in=False, digest="x",
        )
        for what, number in people.items() for n in range(number)
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("look", LOOKS, ids=lambda one: f"{one[0]}-{one[1]}")
def test_how_it_looks(house: Institute, tabs: Tabs, shots: Shots, language: str, look: tuple[int, str]) -> None:
    capture.modules()
    width, scheme = look
    page = at_desk(house, tabs(**screen(width), color_scheme=scheme, locale=language), "supervisor", locale=language)
    base, wrong = f"{house.address}/desk/oversight", {}
    for name, path in {
        "home": "/", "readiness": "/readiness", "nothing": "/readiness?q=zzzz", "sheet": "/readiness/print",
    }.items():  # fmt: skip
        page.goto(f"{base}{path}")
        page.wait_for_timeout(200)
        shots(page, f"oversight-{name}-{language}-{width}-{scheme}")
        wrong[name] = good_to_read(page, width)
    page.goto(f"{base}/readiness")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(200)
    shots(page, f"oversight-below-{language}-{width}-{scheme}")
    if width > 500 and scheme == "light":
        page.goto(f"{base}/readiness/print")
        page.emulate_media(media="print")
        page.wait_for_timeout(200)
        shots(page, f"oversight-printed-{language}")
    page = tabs(**screen(width), color_scheme=scheme, locale=language).new_page()
    token = rooms.launch_token("3900", target="roster", role="trainer", course=807, locale=language,
                               name="خالد الحربي", groups=["71"])  # fmt: skip
    assert rooms.send_in(page, house.sidecar, token, target="roster", locale=language) == 200
    page.wait_for_timeout(200)
    shots(page, f"roster-group-{language}-{width}-{scheme}")
    wrong["group"] = good_to_read(page, width)
    assert {name: found for name, found in wrong.items() if found} == {}


def test_a_supervisor_reads_numbers_has_a_course_fetched_and_takes_the_table_home(house: Institute, tabs: Tabs) -> None:
    page = at_desk(house, tabs(), "supervisor", locale="en")
    page.goto(f"{house.address}/desk/oversight/")
    page.get_by_role("link", name="Certificate readiness").click()
    big = page.locator("tr").filter(has_text="CRS-801-R7")
    expect(big).to_contain_text("212")
    expect(big).to_contain_text("41")
    small = page.locator("tr").filter(has_text="CRS-802-R7")
    expect(small).to_contain_text("58 or more")
    expect(small.get_by_text("fewer than 3")).to_have_count(2)
    assert not any(name in page.locator("main").inner_text() for name, _changes in PEOPLE.values())
    page.locator("tr").filter(has_text="CRS-805-R7").get_by_role("button", name="Have it fetched").click()
    expect(page.get_by_text("1 course is being asked about.")).to_be_visible()
    expect(page.locator("tr").filter(has_text="CRS-805-R7")).to_contain_text("It is being fetched")
    page.get_by_label("Course", exact=True).fill("الشبكات network")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("No course runs in this month")).to_be_visible()
    page.get_by_label("Course", exact=True).fill("network")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("tbody tr").filter(has_text="Network Fundamentals")).to_have_count(1)
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    text = download.value.path().read_bytes()
    assert text.startswith("\ufeff".encode())
    assert text.count(b"\n") == 2


def test_a_trainer_of_one_group_finds_its_people_by_every_filter(house: Institute, tabs: Tabs) -> None:
    page = tabs().new_page()
    token = rooms.launch_token("3901", target="roster", role="trainer", course=807, locale="en", groups=["71"])
    assert rooms.send_in(page, house.sidecar, token, target="roster", locale="en") == 200
    expect(page.get_by_text("your groups only")).to_be_visible()
    page.get_by_role("link", name="All").click()
    expect(page.locator("tbody tr")).to_have_count(4)
    for person, (name, _changes) in PEOPLE.items():
        expect(page.locator("tbody").get_by_text(name)).to_have_count(1 if person in {"3001", "3003", "3006"} else 0)
