"""After class: what happened in a session's room, counted, and confirmed by its room manager."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy.engine import Connection, Row

from sidecar.domain import summary as count
from sidecar.domain.access import Viewer, may_watch_rooms, may_work_room
from sidecar.domain.case import Case
from sidecar.domain.launch import home_course
from sidecar.domain.summary import Incident, Lost
from sidecar.runtime import Runtime
from sidecar.store import board, cards, evidence, permitted, rooms
from sidecar.store.cards import Card, Room

LONGEST: Final = 2000  # letters of a note
_BEHIND: Final = timedelta(days=14)  # a summary can be confirmed for so long
_LATELY: Final = timedelta(days=1)  # what is summed up unless another session is named
_TRIES: Final = 3
_LATE: Final = timedelta(minutes=30)  # after the end in which a report is still about the class


class Confirmed(Exception):
    """Somebody has confirmed this summary already."""


class NotOver(Exception):
    """The class is still on: what is confirmed now would not count what happens in the rest of it."""


class Moved(Exception):
    """Its incidents change faster than they are summed up."""


@dataclass(frozen=True, slots=True)
class Line:
    """One incident of the session."""

    card: Card
    minutes: int


@dataclass(frozen=True, slots=True)
class Summary:
    """A session of a room, summed up.

    Attributes:
        session_key: the timetable's, or the room's day where it lists none.
        seen: the incidents as they were when they were counted: number and version.
        over: whether the class has ended, so that it can be confirmed.
        lost: for each person the minutes lost; together `minutes` person-minutes.
        confirmed: the row of who confirmed it, if anybody.
        others: other sessions of this room that may be looked at: key and start.
    """

    room: Room
    session_key: str
    starts_at: datetime
    ends_at: datetime
    lines: tuple[Line, ...]
    lost: tuple[Lost, ...]
    confirmed: Row[Any] | None
    others: tuple[tuple[str, datetime], ...]
    works: bool
    seen: tuple[tuple[int, int], ...]
    over: bool

    @property
    def minutes(self) -> int:
        """Minutes lost by all people together."""
        return sum(one.minutes for one in self.lost)


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A session of a room that is over, had incidents, and whose summary nobody has confirmed."""

    room: Room
    session_key: str
    starts_at: datetime


def summary(runtime: Runtime, viewer: Viewer, room_key: str, session_key: str | None = None) -> Summary:
    """Sum up a session of a room; the latest one unless another is named.

    Raises:
        permitted.Unseen: not this person's room, or no such session.
    """
    with runtime.db.read() as conn:
        return _summed(conn, runtime, viewer, room_key, session_key)


def confirm(runtime: Runtime, viewer: Viewer, room_key: str, session_key: str, note: str = "") -> None:
    """Confirm a summary: it stands from now on, and its minutes are evidence beside gaps in attendance.

    Raises:
        Confirmed, NotOver, Moved, permitted.Unseen
        ValueError: the note is too long.
    """
    if len(note) > LONGEST:
        raise ValueError("too long")
    for _ in range(_TRIES):
        # Summing up a class takes longer than anybody may hold the database's one lock.
        found = summary(runtime, viewer, room_key, session_key)
        if not found.works or found.room.course_id is None:
            raise permitted.Unseen(room_key)
        if not found.over:
            raise NotOver
        people = [one.person_id for one in found.lost]
        with runtime.db.read() as conn:
            gaps = evidence.open_gaps(conn, found.room.site_id, found.room.course_id, people)
            about = evidence.about_attendance(conn, gaps)
        if _kept(runtime, viewer, found, note, gaps, about):
            return
    raise Moved


