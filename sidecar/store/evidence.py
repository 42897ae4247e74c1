"""Minutes that room incidents cost a person, put beside that person's gap in attendance for the trainer's decision."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, insert, select
from sqlalchemy.engine import Connection

from sidecar.domain.case import OPEN_STATES, Action, CaseKind
from sidecar.domain.report import Gap
from sidecar.store import cases, rooms
from sidecar.store.cases import case_reports
from sidecar.store.cases import cases as table
from sidecar.store.reports import reports

_TURN: Final = 7350264  # any number that no other lock of ours has


Gaps = dict[int, tuple[str, int]]
"""Certificate cases: whose each is, and its version."""


def open_gaps(conn: Connection, site_id: str, course_id: str, people: Collection[str]) -> Gaps:
    """The open certificate cases of these people."""
    query: Select[Any] = select(table.c.id, table.c.person_id, table.c.version).where(
        table.c.site_id == site_id,
        table.c.course_id == course_id,
        table.c.kind == CaseKind.CERTIFICATE_GAP,
        table.c.person_id.in_(list(people)),
        table.c.state.in_(OPEN_STATES),
    )
    return {row.id: (row.person_id, row.version) for row in conn.execute(query.order_by(table.c.id))}


def open_gaps_in_turn(conn: Connection, site_id: str, course_id: str, people: Collection[str]) -> Gaps:
    """`open_gaps`, of which none that is opened meanwhile is missed: whoever attaches takes turns until committed."""
    if conn.dialect.name == "postgresql":
        # Cases first, then the turn: in the order in which a gap that is assessed takes them.
        found = open_gaps(conn, site_id, course_id, people)
        conn.execute(select(table.c.id).where(table.c.id.in_(list(found))).order_by(table.c.id).with_for_update())
    _take_turn(conn)
    return open_gaps(conn, site_id, course_id, people)


def _take_turn(conn: Connection) -> None:
    """A gap and minutes that commit at once would each miss the other; SQLite's writers take turns anyway."""
    if conn.dialect.name == "postgresql":
        conn.execute(select(func.pg_advisory_xact_lock(_TURN)))


def about_attendance(conn: Connection, case_ids: Collection[int]) -> frozenset[int]:
    """Those of these cases that lack attendance. It reads their reports, so not with the database locked."""
    query: Select[Any] = (
        select(case_reports.c.case_id, reports.c.body)
        .join(case_reports, case_reports.c.report_key == reports.c.key)
        .where(case_reports.c.case_id.in_(list(case_ids)))
    )
    return frozenset(row.case_id for row in conn.execute(query) if Gap.ATTENDANCE_BELOW in row.body["gaps"])


def attach_new(conn: Connection, gaps: Mapping[int, str], lost: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Put minutes that were kept in this very transaction, and so stand nowhere yet, on these cases."""
    rows = {row["person_id"]: row for row in lost}
    events = [_event(case, now, rows[person]) for case, person in sorted(gaps.items()) if person in rows]
    if events:
        conn.execute(insert(cases.events), events)


def attach(conn: Connection, case_id: int, site_id: str, course_id: str, person_id: str, now: datetime) -> int:
    """Put each session's minutes on one case, once, if it is about attendance; returns how many are new."""
    if not about_attendance(conn, [case_id]):
        return 0
    _take_turn(conn)
    known = {
        (event.data.get("session"), event.data.get("room"))
        for event in cases.timeline(conn, case_id)
        if event.action is Action.EVIDENCE
    }
    kept = rooms.lost_by(conn, site_id, course_id, person_id)
    new = [_event(case_id, now, row) for row in kept if (row["session_key"], row["room_key"]) not in known]
    if new:
        conn.execute(insert(cases.events), new)
    return len(new)


def _event(case_id: int, now: datetime, lost: Mapping[str, Any]) -> dict[str, Any]:
    data = {
        "session": lost["session_key"],
        "room": lost["room_key"],
        "minutes": lost["minutes"],
        "cases": lost["cases"],
    }
    return {"case_id": case_id, "at": now, "action": Action.EVIDENCE, "actor": cases.ITSELF, "reason": "minutes_lost",
            "public": False, "data": data}  # fmt: skip
