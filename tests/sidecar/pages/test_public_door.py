"""`/public/`, the door for whoever cannot sign in, as it is served; tests/browser/test_public_door.py looks at it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import NoReturn

import pytest
from sqlalchemy.exc import OperationalError

from sidecar.store import timetable
from sidecar.store.database import Database
from tests.sidecar.api.callers import Callers, settings_of
from tests.sidecar.reachable import reachable
from tests.worlds import SITE
from tests.worlds import world as make_world

FRIDAY = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)


@pytest.fixture
def served(sqlite_database: Database) -> Callers:
    """An application whose institute has entered nothing yet."""
    return Callers(make_world(sqlite_database), settings_of())


def hold_a_class(served: Callers, starts_at: datetime, ends_at: datetime) -> None:
    """It is Friday evening, and the timetable has a class."""
    served.world.clock.at = FRIDAY
    lesson = {"key": "s1", "course_id": "2", "platform": "bigbluebuttonbn", "source": "attendance",
              "starts_at": starts_at, "ends_at": ends_at, "fetched_at": FRIDAY}  # fmt: skip
    with served.world.runtime.db.write() as conn:
        timetable.replace_sessions(
            conn, SITE, ["2"], since=starts_at - timedelta(1), until=ends_at + timedelta(1), found=[lesson]
        )


def test_it_tells_who_is_there_and_where_to_call(served: Callers) -> None:
    reachable(served)
    arabic, english = (served.client.get(f"/public/?lang={locale}").text for locale in ("ar", "en"))
    assert "مفتوح حتى 21:00" in arabic
    assert "الأحد إلى الخميس" in arabic
    assert "Open until 21:00" in english
    assert "Sunday to Thursday" in english
    assert '<bdi dir="ltr">08:00–21:00</bdi>' in english
    assert 'href="https://wa.me/966550102030"' in english
    assert "within 24 hours, call: Administrative manager." in english
    assert "+966 50 138 0380" in english


@pytest.mark.parametrize(
    ("at", "arabic", "english"),
    [
        (datetime(2026, 11, 26, 2, 0, tzinfo=UTC), "مغلق، يفتح 08:00", "Closed, opens 08:00"),  # Thursday, 05:00
        (datetime(2026, 11, 28, 19, 0, tzinfo=UTC), "مغلق، يفتح غداً 08:00", "Closed, opens tomorrow at 08:00"),
        (
            datetime(2026, 11, 26, 19, 0, tzinfo=UTC),
            "مغلق، يفتح الأحد 29 نوفمبر، 08:00",
            "Closed, opens Sunday 29 November at 08:00",
        ),
    ],
)
def test_while_closed_it_says_when_somebody_is_there_again(
    served: Callers, at: datetime, arabic: str, english: str
) -> None:
    served.world.clock.at = at
    assert arabic in served.client.get("/public/?lang=ar").text
    assert english in served.client.get("/public/?lang=en").text


@pytest.mark.parametrize(
    ("class_ends", "said"),
    [
        (datetime(2026, 11, 27, 20, 59, tzinfo=UTC), "Open until 23:59"),
        (datetime(2026, 11, 27, 21, 0, tzinfo=UTC), "Open until 24:00"),  # not "tomorrow at 00:00"
        (datetime(2026, 11, 27, 21, 30, tzinfo=UTC), "Open until tomorrow at 00:30"),
        (datetime(2026, 11, 28, 21, 0, tzinfo=UTC), "Open until tomorrow at 24:00"),
    ],
)
def test_midnight_is_the_end_of_its_day(served: Callers, class_ends: datetime, said: str) -> None:
    hold_a_class(served, FRIDAY, class_ends)
    assert said in served.client.get("/public/?lang=en").text


def test_a_class_on_friday_keeps_it_open(served: Callers) -> None:
    """P10."""
    served.world.clock.at = FRIDAY
    assert "Closed, opens" in served.client.get("/public/?lang=en").text
    hold_a_class(served, FRIDAY - timedelta(hours=1), FRIDAY + timedelta(hours=1))
    assert "Open until 20:00" in served.client.get("/public/?lang=en").text
    assert "وطوال إقامة أي محاضرة" in served.client.get("/public/").text


def test_without_numbers_it_says_so_and_sends_nobody_to_call(served: Callers) -> None:
    page = served.client.get("/public/?lang=en").text
    assert "has not entered a telephone number" in page
    assert "Cannot sign in?" not in page


def test_the_numbers_are_told_while_the_database_is_away(served: Callers) -> None:
    class Away:
        def read(self) -> NoReturn:
            raise OperationalError("SELECT", {}, Exception("away"))

    reachable(served, db=Away())
    assert "tel:+966112004400" in served.client.get("/public/").text


def test_it_needs_no_account_and_no_script_and_downloads_nothing_from_elsewhere(served: Callers) -> None:
    reachable(served)
    for locale, direction, title in (("ar", "rtl", "كيف نساعدك؟"), ("en", "ltr", "How can we help?")):
        answer = served.client.get(f"/public/?lang={locale}")
        assert (answer.status_code, answer.headers["Content-Language"]) == (200, locale)
        assert f'<html lang="{locale}" dir="{direction}">' in answer.text
        assert title in answer.text
        assert not re.search(r"<script|<form|style=|\bon\w+=", answer.text)
        assert "example.invalid" not in answer.text
        assert "Set-Cookie" not in answer.headers
        allowed = answer.headers["Content-Security-Policy"]
        assert allowed.startswith("default-src 'none'; style-src 'self'")
        assert "unsafe" not in allowed
        loaded = re.findall(r'<(?:link|img)[^>]*(?:href|src)="([^"]+)"', answer.text)
        assert loaded == ["icon.svg", "door.css"]
        for name in loaded:
            with served.client.get(f"/public/{name}") as file:
                assert file.status_code == 200
                assert not re.search(r"url\(|@import", file.text)


@pytest.mark.parametrize(
    ("query", "accepted", "locale"),
    [
        ("", "en-GB,en;q=0.9,ar;q=0.5", "en"),
        ("", "ar-SA", "ar"),
        ("", "fr", "ar"),
        ("", "", "ar"),
        ("?lang=en", "ar", "en"),
        ("?lang=ar", "en", "ar"),
        ("?lang=<script>", "en", "en"),
    ],
)
def test_it_speaks_the_language_that_is_asked_for(served: Callers, query: str, accepted: str, locale: str) -> None:
    answer = served.client.get(f"/public/{query}", headers={"Accept-Language": accepted})
    assert answer.headers["Content-Language"] == locale
    assert answer.headers["Vary"] == "Accept-Language"
    assert "<script>" not in answer.text


def test_it_is_mirrored_by_logical_properties_alone(served: Callers) -> None:
    with served.client.get("/public/door.css") as looks:
        sided = r"(?:margin|padding|border|inset)-(?:left|right)|text-align:\s*(?:left|right)|[;{\s](?:left|right):"
        assert re.findall(sided, looks.text) == []
        assert re.findall(sided, "p { margin-left: 1rem; text-align: right }") == ["margin-left", "text-align: right"]
        assert "prefers-color-scheme: dark" in looks.text
