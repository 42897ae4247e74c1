"""`/v1/contact`, `/v1/forms` and the public door, over HTTP."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

import pytest
from flask_babel import force_locale
from sqlalchemy.exc import OperationalError

from sidecar.domain.report import Channel
from sidecar.phrases import duration
from sidecar.store import timetable
from tests.sidecar.api.callers import Callers
from tests.worlds import SITE


def test_the_panel_in_both_languages_without_any_proof(api: Callers) -> None:
    answer = api.client.get("/v1/contact")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, max-age=60")
    panel = answer.get_json()
    assert panel["office"]["label"] == {"ar": "مركز الاتصال", "en": "Contact centre"}
    web = next(way for way in panel["ways"] if way["channel"] == "web")
    assert web["address"] == web["href"] == "https://nidaa.example/public/"
    assert web["label"] == {"ar": "صفحة التواصل", "en": "Contact page"}, "no form stands there yet"
    assert "invalid" not in answer.text
    room = next(way for way in panel["ways"] if way["channel"] == "in_room")
    assert room["expected"]["en"] == "Seen within 2 minutes."
    assert room["expected"]["ar"] == "يُطّلع عليه خلال دقيقتين."


def test_an_answer_that_is_known_is_not_sent_again(api: Callers) -> None:
    for path in ("/v1/contact", "/v1/forms"):
        first = api.client.get(path)
        again = api.client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


def test_forms_have_the_institutes_categories_and_certificate_rules(api: Callers) -> None:
    forms = api.client.get("/v1/forms").get_json()
    assert {"key": "login", "label": {"ar": "تسجيل الدخول إلى المنصة", "en": "Signing in to the platform"},
            "kinds": ["inquiry", "support_request"]} in forms["categories"]  # fmt: skip
    assert forms["certificate"] == {
        "required_fields": ["national_id", "name_ar", "name_en", "phone"],
        "attendance_threshold": 0.75,
    }


def test_forms_leave_out_what_only_supervisors_may_choose(api: Callers) -> None:
    keys = {category["key"] for category in api.client.get("/v1/forms").get_json()["categories"]}
    assert {"conduct_trainer", "content_question", "other_suggestion"} <= keys
    assert not [key for key in keys if key.startswith("supervisor")]


def reachable(api: Callers) -> None:
    """Give the institute a telephone, an email address and WhatsApp."""
    policy = api.world.runtime.policy
    office = policy.offices["contact_centre"]
    contact = replace(office.contact, phone="+966112004400", email="help@institute.sa")
    changed = replace(
        policy,
        offices={**policy.offices, office.key: replace(office, contact=contact)},
        addresses={Channel.WHATSAPP: "+966550102030"},
    )
    api.app.extensions["nidaa_runtime"] = replace(api.world.runtime, policy=changed)


def panel_of(api: Callers) -> dict[str, Any]:
    """The panel by channel."""
    return {way["channel"]: way for way in api.client.get("/v1/contact").get_json()["ways"]}


def test_what_may_be_expected_while_open_and_while_closed(api: Callers) -> None:
    """P12, in Arabic with the plural that the number asks for and with Arabic digits, as in class."""
    reachable(api)
    ways = panel_of(api)
    assert ways["whatsapp"]["expected"] == {"ar": "يُجاب خلال ١٥ دقيقة.", "en": "Answered within 15 minutes."}
    assert ways["email"]["expected"]["ar"] == "يُستلم خلال ٣٠ دقيقة، ثم يُجاب خلال ٣٠ دقيقة."
    assert (ways["phone"]["open_now"], ways["phone"]["until"]) == (True, "2026-11-22T18:00:00+00:00")

    api.world.clock.at = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)  # a Friday evening
    ways = panel_of(api)
    assert ways["whatsapp"]["expected"]["en"] == "Answered within 15 minutes of opening."
    assert ways["whatsapp"]["expected"]["ar"] == "يُجاب خلال ١٥ دقيقة من بدء الدوام."
    assert (ways["phone"]["open_now"], ways["phone"]["until"]) == (False, "2026-11-29T05:00:00+00:00")
    assert ways["in_room"]["open_now"], "rooms never close (P5)"


def test_a_class_on_friday_keeps_the_centre_open(api: Callers) -> None:
    """P10."""
    friday = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)
    api.world.clock.at = friday
    lesson = {"key": "s1", "course_id": "2", "platform": "bigbluebuttonbn", "source": "attendance",
              "starts_at": friday - timedelta(hours=1), "ends_at": friday + timedelta(hours=1),
              "fetched_at": friday}  # fmt: skip
    with api.world.runtime.db.write() as conn:
        timetable.replace_sessions(
            conn, SITE, ["2"], since=friday - timedelta(1), until=friday + timedelta(1), found=[lesson]
        )
    office = api.client.get("/v1/contact").get_json()["office"]
    assert (office["open_now"], office["until"]) == (True, "2026-11-27T17:00:00+00:00")
    assert "وطوال إقامة أي محاضرة" in api.client.get("/public/").text


def test_the_numbers_are_told_while_the_database_is_away(api: Callers) -> None:
    class Away:
        def read(self) -> NoReturn:
            raise OperationalError("SELECT", {}, Exception("away"))

    reachable(api)
    api.app.extensions["nidaa_runtime"] = replace(api.app.extensions["nidaa_runtime"], db=Away())
    assert panel_of(api)["phone"]["href"] == "tel:+966112004400"
    assert "tel:+966112004400" in api.client.get("/public/").text


@pytest.mark.parametrize(
    ("length", "arabic", "english"),
    [
        (timedelta(minutes=1), "دقيقة واحدة", "1 minute"),
        (timedelta(minutes=2), "دقيقتين", "2 minutes"),
        (timedelta(minutes=10), "10 دقائق", "10 minutes"),
        (timedelta(minutes=15), "15 دقيقة", "15 minutes"),
        (timedelta(minutes=102), "102 دقيقة", "102 minutes"),
        (timedelta(minutes=150), "150 دقيقة", "150 minutes"),
        (timedelta(hours=2), "ساعتين", "2 hours"),
        (timedelta(hours=24), "24 ساعة", "24 hours"),
    ],
)
def test_a_length_of_time_in_both_languages(api: Callers, length: timedelta, arabic: str, english: str) -> None:
    with api.app.test_request_context("/v1/contact"):
        for locale, said in (("ar", arabic), ("en", english)):
            with force_locale(locale):
                assert duration(length) == said


def test_the_door_tells_who_is_there_and_where_to_call(api: Callers) -> None:
    reachable(api)
    arabic, english = (api.client.get(f"/public/?lang={locale}").text for locale in ("ar", "en"))
    assert "مفتوح حتى 21:00" in arabic
    assert "الأحد إلى الخميس" in arabic
    assert "Open until 21:00" in english
    assert "Sunday to Thursday" in english
    assert '<bdi dir="ltr">08:00–21:00</bdi>' in english
    assert 'href="https://wa.me/966550102030"' in english
    assert "within 24 hours, call: Administrative manager." in english
    assert "+966 50 138 0380" in english

    api.world.clock.at = datetime(2026, 11, 26, 19, 0, tzinfo=UTC)  # Thursday, 22:00
    assert "Closed, opens Sunday 29 November at 08:00" in api.client.get("/public/?lang=en").text
    api.world.clock.at = datetime(2026, 11, 28, 19, 0, tzinfo=UTC)
    assert "Closed, opens tomorrow at 08:00" in api.client.get("/public/?lang=en").text
    assert "مغلق، يفتح غداً 08:00" in api.client.get("/public/").text


def test_a_door_without_numbers_says_so_and_sends_nobody_to_call(api: Callers) -> None:
    page = api.client.get("/public/?lang=en").text
    assert "has not entered a telephone number" in page
    assert "Cannot sign in?" not in page


def test_the_door_needs_no_account_no_script_and_speaks_both_languages(api: Callers) -> None:
    arabic = api.client.get("/public/")
    assert (arabic.status_code, arabic.headers["Content-Language"]) == (200, "ar")
    assert 'dir="rtl"' in arabic.text
    assert "كيف نساعدك؟" in arabic.text
    english = api.client.get("/public/?lang=en")
    assert 'dir="ltr"' in english.text
    assert "How can we help?" in english.text
    for page in (arabic, english):
        assert not re.search(r"<script|style=|\bon\w+=", page.text)
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
        assert "example.invalid" not in page.text
    looks = api.client.get("/public/door.css")
    assert looks.status_code == 200
    looks.close()
    assert api.client.get("/public/?lang=<script>").headers["Content-Language"] == "ar"
