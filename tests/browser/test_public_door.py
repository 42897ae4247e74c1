"""The page for whoever cannot sign in (P4), as people see it: both languages, both sizes, light and dark, no script."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

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


Doors = dict[str, str]


def institute(folder: Path, *days: str) -> Path:
    """A policy whose institute can be reached in every way of the document, its contact centre open on `days`."""
    shutil.copytree(shipped(), folder)
    offices = (folder / "offices.toml").read_text(encoding="utf-8")
    known = 'phone = "+966112004400"\nemail = "services.and.inquiries@institute.sa"'
    (folder / "offices.toml").write_text(offices.replace('email = "services@example.invalid"', known), encoding="utf-8")
    channels = (folder / "channels.toml").read_text(encoding="utf-8")
    for channel, address in ADDRESSES.items():
        channels = channels.replace(f"[channels.{channel}]\n", f'[channels.{channel}]\naddress = "{address}"\n')
    (folder / "channels.toml").write_text(channels, encoding="utf-8")
    hours = "".join(f'{day} = ["00:00-24:00"]\n' for day in days)
    calendars = (folder / "calendars.toml").read_text(encoding="utf-8")
    told, changed = re.subn(r"(?<=\[calendars\.contact_centre\.weekly\]\n)(?:\w+ = .+\n)+", hours, calendars)
    assert changed == 1
    (folder / "calendars.toml").write_text(told, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """Two of these pages by their address, so that both are seen at whatever hour: one `open` now, one `closed`."""
    today = datetime.now(ZoneInfo("Asia/Riyadh"))
    names = [f"{today + timedelta(days):%A}".lower() for days in range(5)]
    served: dict[str, Deployment] = {}
    for state, days in (("open", names[:2]), ("closed", names[3:4])):
        folder = tmp_path_factory.mktemp(state)
        served[state] = Deployment(folder / "nidaa")
        served[state].environment["NIDAA_POLICY_DIR"] = str(institute(folder / "policy", *days))
        served[state].start_web()
    yield {state: f"http://127.0.0.1:{nidaa.port}/public/" for state, nidaa in served.items()}
    for nidaa in served.values():
        nidaa.stop()


@pytest.fixture
def door(doors: Doors) -> str:
    """The page's address, where nothing depends on the hour."""
    return doors["open"]


def opened(door: str, tabs: Tabs, locale: str, **browser: Any) -> Page:
    page = tabs(locale=locale, **browser).new_page()
    page.goto(door)
    return page


@pytest.mark.parametrize(
    ("width", "scheme", "state"),
    [(1440, "light", "open"), (1440, "dark", "closed"), (360, "light", "closed"), (360, "dark", "open")],
)
@pytest.mark.parametrize("locale", ["ar", "en"])
def test_it_can_be_read_and_reached(
    doors: Doors, tabs: Tabs, shots: Shots, locale: str, width: int, scheme: str, state: str
) -> None:
    capture.modules()  # axe is among them
    page = opened(doors[state], tabs, locale, viewport={"width": width, "height": 900}, color_scheme=scheme)
    shots(page, f"public-{locale}-{width}-{scheme}-{state}")
    marks = len(ADDRESSES) + 2 + 1  # the telephone and the email address, and the office itself
    good, hold = (page.locator(f".tag.{kind}").count() for kind in ("good", "hold"))
    assert (good, hold) == ((marks, 0) if state == "open" else (0, marks))
    assert accessible.violations(page) == []
    assert accessible.faint(page) == []
    assert len(accessible.contrasts(page)) > 20
    assert accessible.small(page, "body") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "nothing is wider than the screen"


def test_without_a_script_every_way_can_be_followed_and_the_language_changed(door: str, tabs: Tabs) -> None:
    page = opened(door, tabs, "ar", java_script_enabled=False)
    links = [link.get_attribute("href") for link in page.locator("main a").all()]
    forms = [f"report?kind={kind}&lang=ar" for kind in ("cannot_get_in", "complaint", "suggestion", "question")]
    assert [link for link in links if link in forms] == forms
    assert "guides/?lang=ar" in links
    assert [link for link in links if link not in {*forms, "guides/?lang=ar"}] == [
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
