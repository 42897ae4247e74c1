"""What nobody can see is not shown: a hidden tab reads nothing to its reader and minds no room."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser import rooms
from tests.browser.rooms import SOON, Tabs
from tests.live.deployment import Deployment

_SEEN = "() => document.dispatchEvent(new Event('visibilitychange'))"


def _hide(page: Page, *, hidden: bool) -> None:
    state = "hidden" if hidden else "visible"
    page.evaluate(
        """([hidden, state]) => {
        Object.defineProperty(document, 'hidden', {configurable: true, get: () => hidden});
        Object.defineProperty(document, 'visibilityState', {configurable: true, get: () => state}); }""",
        [hidden, state],
    )
    page.evaluate(_SEEN)


def test_a_hidden_board_asks_for_nothing_until_it_is_seen(sidecar: Deployment, tabs: Tabs) -> None:
    room = rooms.fresh_room()
    board = rooms.board(sidecar, tabs(), room)
    _hide(board, hidden=True)
    asked: list[str] = []
    board.on("request", lambda request: asked.append(request.url))
    rooms.class_presses(sidecar, room, 3)
    board.wait_for_timeout(4000)  # the stream has told of it by now
    assert [url for url in asked if "part=cards" in url] == []
    _hide(board, hidden=False)
    expect(rooms.open_cards(board)).to_have_count(1, timeout=2 * SOON)
