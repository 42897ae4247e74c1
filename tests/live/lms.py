"""An LMS that answers over HTTP as a Moodle with `local_nidaa` does, slowly or not at all, and counts who asks."""

from __future__ import annotations

import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

import orjson

from adapters.lms.national_id import state_of

_FUNCTIONS = (
    "core_webservice_get_site_info",
    "local_nidaa_get_facts",
    "local_nidaa_get_sessions",
    "local_nidaa_get_course",
    "local_nidaa_notify",
    "core_user_update_users",
)
_PROFILE = (
    {"field": "national_id", "state": "present", "value": None},
    {"field": "name_ar", "state": "present", "value": "أحمد القحطاني"},
    {"field": "name_en", "state": "present", "value": "Ahmad Alqahtani"},
    {"field": "phone", "state": "empty", "value": None},
)


class LmsStandIn:
    """Serves from threads of this process.

    Args:
        takes: seconds that every answer takes.
    """

    def __init__(self, *, takes: float = 0.08) -> None:
        self.takes = takes
        self.is_up = True
        self.calls: Counter[str] = Counter()
        self.told: dict[int, dict[str, Any]] = {}  # by user: what it tells of that person otherwise than of everybody
        self.written: list[tuple[int, str, str]] = []  # user, field, value
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
                if not stand_in.is_up:  # as a server that fell over: the line is cut
                    self.close_connection = True
                    return
                stand_in.calls[form["wsfunction"]] += 1
                time.sleep(stand_in.takes)
                body = orjson.dumps(stand_in.answer(form))
                self.wfile.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                    % (len(body), body)
                )

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        class Server(ThreadingHTTPServer):
            request_queue_size = 128
            daemon_threads = True

            def handle_error(self, *_: Any) -> None:
                """A caller that was killed leaves a broken pipe."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()

    def answer(self, form: dict[str, str]) -> Any:
        """What it says to a call."""
        return self._update(form) if form["wsfunction"] == "core_user_update_users" else _answer(form, self.told)

    def _update(self, form: dict[str, str]) -> Any:
        user = int(form["users[0][id]"])
        values = {"phone": form["users[0][phone1]"]} if "users[0][phone1]" in form else {}
        values |= {
            value: form[name.replace("[type]", "[value]")] for name, value in form.items() if name.endswith("[type]")
        }
        told = self.told.setdefault(user, {})
        rows = {row["field"]: row for row in told.get("profile", _PROFILE)}
        for field, value in values.items():
            self.written.append((user, field, value))
            state = state_of(value) if field == "national_id" else "present"
            rows[field] = {"field": field, "state": state, "value": None if field == "national_id" else value}
        told["profile"] = list(rows.values())
        return {"warnings": []}

    def stop(self) -> None:
        """Serve no more."""
        self._server.shutdown()
        self._server.server_close()


def _answer(form: dict[str, str], told: dict[int, dict[str, Any]]) -> Any:
    function = form["wsfunction"]
    if function == "local_nidaa_get_facts":
        count = sum(name.startswith("pairs[") and name.endswith("[userid]") for name in form)
        pairs = [(int(form[f"pairs[{n}][userid]"]), int(form[f"pairs[{n}][courseid]"])) for n in range(count)]
        return {"version": 1, "facts": [_facts(user, course) | told.get(user, {}) for user, course in pairs]}
    if function == "local_nidaa_get_sessions":
        return {"version": 1, "sessions": [], "untold": []}
    if function == "local_nidaa_get_course":
        return {"version": 1, "courses": []}
    if function == "core_webservice_get_site_info":
        return {
            "userid": 3,
            "username": "nidaa",
            "sitename": "stand-in",
            "release": "4.5",
            "userissiteadmin": False,
            "functions": [{"name": name, "version": "1"} for name in _FUNCTIONS],
        }
    return {"exception": "moodle_exception", "errorcode": "invalidrecord", "message": "unknown function"}


def _facts(user: int, course: int) -> dict[str, Any]:
    return {
        "userid": user,
        "courseid": course,
        "account": {
            "exists": True, "suspended": False, "confirmed": True, "auth": "manual", "lastlogin": 1795344425,
            "lockedout": False, "emailbouncing": False, "lang": "ar",
        },
        "profile": list(_PROFILE),
        "national_id_duplicate": False,
        "enrolment": {
            "status": "active", "reason": "", "method": "manual", "timestart": 0, "timeend": 0, "roles": ["student"],
            "groups": [], "lastaccess": 1795344425,
        },
        "attendance": {
            "held": 8, "attended": 7, "rate": 0.875,
            "definition": {"sessions": "all past", "late": "counts", "excused": "does not count"},
        },
        "completion": {"completed": False, "timecompleted": 0},
        "certificates": [],
        "unread": [],
    }  # fmt: skip
