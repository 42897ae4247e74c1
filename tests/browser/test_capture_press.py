"""Two taps, from the button to the sidecar, and where the report stands afterwards."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import accessible
from tests.browser.conftest import CONTEXT, ROOM, Opened, sent, token

PRESS = {"ar": "الإبلاغ عن مشكلة", "en": "Report a problem"}
NO_SOUND = {"ar": "لا أسمع الصوت", "en": "I cannot hear"}
ARRIVED = {"ar": "وصل بلاغك", "en": "Your report arrived"}
_FACTS = {"browser", "platform", "mobile", "screen", "connection", "devices", "ping", "online", "events"}
REFERENCE = re.compile(r"^\d{3}-\d{3}-\d{3}-\d$")


def press(page: Page, language: str = "ar") -> None:
    """Both taps."""
    page.get_by_role("button", name=PRESS[language]).click()
    page.get_by_role("button", name=NO_SOUND[language], exact=True).click()


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("width", [1440, 360])
def test_two_taps_and_the_sidecar_has_it(
    classroom: Opened,
    tabs: Callable[..., BrowserContext],
    shots: Callable[[Page, str], None],
    language: str,
    width: int,
) -> None:
    page = classroom(tabs(viewport={"width": width, "height": 740 if width == 360 else 900}), language=language)
    assert accessible.violations(page) == []
    button = page.get_by_role("button", name=PRESS[language])
    box = button.bounding_box()
    assert box is not None
    assert (box["x"] < 20) == (language == "ar")  # at the end of the line: left in Arabic, right in English
    button.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.wait_for_timeout(300)
    shots(page, f"press-{language}-{width}")
    _good_to_use(page)
    page.get_by_role("button", name=NO_SOUND[language]).click()
    began = time.perf_counter()
    expect(page.get_by_text(ARRIVED[language], exact=True).first).to_be_visible()
    print(f"second tap to arrival: {(time.perf_counter() - began) * 1000:.0f} ms")
    expect(page.get_by_text(REFERENCE)).to_be_visible()
    page.wait_for_timeout(300)
    shots(page, f"sent-{language}-{width}")
    _good_to_use(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def _good_to_use(page: Page) -> None:
    assert accessible.violations(page) == []
    assert accessible.faint(page) == []
    assert accessible.small(page, "#nidaa") == []


@pytest.mark.parametrize("language", ["ar", "en"])
def test_where_the_page_is_dark_so_is_the_panel(
    page_of: Opened, shots: Callable[[Page, str], None], language: str
) -> None:
    """The page says so itself: nobody can tell it by the system's setting."""
    page = page_of(fake=True, context=CONTEXT, language=language)
    page.evaluate("document.querySelector('#nidaa').dataset.dark = ''")
    for step in ("open", "sent"):
        page.get_by_role("button", name=(PRESS if step == "open" else NO_SOUND)[language], exact=True).click()
        page.wait_for_timeout(400)
        shots(page, f"dark-{step}-{language}")
        assert (
            page.evaluate("""getComputedStyle(document.querySelector('#nidaa').shadowRoot.querySelector('dialog'))
                                .backgroundColor""")
            == "rgb(23, 30, 35)"
        )
        assert accessible.faint(page, "#nidaa") == []
        assert accessible.violations(page, "#nidaa") == []


def test_the_contrast_check_can_read_arabic_and_axe_cannot(page_of: Opened) -> None:
    """The check that all others rely on must be able to fail."""
    page = page_of(fake=True, context=CONTEXT)
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<p id=faint>لا أسمع المدرب</p>')")
    page.evaluate("""() => { const sheet = new CSSStyleSheet(); sheet.replaceSync('#faint{color:#aaa}');
                     document.adoptedStyleSheets = [sheet]; }""")
    assert [text.split(":")[0] for text in accessible.faint(page)] == ["لا أسمع المدرب"]
    assert accessible.violations(page) == []


