"""Sentences that the API and the pages both say."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask_babel import force_locale

from sidecar.domain.contact import Expectation
from sidecar.phrases import arabic_digits, duration, expected
from sidecar.store.database import Database
from tests.sidecar.api.callers import Callers, settings_of
from tests.worlds import world as make_world


@pytest.fixture
def api(sqlite_database: Database) -> Callers:
    """An application: its catalogues are what is asked here."""
    return Callers(make_world(sqlite_database), settings_of())


@pytest.mark.parametrize(
    ("length", "arabic", "english"),
    [
        (timedelta(seconds=20), "دقيقة واحدة", "1 minute"),
        (timedelta(minutes=1), "دقيقة واحدة", "1 minute"),
        (timedelta(minutes=2), "دقيقتين", "2 minutes"),
        (timedelta(minutes=3), "3 دقائق", "3 minutes"),
        (timedelta(minutes=10), "10 دقائق", "10 minutes"),
        (timedelta(minutes=11), "11 دقيقة", "11 minutes"),
        (timedelta(minutes=15), "15 دقيقة", "15 minutes"),
        (timedelta(minutes=102), "102 دقيقة", "102 minutes"),
        (timedelta(minutes=150), "150 دقيقة", "150 minutes"),
        (timedelta(hours=2), "ساعتين", "2 hours"),
        (timedelta(hours=4), "4 ساعات", "4 hours"),
        (timedelta(hours=24), "24 ساعة", "24 hours"),
        (timedelta(hours=100), "100 ساعة", "100 hours"),
    ],
)
def test_a_length_of_time_in_the_arabic_form_that_its_number_asks_for(
    api: Callers, length: timedelta, arabic: str, english: str
) -> None:
    with api.app.test_request_context("/v1/contact"):
        for locale, said in (("ar", arabic), ("en", english)):
            with force_locale(locale):
                assert duration(length) == said


@pytest.mark.parametrize(
    ("what", "open_now", "said"),
    [
        (Expectation(None, None, in_hours=True), True, ""),
        (Expectation(timedelta(minutes=2), None, in_hours=False), False, "Seen within 2 minutes."),
        (Expectation(None, timedelta(minutes=15), in_hours=True), True, "Answered within 15 minutes."),
        (Expectation(None, timedelta(minutes=15), in_hours=True), False, "Answered within 15 minutes of opening."),
        (Expectation(None, timedelta(minutes=15), in_hours=False), False, "Answered within 15 minutes."),
        (
            Expectation(timedelta(minutes=30), timedelta(minutes=30), in_hours=True),
            False,
            "Received within 30 minutes of opening, then answered within 30 minutes.",
        ),
    ],
)
def test_hours_that_count_only_when_somebody_is_there_begin_at_the_opening(
    api: Callers, what: Expectation, said: str, *, open_now: bool
) -> None:
    with api.app.test_request_context("/v1/contact"), force_locale("en"):
        assert expected(what, open_now=open_now) == said


def test_the_panel_in_class_has_arabic_digits() -> None:
    assert arabic_digits("يُجاب خلال 15 دقيقة.") == "يُجاب خلال ١٥ دقيقة."
