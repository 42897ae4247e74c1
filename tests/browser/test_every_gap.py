"""Every gap of the contract in words: on the roster, and on the checklist of its case."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from sidecar.domain.registry import RegistryEntry, RegistryState
from sidecar.domain.report import Gap
from sidecar.store import roster, roster_courses, timetable
from tests import capture
from tests.browser import accessible, desks, rooms
from tests.browser.desks import Institute, at_desk
from tests.browser.rooms import Tabs
from tests.browser.test_certificates import AWKWARD, COURSE_PAGE
from tests.browser.test_room_looks import good_to_read, screen
from tests.browser.test_roster import NOW, POLICY, at_the_roster, kept
from tests.live.lms import LmsStandIn
from tests.live.presses import SITE

Shots = Callable[[Page, str], None]
COURSE = "91018"
DONE = {"completion.completed": True, "course.ended": True}
ISSUED = [{"source": "customcert", "code": "Fq2I", "at": "2026-11-22T10:42:03+00:00"}]
GAPS: dict[Gap, tuple[dict[str, Any], RegistryState | None]] = {
    Gap.NATIONAL_ID_MISSING: ({"profile.national_id": None}, None),
    Gap.NATIONAL_ID_INVALID: ({"profile.national_id": "invalid"}, None),
    Gap.NATIONAL_ID_DUPLICATE: ({"profile.national_id_duplicate": True}, None),
    Gap.NAME_AR_MISSING: ({"profile.name_ar": None}, None),
    Gap.NAME_EN_MISSING: ({"profile.name_en": None}, None),
    Gap.NAME_MISMATCH: ({"profile.name_ar": "عبدالرحمن بن محمد القحطاني", "profile.name_en": "Omar Khan"}, None),
    Gap.PHONE_MISSING: ({"profile.phone": None}, None),
    Gap.ATTENDANCE_BELOW: ({"attendance.rate": 0.68}, None),
    Gap.ENROLMENT_ENDED: ({"enrolment.status": "ended"}, None),
    Gap.ENROLMENT_SUSPENDED: ({"enrolment.status": "suspended"}, None),
    Gap.ENROLMENT_NOT_STARTED: ({"enrolment.status": "not_started"}, None),
    Gap.NOT_ENROLLED: ({"enrolment.status": "not_enrolled", "grade.course": "?"}, None),
    Gap.NOT_COMPLETED: ({"course.ended": True}, None),
    Gap.CERTIFICATE_NOT_ISSUED: (DONE, None),
    Gap.REGISTRY_NOT_SUBMITTED: ({**DONE, "certificate.issued": ISSUED}, RegistryState.NOT_SUBMITTED),
    Gap.REGISTRY_PENDING: ({**DONE, "certificate.issued": ISSUED}, RegistryState.SUBMITTED),
    Gap.REGISTRY_REJECTED: ({**DONE, "certificate.issued": ISSUED}, RegistryState.REJECTED),
}
"""How the LMS and the register show each. That a certificate's data are wrong a person has to say."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Institute, LmsStandIn]]:
    lms = LmsStandIn(takes=0.0)
    with desks.institute(tmp_path_factory.mktemp("gaps"), lms_url=lms.url) as nidaa:
        with rooms.database(nidaa.sidecar) as db, db.write() as conn:
            people = [
                kept(COURSE, str(3100 + place), f"متدرب {place:02d}", changes, lost=40,
                     registry=RegistryEntry(state, "الاسم غير مطابق" if state is RegistryState.REJECTED else "", NOW,
                                            "manar.csv") if state else None)
                for place, (changes, state) in enumerate(GAPS.values())
            ]  # fmt: skip
            timetable.note_courses(conn, [{"site_id": SITE, "course_id": COURSE, "seen_at": NOW}])
            timetable.replace_roster(conn, SITE, COURSE, [
                {"person_id": row["person_id"], "role": "trainee", "name": row["name"], "fetched_at": NOW}
                for row in people
            ])  # fmt: skip
            roster.keep(conn, people)
            roster_courses.want(conn, SITE, COURSE, NOW)
            roster_courses.fetched(conn, (SITE, COURSE), NOW, NOW)
        yield nidaa, lms
    lms.stop()


@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("locale", ["ar", "en"])
def test_each_is_found_by_its_name_on_the_roster(
    house: tuple[Institute, LmsStandIn], tabs: Tabs, shots: Shots, locale: str, width: int
) -> None:
    capture.modules()
    sidecar = house[0].sidecar
    browser = tabs(**screen(width), locale=locale)
    page = at_the_roster(sidecar, browser, COURSE, locale=locale)
    base = f"{rooms.address(sidecar)}/roster/{COURSE}?show=all"
    for place, gap in enumerate(GAPS):
        page.goto(f"{base}&gap={gap}")
        expect(page.locator("tbody tr")).to_have_count(1)
        row = page.locator("tbody tr")
        expect(row).to_contain_text(f"متدرب {place:02d}")
        expect(row.locator(".nd-cell--gap, .nd-cell--warn")).to_have_count(1)
    page.goto(base)
    page.set_viewport_size({"width": width, "height": 1900 if width > 500 else 4600})
    shots(page, f"gaps-roster-{locale}-{width}")
    assert good_to_read(page, width) == []
    assert page.locator("tbody tr").filter(has_text="Omar Khan").locator('bdi[dir="auto"]').all_text_contents() == [
        "عبدالرحمن بن محمد القحطاني", "Omar Khan",
    ]  # fmt: skip


