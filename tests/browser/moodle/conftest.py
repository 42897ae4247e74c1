"""People of a seeded, real Moodle, each in a browser of their own (CONTRIBUTING.md, "Against a real Moodle")."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.live.moodle_visitor import TestMoodle

Enter = Callable[..., Page]


@pytest.fixture(scope="session")
def moodle() -> TestMoodle:
    """The Moodle that the environment names."""
    if "NIDAA_TEST_MOODLE_URL" not in os.environ:
        pytest.skip("no NIDAA_TEST_MOODLE_URL")
    return TestMoodle.named()


@pytest.fixture
def enter(moodle: TestMoodle, chromium: Browser) -> Iterator[Enter]:
    """Signs somebody in (once for each language and width) and opens a page."""
    made: list[BrowserContext] = []
    complaints: list[str] = []

    def entered(who: str | None, path: str, *, language: str = "ar", width: int = 1440, quiet: bool = True) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": 900 if width > 500 else 760})
        context.set_default_timeout(20_000)
        made.append(context)
        if who is not None:
            visitor = moodle.visitor(who)
            context.add_cookies(
                [{"name": one.name, "value": str(one.value), "url": moodle.url} for one in visitor.http.cookies]
            )
        page = context.new_page()
        if quiet:
            page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{moodle.url}{path}{'&' if '?' in path else '?'}lang={language}")
        return page

    yield entered
    for one in made:
        one.close()
    assert complaints == []
