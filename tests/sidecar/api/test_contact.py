"""`/v1/contact` and `/v1/forms` over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from sqlalchemy.exc import OperationalError

from sidecar.store import timetable
from tests.sidecar.api.callers import Callers
from tests.sidecar.reachable import reachable
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
        assert again.headers["Cache-Control"] == first.headers["Cache-Control"] == "public, max-age=60"


def test_forms_have_the_institutes_categories_and_certificate_rules(api: Callers) -> None:
    forms = api.client.get("/v1/forms").get_json()
    assert {"key": "login", "label": {"ar": "تسجيل الدخول إلى المنصة", "en": "Signing in to the platform"},
            "kinds": ["inquiry", "support_request"]} in forms["categories"]  # fmt: skip
    assert forms["certificate"] == {
        "required_fields": ["national_id", "name_ar", "name_en", "phone"],
        "attendance_threshold": 0.75,
    }


def test_forms_name_no_page_that_is_not_served(api: Callers) -> None:
    """A plugin links to what stands here: a target without its door would be a link that leads nowhere."""
    pages = api.client.get("/v1/forms").get_json()["pages"]
    assert set(pages) <= {"room", "roster", "desk", "mine", "questions"}
    assert not pages or "/launch" in {rule.rule for rule in api.app.url_map.iter_rules()}


def test_forms_leave_out_what_only_supervisors_may_choose(api: Callers) -> None:
    keys = {category["key"] for category in api.client.get("/v1/forms").get_json()["categories"]}
    assert {"conduct_trainer", "content_question", "other_suggestion"} <= keys
    assert not [key for key in keys if key.startswith("supervisor")]


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


def test_the_numbers_are_told_while_the_database_is_away(api: Callers) -> None:
    class Away:
        def read(self) -> NoReturn:
            raise OperationalError("SELECT", {}, Exception("away"))

    reachable(api, db=Away())
    assert panel_of(api)["phone"]["href"] == "tel:+966112004400"
