"""A stand-in for Moodle over real HTTP on loopback: it answers from recordings, and from the plugin's wire shape."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from adapters.lms.moodle import Moodle

RECORDINGS = Path(__file__).parent / "recordings"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TOKEN = "0123456789abcdef-the-token"
PLUGIN = (
    "local_nidaa_get_facts", "local_nidaa_get_sessions", "local_nidaa_get_course", "local_nidaa_get_presence",
    "local_nidaa_notify",
)  # fmt: skip


def recorded(name: str) -> Any:
    """The whole recording: `function`, `params`, `http_status`, `content_type`, `response`."""
    return json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8"))


def answer(name: str) -> Any:
    return recorded(name)["response"]


def raw(status: int, body: str | bytes, content_type: str = "application/json", **headers: str) -> Response:
    return Response(body, status=status, content_type=content_type, headers=headers)


class StandIn:
    """Answers Web Service calls. `answers[function]` overrides; `mood` answers everything with one response."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.calls: list[dict[str, str]] = []
        self.addresses: list[str] = []
        self.answers: dict[str, Callable[[dict[str, str]], Any]] = {}
        self.mood: Response | None = None
        self.functions = {f["name"] for f in answer("core_webservice_get_site_info__ok")["functions"]}
        self.delivered: dict[str, str] = {}
        self._lock = threading.Lock()

    def with_plugin(self) -> None:
        self.functions |= set(PLUGIN)

    def asked(self, function: str) -> list[dict[str, str]]:
        return [call for call in self.calls if call["wsfunction"] == function]

    def handle(self, request: Request) -> Response:
        form = {key: str(value) for key, value in request.form.items()}
        with self._lock:
            self.calls.append(form)
            self.addresses.append(request.url)
        if self.mood is not None:
            return self.mood
        function = form["wsfunction"]
        if function not in self.functions:
            told: Any = answer("core_course_delete_courses__error_function_not_in_service")
        else:
            told = self.answers.get(function, getattr(self, f"_{function}", None) or _missing)(form)
        return told if isinstance(told, Response) else raw(200, json.dumps(told))

    def _core_webservice_get_site_info(self, form: dict[str, str]) -> Any:
        told = answer("core_webservice_get_site_info__ok")
        return {**told, "functions": [{"name": name, "version": "1"} for name in sorted(self.functions)]}

    def _core_user_get_course_user_profiles(self, form: dict[str, str]) -> Any:
        accounts = {user["id"]: user for user in answer("core_user_get_users_by_field__by_id_many")}
        asked = {  # as Moodle does: a person named twice counts for the last course only
            int(form[key]): int(form[key.replace("userid", "courseid")]) for key in form if key.endswith("[userid]")
        }
        found = []
        for user_id, course_id in asked.items():
            if course_id not in {2, 3}:
                return answer("core_user_get_course_user_profiles__unknown_course")
            if (user_id, course_id) == (17, 2):
                found += answer("core_user_get_course_user_profiles__not_enrolled_t12")
            elif user_id in accounts:
                roster = {user["id"]: user for user in _roster(course_id)}.get(user_id, {"roles": []})
                kept = {key: roster[key] for key in ("roles", "groups", "enrolledcourses") if key in roster}
                found.append({**accounts[user_id], **kept})
        return found

    def _core_user_get_users_by_field(self, form: dict[str, str]) -> Any:
        asked = {int(value) for key, value in form.items() if key.startswith("values[")}
        return [user for user in answer("core_user_get_users_by_field__by_id_many") if user["id"] in asked]

    def _core_enrol_get_enrolled_users(self, form: dict[str, str]) -> Any:
        course_id = int(form["courseid"])
        if course_id not in {2, 3}:
            return answer("core_enrol_get_enrolled_users__error_unknown_course")
        if "onlyactive" in form.values() and course_id == 2:
            return answer("core_enrol_get_enrolled_users__onlyactive")
        return _roster(course_id)

    def _core_course_get_contents(self, form: dict[str, str]) -> Any:
        if form["courseid"] == "2":
            return answer("core_course_get_contents__excludecontents")
        return answer("core_course_get_contents__error_unknown_course")

    def _core_course_get_courses_by_field(self, form: dict[str, str]) -> Any:
        courses = answer("core_course_get_courses_by_field__by_category")["courses"]
        ids = {int(one) for one in form.get("value", "").split(",") if one}
        if form.get("field") == "ids" and not ids <= {course["id"] for course in courses}:
            # Seen on a running Moodle 4.5.5.
            return {"exception": "Error", "message": 'Attempt to assign property "contextvalidated" on null'}
        return {"courses": [course for course in courses if not ids or course["id"] in ids], "warnings": []}

    def _mod_attendance_get_sessions(self, form: dict[str, str]) -> Any:
        return answer("mod_attendance_get_sessions__ok")

    def _mod_customcert_list_issues(self, form: dict[str, str]) -> Any:
        rows = answer("mod_customcert_list_issues__ok_all")
        return [row for row in rows if row["issue"]["customcertid"] == int(form["customcertid"])]

    def _mod_bigbluebuttonbn_meeting_info(self, form: dict[str, str]) -> Any:
        known = form["bigbluebuttonbnid"] == "1"
        return answer(f"mod_bigbluebuttonbn_meeting_info__{'running' if known else 'error_unknown'}")

    def _mod_zoom_get_state(self, form: dict[str, str]) -> Any:
        return answer("mod_zoom_get_state__ok")

    def _core_calendar_get_calendar_events(self, form: dict[str, str]) -> Any:
        return answer("core_calendar_get_calendar_events__bbb_c1")

    def _core_completion_get_course_completion_status(self, form: dict[str, str]) -> Any:
        case = {"17": "not_enrolled_t12_c1", "15": "suspended_t10_c1"}.get(form["userid"], "running_t01_c1")
        return answer(f"core_completion_get_course_completion_status__{case}")

    def _core_message_send_instant_messages(self, form: dict[str, str]) -> Any:
        if int(form["messages[0][touserid]"]) > 100:
            return answer("core_message_send_instant_messages__mixed_unknown_user")
        return answer("core_message_send_instant_messages__ok")

    def _local_nidaa_get_facts(self, form: dict[str, str]) -> Any:
        pairs = [
            (int(form[key]), int(form[key.replace("userid", "courseid")])) for key in form if key.endswith("[userid]")
        ]
        return {"version": 1, "facts": [plugin_row(user_id, course_id) for user_id, course_id in pairs]}

    def _local_nidaa_get_sessions(self, form: dict[str, str]) -> Any:
        asked = {int(value) for key, value in form.items() if key.startswith("courseids[")}
        session = {
            "key": "attendance-1",
            "course": 2,
            "activity": 3,
            "group": None,
            "starts_at": 1795344722,
            "ends_at": 1795351922,
            "platform": "bigbluebuttonbn",
            "source": "attendance",
        }
        untold = [{"courseid": one, "reason": "capability_missing"} for one in asked - {2}]
        return {"version": 1, "sessions": [session] if 2 in asked else [], "untold": untold}

    def _local_nidaa_get_course(self, form: dict[str, str]) -> Any:
        asked = {int(value) for key, value in form.items() if key.startswith("courseids[")}
        course = {
            "id": 2,
            "fullname": "دورة الأمن السيبراني التأسيسية",
            "idnumber": "CRS-CYB-101-R7",
            "startdate": 1793616041,
            "enddate": 1797504041,
            "trainers": [{"userid": 4, "fullname": "خالد الشمري"}],
            "roommanagers": [{"userid": 5, "fullname": "منى الحربي"}],
            "trainees": [{"userid": 6, "fullname": "أحمد القحطاني"}],
        }
        return {"version": 1, "courses": [course] if 2 in asked else []}

    def _local_nidaa_get_presence(self, form: dict[str, str]) -> Any:
        rooms = []
        for place in range(sum(key.endswith("[cmid]") for key in form)):
            cmid, group = (int(form[f"rooms[{place}][{name}]"]) for name in ("cmid", "groupid"))
            rooms.append({"cmid": cmid, "groupid": group, "present": 1 if cmid == 3 else None})
        return {"version": 1, "rooms": rooms}

    def _local_nidaa_notify(self, form: dict[str, str]) -> Any:
        results = []
        for place in range(sum(key.endswith("[key]") for key in form)):
            key, user_id = form[f"messages[{place}][key]"], int(form[f"messages[{place}][userid]"])
            url = form[f"messages[{place}][url]"]
            leads_nowhere = bool(url) and not url.startswith(("http://", "https://"))
            refused = user_id > 100 or not key or leads_nowhere
            outcome = "refused" if refused else "already" if key in self.delivered else "sent"
            if outcome == "sent":
                self.delivered[key] = form[f"messages[{place}][text]"]
            results.append({"key": key, "outcome": outcome})
        return {"version": 1, "results": results}


