"""A file from a telephone without a script to the desk, and an answer with a file back, in Chromium."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import accessible, desks
from tests.browser.desks import Institute, at_desk
from tests.browser.rooms import Tabs
from tests.browser.test_desk import number_in
from tests.sidecar.pages.uploads import MARKUP, picture, taken_outside

Shots = Callable[[Page, str], None]
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Institute]:
    with desks.institute(tmp_path_factory.mktemp("files")) as one:
        yield one


def made(folder: Path, name: str, content: bytes) -> Path:
    file = folder / name
    file.write_bytes(content)
    return file


def test_from_a_telephone_without_a_script_to_the_desk_and_back(
    house: Institute, tabs: Tabs, shots: Shots, tmp_path: Path
) -> None:
    sender = tabs(java_script_enabled=False, viewport=PHONE).new_page()
    link = desks.write(sender, house.address, kind="question", category="login", name="مرسل الملفات")
    sender.locator("#ftext").fill("هذه صورة الشاشة التي تظهر لي")
    sender.locator("#file").set_input_files(made(tmp_path, "شاشة الدخول.png", MARKUP["svg"]))
    sender.locator("form[action*='/files'] button").click()
    expect(sender.locator("#f-file")).to_contain_text("ليس من الأنواع المقبولة")
    expect(sender.locator("#ftext")).to_have_value("هذه صورة الشاشة التي تظهر لي")
    shots(sender, "files-refused-360-ar")
    sender.locator("#file").set_input_files(made(tmp_path, "هويتي.jpg", taken_outside()))
    sender.locator("form[action*='/files'] button").click()
    expect(sender.locator("#f-file")).to_contain_text("وثيقة هوية")
    sender.get_by_label("قرأت التنبيه.").check()
    shots(sender, "files-warned-360-ar")
    screen = made(tmp_path, "شاشة الدخول.png", picture(size=(640, 400), colour="navy"))
    sender.locator("#file").set_input_files([made(tmp_path, "هويتي.jpg", taken_outside()), screen])
    sender.locator("form[action*='/files'] button").click()
    expect(sender.get_by_text("أُضيف الملف")).to_be_visible()
    expect(sender.get_by_role("link", name="شاشة الدخول.png")).to_be_visible()
    expect(sender.get_by_text("يدل اسمه على أنه وثيقة هوية")).to_have_count(0)  # that is for staff
    assert sender.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    sender.locator("#fl").scroll_into_view_if_needed()
    sender.locator("#ftext").scroll_into_view_if_needed()
    shots(sender, "files-added-360-ar")

    agent = at_desk(house, tabs(), "agent")
    number = number_in(agent, "مرسل الملفات")
    agent.goto(f"{house.address}/desk/cases/{number}")
    files = agent.locator("#files")
    expect(files.get_by_text("يدل اسمه على أنه وثيقة هوية")).to_be_visible()
    expect(agent.get_by_text("هذه صورة الشاشة التي تظهر لي")).to_be_visible()
    files.scroll_into_view_if_needed()
    shots(agent, "files-desk-ar")
    assert accessible.violations(agent) == []
    assert accessible.faint(agent) == []
    with agent.expect_popup() as opened:
        files.get_by_role("link", name="شاشة الدخول.png").click()
    shown = opened.value
    assert shown.evaluate("document.images[0].naturalWidth") == 640
    files.get_by_role("link", name="إضافة ملف").click()
    agent.wait_for_url(f"**/cases/{number}/files")
    shots(agent, "files-form-desk-ar")
    assert accessible.violations(agent) == []
    agent.locator("#to").select_option("reply")
    agent.locator("#text").fill("في الملف خطوات الدخول.")
    agent.locator("#file").set_input_files(made(tmp_path, "خطوات الدخول.pdf", b"%PDF-1.4\n%%EOF\n"))
    agent.get_by_role("button", name="إرسال").click()
    expect(agent.locator("#files").get_by_text("ماجد الشهري")).to_be_visible()

    sender.goto(f"{link.partition('?')[0]}?lang=en")
    with sender.expect_download() as download:
        sender.get_by_role("link", name="خطوات الدخول.pdf").click()
    assert download.value.suggested_filename == "خطوات الدخول.pdf"
    sender.locator("#ftext").scroll_into_view_if_needed()
    shots(sender, "files-back-360-en")
    stranger = tabs().new_page()
    href = sender.get_by_role("link", name="خطوات الدخول.pdf").get_attribute("href") or ""
    other = desks.write(stranger, house.address, kind="question", category="login", name="غيره")
    wrong = re.sub(r"/t/[^/?]+", f"/t/{other.split('/t/')[1].partition('?')[0]}", href)
    assert stranger.goto(f"{house.address}{wrong}").status == 404  # type: ignore[union-attr]


def test_with_the_public_form_itself_wide_narrow_and_dark(
    house: Institute, tabs: Tabs, shots: Shots, tmp_path: Path
) -> None:
    for name, options in (
        ("wide-en", {"locale": "en"}), ("360-dark-ar", {"viewport": PHONE, "color_scheme": "dark"}),
    ):  # fmt: skip
        page = tabs(**options).new_page()
        page.goto(f"{house.address}/public/report?kind=question&lang={name[-2:]}")
        page.locator("#text").fill("لا تفتح الصفحة")
        page.locator("#email").fill(f"files-{name}@academy.sa")
        page.locator("#file").set_input_files(made(tmp_path, "page.png", picture()))
        assert accessible.violations(page) == []
        assert accessible.faint(page) == []
        page.locator("#file").scroll_into_view_if_needed()
        shots(page, f"files-public-{name}")
        page.wait_for_timeout(3_200)
        page.locator("form button[type=submit]").click()
        page.wait_for_url("**/t/**")
        expect(page.get_by_role("link", name="page.png")).to_be_visible()
        assert accessible.violations(page) == []
        assert accessible.faint(page) == []
        page.locator("#file").scroll_into_view_if_needed()
        shots(page, f"files-own-{name}")
