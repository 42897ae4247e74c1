"""Coming in from the learning platform: once, in time, and only to the page that the link was made for."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import rooms
from tests.browser.rooms import Tabs
from tests.live.deployment import Deployment

SCRIPT = {"ar": re.compile(r"[\u0600-\u06ff]"), "en": re.compile(r"[A-Za-z]")}


def says_it_in(page: Page, language: str) -> None:
    """A page that says one thing, in this language and its direction."""
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    expect(page.get_by_role("heading", level=1)).to_have_text(SCRIPT[language])
    expect(page.locator("main p")).to_have_text(SCRIPT[language])
    expect(page.locator("[data-card]")).to_have_count(0)


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("how", ["expired", "lives too long", "used", "forged", "for reports"])
def test_a_link_that_is_not_good_opens_nothing(sidecar: Deployment, tabs: Tabs, how: str, language: str) -> None:
    room = rooms.fresh_room()
    page = tabs(locale=language).new_page()
    token = {
        "expired": lambda: rooms.launch_token("m1", room=room, locale=language, age=75),
        "lives too long": lambda: rooms.launch_token("m1", room=room, locale=language, life=61),
        "used": lambda: rooms.launch_token("m1", room=room, locale=language),
        "forged": lambda: rooms.launch_token("m1", room=room, locale=language)[:-4] + "AAAA",
        "for reports": lambda: rooms.launch_token("m1", room=room, locale=language, audience="report"),
    }[how]()
    if how == "used":
        somebody_else = tabs().new_page()
        assert rooms.send_in(somebody_else, sidecar, token) == 200
    assert rooms.send_in(page, sidecar, token) == 401
    says_it_in(page, language)
    assert page.context.cookies() == []
    page.goto(f"{rooms.address(sidecar)}/rooms/{room}/-")
    says_it_in(page, language)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_link_for_another_page_is_refused(sidecar: Deployment, tabs: Tabs, language: str) -> None:
    page = tabs(locale=language).new_page()
    token = rooms.launch_token("t1", target="mine", role="trainee", room=rooms.fresh_room(), locale=language)
    assert rooms.send_in(page, sidecar, token, target="room") == 403
    says_it_in(page, language)
    # Refused is not used: the page that it was made for still opens.
    assert rooms.send_in(page, sidecar, token, target="mine") == 200
    assert page.url.endswith("/mine/")


@pytest.mark.parametrize("target", ["room", "mine", "questions", "desk"])
def test_each_page_has_a_cookie_of_its_own(sidecar: Deployment, tabs: Tabs, target: str) -> None:
    browser = tabs()
    page = browser.new_page()
    room = rooms.fresh_room()
    assert rooms.send_in(page, sidecar, rooms.launch_token("m1", target=target, room=room), target=target) == 200
    # Of the others one is /launch's alone, and one says the language in which somebody is refused.
    (cookie,) = (one for one in browser.cookies() if one["name"] not in {"nidaa_browser", "nidaa_language"})
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    others = {"room": "/rooms/", "mine": "/mine/", "questions": "/questions/", "desk": "/desk/"}
    own = others.pop(target)
    assert cookie["path"] == own
    for path in others.values():
        refused = page.goto(rooms.address(sidecar) + path)
        assert refused is not None
        assert refused.status == 401


def test_whoever_signs_out_is_out_everywhere(sidecar: Deployment, tabs: Tabs) -> None:
    room = rooms.fresh_room()
    browser = tabs()
    page = rooms.board(sidecar, browser, room, locale="en")
    kept = browser.cookies()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out.")
    browser.add_cookies([{"name": one["name"], "value": one["value"], "url": rooms.address(sidecar) + "/rooms/"}
                         for one in kept])  # fmt: skip
    again = page.goto(f"{rooms.address(sidecar)}/rooms/{room}/-")
    assert again is not None
    assert again.status == 401


def test_a_manager_of_another_room_finds_nothing_here(sidecar: Deployment, tabs: Tabs) -> None:
    room, other = rooms.fresh_room(), rooms.fresh_room()
    rooms.class_presses(sidecar, other, 1)
    page = rooms.board(sidecar, tabs(locale="ar"), room, live=False)
    there = page.goto(f"{rooms.address(sidecar)}/rooms/{other}/-")
    assert there is not None
    assert there.status == 404
    says_it_in(page, "ar")
