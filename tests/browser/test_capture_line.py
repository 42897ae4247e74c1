"""The line under the button: readable, and there by itself on the next page for as long as a report is unfinished."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import accessible
from tests.browser.conftest import CONTEXT, ROOM, Opened
from tests.browser.test_capture_later import badge
from tests.browser.test_capture_press import ARRIVED, PRESS, press
from tests.browser.test_capture_told import SOLVED

Tabs = Callable[..., BrowserContext]
HERE = {"room": "3", "rooms": [ROOM]}
ASKED = {"ar": "حُلّت المشكلة · هل عادت تعمل عندك؟", "en": "Solved · Is it working for you?"}
LINE = "#nidaa .launch"
CLOSE = {"ar": "إغلاق", "en": "Close"}
LOADED = "performance.getEntriesByType('resource').some((one) => one.name.includes('capture.js'))"


def again(page: Page) -> None:
    page.reload()
    page.wait_for_selector("html[data-ready]")


def read(page: Page) -> None:
    """Everything that was said has stood in the open panel, which is closed then."""
    expect(page.locator("p.said").first).to_be_visible(timeout=15_000)
    page.wait_for_timeout(600)
    page.locator("#nidaa .head .bare").last.click()


def loads_the_core(page: Page) -> bool:
    again(page)
    page.wait_for_timeout(500)
    return bool(page.evaluate(LOADED))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_line_under_the_button_can_be_read(
    page_of: Opened, tabs: Tabs, shots: Callable[[Page, str], None], language: str, width: int, dark: bool
) -> None:
    """The panel's own looks are for the panel: they once painted this line in grey on teal."""
    browser = tabs(viewport={"width": width, "height": 740})
    page = page_of(browser, fake=True, context=CONTEXT, here=HERE, status=SOLVED, language=language)
    if dark:
        page.evaluate("""() => { document.querySelector('#nidaa').dataset.dark = '1';
                       document.body.style.background = '#0f1417'; document.body.style.color = '#e9edef'; }""")
    press(page, language)
    read(page)
    badge(page, ASKED[language])
    shots(page, f"line-{language}-{width}-{'dark' if dark else 'light'}")
    assert [one["text"] for one in accessible.contrasts(page, "#nidaa")][:2] == [PRESS[language], ASKED[language]]
    assert accessible.faint(page, "#nidaa") == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate("document.querySelector('#nidaa').shadowRoot.querySelector('small').style.color = '#45505a'")
    assert len(accessible.faint(page, "#nidaa")) == (0 if dark else 1)  # such a line is seen


def test_the_next_page_says_it_by_itself(classroom: Opened) -> None:
    page = classroom(sub="by-itself")
    press(page)
    expect(page.get_by_text(ARRIVED["ar"], exact=True).first).to_be_visible()
    again(page)
    expect(page.locator(f"{LINE} small")).to_have_text(ARRIVED["ar"], timeout=10_000)
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_solved_it_asks_whether_it_works_though_it_was_verified_meanwhile(page_of: Opened, tabs: Tabs) -> None:
    page = page_of(tabs(), fake=True, context=CONTEXT, here=HERE, status=SOLVED | {"state": "closed"})
    press(page)
    read(page)
    badge_after_reload(page, ASKED["ar"])


def badge_after_reload(page: Page, text: str) -> None:
    page.wait_for_timeout(300)
    again(page)
    badge(page, text)


def test_what_is_over_is_forgotten_and_the_page_after_it_loads_nothing(page_of: Opened, tabs: Tabs) -> None:
    over: dict[str, Any] = {"state": "closed", "asks_works": False}
    page = page_of(tabs(), fake=True, context=CONTEXT, here=HERE, status=SOLVED | over)
    press(page)
    page.wait_for_timeout(500)
    assert loads_the_core(page)
    badge(page, SOLVED["said"][1]["text"] + "+١")  # over, and said to nobody yet
    page.locator(LINE).click()
    page.locator("#nidaa .quiet").first.click()
    read(page)
    assert loads_the_core(page)
    badge(page, "")
    assert not loads_the_core(page)


