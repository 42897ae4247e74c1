"""Room manager, trainer and everybody else in a real Moodle, down to what the sidecar holds."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.moodle.conftest import Enter
from tests.browser.moodle.test_button import button, course_page, room_page
from tests.browser.test_flows import good_to_use
from tests.live.moodle_visitor import TestMoodle

pytestmark = pytest.mark.real_moodle
Shots = Callable[[Page, str], None]


@pytest.fixture
def reports(moodle: TestMoodle) -> Callable[..., list[dict[str, Any]]]:
    """Reports in the sidecar's own database since the test began; waits for so many."""
    file = moodle.accounts.get("sidecar_database")
    if file is None:
        pytest.skip("the accounts name no sidecar_database")
    with sqlite3.connect(file) as base:
        before = {row[0] for row in base.execute("SELECT key FROM reports")}
    base.close()

    def since(count: int) -> list[dict[str, Any]]:
        deadline = time.monotonic() + 15
        while True:
            with sqlite3.connect(file) as conn:
                conn.row_factory = sqlite3.Row
                rows = conn.execute("SELECT * FROM reports ORDER BY received_at")
                found = [dict(row) | json.loads(row["body"]) for row in rows]
            conn.close()
            new = [row for row in found if row["key"] not in before]
            if len(new) >= count or time.monotonic() > deadline:
                return new
            time.sleep(0.2)

    return since


def go(page: Page, entry: str) -> None:
    """Opens the panel and one of its entries."""
    button(page).click()
    page.get_by_role("button", name=entry, exact=True).click()
    page.wait_for_timeout(800)


@pytest.mark.parametrize("width", [1440, 360])
def test_a_room_manager_logs_for_the_room_and_for_one(
    moodle: TestMoodle, enter: Enter, reports: Any, shots: Shots, width: int
) -> None:
    page = enter("room_manager", room_page(moodle), width=width)
    go(page, "تسجيل سريع")
    shots(page, f"moodle-log-ar-{width}")
    good_to_use(page, "#nidaa")
    page.get_by_role("combobox", name="لمن؟").focus()
    page.keyboard.type("٢")
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    page.get_by_role("combobox", name="لمن؟").focus()
    page.keyboard.type("6احمد")  # without its hamza, as people type
    page.wait_for_timeout(900)
    page.keyboard.press("Enter")
    found = reports(2)
    assert sorted((row["symptom"], row["about"]) for row in found) == [
        ("no_sound", None), ("slow", [str(moodle.accounts["people"][0]), "trainee"]),
    ]  # fmt: skip
    assert {(row["kind"], row["reporter_role"]) for row in found} == {("room_log", "room_manager")}


def test_a_trainer_flags_what_the_facts_show_in_one_go(
    moodle: TestMoodle, enter: Enter, reports: Any, shots: Shots
) -> None:
    page = enter("trainer", course_page(moodle))
    go(page, "نقص في متطلبات الشهادة")
    expect(page.get_by_text("محمد المطيري")).to_be_visible()
    shots(page, "moodle-gaps-ar-1440")
    good_to_use(page, "#nidaa")
    page.get_by_role("button", name="تسجيل النواقص المحددة").click()
    found = reports(11)  # everybody of the course to whom something is missing
    by_person = {row["about"][0]: row for row in found}
    t05 = by_person[str(moodle.accounts["people"][4])]
    assert {"national_id_missing", "name_ar_missing", "name_en_missing"} <= set(t05["gaps"])
    assert {row["kind"] for row in found} == {"certificate_gap"}
    assert not any(re.search(r"\b[12]\d{9}\b", row["body"]) for row in found), "no identity number leaves Moodle"
    page.wait_for_timeout(600)
    shots(page, "moodle-gaps-after-ar-1440")


def test_anybody_complains_and_says_what_would_put_it_right(
    moodle: TestMoodle, enter: Enter, reports: Any, shots: Shots
) -> None:
    page = enter("t05", course_page(moodle))
    go(page, "طلب دعم أو شكوى أو مقترح")
    page.get_by_label("شكوى", exact=True).check()
    page.locator("select[name=category]").select_option("conduct_trainer")
    page.locator("select[name=about]").select_option(index=1)
    page.locator("textarea[name=text]").fill("تأخر ثلاث مرات")
    shots(page, "moodle-complaint-ar-1440")
    good_to_use(page, "#nidaa")
    page.get_by_role("button", name="إرسال").click()
    complaint = reports(1)[0]
    assert (complaint["kind"], complaint["category"]) == ("complaint", "conduct_trainer")
    assert (complaint["about"][1], complaint["activity_id"]) == ("trainer", None)


def test_the_contact_panel_shows_what_the_sidecar_says(moodle: TestMoodle, enter: Enter, shots: Shots) -> None:
    page = enter("t05", course_page(moodle))
    go(page, "اتصل بنا")
    expect(page.get_by_text("داخل القاعة التدريبية")).to_be_visible()
    shots(page, "moodle-contact-ar-1440")
    good_to_use(page, "#nidaa")


def test_with_the_sidecar_down_the_person_has_a_reference_and_it_arrives_once(
    moodle: TestMoodle, enter: Enter, reports: Any, shots: Shots
) -> None:
    commands = moodle.accounts.get("sidecar_commands")
    if commands is None:
        pytest.skip("the accounts name no sidecar_commands")
    page = enter("t06", room_page(moodle))
    button(page).click()
    expect(page.get_by_role("button", name="لا يظهر الفيديو")).to_be_visible()
    subprocess.run(commands["stop"], check=True, timeout=30)
    try:
        page.get_by_role("button", name="لا يظهر الفيديو").click()
        expect(page.get_by_text("حفظت المنصة بلاغك")).to_be_visible()
        expect(page.get_by_text(re.compile(r"^\d{3}-\d{3}-\d{3}-\d$"))).to_be_visible()
        shots(page, "moodle-kept-ar-1440")
    finally:
        subprocess.run(commands["start"], check=True, timeout=30)
    time.sleep(6)
    subprocess.run(commands["forward"], check=True, timeout=60, capture_output=True)
    assert [row["symptom"] for row in reports(1)] == ["no_video"]
    expect(page.get_by_text("وصل بلاغك", exact=True).first).to_be_visible(timeout=45_000)
