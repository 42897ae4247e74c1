"""The room's pages as people see them: both languages, two sizes, light and dark; read, and nothing cut off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import capture
from tests.browser import accessible, rooms
from tests.browser.rooms import DONE, SOON, Tabs
from tests.live.deployment import Deployment
from tests.live.presses import Press

Shots = Callable[[Page, str], None]

PEOPLE = {
    "61": "أحمد القحطاني", "62": "نورة بنت عبدالرحمن آل سعود الدوسري", "63": "Omar Khan", "64": "هند الشهري",
    "65": "سارة العنزي", "66": "فيصل الحارثي", "67": "ريم السبيعي",
}  # fmt: skip
WORDS = "انقطع الصوت فجأة بعد مشاركة الشاشة, and <b>Zoom</b> said: error 1001"
LONG = "https://zoom.us/j/" + "0123456789" * 9


@dataclass(frozen=True)
class Evening:
    """A busy evening: a room with everything, a quiet one, one of a major incident, and a trainee's report."""

    busy: int
    quiet: int
    struck: int
    press: Press


@pytest.fixture(scope="module")
def evening(sidecar: Deployment, chromium: Browser) -> Iterator[Evening]:
    """Made once; the pages of it are only looked at."""
    busy, quiet, *struck = (rooms.fresh_room() for _ in range(6))
    for room in (busy, quiet, struck[0]):
        rooms.timetabled(sidecar, room, PEOPLE, present=17 if room == busy else None, manager="m9")
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = rooms.board(sidecar, context, busy, sub="m9", locale="en")
    sent = [
        rooms.report(sidecar, busy, int(key), name=name, text=WORDS if key in {"61", "63"} else "")
        for key, name in PEOPLE.items()
    ]
    rooms.report(sidecar, busy, 61, symptom="no_video", name=PEOPLE["61"])
    rooms.report(sidecar, busy, 62, symptom="slow", name=PEOPLE["62"])
    for room in struck:
        for person in (1, 2, 3):
            rooms.report(sidecar, room, room * 1000 + person, platform="zoom", symptom="cannot_join")
    rooms.report(sidecar, busy, 64, kind="inquiry", symptom=None, category="content_question", name=PEOPLE["64"],
                 text="ما الفرق بين TCP وUDP في الشريحة 12؟")  # fmt: skip
    expect(rooms.number_on(rooms.card(page, language="en"))).to_have_text("7", timeout=2 * SOON)
    page.locator("#backup summary").click()
    page.locator("#backup #url").fill(LONG)
    page.locator("#backup").get_by_role("button", name="Save").click()
    expect(page.locator("#backup a")).to_be_visible()
    rooms.card(page, "no_video", "en").focus()
    page.keyboard.press("r")
    rooms.card(page, language="en").focus()
    page.keyboard.press("t")
    expect(page.locator(".nd-told")).to_be_visible(timeout=DONE)
    expect(page.locator(".nd-solved")).to_be_visible(timeout=DONE)
    yield Evening(busy, quiet, struck[0], sent[0])
    context.close()


_WIDER = """(width) => [...document.querySelectorAll('body *')].filter((one) => {
  const box = one.getBoundingClientRect();
  return box.width && (box.right > width + 1 || box.left < -1);
}).map((one) => `${one.tagName}.${one.className}`)"""

LOOKS = [(width, scheme) for width in (1440, 360) for scheme in ("light", "dark")]


@pytest.fixture(params=LOOKS, ids=lambda one: f"{one[0]}-{one[1]}")
def look(request: pytest.FixtureRequest) -> tuple[int, str]:
    found: tuple[int, str] = request.param
    return found


def screen(width: int) -> dict[str, Any]:
    """A screen of this width; a narrow one is a phone's, touched with a finger."""
    finger = {"has_touch": True, "is_mobile": True} if width < 500 else {}
    return {"viewport": {"width": width, "height": 900}} | finger


