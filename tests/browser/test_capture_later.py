"""What becomes of a report after the page that it was made on: told, kept of its place, never dropped in silence."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Response, Route, expect

from tests.browser import accessible
from tests.browser.conftest import CONTEXT, Opened, sent
from tests.browser.test_capture_press import ARRIVED, PRESS, REFERENCE, press

Tabs = Callable[..., BrowserContext]
SAVED = "حُفظ على جهازك، لم يُرسل بعد"
REFUSED = "تعذّر الإرسال"


def spoiled(route: Route, status: int) -> None:
    """Has the sidecar itself refuse what the page sends: another symptom under a known id, or one that there is not."""
    said = route.request.post_data_json
    if status == 409:
        route.fetch(post_data=json.dumps(said | {"symptom": "slow"}))
        route.continue_()
    else:
        route.continue_(post_data=json.dumps(said | {"symptom": "nonsense"}))


def badge(page: Page, text: str) -> None:
    """The line under the button says so while the panel is closed."""
    expect(page.locator("#nidaa .launch small")).to_have_text(text, timeout=10_000)


@pytest.mark.parametrize("status", [409, 422])
def test_the_sidecars_own_no_is_told_on_whatever_page_it_comes(
    classroom: Opened, tabs: Tabs, shots: Callable[[Page, str], None], status: int
) -> None:
    """A report that waited is refused in the background: nobody would ever know if the button did not say so."""
    browser = tabs()
    person = f"spoiled{status}"
    first = classroom(browser, sub=person, expected="ERR_FAILED")
    first.route("**/v1/reports", lambda route: route.abort())
    press(first)
    expect(first.get_by_text(SAVED)).to_be_visible()
    first.close()

    browser.route("**/v1/reports", lambda route: spoiled(route, status))
    second = classroom(browser, sub=person, expected=f"status of {status}")
    badge(second, REFUSED)
    second.get_by_role("button", name=PRESS["ar"]).click()
    second.wait_for_timeout(300)
    shots(second, f"refused-first-ar-{status}")
    second.get_by_role("button", name=REFUSED).click()
    reason = second.locator("#nidaa .note.late p")
    assert len(reason.inner_text()) > 8
    shots(second, f"refused-ar-{status}")
    assert accessible.violations(second) == []
    assert accessible.faint(second) == []
    expect(second.get_by_role("button", name="إضافة تفصيل")).to_be_hidden()
    second.get_by_role("button", name="حذف من هذا الجهاز").click()
    expect(second.get_by_role("button", name=REFUSED)).to_have_count(0)
    expect(second.get_by_role("button", name="لا أسمع الصوت", exact=True)).to_be_visible()  # back where one reports
    second.reload()
    second.wait_for_timeout(1000)
    badge(second, "")


def test_a_report_stays_of_the_page_that_it_was_made_on(page_of: Opened, tabs: Tabs) -> None:
    """Made in one course without a network, sent from another course's page: still of the first."""
    browser = tabs()
    first = page_of(browser, fake=True, deaf=True, context=CONTEXT, person="moves", place="11")
    press(first)
    expect(first.get_by_text(SAVED)).to_be_visible()
    first.close()
    second = page_of(browser, fake=True, context=CONTEXT, person="moves", place="22")
    assert [(one["place"], one["room"]) for one in sent(second)] == [("11", "3")]


def test_the_next_page_of_the_tab_still_follows(classroom: Opened, shots: Callable[[Page, str], None]) -> None:
    page = classroom(sub="follows")
    press(page)
    expect(page.get_by_text(ARRIVED["ar"], exact=True).first).to_be_visible()
    reference = page.get_by_text(REFERENCE).inner_text()
    page.reload()
    page.wait_for_selector("html[data-ready]")
    page.get_by_role("button", name=PRESS["ar"]).click()
    earlier = page.get_by_role("button", name="وصل بلاغك · لا أسمع الصوت")
    expect(earlier).to_be_visible()
    shots(page, "earlier-ar-1440")
    assert accessible.small(page, "#nidaa") == []
    earlier.click()
    expect(page.get_by_text(reference)).to_be_visible()
    expect(page.get_by_role("list", name="مراحل البلاغ")).to_be_visible()


