"""What the boards of live rooms read: room incidents with everything that stands on their cards, a question a kind."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, false, func, not_, or_, select, true
from sqlalchemy import case as when
from sqlalchemy.engine import Connection, Row

from sidecar.domain.case import OPEN_STATES, Case, CaseKind
from sidecar.domain.policy import Measure, Tier
from sidecar.domain.report import Kind, Role
from sidecar.store.cases import case_reports, cases, events, from_row
from sidecar.store.clocks import clocks
from sidecar.store.messages import messages
from sidecar.store.reports import reports
from sidecar.store.timetable import courses, rosters, sessions

# A report that no worker has assessed for longer than this is the health check's business, not the board's.
_ARRIVED: Final = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rooms are looked at: single ones, all of some courses, or everything.

    Attributes:
        rooms: keys as `incident.room_of` makes them.
        courses: `<site>:<course id>`.
    """

    rooms: frozenset[str] = frozenset()
    courses: frozenset[str] = frozenset()
    everywhere: bool = False

    def of_cases(self) -> ColumnElement[bool]:
        """The cases of these rooms."""
        return self._which(cases.c.room_key, cases.c.site_id, cases.c.course_id)

    def _which(self, room: Any, site: Any, course: Any) -> ColumnElement[bool]:
        if self.everywhere:
            return true()
        which: list[ColumnElement[bool]] = [room.in_(sorted(self.rooms))] if self.rooms else []
        return or_(*which, self.of_courses(site, course))

    def of_courses(self, site: Any, course: Any) -> ColumnElement[bool]:
        """Rows that name one of the courses; no row where there are none."""
        if self.everywhere:
            return true()
        by_site: dict[str, list[str]] = {}
        for one in sorted(self.courses):
            site_id, _, course_id = one.partition(":")
            by_site.setdefault(site_id, []).append(course_id)
        return or_(false(), *(and_(site == site_id, course.in_(ids)) for site_id, ids in by_site.items()))


def incidents(conn: Connection, scope: Scope, solved_since: datetime) -> list[Case]:
    """Room incidents that are open, or were solved since; never what the room must not know of (P16)."""
    lately = or_(cases.c.state.in_(OPEN_STATES), cases.c.solved_at >= solved_since)
    query: Select[Any] = select(cases).where(
        cases.c.kind == CaseKind.ROOM_INCIDENT,
        cases.c.room_key.is_not(None),
        cases.c.merged_into.is_(None),
        ~cases.c.confidential,
        ~cases.c.bars_room,
        lately,
        scope.of_cases(),
    )
    return [from_row(row) for row in conn.execute(query.order_by(cases.c.id))]


def majors(conn: Connection, ids: Collection[int] | None) -> list[Case]:
    """The named major incidents, or all that are open."""
    major = (cases.c.kind == CaseKind.ROOM_INCIDENT, cases.c.room_key.is_(None), cases.c.incident_key.is_not(None))
    which = cases.c.state.in_(OPEN_STATES) if ids is None else cases.c.id.in_(list(ids))
    return [from_row(row) for row in conn.execute(select(cases).where(*major, which).order_by(cases.c.id))]


def said(conn: Connection, case_ids: Collection[int]) -> Sequence[Row[Any]]:
    """Every report of these cases, oldest first, with the case it stands in."""
    query: Select[Any] = (
        select(
            case_reports.c.case_id, reports.c.key, reports.c.kind, reports.c.sender, reports.c.reporter_id,
            reports.c.reporter_role, reports.c.reference, reports.c.occurred_at, reports.c.received_at, reports.c.body,
        )
        .join(reports, reports.c.key == case_reports.c.report_key)
        .where(case_reports.c.case_id.in_(list(case_ids)))
        .order_by(reports.c.occurred_at, reports.c.key)
    )  # fmt: skip
    return conn.execute(query).all()


def hit(conn: Connection, case_ids: Collection[int]) -> dict[int, set[str]]:
    """Whom each of these cases hits, as its card counts them: who reported, and whom a manager logged it for."""
    standing = select(case_reports.c.case_id, reports.c.sender).join(
        reports, reports.c.key == case_reports.c.report_key
    )
    standing = standing.where(case_reports.c.case_id.in_(list(case_ids)))
    found: dict[int, set[str]] = {}
    for case_id, sender in conn.execute(standing.where(reports.c.kind != Kind.ROOM_LOG)):
        found.setdefault(case_id, set()).add(sender)
    logs = standing.add_columns(reports.c.body).where(reports.c.kind == Kind.ROOM_LOG)
    for case_id, _manager, body in conn.execute(logs):
        if body["about"]:
            found.setdefault(case_id, set()).add(body["about"][0])
    return found


