"""An LMS that answers over HTTP as a real Moodle did: `python -m sidecar.demo.lms --port … --class-start …`.

Its answers are recordings (see recordings/README.md), with this class laid over them (classmates.py). Like Moodle it
takes a POSTed form, checks the token first, tells errors as HTTP 200 with `exception` and `errorcode`, and answers XML
to who does not ask for JSON. Of our plugin it has the function that tells facts (plugin.py). Only the standard library
is imported, so that it is up again in a moment after the demo has stopped it.

The token comes by the environment (`NIDAA_DEMO_LMS_TOKEN`): arguments can be read by everybody on the machine.
"""

from __future__ import annotations

import argparse
import hmac
import json
import os
from collections.abc import Callable, Mapping
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

from sidecar.demo import classmates, plugin

TOKEN_VARIABLE: Final = "NIDAA_DEMO_LMS_TOKEN"  # noqa: S105  # the name of a variable
ENDPOINT: Final = "/webservice/rest/server.php"

_RECORDINGS = Path(__file__).parent / "recordings"
_RECORDED_CLASS_START = 1_795_344_722  # `start_time` of mod_zoom_get_state__ok
# Moodle counts ids from 1, so a whole number within these two is a moment. The recorded ones lie well inside.
_FIRST_MOMENT, _LAST_MOMENT = 1_700_000_000, 1_900_000_000

_COURSE, _ENDED_COURSE = "2", "3"
_NOT_ENROLLED = {"17"}  # t12
_COMPLETION = {"17": "not_enrolled_t12_c1", "15": "suspended_t10_c1"}
_LARGEST_ID = 100  # nobody in the recorded Moodle has a larger one

Form = Mapping[str, str]


@cache
def _file(name: str) -> Any:
    return json.loads((_RECORDINGS / f"{name}.json").read_text(encoding="utf-8"))


def recorded(name: str) -> Any:
    """The recorded response, as it is in the file."""
    return _file(name)["response"]


def moved(value: Any, seconds: int) -> Any:
    """The same answer with every time stamp `seconds` later."""
    if isinstance(value, dict):
        return {key: moved(inner, seconds) for key, inner in value.items()}
    if isinstance(value, list):
        return [moved(inner, seconds) for inner in value]
    if isinstance(value, int) and not isinstance(value, bool) and _FIRST_MOMENT < value < _LAST_MOMENT:
        return value + seconds
    return value


class Moodle:
    """What the recorded Moodle would answer.

    Args:
        token: the only one it knows.
        class_start: when its Zoom class begins, in Unix seconds; every other time moves along.
    """

    def __init__(self, token: str, class_start: int) -> None:
        self._token = token
        self._shift = class_start - _RECORDED_CLASS_START
        self._offered = {each["name"] for each in _site_info({})["functions"]}

    def answer(self, form: Form) -> tuple[str, str]:
        """Content type and body; the HTTP status is 200 whatever Moodle thinks of the call."""
        known = hmac.compare_digest(form.get("wstoken", "").encode(), self._token.encode())
        if form.get("moodlewsrestformat") != "json":
            kind = "xml_when_no_format" if known else "xml_error_when_no_format"
            return "application/xml; charset=utf-8", recorded(f"core_webservice_get_site_info__{kind}")
        told = self._told(form) if known else recorded("core_webservice_get_site_info__error_bad_token")
        return "application/json", json.dumps(moved(told, self._shift))

    def _told(self, form: Form) -> Any:
        function = form.get("wsfunction", "")
        if function not in self._offered:
            return recorded("core_course_delete_courses__error_function_not_in_service")
        answer = _ANSWERS.get(function)
        # A function that the recorded token may call, and that nothing of ours calls, was not brought along.
        return answer(form) if answer else recorded("no_such_function__error_unknown_function")


def _site_info(_: Form) -> Any:
    told = recorded("core_webservice_get_site_info__ok")
    return {**told, "functions": [*told["functions"], plugin.OFFERED]}


def _enrolled(form: Form) -> Any:
    if form.get("courseid") == _ENDED_COURSE:
        return recorded("core_enrol_get_enrolled_users__ended_course")
    if form.get("courseid") != _COURSE:
        return recorded("core_enrol_get_enrolled_users__error_unknown_course")
    options = {form[key]: form.get(key.replace("[name]", "[value]"), "") for key in form if key.endswith("[name]")}
    people = recorded("core_enrol_get_enrolled_users__ok")
    if options.get("onlyactive") == "1":
        active = {each["id"] for each in recorded("core_enrol_get_enrolled_users__onlyactive")}
        people = [each for each in people if each["id"] in active or str(each["id"]) == classmates.NEVER_IN]
    return [classmates.person(each) for each in people]


def _profiles(form: Form) -> Any:
    """As Moodle does: a person named twice counts for the last course only, and an unknown course sinks the call."""
    asked = {form[key]: form.get(key.replace("[userid]", "[courseid]"), "") for key in form if key.endswith("[userid]")}
    if set(asked.values()) - {_COURSE, _ENDED_COURSE}:
        return recorded("core_user_get_course_user_profiles__unknown_course")
    found = []
    for person, course in asked.items():
        if person in _NOT_ENROLLED and course == _COURSE:
            found += recorded("core_user_get_course_user_profiles__not_enrolled_t12")
        elif account := _account(person):
            enrolled = {str(each["id"]): each for each in _enrolled({"courseid": course})}.get(person, {"roles": []})
            found.append(account | {k: enrolled[k] for k in ("roles", "groups", "enrolledcourses") if k in enrolled})
    return found


