"""What registers say in Chromium: on the case, the roster and its sheet, the trainee's pages; fresh, and too old."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Page, expect

from sidecar.domain.registry import RegistryState, name_key
from sidecar.policy.load import shipped
from sidecar.store import registry, timetable
from tests.browser import accessible, desks, rooms
from tests.browser.desks import Institute, at_desk
from tests.browser.rooms import Tabs
from tests.live.lms import LmsStandIn
from tests.live.presses import SITE

Shots = Callable[[Page, str], None]
COURSE, PERSON, NAME = "7", "6001", "نورة بنت عبدالرحمن الدوسري"
PLACE = {
    "page": "course", "course": {"id": COURSE, "idnumber": "CRS-7", "name": "أساسيات الأمن السيبراني"},
    "activity": None, "group": None, "session": None,
}  # fmt: skip
READY: dict[str, Any] = {
    "courseended": True, "completion": {"completed": True, "timecompleted": 1795344425},
    "certificates": [{"source": "customcert", "code": "Fq2IzoxAWF", "timecreated": 1795344425}],
    "profile": [
        {"field": "national_id", "state": "present", "value": None},
        {"field": "name_ar", "state": "present", "value": "نورة الدوسري"},
        {"field": "name_en", "state": "present", "value": "Noura Aldosari"},
        {"field": "phone", "state": "present", "value": "0551000007"},
    ],
}  # fmt: skip


class House(NamedTuple):
    """An institute, its LMS, and the case of somebody who asked for the certificate."""

    nidaa: Institute
    case: str
    report: str


def imported(sidecar: Any, source: str, state: RegistryState, days: int, reason: str = "") -> None:
    """An export that was taken over so many days ago and names the trainee."""
    at = datetime.now(UTC) - timedelta(days=days)
    with rooms.database(sidecar) as db, db.write() as conn:
        number = registry.begin(conn, {
            "source": source, "state": "taken", "file_name": f"{source}.csv", "digest": source * 5, "size": 1,
            "choice": {"columns": {}}, "counts": {"states": {str(state): 1}, "matched": {"name": 1}, "first": []},
            "uploaded_at": at, "uploaded_by": "test", "taken_at": at, "taken_by": "test",
        })  # fmt: skip
        row = {
            "import_id": number, "row": 2, "number_key": None, "number_end": "", "name": NAME,
            "name_key": name_key(NAME), "course": "CRS-7", "course_key": "crs-7", "state": state, "reason": reason,
            "as_of": at, "matched": "name", "site_id": SITE, "person_id": PERSON, "course_id": COURSE,
        }  # fmt: skip
        registry.put_rows(conn, [row])


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    lms = LmsStandIn(takes=0.0)
    folder = tmp_path_factory.mktemp("lines")
    policy = Path(shutil.copytree(shipped(), folder / "policy"))
    text = (policy / "registry.toml").read_text("utf-8")
    (policy / "registry.toml").write_text(text.replace("on = false", "on = true"), "utf-8")
    lms.told[int(PERSON)] = READY
    with desks.institute(folder, lms_url=lms.url, policy=policy) as nidaa:
        now = datetime.now(UTC)
        with rooms.database(nidaa.sidecar) as db, db.write() as conn:
            timetable.note_courses(conn, [{"site_id": SITE, "course_id": COURSE, "seen_at": now}])
            timetable.record_course(
                conn, SITE, COURSE, now, name="أساسيات الأمن السيبراني", idnumber="CRS-7", starts_at=now, ends_at=None
            )
            member = {"person_id": PERSON, "role": "trainee", "name": NAME, "fetched_at": now}
            timetable.replace_roster(conn, SITE, COURSE, [member])
        imported(nidaa.sidecar, "manar", RegistryState.SUBMITTED, 20)
        imported(nidaa.sidecar, "nelc", RegistryState.REJECTED, 3, "409 duplicate statement")
        made = rooms.report(
            nidaa.sidecar, 3, int(PERSON), kind="certificate_gap", symptom=None, channel="web", text="أين شهادتي؟",
            place=PLACE, gaps=[], name=NAME,
        )  # fmt: skip
        rooms.sorted_in(nidaa.sidecar, made)
        case = str(rooms.read_back(nidaa.sidecar, made)["case"])
        yield House(nidaa, case, rooms.own_page(nidaa.sidecar, made))
    lms.stop()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (360, "dark")])
@pytest.mark.parametrize("locale", ["ar", "en"])
def test_lines_of_registers_can_be_read(
    house: House, tabs: Tabs, shots: Shots, locale: str, width: int, scheme: str
) -> None:
    browser = tabs(viewport={"width": width, "height": 1400}, color_scheme=scheme, locale=locale)
    desk = at_desk(house.nidaa, browser, "operations", locale=locale)
    pages: dict[str, tuple[Page, str]] = {
        "case": (desk, f"/desk/cases/{house.case}"), "report": (browser.new_page(), house.report)
    }  # fmt: skip
    for target, role, sub, path, name in (
        ("roster", "trainer", "3900", f"/roster/{COURSE}", "roster"),
        ("roster", "trainer", "3900", f"/roster/{COURSE}/print", "print"),
        ("mine", "trainee", PERSON, f"/mine/courses/{COURSE}", "own"),
    ):
        page = browser.new_page()
        token = rooms.launch_token(sub, target=target, role=role, course=int(COURSE), locale=locale, name=NAME)
        assert rooms.send_in(page, house.nidaa.sidecar, token, target=target, locale=locale) == 200
        pages[name] = (page, path)
    age = "آخر تحديث من منار" if locale == "ar" else "Last update from Manar"
    old = "مضى عليه أكثر من 14 يوماً" if locale == "ar" else "more than 14 days ago"
    nelc = "أُرسلت ولم تُقبل" if locale == "ar" else "sent and not accepted"
    found: dict[str, object] = {}
    for name, (page, path) in pages.items():
        where = path if path.startswith("http") else house.nidaa.address + path
        for _ in range(60):
            page.goto(f"{where}?lang={locale}&show=all")
            if nelc in page.content():
                break
            page.wait_for_timeout(250)
        expect(page.get_by_text(age).first).to_be_visible()
        expect(page.get_by_text(old).first).to_be_visible()
        wrong: list[object] = [*accessible.violations(page), *accessible.faint(page)]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width and name != "print":  # a sheet is as wide as paper
            wrong.append(f"{wide} px wide")
        if wrong:
            found[name] = wrong
        page.evaluate("(document.querySelector('.nd-checks')?.closest('section') ?? document.body).scrollIntoView()")
        shots(page, f"registers-{name}-{locale}-{width}-{scheme}")
    assert found == {}
