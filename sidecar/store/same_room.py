"""How many people of a live room said the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.engine import Connection

from sidecar.domain.case import CaseKind
from sidecar.domain.report import Kind
from sidecar.store.cases import case_reports, cases
from sidecar.store.reports import reports

# How far back a room's unsolved reports are counted for "others in your room": no class lasts longer.
_CLASS_AT_MOST = timedelta(hours=12)

_OVER = or_(cases.c.join_key.is_(None), cases.c.join_key != cases.c.incident_key)

Tally = Mapping[int | str, int]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a report stands: its room and failure, and the case it is in, if any.

    Attributes:
        counted: whether its sender is one whom the failure hits; a room manager's log says nothing of its writer.
    """

    incident_key: str | None
    case_id: int | None
    case_kind: str | None
    counted: bool = True


def said_the_same(conn: Connection, standings: Sequence[Standing], now: datetime) -> Tally:
    """How many people said the same: by case for reports that stand in one, by room and failure for the rest."""
    inside = [s for s in standings if s.incident_key is not None]
    keys = {s.incident_key for s in inside if s.case_id is None}
    ids = {s.case_id for s in inside if s.case_id is not None and s.case_kind == CaseKind.ROOM_INCIDENT}
    people = func.count(reports.c.sender.distinct())
    tally: dict[int | str, int] = {}
    if keys:
        lately = (
            select(reports.c.incident_key, people)
            .where(reports.c.received_at >= now - _CLASS_AT_MOST, reports.c.kind != Kind.ROOM_LOG)
            .group_by(reports.c.incident_key)
        )
        # Where nothing was ever over, no case need be looked at; this is asked for every press of a broken room.
        past = set(conn.scalars(select(cases.c.incident_key).where(cases.c.incident_key.in_(keys), _OVER)))
        if fresh := keys - past:
            tally.update(_counted(conn, lately.where(reports.c.incident_key.in_(fresh))))
        if past:
            open_or_new = (case_reports.c.case_id.is_(None)) | (cases.c.join_key == reports.c.incident_key)
            by_room = (
                lately.outerjoin(case_reports, case_reports.c.report_key == reports.c.key)
                .outerjoin(cases, cases.c.id == case_reports.c.case_id)
                .where(reports.c.incident_key.in_(past), open_or_new)
            )
            tally.update(_counted(conn, by_room))
    if ids:
        by_case = (
            select(case_reports.c.case_id, people)
            .join(reports, reports.c.key == case_reports.c.report_key)
            .where(case_reports.c.case_id.in_(ids), reports.c.kind != Kind.ROOM_LOG)
            .group_by(case_reports.c.case_id)
        )
        tally.update(_counted(conn, by_case))
    return tally


def _counted(conn: Connection, query: Select[Any]) -> dict[int | str, int]:
    return {row[0]: row[1] for row in conn.execute(query)}


def others(tally: Tally, standing: Standing) -> int | None:
    """Everyone but the sender; None outside a room."""
    if standing.incident_key is None:
        return None
    said = tally.get(standing.incident_key if standing.case_id is None else standing.case_id, 0)
    return max(said - standing.counted, 0)
