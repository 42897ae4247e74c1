"""What our plugin's `local_nidaa_get_facts` would tell of the recorded Moodle's people, from the same recordings.

Without it nobody could say of a whole class who has finished, which grade stands, or why an enrolment is shut. The
demo's LMS has none of its other functions: they are asked as of a Moodle without the plugin.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sidecar.demo import classmates

FACTS: Final = "local_nidaa_get_facts"
OFFERED: Final = {"name": FACTS, "version": "2026112703"}
"""As `core_webservice_get_site_info` lists it."""

_DEFINITION: Final = {
    "sessions": "taken so far, with this person on the list", "late": "counts as attended",
    "excused": "counts as attended",
}  # fmt: skip
_TEN: Final = 10  # digits of a number of identity
_LUHN: Final = 10

Told = Callable[[Mapping[str, str]], Any]


def facts(form: Mapping[str, str], told: Mapping[str, Told], pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The answer: of somebody unknown, that there is no such account.

    Args:
        told: what the LMS answers by its own functions.
        pairs: person and course, "0" for none.
    """
    return {"version": 1, "facts": [_of(form, told, person, course) for person, course in pairs]}


def _of(form: Mapping[str, str], told: Mapping[str, Told], person: str, course: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "userid": int(person), "courseid": int(course), "account": None, "profile": [], "courseended": None,
        "national_id_key": None, "national_id_end": None, "national_id_duplicate": None, "enrolment": None,
        "attendance": None, "completion": None, "grade": None, "certificates": None, "unread": [],
    }  # fmt: skip
    known = course in classmates.COURSE_CODES
    people = told["core_enrol_get_enrolled_users"]({"courseid": course}) if known else []
    accounts = told["core_user_get_users_by_field"]({"values[0]": person})
    if accounts:
        row |= _account(accounts[0]) | _profile(form, accounts[0])
    else:
        row["unread"] = [{"fact": "account", "reason": "silently_empty"}]
    mine = next((one for one in people if str(one["id"]) == person), None)
    if mine is not None:
        row |= _in_course(told, mine, course)
    elif known and accounts:
        status: dict[str, Any] = {"status": "not_enrolled", "method": None, "roles": [], "groups": [], "lastaccess": 0}
        row["enrolment"] = status | {"timestart": 0, "timeend": 0}
    return row


def _account(account: Mapping[str, Any]) -> dict[str, Any]:
    same = {key: account[key] for key in ("suspended", "confirmed", "auth", "lang")}
    never = {"lockedout": False, "emailbouncing": False}
    return {"account": {"exists": True, "lastlogin": account["lastaccess"], **same, **never}}


def _profile(form: Mapping[str, str], account: Mapping[str, Any]) -> dict[str, Any]:
    values = {field["shortname"]: field["value"] for field in account.get("customfields", ())}
    number = values.pop("national_id", "")
    state = "empty" if not number else "present" if _is_sound(number) else "invalid"
    known = {name: values.get(name) for name in ("name_ar", "name_en")} | {"phone": account.get("phone1")}
    told: dict[str, Any] = {
        "profile": [
            {"field": "national_id", "state": state, "value": None},
            *({"field": name, "state": "present" if value else "empty", "value": value or None}
              for name, value in known.items()),
        ],
        "national_id_duplicate": str(account["id"]) in classmates.SHARE_A_NUMBER if number else None,
    }  # fmt: skip
    if len(number) == _TEN and (key := form.get("idkey")):
        told |= {
            "national_id_key": hmac.new(bytes.fromhex(key), number.encode(), hashlib.sha256).hexdigest(),
            "national_id_end": number[-2:],
        }
    return told


def _in_course(told: Mapping[str, Told], mine: Mapping[str, Any], course: str) -> dict[str, Any]:
    person = str(mine["id"])
    starts, ends = classmates.ENROLLED
    shut = classmates.SHUT_OUT.get(person)
    enrolment = {
        "status": shut.status if shut else "active", "method": "manual", "timestart": starts,
        "timeend": shut.ended_at if shut and shut.ended_at else ends,
        "roles": [role["shortname"] for role in mine["roles"]],
        "groups": [{"id": group["id"], "name": group["name"]} for group in mine.get("groups", ())],
        "lastaccess": mine.get("lastcourseaccess", 0),
    }  # fmt: skip
    if course != classmates.COURSE:
        return {"courseended": True, "enrolment": enrolment}
    if all(role["shortname"] != "student" for role in mine["roles"]):
        return {"courseended": False, "enrolment": enrolment}
    sessions = told["mod_attendance_get_sessions"]({"attendanceid": "1"})
    marks = [mark for one in sessions for mark in one["attendance_log"] if str(mark["studentid"]) == person]
    points = {str(status["id"]): status["grade"] for one in sessions for status in one["statuses"]}
    attended = sum(points[mark["statusid"]] > 0 for mark in marks)
    issued = [row["issue"] for row in told["mod_customcert_list_issues"]({"customcertid": "1"})
              if str(row["user"]["id"]) == person]  # fmt: skip
    finished = person in classmates.FINISHED
    return {
        "courseended": False, "enrolment": enrolment,
        "attendance": {"held": len(marks), "attended": attended, "rate": round(attended / len(marks), 4),
                       "definition": _DEFINITION},
        "completion": {"completed": finished, "timecompleted": classmates.FINISHED_AT if finished else 0},
        "grade": {"state": "graded", "points": classmates.GRADES.get(person, 100.0), "min": 0.0, "max": 100.0,
                  "pass": 60.0},
        "certificates": [{"source": "customcert", "code": one["code"], "timecreated": one["timecreated"]}
                         for one in issued],
    }  # fmt: skip


def _is_sound(number: str) -> bool:
    if len(number) != _TEN or not number.isdecimal():
        return False
    return sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(number)) % _LUHN == 0