def of_person(conn: Connection, case_id: int, person: str) -> list[uuid.UUID]:
    """The reports of a case that are one person's, by its sender's name, and those that a manager logged about it."""
    query = select(case_reports.c.report_key).join(reports, reports.c.key == case_reports.c.report_key)
    return list(conn.scalars(query.where(case_reports.c.case_id == case_id, _of(person))))


def hits_alone(conn: Connection, case_id: int, person: str) -> bool:
    """Whether every report of a case is one person's, or about that person."""
    query = select(case_reports.c.report_key).join(reports, reports.c.key == case_reports.c.report_key)
    return conn.scalar(query.where(case_reports.c.case_id == case_id, not_(_of(person))).limit(1)) is None


def _of(person: str) -> ColumnElement[bool]:
    about = func.coalesce(reports.c.body[("about", 0)].as_string(), "")  # of nobody in particular: nobody's
    return when((reports.c.kind == Kind.ROOM_LOG, about == person), else_=reports.c.sender == person)


def began(conn: Connection, case_ids: Collection[int]) -> dict[int, datetime]:
    """When the first report of each of these cases says that it happened."""
    query = select(case_reports.c.case_id, func.min(reports.c.occurred_at).label("at")).join(
        reports, reports.c.key == case_reports.c.report_key
    )
    found = conn.execute(query.where(case_reports.c.case_id.in_(list(case_ids))).group_by(case_reports.c.case_id))
    return {row.case_id: row.at for row in found}


def arriving(conn: Connection, scope: Scope, now: datetime) -> Sequence[Row[Any]]:
    """Reports of these rooms that no worker has assessed yet: the board shows them from the moment they are stored."""
    query: Select[Any] = (
        select(
            reports.c.site_id, reports.c.activity_id, reports.c.group_id, reports.c.symptom,
            func.count(reports.c.sender.distinct()).label("people"), func.min(reports.c.occurred_at).label("since"),
        )
        .outerjoin(case_reports, case_reports.c.report_key == reports.c.key)
        .where(
            reports.c.received_at >= now - _ARRIVED,
            reports.c.incident_key.is_not(None),
            case_reports.c.case_id.is_(None),
            _rooms_of_reports(scope),
        )
        .group_by(reports.c.site_id, reports.c.activity_id, reports.c.group_id, reports.c.symptom)
    )  # fmt: skip
    return conn.execute(query).all()


def _rooms_of_reports(scope: Scope) -> ColumnElement[bool]:
    if scope.everywhere:
        return true()
    rooms = []
    for key in sorted(scope.rooms):
        site_id, activity, group = key.split("|")
        in_group = reports.c.group_id.is_(None) if group == "-" else reports.c.group_id == group
        rooms.append(and_(reports.c.site_id == site_id, reports.c.activity_id == activity, in_group))
    return or_(*rooms, scope.of_courses(reports.c.site_id, reports.c.course_id))


def happened(conn: Connection, case_ids: Collection[int]) -> Sequence[Row[Any]]:
    """The timelines of these cases, oldest first, with the words of what was answered."""
    query: Select[Any] = (
        select(events, messages.c.text.label("words"))
        .outerjoin(messages, and_(messages.c.case_id == events.c.case_id, messages.c.at == events.c.at))
        .where(events.c.case_id.in_(list(case_ids)))
        .order_by(events.c.id)
    )
    return conn.execute(query).all()


def due(conn: Connection, case_ids: Collection[int]) -> dict[int, list[Row[Any]]]:
    """The deadlines of these cases that still count, the nearest first: target, measure, target_due_at."""
    query: Select[Any] = (
        select(clocks.c.case_id, clocks.c.target, clocks.c.measure, clocks.c.state, clocks.c.target_due_at)
        .where(clocks.c.case_id.in_(list(case_ids)), clocks.c.stopped_at.is_(None), clocks.c.state != "stopped")
        .order_by(clocks.c.target_due_at, clocks.c.id)
    )
    found: dict[int, list[Row[Any]]] = {}
    for row in conn.execute(query):
        found.setdefault(row.case_id, []).append(row)
    return found


