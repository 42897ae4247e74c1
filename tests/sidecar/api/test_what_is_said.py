"""Problem documents in the sender's language, the headers around them, and what never appears in them or in the log."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from werkzeug.test import TestResponse

from sidecar import logs
from sidecar.api import reading
from tests.sidecar.api.callers import NEW, OLD, OTHER, Callers, bearer, body, dumps, signed, token

ID = "0198f3c2-7b1e-7c44-9d0a-6f2b1c3d4e5f"
ENGLISH = {"Accept-Language": "en-GB,en;q=0.9,ar;q=0.5"}

Say = Callable[[Callers, dict[str, str]], TestResponse]


def _broken(api: Callers, more: dict[str, str]) -> TestResponse:
    return api.post(b"{", signed(ID, b"{") | more)


PROBLEMS: dict[int, tuple[Say, str, str]] = {
    400: (_broken, "The request is not valid JSON.", "الطلب ليس بصيغة JSON صحيحة."),
    401: (
        lambda api, more: api.post(b"{}", more),
        "The caller could not be proven.",
        "تعذّر التحقق من هوية مُرسل الطلب.",
    ),
    404: (
        lambda api, more: api.read(ID, signed(ID) | more),
        "There is no such report, or it is not yours.",
        "لا يوجد بلاغ بهذا المعرّف، أو أنه لا يخصكم.",
    ),
    405: (
        lambda api, more: api.client.put("/v1/reports", headers=more),
        "This method is not served here.",
        "طريقة الطلب هذه غير متاحة هنا.",
    ),
    413: (
        lambda api, more: api.post(b" " * 70_000, more),
        "The request is too large.",
        "حجم الطلب أكبر من الحد المسموح به.",
    ),
    415: (
        lambda api, more: api.post(b"{}", signed(ID, b"{}") | more, kind="text/plain"),
        "Only application/json is read here.",
        "لا يُقبل هنا إلا application/json.",
    ),
}


@pytest.mark.parametrize("status", PROBLEMS)
def test_a_problem_is_one_document_in_arabic_unless_english_is_asked_for(door: Callers, status: int) -> None:
    say, english, arabic = PROBLEMS[status]
    french = {"Accept-Language": "fr"}
    for more, locale, title in [({}, "ar", arabic), (ENGLISH, "en", english), (french, "ar", arabic)]:
        answer = say(door, more)
        assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
        assert answer.headers["Content-Language"] == locale
        assert answer.get_json() == {"type": "about:blank", "title": title, "status": status}


@pytest.mark.parametrize(
    ("said", "locale"), [("ar", "ar"), ("en", "en"), ("en_US", "en"), ("EN-gb", "en"), ("ar_SA", "ar"), ("ur", "ar")]
)
def test_the_reports_own_locale_decides_over_the_browsers(door: Callers, said: str, locale: str) -> None:
    raw = dumps(document := body(locale=said, kind="wish"))
    answer = door.post(raw, signed(document["id"], raw) | ENGLISH)
    assert (answer.status_code, answer.headers["Content-Language"]) == (422, locale)


@pytest.mark.parametrize("locale", ["ar", "en"])
def test_a_persons_token_says_the_language_wherever_no_body_does(api: Callers, locale: str) -> None:
    who = bearer(locale=locale)
    other = {"Accept-Language": "en" if locale == "ar" else "ar"}
    answers = [
        api.post(b"{", who | other),
        api.post(b"{}", who | other, kind="text/plain"),
        api.post(b"[]", who | other),
        api.read(ID, who | other),
        api.read("nonsense", who | other),
        api.read(ID, bearer(locale=locale, scope="report:create") | other),
        api.add(ID, {"id": ID, "text": "x"}, who | other),
    ]
    assert [answer.status_code for answer in answers] == [400, 415, 422, 404, 404, 403, 404]
    assert {answer.headers["Content-Language"] for answer in answers} == {locale}


def test_each_fault_says_its_field_its_code_and_its_reason(api: Callers) -> None:
    faulty = {"text": "x" * 20_001, "affected": 2_000_000, "place__page": "moon"}
    assert api.site(body(locale="en", **faulty)).get_json()["errors"] == [
        {"field": "affected", "code": "out_of_range", "reason": "a whole number from 0 to 100000"},
        {"field": "place.page", "code": "unknown_value", "reason": "this value is not known"},
        {"field": "text", "code": "too_long", "reason": "at most 20000 characters"},
    ]
    arabic = api.site(body(locale="ar", **faulty)).get_json()
    assert arabic["title"] == "تعذّر قبول بعض الحقول."
    assert [fault["reason"] for fault in arabic["errors"]] == [
        "عدد صحيح من 0 إلى 100000", "هذه القيمة غير معروفة", "الحد الأقصى لعدد الأحرف: 20000",
    ]  # fmt: skip


def test_any_origin_may_ask_and_read_what_it_needs(api: Callers) -> None:
    api.site(body(id=ID))
    answers = [
        api.read(ID, bearer()),
        api.read(ID, {}),
        api.post(b" " * 70_000, {}),
        api.client.get("/v1/openapi.json"),
        api.client.get("/v1/nothing"),
    ]
    assert [answer.status_code for answer in answers] == [200, 401, 413, 200, 404]
    for answer in answers:
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers
        exposed = answer.headers["Access-Control-Expose-Headers"].split(", ")
        assert {"ETag", "Retry-After"} <= set(exposed)


@pytest.mark.parametrize("path", ["/v1/reports", f"/v1/reports/{ID}", f"/v1/reports/{ID}/additions"])
def test_a_preflight_needs_no_proof_and_allows_the_bearers_headers(door: Callers, path: str) -> None:
    answer = door.client.options(path, headers={"Origin": "https://room.example"})
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    allowed = {name.strip().lower() for name in answer.headers["Access-Control-Allow-Headers"].split(",")}
    assert {"authorization", "content-type"} <= allowed
    assert not {"cookie", "webhook-signature", "nidaa-site"} & allowed, "a site never calls from a browser"
    wanted = "GET" if path.endswith(ID) else "POST"
    assert wanted in answer.headers["Access-Control-Allow-Methods"]


def test_cookies_prove_nothing_and_are_never_set(api: Callers) -> None:
    with_cookie = {"Cookie": f"session={token()}; nidaa={token()}"}
    assert api.post(dumps(body()), with_cookie).status_code == 401
    assert api.read(ID, with_cookie).status_code == 401
    answer = api.post(dumps(body()), bearer() | with_cookie)
    assert answer.status_code == 202
    assert "Set-Cookie" not in answer.headers


def test_nothing_is_framed_sniffed_or_scripted(api: Callers) -> None:
    for path in ("/v1/openapi.json", "/v1/health", "/v1/reports", "/v1/docs", "/v1/nothing"):
        headers = api.client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is logged, by us and by libraries, down to debugging."""
    there = io.StringIO()
    monkeypatch.setattr(sys, "stderr", there)
    root, before = logging.getLogger(), list(logging.getLogger().handlers)
    level = root.level
    kept = structlog.get_config()
    logs.configure(logging.DEBUG)
    root.setLevel(logging.DEBUG)
    yield there
    structlog.configure(**kept)
    root.handlers[:] = before
    root.setLevel(level)