def test_of_another_room_and_of_yesterday_the_page_says_nothing(page_of: Opened, tabs: Tabs) -> None:
    browser = tabs()
    page = page_of(browser, fake=True, context=CONTEXT, here=HERE, status=SOLVED)
    press(page)
    read(page)
    badge_after_reload(page, ASKED["ar"])
    elsewhere = {"room": "9", "rooms": [ROOM | {"id": "9"}]}
    other = page_of(browser, fake=True, context=CONTEXT, here=elsewhere, status=SOLVED)
    other.wait_for_timeout(800)
    badge(other, "")
    other.close()
    page.evaluate("""() => { const [key] = Object.keys(localStorage).filter((one) => one.endsWith(':seen'));
                     const rows = JSON.parse(localStorage[key]);
                     rows[0][2] -= 7 * 3600e3;
                     localStorage[key] = JSON.stringify(rows); }""")
    assert loads_the_core(page)
    badge(page, "")
    assert not loads_the_core(page)


def test_a_tab_beside_says_it_too(page_of: Opened, tabs: Tabs) -> None:
    browser = tabs()
    about: dict[str, Any] = {"context": CONTEXT, "here": HERE, "status": SOLVED, "person": "both"}
    beside, page = (page_of(browser, fake=True, **about) for _ in range(2))
    press(page)
    badge(beside, SOLVED["said"][1]["text"] + "+١")
    read(page)
    badge(page, ASKED["ar"])
    assert page.evaluate("JSON.parse(localStorage['nidaa:both:seen']).length") == 1


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_what_is_said_while_the_panel_is_closed_stands_on_the_line_until_it_is_read(
    page_of: Opened, tabs: Tabs, shots: Callable[[Page, str], None], language: str, width: int, dark: bool
) -> None:
    long = (
        "رسالة من مدير القاعة عن «لا أسمع الصوت»: نعلم بالمشكلة في SRV-2 ونعالجها الآن، ولا حاجة إلى إعادة الدخول. " * 2
    )
    said = [SOLVED["said"][0], {"at": "2026-11-22T14:02:00Z", "cause": "told", "text": long}]
    browser = tabs(viewport={"width": width, "height": 740})
    status = SOLVED | {"said": said, "state": "in_progress", "asks_works": False, "timeline": []}
    page = page_of(browser, fake=True, context=CONTEXT, here=HERE, status=status, language=language)
    if dark:
        page.evaluate("""() => { document.querySelector('#nidaa').dataset.dark = '1';
                       document.body.style.background = '#0f1417'; document.body.style.color = '#e9edef'; }""")
    press(page, language)
    page.locator("#nidaa .head .bare").last.click()
    line = page.locator(f"{LINE} small")
    expect(line).to_have_text(long + {"ar": "+١", "en": "+1"}[language], timeout=15_000)
    words = line.locator("bdi").first
    assert words.get_attribute("dir") == "auto"
    assert words.evaluate("one => one.clientHeight <= 2 * 21 + 1 && one.scrollHeight > one.clientHeight")
    shots(page, f"line-said-{language}-{width}-{'dark' if dark else 'light'}")
    box = page.locator(LINE).bounding_box()
    assert box
    assert box["width"] <= 360
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert accessible.faint(page, "#nidaa") == []
    page.locator(LINE).click()
    page.locator("#nidaa .quiet").first.click()
    read(page)
    state = {"ar": "قيد المعالجة", "en": "In hand"}[language]
    badge(page, state)
    badge_after_reload(page, state)


def test_of_another_room_nothing_is_asked_for_that_could_not_be_shown(page_of: Opened, tabs: Tabs) -> None:
    """What the host is asked for counts as shown, and no message is sent for it."""
    browser = tabs()
    page = page_of(browser, fake=True, context=CONTEXT, here=HERE, status=SOLVED, person="two-rooms")
    press(page)
    page.locator("#nidaa .head .bare").last.click()
    badge(page, SOLVED["said"][1]["text"] + "+١")
    elsewhere = {"room": "9", "rooms": [ROOM | {"id": "9"}]}
    other = page_of(
        browser, fake=True, context=CONTEXT | {"room": "9", "rooms": elsewhere["rooms"]}, here=elsewhere, status=SOLVED,
        person="two-rooms",
    )  # fmt: skip
    other.locator(LINE).click()
    other.wait_for_timeout(1500)
    assert other.evaluate("window.followed ?? []") == []
    again(page)
    badge(page, SOLVED["said"][1]["text"] + "+١")
    assert page.evaluate("window.followed.length") > 0
