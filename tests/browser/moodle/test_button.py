"""Where the button is, and where it is not; and the two taps in a real Moodle."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import accessible
from tests.browser.moodle.conftest import Enter
from tests.browser.test_capture_press import ARRIVED, NO_SOUND, PRESS, REFERENCE
from tests.live.moodle_visitor import TestMoodle

pytestmark = pytest.mark.real_moodle
_MEETS = """() => {
  const mine = document.querySelector('#nidaa').shadowRoot.querySelector('.launch').getBoundingClientRect();
  const meets = (box) => box.width && box.left < mine.right && mine.left < box.right
    && box.top < mine.bottom && mine.top < box.bottom;
  const theirs = '.btn-footer-popover, .drawer-toggler, [data-region=popover-region-container] button';
  return [...document.querySelectorAll(theirs)]
    .filter((one) => one.checkVisibility() && meets(one.getBoundingClientRect())).map((one) => one.className);
}"""
Shots = Callable[[Page, str], None]


def button(page: Page, language: str = "ar"):  # Playwright's locator
    return page.get_by_role("button", name=PRESS[language])


def room_page(moodle: TestMoodle) -> str:
    return f"/mod/bigbluebuttonbn/view.php?id={moodle.accounts['room']}"


def course_page(moodle: TestMoodle) -> str:
    return f"/course/view.php?id={moodle.accounts['course']}"


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("place", ["room", "course"])
def test_two_taps_reach_the_sidecar(
    moodle: TestMoodle, enter: Enter, shots: Shots, language: str, width: int, place: str
) -> None:
    page = enter("t03", room_page(moodle) if place == "room" else course_page(moodle), language=language, width=width)
    expect(button(page, language)).to_be_visible()
    shots(page, f"moodle-{place}-{language}-{width}")
    _covers_nothing(page)
    button(page, language).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    if place == "course":  # of several rooms, somebody has to say which
        page.wait_for_timeout(700)
        shots(page, f"moodle-course-rooms-{language}-{width}")
        _good_to_use(page)
        page.locator("#nidaa dialog button.quiet bdi").first.click()
    expect(page.get_by_role("button", name=NO_SOUND[language], exact=True)).to_be_visible()
    page.wait_for_timeout(700)
    shots(page, f"moodle-{place}-open-{language}-{width}")
    _good_to_use(page)
    began = time.perf_counter()
    page.get_by_role("button", name=NO_SOUND[language], exact=True).click()
    expect(page.get_by_text(ARRIVED[language], exact=True).first).to_be_visible()
    print(f"{place} {language} {width}: second tap to arrival {(time.perf_counter() - began) * 1000:.0f} ms")
    expect(page.get_by_text(REFERENCE)).to_be_visible()
    page.wait_for_timeout(300)
    shots(page, f"moodle-{place}-sent-{language}-{width}")
    _good_to_use(page)
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "nidaa"


def _good_to_use(page: Page) -> None:
    assert accessible.violations(page, "#nidaa") == []
    assert accessible.faint(page, "#nidaa") == []
    assert accessible.small(page, "#nidaa") == []


def _covers_nothing(page: Page) -> None:
    """Moodle's own fixed buttons (help, drawers, messages) stay free."""
    covered = page.evaluate(_MEETS)
    assert covered == []


def test_the_button_is_nowhere_else(moodle: TestMoodle, enter: Enter) -> None:
    for path in ("/", "/my/", "/user/profile.php", f"/mod/page/view.php?id={moodle.accounts['page']}"):
        page = enter("t03", path)
        page.wait_for_load_state("networkidle")
        assert page.locator("#nidaa").count() == 0, path
    page = enter("without_button", course_page(moodle))
    page.wait_for_load_state("networkidle")
    assert page.locator("#nidaa").count() == 0


@pytest.mark.parametrize("language", ["ar", "en"])
def test_whoever_is_locked_out_finds_a_door(moodle: TestMoodle, enter: Enter, shots: Shots, language: str) -> None:
    page = enter(None, "/login/index.php", language=language)
    door = page.locator("a[href$='/public/']")
    expect(door).to_be_visible()
    assert page.locator("#nidaa").count() == 0
    shots(page, f"moodle-login-{language}")
    door.click()
    page.wait_for_url("**/public/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_a_session_that_ended_keeps_the_report_until_one_signs_in_again(moodle: TestMoodle, enter: Enter) -> None:
    page = enter("t04", room_page(moodle))
    button(page).click()
    expect(page.get_by_role("button", name=NO_SOUND["ar"], exact=True)).to_be_visible()
    page.wait_for_timeout(500)
    page.context.clear_cookies()
    page.get_by_role("button", name=NO_SOUND["ar"], exact=True).click()
    page.wait_for_url("**/login/index.php*")  # Moodle's own scripts lead there; the report is safe in the browser
    marks = waiting(page)
    assert len(marks) == 1
    fresh = moodle.visitor("t04")
    page.context.add_cookies(
        [{"name": one.name, "value": str(one.value), "url": moodle.url} for one in fresh.http.cookies]
    )
    # Moodle empties localStorage at this sign-in; nobody presses anything.
    with page.expect_response("**/lib/ajax/service.php*local_nidaa_submit_report*") as answered:
        page.goto(f"{moodle.url}{room_page(moodle)}")
    asked = answered.value.request.post_data_json[0]["args"]["report"]
    stored = answered.value.json()[0]
    assert stored["error"] is False, stored
    assert stored["data"]["id"] == asked["id"]
    assert asked["symptom"] == "no_sound"
    deadline = time.monotonic() + 5
    while waiting(page) and time.monotonic() < deadline:
        page.wait_for_timeout(100)
    assert waiting(page) == []


def test_what_waited_is_stored_of_its_own_course_whatever_page_sends_it(moodle: TestMoodle, enter: Enter) -> None:
    """Made in the room of one course without a network; the next page is another course's."""
    page = enter("trainer", room_page(moodle))  # who belongs to both
    button(page).click()
    expect(page.get_by_role("button", name=NO_SOUND["ar"], exact=True)).to_be_visible()
    page.wait_for_timeout(500)
    page.context.set_offline(True)
    page.get_by_role("button", name=NO_SOUND["ar"], exact=True).click()
    expect(page.get_by_text("حُفظ على جهازك، لم يُرسل بعد")).to_be_visible()
    page.route("**/lib/ajax/service.php*", lambda route: route.abort())
    page.context.set_offline(False)
    page.goto("about:blank")
    page.unroute_all(behavior="ignoreErrors")
    with page.expect_response("**/lib/ajax/service.php*local_nidaa_submit_report*") as answered:
        page.goto(f"{moodle.url}/course/view.php?id={moodle.accounts['other_course']}")
    asked = answered.value.request.post_data_json[0]["args"]
    assert asked["contextid"] == moodle.accounts["room_context"]
    stored = answered.value.json()[0]
    assert stored["error"] is False, stored
    assert stored["data"]["id"] == asked["report"]["id"]


def waiting(page: Page) -> list[str]:
    """The cookies that say whose reports wait in this browser."""
    return [one["name"] for one in page.context.cookies() if one["name"].startswith("nidaa%3A")]
