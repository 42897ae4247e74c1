"""Sessions and rosters of running courses, kept as the LMS last told them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from adapters.errors import AdapterError
from adapters.lms.port import CourseInfo, Lms, Sessions
from sidecar.domain.case import OPEN_STATES
from sidecar.runtime import Runtime
from sidecar.store import cases, deadlines, timetable

log = structlog.get_logger(__name__)

EVERY = timedelta(minutes=5)
_BEHIND = timedelta(days=1)
_AHEAD = timedelta(days=21)
_RUNNING = timedelta(days=14)  # a course that a report named within this is looked after, whatever its dates say


def refresh(runtime: Runtime) -> int:
    """Look again at up to fifty courses of each site that are due for it; returns how many were asked about.

    An LMS that does not answer leaves everything as it was; the courses' turn comes again after `EVERY`.
    """
    asked = 0
    for site_id, lms in sorted(runtime.lms.items()):
        now = runtime.clock()
        with runtime.db.write() as conn:  # marking them is the claim: other workers pass them by
            due = timetable.claim_courses(conn, site_id, now, asked_before=now - EVERY, running_since=now - _RUNNING)
        if due:
            _refresh_site(runtime, site_id, lms, due, now)
            asked += len(due)
    return asked


def _refresh_site(runtime: Runtime, site_id: str, lms: Lms, course_ids: list[str], now: datetime) -> None:
    since, until = now - _BEHIND, now + _AHEAD
    try:
        found = lms.sessions(course_ids, since, until)
        _keep_sessions(runtime, site_id, course_ids, found, since, until)
        _keep_courses(runtime, site_id, lms.courses(course_ids))
    except AdapterError as error:
        log.warning("timetable_not_refreshed", site=site_id, error=type(error).__name__, code=error.code)


def _keep_sessions(
    runtime: Runtime, site_id: str, course_ids: list[str], told: Sessions, since: datetime, until: datetime
) -> None:
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
    with runtime.db.write() as conn:
        before = timetable.windows(conn, since, until)
        timetable.replace_sessions(conn, site_id, known, since=since, until=until, found=rows)
        moved = timetable.windows(conn, since, until) != before
    if moved:
        _count_again(runtime)


def _count_again(runtime: Runtime) -> None:
    """Deadlines that count by live sessions follow the timetable, whichever site's class it is (P10)."""
    with runtime.db.read() as conn:
        waiting = cases.ids_with_running_clocks(conn, OPEN_STATES)
    for case_id in waiting:
        with runtime.db.write() as conn:
            case = cases.get(conn, case_id, lock=True)
            if case is not None and case.is_open:
                deadlines.follow_timetable(conn, case, runtime.policy, runtime.clock())


def _keep_courses(runtime: Runtime, site_id: str, told: Mapping[str, CourseInfo]) -> None:
    now = runtime.clock()
    for course_id, info in told.items():
        _keep_course(runtime, site_id, course_id, info, now)


def _keep_course(runtime: Runtime, site_id: str, course_id: str, info: CourseInfo, now: datetime) -> None:
    with runtime.db.write() as conn:
        timetable.record_course(
            conn, site_id, course_id, now,
            name=info.name, idnumber=info.idnumber, starts_at=info.starts_at, ends_at=info.ends_at,
        )  # fmt: skip
        if info.members is not None:  # never an empty roster in place of one that could not be read
            people = [
                {"person_id": m.person_id, "role": m.role, "name": m.name, "fetched_at": now} for m in info.members
            ]
            timetable.replace_roster(conn, site_id, course_id, people)
