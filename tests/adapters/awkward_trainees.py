"""What the plugin tells of every awkward trainee of the seed, exactly: recorded, and asked of a running Moodle."""

from __future__ import annotations

from typing import Any

from adapters.lms.port import UNKNOWN

# The seed's numbers are invented and none has a right check digit, so each "needs review".
_USUAL: dict[str, Any] = {
    "account.exists": True,
    "account.suspended": False,
    "account.confirmed": True,
    "account.auth": "manual",
    "account.locked_out": False,
    "account.email_bouncing": UNKNOWN,  # the seed's Moodle does not count returned mail
    "profile.national_id": "invalid",
    "profile.national_id_duplicate": False,
}
_NOT_ENROLLED: dict[str, Any] = {
    "enrolment.status": "not_enrolled",
    "enrolment.method": UNKNOWN,
    "enrolment.roles": [],
    "enrolment.groups": [],
    "enrolment.starts_at": UNKNOWN,
    "attendance.held": 0,
    "attendance.attended": 0,
    "attendance.rate": UNKNOWN,
    "completion.completed": UNKNOWN,
    "completion.completed_at": UNKNOWN,
    "grade.course": UNKNOWN,
    "grade.shown": UNKNOWN,
    "certificates": [],
}


def _enrolled(held: int, attended: int, **more: Any) -> dict[str, Any]:
    told = {
        "enrolment.status": "active",
        "enrolment.method": "manual",
        "enrolment.roles": ["student"],
        "attendance.held": held,
        "attendance.attended": attended,
        "attendance.rate": attended / held,
        "completion.completed": False,
        "completion.completed_at": None,
        "grade.course": attended / held,  # the attendance list is all that these courses grade
        "grade.pass_mark": None,
        "grade.passed": None,
        "grade.shown": True,
        "certificates": [],
    }
    if more.get("completion.completed"):
        del told["completion.completed_at"]
    return {**told, **more}


DONE = {"completion.completed": True}
_PROFILES: dict[str, dict[str, Any]] = {
    "t01": {"profile.national_id_duplicate": True, "profile.name_en": "Ahmed Saad Alqahtani"},
    "t02": {"profile.phone": "0551000002"},
    "t03": {"profile.phone": None, "profile.name_en": None},
    "t04": {"profile.phone": None, "profile.national_id": None},
    "t05": {"profile.national_id": None, "profile.name_ar": None, "profile.name_en": None},
    "t06": {"profile.phone": "+966551000006"},
    "t07": {"profile.phone": None, "profile.name_ar": "Yousef Alenezi", "profile.name_en": "يوسف العنزي"},
    "t08": {"profile.email": "t08@trainees.invalid"},  # hidden from everybody
    "t09": {},
    "t10": {"profile.national_id_duplicate": True},
    "t11": {},
    "t12": {"profile.phone": "0551000012"},
}
_RUNNING: dict[str, dict[str, Any]] = {
    "t01": _enrolled(8, 8, **DONE, certificates=["customcert"]),
    "t02": _enrolled(8, 8, **DONE, **{"grade.course": 0.9375}),  # late once: half the points of a class
    "t03": _enrolled(8, 8, **{"grade.course": 0.9375}),
    "t04": _enrolled(8, 8),
    "t05": _enrolled(8, 4),
    "t06": _enrolled(8, 8, certificates=["coursecertificate"]),
    "t07": _enrolled(8, 0),
    "t08": _enrolled(8, 8),
    "t09": _enrolled(8, 8, **{"enrolment.status": "ended", "enrolment.groups": []}),
    "t10": _enrolled(8, 8, **{"enrolment.status": "suspended", "enrolment.groups": []}),
    "t11": _enrolled(8, 8, **{"enrolment.status": "not_started", "enrolment.groups": []}),
    "t12": _NOT_ENROLLED,
}
_OVER: dict[str, dict[str, Any]] = {
    "t01": _enrolled(10, 10, **DONE, certificates=["customcert", "coursecertificate"]),
    "t02": _enrolled(10, 10, **DONE, **{"grade.course": 0.95}, certificates=["customcert"]),
    "t03": _enrolled(10, 10, **{"grade.course": 0.95}),
    "t04": _enrolled(10, 10, **DONE, certificates=["coursecertificate"]),
    "t05": _enrolled(10, 5),
    **{f"t{number:02d}": _NOT_ENROLLED for number in range(6, 12)},
    "t12": _enrolled(10, 10),
}
COURSES = {"c1": _RUNNING, "c2": _OVER}
TRAINEES = tuple(_PROFILES)


def expected(who: str, course: str) -> dict[str, Any]:
    """Facts by name; `certificates` are the sources of `certificate.issued`."""
    return {**_USUAL, **_PROFILES[who], **COURSES[course][who]}


def compared(values: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """Of the facts told those that are wanted, in the same shape."""
    told = {name: values[name].value for name in wanted if name != "certificates"}
    issued = values["certificate.issued"].value
    return {**told, "certificates": issued if issued is UNKNOWN else [each["source"] for each in issued]}