def _account(person: str) -> dict[str, Any] | None:
    accounts = {str(each["id"]): each for each in recorded("core_user_get_users_by_field__by_id_many")}
    found = accounts.get(person)
    return classmates.person(found) if found else None


def _users(form: Form) -> Any:
    asked = [value for key, value in form.items() if key.startswith("values[")]
    return [account for person in asked if (account := _account(person))]


def _contents(form: Form) -> Any:
    if form.get("courseid") != _COURSE:
        return recorded("core_course_get_contents__error_unknown_course")
    return classmates.contents(recorded("core_course_get_contents__excludecontents"))


def _courses(form: Form) -> Any:
    courses = recorded("core_course_get_courses_by_field__by_category")["courses"]
    asked = {one for one in form.get("value", "").split(",") if one}
    found = [classmates.course(course) for course in courses if str(course["id"]) in asked]
    return {"courses": found, "warnings": []}


def _attendance(form: Form) -> Any:
    if form.get("attendanceid") != "1":
        return recorded("mod_attendance_get_sessions__error_unknown")
    return classmates.attendance(recorded("mod_attendance_get_sessions__ok"))


def _zoom(form: Form) -> Any:
    return recorded(f"mod_zoom_get_state__{'ok' if form.get('zoomid') == '7' else 'error_unknown'}")


def _certificates(form: Form) -> Any:
    rows = recorded("mod_customcert_list_issues__ok_all")
    return [row for row in rows if str(row["issue"]["customcertid"]) == form.get("customcertid")]


def _calendar(_: Form) -> Any:
    return recorded("core_calendar_get_calendar_events__bbb_c1")


def _completion(form: Form) -> Any:
    person = form.get("userid", "")
    case = _COMPLETION.get(person, "running_t01_c1")
    return classmates.completion(recorded(f"core_completion_get_course_completion_status__{case}"), person)


def _grades(form: Form) -> Any:
    told = recorded("gradereport_user_get_grade_items__t01_c1")
    person, mine = form.get("userid", ""), told["usergrades"][0]
    points = classmates.GRADES.get(person, 100.0)
    items = [{**item, "graderaw": points, "gradeformatted": f"{points:.2f}"} for item in mine["gradeitems"]]
    return {**told, "usergrades": [{**mine, "userid": int(person), "gradeitems": items}] if person.isdigit() else []}


def _facts(form: Form) -> Any:
    people = {key: form[key] for key in form if key.endswith("[userid]")}
    pairs = [(person, form.get(key.replace("[userid]", "[courseid]"), "0")) for key, person in people.items()]
    return plugin.facts(form, _ANSWERS, pairs)


def _message(form: Form) -> Any:
    to = form.get("messages[0][touserid]", "")
    known = to.isdigit() and int(to) <= _LARGEST_ID
    return recorded(f"core_message_send_instant_messages__{'ok' if known else 'mixed_unknown_user'}")


_ANSWERS: Final[Mapping[str, Callable[[Form], Any]]] = {
    "core_webservice_get_site_info": _site_info,
    "core_enrol_get_enrolled_users": _enrolled,
    "core_user_get_course_user_profiles": _profiles,
    "core_user_get_users_by_field": _users,
    "core_course_get_contents": _contents,
    "core_course_get_courses_by_field": _courses,
    "mod_attendance_get_sessions": _attendance,
    "mod_zoom_get_state": _zoom,
    "mod_customcert_list_issues": _certificates,
    "core_calendar_get_calendar_events": _calendar,
    "core_completion_get_course_completion_status": _completion,
    "gradereport_user_get_grade_items": _grades,
    "core_message_send_instant_messages": _message,
    plugin.FACTS: _facts,
}


class _Handler(BaseHTTPRequestHandler):
    """The Web Service endpoint, and a page that says what this is."""

    protocol_version = "HTTP/1.1"
    moodle: Moodle

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.partition("?")[0] != ENDPOINT:
            self._send(404, "text/plain", "not here")
            return
        self._send(200, *self.moodle.answer(dict(parse_qsl(body.decode(), keep_blank_values=True))))

    def do_GET(self) -> None:
        if self.path == "/":
            self._send(200, "text/plain", "A stand-in for Moodle: it answers recorded Web Service responses by POST.\n")
        else:
            self._send(404, "text/plain", "not here")

    def _send(self, status: int, content_type: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class names it so
        """Nothing: what was asked about whom is nobody's to log."""


def server(port: int, token: str, class_start: int) -> ThreadingHTTPServer:
    """A server on loopback, ready to serve; port 0 takes a free one."""
    handler = type("Handler", (_Handler,), {"moodle": Moodle(token, class_start)})
    # Threads end with the process: keep-alive connections must not hold it up.
    made = ThreadingHTTPServer(("127.0.0.1", port), handler)
    made.daemon_threads = True
    return made


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--class-start", type=int, required=True, help="Unix seconds at which the Zoom class begins")
    arguments = parser.parse_args()
    server(arguments.port, os.environ[TOKEN_VARIABLE], arguments.class_start).serve_forever()


if __name__ == "__main__":
    main()
