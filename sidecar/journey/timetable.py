"""Sessions and rosters of running courses, kept as the LMS last told them.

Which courses run is asked slowly (`LISTED_EVERY`, one call a site and worker), so that a Friday class opens the desk
though no report has named its course. Their sessions are asked for fifty courses a sweep (every 30 seconds) and site,
longest waiting first: up to 500 courses have their turn every five minutes, 2000 every twenty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

import structlog
from sqlalchemy.exc import DataError, IntegrityError

from adapters.errors import AdapterError
from adapters.lms.port import UNKNOWN, CourseInfo, Lms, Sessions
from sidecar.domain.case import OPEN_STATES
from sidecar.domain.plain_text import unturned
from sidecar.domain.roster import sight_text
from sidecar.runtime import Runtime
from sidecar.store import cases, deadlines, timetable

log = structlog.get_logger(__name__)

EVERY = timedelta(minutes=5)
LISTED_EVERY = timedelta(hours=1)
_BEHIND = timedelta(days=1)
_AHEAD = timedelta(days=21)
_ASKED_TOGETHER = 10  # each question has one deadline for all its courses, and without the plugin many calls
_WRITTEN_TOGETHER = 50
_NAME, _IDNUMBER = 300, 128  # as long as the columns
_RUNNING = timedelta(days=14)  # a course that a report named within this is looked after, whatever its dates say


# When this process next asks a site which courses run. Another worker may ask as well: it writes only what is new.
_next_listing: WeakKeyDictionary[Lms, datetime] = WeakKeyDictionary()


def refresh(runtime: Runtime) -> int:
    """Look again at up to fifty courses of each site that are due for it; returns how many were asked about.

    An LMS that does not answer leaves everything as it was; the courses' turn comes again after `EVERY`.
    """
    asked = 0
    for site_id, lms in sorted(runtime.lms.items()):
        now = runtime.clock()
        _list_running(runtime, site_id, lms, now)
        with runtime.db.write() as conn:  # marking them is the claim: other workers pass them by
            due = timetable.claim_courses(conn, site_id, now, asked_before=now - EVERY, running_since=now - _RUNNING)
        if due:
            _refresh_site(runtime, site_id, lms, due, now)
            asked += len(due)
    return asked


def _list_running(runtime: Runtime, site_id: str, lms: Lms, now: datetime) -> None:
    """Watch every course that the LMS says is running; one that it does not tell of is watched as before."""
    if now < _next_listing.get(lms, now):
        return
    _next_listing[lms] = now + EVERY  # until it has told
    try:
        told = {info.course_id: info for info in lms.running_courses()}
    except AdapterError as error:
        log.warning("running_courses_not_listed", site=site_id, error=type(error).__name__, code=error.code)
        return
    _next_listing[lms] = now + LISTED_EVERY
    with runtime.db.read() as conn:
        known = timetable.dates_of(conn, site_id)
    rows = [
        {"site_id": site_id, "course_id": course_id, **_about(info)}
        for course_id, info in told.items()
        if known.get(course_id) != (info.starts_at, info.ends_at)
    ]
    for start in range(0, len(rows), _WRITTEN_TOGETHER):
        with runtime.db.write() as conn:
            timetable.note_running(conn, rows[start : start + _WRITTEN_TOGETHER])


def _about(info: CourseInfo) -> dict[str, Any]:
    return {
        "name": info.name and unturned(info.name)[:_NAME],
        "idnumber": info.idnumber and info.idnumber[:_IDNUMBER],
        "starts_at": info.starts_at,
        "ends_at": info.ends_at,
    }


def _refresh_site(runtime: Runtime, site_id: str, lms: Lms, course_ids: list[str], now: datetime) -> None:
    since, until = now - _BEHIND, now + _AHEAD
    moved = False
    for start in range(0, len(course_ids), _ASKED_TOGETHER):
        some = course_ids[start : start + _ASKED_TOGETHER]
        try:
            moved |= _keep_sessions(runtime, site_id, some, lms.sessions(some, since, until), since, until)
            _keep_courses(runtime, site_id, lms.courses(some))
        except AdapterError as error:
            log.warning("timetable_not_refreshed", site=site_id, error=type(error).__name__, code=error.code)
    if moved:
        _count_again(runtime)


def _keep_sessions(
    runtime: Runtime, site_id: str, course_ids: list[str], told: Sessions, since: datetime, until: datetime
) -> bool:
    """Returns whether the hours of any class are others now."""
    known = [course for course in course_ids if course not in told.unknown_courses]
    now = runtime.clock()
    rows = [
        {
            "key": s.key,
            "course_id": s.course_id,
            "activity_id": s.activity_id,
            "group_id": s.group_id,
            "starts_at": s.starts_at,
            "ends_at": s.ends_at,
            "platform": s.platform,
            "source": s.source,
            "fetched_at": now,
        }
        for s in told.found
    ]

    def replace(of: list[str]) -> bool:
        found = [row for row in rows if row["course_id"] in of]
        replaced = [course for course in known if course in of]
        with runtime.db.write() as conn:
            before = timetable.hours_of(conn, site_id, of, since, until)
            timetable.replace_sessions(conn, site_id, replaced, since=since, until=until, found=found)
            return timetable.hours_of(conn, site_id, of, since, until) != before

    try:
        return replace(course_ids)
    except (DataError, IntegrityError):  # one of them cannot be stored: the others can
        moved = [_stored(site_id, course, partial(replace, [course])) for course in course_ids]
        return any(moved)


def _stored(site_id: str, course_id: str, store: Callable[[], bool]) -> bool:
    """What `store` says; False, and a line without what was told, when the database does not take it."""
    try:
        return store()
    except (DataError, IntegrityError) as error:
        log.warning("timetable_not_stored", site=site_id, course=course_id, error=type(error).__name__)
        return False


def _count_again(runtime: Runtime) -> None:
    """Deadlines that count by live sessions follow the timetable, whichever site's class it is (P10)."""
    calendars = runtime.policy.calendars
    by_classes = [
        target.key
        for target in runtime.policy.targets
        if (calendar := calendars.get(target.calendar or "")) and calendar.includes_sessions
    ]
    with runtime.db.read() as conn:
        waiting = timetable.counted_by_classes(conn, OPEN_STATES, by_classes)
    for case_id in waiting:
        with runtime.db.write() as conn:
            case = cases.get(conn, case_id, lock=True)
            if case is not None and case.is_open:
                deadlines.follow_timetable(conn, case, runtime.policy, runtime.clock())


def _keep_courses(runtime: Runtime, site_id: str, told: Mapping[str, CourseInfo]) -> None:
    now = runtime.clock()
    for course_id, info in told.items():
        _stored(site_id, course_id, partial(_keep_course, runtime, site_id, course_id, info, now))


def _keep_course(runtime: Runtime, site_id: str, course_id: str, info: CourseInfo, now: datetime) -> bool:
    with runtime.db.write() as conn:
        timetable.record_course(conn, site_id, course_id, now, **_about(info))
        if info.members is not None:  # never an empty roster in place of one that could not be read
            people = {
                (m.person_id, m.role): {
                    "person_id": m.person_id,
                    "role": m.role,
                    "name": m.name and unturned(m.name)[:_NAME],
                    "sees": None if m.sees is UNKNOWN else sight_text(m.sees),
                    "fetched_at": now,
                }
                for m in info.members
            }
            timetable.replace_roster(conn, site_id, course_id, list(people.values()))
    return True
