"""The room without a script: the board is read, a log is sent, a card is solved and undone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import rooms
from tests.browser.rooms import DONE, Tabs
from tests.live.deployment import Deployment

NAMES = {"t1": "نورة العتيبي", "t2": "نوف الدوسري", "t3": "أحمد القحطاني"}


@pytest.fixture
def room() -> int:
    return rooms.fresh_room()


def plain(sidecar: Deployment, tabs: Tabs, room: int) -> Page:
    """A board in a browser that runs nothing."""
    return rooms.board(sidecar, tabs(java_script_enabled=False), room, locale="en", live=False)


def test_the_board_is_read_and_says_of_when_it_is(sidecar: Deployment, tabs: Tabs, room: int) -> None:
    sent = rooms.class_presses(sidecar, room, 3)
    rooms.sorted_in(sidecar, sent[2])
    page = plain(sidecar, tabs, room)
    expect(rooms.number_on(rooms.card(page, language="en"))).to_have_text("3")
    expect(page.locator('[data-when="off"]')).to_be_visible()
    page.get_by_role("link", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(rooms.number_on(rooms.card(page))).to_have_text("3")


def test_a_log_is_sent_and_stands_on_the_board(sidecar: Deployment, tabs: Tabs, room: int) -> None:
    rooms.timetabled(sidecar, room, NAMES)
    page = plain(sidecar, tabs, room)
    form = page.locator("#quick-log")
    form.get_by_role("button", name="Log").click()
    expect(form.get_by_role("alert")).to_be_visible()  # nothing was chosen
    form.get_by_role("radio", name=rooms.told("slow", "en")).check()
    form.get_by_label("For whom?").fill("نو")
    form.get_by_label("What was done").fill("restarted")
    form.get_by_role("button", name="Log").click()
    expect(form.get_by_role("alert")).to_be_visible()  # two begin so
    expect(form.get_by_label("What was done")).to_have_value("restarted")
    form.get_by_role("button", name=NAMES["t2"]).click()
    one = page.locator("#cards .nd-incident").filter(has=page.get_by_role("heading", name=rooms.told("slow", "en")))
    expect(one).to_have_count(1)
    for _ in range(20):  # it is being sorted; a page without a script is loaded again
        if one.get_by_text(NAMES["t2"]).count():
            break
        page.wait_for_timeout(250)
        page.reload()
    expect(one.get_by_text(NAMES["t2"])).to_be_visible()
    expect(one.get_by_text("restarted")).to_be_visible()


def test_a_card_is_solved_and_that_is_undone(sidecar: Deployment, tabs: Tabs, room: int) -> None:
    (press,) = rooms.class_presses(sidecar, room, 1)
    rooms.sorted_in(sidecar, press)
    page = plain(sidecar, tabs, room)
    card = rooms.card(page, language="en")
    card.get_by_role("button", name="I have seen it").click()
    page.goto(f"{rooms.address(sidecar)}/rooms/{room}/-")
    card.get_by_role("button", name="Solved").click()
    expect(card.locator(".nd-pending")).to_be_visible()
    card.get_by_role("button", name="Undo").click()
    expect(card).to_be_visible()
    expect(card.locator(".nd-pending")).to_have_count(0)
    page.wait_for_timeout(DONE)
    page.reload()
    expect(card).to_be_visible()
    card.get_by_role("button", name="Solved").click()
    page.wait_for_timeout(DONE)
    page.reload()
    expect(rooms.open_cards(page)).to_have_count(0)
    assert rooms.read_back(sidecar, press)["state"] == "resolved"


def test_own_words_are_told_by_a_page_of_their_own(sidecar: Deployment, tabs: Tabs, room: int) -> None:
    (press,) = rooms.class_presses(sidecar, room, 1)
    rooms.sorted_in(sidecar, press)
    page = plain(sidecar, tabs, room)
    rooms.card(page, language="en").get_by_role("link", name="Own words").click()
    page.get_by_role("textbox").fill("")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("textbox").fill("Back in five minutes")
    page.get_by_role("button", name="Send").click()
    expect(rooms.card(page, language="en").locator(".nd-pending")).to_be_visible()
    page.wait_for_timeout(DONE)
    assert "Back in five minutes" in rooms.read_back(sidecar, press)["said"][0]["text"]


def test_a_trainee_says_that_it_is_not_solved(sidecar: Deployment, tabs: Tabs, room: int) -> None:
    (press,) = rooms.class_presses(sidecar, room, 1)
    rooms.sorted_in(sidecar, press)
    page = plain(sidecar, tabs, room)
    rooms.card(page, language="en").get_by_role("button", name="Solved").click()
    rooms.state_of(sidecar, press, "resolved")
    own = tabs(java_script_enabled=False, locale="ar").new_page()
    own.goto(rooms.own_page(sidecar, press))
    own.locator('button[value="no"]').click()
    expect(own.locator(".nd-note--soon")).to_be_visible()
    rooms.state_of(sidecar, press, "reopened")