def _missing(form: dict[str, str]) -> Any:
    return answer("no_such_function__error_unknown_function")


def _roster(course_id: int) -> Any:
    return answer(f"core_enrol_get_enrolled_users__{'ok' if course_id == 2 else 'ended_course'}")


def plugin_row(user_id: int, course_id: int) -> dict[str, Any]:
    """One pair as `plugin_wire` defines it. Everybody beyond 100 is unknown to this site."""
    known = user_id <= 100 or 1000 <= user_id < 2000
    row: dict[str, Any] = {
        "userid": user_id,
        "courseid": course_id,
        "account": None,
        "profile": [],
        "national_id_duplicate": None,
        "enrolment": None,
        "attendance": None,
        "completion": None,
        "certificates": None,
        "unread": [],
    }
    if not known:
        return {**row, "unread": [{"fact": "account", "reason": "silently_empty"}]}
    phone = {"field": "phone", "state": "present", "value": "0551000001"}
    row |= {
        "account": {
            "exists": True,
            "suspended": False,
            "confirmed": True,
            "auth": "manual",
            "lastlogin": 0,
            "lockedout": False,
            "emailbouncing": False,
            "lang": "ar",
        },
        "profile": [
            {"field": "national_id", "state": "present", "value": None},
            {"field": "name_ar", "state": "present", "value": "أحمد القحطاني"},
            {"field": "name_en", "state": "unknown", "value": None},
            phone if user_id != 8 else {"field": "phone", "state": "empty", "value": None},
        ],
        "national_id_duplicate": False,
    }
    if course_id:
        row |= {
            "enrolment": {
                "status": {14: "ended", 15: "suspended", 16: "not_started", 17: "not_enrolled"}.get(user_id, "active"),
                "reason": "",
                "method": "manual",
                "timestart": 1793616041,
                "timeend": 0,
                "roles": ["student"],
                "groups": [{"id": 1, "name": "المجموعة أ"}],
                "lastaccess": 0,
            },
            "attendance": {
                "held": 8,
                "attended": 7,
                "rate": 0.875,
                "definition": {"sessions": "taken", "late": "attended", "excused": "not counted"},
            },
            "completion": {"completed": True, "timecompleted": 1795344123},
            "certificates": [],
            "unread": [{"fact": "certificate", "reason": "function_missing"}],
        }
    return row


@pytest.fixture
def stand_in(httpserver: HTTPServer) -> Iterator[StandIn]:
    there = StandIn(httpserver.url_for("").rstrip("/"))
    httpserver.expect_request("/webservice/rest/server.php", method="POST").respond_with_handler(there.handle)
    yield there
    httpserver.check_assertions()


@pytest.fixture(scope="session")
def make_httpserver() -> Iterator[HTTPServer]:
    with HTTPServer(host="127.0.0.1", threaded=True) as server:
        yield server


@pytest.fixture
def moodle(stand_in: StandIn) -> Moodle:
    """A Moodle with stock functions alone; `stand_in.with_plugin()` before the first question gives it the plugin."""
    return Moodle("lab", stand_in.url, TOKEN, clock=lambda: NOW, deadline=5.0)


@pytest.fixture
def token() -> str:
    return TOKEN


@pytest.fixture
def recording() -> Callable[[str], Any]:
    return recorded
