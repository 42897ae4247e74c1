"""What a live room's own failures are, for whoever opens the panel there: one question, by the room's index."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, false, func, or_, select
from sqlalchemy import case as when
from sqlalchemy.engine import Connection, Row

from sidecar.domain.case import OPEN_STATES, CaseKind
from sidecar.domain.report import Kind
from sidecar.store.cases import case_reports, cases
from sidecar.store.reports import reports


def open_in(
    conn: Connection, room_key: str, reader_id: str | None, joined_since: datetime, people: int
) -> Sequence[Row[Any]]:
    """The open failures of a room that its people may know of, the oldest first: symptom, opened_at, people, declared.

    Never what the room must not know of (P16), nor what its manager logged about one trainee alone.

    Args:
        reader_id: whoever asks for their own; what that person has reported is left out.
        joined_since: a failure whose last report is older would not be joined any more, unless it was declared.
        people: so many make it known where nobody has declared it.
    """
    log = reports.c.kind == Kind.ROOM_LOG
    about = func.coalesce(reports.c.body[("about", 0)].as_string(), "")
    senders = func.count(when((~log, reports.c.sender)).distinct())
    for_all = func.coalesce(func.sum(when((log, when((about == "", 1), else_=0)), else_=0)), 0)
    own = and_(~log, reports.c.reporter_id == reader_id) if reader_id is not None else false()
    declared = and_(cases.c.declared, for_all > 0)
    query: Select[Any] = (
        select(
            cases.c.symptom, cases.c.opened_at, senders.label("people"), when((declared, 1), else_=0).label("declared")
        )
        .outerjoin(case_reports, case_reports.c.case_id == cases.c.id)
        .outerjoin(reports, reports.c.key == case_reports.c.report_key)
        .where(
            cases.c.room_key == room_key,
            cases.c.kind == CaseKind.ROOM_INCIDENT,
            cases.c.state.in_(OPEN_STATES),
            cases.c.symptom.is_not(None),
            cases.c.merged_into.is_(None),
            ~cases.c.confidential,
            ~cases.c.bars_room,
            or_(cases.c.declared, cases.c.last_report_at >= joined_since),
        )
        .group_by(cases.c.id)
        .having(or_(declared, senders >= people), func.coalesce(func.sum(when((own, 1), else_=0)), 0) == 0)
        .order_by(cases.c.opened_at, cases.c.id)
    )
    return conn.execute(query).all()
