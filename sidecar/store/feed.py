"""What has happened lately in live rooms and among trainers' questions: what the live streams are fed from."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, String, cast, literal, null, or_, select, union_all
from sqlalchemy.engine import Connection

from sidecar.domain.case import CaseKind
from sidecar.domain.incident import room_of
from sidecar.domain.policy import Tier
from sidecar.store.cases import cases, events
from sidecar.store.desk import ARRIVALS
from sidecar.store.reports import reports


class News(NamedTuple):
    """Something that somebody's page shows: a room's (its key), a whole site's (a major incident), or a course's.

    Never anything of a confidential case: not even that something happened (P16).
    """

    id: str
    site_id: str
    room_key: str | None
    course_id: str | None
    is_question: bool


def lately(conn: Connection, since: datetime) -> list[News]:
    """Everything since, in one question. Who asks again must overlap: rows that commit late have earlier times."""
    of_room = cases.c.kind == CaseKind.ROOM_INCIDENT
    of_trainer = (cases.c.kind == CaseKind.INQUIRY) & (cases.c.tier == Tier.TRAINER)
    done: Select[Any] = (
        select(
            cast(events.c.id, String).label("id"), cases.c.site_id, cases.c.room_key, cases.c.course_id,
            cases.c.kind, null().label("activity_id"), null().label("group_id"),
        )
        .join(cases, cases.c.id == events.c.case_id)
        .where(events.c.at >= since, or_(of_room, of_trainer), ~cases.c.confidential, ~cases.c.bars_room)
    )  # fmt: skip
    arrived: Select[Any] = select(
        cast(reports.c.key, String).label("id"),
        reports.c.site_id,
        null().label("room_key"),
        reports.c.course_id,
        literal(CaseKind.ROOM_INCIDENT.value).label("kind"),
        reports.c.activity_id,
        reports.c.group_id,
    ).where(reports.c.received_at >= since, reports.c.incident_key.is_not(None), reports.c.activity_id.is_not(None))
    return [
        News(
            row.id,
            row.site_id,
            room_of(row.site_id, row.activity_id, row.group_id) if row.activity_id else row.room_key,
            row.course_id,
            row.kind == CaseKind.INQUIRY,
        )
        for row in conn.execute(union_all(done, arrived))
    ]


class Arrival(NamedTuple):
    """Something came into a queue of the desk: which case. Who may know of it is asked before anybody is told."""

    id: str
    case_id: int


def arrivals(conn: Connection, since: datetime) -> list[Arrival]:
    """What has come into any queue of the desk since."""
    query = select(events.c.id, events.c.case_id).where(events.c.at >= since, events.c.action.in_(list(ARRIVALS)))
    return [Arrival(str(row.id), row.case_id) for row in conn.execute(query)]
