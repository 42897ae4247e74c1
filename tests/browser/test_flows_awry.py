"""The flows where something is unclear, refused or out of reach: nothing is lost, and what is said is true."""

from __future__ import annotations

import time
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import CONTEXT, ROOM, Opened, sent, token
from tests.browser.test_capture_queue import stored  # noqa: F401  (a fixture)
from tests.browser.test_flows import MANAGER, TRAINEE, Shots, Tabs, go, good_to_use

LOG = "تسجيل سريع"
GAPS = "نقص في متطلبات الشهادة"
REQUEST = "طلب دعم أو شكوى أو مقترح"
NAMES = [{"id": "6", "name": "نورة الشمري"}, {"id": "7", "name": "نورا الغامدي"}]


def test_a_name_that_fits_two_people_is_never_guessed(page_of: Opened, shots: Shots) -> None:
    """Enter sends nothing until one of them is chosen: a log about the wrong person cannot be taken back."""
    page = page_of(**(MANAGER | {"people": NAMES}))
    go(page, LOG)
    page.keyboard.type("4نور")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("يلزم اختيار واحد من القائمة.")
    expect(page.get_by_role("listbox").get_by_role("option")).to_have_count(2)
    shots(page, "log-names-ar-1440")
    good_to_use(page)
    assert page.evaluate("window.sent ?? []") == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("listbox").get_by_role("option", selected=True)).to_have_text("نورا الغامدي")
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="لمن؟")).to_have_value("نورا الغامدي")
    assert page.evaluate("window.sent ?? []") == []
    page.keyboard.press("Enter")
    assert sent(page)[0]["about"] == {"id": "7", "role": "trainee"}
    expect(page.get_by_role("combobox", name="لمن؟")).to_be_focused()
    expect(page.get_by_role("combobox", name="لمن؟")).to_have_value("")


