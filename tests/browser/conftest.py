"""A browser, a stand-in page with the capture core in it, and a sidecar of its own."""

from __future__ import annotations

import base64
import functools
import http.server
import json
import os
import shutil
import threading
import time
import urllib.parse
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from sidecar.settings import whsec_key
from tests import capture
from tests.live.deployment import Deployment
from tests.live.presses import SECRET, SITE

_STANDIN = Path(__file__).parent / "standin"
_QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
          "--disable-component-update", "--disable-sync", "--use-fake-device-for-media-stream"]  # fmt: skip
_POLICY = "default-src 'self'; connect-src http://127.0.0.1:*; frame-ancestors 'none'; base-uri 'none'"

ROOM = {"id": "3", "name": "القاعة المباشرة", "module": "bigbluebuttonbn", "groups": [], "manages": False}

CONTEXT: dict[str, Any] = {
    "course": {"id": "2", "name": "دورة"},
    "room": "3",
    "rooms": [ROOM],
    "can": {"log": False, "flag": False, "ask": True},
    "categories": [],
    "staff": [],
    "links": {},
}


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stand-in page's folder, with the core built into it."""
    folder = tmp_path_factory.mktemp("standin")
    shutil.copytree(_STANDIN, folder, dirs_exist_ok=True)
    capture.built_by("--esm", folder / "core")
    return folder


class _Files(http.server.SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", _POLICY)
        self.send_header("Cache-Control", "max-age=600")
        super().end_headers()

    def do_GET(self) -> None:
        if self.path == "/favicon.ico":  # Chromium asks for one, and a 404 would stand in its console.
            self.send_response(204)
            self.end_headers()
        else:
            super().do_GET()

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture(scope="session")
def site(built: Path) -> Iterator[str]:
    """The stand-in page's address."""
    handler = functools.partial(_Files, directory=str(built))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def sidecar(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A whole Nidaa for the browser tests."""
    nidaa = Deployment(tmp_path_factory.mktemp("nidaa"))
    nidaa.start_web()
    nidaa.start_worker()
    yield nidaa
    nidaa.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    path = capture.program("chromium", "the browser tests")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_QUIET)
        yield browser
        browser.close()


def token(sub: str, *, role: str = "trainee", activity: str | None = "3") -> str:
    """What the LMS would mint for one person in one room."""
    now = int(time.time())
    claims = {"iss": SITE, "aud": "report", "sub": sub, "name": "متدربة", "locale": "ar", "role": role, "iat": now,
              "exp": now + 7200, "jti": str(uuid.uuid4()), "ctx": {"course": "2", "activity": activity},
              "scope": "report:create report:read-own"}  # fmt: skip
    return jwt.encode(claims, whsec_key(SECRET), algorithm="HS256")


def sent(page: Page, count: int = 1) -> list[dict[str, Any]]:
    """The drafts that the page's own host was given, once there are so many. (The policy forbids waiting by script.)"""
    for _ in range(100):
        found: list[dict[str, Any]] = page.evaluate("window.sent ?? []")
        if len(found) >= count:
            return found
        page.wait_for_timeout(50)
    raise AssertionError(f"{len(found)} of {count} drafts were sent")


Opened = Callable[..., Page]


@pytest.fixture
def tabs(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser contexts (a person's browser each) that end with the test."""
    made: list[BrowserContext] = []

    def context(**options: Any) -> BrowserContext:
        made.append(chromium.new_context(**({"viewport": {"width": 1440, "height": 900}} | options)))
        made[-1].set_default_timeout(10_000)
        return made[-1]

    yield context
    for one in made:
        one.close()


@pytest.fixture
def page_of(site: str, tabs: Callable[..., BrowserContext]) -> Iterator[Opened]:
    """Opens the stand-in page; what it complains of in the console fails the test."""
    complaints: list[str] = []

    def opened(browser: BrowserContext | None = None, *, expected: str = "", **about: Any) -> Page:
        told = {"language": "ar", "person": "t" + uuid.uuid4().hex[:8], "here": {"room": "3", "rooms": [ROOM]}} | about
        page = (browser or tabs()).new_page()
        page.on("console", lambda said: complaints.append(said.text)
                if said.type == "error" and (not expected or expected not in said.text) else None)  # fmt: skip
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{site}/index.html?about={urllib.parse.quote(json.dumps(told))}")
        page.wait_for_selector("html[data-ready]")
        return page

    yield opened
    assert complaints == []


@pytest.fixture
def classroom(page_of: Opened, sidecar: Deployment) -> Opened:
    """Opens the page as one trainee whose host is the real sidecar."""

    def opened(browser: BrowserContext | None = None, *, sub: str | None = None, **about: Any) -> Page:
        sub = sub or uuid.uuid4().hex[:8]
        context = CONTEXT
        real = {"url": f"http://127.0.0.1:{sidecar.port}", "token": token(sub), "person": sub, "context": context,
                "channel": "in_room", "page": "live_room", "role": "trainee"}  # fmt: skip
        return page_of(browser, **(real | about))

    return opened


@pytest.fixture
def shots() -> Callable[[Page, str], None]:
    """Keeps a picture where `NIDAA_SHOTS` names a folder, for people to look at."""
    folder = os.environ.get("NIDAA_SHOTS")

    def keep(page: Page, name: str) -> None:
        if folder:
            # Playwright's own pictures are shifted, or white, where a page from right to left is wider than the window.
            shot = page.context.new_cdp_session(page).send("Page.captureScreenshot")
            Path(folder, f"{name}.png").write_bytes(base64.b64decode(shot["data"]))

    return keep
