"""Beyond the two taps: the quick log, certificate gaps, requests and complaints, the contact panel."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import accessible
from tests.browser.conftest import CONTEXT, ROOM, Opened, sent

Shots = Callable[[Page, str], None]
Tabs = Callable[..., BrowserContext]

PEOPLE = [{"id": "6", "name": "أحمد القحطاني"}, {"id": "7", "name": "أحلام الدوسري"}, {"id": "8", "name": "Omar Khan"}]
MANAGER: dict[str, Any] = {
    "fake": True,
    "people": PEOPLE,
    "context": CONTEXT
    | {
        "rooms": [ROOM | {"manages": True, "groups": [{"id": "1", "name": "المجموعة أ"}]}],
        "can": {"log": True, "flag": True, "ask": False},
        "links": {"board": "http://127.0.0.1:9/launch", "roster": "http://127.0.0.1:9/roster"},
    },
    "roster": [
        {"id": "6", "name": "أحمد القحطاني", "gaps": ["national_id_missing", "attendance_below"], "unknown": []},
        {"id": "7", "name": "نورة الدوسري", "gaps": [], "unknown": ["attendance_below"]},
        {"id": "8", "name": "Omar Khan", "gaps": ["name_ar_missing"], "unknown": ["certificate_not_issued"]},
    ],
}
TRAINEE: dict[str, Any] = {
    "fake": True,
    "context": CONTEXT
    | {
        "categories": [
            {"key": "login", "label": "تسجيل الدخول إلى المنصة", "kinds": ["support_request"]},
            {"key": "conduct_trainer", "label": "سلوك المدرب", "kinds": ["complaint"]},
        ],
        "staff": [{"id": "4", "name": "خالد الشمري", "role": "trainer"}],
        "links": {"public": "http://127.0.0.1:9/public/"},
    },
    "contact": {
        "as_of": "2026-01-01T08:00:00+03:00",
        "ways": [
            {"channel": "phone", "label": "الهاتف", "address": "+966 11 000 0000", "href": "tel:+966110000000",
             "open_now": True, "until": "2026-11-25T21:00:00+03:00", "expected": "يُجاب خلال دقيقتين."},
            {"channel": "x", "label": "إكس", "address": "@nidaa", "href": "javascript:alert(1)",
             "open_now": False, "until": None, "expected": "يُجاب خلال ١٠ دقائق."},
        ],
    },
}  # fmt: skip


def go(page: Page, entry: str) -> None:
    """Opens the panel and one of its entries."""
    label = "الإبلاغ عن مشكلة" if page.evaluate("document.documentElement.lang") == "ar" else "Report a problem"
    page.get_by_role("button", name=label).click()
    page.get_by_role("button", name=entry, exact=True).click()
    page.wait_for_timeout(400)


def good_to_use(page: Page, within: str | None = None) -> None:
    """Readable, reachable, and nothing sticks out; `within` leaves out a page that is not ours."""
    assert accessible.violations(page, within) == []
    assert accessible.faint(page, within) == []
    assert accessible.small(page, "#nidaa") == []
    dialog = "document.querySelector('#nidaa').shadowRoot.querySelector('dialog')"
    assert page.evaluate(f"{dialog}.scrollWidth <= {dialog}.clientWidth")


@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("flow", ["log", "gaps", "request", "contact"])
def test_every_flow_is_good_to_use(
    page_of: Opened, tabs: Tabs, shots: Shots, flow: str, language: str, width: int
) -> None:
    entries = {
        "log": ("تسجيل سريع", "Quick log"),
        "gaps": ("نقص في متطلبات الشهادة", "Certificate requirements"),
        "request": ("طلب دعم أو شكوى أو مقترح", "Support, complaint or suggestion"),
        "contact": ("اتصل بنا", "Contact us"),
    }
    who = MANAGER if flow in {"log", "gaps"} else TRAINEE
    page = page_of(tabs(viewport={"width": width, "height": 800}), language=language, **who)
    go(page, entries[flow][language == "en"])
    if flow == "request":
        page.get_by_label(("شكوى", "Complaint")[language == "en"], exact=True).check()
    shots(page, f"{flow}-{language}-{width}")
    good_to_use(page)


def test_twenty_logs_by_keyboard_alone(page_of: Opened, shots: Shots) -> None:
    """A digit, Enter, and the form is ready for the next; Arabic digits as well; every other one for one person."""
    page = page_of(**MANAGER)
    go(page, "تسجيل سريع")
    began = time.perf_counter()
    for number in range(20):
        page.keyboard.type("٢" if number % 2 else "6")
        if number == 10:
            page.keyboard.type("أحمد")
        page.keyboard.press("Enter")
    found = sent(page, 20)
    print(f"20 logs in {time.perf_counter() - began:.2f} s")
    assert [one["symptom"] for one in found[:2]] == ["slow", "no_sound"]
    assert len({one["id"] for one in found}) == 20
    assert {one["kind"] for one in found} == {"room_log"}
    about = [one["about"] for one in found if one["about"]]
    assert about == [{"id": "6", "role": "trainee"}]
    shots(page, "log-after-ar-1440")


def test_a_log_says_how_many_what_was_done_and_when_it_ended(page_of: Opened) -> None:
    page = page_of(**MANAGER)
    go(page, "تسجيل سريع")
    page.keyboard.type("2")
    page.get_by_label("عدد المتأثرين (اختياري)").fill("١٢")
    page.get_by_label("ما الذي عُمل؟ (اختياري)").fill("أُعيد التشغيل")
    page.get_by_label("انتهت", exact=True).check()
    page.keyboard.press("Enter")
    log = sent(page)[0]
    assert (log["affected"], log["action_taken"]) == (12, "أُعيد التشغيل")
    assert log["ended_at"]
    assert log["about"] is None


def test_a_log_without_a_symptom_says_so_and_keeps_what_was_typed(page_of: Opened) -> None:
    page = page_of(**MANAGER)
    go(page, "تسجيل سريع")
    page.keyboard.type("أحلام")
    page.keyboard.press("Enter")
    page.wait_for_timeout(400)
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.evaluate("window.sent ?? []") == []


def test_gaps_are_ticked_where_the_facts_show_them_and_flagged_in_one_go(page_of: Opened, shots: Shots) -> None:
    page = page_of(**MANAGER)
    go(page, "نقص في متطلبات الشهادة")
    expect(page.get_by_label("رقم الهوية/الإقامة غير مدخل")).to_be_checked()
    expect(page.get_by_text("نورة الدوسري")).to_be_hidden()  # only those with gaps, until all are asked for
    page.get_by_label("الحضور دون الحد المطلوب", exact=True).first.uncheck()
    page.get_by_role("button", name="تسجيل النواقص المحددة").click()
    found = sent(page, 2)
    assert sorted((one["about"]["id"], one["gaps"]) for one in found) == [
        ("6", ["national_id_missing"]), ("8", ["name_ar_missing"]),
    ]  # fmt: skip
    assert len({one["id"] for one in found}) == 2
    shots(page, "gaps-after-ar-1440")
    good_to_use(page)


def test_unknown_is_shown_and_never_ticked(page_of: Opened) -> None:
    page = page_of(**MANAGER)
    go(page, "نقص في متطلبات الشهادة")
    unknown = page.get_by_label("لم تصدر الشهادة", exact=False).first
    expect(unknown).not_to_be_checked()


def test_what_is_written_survives_closing_and_reloading(page_of: Opened, tabs: Tabs) -> None:
    browser = tabs()
    page = page_of(browser, person="writer", **TRAINEE)
    go(page, "طلب دعم أو شكوى أو مقترح")
    page.get_by_label("شكوى", exact=True).check()
    page.get_by_label("ما الذي حدث؟").fill("تأخر المدرب ثلاث مرات")
    page.keyboard.press("Escape")
    page.reload()
    page.wait_for_selector("html[data-ready]")
    go(page, "طلب دعم أو شكوى أو مقترح")
    expect(page.get_by_label("ما الذي حدث؟")).to_have_value("تأخر المدرب ثلاث مرات")
    expect(page.get_by_label("شكوى", exact=True)).to_be_checked()


def test_a_complaint_names_whom_and_what_would_put_it_right(page_of: Opened) -> None:
    page = page_of(**TRAINEE)
    go(page, "طلب دعم أو شكوى أو مقترح")
    page.get_by_label("شكوى", exact=True).check()
    page.locator("select[name=category]").select_option("conduct_trainer")
    page.locator("select[name=about]").select_option("4")
    page.locator("textarea[name=text]").fill("<img src=x onerror=alert(1)>")
    page.locator("textarea[name=remedy]").fill("اعتذار")
    page.locator("select[name=prefer]").select_option("call")
    page.get_by_role("button", name="إرسال").click()
    said = sent(page)[0]
    assert (said["kind"], said["category"], said["about"]) == (
        "complaint", "conduct_trainer", {"id": "4", "role": "trainer"},
    )  # fmt: skip
    assert (said["remedy_sought"], said["contact_preference"], said["room"]) == ("اعتذار", "call", None)
    assert "diagnostics" not in said


def test_an_empty_request_is_refused_beside_its_field(page_of: Opened) -> None:
    page = page_of(**TRAINEE)
    go(page, "طلب دعم أو شكوى أو مقترح")
    page.get_by_role("button", name="إرسال").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.name") == "text"


def test_a_contact_is_a_link_only_where_it_can_do_no_harm(page_of: Opened) -> None:
    page = page_of(**TRAINEE)
    go(page, "اتصل بنا")
    expect(page.get_by_role("link", name="+966 11 000 0000")).to_have_attribute("href", "tel:+966110000000")
    expect(page.get_by_text("@nidaa")).to_be_visible()
    expect(page.get_by_role("link", name="@nidaa")).to_have_count(0)
    expect(page.get_by_text("آخر تحديث", exact=False)).to_be_visible()  # the copy is old, and says so