def _profile(**states: str | tuple[str, str]) -> list[dict[str, Any]]:
    told = {"national_id": "present", "name_ar": ("present", "أحمد القحطاني"),
            "name_en": ("present", "Ahmad Alqahtani"), "phone": ("present", "0551000001"), **states}  # fmt: skip
    return [
        {
            "field": name,
            "state": one if isinstance(one, str) else one[0],
            "value": None if isinstance(one, str) else one[1],
        }
        for name, one in told.items()
    ]


def _enrolled(status: str) -> dict[str, Any]:
    return {"enrolment": {"status": status, "reason": "", "method": "manual", "timestart": 0, "timeend": 0,
                          "roles": [], "groups": [], "lastaccess": 0}}  # fmt: skip


def _grade(state: str = "graded", points: float | None = 78, needed: float | None = 60) -> dict[str, Any]:
    return {"grade": {"state": state, "points": points, "min": 0, "max": 100, "pass": needed}}


_WELL = {"courseended": True, "unread": [], "completion": {"completed": True, "timecompleted": 1795344425},
         "profile": _profile(), "certificates": [{"source": "customcert", "code": "Fq2I", "timecreated": 1795344425}],
         **_grade()}  # fmt: skip
CASES: dict[str, dict[str, Any]] = {
    "data": _WELL | {
        "profile": _profile(national_id="empty", name_ar="empty", name_en="empty", phone="empty"),
        **_grade("hidden", None),
    },
    "doubt": AWKWARD | {"enrolment": _enrolled("suspended")["enrolment"], **_grade(points=49.5)},
    "differ": _WELL | {"profile": _profile(name_en=("present", "Omar Khan")), "certificates": [],
                       **_enrolled("ended"), **_grade("ungraded", None)},
    "later": _WELL | {"certificates": [], **_enrolled("not_started"), **_grade(needed=None)},
    "stranger": _WELL | {"certificates": [], **_enrolled("not_enrolled"), "grade": None,
                         "unread": [{"fact": "grade", "reason": "not_offered"}]},
    "unissued": _WELL | {"certificates": [], **_grade("recalculating", None)},
    "unfinished": _WELL | {"certificates": [], "completion": {"completed": False, "timecompleted": 0}},
}  # fmt: skip
GRADES: dict[str, tuple[str, str]] = {
    "data": ("unknown", "the learning platform hides it from the trainee"),
    "doubt": ("below the pass mark", "\u206649.5\u2069 of \u2066100\u2069, needed \u206660\u2069"),
    "differ": ("not graded yet", "\u206660\u2069 of \u2066100\u2069 is needed"),
    "later": ("graded", "\u206678\u2069 of \u2066100\u2069"),
    "stranger": ("unknown", ""),
    "unissued": ("unknown", "the learning platform has to compute it again"),
    "unfinished": ("enough to pass", "\u206678\u2069 of \u2066100\u2069, needed \u206660\u2069"),
}


@pytest.mark.parametrize("which", CASES)
def test_the_checklist_of_a_case(house: tuple[Institute, LmsStandIn], tabs: Tabs, shots: Shots, which: str) -> None:
    nidaa, lms = house
    person = 5300 + list(CASES).index(which)
    lms.told[person] = CASES[which]
    made = rooms.report(
        nidaa.sidecar, 3, person, kind="certificate_gap", symptom=None, channel="web", text="أين شهادتي؟",
        place=COURSE_PAGE, gaps=["certificate_wrong_data"], name="أحمد القحطاني",
    )  # fmt: skip
    rooms.sorted_in(nidaa.sidecar, made)
    number = rooms.read_back(nidaa.sidecar, made)["case"]
    wrong: dict[str, object] = {}
    for locale in ("en", "ar"):
        for width in (1440, 360):
            page = at_desk(nidaa, tabs(viewport={"width": width, "height": 2000}), "operations", locale=locale)
            for _ in range(40):
                page.goto(f"{nidaa.address}/desk/cases/{number}?lang={locale}")
                if page.locator(".nd-checks").count():
                    break
                page.wait_for_timeout(250)
            if locale == "en":
                line = page.locator(".nd-checks li").filter(has=page.get_by_text("Grade", exact=True))
                for words in GRADES[which]:
                    expect(line).to_contain_text(words)
            page.wait_for_timeout(200)
            if found := [*accessible.violations(page), *accessible.faint(page)]:
                wrong[f"{locale} {width}"] = found
            page.locator("#checklist").scroll_into_view_if_needed()
            shots(page, f"gaps-case-{which}-{locale}-{width}")
            page.close()
    assert wrong == {}


def test_none_is_left_out() -> None:
    assert set(GAPS) | {Gap.CERTIFICATE_WRONG_DATA} == set(Gap) == {Gap(one) for one in POLICY.certificate.gaps}
