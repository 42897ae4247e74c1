"""`/v1/contact`, `/v1/forms` and the public door, over HTTP."""

from __future__ import annotations

import re

from tests.sidecar.api.callers import Callers


def test_the_panel_in_both_languages_without_any_proof(api: Callers) -> None:
    answer = api.client.get("/v1/contact")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, max-age=60")
    panel = answer.get_json()
    assert panel["office"]["label"] == {"ar": "مركز الاتصال", "en": "Contact centre"}
    web = next(way for way in panel["ways"] if way["channel"] == "web")
    assert web["address"].endswith("/public/")
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


def test_the_door_needs_no_account_no_script_and_speaks_both_languages(api: Callers) -> None:
    arabic = api.client.get("/public/")
    assert (arabic.status_code, arabic.headers["Content-Language"]) == (200, "ar")
    assert 'dir="rtl"' in arabic.text
    assert "اتصل بنا" in arabic.text
    english = api.client.get("/public/?lang=en")
    assert 'dir="ltr"' in english.text
    assert "Contact us" in english.text
    for page in (arabic, english):
        assert not re.search(r"<script|style=|\bon\w+=", page.text)
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
        assert "example.invalid" not in page.text
    looks = api.client.get("/public/door.css")
    assert looks.status_code == 200
    looks.close()
    assert api.client.get("/public/?lang=<script>").headers["Content-Language"] == "ar"
