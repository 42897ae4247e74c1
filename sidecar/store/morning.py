"""What a day holds for a desk, for whoever may see it; and which digests have been sent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    String,
    Table,
    and_,
    exists,
    false,
    func,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.engine import Connection

from sidecar.domain.access import Viewer
from sidecar.domain.case import OPEN_STATES, State
from sidecar.domain.morning import Day, Desk
from sidecar.domain.policy import Measure, Tier
from sidecar.store.base import UtcTime, insert_ignoring, metadata
from sidecar.store.callbacks import callbacks
from sidecar.store.cases import cases
from sidecar.store.clocks import clocks
from sidecar.store.timetable import courses, rosters, sessions
from sidecar.store.visible import visible

MOST: Final = 20
"""Lines of each part that are shown; how many there are in all is said beside them."""
_PROMISED_BY_LAW: Final = (Measure.REFERRAL, Measure.TOLD, Measure.ESCALATION)

digests = Table(
    "digests",
    metadata,
    Column("day", Date, primary_key=True),  # local
    Column("tell", String(130), primary_key=True),  # as the policy names who gets it, with the department
    Column("at", UtcTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Part:
    """Some lines, and how many there are in all."""

    lines: Sequence[Any]
    total: int


@dataclass(frozen=True, slots=True)
class Digest:
    """The day.

    Attributes:
        overdue, due_today, before_opening, callbacks: lines with case_id, kind, category and `at`.
        rooms: classes with site_id, course_id, activity_id, group_id, starts_at, course.
    """

    overdue: Part
    due_today: Part
    before_opening: Part
    rooms: Part
    callbacks: Part

    def __bool__(self) -> bool:
        return any(
            part.total for part in (self.overdue, self.due_today, self.before_opening, self.rooms, self.callbacks)
        )


def begun(conn: Connection, day: date, tell: str, now: datetime) -> bool:
    """Keep that this digest is being sent; False when it was before."""
    row = {"day": day, "tell": tell, "at": now}
    return conn.execute(insert_ignoring(conn, digests).returning(digests.c.tell), row).one_or_none() is not None


def since(conn: Connection, tell: str) -> datetime | None:
    """When this was sent last, whichever day it was for."""
    found: datetime | None = conn.scalar(select(func.max(digests.c.at, type_=UtcTime())).where(digests.c.tell == tell))
    return found


def sent(conn: Connection, day: date) -> frozenset[str]:
    """Which digests of a day were sent."""
    return frozenset(conn.scalars(select(digests.c.tell).where(digests.c.day == day)))


def of(conn: Connection, viewer: Viewer, desks: Collection[Desk], day: Day, now: datetime) -> Digest:
    """What a day holds for these desks."""
    seen = and_(visible(viewer), or_(false(), *(_at(desk) for desk in desks)))
    due = clocks.c.target_due_at
    runs = and_(clocks.c.stopped_at.is_(None), clocks.c.state.in_(("running", "fired")))
    later = and_(due >= day.end, due < day.reopens) if day.reopens else false()
    promised = and_(callbacks.c.state == "open", callbacks.c.why == "promised", callbacks.c.due_at < day.end)
    return Digest(
        overdue=_lines(conn, clocks, and_(runs, due <= now), seen),
        due_today=_lines(conn, clocks, and_(runs, due > now, due < day.end), seen),
        before_opening=_lines(conn, clocks, and_(runs, later, clocks.c.measure.in_(_PROMISED_BY_LAW)), seen),
        rooms=_unmanaged(conn, now, day.end) if any(desk.rooms for desk in desks) else Part((), 0),
        callbacks=_lines(conn, callbacks, promised, seen),
    )


def _at(desk: Desk) -> ColumnElement[bool]:
    if desk.tier is None:
        return true()
    which = [cases.c.tier == desk.tier]
    if desk.department is not None:
        which.append(cases.c.department == desk.department)
    # What waits to be verified is level 2's, wherever it was solved (P14).
    return or_(and_(*which), cases.c.state == State.RESOLVED) if desk.tier is Tier.TWO else and_(*which)


def _lines(conn: Connection, table: Table, which: ColumnElement[bool], seen: ColumnElement[bool]) -> Part:
    moment = table.c.target_due_at if table is clocks else table.c.due_at
    at = type_coerce(func.min(moment), UtcTime()).label("at")
    alive = cases.c.state.in_([*OPEN_STATES, State.RESOLVED])
    query = (
        select(cases.c.id.label("case_id"), cases.c.kind, cases.c.category, at)
        .join(table, table.c.case_id == cases.c.id)
        .where(alive, which, seen)
        .group_by(cases.c.id, cases.c.kind, cases.c.category)
    )
    total = int(conn.scalar(select(func.count()).select_from(query.subquery())) or 0)
    return Part(conn.execute(query.order_by(at, cases.c.id).limit(MOST)).all() if total else (), total)


def _unmanaged(conn: Connection, since: datetime, until: datetime) -> Part:
    """Classes of today whose course has no room manager at all (P1)."""
    same = and_(courses.c.site_id == sessions.c.site_id, courses.c.course_id == sessions.c.course_id)
    has = exists().where(
        rosters.c.site_id == sessions.c.site_id, rosters.c.course_id == sessions.c.course_id,
        rosters.c.role == "room_manager",
    )  # fmt: skip
    columns = (
        sessions.c.site_id,
        sessions.c.course_id,
        sessions.c.activity_id,
        sessions.c.group_id,
        sessions.c.starts_at,
    )
    query = (
        select(*columns, courses.c.name.label("course"))
        .outerjoin(courses, same)
        .where(sessions.c.starts_at >= since, sessions.c.starts_at < until, ~has)
    )
    total = int(conn.scalar(select(func.count()).select_from(query.subquery())) or 0)
    return Part(conn.execute(query.order_by(sessions.c.starts_at).limit(MOST)).all() if total else (), total)
