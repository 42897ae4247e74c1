"""The board by keyboard alone: arrows, letters, dialogs; and the focus stays where it was whatever arrives."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import rooms
from tests.browser.rooms import DONE, SOON, Tabs
from tests.live.deployment import Deployment


@pytest.fixture
def room() -> int:
    return rooms.fresh_room()


def three_cards(sidecar: Deployment, tabs: Tabs, room: int) -> Page:
    """A board with three failures, the most people first."""
    board = rooms.board(sidecar, tabs(), room, locale="en")
    for people, symptom in ((3, "no_sound"), (2, "no_video"), (1, "slow")):
        rooms.class_presses(sidecar, room, people, symptom=symptom, first=people * 10)
    for symptom in ("no_sound", "no_video", "slow"):
        expect(rooms.card(board, symptom, "en")).to_be_visible(timeout=2 * SOON)
    return board


def card(board: Page, symptom: str) -> Locator:
    return rooms.card(board, symptom, "en")


def test_arrows_go_from_card_to_card_and_stop_at_the_ends(sidecar: Deployment, tabs: Tabs, room: int) -> None:
    board = three_cards(sidecar, tabs, room)
    order = board.locator("[data-card]").evaluate_all("all => all.map((one) => one.id)")
    seen = []
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp", "ArrowUp"):
        board.keyboard.press(key)
        seen.append(board.evaluate("document.activeElement.id"))
    first, second, third = order
    assert seen == [second, third, third, third, second, first, first], "the first was chosen from the beginning"
    ring = board.locator(":focus").evaluate(
        "node => getComputedStyle(node).outlineStyle + getComputedStyle(node).boxShadow"
    )
    assert ring != "nonenone", "whoever looks sees which card has the focus"


def test_the_focus_stays_on_its_card_whatever_arrives(sidecar: Deployment, tabs: Tabs, room: int) -> None:
    board = three_cards(sidecar, tabs, room)
    card(board, "slow").focus()
    mine = board.evaluate("document.activeElement.id")
    board.evaluate("document.activeElement.dataset.old = 'yes'")
    rooms.class_presses(sidecar, room, 9, symptom="slow", first=50)  # so many that the card goes to the top
    expect(rooms.number_on(card(board, "slow"))).to_have_text("10", timeout=2 * SOON)
    expect(card(board, "slow")).to_be_focused()
    assert board.evaluate("document.activeElement.id") == mine
    assert board.evaluate("document.activeElement.dataset.old") is None  # another element: it was exchanged
    # On a button of a card, it stays on that button.
    card(board, "slow").locator('[data-key="E"]').focus()
    rooms.class_presses(sidecar, room, 1, symptom="no_mic", first=80)
    expect(card(board, "no_mic")).to_be_visible(timeout=2 * SOON)
    expect(card(board, "slow").locator('[data-key="E"]')).to_be_focused()


def test_a_letter_acts_on_the_card_in_focus_alone(sidecar: Deployment, tabs: Tabs, room: int) -> None:
    board = three_cards(sidecar, tabs, room)
    card(board, "no_video").focus()
    rooms.key(board, "ق", "KeyR")  # what that key writes on an Arabic keyboard
    expect(card(board, "no_video").locator(".nd-pending")).to_be_visible(timeout=SOON)
    expect(board.locator(".nd-pending")).to_have_count(1)
    expect(card(board, "no_video")).to_have_count(0, timeout=DONE)
    expect(rooms.open_cards(board)).to_have_count(2)


def test_letters_with_control_are_the_browsers(sidecar: Deployment, tabs: Tabs, room: int) -> None:
    board = three_cards(sidecar, tabs, room)
    card(board, "slow").focus()
    board.keyboard.press("Control+m")
    board.keyboard.press("Alt+t")
    board.wait_for_timeout(500)
    expect(board.locator(".nd-pending")).to_have_count(0)
    expect(board.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("letter", ["?", "؟"])
def test_a_question_mark_opens_the_sheet_and_escape_closes_it(
    sidecar: Deployment, tabs: Tabs, room: int, letter: str
) -> None:
    board = rooms.board(sidecar, tabs(), room, locale="en")
    rooms.key(board, letter, "Slash")
    sheet = board.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet).to_be_visible()
    board.keyboard.press("2")  # nothing behind an open sheet hears a key
    expect(board.locator('#quick-log input[name="symptom"]:checked')).to_have_count(0)
    board.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    board.keyboard.press("/")
    expect(board.locator("#who")).to_be_focused()
    expect(board.locator("#who")).to_have_value("")
    board.keyboard.press("Escape")
    expect(board.locator("#who")).not_to_be_focused()


def test_own_words_are_told(sidecar: Deployment, tabs: Tabs, room: int) -> None:
    board = rooms.board(sidecar, tabs(), room, locale="en")
    (press,) = rooms.class_presses(sidecar, room, 1)
    expect(card(board, "no_sound")).to_be_visible(timeout=SOON)
    card(board, "no_sound").focus()
    board.keyboard.press("w")
    dialog = board.get_by_role("dialog")
    expect(dialog.get_by_role("textbox")).to_be_focused()
    expect(dialog.get_by_role("textbox")).to_have_value(rooms.ready("en"))
    dialog.get_by_role("textbox").fill("  ")
    board.keyboard.press("Tab")
    board.keyboard.press("Enter")
    expect(board.get_by_role("dialog").get_by_role("alert")).to_be_visible(timeout=SOON)
    words = "نعود بعد ٥ دقائق <b>"
    board.get_by_role("dialog").get_by_role("textbox").fill(words)
    board.keyboard.press("Tab")
    board.keyboard.press("Enter")
    expect(board.get_by_role("dialog")).to_have_count(0, timeout=SOON)
    expect(card(board, "no_sound").locator(".nd-told")).to_contain_text(words, timeout=DONE)
    assert words in rooms.read_back(sidecar, press)["said"][0]["text"]


def test_one_is_split_out_and_merged_again(sidecar: Deployment, tabs: Tabs, room: int) -> None:
    board = rooms.board(sidecar, tabs(), room, locale="en")
    rooms.class_presses(sidecar, room, 2)
    expect(rooms.number_on(card(board, "no_sound"))).to_have_text("2", timeout=SOON)
    card(board, "no_sound").focus()
    board.keyboard.press("s")
    expect(board.get_by_role("dialog").get_by_role("radio").first).to_be_focused()
    board.keyboard.press("Space")
    board.keyboard.press("Enter")
    expect(rooms.open_cards(board)).to_have_count(2, timeout=DONE)
    board.locator("[data-card]").first.focus()
    board.keyboard.press("m")
    expect(board.get_by_role("dialog").get_by_role("radio")).to_be_checked()  # there is but one other
    board.keyboard.press("Enter")
    expect(rooms.open_cards(board)).to_have_count(1, timeout=DONE)
    expect(rooms.number_on(rooms.open_cards(board))).to_have_text("2")
    expect(board.get_by_role("dialog")).to_have_count(0)
