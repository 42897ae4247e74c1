"""What stock functions tell of one course, read once for all who ask within half a minute.

A burst of 500 reports from one room asks the same questions 500 times: they share one flight and one answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from adapters.deadlines import Budget
from adapters.lms.moodle import stock_wire
from adapters.lms.moodle.profiles import Profiles, Seen, shown_fields
from adapters.lms.moodle.web_service import NotRead, WebService
from adapters.one_flight import OneFlight

ENROLLED = "core_enrol_get_enrolled_users"
CONTENTS = "core_course_get_contents"
ATTENDANCE = "mod_attendance_get_sessions"
CUSTOMCERT = "mod_customcert_list_issues"
ROOMS = frozenset({"bigbluebuttonbn", "zoom"})

_SECONDS = 30.0  # people, attendance, certificates
_ACTIVITIES_SECONDS = 300.0
_ISSUES_A_PAGE = 500
_ISSUE_PAGES = 4


@dataclass(frozen=True, slots=True)
class People:
    """Everybody enrolled in a course whom the token sees.

    Attributes:
        active: ids with an active enrolment, or why that is not known.
        others_without_group: whether somebody without a group is visible. In a course with separate groups that proves
            the sight of all; a token without `site:accessallgroups` gets its own groups' people, or silently nobody.
    """

    people: Mapping[str, Seen]
    active: frozenset[str] | NotRead
    shown: frozenset[str]
    others_without_group: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Activity:
    cmid: str
    instance: str | None
    module: str


@dataclass(frozen=True, slots=True)
class ClassHeld:
    """One session of an attendance activity. `marks` are status ids by person, `statuses` (acronym, points) by id."""

    session_id: str
    group_id: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    taken: bool
    listed: frozenset[str]
    marks: Mapping[str, str]
    statuses: Mapping[str, tuple[str, float]]
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Issued:
    """One certificate."""

    person_id: str
    code: str
    issued_at: datetime | None


@dataclass(frozen=True, slots=True)
class Certificates:
    """All certificates of one customcert activity."""

    issued: tuple[Issued, ...]
    read_at: datetime


class CourseReadings:
    """Reads courses of one site through its `WebService`."""

    def __init__(self, service: WebService, profiles: Profiles) -> None:
        self._service = service
        self._profiles = profiles
        clock = service.monotonic
        self._people: OneFlight[str, People | NotRead] = OneFlight(_SECONDS, monotonic=clock)
        self._activities: OneFlight[str, tuple[Activity, ...] | NotRead] = OneFlight(
            _ACTIVITIES_SECONDS, monotonic=clock
        )
        self._attendance: OneFlight[str, tuple[ClassHeld, ...] | NotRead] = OneFlight(_SECONDS, monotonic=clock)
        self._issued: OneFlight[str, Certificates | NotRead] = OneFlight(_SECONDS, monotonic=clock)

    def knows_people(self, course_id: str) -> bool:
        """Whether `people` would answer without a call."""
        return self._people.holds(course_id)

    def people(self, course_id: str, budget: Budget) -> People | NotRead:
        """The roster; `NotRead("silently_empty")` when nobody is visible, which is never "nobody is enrolled"."""
        return self._people.get(course_id, lambda: self._read_people(course_id, budget), budget)

    def activities(self, course_id: str, budget: Budget) -> tuple[Activity, ...] | NotRead:
        return self._activities.get(course_id, lambda: self._read_activities(course_id, budget), budget)

    def attendance(self, attendance_id: str, budget: Budget) -> tuple[ClassHeld, ...] | NotRead:
        """All sessions of one attendance activity (by instance id)."""
        return self._attendance.get(attendance_id, lambda: self._read_attendance(attendance_id, budget), budget)

    def certificates(self, customcert_id: str, budget: Budget) -> Certificates | NotRead:
        """Certificates of one customcert activity (by instance id)."""
        return self._issued.get(customcert_id, lambda: self._read_issued(customcert_id, budget), budget)

    def _read_people(self, course_id: str, budget: Budget) -> People | NotRead:
        at = self._service.clock()
        users = self._enrolled(course_id, {"userfields": self._profiles.wanted_fields()}, stock_wire.USERS, budget)
        if isinstance(users, NotRead):
            return users
        if not users:
            return NotRead("silently_empty")
        seen = [self._profiles.seen(user) for user in users]
        only = {"onlyactive": "1", "userfields": "id,fullname"}
        active = self._enrolled(course_id, only, stock_wire.PEOPLE, budget)
        return People(
            people={person.person_id: person for person in seen},
            active=active if isinstance(active, NotRead) else frozenset(person["id"] for person in active),
            shown=shown_fields(seen),
            others_without_group=any(not p.groups for p in seen if p.person_id != self._service.site(budget).user_id),
            at=at,
        )

    def may_see_all_groups(self, course_id: str, budget: Budget) -> frozenset[str]:
        """Ids of those who see every group of a course; nobody where the token may not ask."""
        asked = {"withcapability": "moodle/site:accessallgroups", "userfields": "id,fullname"}
        found = self._enrolled(course_id, asked, stock_wire.PEOPLE, budget)
        return frozenset() if isinstance(found, NotRead) else frozenset(person["id"] for person in found)

    def _enrolled(self, course_id: str, options: Mapping[str, str], schema: Any, budget: Budget) -> Any | NotRead:
        listed = [{"name": name, "value": value} for name, value in options.items()]
        return self._service.part(ENROLLED, {"courseid": course_id, "options": listed}, schema, budget)

    def _read_activities(self, course_id: str, budget: Budget) -> tuple[Activity, ...] | NotRead:
        params = {"courseid": course_id, "options": [{"name": "excludecontents", "value": "1"}]}
        sections = self._service.part(CONTENTS, params, stock_wire.SECTIONS, budget)
        if isinstance(sections, NotRead):
            return sections
        return tuple(
            Activity(module["id"], module["instance"], module["modname"])
            for section in sections
            for module in section["modules"]
        )

    def _read_attendance(self, attendance_id: str, budget: Budget) -> tuple[ClassHeld, ...] | NotRead:
        at = self._service.clock()
        rows = self._service.part(ATTENDANCE, {"attendanceid": attendance_id}, stock_wire.ATTENDANCE, budget)
        return rows if isinstance(rows, NotRead) else tuple(_class_held(row, at) for row in rows)

    def _read_issued(self, customcert_id: str, budget: Budget) -> Certificates | NotRead:
        at = self._service.clock()
        issued: list[Issued] = []
        for page in range(_ISSUE_PAGES):
            params = {"customcertid": customcert_id, "limit": _ISSUES_A_PAGE, "offset": page * _ISSUES_A_PAGE}
            rows = self._service.part(CUSTOMCERT, params, stock_wire.ISSUED, budget)
            if isinstance(rows, NotRead):
                return rows
            issued += [Issued(r["user"]["id"], r["issue"]["code"], r["issue"]["timecreated"]) for r in rows]
            if len(rows) < _ISSUES_A_PAGE:
                return Certificates(tuple(issued), at)
        return NotRead("not_offered")  # thousands of certificates: half a list would make gaps of the other half


def _class_held(row: Mapping[str, Any], at: datetime) -> ClassHeld:
    starts_at = row["sessdate"]
    return ClassHeld(
        session_id=row["id"],
        group_id=row["groupid"],
        starts_at=starts_at,
        ends_at=starts_at + timedelta(seconds=row["duration"]) if starts_at else None,
        taken=bool(row.get("lasttaken")),
        listed=row["users"],
        marks=row["attendance_log"],
        statuses={status["id"]: (status["acronym"], status["grade"]) for status in row["statuses"]},
        read_at=at,
    )
