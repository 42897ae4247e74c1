"""Nothing is lost: a report stays in the browser until the host has it, and the host has it once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from urllib.parse import urljoin

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.conftest import CONTEXT, Opened, sent
from tests.browser.test_capture_press import ARRIVED, press
from tests.live.deployment import Deployment
from tests.live.ledger import Ledger

SAVED = "حُفظ على جهازك، لم يُرسل بعد"


@pytest.fixture
def stored(sidecar: Deployment) -> Iterator[Callable[[str], int]]:
    """How many reports of one person the sidecar holds."""
    ledger = Ledger(sidecar.database_url)
    yield lambda sub: ledger.number(f"SELECT count(*) FROM reports WHERE reporter_id = '{sub}'")
    ledger.close()


def arrives(page: Page) -> None:
    """The report has been stored."""
    expect(page.get_by_text(ARRIVED["ar"], exact=True).first).to_be_visible(timeout=20_000)


def test_offline_reload_online(
    classroom: Opened,
    tabs: Callable[..., BrowserContext],
    stored: Callable[[str], int],
    shots: Callable[[Page, str], None],
) -> None:
    """Three reports without a network, a reload, the network: each arrives once, and nobody presses again."""
    browser = tabs()
    page = classroom(browser, sub="offline", expected="ERR_INTERNET_DISCONNECTED")
    page.get_by_role("button", name="الإبلاغ عن مشكلة").click()  # what is loaded at the first press stays
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    browser.set_offline(True)  # Playwright's own
    for number in range(3):
        press(page)
        expect(page.get_by_text(SAVED)).to_be_visible()
        if number == 0:
            shots(page, "offline-ar-1440")
        page.get_by_role("button", name="العودة إلى المحاضرة").click()
    assert stored("offline") == 0
    page.close()
    browser.set_offline(False)
    classroom(browser, sub="offline")  # nobody presses anything
    deadline = time.monotonic() + 15
    while stored("offline") < 3 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert stored("offline") == 3
    time.sleep(1)
    assert stored("offline") == 3


def test_the_connection_returns_while_the_page_is_open(
    classroom: Opened, tabs: Callable[..., BrowserContext], stored: Callable[[str], int]
) -> None:
    browser = tabs()
    page = classroom(browser, sub="returns", expected="ERR_INTERNET_DISCONNECTED")
    page.get_by_role("button", name="الإبلاغ عن مشكلة").click()  # what is loaded at the first press stays
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    browser.set_offline(True)
    press(page)
    expect(page.get_by_text(SAVED)).to_be_visible()
    browser.set_offline(False)
    arrives(page)
    assert stored("returns") == 1


def test_a_lost_answer_is_asked_for_again_with_the_same_id(classroom: Opened, stored: Callable[[str], int]) -> None:
    """The sidecar stores it, the answer never comes back: the retry finds it there."""
    page = classroom(sub="lost", expected="ERR_FAILED")
    ids: list[str] = []

    def drop_the_first(route: Route) -> None:
        ids.append(route.request.post_data_json["id"])
        if len(ids) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/v1/reports", drop_the_first)
    press(page)
    expect(page.get_by_text(SAVED)).to_be_visible()
    page.get_by_role("button", name="الآن").click()
    arrives(page)
    assert len(set(ids)) == 1
    assert len(ids) >= 2
    assert stored("lost") == 1


def test_two_tabs_send_what_waits_once(classroom: Opened, tabs: Callable[..., BrowserContext]) -> None:
    browser = tabs()
    page = classroom(browser, sub="tabs", expected="ERR_FAILED")
    page.route("**/v1/reports", lambda route: route.abort())
    press(page)
    expect(page.get_by_text(SAVED)).to_be_visible()
    page.close()
    posts: list[str] = []
    browser.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    both = [classroom(browser, sub="tabs") for _ in range(2)]
    both[0].wait_for_timeout(2500)
    assert len(posts) == 1


def test_a_dead_server_is_said_within_two_and_a_half_seconds(classroom: Opened) -> None:
    page = classroom(sub="dead")
    page.route("**/v1/reports", lambda route: None)  # it hangs
    began = time.perf_counter()
    press(page)
    expect(page.get_by_text("جارٍ الإرسال…")).to_be_visible()
    assert time.perf_counter() - began < 2  # the acknowledgement itself waits for nothing
    expect(page.get_by_text(SAVED)).to_be_visible(timeout=4000)
    page.unroute_all(behavior="ignoreErrors")


@pytest.mark.parametrize("status", [409, 422])
def test_a_final_no_is_shown_with_its_reason_and_the_text_is_kept(page_of: Opened, status: int) -> None:
    page = page_of(fake=True, context=CONTEXT, refusal=str(status), person=f"refused{status}")
    press(page)
    expect(page.get_by_text("تعذّر الإرسال")).to_be_visible()
    expect(page.get_by_text("النص أطول مما يُقبل")).to_be_visible()
    page.wait_for_timeout(1500)
    assert len(sent(page)) == 1  # what is refused for good is not tried again
    page.get_by_role("button", name="حذف من هذا الجهاز").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert page.evaluate("localStorage.getItem('nidaa:refused" + str(status) + "')") is None
    marked(page.context)


def test_the_platform_has_it_but_the_sidecar_not_yet(page_of: Opened) -> None:
    """Never "arrived" before it has."""
    page = page_of(fake=True, context=CONTEXT, delivered=False)
    press(page)
    expect(page.get_by_text("حفظت المنصة بلاغك")).to_be_visible()
    expect(page.get_by_text(ARRIVED["ar"], exact=True)).to_have_count(0)


def test_one_persons_waiting_reports_are_not_anothers(
    page_of: Opened, tabs: Callable[..., BrowserContext], classroom: Opened
) -> None:
    """A shared computer: the next person's page does not send them."""
    browser = tabs()
    first = classroom(browser, sub="shared1", expected="ERR_FAILED")
    first.route("**/v1/reports", lambda route: route.abort())
    press(first)
    expect(first.get_by_text(SAVED)).to_be_visible()
    first.close()
    second = page_of(browser, fake=True, context=CONTEXT, person="shared2")
    press(second)
    sent(second)
    second.wait_for_timeout(800)
    assert len(sent(second)) == 1


