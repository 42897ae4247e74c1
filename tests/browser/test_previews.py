"""What is sent is read first, in Chromium: a reply to several, an answer with files; a message beside its alert."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sidecar.store import alerts, staff_messages, tellings
from sidecar.store.database import Database
from tests.browser import accessible, desks
from tests.browser.desks import Institute, at_desk
from tests.browser.rooms import Tabs
from tests.browser.test_desk import number_in
from tests.live.presses import SITE

Shots = Callable[[Page, str], None]
PREVIEW = {"ar": "معاينة", "en": "Preview"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Institute]:
    with desks.institute(tmp_path_factory.mktemp("previews")) as one:
        yield one


def in_english(page: Page, address: str, name: str) -> None:
    page.goto(f"{address}/public/report?kind=question&lang=en")
    page.locator("#category").select_option("login")
    for field, value in {"text": "I cannot get in", "name": name, "email": "reader@academy.sa"}.items():
        page.locator(f"#{field}").fill(value)
    page.wait_for_timeout(3_200)
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/t/**")


@pytest.fixture(scope="module")
def numbers(house: Institute, chromium) -> tuple[int, int]:
    """A case of two whose readers read two languages, and another."""
    context = chromium.new_context()
    page = context.new_page()
    for name in ("قارئ العربية", "سائل آخر"):
        desks.write(page, house.address, kind="question", category="login", name=name)
    in_english(page, house.address, "Reader of English")
    lead = at_desk(house, context, "lead")
    first, other, english = (number_in(lead, name) for name in ("قارئ العربية", "سائل آخر", "Reader of English"))
    lead.goto(f"{house.address}/desk/cases/{first}/merge")
    lead.locator("#other").fill(str(english))
    lead.locator("form button.btn-primary").click()
    lead.locator("#goes").wait_for()
    lead.locator("form button.btn-primary").click()
    lead.wait_for_url("**/desk/**done=merge")
    context.close()
    alerted(house, first)
    return first, other


def alerted(house: Institute, number: int) -> None:
    """Three alerts: one that the platform has told, one that it has not, and one of which it was asked nothing."""
    database, now, person = Database(house.sidecar.database_url), datetime.now(UTC), desks.OFFICES["head"][0]
    with database.write() as conn:
        for cause, told in (("escalated_by_hand", "sent"), ("escalation.escalation_soon", "failed"), ("late", "")):
            alerts.raise_once(conn, number, cause, "head:training", now)
            row = alerts.of_case(conn, number)[-1]
            if told:
                staff_messages.alert(conn, (SITE, person), "ar", row, f"{house.address}/desk/cases/{number}", now)
                telling = tellings.of_cases(conn, [number])[-1]
                keys = [one.key for one in tellings.recipients(conn, telling.id)]
                tellings.settle(conn, keys, told, now, error="refused" if told == "failed" else "")  # type: ignore[arg-type]
    database.dispose()


def _arrived(house: Institute) -> int:
    """How many mails there are, once those of what was done before have come."""
    many = -1
    while many != len(house.box.arrived):
        many = len(house.box.arrived)
        time.sleep(1.5)
    return many


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (360, "dark")])
@pytest.mark.parametrize("locale", ["ar", "en"])
def test_they_can_be_read_before_anything_is_sent(
    house: Institute, tabs: Tabs, shots: Shots, numbers: tuple[int, int], tmp_path: Path, locale: str, width: int,
    scheme: str, *, script: bool,
) -> None:  # fmt: skip
    look = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme, "java_script_enabled": script}
    page = at_desk(house, tabs(**look), "lead", locale=locale)
    first, other = numbers
    posted = _arrived(house)

    def looked_at(name: str) -> None:
        if script:  # axe is one
            shots(page, f"previews-{name}-{locale}-{width}-{scheme}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert accessible.violations(page) + accessible.faint(page) == []

    page.goto(f"{house.address}/desk/bulk?case={first}&case={other}&what=reply")
    page.locator("#text").fill("أُصلح الخلل في بوابة الدخول login.academy.sa، ويمكنكم الدخول الآن.")
    page.locator("#english").fill("The sign-in page is mended; you can get in now.")
    for _ in range(3):  # past the button that sends, to the one beside it
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "preview":
            break
    expect(page.locator("button[name=preview]:focus")).to_have_text(PREVIEW[locale])
    page.keyboard.press("Enter")
    expect(page.locator("#of")).to_be_visible()
    expect(page.locator(".nd-letter")).to_have_count(2)
    expect(page.locator(".nd-letter[lang=ar]")).to_contain_text("أُصلح الخلل")
    expect(page.locator(".nd-letter[lang=en]")).to_contain_text("you can get in now")
    expect(page.locator("#english")).to_have_value("The sign-in page is mended; you can get in now.")
    assert page.locator("form[method=post] input[name=case]").count() == 2
    looked_at("bulk")

    file = tmp_path / "steps.txt"
    file.write_text("1. login", encoding="utf-8")
    page.goto(f"{house.address}/desk/cases/{first}/files")
    page.locator("button[name=fill]").click()
    expect(page.locator("#to")).to_have_value("reply")
    assert page.locator("#english").input_value()
    page.locator("#file").set_input_files(file)
    page.locator("button[name=preview]").click()
    expect(page.locator(".nd-letter")).to_have_count(2)
    expect(page.locator("#f-file")).to_be_visible()
    looked_at("files")
    page.locator("#english").fill("")
    page.locator("#file").set_input_files(file)
    page.locator("form[enctype] button.btn-primary").click()
    expect(page.locator("#f-english")).to_be_visible()
    looked_at("files-fault")
    page.goto(f"{house.address}/desk/cases/{first}")
    card = page.locator("[aria-labelledby=al]")
    words = {"ar": "أُرسل برسالة عبر المنصة", "en": "sent by platform message"}
    expect(card.get_by_text(words[locale])).to_have_count(1)
    expect(card.get_by_role("link")).to_have_count(1)
    card.scroll_into_view_if_needed()
    looked_at("alerted")
    assert len(house.box.arrived) == posted