def unconfirmed(runtime: Runtime, viewer: Viewer) -> tuple[Unconfirmed, ...]:
    """What the viewer has still to confirm: sessions of the last days that had incidents, the latest first."""
    now = runtime.clock()
    scope = board.Scope(viewer.rooms, viewer.managed)
    found: list[Unconfirmed] = []
    with runtime.db.read() as conn:
        classes = [one for one in board.classes(conn, scope, now - _BEHIND, now + _LATE) if one.starts_at <= now]
        cases = board.incidents(conn, scope, now - _BEHIND)
        began = board.began(conn, [case.id for case in cases])
        courses = {case.room_key: case.course_id for case in cases if case.room_key and case.course_id}
        done = rooms.confirmed(conn, courses)
        for key, course_id in courses.items():
            site_id, activity, group = key.split("|")
            held = [
                one
                for one in classes
                if (one.site_id, one.activity_id) == (site_id, activity) and one.group_id in {None, group}
            ]
            spans = [(one.key, one.starts_at, one.ends_at) for one in held]
            if not spans:
                spans = [(day, at, _next_midnight(runtime, at)) for day, at in _days(runtime, key, now)]
            mine = [case for case in cases if case.room_key == key]
            for session, starts, ends in spans:
                late = _late(held, ends)
                hit = any(_lasts_into(case, starts) and began.get(case.id, case.opened_at) < late for case in mine)
                if hit and ends <= now and (session, key) not in done:
                    room = cards.room_of_key(conn, key, course_id, held)
                    found.append(Unconfirmed(room, session, starts))
    return tuple(sorted(found, key=lambda one: one.starts_at, reverse=True))


def _kept(
    runtime: Runtime, viewer: Viewer, found: Summary, note: str, gaps: evidence.Gaps, about: Collection[int]
) -> bool:
    """Keep what was counted, unless incidents or gaps are others now than when they were read."""
    now, room, course_id = runtime.clock(), found.room, found.room.course_id or ""
    values = {
        "site_id": room.site_id, "session_key": found.session_key, "room_key": room.key, "course_id": course_id,
        "starts_at": found.starts_at, "ends_at": found.ends_at, "lines": [_line(one) for one in found.lines],
        "note": note, "confirmed_by": viewer.key, "confirmed_at": now,
    }  # fmt: skip
    lost = [
        {
            "site_id": room.site_id, "session_key": found.session_key, "room_key": room.key,
            "person_id": one.person_id, "course_id": course_id, "minutes": one.minutes, "cases": list(one.cases),
            "starts_at": found.starts_at,
        }
        for one in found.lost
    ]  # fmt: skip
    with runtime.db.write() as conn:
        people = [one.person_id for one in found.lost]
        if _versions(_incidents(conn, room.key, found.starts_at)) != found.seen:
            return False
        if evidence.open_gaps_in_turn(conn, room.site_id, course_id, people) != gaps:
            return False
        if not rooms.confirm(conn, values, lost):
            raise Confirmed
        evidence.attach_new(conn, {case: gaps[case][0] for case in about}, lost, now)
    return True


def _incidents(conn: Connection, room_key: str, since: datetime) -> list[Case]:
    """Those of a room that were not over by then."""
    found = board.incidents(conn, board.Scope(rooms=frozenset({room_key})), since)
    return [case for case in found if _lasts_into(case, since)]


def _lasts_into(case: Case, since: datetime) -> bool:
    return case.is_open or (case.solved_at is not None and case.solved_at > since)


def _late(classes: Sequence[Row[Any]], ends: datetime) -> datetime:
    """Until when what is reported after a class is still about it: not once the room's next one is on."""
    after: list[datetime] = [one.starts_at for one in classes if one.starts_at >= ends]
    return min([ends + _LATE, *after])


def _versions(found: Sequence[Case]) -> tuple[tuple[int, int], ...]:
    return tuple((case.id, case.version) for case in found)


def _line(one: Line) -> dict[str, Any]:
    case = one.card.case
    return {
        "case": case.id, "symptom": case.symptom, "people": one.card.number, "minutes": one.minutes,
        "began": one.card.since.isoformat(), "ended": case.solved_at.isoformat() if case.solved_at else None,
    }  # fmt: skip


