"""What the token can and cannot do, told so that an administrator can mend it.

Moodle does not list capabilities, so they are tried out on a course that is running: what comes back silently empty
is told with the capability that usually causes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.deadlines import Budget
from adapters.errors import AdapterError, Refused
from adapters.lms.moodle import stock_wire
from adapters.lms.moodle.course_reading import (
    ATTENDANCE,
    CONTENTS,
    CUSTOMCERT,
    ENROLLED,
    Activity,
    CourseReadings,
    People,
)
from adapters.lms.moodle.plugin_facts import FACTS
from adapters.lms.moodle.presence import MEETING, PRESENCE
from adapters.lms.moodle.profiles import Profiles
from adapters.lms.moodle.roster import COURSE, COURSES
from adapters.lms.moodle.stock_facts import COMPLETION, GRADES
from adapters.lms.moodle.telling import MESSAGES, NOTIFY
from adapters.lms.moodle.timetable import CALENDAR, SESSIONS, ZOOM
from adapters.lms.moodle.user_records import PROFILES, USERS
from adapters.lms.moodle.web_service import NotRead, WebService
from adapters.lms.moodle.writing import Writing
from adapters.lms.port import Finding

_PLUGIN: Mapping[str, str] = {
    FACTS: "facts cost many calls; why an enrolment is not active, its dates, lock-outs, most certificates and "
    "completion in a burst stay unknown",
    SESSIONS: "sessions are known only from attendance lists and single Zoom meetings",
    COURSE: "trainers and room managers are guessed from role names instead of capabilities",
    PRESENCE: "how many people are in a live room costs a call for each room",
    NOTIFY: "messages are not idempotent: one may arrive twice after a crash",
}
# Function → what its absence costs while the plugin function (second) does not stand in for it.
_STOCK: Mapping[str, tuple[str, str]] = {
    PROFILES: ("account facts and certificate data inside courses stay unknown", FACTS),
    USERS: ("account facts outside courses (who cannot log in?) stay unknown", FACTS),
    ENROLLED: ("enrolment, rosters and proven gaps in certificate data stay unknown", FACTS),
    CONTENTS: ("attendance, certificates and sessions stay unknown: a course's activities cannot be listed", FACTS),
    ATTENDANCE: ("attendance and most sessions stay unknown", FACTS),
    CUSTOMCERT: ("certificates of the customcert activity stay unknown", FACTS),
    COMPLETION: ("completion stays unknown", FACTS),
    GRADES: ("the course's grade stays unknown", FACTS),
    # Nothing stands in for it: the plugin tells of courses that are named, not of those that run.
    COURSES: ("which courses run stays unknown: a class opens the desk only after a report from its course", ""),
    ZOOM: ("times of Zoom meetings stay unknown", SESSIONS),
    CALENDAR: ("sessions that only the calendar knows are missed", SESSIONS),
    MEETING: ("how many people are in a live room stays unknown", PRESENCE),
    MESSAGES: ("nobody can be told inside the LMS", NOTIFY),
}
_UNWANTED: Mapping[str, str] = {
    "mod_bigbluebuttonbn_get_join_url": "it hands out the live room's password: take it out of the service",
}


def examine(
    service: WebService, readings: CourseReadings, profiles: Profiles, writing: Writing, budget: Budget
) -> list[Finding]:
    """One line each. Whatever fails on the way becomes a line, so that the rest is still told."""
    try:
        site = service.site(budget)
    except Refused as error:
        return [Finding("error", error.reason, "nothing can be read from this LMS and nobody told in it")]
    except AdapterError as error:
        return [Finding("error", error.reason, "the LMS does not answer: facts and messages wait until it does")]
    found = [Finding("ok", f"the token is accepted by Moodle {site.release}".rstrip())]
    if site.is_admin:
        found.append(
            Finding("warning", "the token belongs to a site administrator", "a stolen token could do anything")
        )
    found += _functions(site.functions)
    found += writing.check(budget)
    if not set(_PLUGIN) <= site.functions:
        try:
            found += _capabilities(service, readings, profiles, budget)
        except AdapterError as error:
            found.append(Finding("warning", error.reason, "capabilities could not be tried out"))
    return found


def _functions(offered: frozenset[str]) -> list[Finding]:
    found = [
        Finding("warning", f"function {name} is missing (local_nidaa)", costs)
        for name, costs in _PLUGIN.items()
        if name not in offered
    ]
    found += [
        Finding("warning", f"function {name} is missing", costs)
        for name, (costs, stand_in) in _STOCK.items()
        if name not in offered and stand_in not in offered
    ]
    found += [
        Finding("warning", f"function {name} is in the service", why)
        for name, why in _UNWANTED.items()
        if name in offered
    ]
    return found


def _capabilities(service: WebService, readings: CourseReadings, profiles: Profiles, budget: Budget) -> list[Finding]:
    course_id = _a_course(service, budget)
    if course_id is None:
        why = "capabilities could not be tried out"
        return [Finding("warning", "capability moodle/course:view: the token sees no course with dates", why)]
    found: list[Finding] = []
    people = readings.people(course_id, budget)
    if isinstance(people, NotRead):
        which = "moodle/site:accessallgroups, moodle/user:viewdetails"
        if people.note != "silently_empty":
            which = "moodle/course:view, moodle/course:viewparticipants"
        costs = "enrolment, rosters and gaps in certificate data stay unknown"
        found.append(
            Finding("warning", f"capability {which}: no participants of course {course_id} are visible", costs)
        )
    else:
        found += _about_people(people, profiles, course_id)
    return found + _about_activities(readings, course_id, budget)


def _a_course(service: WebService, budget: Budget) -> str | None:
    """The visible course that started last: it most probably has people, sessions and certificates."""
    told = service.part(COURSES, {}, stock_wire.COURSES, budget)
    if isinstance(told, NotRead):
        return None
    now = service.clock()
    dated: list[Mapping[str, Any]] = [
        course
        for course in told["courses"]
        if course["id"] != "1" and course.get("startdate") and course["startdate"] <= now
    ]
    return max(dated, key=lambda course: course["startdate"])["id"] if dated else None


def _about_people(people: People, profiles: Profiles, course_id: str) -> list[Finding]:
    found: list[Finding] = []
    if isinstance(people.active, NotRead):
        costs = "active enrolments cannot be told from suspended, ended and future ones"
        found.append(Finding("warning", "capability moodle/course:enrolreview", costs))
    if not people.others_without_group:
        costs = "in courses with separate groups only a part of the people is visible, so nobody is called not enrolled"
        found.append(Finding("warning", "capability moodle/site:accessallgroups", costs))
    for name, theirs in profiles.mapping.items():
        if name not in people.shown:
            which = "moodle/site:viewuseridentity with $CFG->showuseridentity, or moodle/user:viewalldetails"
            subject = f"profile field {theirs} is not visible for anybody in course {course_id} (capability {which})"
            found.append(Finding("warning", subject, f"profile.{name} stays unknown, so its absence is never a gap"))
    return found


def _about_activities(readings: CourseReadings, course_id: str, budget: Budget) -> list[Finding]:
    activities = readings.activities(course_id, budget)
    if isinstance(activities, NotRead):
        costs = "attendance, certificates and sessions stay unknown"
        return [Finding("warning", f"capability moodle/course:view: activities of course {course_id}", costs)]
    found: list[Finding] = []
    attendance = _first(activities, "attendance")
    if attendance and isinstance(readings.attendance(attendance, budget), NotRead):
        found.append(
            Finding("warning", "capability mod/attendance:takeattendances", "attendance and its sessions stay unknown")
        )
    customcert = _first(activities, "customcert")
    if customcert and isinstance(readings.certificates(customcert, budget), NotRead):
        found.append(
            Finding("warning", "capability mod/customcert:viewallcertificates", "customcert certificates stay unknown")
        )
    return found


def _first(activities: tuple[Activity, ...], module: str) -> str | None:
    return next((a.instance for a in activities if a.module == module and a.instance), None)
