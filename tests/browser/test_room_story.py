"""A class loses its sound: one card, everybody told, solved; and what the manager notices first, logged by keyboard."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser import rooms
from tests.browser.rooms import DONE, SOON, Tabs
from tests.live.deployment import Deployment

PENDING = ".nd-pending"
NAMES = {"t1": "نورة العتيبي", "t2": "نوف الدوسري", "t3": "أحمد القحطاني"}


@pytest.fixture
def room() -> int:
    return rooms.fresh_room()


def press_key(board: Page, key: str, symptom: str = "no_sound", language: str = "ar") -> None:
    """A key, with its card in focus."""
    rooms.card(board, symptom, language).focus()
    board.keyboard.press(key)


def test_twelve_press_and_the_board_shows_one_card_by_itself(sidecar: Deployment, tabs: Tabs, room: int) -> None:
    board = rooms.board(sidecar, tabs(), room)
    expect(rooms.open_cards(board)).to_have_count(0)
    loads: list[str] = []
    board.on("load", lambda page: loads.append(page.url))
    rooms.class_presses(sidecar, room, 12)
    began = time.perf_counter()
    expect(rooms.number_on(rooms.card(board))).to_have_text("12", timeout=SOON)
    print(f"twelfth press to the board: {(time.perf_counter() - began) * 1000:.0f} ms")
    expect(rooms.open_cards(board)).to_have_count(1)
    assert loads == []


def test_the_room_is_told_and_everybody_reads_it(sidecar: Deployment, tabs: Tabs, room: int) -> None:
    board = rooms.board(sidecar, tabs(), room, locale="en")
    sent = rooms.class_presses(sidecar, room, 12)
    card = rooms.card(board, language="en")
    expect(rooms.number_on(card)).to_have_text("12", timeout=SOON)
    press_key(board, "t", language="en")
    expect(card.locator(PENDING)).to_be_visible(timeout=SOON)
    expect(card.get_by_role("button", name="Undo")).to_be_visible()
    assert rooms.read_back(sidecar, sent[0])["said"] == []  # not yet: it can be undone
    expect(card.locator(".nd-told")).to_be_visible(timeout=DONE)
    expect(card.locator(PENDING)).to_have_count(0)
    for press in (sent[0], sent[11]):
        assert [rooms.ready() in one["text"] for one in rooms.read_back(sidecar, press)["said"]] == [True]
    assert rooms.ready("en") in rooms.read_back(sidecar, sent[5], "en")["said"][0]["text"]
    card.get_by_role("link", name="more").click()
    people = board.get_by_role("dialog")
    expect(people.get_by_text("read on the status line")).to_have_count(3)
    expect(people.get_by_text("on the way")).to_have_count(9)


def test_a_trainee_reads_it_on_the_page_behind_the_link(sidecar: Deployment, tabs: Tabs, room: int) -> None:
    board = rooms.board(sidecar, tabs(), room)
    (press,) = rooms.class_presses(sidecar, room, 1)
    trainee = tabs(locale="ar", viewport={"width": 360, "height": 740}).new_page()
    trainee.goto(rooms.own_page(sidecar, press))
    expect(trainee.locator("html")).to_have_attribute("dir", "rtl")
    expect(rooms.number_on(rooms.card(board))).to_have_text("1", timeout=SOON)
    press_key(board, "t")
    press_key(board, "r")
    expect(trainee.locator(".nd-said").get_by_text(rooms.ready())).to_be_visible(timeout=20_000)  # it asks by itself
    expect(trainee.locator(".nd-ask")).to_be_visible(timeout=20_000)
    trainee.locator('button[value="no"]').click()
    expect(trainee.locator(".nd-note--soon")).to_be_visible()
    expect(rooms.card(board)).to_be_visible(timeout=SOON)  # reopened: it stands among the open cards again
    assert rooms.read_back(sidecar, press)["state"] == "reopened"


def test_solved_is_done_when_the_time_to_undo_is_over(sidecar: Deployment, tabs: Tabs, room: int) -> None:
    board = rooms.board(sidecar, tabs(), room)
    sent = rooms.class_presses(sidecar, room, 3)
    expect(rooms.number_on(rooms.card(board))).to_have_text("3", timeout=SOON)
    pressed = time.monotonic()
    press_key(board, "r")
    expect(rooms.card(board).locator(PENDING)).to_be_visible(timeout=SOON)
    assert rooms.read_back(sidecar, sent[0])["state"] != "resolved"
    expect(rooms.open_cards(board)).to_have_count(0, timeout=DONE)
    took = time.monotonic() - pressed
    assert took > 5, f"it was done after {took:.1f} s"
    print(f"R to solved on the board: {took:.1f} s")
    expect(board.locator(".nd-solved")).to_be_visible()
    found = rooms.state_of(sidecar, sent[0], "resolved")
    assert [one["cause"] for one in found["said"]] == ["solved"]
    assert found["asks_works"]


@pytest.mark.parametrize("key", ["z", "ئ"])  # the second is what that key writes on an Arabic keyboard
def test_undone_within_five_seconds_nothing_was_done(sidecar: Deployment, tabs: Tabs, room: int, key: str) -> None:
    board = rooms.board(sidecar, tabs(), room)
    (press,) = rooms.class_presses(sidecar, room, 1)
    expect(rooms.card(board)).to_be_visible(timeout=SOON)
    press_key(board, "r")
    expect(rooms.card(board).locator(PENDING)).to_be_visible(timeout=SOON)
    rooms.key(board, key, "KeyZ")
    expect(rooms.card(board).locator(PENDING)).to_have_count(0, timeout=SOON)
    board.wait_for_timeout(DONE)
    expect(rooms.card(board)).to_be_visible()
    found = rooms.read_back(sidecar, press)
    assert (found["state"] != "resolved", found["said"]) == (True, [])


@pytest.mark.parametrize("digit", ["4", "٤", "۴"])
def test_a_digit_and_enter_log_for_the_whole_room(sidecar: Deployment, tabs: Tabs, room: int, digit: str) -> None:
    rooms.timetabled(sidecar, room, NAMES, present=17)
    board = rooms.board(sidecar, tabs(), room)
    rooms.key(board, digit, "Digit4")
    expect(board.locator("#who")).to_be_focused()
    board.keyboard.press("Enter")
    expect(board.locator("#quick-log .nd-done")).to_be_visible(timeout=SOON)
    logged = rooms.card(board, "cannot_join")
    expect(logged).to_be_visible(timeout=SOON)
    expect(rooms.open_cards(board)).to_have_count(1)
    expect(logged.locator(".nd-name")).to_have_count(0)
    expect(board.locator(".nd-head")).to_contain_text("17")  # so many are present


def test_the_beginning_of_a_name_is_enough(sidecar: Deployment, tabs: Tabs, room: int) -> None:
    rooms.timetabled(sidecar, room, NAMES)
    board = rooms.board(sidecar, tabs(), room)
    board.keyboard.press("1")
    board.keyboard.type("احم")  # without its hamza
    expect(board.locator("#who-names [data-person]")).to_have_text([NAMES["t3"]])
    board.keyboard.press("Enter")
    logged = rooms.card(board, "no_mic")
    expect(logged.locator(".nd-name")).to_have_text([NAMES["t3"]], timeout=SOON)
    # Two begin so: arrows choose, Enter takes.
    board.locator("h1").click()  # out of the field
    board.keyboard.press("3")
    board.keyboard.type("نو")
    expect(board.locator("#who-names [data-person]")).to_have_count(2)
    board.keyboard.press("ArrowDown")
    chosen = board.locator("#who-names [aria-current]").inner_text()
    board.keyboard.press("Enter")
    expect(rooms.card(board, "no_video").locator(".nd-name")).to_have_text([chosen], timeout=SOON)


def test_what_is_being_written_outlives_what_arrives(sidecar: Deployment, tabs: Tabs, room: int) -> None:
    board = rooms.board(sidecar, tabs(), room)
    board.keyboard.press("2")
    board.locator("#did").fill("أعدت تشغيل البث")
    rooms.class_presses(sidecar, room, 2)
    expect(rooms.number_on(rooms.card(board))).to_have_text("2", timeout=SOON)
    expect(board.locator("#did")).to_have_value("أعدت تشغيل البث")
    expect(board.locator("#did")).to_be_focused()
    board.keyboard.press("Enter")
    expect(rooms.card(board).get_by_text("أعدت تشغيل البث")).to_be_visible(timeout=SOON)