def _summed(conn: Connection, runtime: Runtime, viewer: Viewer, room_key: str, session_key: str | None) -> Summary:
    now = runtime.clock()
    site_id, activity, _group = room_key.split("|")
    scope = board.Scope(rooms=frozenset({room_key}))
    course_id = board.course_of_activity(conn, site_id, activity) or home_course(viewer, room_key)
    works = may_work_room(viewer, room_key, course_id)
    if not works and not may_watch_rooms(viewer):
        raise permitted.Unseen(room_key)
    classes = [one for one in board.classes(conn, scope, now - _BEHIND, now + _LATE) if one.starts_at <= now]
    room = cards.room_of_key(conn, room_key, course_id, classes)
    key, starts, ends = _session(runtime, room_key, classes, session_key, now)
    roster = board.roster(conn, site_id, course_id) if course_id else ()
    late = _late(classes, ends)  # what began before the class lasts into it
    found = _incidents(conn, room_key, starts)
    began = board.began(conn, [case.id for case in found])
    made = cards.cards(conn, [case for case in found if began.get(case.id, case.opened_at) < late], None, roster)
    incidents = [_incident(one) for one in made]
    until = min(ends, now)
    trainees = {row.person_id for row in roster if row.role == "trainee"}
    if room.group_id is not None:
        trainees &= board.known_in_room(conn, room_key)  # a failure of one group's room costs no other group anything
    return Summary(
        room=room,
        session_key=key,
        starts_at=starts,
        ends_at=ends,
        lines=tuple(
            Line(card, count.minutes_of(one, starts, until)) for card, one in zip(made, incidents, strict=True)
        ),
        lost=count.lost(incidents, trainees, starts, until),
        confirmed=rooms.summary_of(conn, site_id, key, room_key),
        others=tuple((one.key, one.starts_at) for one in classes) or _last_days(runtime, room_key, now, key),
        works=works,
        seen=_versions(found),
        over=now >= ends,
    )


def _incident(card: Card) -> Incident:
    case = card.case
    people = frozenset(person.key for person in card.people if not person.key.startswith("visitor:"))
    over_for = {person.key: person.over_at for person in card.people if person.over_at is not None}
    return Incident(case.id, card.since, case.solved_at, people, whole_room=card.whole_room, over_for=over_for)


def _session(
    runtime: Runtime, room_key: str, classes: list[Row[Any]], wanted: str | None, now: datetime
) -> tuple[str, datetime, datetime]:
    """The session that is meant; where the timetable lists none, the room's day so far."""
    offered = [one for one in classes if one.key == wanted or (not wanted and one.ends_at > now - _LATELY)]
    if offered:
        return offered[-1].key, offered[-1].starts_at, offered[-1].ends_at
    days = dict(_days(runtime, room_key, now))
    day = wanted if wanted is not None else max(days)
    if day not in days:
        raise permitted.Unseen(day)
    return day, days[day], _next_midnight(runtime, days[day])


def _days(runtime: Runtime, room_key: str, now: datetime) -> tuple[tuple[str, datetime], ...]:
    """The days whose summary can be confirmed, and today: what a room without a timetable is summed up by."""
    days = [_midnight(runtime, now)]
    while days[0] > now - _BEHIND:
        days.insert(0, _midnight(runtime, days[0] - timedelta(hours=12)))
    return tuple((f"{room_key}|{day.astimezone(runtime.zone).date().isoformat()}", day) for day in days)


def _last_days(runtime: Runtime, room_key: str, now: datetime, wanted: str) -> tuple[tuple[str, datetime], ...]:
    """Yesterday, today, and the day that is looked at: earlier ones are offered where they are to be confirmed."""
    days = _days(runtime, room_key, now)
    return tuple(day for day in days if day in days[-2:] or day[0] == wanted)


def _next_midnight(runtime: Runtime, midnight: datetime) -> datetime:
    return _midnight(runtime, midnight + timedelta(hours=36))


def _midnight(runtime: Runtime, at: datetime) -> datetime:
    """When the local day began; in UTC, in which the hours between two of them can be counted."""
    return at.astimezone(runtime.zone).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
