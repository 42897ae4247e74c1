"""Every recorded error, every broken answer: the right one of three errors, and nothing leaks."""

from __future__ import annotations

import json
import logging
import time
import traceback
from pathlib import Path
from typing import Any

import pytest
from marshmallow import Schema, fields
from werkzeug import Response

from adapters.deadlines import Budget
from adapters.errors import AdapterError, Malformed, Refused, Unavailable
from adapters.http import Answer
from adapters.lms.moodle import Moodle
from adapters.lms.moodle.web_service import flattened, read_answer
from adapters.lms.moodle.wire import Text
from adapters.lms.port import UNKNOWN, Notice, Pair

RECORDINGS = Path(__file__).parent / "recordings"
NOT_AN_ERROR_AFTER_ALL = {
    "core_enrol_get_enrolled_users__error_invalid_option",  # unknown options are passed over
    "mod_bigbluebuttonbn_can_join__error_unknown",  # {"can_join": false}
}
UNAVAILABLE = {"sitemaintenance", "general_error_no_answer"}
ERRORS = sorted({path.stem for path in RECORDINGS.glob("*__error_*.json")} - NOT_AN_ERROR_AFTER_ALL)


def as_answer(recording: dict[str, Any]) -> Answer:
    told = recording["response"]
    body = told if isinstance(told, str) else json.dumps(told)
    return Answer(recording["http_status"], recording["content_type"].partition(";")[0], body.encode())


@pytest.mark.parametrize("name", ERRORS)
def test_every_error_recording_is_told_by_its_errorcode(name: str, recording: Any) -> None:
    told = recording(name)
    code = told["response"].get("errorcode") if isinstance(told["response"], dict) else "http_403"
    with pytest.raises(Unavailable if code in UNAVAILABLE else Refused) as caught:
        read_answer(as_answer(told), told["function"])
    assert caught.value.code == code
    if isinstance(told["response"], dict):
        assert told["response"]["message"] not in str(caught.value)  # it can hold a name


@pytest.mark.parametrize("name", sorted(path.stem for path in RECORDINGS.glob("*.json")))
def test_every_other_recording_is_an_answer_or_an_error_of_ours(name: str, recording: Any) -> None:
    if name.startswith("_"):
        return
    told = recording(name)
    is_error = isinstance(told["response"], dict) and "exception" in told["response"]
    try:
        value = read_answer(as_answer(told), told["function"])
    except AdapterError:
        assert is_error or isinstance(told["response"], str)
    else:
        assert not is_error
        assert value == told["response"]


@pytest.mark.parametrize("name", ["xml_when_no_format", "xml_error_when_no_format"])
def test_xml_is_malformed(name: str, recording: Any) -> None:
    with pytest.raises(Malformed, match="XML"):
        read_answer(as_answer(recording(f"core_webservice_get_site_info__{name}")), "f")


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, b"", Malformed),
        (200, b"<!DOCTYPE html><html>", Malformed),
        (200, b"<br />\n<b>Warning</b>: x in y [1,2]", Malformed),
        (200, b'{"functions": [{"na', Malformed),
        (200, b"[" * 100_000, Malformed),
        (200, b"NaN", Malformed),
        (200, b'"\\ud800"', Malformed),
        (200, b"\xff\xfe", Malformed),
        (403, b"", Refused),
        (403, b"<html>blocked", Refused),
        (401, b"", Refused),
        (404, b"<html>", Refused),
        (302, b"", Refused),
        (400, b"", Refused),
        (429, b"", Unavailable),
        (500, b"", Unavailable),
        (502, b"<html>", Unavailable),
        (503, b"<html>", Unavailable),
        (504, b"", Unavailable),
    ],
)
def test_answers_that_are_none(status: int, body: bytes, error: type[AdapterError]) -> None:
    with pytest.raises(error) as caught:
        read_answer(Answer(status, "", body, retry_after=7.0), "f")
    if isinstance(caught.value, Unavailable):
        assert caught.value.retry_after == 7.0


def test_a_strange_errorcode_is_not_repeated() -> None:
    with pytest.raises(Refused) as caught:
        read_answer(Answer(200, "", b'{"exception": "x", "errorcode": "no such user Ahmed <b>"}'), "f")
    assert caught.value.code is None
    assert "Ahmed" not in str(caught.value)


def test_moodles_form_encoding() -> None:
    assert flattened({"pairs": [{"userid": 6, "courseid": 2}], "on": True, "o": {"a": [1]}}) == {
        "pairs[0][userid]": "6",
        "pairs[0][courseid]": "2",
        "on": "1",
        "o[a][0]": "1",
    }


WRONG_SHAPES: dict[str, Any] = {
    "a list": [],
    "nothing": None,
    "a text": "ok",
    "no version": {"facts": []},
    "another version": {"version": 2, "facts": []},
    "facts are no list": {"version": 1, "facts": {}},
    "a fact without account": {"version": 1, "facts": [{"userid": 6}]},
    "a time beyond all calendars": "time",
    "an unheard-of status": "status",
}


@pytest.mark.parametrize("case", WRONG_SHAPES)
def test_a_wrong_shape_is_malformed_and_names_the_place_not_the_value(case: str, moodle: Moodle, stand_in: Any) -> None:
    stand_in.with_plugin()
    told = WRONG_SHAPES[case]
    if told in ("time", "status"):
        told = stand_in._local_nidaa_get_facts({"pairs[0][userid]": "6", "pairs[0][courseid]": "2"})
        if case.startswith("a time"):
            told["facts"][0]["enrolment"]["timestart"] = 10**30
        else:
            told["facts"][0]["enrolment"]["status"] = "1098765401"
    stand_in.answers["local_nidaa_get_facts"] = lambda form: told
    with pytest.raises(Malformed) as caught:
        moodle.facts([Pair("6", "2")])
    assert "1098765401" not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None


