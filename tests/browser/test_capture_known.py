"""What a room knows already: above its symptoms, one tap away, and never in the way of the two taps (acceptance B1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import accessible
from tests.browser.conftest import CONTEXT, ROOM, Opened, sent
from tests.browser.test_capture_told import minutes_ago

Tabs = Callable[..., BrowserContext]
DECLARED = {"ar": "يعرف مدير القاعة: لا أسمع الصوت، منذ ٨ دقائق",
            "en": "The room manager knows: I cannot hear, for 8 minutes"}  # fmt: skip
ME_TOO = {"ar": "وأنا أيضاً", "en": "Me too"}
GRID = "#nidaa .grid button >> nth=0"


def known(**changes: Any) -> dict[str, Any]:
    return {"symptom": "no_sound", "since": minutes_ago(8), "people": None, "declared": True} | changes


def opened(page_of: Opened, browser: BrowserContext, **about: Any) -> Page:
    page = page_of(browser, **({"fake": True, "context": CONTEXT} | about))
    page.locator("#nidaa .launch").click()
    expect(page.locator(GRID)).to_be_visible()
    return page


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_what_the_manager_declared_stands_there_and_one_tap_says_me_too(
    page_of: Opened, tabs: Tabs, shots: Callable[[Page, str], None], language: str, width: int, dark: bool
) -> None:
    browser = tabs(viewport={"width": width, "height": 900 if width > 500 else 740})
    both = [known(), known(symptom="slow", declared=False, people=5)]
    page = opened(page_of, browser, known=both, language=language)
    if dark:
        page.evaluate("document.querySelector('#nidaa').dataset.dark = '1'")
    expect(page.get_by_text(DECLARED[language], exact=True)).to_be_visible()
    page.wait_for_timeout(300)
    shots(page, f"known-{language}-{width}-{'dark' if dark else 'light'}")
    assert accessible.violations(page) == []
    assert accessible.faint(page, "#nidaa") == []
    page.get_by_role("button", name=ME_TOO[language]).first.click()
    draft = sent(page)[0]
    assert (draft["kind"], draft["symptom"], draft["room"]) == ("session_problem", "no_sound", "3")


def test_reported_by_many_it_says_how_many_and_not_that_anybody_knows(page_of: Opened, tabs: Tabs) -> None:
    page = opened(page_of, tabs(), known=[known(declared=False, people=5)])
    expect(page.get_by_text("لا أسمع الصوت · منذ ٨ دقائق")).to_be_visible()
    expect(page.get_by_text("أبلغ ٥ متدربين آخرين في قاعتك عن المشكلة نفسها.")).to_be_visible()
    expect(page.get_by_text("يعرف مدير القاعة", exact=False)).to_have_count(0)


def test_who_has_reported_it_is_not_asked_again(page_of: Opened, tabs: Tabs) -> None:
    page = opened(page_of, tabs(), known=[known()])
    page.get_by_role("button", name=ME_TOO["ar"]).click()
    sent(page)
    page.locator("#nidaa .head .bare").last.click()
    page.locator("#nidaa .launch").click()
    expect(page.locator(GRID)).to_be_visible()
    page.wait_for_timeout(300)
    expect(page.get_by_role("button", name=ME_TOO["ar"])).to_have_count(0)
    assert page.evaluate("window.wondered") == ["3", "3"], "asked once each time the panel opens"


@pytest.mark.parametrize("height", [1000, 640])
def test_what_is_known_late_moves_nothing_under_a_finger(page_of: Opened, tabs: Tabs, height: int) -> None:
    page = opened(page_of, tabs(viewport={"width": 360, "height": height}), known=[known()], known_after=600)
    page.wait_for_timeout(300)
    before = page.locator(GRID).bounding_box()
    expect(page.get_by_text(DECLARED["ar"], exact=True)).to_be_visible()
    assert page.locator(GRID).bounding_box() == before


def test_nobody_waits_for_it(page_of: Opened, tabs: Tabs) -> None:
    page = opened(page_of, tabs(), known=[known()], known_after=30_000)
    page.locator(GRID).click()
    assert sent(page)[0]["symptom"] == "no_mic"


def test_where_it_cannot_be_had_nothing_is_said(page_of: Opened, tabs: Tabs) -> None:
    page = opened(page_of, tabs())
    page.wait_for_timeout(300)
    expect(page.locator("#nidaa .note")).to_have_count(0)


def test_a_manager_and_an_unknown_symptom(page_of: Opened, tabs: Tabs) -> None:
    page = opened(page_of, tabs(), known=[known(symptom="too_bright"), known(symptom="trainer_absent")])
    expect(page.get_by_role("button", name=ME_TOO["ar"])).to_have_count(1)
    can = {"log": True, "flag": False, "ask": True}
    page = opened(page_of, tabs(), known=[known()], context=CONTEXT | {"can": can})
    page.wait_for_timeout(300)
    expect(page.get_by_role("button", name=ME_TOO["ar"])).to_have_count(0)


def test_on_the_courses_page_it_is_asked_of_the_room_that_is_chosen(page_of: Opened, tabs: Tabs) -> None:
    rooms = [ROOM, ROOM | {"id": "4", "name": "القاعة الثانية"}]
    about = {"context": CONTEXT | {"room": None, "rooms": rooms}, "here": {"room": None, "rooms": rooms}}
    page = page_of(tabs(), fake=True, known=[known()], **about)
    page.locator("#nidaa .launch").click()
    page.get_by_role("button", name="القاعة الثانية").click()
    page.get_by_role("button", name=ME_TOO["ar"]).click()
    assert sent(page)[0]["room"] == "4"
    assert page.evaluate("window.wondered") == ["4"]