def good_to_read(page: Page, width: int, *, least: int = 5) -> list[str]:
    """What is wrong with how a page looks; empty when nothing is."""
    page.wait_for_load_state()
    page.wait_for_timeout(300)
    wrong = [f"axe: {one}" for one in accessible.violations(page)]
    wrong += [f"faint: {one}" for one in accessible.faint(page)]
    if page.evaluate("document.documentElement.scrollWidth") > width:
        wide = page.evaluate(_WIDER, width)
        wrong.append(f"wider than the screen: {wide[:6]}")
    if len(accessible.contrasts(page)) < least:
        wrong.append("there is hardly a text on it")
    return wrong


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_managers_pages(
    sidecar: Deployment, tabs: Tabs, shots: Shots, evening: Evening, language: str, look: tuple[int, str]
) -> None:
    capture.modules()  # axe is among them
    width, scheme = look
    browser = tabs(**screen(width), color_scheme=scheme, locale=language)
    page = rooms.board(sidecar, browser, evening.busy, sub="m9", locale=language)
    base = rooms.address(sidecar)
    wrong: dict[str, list[str]] = {}
    for name, path in {
        "board": f"/rooms/{evening.busy}/-", "quiet": f"/rooms/{evening.quiet}/-",
        "major": f"/rooms/{evening.struck}/-",
        "rooms": "/rooms/", "summary": f"/rooms/{evening.busy}/-/summary", "absent": "/rooms/1/-",
    }.items():  # fmt: skip
        page.goto(base + path)
        page.wait_for_timeout(200)
        shots(page, f"room-{name}-{language}-{width}-{scheme}")
        wrong[name] = good_to_read(page, width)
    page.goto(f"{base}/rooms/{evening.busy}/-")
    for opener, name in (('[data-key="W"]', "tell"), ('[data-key="S"]', "split"), (".nd-names a", "people")):
        rooms.card(page, language=language).locator(opener).first.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        shots(page, f"room-{name}-{language}-{width}-{scheme}")
        wrong[name] = good_to_read(page, width)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    assert {name: found for name, found in wrong.items() if found} == {}


@pytest.mark.parametrize("language", ["ar", "en"])
def test_everybody_elses_pages(
    sidecar: Deployment, tabs: Tabs, shots: Shots, evening: Evening, language: str, look: tuple[int, str]
) -> None:
    capture.modules()
    width, scheme = look
    page = tabs(**screen(width), color_scheme=scheme, locale=language).new_page()
    wrong: dict[str, list[str]] = {}
    for target, sub, role in (("desk", "d1", "supervisor"), ("mine", "61", "trainee"), ("questions", "9", "trainer")):
        token = rooms.launch_token(
            sub, target=target, role=role, course=rooms.course_of(evening.busy), locale=language, name="سلطان المطيري"
        )
        assert rooms.send_in(page, sidecar, token, target=target) == 200
        if target == "desk":
            page.goto(f"{rooms.address(sidecar)}/desk/watch/?lang={language}")
        page.wait_for_timeout(200)
        shots(page, f"{target}-{language}-{width}-{scheme}")
        wrong[target] = good_to_read(page, width)
        if target == "desk":
            expect(page.locator(".nd-major")).to_be_visible()
        if target == "questions":
            expect(page.locator("article textarea")).to_be_visible()
    page.goto(rooms.own_page(sidecar, evening.press) + f"?lang={language}")
    expect(page.locator(".nd-said")).to_be_visible()
    shots(page, f"own-{language}-{width}-{scheme}")
    wrong["own"] = good_to_read(page, width)
    assert {name: found for name, found in wrong.items() if found} == {}


def test_a_mirrored_page_begins_at_the_right_and_times_run_from_left_to_right(
    sidecar: Deployment, tabs: Tabs, evening: Evening
) -> None:
    page = rooms.board(sidecar, tabs(), evening.busy, sub="m9")
    number = rooms.number_on(rooms.card(page)).bounding_box()
    heading = rooms.card(page).get_by_role("heading").bounding_box()
    assert number
    assert heading
    assert number["x"] > heading["x"]
    for one in page.locator(".nd-ltr").all():
        assert one.evaluate("node => getComputedStyle(node).direction") == "ltr"
