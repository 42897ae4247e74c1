"""Live sessions with their true times.

From the plugin, or from what stock functions know: attendance sessions, single Zoom meetings, and calendar entries of
those two kinds. A BigBlueButton activity has only an opening window (a recorded room stands open for 30 days), which
is never a session; a course with nothing else is one that no source could tell of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from adapters.deadlines import Budget
from adapters.lms.moodle import plugin_wire, stock_wire
from adapters.lms.moodle.course_reading import ROOMS, Activity, ClassHeld, CourseReadings
from adapters.lms.moodle.web_service import NotRead, WebService
from adapters.lms.port import LiveSession, Sessions

SESSIONS = "local_nidaa_get_sessions"
ZOOM = "mod_zoom_get_state"
CALENDAR = "core_calendar_get_calendar_events"
COURSES_A_CALL = 50
SPAN_A_CALL = timedelta(days=60)  # the plugin answers for 62
_PLATFORM = 64  # a module's name; no longer one is compared with
_LONGEST = timedelta(hours=24)  # a longer "session" is an opening window in disguise


class Timetable:
    """Reads the sessions of courses of one site."""

    def __init__(self, service: WebService, readings: CourseReadings) -> None:
        self._service = service
        self._readings = readings

    def from_plugin(self, course_ids: Sequence[str], since: datetime, until: datetime, budget: Budget) -> Sessions:
        found: dict[tuple[str, str], LiveSession] = {}  # one that runs on from page to page is told with both
        unknown: set[str] = set()
        for start in range(0, len(course_ids), COURSES_A_CALL):
            some = list(course_ids[start : start + COURSES_A_CALL])
            for begin, end in _pages(since, until):
                asked = {"courseids": some, "since": int(begin.timestamp()), "until": ceil(end.timestamp())}
                told = self._service.call(SESSIONS, asked, plugin_wire.SESSIONS, budget)
                rows = (row for row in told["sessions"] if row["course"] in some and row["starts_at"])
                found |= {(row["course"], row["key"]): _from_wire(row) for row in rows}
                unknown |= {row["courseid"] for row in told["untold"]} & set(some)
        return Sessions(tuple(_within(found.values(), since, until)), frozenset(unknown))

    def from_stock(self, course_ids: Sequence[str], since: datetime, until: datetime, budget: Budget) -> Sessions:
        found: list[LiveSession] = []
        unknown: dict[str, Sequence[Activity]] = {}
        for course_id in course_ids:
            activities = self._readings.activities(course_id, budget)
            if isinstance(activities, NotRead):
                unknown[course_id] = ()
                continue
            sessions, whole = self._of_course(course_id, activities, budget)
            found += sessions
            if not whole:
                unknown[course_id] = activities
        if unknown:
            found += self._from_calendar(unknown, since, until, budget)
        return Sessions(tuple(_within(_without_doubles(found), since, until)), frozenset(unknown))

    def _of_course(
        self, course_id: str, activities: Sequence[Activity], budget: Budget
    ) -> tuple[list[LiveSession], bool]:
        """Sessions of a course, and whether every source that it has could tell (none at all cannot)."""
        found: list[LiveSession] = []
        asked = told = 0
        for activity in activities:
            if activity.module == "attendance" and activity.instance:
                asked += 1
                classes = self._readings.attendance(activity.instance, budget)
                if not isinstance(classes, NotRead):
                    told += 1
                    room = only_room(activities)
                    found += [s for each in classes if (s := _from_class(course_id, each, room)) is not None]
            elif activity.module == "zoom":
                asked += 1
                meeting = self._zoom(course_id, activity, budget)
                if meeting is not None:
                    told += 1
                    found.append(meeting)
        return found, 0 < asked == told

    def _zoom(self, course_id: str, activity: Activity, budget: Budget) -> LiveSession | None:
        """None for a recurring meeting, whose times Zoom alone knows."""
        state = self._service.part(ZOOM, {"zoomid": activity.cmid}, stock_wire.ZOOM_STATE, budget)
        if isinstance(state, NotRead) or state["start_time"] is None or not state["duration"]:
            return None
        starts_at: datetime = state["start_time"]
        ends_at = starts_at + timedelta(seconds=state["duration"])
        return LiveSession(f"zoom-{activity.cmid}", course_id, activity.cmid, None, starts_at, ends_at, "zoom", "zoom")

    def _from_calendar(
        self, unknown: Mapping[str, Sequence[Activity]], since: datetime, until: datetime, budget: Budget
    ) -> list[LiveSession]:
        """What the calendar adds. It hides silently what a token may not see, so it settles nothing."""
        asked = {
            "events": {"courseids": list(unknown)},
            "options": {
                "userevents": False,
                "siteevents": False,
                "timestart": int((since - _LONGEST).timestamp()),
                "timeend": int(until.timestamp()),
            },
        }
        told = self._service.part(CALENDAR, asked, stock_wire.CALENDAR, budget)
        if isinstance(told, NotRead):
            return []
        return [s for event in told["events"] if (s := _from_event(event, unknown)) is not None]


def _pages(since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    while since < until:
        end = min(since + SPAN_A_CALL, until)
        yield since, end
        since = end


def only_room(activities: Iterable[Activity]) -> Activity | None:
    """The course's live room when it has exactly one: an attendance session does not say where it takes place."""
    rooms = [activity for activity in activities if activity.module in ROOMS]
    return rooms[0] if len(rooms) == 1 else None


