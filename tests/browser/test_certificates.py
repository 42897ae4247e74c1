"""A trainee asks where the certificate is; the desk looks again, and proposes to close with one press."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Page, expect

from tests.browser import accessible, desks, rooms
from tests.browser.desks import Institute, at_desk
from tests.browser.rooms import Tabs
from tests.live.lms import LmsStandIn
from tests.live.presses import Press

Shots = Callable[[Page, str], None]
COURSE_PAGE = {
    "page": "course", "course": {"id": "2", "idnumber": "CRS-CYB-101-R7", "name": "دورة الأمن السيبراني التأسيسية"},
    "activity": None, "group": None, "session": None,
}  # fmt: skip
AWKWARD: dict[str, Any] = {
    "courseended": True,
    "national_id_duplicate": True,
    "profile": [
        {"field": "national_id", "state": "invalid", "value": None},
        {"field": "name_ar", "state": "present", "value": "Yousef Alenezi"},
        {"field": "name_en", "state": "present", "value": "يوسف العنزي"},
        {"field": "phone", "state": "empty", "value": None},
    ],
    "attendance": {
        "held": 25, "attended": 17, "rate": 0.68,
        "definition": {"sessions": "all past", "late": "counts", "excused": "does not count"},
    },
    "completion": None,
    "unread": [{"fact": "completion", "reason": "not_offered"}],
}  # fmt: skip
MENDED = {"profile": [*AWKWARD["profile"][:3], {"field": "phone", "state": "present", "value": "0551000007"}]}


class House(NamedTuple):
    """An institute and its LMS."""

    nidaa: Institute
    lms: LmsStandIn


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    lms = LmsStandIn(takes=0.0)
    with desks.institute(tmp_path_factory.mktemp("certificates"), lms_url=lms.url) as nidaa:
        yield House(nidaa, lms)
    lms.stop()


def asks(house: House, person: int, *gaps: str, about: int | None = None) -> tuple[Press, str]:
    """A report about a certificate, and the number of its case."""
    house.lms.told[about or person] = AWKWARD
    made = rooms.report(
        house.nidaa.sidecar, 3, person, kind="certificate_gap", symptom=None, channel="web", text="أين شهادتي؟",
        place=COURSE_PAGE, gaps=list(gaps), name="يوسف العنزي",
    )  # fmt: skip
    rooms.sorted_in(house.nidaa.sidecar, made)
    return made, str(rooms.read_back(house.nidaa.sidecar, made)["case"])


def test_a_trainee_reads_the_cause_and_the_desk_closes_what_is_mended(house: House, tabs: Tabs) -> None:
    made, number = asks(house, 5007, "phone_missing")
    own = tabs(java_script_enabled=False, viewport={"width": 360, "height": 740}).new_page()
    for _ in range(40):
        own.goto(rooms.own_page(house.nidaa.sidecar, made) + "?lang=ar")
        if own.get_by_text("هذه إجابة آلية").count():
            break
        own.wait_for_timeout(250)
    expect(own.get_by_role("heading", name="متطلبات الشهادة", exact=True)).to_be_visible()
    expect(own.get_by_text("٦٨٪").first).to_be_visible()
    expect(own.get_by_text("رقم الجوال غير مدخل").first).to_be_visible()

    desk = at_desk(house.nidaa, tabs(java_script_enabled=False), "operations")
    desk.goto(f"{house.nidaa.address}/desk/cases/{number}")
    card = desk.locator("#checklist")
    expect(card.get_by_text("كلٌّ في مكان الآخر")).to_be_visible()
    expect(card.get_by_role("button", name="اقتراح الحل")).to_have_count(0)

    house.lms.told[5007] = AWKWARD | MENDED
    desk.get_by_role("button", name="تحديث البيانات").click()
    for _ in range(40):
        desk.goto(f"{house.nidaa.address}/desk/cases/{number}")
        if card.get_by_text("زال النقص").count():
            break
        desk.wait_for_timeout(250)
    expect(card.get_by_text("لم يعد ناقصاً: رقم الجوال غير مدخل")).to_be_visible()
    card.get_by_role("button", name="اقتراح الحل").click()
    expect(desk.get_by_text("حل مقترح بانتظار تحقق شخص آخر")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (360, "dark")])
@pytest.mark.parametrize("locale", ["ar", "en"])
def test_the_checklist_can_be_read(
    house: House, tabs: Tabs, shots: Shots, locale: str, width: int, scheme: str
) -> None:
    person = 5100 + width + (locale == "en")
    made, number = asks(house, person, "phone_missing")
    browser = tabs(viewport={"width": width, "height": 1400}, color_scheme=scheme)
    desk = at_desk(house.nidaa, browser, "operations", locale=locale)
    house.lms.told[person] = AWKWARD | MENDED
    desk.goto(f"{house.nidaa.address}/desk/cases/{number}?lang={locale}")
    desk.locator("#facts form button").click()
    own = browser.new_page()
    found: dict[str, object] = {}
    for name, page, where in (
        ("case", desk, f"{house.nidaa.address}/desk/cases/{number}?lang={locale}"),
        ("own", own, f"{rooms.own_page(house.nidaa.sidecar, made)}?lang={locale}"),
    ):
        for _ in range(40):
            page.goto(where)
            if page.locator(".nd-checks").count() and (name == "own" or page.locator("#gp-answer").count()):
                break
            page.wait_for_timeout(250)
        page.wait_for_timeout(300)
        wrong: list[object] = [*accessible.violations(page), *accessible.faint(page)]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            wrong.append(f"{wide} px wide")
        if wrong:
            found[name] = wrong
        page.evaluate("document.querySelector('.nd-checks').closest('section').scrollIntoView()")
        shots(page, f"certificate-{name}-{locale}-{width}-{scheme}")
    assert found == {}