def test_escape_closes_the_names_and_not_the_panel(page_of: Opened) -> None:
    page = page_of(**(MANAGER | {"people": NAMES}))
    go(page, LOG)
    page.keyboard.type("نور")
    expect(page.get_by_role("listbox").get_by_role("option")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox").get_by_role("option")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


@pytest.mark.parametrize(
    ("typed", "said"),
    [("عبدالله", "لا أحد بهذا الاسم في القاعة."), ("نور", "تعذّر البحث عن الأسماء الآن")],
    ids=["nobody", "no search"],
)
def test_a_name_that_cannot_be_resolved_is_said_and_kept(page_of: Opened, typed: str, said: str) -> None:
    page = page_of(**(MANAGER | {"people": NAMES, "deaf": said.startswith("تعذّر")}))
    go(page, LOG)
    page.keyboard.type("۶" + typed)  # a Persian six
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text(said)
    expect(page.get_by_role("combobox", name="لمن؟")).to_have_value(typed)
    expect(page.get_by_role("button", name="بطء أو تقطيع")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("window.sent ?? []") == []


def test_wrong_numbers_and_times_are_said_at_their_field(page_of: Opened) -> None:
    page = page_of(**MANAGER)
    page.clock.install(time="2026-11-25T17:10:00+03:00")
    go(page, LOG)
    page.keyboard.type("1")
    affected = page.get_by_label("عدد المتأثرين", exact=False)
    affected.fill("كلهم")
    affected.press("Enter")
    expect(affected).to_be_focused()
    expect(affected).to_have_attribute("aria-invalid", "true")
    affected.fill("۳")
    page.get_by_label("انتهت", exact=True).check()
    ended = page.get_by_label("متى انتهت؟", exact=False)
    minute = page.evaluate("new Date(Date.now() + 600000).toTimeString().slice(0, 5)")
    ended.fill(minute)
    ended.press("Enter")
    expect(ended).to_be_focused()
    ended.fill(page.evaluate("new Date(Date.now() - 600000).toTimeString().slice(0, 5)"))
    ended.press("Enter")
    log = sent(page)[0]
    assert (log["affected"], log["ended_at"]) == (3, "2026-11-25T14:00:00.000Z")


def test_room_and_group_are_chosen_where_there_are_several(page_of: Opened) -> None:
    """On the course page nothing is chosen beforehand: a log of the wrong room helps nobody."""
    rooms = [
        ROOM | {"manages": True},
        ROOM | {"id": "5", "name": "قاعة ثانية", "manages": True, "groups": [{"id": "9", "name": "المجموعة ب"}]},
        ROOM | {"id": "7", "name": "قاعة غيرنا"},
    ]
    page = page_of(**(MANAGER | {"here": None, "context": MANAGER["context"] | {"room": None, "rooms": rooms}}))
    go(page, LOG)
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    room = page.get_by_label("القاعة", exact=True)
    expect(room).to_be_focused()
    assert room.locator("option").all_inner_texts() == ["اختيار القاعة", "القاعة المباشرة", "قاعة ثانية"]
    expect(page.get_by_label("المجموعة", exact=True)).to_be_hidden()
    room.select_option("5")
    page.get_by_label("المجموعة", exact=True).select_option("9")
    page.get_by_role("combobox", name="لمن؟").press("Enter")
    assert [(one["room"], one["group"]) for one in sent(page)] == [("5", "9")]


def test_twenty_logs_reach_the_sidecar(classroom: Opened, stored: Any, shots: Shots) -> None:  # noqa: F811
    sub = "manager"
    context = CONTEXT | {"rooms": [ROOM | {"manages": True}], "can": {"log": True, "flag": False, "ask": False}}
    page = classroom(sub=sub, role="room_manager", token=token(sub, role="room_manager"), context=context)
    go(page, LOG)
    began = time.perf_counter()
    for number in range(20):
        page.keyboard.type("٢" if number % 2 else "6")
        page.keyboard.press("Enter")
    typed = time.perf_counter() - began
    deadline = time.monotonic() + 20
    while stored(sub) < 20 and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    print(f"20 logs typed in {typed:.2f} s, stored in {time.perf_counter() - began:.2f} s")
    assert stored(sub) == 20
    expect(page.get_by_role("list", name="آخر ما سُجّل").get_by_text("وصل")).to_have_count(6)
    shots(page, "log-sidecar-ar-1440")


def test_refused_gaps_are_counted_and_can_be_flagged_again(page_of: Opened, shots: Shots) -> None:
    page = page_of(**(MANAGER | {"refusal": "nidaa_invalid"}))
    go(page, GAPS)
    flag = page.get_by_role("button", name="تسجيل النواقص المحددة")
    flag.click()
    expect(page.get_by_text("تعذّر الإرسال: ٢")).to_be_visible()
    shots(page, "gaps-refused-ar-1440")
    good_to_use(page)
    flag.click()
    assert len({one["id"] for one in sent(page, 4)}) == 4, "flagging again is a new report"


def test_a_gap_is_added_and_the_count_agrees(page_of: Opened) -> None:
    page = page_of(**MANAGER)
    go(page, GAPS)
    expect(page.get_by_text("متدربان", exact=True)).to_be_visible()
    page.get_by_role("button", name="الجميع").click()
    row = page.get_by_role("group", name="نورة الدوسري")
    row.get_by_label("إضافة نقص").select_option("certificate_wrong_data")
    added = row.get_by_label("خطأ في بيانات الشهادة")
    expect(added).to_be_checked()
    expect(added).to_be_focused()
    expect(page.get_by_text("٣ متدربين", exact=True)).to_be_visible()
    page.get_by_role("button", name="تسجيل النواقص المحددة").click()
    expect(page.get_by_text("سُجّلت نواقص ٣ متدربين")).to_be_visible()
    gaps = {one["about"]["id"]: one["gaps"] for one in sent(page, 3)}
    assert gaps["7"] == ["certificate_wrong_data"], "what is unknown is not flagged"


@pytest.mark.parametrize("roster", [[], None, [{"id": "9", "name": "نورة", "gaps": ["phone_missing"], "unknown": []}]],
                         ids=["empty", "out of reach", "own row"])  # fmt: skip
def test_a_trainee_says_it_of_oneself(page_of: Opened, shots: Shots, roster: list[dict[str, Any]] | None) -> None:
    """Also where the facts are silent; and about nobody else, since the host knows who is speaking."""
    page = page_of(**(TRAINEE | {"roster": roster, "deaf": roster is None}))
    go(page, GAPS)
    expect(page.get_by_text("تعذّر جلب البيانات الآن.")).to_have_count(1 if roster is None else 0)
    page.get_by_label("إضافة نقص").select_option("certificate_not_issued")
    shots(page, f"gaps-own-{'out' if roster is None else len(roster)}-ar-1440")
    good_to_use(page)
    page.evaluate("window.hears = true")
    page.get_by_role("button", name="تسجيل النواقص المحددة").click()
    said = sent(page)[0]
    assert (said["about"], said["gaps"][-1]) == (None, "certificate_not_issued")
    expect(page.get_by_role("dialog").get_by_text("208-226-399-3")).to_be_visible()


def test_a_roster_out_of_reach_is_asked_for_again(page_of: Opened) -> None:
    page = page_of(**(MANAGER | {"deaf": True}))
    go(page, GAPS)
    expect(page.get_by_role("alert")).to_have_text("تعذّر جلب البيانات الآن.")
    page.evaluate("window.hears = true")
    page.get_by_role("button", name="إعادة المحاولة").click()
    expect(page.get_by_text("أحمد القحطاني")).to_be_visible()


def test_a_refused_complaint_is_still_there_to_be_said_otherwise(page_of: Opened, shots: Shots) -> None:
    page = page_of(**(TRAINEE | {"refusal": "nidaa_invalid"}))
    go(page, REQUEST)
    page.get_by_label("شكوى", exact=True).check()
    page.get_by_label("ما الذي حدث؟").fill("تأخر المدرب")
    page.get_by_role("button", name="إرسال").click()
    expect(page.get_by_text("النص أطول مما يُقبل")).to_be_visible()
    expect(page.get_by_text("تأخر المدرب")).to_be_visible()
    shots(page, "request-refused-ar-1440")
    good_to_use(page)
    page.keyboard.press("Escape")
    go(page, REQUEST)
    expect(page.get_by_label("ما الذي حدث؟")).to_have_value("تأخر المدرب")


def test_a_complaint_that_waits_is_said_to_be_saved_and_says_what_is_next(page_of: Opened, shots: Shots) -> None:
    page = page_of(**(TRAINEE | {"deaf": True}))
    go(page, REQUEST)
    page.get_by_label("شكوى", exact=True).check()
    page.get_by_label("ما الذي حدث؟").fill("تأخر المدرب")
    page.get_by_role("button", name="إرسال").click()
    expect(page.get_by_text("حُفظ على جهازك، لم يُرسل بعد")).to_be_visible()
    expect(page.get_by_text("تُحال إلى مدير القسم المختص خلال ٢٤ ساعة", exact=False)).to_be_visible()
    expect(page.get_by_text("لا يستطيع هذا المتصفح", exact=False)).to_have_count(0)
    shots(page, "request-waits-ar-1440")


def test_another_person_at_the_same_computer_finds_no_text(page_of: Opened, tabs: Tabs) -> None:
    browser = tabs()
    page = page_of(browser, person="one", **TRAINEE)
    go(page, REQUEST)
    page.get_by_label("ما الذي حدث؟").fill("أمر شخصي")
    other = page_of(browser, person="two", **TRAINEE)
    go(other, REQUEST)
    expect(other.get_by_label("ما الذي حدث؟")).to_have_value("")
    page.goto(other.url)  # in the very tab in which it was written
    page.wait_for_selector("html[data-ready]")
    go(page, REQUEST)
    expect(page.get_by_label("ما الذي حدث؟")).to_have_value("")


def test_no_question_where_there_is_nobody_to_ask_and_one_goes_to_the_trainer(page_of: Opened) -> None:
    page = page_of(**(TRAINEE | {"context": TRAINEE["context"] | {"can": {"log": False, "flag": False, "ask": False}}}))
    go(page, REQUEST)
    expect(page.get_by_role("radio")).to_have_count(3)
    asks = page_of(**TRAINEE)
    go(asks, REQUEST)
    asks.get_by_label("سؤال إلى المدرب").check()
    asks.get_by_label("ما السؤال؟").fill("ما التصيّد؟")
    asks.get_by_role("button", name="إرسال").click()
    said = sent(asks)[0]
    assert (said["kind"], said["category"], said["about"]) == ("inquiry", "content_question", None)


def test_contacts_out_of_reach_leave_a_friendly_word_and_a_door(page_of: Opened, shots: Shots) -> None:
    page = page_of(**(TRAINEE | {"contact": None}))
    go(page, "اتصل بنا")
    expect(page.get_by_text("الإبلاغ من هنا متاح في كل وقت", exact=False)).to_be_visible()
    expect(page.get_by_role("link", name="صفحة التواصل")).to_have_attribute("rel", "noopener")
    shots(page, "contact-away-ar-1440")
    good_to_use(page)