def _from_wire(row: Mapping[str, Any]) -> LiveSession:
    return LiveSession(
        key=row["key"],
        course_id=row["course"],
        activity_id=row["activity"],
        group_id=row["group"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"] or row["starts_at"],
        platform=row["platform"][:_PLATFORM],
        source=row["source"],
    )


def _from_class(course_id: str, held: ClassHeld, room: Activity | None) -> LiveSession | None:
    if held.starts_at is None or held.ends_at is None:
        return None
    return LiveSession(
        key=f"attendance-{held.session_id}",
        course_id=course_id,
        activity_id=room.cmid if room else None,
        group_id=held.group_id,
        starts_at=held.starts_at,
        ends_at=held.ends_at,
        platform=room.module if room else "",
        source="attendance",
    )


def _from_event(event: Mapping[str, Any], unknown: Mapping[str, Sequence[Activity]]) -> LiveSession | None:
    module, course_id, starts_at = event["modulename"], event["courseid"], event["timestart"]
    if (
        module not in {"attendance", "zoom"}
        or course_id not in unknown
        or starts_at is None
        or not event["timeduration"]
    ):
        return None
    activities = unknown[course_id]
    if module == "zoom":
        room = next((a for a in activities if a.module == "zoom" and a.instance == event["instance"]), None)
    else:
        room = only_room(activities)
    return LiveSession(
        key=f"calendar-{event['id']}",
        course_id=course_id,
        activity_id=room.cmid if room else None,
        group_id=event["groupid"],
        starts_at=starts_at,
        ends_at=starts_at + timedelta(seconds=event["timeduration"]),
        platform=room.module if room else "",
        source="calendar",
    )


_RANK = {"zoom": 0, "meeting": 1, "attendance": 2, "calendar": 3}


def _without_doubles(sessions: Iterable[LiveSession]) -> list[LiveSession]:
    """A class that several sources tell of once, by the source that is nearest to the room."""
    kept: list[LiveSession] = []
    for one in sorted(sessions, key=lambda session: _RANK[session.source]):
        if not any(_same_class(one, other) for other in kept):
            kept.append(one)
    return kept


def _same_class(one: LiveSession, other: LiveSession) -> bool:
    overlap = one.starts_at < other.ends_at and other.starts_at < one.ends_at
    same_place = one.course_id == other.course_id and one.activity_id == other.activity_id
    return same_place and overlap and one.source != other.source and one.group_id == other.group_id


def _within(sessions: Iterable[LiveSession], since: datetime, until: datetime) -> list[LiveSession]:
    """Sessions of a believable length that overlap [since, until), in order."""
    fitting = [
        session
        for session in sessions
        if session.starts_at < until
        and session.ends_at > since
        and timedelta() < session.ends_at - session.starts_at <= _LONGEST
    ]
    return sorted(fitting, key=lambda session: (session.starts_at, session.key))
