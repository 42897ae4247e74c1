"""Dates and people of courses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from adapters.deadlines import Budget
from adapters.errors import Malformed
from adapters.lms.moodle import plugin_wire, stock_wire
from adapters.lms.moodle.course_reading import CourseReadings, People
from adapters.lms.moodle.web_service import NotRead, WebService
from adapters.lms.moodle.wire import shaped
from adapters.lms.port import RUNNING_AT_MOST, RUNS_SOON, UNKNOWN, CourseInfo, Member, Unknown

COURSE = "local_nidaa_get_course"
COURSES = "core_course_get_courses_by_field"
COURSES_A_CALL = 50
_SEPARATE_GROUPS = 1
_SITE_COURSE = "1"  # Moodle's front page

Role = Literal["trainee", "trainer", "room_manager"]
Limits = Mapping[str, frozenset[str] | Unknown] | Unknown | None
# Stock functions tell roles by shortname only; the plugin tells them by capability.
DEFAULT_ROLES: Mapping[str, Role] = {
    "student": "trainee",
    "teacher": "trainer",
    "editingteacher": "trainer",
    "roommanager": "room_manager",
}
_WIRE_ROLES: Mapping[str, Role] = {"trainers": "trainer", "roommanagers": "room_manager", "trainees": "trainee"}


class Roster:
    """Reads courses of one site. `roles` maps a role's shortname to ours; other roles are nobody's."""

    def __init__(self, service: WebService, readings: CourseReadings, roles: Mapping[str, Role]) -> None:
        self._service = service
        self._readings = readings
        self._roles = dict(roles)

    def from_plugin(self, course_ids: Sequence[str], budget: Budget) -> dict[str, CourseInfo]:
        found: dict[str, CourseInfo] = {}
        for start in range(0, len(course_ids), COURSES_A_CALL):
            some = list(course_ids[start : start + COURSES_A_CALL])
            told = self._service.call(COURSE, {"courseids": some}, plugin_wire.COURSES, budget)
            found |= {row["id"]: _from_wire(row) for row in told["courses"] if row["id"] in some}
        return found

    def from_stock(self, course_ids: Sequence[str], budget: Budget) -> dict[str, CourseInfo]:
        found: dict[str, CourseInfo] = {}
        for row in self._courses(course_ids, budget):
            course_id = row["id"]
            notes: list[str] = []
            if "startdate" not in row or "enddate" not in row:
                notes.append("dates: capability_missing")
            if "idnumber" not in row:
                notes.append("idnumber: capability_missing")
            people = self._readings.people(course_id, budget)
            members: tuple[Member, ...] | None = None
            if isinstance(people, NotRead):
                notes.append(f"members: {people.note}")
            else:
                limits = self._limits(course_id, people, row.get("groupmode"), budget)
                members = self._members(people, row.get("groupmode"), limits)
                if members is None:
                    notes.append("members: silently_empty")
            found[course_id] = CourseInfo(
                course_id=course_id,
                name=row.get("fullname") or None,
                idnumber=row.get("idnumber") or None,
                starts_at=row.get("startdate"),
                ends_at=row.get("enddate"),
                members=members,
                notes=tuple(notes),
            )
        return found

    def running(self, budget: Budget) -> list[CourseInfo]:
        """Visible courses with dates that say that they run; without their dates (a weak token) nothing can tell."""
        told = self._service.call(COURSES, {}, stock_wire.COURSE_LISTING, budget)
        now = self._service.clock()
        found = [info for row in told["courses"] if (info := _running(row, now)) is not None]
        return sorted(found, key=lambda info: info.starts_at or now, reverse=True)[:RUNNING_AT_MOST]

    def _courses(self, course_ids: Sequence[str], budget: Budget) -> list[Mapping[str, Any]]:
        """Course records. One id that is gone makes Moodle fail inside the bulk call (seen on 4.5): then one by one."""
        found: list[Mapping[str, Any]] = []
        for start in range(0, len(course_ids), COURSES_A_CALL):
            some = course_ids[start : start + COURSES_A_CALL]
            told = self._asked("ids", ",".join(some), budget)
            if told is not None:
                found += told
            elif len(some) > 1:
                for course_id in some:
                    found += self._asked("id", course_id, budget) or ()
        return [row for row in found if row["id"] in course_ids]

    def _asked(self, field: str, value: str, budget: Budget) -> list[Mapping[str, Any]] | None:
        told = self._service.part(COURSES, {"field": field, "value": value}, stock_wire.COURSES, budget)
        return None if isinstance(told, NotRead) else told["courses"]

    def _limits(self, course_id: str, people: People, group_mode: int | None, budget: Budget) -> Limits:
        """Whom each sees, by id; None: everybody sees everybody, or, with `UNKNOWN`, nobody tells."""
        if group_mode is None:
            return UNKNOWN
        if group_mode != _SEPARATE_GROUPS:
            return None
        # Moodle leaves the key out for whoever is in none; where it shows nobody's, it may be hiding all of them.
        shown = any(one.groups for one in people.people.values())
        # Who sees all groups is told to whoever may review roles; without that, each has the own groups alone.
        all_groups = self._readings.may_see_all_groups(course_id, budget)
        return {
            one.person_id: frozenset(group for group, _name in one.groups or ()) if shown else UNKNOWN
            for one in people.people.values()
            if one.person_id not in all_groups
        }

    def _members(self, people: People, group_mode: int | None, limits: Limits) -> tuple[Member, ...] | None:
        """Everybody with a role of ours, or None when the list may be only the part that the token sees.

        Two silences: separate groups without `site:accessallgroups`, and without `user:viewdetails` the course's
        contacts alone.
        """
        members = tuple(
            Member(person.person_id, role, person.name, _seen_by(person.person_id, limits))
            for person in people.people.values()
            for role in dict.fromkeys(self._roles[name] for name in person.roles or () if name in self._roles)
        )
        may_be_a_part = group_mode in {None, _SEPARATE_GROUPS} and not people.others_without_group
        if may_be_a_part or not any(member.role == "trainee" for member in members):
            return None
        return members


def _seen_by(person_id: str, limits: Limits) -> frozenset[str] | Unknown | None:
    return limits if limits is None or isinstance(limits, Unknown) else limits.get(person_id)


def _running(row: Mapping[str, Any], now: datetime) -> CourseInfo | None:
    try:
        course = shaped(stock_wire.LISTED_COURSE, row, COURSES)
    except Malformed:
        return None
    starts_at, ends_at = course.get("startdate"), course.get("enddate")
    if course["id"] == _SITE_COURSE or not course["visible"]:
        return None
    if starts_at is None or starts_at > now + RUNS_SOON or "enddate" not in course or (ends_at and ends_at <= now):
        return None
    return CourseInfo(
        course_id=course["id"],
        name=course.get("fullname") or None,
        idnumber=course.get("idnumber") or None,
        starts_at=starts_at,
        ends_at=ends_at,
        members=None,
    )


def _sees(told: Any) -> frozenset[str] | Unknown | None:
    return frozenset(told) if isinstance(told, list) else told


def _from_wire(row: Mapping[str, Any]) -> CourseInfo:
    unread = [key for key in _WIRE_ROLES if row[key] is None]
    members = tuple(
        Member(person["userid"], role, person["fullname"], _sees(person.get("groups")))
        for key, role in _WIRE_ROLES.items()
        for person in row[key] or ()
    )
    return CourseInfo(
        course_id=row["id"],
        name=row["fullname"],
        idnumber=row["idnumber"],
        starts_at=row["startdate"],
        ends_at=row["enddate"],
        members=None if "trainees" in unread or not members else members,
        notes=tuple(f"{key}: capability_missing" for key in unread),
    )
