"""The status line: what the person was told, and "is it working for you?"."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import accessible
from tests.browser.conftest import CONTEXT, Opened
from tests.browser.test_capture_press import press

SAID = "رسالة من مدير القاعة عن «لا أسمع الصوت»: نعلم بالمشكلة (\u2066SRV-2\u2069)"
SOLVED: dict[str, Any] = {
    "delivered": True, "state": "resolved", "case": "7", "same_in_room": 3, "poll_after": 15,
    "timeline": [{"at": "2026-11-22T14:03:00Z", "what": "solve", "text": "حُلّت المشكلة."}],
    "said": [{"at": "2026-11-22T14:01:00Z", "cause": "told", "text": SAID},
             {"at": "2026-11-22T14:03:00Z", "cause": "solved", "text": "حُلّت المشكلة «لا أسمع الصوت»."}],
    "asks_works": True, "already_known": False, "since": "2026-11-22T14:00:00Z",
}  # fmt: skip


def minutes_ago(minutes: int) -> str:
    """A moment of the browser's own day."""
    return (datetime.now(UTC) - timedelta(minutes=minutes, seconds=20)).isoformat()


def opened(page_of: Opened, tabs: Callable[..., BrowserContext], **status: Any) -> Page:
    page = page_of(tabs(viewport={"width": 390, "height": 760}), fake=True, context=CONTEXT, status=SOLVED | status)
    press(page)
    return page


def test_what_was_said_stands_there_newest_first_and_isolated(
    page_of: Opened, tabs: Callable[..., BrowserContext], shots: Callable[[Page, str], None]
) -> None:
    page = opened(page_of, tabs)
    expect(page.get_by_text("هل عادت تعمل عندك؟")).to_be_visible(timeout=15_000)
    said = page.locator("p.said").all_inner_texts()
    assert said == [SOLVED["said"][1]["text"], SAID]
    assert page.locator("p.said").first.get_attribute("dir") == "auto"
    page.wait_for_timeout(300)
    shots(page, "told-ar-390")
    assert accessible.violations(page) == []


@pytest.mark.parametrize(("button", "works"), [("حُلّت عندي", True), ("لم تُحل عندي", False)])
def test_one_tap_answers_whether_it_works(
    page_of: Opened, tabs: Callable[..., BrowserContext], button: str, works: bool
) -> None:
    page = opened(page_of, tabs)
    page.get_by_role("button", name=button).click(timeout=15_000)
    expect(page.get_by_text("شكراً لك", exact=False)).to_be_visible()
    expect(page.get_by_text("هل عادت تعمل عندك؟")).to_be_hidden()
    added: list[dict[str, Any]] = []
    for _ in range(60):
        added = page.evaluate("window.added ?? []")
        if added:
            break
        page.wait_for_timeout(50)
    assert [(one["works"], one["text"]) for one in added] == [(works, "")]
    step = "حُلّت المشكلة" if works else "قيد المعالجة"  # the line agrees with what was just said
    expect(page.locator("#nidaa .steps .now")).to_have_text(step)


def test_the_title_stays_above_what_passes_under_it(page_of: Opened, tabs: Callable[..., BrowserContext]) -> None:
    page = opened(page_of, tabs)
    expect(page.get_by_text("هل عادت تعمل عندك؟")).to_be_visible(timeout=15_000)
    layers = page.evaluate("""() => { const root = document.querySelector('#nidaa').shadowRoot;
                           const layer = (at, more) => Number(getComputedStyle(root.querySelector(at), more).zIndex);
                           return [layer('.head'), layer('.steps li', '::before')]; }""")
    assert layers[0] > layers[1]


@pytest.mark.parametrize("how", ["already_known", "joined_known"])
def test_who_came_late_learns_since_when_it_was_known(
    page_of: Opened, tabs: Callable[..., BrowserContext], how: str
) -> None:
    page = opened(page_of, tabs, **{how: True, "since": minutes_ago(8)})
    known = page.get_by_text("معروفة لدينا منذ ٨ دقائق.", exact=True)
    expect(known).to_be_visible(timeout=15_000)
    assert "208-226-399-3" in known.locator("xpath=preceding-sibling::p[1]").inner_text()


def test_who_did_not_come_late_is_told_nothing_of_it(page_of: Opened, tabs: Callable[..., BrowserContext]) -> None:
    page = opened(page_of, tabs, since=minutes_ago(8))
    expect(page.locator("p.said").first).to_be_visible(timeout=15_000)
    expect(page.get_by_text("معروفة لدينا", exact=False)).to_have_count(0)


def test_everything_that_was_said_stands_in_the_open_panel(
    page_of: Opened, tabs: Callable[..., BrowserContext]
) -> None:
    said = [{"at": f"2026-11-22T14:0{one}:00Z", "cause": "told", "text": f"رسالة {one}"} for one in range(4)]
    page = opened(page_of, tabs, said=said)
    expect(page.locator("p.said").first).to_be_visible(timeout=15_000)
    assert page.locator("p.said").all_inner_texts() == ["رسالة 3", "رسالة 2", "رسالة 1", "رسالة 0"]


def test_an_older_host_says_none_of_it(page_of: Opened, tabs: Callable[..., BrowserContext]) -> None:
    older = {"said": None, "asks_works": None, "already_known": None, "since": None}
    page = opened(page_of, tabs, **older)
    expect(page.get_by_text("حُلّت المشكلة", exact=False).first).to_be_visible(timeout=15_000)
    expect(page.get_by_text("هل عادت تعمل عندك؟")).to_be_hidden()
