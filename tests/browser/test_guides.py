"""Guides and the choice of how to be answered, as people see them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from tests import capture
from tests.browser import accessible
from tests.live.deployment import Deployment

Tabs = Callable[..., BrowserContext]
Shots = Callable[[Page, str], None]


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1440, "dark"), (360, "light"), (360, "dark")])
@pytest.mark.parametrize("locale", ["ar", "en"])
def test_they_can_be_found_and_read(
    sidecar: Deployment, tabs: Tabs, shots: Shots, locale: str, width: int, scheme: str
) -> None:
    capture.modules()
    page = tabs(viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=True).new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    base = f"http://127.0.0.1:{sidecar.port}/public"
    page.goto(f"{base}/guides/?lang={locale}")
    page.locator("#q").fill("ميكروفون" if locale == "ar" else "microphone")
    page.locator("#q").press("Enter")
    page.locator("mark").first.wait_for()
    for name, go in (("found", None), ("one", "sign-in")):
        if go:
            page.goto(f"{base}/guides/{go}?lang={locale}")
        shots(page, f"guides-{name}-{locale}-{width}-{scheme}")
        assert accessible.violations(page) == []
        assert accessible.faint(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator(".nd-wrap a").first.click()
    assert page.locator("#category").input_value() == "login"
    assert page.locator("#guides li:visible").count() == 1
    shots(page, f"guides-form-{locale}-{width}-{scheme}")
    page.locator("#category").select_option("trainer_access")
    assert "trainer-access" in (page.locator("#guides li:visible a").get_attribute("href") or "")
    assert complaints == []


@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (360, "light")])
@pytest.mark.parametrize("locale", ["ar", "en"])
def test_how_to_be_answered_is_chosen_without_a_script(
    sidecar: Deployment, tabs: Tabs, shots: Shots, locale: str, width: int, scheme: str
) -> None:
    capture.modules()
    context = tabs(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{sidecar.port}/public/report?kind=question&lang={locale}")
    page.locator("#text").fill("متى تبدأ الدورة؟")
    page.locator("#email").fill("noura@academy.sa")
    page.wait_for_timeout(3200)
    page.locator("form button[type=submit]").click()
    page.wait_for_url("**/t/**")
    page.locator("summary").first.click()
    page.locator("[name=preference][value=call]").check()
    page.locator("#wphone").fill("12")
    page.locator("form[action$=prefer] button").click()
    page.locator("form[action$=prefer] .nd-err").wait_for()
    page.locator("form[action$=prefer]").scroll_into_view_if_needed()
    shots(page, f"prefer-{locale}-{width}-{scheme}")
    assert page.locator("#wphone").input_value() == "12"
    assert accessible.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("#wphone").fill("0501234567")
    page.locator("form[action$=prefer] button").click()
    page.locator(".nd-note--good").wait_for()
    assert "4567" in page.locator("form[action$=prefer]").inner_html()
    shots(page, f"preferred-{locale}-{width}-{scheme}")
