"""The page for whoever cannot sign in (P4), as people see it: both languages, both sizes, light and dark, no script."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from sidecar.policy.load import shipped
from tests import capture
from tests.browser import accessible
from tests.live.deployment import Deployment

Tabs = Callable[..., BrowserContext]
Shots = Callable[[Page, str], None]

ADDRESSES = {
    "remote_support": "https://get.institute.sa",
    "whatsapp": "+966550102030",
    "messenger": "institute.sa",
    "x": "institute_sa",
    "in_person": "الرياض، حي العليا، شارع التدريب",
}


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page's address, served for an institute that can be reached in every way of the document."""
    folder = tmp_path_factory.mktemp("door")
    policy = folder / "policy"
    shutil.copytree(shipped(), policy)
    offices = (policy / "offices.toml").read_text(encoding="utf-8")
    known = 'phone = "+966112004400"\nemail = "services.and.inquiries@institute.sa"'
    (policy / "offices.toml").write_text(offices.replace('email = "services@example.invalid"', known), encoding="utf-8")
    channels = (policy / "channels.toml").read_text(encoding="utf-8")
    for channel, address in ADDRESSES.items():
        channels = channels.replace(f"[channels.{channel}]\n", f'[channels.{channel}]\naddress = "{address}"\n')
    (policy / "channels.toml").write_text(channels, encoding="utf-8")
    nidaa = Deployment(folder / "nidaa")
    nidaa.environment["NIDAA_POLICY_DIR"] = str(policy)
    nidaa.start_web()
    yield f"http://127.0.0.1:{nidaa.port}/public/"
    nidaa.stop()


def opened(door: str, tabs: Tabs, locale: str, **browser: Any) -> Page:
    page = tabs(locale=locale, **browser).new_page()
    page.goto(door)
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("locale", ["ar", "en"])
def test_it_can_be_read_and_reached(door: str, tabs: Tabs, shots: Shots, locale: str, width: int, scheme: str) -> None:
    capture.modules()  # axe is among them
    page = opened(door, tabs, locale, viewport={"width": width, "height": 900}, color_scheme=scheme)
    shots(page, f"public-{locale}-{width}-{scheme}")
    assert accessible.violations(page) == []
    assert accessible.faint(page) == []
    assert len(accessible.contrasts(page)) > 20
    assert accessible.small(page, "body") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "nothing is wider than the screen"


def test_without_a_script_every_way_can_be_followed_and_the_language_changed(door: str, tabs: Tabs) -> None:
    page = opened(door, tabs, "ar", java_script_enabled=False)
    links = [link.get_attribute("href") for link in page.locator("main a").all()]
    assert links == [
        "https://get.institute.sa", "https://wa.me/966550102030", "https://m.me/institute.sa",
        "https://x.com/institute_sa", "tel:+966112004400", "mailto:services.and.inquiries@institute.sa",
        "tel:+966501380380",
    ]  # fmt: skip
    page.get_by_role("link", name="English").click()
    assert page.locator("html").get_attribute("dir") == "ltr"
    page.get_by_role("link", name="العربية").click()
    assert page.locator("html").get_attribute("dir") == "rtl"


def test_arabic_begins_at_the_right_and_its_numbers_stay_in_order(door: str, tabs: Tabs) -> None:
    page = opened(door, tabs, "ar")
    heading = page.locator("h1").bounding_box()
    mark = page.locator(".mark").bounding_box()
    assert heading
    assert mark
    assert mark["x"] > 720
    number = page.get_by_text("+966 55 010 2030")
    assert number.evaluate("node => getComputedStyle(node).direction") == "ltr"
    tag, label = page.locator("li .tag").first.bounding_box(), page.locator("li .top b").first.bounding_box()
    assert tag
    assert label
    assert tag["x"] < label["x"]


def test_nothing_but_the_page_and_its_looks_is_loaded(door: str, chromium: Browser) -> None:
    page = chromium.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: complaints.append(said.text))
    page.goto(door)
    assert {url.removeprefix(door) for url in asked} <= {"", "door.css", "icon.svg"}
    assert page.request.get(door + "icon.svg").headers["content-type"].startswith("image/svg+xml")
    assert complaints == []
    page.close()
