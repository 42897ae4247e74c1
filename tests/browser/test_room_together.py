"""Two managers on one board; a tab that lost its connection; a tab that nobody looked at for an hour."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import rooms
from tests.browser.rooms import DONE, SOON, Tabs
from tests.live.deployment import Deployment

PENDING = ".nd-pending"
LOST = '[data-when="lost"]'


@pytest.fixture
def room() -> int:
    return rooms.fresh_room()


def test_what_one_manager_does_the_other_sees(sidecar: Deployment, tabs: Tabs, room: int) -> None:
    one = rooms.board(sidecar, tabs(), room, sub="m1", locale="en")
    other = rooms.board(sidecar, tabs(), room, sub="m2", locale="ar")
    rooms.class_presses(sidecar, room, 2)
    for board, language in ((one, "en"), (other, "ar")):
        expect(rooms.number_on(rooms.card(board, language=language))).to_have_text("2", timeout=SOON)
    rooms.card(one, language="en").focus()
    one.keyboard.press("r")
    pending = rooms.card(other).locator(PENDING)
    expect(pending).to_be_visible(timeout=SOON)
    expect(pending.get_by_role("button")).to_have_count(0)  # what another one pressed is that one's to undo
    expect(rooms.open_cards(other)).to_have_count(0, timeout=DONE)
    expect(other.locator(".nd-solved")).to_be_visible()


def test_both_press_solved_and_it_is_done_once(sidecar: Deployment, tabs: Tabs, room: int) -> None:
    boards = [rooms.board(sidecar, tabs(), room, sub=sub) for sub in ("m1", "m2")]
    sent = rooms.class_presses(sidecar, room, 2)
    for board in boards:
        expect(rooms.number_on(rooms.card(board))).to_have_text("2", timeout=SOON)
        rooms.card(board).focus()
    for board in boards:
        board.keyboard.press("r")
    for board in boards:
        expect(rooms.card(board).locator(PENDING)).to_have_count(1, timeout=SOON)
    for board in boards:
        expect(rooms.open_cards(board)).to_have_count(0, timeout=DONE)
        expect(board.locator("#cards .nd-note")).to_have_count(0)  # nobody is told that something failed
    found = rooms.read_back(sidecar, sent[0])
    assert [one["cause"] for one in found["said"]] == ["solved"]
    assert [one["what"] for one in found["timeline"]].count("solve") == 1


def test_who_presses_after_it_was_solved_is_shown_how_it_stands(sidecar: Deployment, tabs: Tabs, room: int) -> None:
    one, other = (rooms.board(sidecar, tabs(), room, sub=sub) for sub in ("m1", "m2"))
    rooms.class_presses(sidecar, room, 1)
    expect(rooms.card(one)).to_be_visible(timeout=SOON)
    expect(rooms.card(other)).to_be_visible(timeout=SOON)
    # The other's board stands still: its own looks are kept from it, though not what it presses.
    other.route("**/rooms/**", lambda route: route.abort() if route.request.method == "GET" else route.continue_())
    rooms.card(one).focus()
    one.keyboard.press("r")
    expect(rooms.open_cards(one)).to_have_count(0, timeout=DONE)
    rooms.card(other).focus()
    other.keyboard.press("r")
    expect(other.locator("#toasts .nd-toast")).to_be_visible(timeout=SOON)
    other.unroute("**/rooms/**")
    expect(rooms.open_cards(other)).to_have_count(0, timeout=50_000)  # it looks by itself, stream or not


def test_without_a_connection_the_board_says_so_and_then_shows_what_happened(
    sidecar: Deployment, tabs: Tabs, room: int
) -> None:
    browser = tabs()
    board = rooms.board(sidecar, browser, room, locale="en")
    rooms.class_presses(sidecar, room, 1)
    expect(rooms.number_on(rooms.card(board, language="en"))).to_have_text("1", timeout=SOON)
    expect(board.locator(LOST)).to_be_hidden()
    browser.set_offline(True)
    expect(board.locator(LOST)).to_be_visible(timeout=10_000)
    expect(board.locator(LOST)).to_contain_text("Not up to date")
    expect(board.get_by_role("status").filter(has=board.locator(LOST))).to_be_attached()  # heard, not only seen
    rooms.class_presses(sidecar, room, 4, first=2)
    board.wait_for_timeout(2_000)
    expect(rooms.number_on(rooms.card(board, language="en"))).to_have_text("1")
    browser.set_offline(False)
    expect(rooms.number_on(rooms.card(board, language="en"))).to_have_text("5", timeout=10_000)
    expect(board.locator(LOST)).to_be_hidden(timeout=10_000)
    rooms.class_presses(sidecar, room, 1, first=6)
    expect(rooms.number_on(rooms.card(board, language="en"))).to_have_text("6", timeout=2 * SOON)


def test_what_was_pressed_without_a_connection_is_said_to_be_lost(sidecar: Deployment, tabs: Tabs, room: int) -> None:
    browser = tabs()
    board = rooms.board(sidecar, browser, room)
    board.keyboard.press("2")
    board.locator("#did").fill("أعدت التشغيل")
    browser.set_offline(True)
    board.keyboard.press("Enter")
    expect(board.locator("#toasts .nd-toast")).to_be_visible(timeout=SOON)
    expect(board.locator("#did")).to_have_value("أعدت التشغيل")
    browser.set_offline(False)
    board.locator("#did").press("Enter")
    expect(board.locator("#quick-log .nd-done")).to_be_visible(timeout=SOON)
    expect(rooms.open_cards(board)).to_have_count(1, timeout=SOON)


def test_a_tab_that_was_hidden_for_an_hour_asks_at_once(sidecar: Deployment, tabs: Tabs, room: int) -> None:
    browser = tabs()
    # What a browser does to a tab in the background: its stream ends, and its timers stand still.
    ended = "retry: 3600000\nevent: hello\ndata:\n\n"
    browser.route("**/rooms/live", lambda route: route.fulfill(content_type="text/event-stream", body=ended))
    board = rooms.board(sidecar, browser, room, live=False)
    board.evaluate(rooms.SHOWN % "hidden")
    sent = rooms.class_presses(sidecar, room, 3)
    rooms.sorted_in(sidecar, sent[2])
    board.wait_for_timeout(1_000)
    expect(rooms.open_cards(board)).to_have_count(0)
    board.evaluate(rooms.SHOWN % "visible")
    board.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(rooms.number_on(rooms.card(board))).to_have_text("3", timeout=SOON)


def test_a_board_whose_server_sees_nothing_says_so(sidecar: Deployment, tabs: Tabs, room: int) -> None:
    browser = tabs()
    told = "retry: 60000\nevent: hello\ndata:\n\nevent: blind\ndata:\n\n"
    browser.route("**/rooms/live", lambda route: route.fulfill(content_type="text/event-stream", body=told))
    board = rooms.board(sidecar, browser, room, live=False)
    expect(board.locator(LOST)).to_be_visible(timeout=2_000)  # sooner than for a stream that merely ended
