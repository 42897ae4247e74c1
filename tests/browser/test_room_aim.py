"""What a key acts on is seen before it is pressed, and the log is worked by keyboard again and again."""

from __future__ import annotations

import pytest
from playwright.sync_api import ConsoleMessage, Locator, expect

from tests.browser import rooms
from tests.browser.rooms import DONE, SOON, Tabs
from tests.live.deployment import Deployment

NAMES = {"t1": "نورة العتيبي", "t2": "نوف الدوسري", "t3": "أحمد القحطاني"}
LONG = "عبدالرحمنبنعبدالعزيز" * 10


@pytest.fixture
def room() -> int:
    return rooms.fresh_room()


def test_three_things_are_logged_one_after_another_without_a_mouse(sidecar: Deployment, tabs: Tabs, room: int) -> None:
    rooms.timetabled(sidecar, room, NAMES)
    board = rooms.board(sidecar, tabs(), room)
    refused: list[str] = []

    def listen(said: ConsoleMessage) -> None:
        if "Content Security Policy" in said.text:
            refused.append(said.text)

    board.on("console", listen)
    for digit, symptom in (("2", "no_sound"), ("3", "no_video"), ("4", "cannot_join")):
        board.keyboard.press(digit)
        board.screenshot()  # leaves an empty style on every field, as a field that is dragged wider has one of its own
        board.keyboard.press("Enter")
        expect(rooms.card(board, symptom)).to_be_visible(timeout=2 * SOON)
        expect(board.locator("#who")).to_have_value("")
    expect(rooms.open_cards(board)).to_have_count(3)
    assert refused == []


def test_two_faults_are_said_together_and_the_first_has_the_focus(sidecar: Deployment, tabs: Tabs, room: int) -> None:
    board = rooms.board(sidecar, tabs(), room, locale="en")
    board.keyboard.press("2")
    board.locator("#end").fill("99")
    board.locator("#num").fill("x")
    board.keyboard.press("Enter")
    expect(board.locator("#quick-log [role=alert]")).to_have_count(2, timeout=SOON)
    expect(board.locator("#num")).to_be_focused()


def test_the_card_that_keys_act_on_is_always_seen(sidecar: Deployment, tabs: Tabs, room: int) -> None:
    board = rooms.board(sidecar, tabs(), room, locale="en")
    chosen = board.locator("[data-card][aria-current]")
    rooms.class_presses(sidecar, room, 3, symptom="no_sound", first=10)
    expect(chosen.get_by_role("heading")).to_have_text(rooms.told("no_sound", "en"), timeout=2 * SOON)
    for people, symptom in ((2, "no_video"), (1, "slow")):
        rooms.class_presses(sidecar, room, people, symptom=symptom, first=people * 20)
        expect(rooms.card(board, symptom, "en")).to_be_visible(timeout=2 * SOON)
    second = board.locator("[data-card]").nth(1)
    name = second.get_by_role("heading").inner_text()
    board.keyboard.press("r")
    expect(chosen.locator(".nd-pending")).to_be_visible(timeout=SOON)
    expect(board.locator("[data-card]")).to_have_count(2, timeout=DONE)
    expect(chosen).to_have_count(1)
    expect(chosen.get_by_role("heading")).to_have_text(name)
    board.keyboard.press("ArrowDown")
    expect(board.locator("[data-card]").nth(1)).to_be_focused()


def test_without_a_link_b_asks_for_one_and_says_so(sidecar: Deployment, tabs: Tabs, room: int) -> None:
    board = rooms.board(sidecar, tabs(), room, locale="en")
    expect(board.locator("#backup #url")).to_be_hidden()
    board.keyboard.press("b")
    expect(board.locator("#backup").get_by_role("alert")).to_be_visible()
    expect(board.locator("#backup #url")).to_be_focused()


