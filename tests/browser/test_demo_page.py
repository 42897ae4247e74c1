"""The demo's start page: above the fold, dark where the system is, and its frames stay while the class presses."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from werkzeug.serving import make_server

from sidecar.demo.campus.pages import create_campus
from tests.browser import accessible
from tests.browser.test_capture_press import ARRIVED, NO_SOUND, PRESS
from tests.live.deployment import Deployment
from tests.live.presses import SECRET

Tabs = Callable[..., BrowserContext]
CLASS = {"ar": "لا أسمع الصوت", "en": "I cannot hear"}
PRESSED = {"ar": "ضغط 9 من بقية القاعة", "en": "9 others of the class have pressed"}


@pytest.fixture
def campus(sidecar: Deployment) -> Iterator[str]:
    """The start page's address."""
    app = create_campus(f"127.0.0.1:{sidecar.port}", SECRET, datetime.now(UTC))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_class_presses_and_the_phone_stays_as_it_is(
    campus: str, tabs: Tabs, shots: Callable[[Page, str], None], language: str, scheme: str
) -> None:
    page = tabs(color_scheme=scheme, viewport={"width": 1440, "height": 900}).new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{campus}/?lang={language}")
    phone = page.frame_locator(".cp__phone")
    button = phone.get_by_role("button", name=PRESS[language])
    expect(button).to_be_visible()
    for box in (button.bounding_box(), page.locator(".cp__phone").bounding_box()):
        assert box is not None
        assert box["y"] + box["height"] <= 900
    button.click()
    phone.get_by_role("button", name=NO_SOUND[language], exact=True).click()
    expect(phone.get_by_text(ARRIVED[language], exact=True).first).to_be_visible()
    assert wrong == []
    colour = phone.locator("#nidaa dialog").evaluate("(node) => getComputedStyle(node).backgroundColor")
    assert colour == {"light": "rgb(255, 255, 255)", "dark": "rgb(23, 30, 35)"}[scheme]
    page.get_by_role("button", name=CLASS[language]).first.click()
    expect(page.locator("#said")).to_contain_text(PRESSED[language])
    expect(page.locator("form button:disabled")).to_have_count(0)
    expect(phone.locator("#nidaa dialog")).to_be_visible()
    shots(page, f"demo-{language}-{scheme}")
    assert accessible.faint(page) == []
    assert accessible.violations(page) == []


@pytest.mark.parametrize("language", ["ar", "en"])
def test_on_a_phone_nothing_is_cut_off(
    campus: str, tabs: Tabs, shots: Callable[[Page, str], None], language: str
) -> None:
    page = tabs(viewport={"width": 360, "height": 740}).new_page()
    page.goto(f"{campus}/?lang={language}")
    expect(page.frame_locator(".cp__phone").get_by_role("button", name=PRESS[language])).to_be_visible()
    shots(page, f"demo-{language}-360")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