def test_nobody_else_at_this_computer_sees_it(classroom: Opened, tabs: Tabs) -> None:
    page = classroom(sub="mine")
    press(page)
    expect(page.get_by_text(ARRIVED["ar"], exact=True).first).to_be_visible()
    other = classroom(page.context, sub="theirs")
    page.goto(other.url)  # in the very tab
    page.wait_for_selector("html[data-ready]")
    page.get_by_role("button", name=PRESS["ar"]).click()
    expect(page.get_by_role("button", name="لا أسمع الصوت", exact=True)).to_be_visible()
    page.wait_for_timeout(500)
    expect(page.get_by_role("button", name="وصل بلاغك")).to_have_count(0)


def test_a_browser_that_keeps_nothing_says_so_and_sends_all_the_same(page_of: Opened, tabs: Tabs) -> None:
    browser = tabs()
    for name in ("indexedDB", "localStorage"):
        browser.add_init_script(
            f"Object.defineProperty(window, '{name}', {{get: () => {{ throw new Error('refused'); }}}})"
        )
    page = page_of(browser, fake=True, deaf=True, context=CONTEXT)
    press(page)
    expect(page.get_by_text("لا يستطيع هذا المتصفح حفظ البلاغ. أبقِ هذه النافذة مفتوحة حتى يُرسل.")).to_be_visible()
    page.evaluate("window.hears = true")
    page.get_by_role("button", name="الآن").click()
    assert sent(page)[0]["symptom"] == "no_sound"
    expect(page.get_by_text(ARRIVED["ar"], exact=True).first).to_be_visible()


def test_without_locks_one_tab_waits_for_the_other(page_of: Opened, tabs: Tabs) -> None:
    """Pages that are not encrypted have no locks."""
    browser = tabs()
    browser.add_init_script("delete Navigator.prototype.locks")
    page = page_of(browser, fake=True, context=CONTEXT, person="lease")
    page.evaluate("localStorage.setItem('nidaa:lease:lease', String(Date.now() + 2500))")
    press(page)
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert page.evaluate("window.sent ?? []") == []
    expect(page.get_by_text(ARRIVED["ar"], exact=True).first).to_be_visible(timeout=6000)
    assert len(sent(page)) == 1
    assert page.evaluate("localStorage.getItem('nidaa:lease:lease')") is None


def test_a_refused_addition_gives_its_text_back(page_of: Opened) -> None:
    page = page_of(fake=True, context=CONTEXT, refuse_additions=True)
    press(page)
    sent(page)
    page.get_by_role("button", name="إضافة تفصيل").click()
    text = page.get_by_label("ما الذي نضيفه إلى البلاغ؟")
    text.fill("منذ الدقيقة الخامسة")
    page.get_by_role("button", name="إضافة", exact=True).click()
    expect(page.get_by_text("النص أطول مما يُقبل")).to_be_visible()
    expect(text).to_have_value("منذ الدقيقة الخامسة")


def test_what_happened_before_the_press_is_told(page_of: Opened) -> None:
    page = page_of(fake=True, context=CONTEXT)
    page.evaluate("dispatchEvent(new Event('offline'))")
    press(page)
    assert [one["what"] for one in sent(page)[0]["diagnostics"]["events"]] == ["offline"]


def test_what_has_not_changed_is_not_read_out_again(classroom: Opened) -> None:
    page = classroom(sub="quiet")
    press(page)
    expect(page.get_by_text(ARRIVED["ar"], exact=True).first).to_be_visible()

    def asked(response: Response) -> bool:
        return response.request.method == "GET" and "/v1/reports/" in response.url

    with page.expect_response(asked, timeout=15_000):  # brings the first line of what was done
        pass
    page.wait_for_timeout(300)
    page.evaluate("""() => { const live = document.querySelector('#nidaa').shadowRoot.querySelector('[aria-live]');
                     window.changes = 0;
                     new MutationObserver((all) => { window.changes += all.length; })
                       .observe(live, {childList: true, subtree: true, characterData: true}); }""")
    with page.expect_response(asked, timeout=30_000):
        pass
    page.wait_for_timeout(300)
    assert page.evaluate("window.changes") == 0
