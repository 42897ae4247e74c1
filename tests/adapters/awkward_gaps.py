"""The gaps of every awkward trainee of the seed, exactly: from the recordings, and again from a running Moodle.

`invalid` stands with everybody who has a number: the seed's are invented, and none has a right check digit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from adapters.lms.port import PairFacts
from sidecar.domain.readiness import Readiness, cause, readiness
from sidecar.domain.report import Gap
from sidecar.journey.enrichment import facts_of
from sidecar.policy.load import load, shipped

_G = Gap
RULES = load(shipped()).certificate
INVALID, DUPLICATE = _G.NATIONAL_ID_INVALID, _G.NATIONAL_ID_DUPLICATE


@dataclass(frozen=True, slots=True)
class Wanted:
    """Gaps in the course and in the data, what stays unknown, and the one answer to "where is my certificate?"."""

    gaps: frozenset[Gap]
    unknown: frozenset[str]
    cause: str


def _of(cause: str, *gaps: Gap, unknown: str = "") -> Wanted:
    return Wanted(frozenset(gaps), frozenset(unknown.split()), cause)


_UNREAD = "attendance completion"
_T05 = (_G.NATIONAL_ID_MISSING, _G.NAME_AR_MISSING, _G.NAME_EN_MISSING)
_T07 = (INVALID, _G.PHONE_MISSING, _G.NAME_MISMATCH)
_ELSEWHERE = ("not_enrolled", _G.NOT_ENROLLED)

WITH_PLUGIN: Mapping[str, Mapping[str, Wanted]] = {
    "c1": {  # it is running: nobody has failed to complete it
        "t01": _of("issued", INVALID, DUPLICATE),
        "t02": _of("certificate_not_issued", _G.CERTIFICATE_NOT_ISSUED, INVALID),
        "t03": _of("running", INVALID, _G.NAME_EN_MISSING, _G.PHONE_MISSING),
        "t04": _of("running", _G.NATIONAL_ID_MISSING, _G.PHONE_MISSING),
        "t05": _of("attendance_below", _G.ATTENDANCE_BELOW, *_T05),
        "t06": _of("issued", INVALID),
        "t07": _of("attendance_below", _G.ATTENDANCE_BELOW, *_T07),
        "t08": _of("running", INVALID),
        "t09": _of("enrolment_ended", _G.ENROLMENT_ENDED, INVALID),
        "t10": _of("enrolment_suspended", _G.ENROLMENT_SUSPENDED, INVALID, DUPLICATE),
        "t11": _of("enrolment_not_started", _G.ENROLMENT_NOT_STARTED, INVALID),
        "t12": _of(*_ELSEWHERE, INVALID, unknown=_UNREAD),
    },
    "c2": {  # it is over
        "t01": _of("issued", INVALID, DUPLICATE),
        "t02": _of("issued", INVALID),
        "t03": _of("not_completed", _G.NOT_COMPLETED, INVALID, _G.NAME_EN_MISSING, _G.PHONE_MISSING),
        "t04": _of("issued", _G.NATIONAL_ID_MISSING, _G.PHONE_MISSING),
        "t05": _of("attendance_below", _G.ATTENDANCE_BELOW, _G.NOT_COMPLETED, *_T05),
        "t06": _of(*_ELSEWHERE, INVALID, unknown=_UNREAD),
        "t07": _of(*_ELSEWHERE, *_T07, unknown=_UNREAD),
        "t08": _of(*_ELSEWHERE, INVALID, unknown=_UNREAD),
        "t09": _of(*_ELSEWHERE, INVALID, unknown=_UNREAD),
        "t10": _of(*_ELSEWHERE, INVALID, DUPLICATE, unknown=_UNREAD),
        "t11": _of(*_ELSEWHERE, INVALID, unknown=_UNREAD),
        "t12": _of("not_completed", _G.NOT_COMPLETED, INVALID),
    },
}

# Completion is asked for few people at a time, and the second kind of certificate is told by no stock function; why an
# enrolment is not active neither. So more stays unknown, and less is called a gap.
_C1 = "completion certificate"
WITHOUT_PLUGIN: Mapping[str, Mapping[str, Wanted]] = {
    "c1": {
        "t01": _of("issued", INVALID, DUPLICATE, unknown="completion"),
        "t02": _of("unknown", INVALID, unknown=_C1),
        "t03": _of("unknown", INVALID, _G.NAME_EN_MISSING, _G.PHONE_MISSING, unknown=_C1),
        "t04": _of("unknown", _G.NATIONAL_ID_MISSING, _G.PHONE_MISSING, unknown=_C1),
        "t05": _of("attendance_below", _G.ATTENDANCE_BELOW, *_T05, unknown=_C1),
        "t06": _of("unknown", INVALID, unknown=_C1),
        "t07": _of("attendance_below", _G.ATTENDANCE_BELOW, *_T07, unknown=_C1),
        "t08": _of("unknown", INVALID, unknown=_C1),
        "t09": _of("unknown", INVALID, unknown=f"enrolment {_C1}"),
        "t10": _of("unknown", INVALID, DUPLICATE, unknown=f"enrolment {_C1}"),
        "t11": _of("unknown", INVALID, unknown=f"enrolment {_C1}"),
        "t12": _of(*_ELSEWHERE, INVALID, unknown=f"attendance {_C1}"),
    }
}


def judged(told: PairFacts, now: datetime) -> Readiness:
    """The checklist of one person, by the policy that ships."""
    return readiness(facts_of(told, now), RULES, now=now)


def found(told: PairFacts, now: datetime) -> Wanted:
    """The checklist in the shape of the tables."""
    checklist = judged(told, now)
    unknown = frozenset(item.what for item in checklist.unknown)
    return Wanted(frozenset(item.gap for item in checklist.gaps if item.gap), unknown, cause(checklist).key)