def test_keys_are_hinted_at_only_where_they_are_heard(sidecar: Deployment, tabs: Tabs, room: int) -> None:
    rooms.class_presses(sidecar, room, 1)
    narrow = {"width": 720, "height": 450}  # of somebody who made everything twice as large
    board = rooms.board(sidecar, tabs(viewport=narrow), room, locale="en")
    expect(rooms.card(board, language="en")).to_be_visible(timeout=2 * SOON)
    expect(board.locator("#quick-log .nd-key").first).to_be_visible()
    expect(board.locator("#end")).to_be_visible()
    board.keyboard.press("?")
    sheet = board.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet).to_be_visible()
    assert sheet.evaluate("node => node.scrollTop") == 0
    finger = tabs(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    plain = tabs(java_script_enabled=False)
    for page in (rooms.board(sidecar, finger, room), rooms.board(sidecar, plain, room, live=False)):
        expect(page.locator("[data-card]")).to_be_visible()
        expect(page.locator("kbd:visible")).to_have_count(0)
    tier_1 = tabs().new_page()
    assert (
        rooms.send_in(tier_1, sidecar, rooms.launch_token("d1", target="desk", role="supervisor"), target="desk") == 200
    )
    tier_1.goto(f"{rooms.address(sidecar)}/desk/watch/academy/{room}/-")
    expect(tier_1.locator("[data-card]")).to_be_visible()
    expect(tier_1.locator("kbd:visible, [data-opens]:visible, [data-card][aria-current]")).to_have_count(0)


def _settled(place: Locator) -> int:
    """How many pixels of it stand outside, once letters and dialog have come to rest."""
    for _ in range(20):
        outside: int = place.evaluate("node => node.scrollWidth - node.clientWidth")
        if outside <= 1:
            break
        place.page.wait_for_timeout(100)
    return outside


@pytest.mark.parametrize("width", [1440, 768, 360])
def test_a_name_however_long_is_read_whole(sidecar: Deployment, tabs: Tabs, width: int) -> None:
    room = rooms.fresh_room()
    rooms.report(sidecar, room, 1, name=LONG)
    board = rooms.board(sidecar, tabs(viewport={"width": width, "height": 900}), room)
    one = rooms.card(board)
    expect(one).to_be_visible(timeout=2 * SOON)
    one.locator(".nd-names a").click()
    dialog = board.get_by_role("dialog")
    expect(dialog).to_be_visible()
    board.evaluate("() => document.fonts.ready.then(() => 0)")
    for place in (one.locator(".nd-name"), dialog.locator("td").first, dialog):
        assert _settled(place) <= 1
    assert board.evaluate("document.documentElement.scrollWidth") <= width
    expect(dialog.locator("td .nd-code")).to_be_in_viewport()


def test_all_that_can_be_done_with_a_card_stands_in_one_row(sidecar: Deployment, tabs: Tabs, room: int) -> None:
    rooms.class_presses(sidecar, room, 2)
    rooms.class_presses(sidecar, room, 1, symptom="slow")
    board = rooms.board(sidecar, tabs(), room, locale="en")
    acts = rooms.card(board, language="en").locator(".nd-acts .btn")
    expect(acts).to_have_count(6, timeout=2 * SOON)
    assert len(set(acts.evaluate_all("all => all.map((one) => one.getBoundingClientRect().top)"))) == 1


def test_z_takes_back_what_was_pressed_last(sidecar: Deployment, tabs: Tabs, room: int) -> None:
    for symptom, first in (("no_sound", 10), ("slow", 30)):
        rooms.class_presses(sidecar, room, 2, symptom=symptom, first=first)
    board = rooms.board(sidecar, tabs(), room, locale="en")
    lower = rooms.card(board, "slow", "en")
    upper = rooms.card(board, "no_sound", "en")
    expect(lower).to_be_visible(timeout=2 * SOON)
    for one in (upper, lower):
        one.get_by_role("button", name="Solved").click()
        expect(one.locator(".nd-pending")).to_be_visible(timeout=SOON)
    board.keyboard.press("z")
    expect(lower.locator(".nd-pending")).to_have_count(0, timeout=SOON)
    expect(upper.locator(".nd-pending")).to_be_visible()
