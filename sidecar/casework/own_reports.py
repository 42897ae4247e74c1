"""What somebody has reported: the list of one's own, newest first, and one of it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.engine import Connection, Row

from sidecar.domain.access import Viewer
from sidecar.domain.report import Kind
from sidecar.runtime import Runtime
from sidecar.store import board
from sidecar.store.cases import case_reports, cases
from sidecar.store.reports import reports

_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Own:
    """One report as its reporter knows it.

    Attributes:
        room, course: as the page called them, else as whoever knows them does; empty where nobody does.
        text: the reporter's own words; empty on a room manager's log, whose reader did not write it.
        state: of its case, once it stands in one.
        gaps: what it says is missing for a certificate: the reporter's claim, whatever the LMS knows.
    """

    id: uuid.UUID
    reference: str
    kind: str
    symptom: str | None
    category: str | None
    occurred_at: datetime
    received_at: datetime
    room: str
    course: str
    text: str
    state: str | None
    gaps: tuple[str, ...] = ()


def own(runtime: Runtime, viewer: Viewer) -> Sequence[Own]:
    """The viewer's last fifty reports, the newest first."""
    site_id, _, person_id = viewer.key.partition(":")
    own_reports = _rows().where(reports.c.site_id == site_id, reports.c.reporter_id == person_id)
    newest = own_reports.order_by(reports.c.received_at.desc(), reports.c.key).limit(_SHOWN)
    with runtime.db.read() as conn:
        return _known(conn, conn.execute(newest).all())


def of_key(runtime: Runtime, key: uuid.UUID) -> Own | None:
    """One report, for a page that has proof that its reporter looks."""
    with runtime.db.read() as conn:
        found = _known(conn, conn.execute(_rows().where(reports.c.key == key)).all())
    return found[0] if found else None


def _rows() -> Select[Any]:
    return (
        select(reports, cases.c.state)
        .outerjoin(case_reports, case_reports.c.report_key == reports.c.key)
        .outerjoin(cases, cases.c.id == case_reports.c.case_id)
    )


def _known(conn: Connection, rows: Sequence[Row[Any]]) -> list[Own]:
    """The rows, with the names that a person's own token does not bring."""
    named: dict[tuple[str, str], tuple[str, str]] = {}
    listed: dict[tuple[str, str], str] = {}
    found = []
    for row in rows:
        room, course = _names(row.body)
        place, within = (row.site_id, row.activity_id), (row.site_id, row.course_id)
        if row.activity_id and not (room and course):
            if place not in named:
                told = board.last_named(conn, *place)
                named[place] = _names(told.body) if told else ("", "")
            room, course = room or named[place][0], course or named[place][1]
        if row.course_id and not course:
            if within not in listed:
                lms = board.course(conn, *within)
                listed[within] = (lms.name if lms else "") or ""
            course = listed[within]
        text = "" if row.kind == Kind.ROOM_LOG else row.body.get("text") or ""
        found.append(
            Own(row.id, row.reference, row.kind, row.symptom, row.category, row.occurred_at, row.received_at, room,
                course, text, row.state, tuple(row.body.get("gaps") or ()))
        )  # fmt: skip
    return found


def _names(body: dict[str, Any]) -> tuple[str, str]:
    """What a report's page called its room and its course."""
    return (body.get("activity") or ("", ""))[1] or "", (body.get("course") or ("", ""))[1] or ""
