"""The class as the demo tells it, laid over the recordings: who has been here, whose data lack what, who has finished.

The recorded Moodle was an empty laboratory: nobody had ever logged in, no number of identity had a right check digit,
and nobody could say whether a certificate of the second kind was there. Everything else is told as it was recorded, and
the recordings are never changed.

How they stand: Ahmad has the certificate; Noura has finished and has not opened hers; Reem and Hind lack nothing yet.
Abdullah's telephone and English name are missing, Fatimah's telephone and number. Muhammad's profile is empty, and he
comes to half of the classes. Yousef's names are swapped, his number is a digit short, and he has come twice. Sultan's
enrolment is over, and Latifah, who is suspended, has his number. Bandar never logged in.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

COURSE: Final = "2"
COURSE_CODES: Final[Mapping[str, str]] = MappingProxyType({"2": "CRS-CYB-101-R7", "3": "CRS-PMP-204-R3"})
"""What an export of a register calls the courses."""
NEVER_IN: Final = "16"
FINISHED: Final = frozenset({"6", "7"})
GRADES: Final[Mapping[str, float]] = MappingProxyType({"7": 93.75, "8": 93.75, "10": 50.0, "12": 25.0, NEVER_IN: 0.0})
"""Of a hundred, by attendance; who is not named always came."""

_CLASS_START: Final = 1_795_344_722  # on the recordings' clock, which lms.py moves
_DAY, _MINUTE, _HALF_YEAR = 86_400, 60, 180 * 86_400
FINISHED_AT: Final = 1_795_344_123
ENROLLED: Final = (1_793_616_041, 1_797_504_041)  # as long as the course
_COMES_TWICE: Final = "12"
_SAME_NUMBER: Final = {"15": "14"}
SHARE_A_NUMBER: Final = frozenset({"14", "15"})
_PRESENT, _ABSENT = "5", "6"  # of the recorded attendance's statuses
_UNREADABLE: Final = "coursecertificate"  # no stock function tells who has one, so beside it nobody's is known


@dataclass(frozen=True, slots=True)
class Shut:
    """Somebody whom the LMS shuts out: why, since when, and how long before the class they were last there."""

    status: str
    seen_before: int
    ended_at: int = 0


SHUT_OUT: Final[Mapping[str, Shut]] = MappingProxyType(
    {"14": Shut("ended", 9 * _DAY, _CLASS_START - 8 * _DAY), "15": Shut("suspended", 16 * _DAY)}
)


def person(account: Mapping[str, Any]) -> dict[str, Any]:
    """An account or a row of the people enrolled, with the moments and the number of a person of this class."""
    told, id_ = deepcopy(dict(account)), str(account["id"])
    if id_ == NEVER_IN:
        return _numbered(told, id_)
    seen = _CLASS_START - (SHUT_OUT[id_].seen_before if id_ in SHUT_OUT else int(id_) * _MINUTE)
    first = _CLASS_START - _HALF_YEAR + int(id_) * _DAY
    told |= {key: seen for key in ("lastaccess", "lastcourseaccess") if key in told}
    return _numbered(told | ({"firstaccess": first} if "firstaccess" in told else {}), id_)


def attendance(sessions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lists of the classes: who never logged in was in none, and one came twice."""
    told = deepcopy(sessions)
    for number, session in enumerate(told):
        for mark in session["attendance_log"]:
            if str(mark["studentid"]) == NEVER_IN:
                mark["statusid"] = _ABSENT
            if str(mark["studentid"]) == _COMES_TWICE and number >= len(told) - 2:
                mark["statusid"] = _PRESENT
    return told


def contents(sections: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The course with its one kind of certificate."""
    return [
        section | {"modules": [one for one in section["modules"] if one["modname"] != _UNREADABLE]}
        for section in sections
    ]


def completion(recorded: Mapping[str, Any], person_id: str) -> dict[str, Any]:
    """Who has finished; of the others the course still asks something, for it runs."""
    told = deepcopy(dict(recorded))
    if "completionstatus" in told and person_id not in FINISHED:
        told["completionstatus"]["completed"] = False
        for one in told["completionstatus"]["completions"]:
            one |= {"complete": False, "status": "No", "timecompleted": None}
    return told


def course(recorded: Mapping[str, Any]) -> dict[str, Any]:
    """A course with its code."""
    return {**recorded, "idnumber": COURSE_CODES[str(recorded["id"])]}


def _numbered(told: dict[str, Any], id_: str) -> dict[str, Any]:
    """Whole numbers have a right check digit; so low a number is nobody's who might read this."""
    for field in told.get("customfields", ()):
        value = field["value"]
        if field["shortname"] == "national_id" and len(value) == 10:
            number = f"{value[0]}000010{_SAME_NUMBER.get(id_, id_):0>2}"
            number += str(_check_digit(number))
            field |= {key: number for key in ("value", "displayvalue") if key in field}
    return told


def _check_digit(nine: str) -> int:
    doubled = (sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(nine))
    return -sum(doubled) % 10