def test_wrong_shapes_do_not_open_the_breaker(moodle: Moodle, stand_in: Any) -> None:
    stand_in.with_plugin()
    stand_in.answers["local_nidaa_get_facts"] = lambda form: {"version": 2}
    for _ in range(6):
        with pytest.raises(Malformed):
            moodle.facts([Pair("6", "2")])
    assert moodle._service._door.breaker.state == "closed"


def test_maintenance_and_gateway_pages_open_it_and_then_nothing_is_sent(moodle: Moodle, stand_in: Any) -> None:
    stand_in.mood = Response("<html>", 200)
    for _ in range(5):
        with pytest.raises(Malformed):
            moodle.facts([Pair("6", "2")])
    with pytest.raises(Unavailable) as caught:
        moodle.facts([Pair("6", "2")])
    assert caught.value.attempted is False
    assert caught.value.retry_after is not None
    assert len(stand_in.calls) == 5


def test_refusals_never_open_it(moodle: Moodle, stand_in: Any, recording: Any) -> None:
    refused = recording("core_webservice_get_site_info__error_bad_token")["response"]
    stand_in.mood = Response(json.dumps(refused), 200)
    for _ in range(8):
        with pytest.raises(Refused) as caught:
            moodle.facts([Pair("6", "2")])
        assert caught.value.code == "invalidtoken"


@pytest.mark.parametrize(
    "function",
    [
        "core_user_get_course_user_profiles",
        "core_enrol_get_enrolled_users",
        "core_course_get_contents",
        "mod_attendance_get_sessions",
        "mod_customcert_list_issues",
        "core_completion_get_course_completion_status",
        "gradereport_user_get_grade_items",
    ],
)
def test_one_part_that_is_down_is_the_whole_that_is_down(moodle: Moodle, stand_in: Any, function: str) -> None:
    stand_in.answers[function] = lambda form: Response("<html>", 503)
    with pytest.raises(Unavailable):
        moodle.facts([Pair("6", "2")])
    del stand_in.answers[function]
    assert moodle.facts([Pair("6", "2")])[Pair("6", "2")].values["enrolment.status"].value == "active"


def test_one_part_that_is_broken_leaves_the_rest(moodle: Moodle, stand_in: Any) -> None:
    stand_in.answers["mod_attendance_get_sessions"] = lambda form: [{"id": "x"}]
    values = moodle.facts([Pair("6", "2")])[Pair("6", "2")].values
    assert (values["attendance.held"].value, values["attendance.held"].note) == (UNKNOWN, "failed")
    assert values["enrolment.status"].value == "active"


def test_a_token_revoked_in_the_middle_refuses_the_whole(moodle: Moodle, stand_in: Any, recording: Any) -> None:
    refused = recording("core_webservice_get_site_info__error_bad_token")["response"]
    stand_in.answers["core_course_get_contents"] = lambda form: refused
    with pytest.raises(Refused) as caught:
        moodle.facts([Pair("6", "2")])
    assert caught.value.code == "invalidtoken"


def test_a_function_taken_out_of_the_service_is_noticed(moodle: Moodle, stand_in: Any) -> None:
    moodle.courses(["2"])
    stand_in.functions.discard("mod_customcert_list_issues")
    values = moodle.facts([Pair("6", "2")])[Pair("6", "2")].values
    assert values["certificate.issued"].note == "function_missing"


def test_the_whole_question_has_one_deadline(stand_in: Any) -> None:
    """Composed of many calls, each of them slow: no call would meet a deadline of its own."""

    def slowly(function: str) -> Any:
        original = getattr(stand_in, f"_{function}")

        def answer(form: dict[str, str]) -> Any:
            time.sleep(0.15)
            return original(form)

        return answer

    for name in list(stand_in.functions):
        if hasattr(stand_in, f"_{name}"):
            stand_in.answers[name] = slowly(name)
    moodle = Moodle("lab", stand_in.url, "t", clock=lambda: None, deadline=0.5)  # type: ignore[arg-type,return-value]
    began = time.monotonic()
    with pytest.raises(Unavailable):
        moodle.facts([Pair("6", "2")])
    assert time.monotonic() - began < 0.9


def test_the_token_is_in_bodies_alone(
    moodle: Moodle,
    stand_in: Any,
    token: str,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    moodle.facts([Pair("6", "2")])
    moodle.notify([Notice("k", "6", "s", "t")])
    assert all(call["wstoken"] == token for call in stand_in.calls)
    assert not any("?" in address or token in address for address in stand_in.addresses)
    stand_in.mood = Response("<html>", 503)
    moodle._service.forget_site()
    chain: list[str] = []
    for _ in range(7):
        with pytest.raises(Unavailable) as caught:
            moodle.facts([Pair("9", "3")])
        error: BaseException | None = caught.value
        assert error is not None
        assert error.__context__ is None
        assert error.__cause__ is None
        told = traceback.TracebackException.from_exception(error, capture_locals=True)
        chain += [f"{error!r}", *(str(frame.locals) for frame in told.stack if "/tests/" not in frame.filename)]
    out = capsys.readouterr()
    everything = "".join([caplog.text, out.out, out.err, repr(moodle), repr(vars(moodle._service)), *chain])
    assert token not in everything


def test_texts_are_made_storable() -> None:
    class Named(Schema):
        name = Text()

    told = Named().load({"name": " a\x00b\u202ec\ud800" + "x" * 2000})
    assert told["name"].startswith("abcx")
    assert len(told["name"]) == 1000
    told["name"].encode()
    assert isinstance(Named().fields["name"], fields.String)


def test_a_budget_that_is_used_up_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        Budget("it", 0.0).left()