def test_small_targets_are_found(page_of: Opened) -> None:
    page = page_of(fake=True, context=CONTEXT)
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<button>x</button>')")
    assert len(accessible.small(page, "main")) == 2  # that button, and the page's own link


def test_how_many_in_the_room_have_the_same(classroom: Opened) -> None:
    group = {"room": "71", "rooms": [ROOM | {"id": "71"}]}

    def one(number: int) -> Page:
        context = CONTEXT | group
        page = classroom(
            here=group, context=context, token=token(f"many{number}", activity="71"), person=f"many{number}"
        )
        press(page)
        expect(page.get_by_text(ARRIVED["ar"], exact=True).first).to_be_visible()
        return page

    expect(one(1).get_by_text("أنت أول من أبلغ عن هذه المشكلة في قاعتك.")).to_be_visible()
    expect(one(2).get_by_text("أبلغ متدرب آخر في قاعتك عن المشكلة نفسها.")).to_be_visible()
    third = one(3)
    expect(third.get_by_text("أبلغ متدربان آخران في قاعتك عن المشكلة نفسها.")).to_be_visible()


def test_the_keyboard_alone_is_enough_and_focus_returns(classroom: Opened) -> None:
    page = classroom()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    for _ in range(12):
        if page.evaluate("document.activeElement.shadowRoot.activeElement?.textContent") == NO_SOUND["ar"]:
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text(ARRIVED["ar"], exact=True).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.className") == "launch"


def test_a_detail_is_added_afterwards(classroom: Opened) -> None:
    page = classroom()
    press(page)
    expect(page.get_by_text(ARRIVED["ar"], exact=True).first).to_be_visible()
    page.get_by_role("button", name="إضافة تفصيل").click()
    page.get_by_label("ما الذي نضيفه إلى البلاغ؟").fill("منذ الدقيقة الخامسة <b>Chrome</b>")
    page.get_by_role("button", name="إضافة", exact=True).click()
    expect(page.get_by_text("أُضيف التفصيل.")).to_be_visible()


def test_what_the_page_knows_is_enough_while_the_host_does_not_answer(page_of: Opened) -> None:
    """The context never comes: the two taps work all the same."""
    page = page_of(fake=True, context=None, here={"room": "3", "rooms": [ROOM]})
    press(page)
    sent(page)
    assert page.evaluate("window.sent[0].room") == "3"


def test_on_a_course_page_the_room_is_chosen(page_of: Opened) -> None:
    rooms = [ROOM, ROOM | {"id": "7", "name": "محاضرة زوم المباشرة"}]
    page = page_of(fake=True, context=CONTEXT | {"room": None, "rooms": rooms}, here={"room": None, "rooms": rooms})
    page.get_by_role("button", name=PRESS["ar"]).click()
    expect(page.get_by_role("button", name=NO_SOUND["ar"])).to_have_count(0)  # of no room that nobody has named
    page.get_by_role("button", name="محاضرة زوم المباشرة").click()
    page.get_by_role("button", name=NO_SOUND["ar"]).click()
    sent(page)
    assert page.evaluate("[window.sent[0].room, window.sent[0].kind, window.sent[0].symptom]") == [
        "7", "session_problem", "no_sound"
    ]  # fmt: skip


def test_diagnostics_carry_no_names_and_no_addresses(page_of: Opened) -> None:
    page = page_of(fake=True, context=CONTEXT)
    page.get_by_role("button", name=PRESS["ar"]).click()
    page.wait_for_timeout(400)
    page.get_by_role("button", name=NO_SOUND["ar"]).click()
    sent(page)
    facts = page.evaluate("window.sent[0].diagnostics")
    assert set(facts) <= _FACTS
    assert set(facts["devices"]) == {"microphones", "speakers", "cameras"}
    assert "Chrom" in facts["browser"]
    assert not re.search(r"\d+\.\d+\.\d+\.\d+(?!\d)", str(facts["connection"]))