def test_no_secret_and_no_word_of_a_person_reaches_a_log_or_a_problem(
    api: Callers, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "log", structlog.get_logger("sidecar.api.reading"))
    wrong = token(secret=OTHER)
    good = token()
    secret_text = "كلام لا يخص أحداً"
    document: dict[str, Any] = body(text=secret_text, kind="wish")
    raw = dumps(document)
    site = signed(document["id"], raw, secret=OTHER)
    answers = [
        api.post(raw, bearer(wrong)),
        api.post(raw, bearer(good)),
        api.post(raw, site),
        api.site(document),
        api.post(raw[:-1], signed(document["id"], raw[:-1])),
        api.site(body(text=secret_text)),
        api.read(document["id"], bearer(wrong)),
    ]
    assert [answer.status_code for answer in answers] == [401, 422, 401, 422, 400, 202, 401]
    everything = written.getvalue() + "".join(answer.get_data(as_text=True) for answer in answers)
    assert "unproven" in everything
    hidden = [wrong, good, site["webhook-signature"], secret_text, "القحطاني", NEW, OLD, OTHER, NEW[6:], "whsec_"]
    assert [one for one in hidden if one in everything] == []


def test_an_accident_inside_is_a_problem_document_without_its_reason(
    api: Callers, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(f"with {NEW} in its words")

    monkeypatch.setattr(api.app.extensions["nidaa_reports"].intake, "accept", broken)
    answer = api.post(dumps(body()), bearer(locale="en"))
    assert (answer.status_code, answer.content_type) == (500, "application/problem+json")
    assert answer.get_json()["title"] == "حدث خطأ من جهتنا."
    assert "RuntimeError" not in answer.get_data(as_text=True)
    assert NEW not in written.getvalue()
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("language", "direction", "heading"),
    [("ar", "rtl", "واجهة «نداء» البرمجية"), ("en", "ltr", "Nidaa's interface")],
)
def test_the_page_for_people_renders_in_both_languages_without_anything_inline(
    api: Callers, language: str, direction: str, heading: str
) -> None:
    answer = api.client.get("/v1/docs", headers={"Accept-Language": language})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert f'<html lang="{language}" dir="{direction}">' in page
    assert heading in page
    assert answer.headers["Content-Language"] == language
    for named in ("/v1/reports/{report_id}/additions", "ReportIn", "webhook-signature", "422", "certificate_gap"):
        assert named in page
    inline = ("<script", "<style", " style=", " onclick", " onload", "javascript:", "http://", "https://")
    assert [bad for bad in inline if bad in page] == []
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert "style-src 'self'" in answer.headers["Content-Security-Policy"]
    with api.client.get("/v1/docs.css") as style:
        assert (style.status_code, style.mimetype) == (200, "text/css")