def test_a_hidden_tab_asks_nothing(classroom: Opened) -> None:
    page = classroom(sub="hidden")
    press(page)
    arrives(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "GET" else None)
    page.evaluate("""() => { Object.defineProperty(document, 'hidden', {get: () => true});
                     document.dispatchEvent(new Event('visibilitychange')); }""")
    page.wait_for_timeout(7000)
    assert asked == []


def test_a_browser_without_a_database_still_keeps_reports(page_of: Opened, tabs: Callable[..., BrowserContext]) -> None:
    browser = tabs()
    browser.add_init_script("Object.defineProperty(window, 'indexedDB', {get: () => { throw new Error('refused'); }})")
    page = page_of(browser, fake=True, context=CONTEXT)
    press(page)
    assert sent(page)[0]["symptom"] == "no_sound"


def waits(page: Page) -> None:
    """Presses where nothing gets out; the LMS then empties `localStorage`, as Moodle does at each sign-in."""
    page.route("**/v1/reports", lambda route: route.abort())
    press(page)
    expect(page.get_by_text(SAVED)).to_be_visible()
    page.close()
    elsewhere = page.context.new_page()
    elsewhere.goto(urljoin(page.url, "standin.css"))  # of the same site, without the core, which would mark it anew
    elsewhere.evaluate("localStorage.clear()")
    elsewhere.close()


def marked(browser: BrowserContext, *names: str) -> None:
    """The cookies that tell launchers of what waits come to be these; they follow what they tell of."""
    deadline = time.monotonic() + 5
    while True:
        found = [one["name"] for one in browser.cookies() if one["name"].startswith("nidaa")]
        if found == list(names) or time.monotonic() > deadline:
            assert found == list(names)
            return
        time.sleep(0.05)


def until(count: int, stored: Callable[[], int]) -> None:
    """The sidecar comes to hold so many, and no more."""
    deadline = time.monotonic() + 15
    while stored() < count and time.monotonic() < deadline:
        time.sleep(0.1)
    assert stored() == count


def test_a_report_outlives_an_emptied_local_storage(
    classroom: Opened, tabs: Callable[..., BrowserContext], stored: Callable[[str], int]
) -> None:
    """Nobody presses again; and what waits of person 21 is not sent, loaded or forgotten by person 2."""
    browser = tabs()
    waits(classroom(browser, sub="wiped:21", expected="ERR_FAILED"))
    marked(browser, "nidaa%3Awiped%3A21")
    assert stored("wiped:21") == 0
    other = classroom(browser, sub="wiped:2")
    other.wait_for_timeout(500)
    assert other.evaluate("performance.getEntriesByType('resource').filter((one) => /capture/.test(one.name))") == []
    press(other)
    arrives(other)
    marked(browser, "nidaa%3Awiped%3A21")
    classroom(browser, sub="wiped:21")
    until(1, lambda: stored("wiped:21"))
    marked(browser)


def test_what_nothing_tells_of_is_sent_when_the_panel_opens(
    classroom: Opened, tabs: Callable[..., BrowserContext], stored: Callable[[str], int]
) -> None:
    browser = tabs()
    waits(classroom(browser, sub="unmarked", expected="ERR_FAILED"))
    browser.clear_cookies()
    page = classroom(browser, sub="unmarked")
    page.wait_for_timeout(500)
    assert stored("unmarked") == 0
    page.get_by_role("button", name="الإبلاغ عن مشكلة").click()
    until(1, lambda: stored("unmarked"))


def test_without_a_database_the_tab_still_keeps_it(page_of: Opened, tabs: Callable[..., BrowserContext]) -> None:
    browser = tabs()
    browser.add_init_script("Object.defineProperty(window, 'indexedDB', {get: () => { throw new Error('refused'); }})")
    other = page_of(browser, fake=True, context=CONTEXT, person="tab")
    hears = other.url
    other.close()
    page = page_of(browser, fake=True, deaf=True, context=CONTEXT, person="tab")
    press(page)
    expect(page.get_by_text(SAVED)).to_be_visible()
    page.evaluate("localStorage.clear()")
    page.goto(hears)
    assert sent(page)[0]["symptom"] == "no_sound"
    marked(browser)
    assert page.evaluate("[sessionStorage.nidaa, localStorage.nidaa]") == ["{}", "{}"]


def test_half_a_character_does_not_hold_up_what_is_sent_with_it(page_of: Opened) -> None:
    """No database takes NUL or a lone surrogate, and a host refuses the whole request that carries one."""
    page = page_of(fake=True, context=CONTEXT)
    press(page)
    sent(page)
    page.get_by_role("button", name="إضافة تفصيل").click()
    page.evaluate("""() => { const area = document.querySelector('#nidaa').shadowRoot.querySelector('textarea');
                     area.value = 'a\\ud800b😀'; }""")
    page.get_by_role("button", name="إضافة", exact=True).click()
    expect(page.get_by_text("أُضيف التفصيل.")).to_be_visible()
    assert page.evaluate("window.added[0].text") == "a\ufffdb😀"
