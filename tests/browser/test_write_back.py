"""A trainee's form where the house enters what a trainer confirms: typed, checked, confirmed, entered, shown."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Locator, Page, Response, expect
from sqlalchemy import select

from sidecar.store import cases, roster_courses, timetable
from tests import capture, servers
from tests.browser import desks, rooms
from tests.browser.desks import Institute, at_desk
from tests.browser.rooms import Tabs
from tests.browser.test_room_looks import LOOKS, good_to_read, screen
from tests.live.lms import LmsStandIn
from tests.live.presses import SITE

Shots = Callable[[Page, str], None]
FIELDS = ("phone", "name_ar", "name_en", "national_id")
ODD, SOUND = "1000000009", "1000000008"
TRAINER = "3900"
_people = itertools.count(6100)


class House(NamedTuple):
    """An institute and its LMS."""

    nidaa: Institute
    lms: LmsStandIn


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    lms = LmsStandIn(takes=0.0)
    with desks.institute(tmp_path_factory.mktemp("written"), lms_url=lms.url, writes=FIELDS) as nidaa:
        yield House(nidaa, lms)
    lms.stop()


def lacking(house: House) -> int:
    """Somebody in a course of the same number, of whom the LMS knows no name and no number; once that is fetched."""
    person, now = next(_people), datetime.now(UTC)
    course = str(person)
    house.lms.told[person] = {"profile": [{"field": one, "state": "empty", "value": None} for one in FIELDS]}
    with rooms.database(house.nidaa.sidecar) as db:
        with db.write() as conn:
            timetable.note_courses(conn, [{"site_id": SITE, "course_id": course, "seen_at": now}])
            timetable.record_course(
                conn, SITE, course, now, name="أساسيات الأمن السيبراني", idnumber="CRS-CYB-101-R7",
                starts_at=now - timedelta(days=20), ends_at=now + timedelta(days=20),
            )  # fmt: skip
            members = [(course, "trainee", "ماريا سانتوس"), (TRAINER, "trainer", "خالد الحربي")]
            timetable.replace_roster(conn, SITE, course, [
                {"person_id": key, "role": role, "name": name, "fetched_at": now} for key, role, name in members
            ])  # fmt: skip
            roster_courses.want(conn, SITE, course, now)

        def fetched() -> bool:
            with db.read() as conn:
                state = roster_courses.state(conn, (SITE, course))
            return state is not None and state.fetched_at is not None

        servers.wait_for(fetched, 20, "the roster")
    return person


def number_of_case(house: House, person: int) -> int:
    found: list[int] = []

    def there() -> bool:
        with rooms.database(house.nidaa.sidecar) as db, db.read() as conn:
            found[:] = list(conn.scalars(select(cases.cases.c.id).where(cases.cases.c.person_id == str(person))))
        return bool(found)

    servers.wait_for(there, 20, "the case")
    return found[0]


def own_page(house: House, browser: Any, person: int, language: str) -> Page:
    page: Page = browser.new_page()
    token = rooms.launch_token(
        str(person), target="mine", role="trainee", course=person, locale=language, name="ماريا سانتوس"
    )
    assert rooms.send_in(page, house.nidaa.sidecar, token, target="mine", locale=language) == 200
    page.goto(f"{house.nidaa.address}/mine/courses/{person}")
    return page


def types(page: Page, field: str, text: str, *, wrong: bool) -> Locator:
    """Type into a field as people do; what is said beside it, once it says that."""
    box = page.locator(f"#{field}")
    box.fill("")
    box.press_sequentially(text, delay=15)
    said = page.locator(f"#{field}-e")
    expect(said.locator(".nd-err" if wrong else ".nd-done")).to_be_visible()
    if wrong:
        expect(box).to_have_attribute("aria-invalid", "true")
    else:
        expect(box).not_to_have_attribute("aria-invalid", "true")
    assert page.evaluate("document.activeElement.id") == field, "the focus was moved"
    assert box.input_value() == text, "what was typed was replaced"
    return said


def entered(house: House, person: int) -> dict[str, str]:
    return {field: value for user, field, value in house.lms.written if user == person}


def sends(page: Page) -> None:
    page.locator("form.nd-form button[type=submit]").click()
    page.wait_for_load_state()


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("look", LOOKS, ids=lambda one: f"{one[0]}-{one[1]}")
def test_from_the_form_to_the_case(
    house: House, tabs: Tabs, shots: Shots, language: str, look: tuple[int, str]
) -> None:
    capture.modules()
    (width, scheme), wrong = look, {}
    person = lacking(house)
    browser = tabs(**screen(width), color_scheme=scheme, locale=language)
    page = own_page(house, browser, person, language)
    name = f"{language}-{width}-{scheme}"
    asked: list[tuple[str, str]] = []
    answers: list[Response] = []

    def heard(one: Response) -> None:
        answers.append(one)

    page.on("request", lambda one: asked.append((one.url, one.post_data or "")))
    page.on("response", heard)

    # Typed, and answered at once, beside the field.
    page.evaluate("window.kept = [...document.querySelectorAll('.nd-form input')].map(one => [one.id, one])")
    types(page, "phone", "12", wrong=True)
    types(page, "name_ar", "Maria Santos", wrong=True)
    types(page, "name_en", "Maria", wrong=True)
    types(page, "national_id", "12345", wrong=True)
    shots(page, f"typed-wrong-{name}")
    wrong["typed wrong"] = good_to_read(page, width)
    expect(types(page, "phone", "0505550199", wrong=False)).to_contain_text("+966505550199")
    types(page, "name_ar", "ماريا سانتوس", wrong=False)
    types(page, "name_en", "Maria Santos", wrong=False)
    said = types(page, "national_id", ODD, wrong=True)
    expect(said.get_by_role("checkbox")).to_be_visible()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    shots(page, f"typed-odd-{name}")
    wrong["typed odd"] = good_to_read(page, width)
    assert page.evaluate("window.kept.every(([id, one]) => !id || document.getElementById(id) === one)")
    for url, body in asked:
        if url.endswith("/check"):
            assert len([one for one in parse_qs(body) if one in FIELDS]) == 1, "one field at a time"

    told = [one.text() for one in answers if one.url.endswith("/check")]
    assert len(told) > 6
    assert [text for text in told if ODD in text or ODD[-4:] in text] == []

    # Sent all the same: the warning comes with the page, the number does not; it is typed again.
    sends(page)
    box = page.locator("#national_id")
    expect(box).to_have_value("")
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#name_en")).to_have_value("Maria Santos")
    shots(page, f"sent-odd-{name}")
    wrong["sent odd"] = good_to_read(page, width)
    types(page, "national_id", ODD, wrong=True)
    page.get_by_role("checkbox").check()
    page.wait_for_timeout(1_000)
    expect(page.get_by_role("checkbox")).to_be_checked()  # whatever the check says after that
    expect(box).not_to_have_attribute("aria-invalid", "true")
    sends(page)
    sent = page.locator("section", has=page.locator("#sn"))
    expect(sent.locator("li")).to_have_count(4)
    shots(page, f"sent-{name}")
    wrong["sent"] = good_to_read(page, width)
    assert [url for url, _body in asked if ODD in url] == []
    assert ODD not in page.content()

    # The trainer finds who waits, and confirms each.
    trainer = browser.new_page()
    token = rooms.launch_token(
        TRAINER, target="roster", role="trainer", course=person, locale=language, name="خالد الحربي"
    )
    assert rooms.send_in(trainer, house.nidaa.sidecar, token, target="roster", locale=language) == 200
    expect(trainer.locator(".nd-note--accent")).to_be_visible()
    shots(trainer, f"roster-waits-{name}")
    trainer.evaluate("scrollTo(0, document.body.scrollHeight)")  # where the bar of buttons lies over nothing
    wrong["roster"] = good_to_read(trainer, width)
    trainer.goto(f"{house.nidaa.address}/roster/")
    shots(trainer, f"roster-list-{name}")
    wrong["list"] = good_to_read(trainer, width)
    trainer.goto(f"{house.nidaa.address}/roster/{person}?show=waiting")
    for left in (4, 3, 2, 1):
        right = trainer.locator('button[value^="right-"]')
        expect(right).to_have_count(left)
        right.first.click()
        trainer.wait_for_load_state()
    assert ODD not in trainer.content()

    # The house enters it, and the case tells of each what stood there before and stands there now.
    wanted = {"phone": "+966505550199", "name_ar": "ماريا سانتوس", "name_en": "Maria Santos", "national_id": ODD}
    servers.wait_for(lambda: entered(house, person) == wanted, 20, "what is entered")
    desk = at_desk(house.nidaa, browser, "operations", locale=language)
    number = number_of_case(house, person)
    for _ in range(40):
        desk.goto(f"{house.nidaa.address}/desk/cases/{number}?lang={language}")
        if desk.locator("#written .nd-tag--good").count() == 4:
            break
        time.sleep(0.25)
    card = desk.locator("#written")
    expect(card.locator(".nd-tag--good")).to_have_count(4)
    expect(card).to_contain_text("خالد الحربي")
    expect(card).to_contain_text("+966505550199")
    expect(card).to_contain_text("••••••••09")
    assert ODD not in desk.content()
    card.scroll_into_view_if_needed()
    shots(desk, f"case-written-{name}")
    wrong["case"] = good_to_read(desk, width)
    page.goto(f"{house.nidaa.address}/mine/courses/{person}")
    expect(page.locator("section", has=page.locator("#sn")).locator(".nd-tag--good")).to_have_count(4)
    for command in ("web", "worker"):
        assert ODD not in house.nidaa.sidecar.log(command)
    assert {name: found for name, found in wrong.items() if found} == {}


def test_without_a_script_it_is_checked_when_it_is_sent(house: House, tabs: Tabs) -> None:
    person = lacking(house)
    page = own_page(house, tabs(java_script_enabled=False), person, "en")
    page.locator("#phone").fill("12")
    page.locator("#national_id").fill(ODD)
    sends(page)
    expect(page.locator("#phone-e")).to_contain_text("no telephone number")
    expect(page.locator("#national_id")).to_have_value("")
    page.locator("#phone").fill("0505550199")
    page.locator("#national_id").fill(ODD)
    page.get_by_role("checkbox").check()
    sends(page)
    expect(page.get_by_text("••••••••09")).to_be_visible()


def test_who_goes_back_and_mends_it_is_believed(house: House, tabs: Tabs) -> None:
    person = lacking(house)
    page = own_page(house, tabs(), person, "en")
    page.locator("#phone").fill("0505550198")
    sends(page)
    expect(page.get_by_text("+966505550198")).to_be_visible()
    page.go_back()
    closed = page.locator("details:not([open]):has(#phone)")  # what was sent is closed until another value is wanted
    if closed.count():
        closed.first.locator("summary").first.click()
    page.locator("#phone").fill("0505550199")
    sends(page)
    expect(page.get_by_text("+966505550199")).to_be_visible()
    expect(page.get_by_text("+966505550198")).to_have_count(0)