def unseen(conn: Connection, found: Collection[Case]) -> frozenset[int]:
    """Which of these open cases stand with the room and wait for somebody to look, as after a reopening.

    By the clock that rings for it, so that what rings is what a look ends.
    """
    mine = [case.id for case in found if case.is_open and case.tier is Tier.ROOM]
    waits = (clocks.c.measure == Measure.SEEN, clocks.c.stopped_at.is_(None), clocks.c.state != "stopped")
    return frozenset(conn.scalars(select(clocks.c.case_id).where(clocks.c.case_id.in_(mine), *waits)))


def classes(conn: Connection, scope: Scope, since: datetime, until: datetime) -> Sequence[Row[Any]]:
    """The sessions that overlap [since, until) in these courses, or in these rooms."""
    rooms = []
    for key in sorted(scope.rooms):
        site_id, activity, group = key.split("|")
        # Another group's class is none of this room's; one that names no group is every group's.
        held = or_(sessions.c.group_id.is_(None), sessions.c.group_id == group)
        rooms.append(and_(sessions.c.site_id == site_id, sessions.c.activity_id == activity, held))
    which = true() if scope.everywhere else or_(*rooms, scope.of_courses(sessions.c.site_id, sessions.c.course_id))
    query: Select[Any] = (
        select(sessions, courses.c.name.label("course_name"), courses.c.idnumber)
        .outerjoin(courses, and_(courses.c.site_id == sessions.c.site_id, courses.c.course_id == sessions.c.course_id))
        .where(which, sessions.c.starts_at < until, sessions.c.ends_at > since)
    )
    return conn.execute(query.order_by(sessions.c.starts_at, sessions.c.key)).all()


def course(conn: Connection, site_id: str, course_id: str) -> Row[Any] | None:
    """What the LMS told of a course."""
    which = (courses.c.site_id == site_id, courses.c.course_id == course_id)
    return conn.execute(select(courses).where(*which)).one_or_none()


def last_said_of(conn: Connection, site_id: str, activity_id: str) -> Row[Any] | None:
    """The last report of an activity: its course."""
    return conn.execute(_last_of(site_id, activity_id)).one_or_none()


def last_named(conn: Connection, site_id: str, activity_id: str) -> Row[Any] | None:
    """The last report of an activity whose page called it by name: a person's own token names no room."""
    named = reports.c.body[("activity", 1)].as_string() != ""  # a null is not unlike anything
    return conn.execute(_last_of(site_id, activity_id).where(named)).one_or_none()


def _last_of(site_id: str, activity_id: str) -> Select[Any]:
    which = (reports.c.site_id == site_id, reports.c.activity_id == activity_id)
    query: Select[Any] = select(reports.c.course_id, reports.c.body).where(*which)
    return query.order_by(reports.c.received_at.desc()).limit(1)


def course_of_activity(conn: Connection, site_id: str, activity_id: str) -> str | None:
    """The course that an activity belongs to, by the timetable, else by what reports say."""
    listed = select(sessions.c.course_id).where(sessions.c.site_id == site_id, sessions.c.activity_id == activity_id)
    known = conn.scalar(listed.order_by(sessions.c.starts_at.desc()).limit(1))
    if known is not None:
        return str(known)
    said_of = last_said_of(conn, site_id, activity_id)
    return said_of.course_id if said_of else None


def roster(conn: Connection, site_id: str, course_id: str) -> Sequence[Row[Any]]:
    """The people of a course: person_id, role, name."""
    query: Select[Any] = select(rosters.c.person_id, rosters.c.role, rosters.c.name)
    which = (rosters.c.site_id == site_id, rosters.c.course_id == course_id)
    return conn.execute(query.where(*which).order_by(rosters.c.name, rosters.c.person_id)).all()


def known_in_room(conn: Connection, room_key: str) -> frozenset[str]:
    """The trainees who have reported from a room, ever: of its group's people, those whom we know to be of it.

    No roster tells groups. What a manager logged about somebody says nothing: its writer may have erred.
    """
    site_id, activity, group = room_key.split("|")
    query: Select[Any] = select(reports.c.reporter_id).where(
        reports.c.site_id == site_id,
        reports.c.activity_id == activity,
        reports.c.group_id == group,
        reports.c.reporter_role == Role.TRAINEE,
        reports.c.reporter_id.is_not(None),
    )
    return frozenset(conn.scalars(query.distinct()))
