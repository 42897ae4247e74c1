"""What the reporters of a solved case answered to "is it working for you?"."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.engine import Connection

from sidecar.domain.report import Kind
from sidecar.store.cases import case_reports
from sidecar.store.reports import additions, reports


def counted(conn: Connection, case_id: int, since: datetime) -> tuple[int, int, int]:
    """How many people said yes, how many no, each by the last answer since then, and how many reported at all."""
    standing = (case_reports.c.case_id == case_id, reports.c.kind != Kind.ROOM_LOG)
    answers: Select[Any] = (
        select(reports.c.sender, additions.c.works)
        .join(reports, reports.c.key == additions.c.report_key)
        .join(case_reports, case_reports.c.report_key == reports.c.key)
        .where(*standing, additions.c.works.is_not(None), additions.c.received_at >= since)
        .order_by(additions.c.received_at, additions.c.key)
    )
    last = {row.sender: row.works for row in conn.execute(answers)}
    everybody = conn.scalar(
        select(func.count(reports.c.sender.distinct()))
        .join(case_reports, case_reports.c.report_key == reports.c.key)
        .where(*standing)
    )
    return sum(last.values()), len(last) - sum(last.values()), everybody or 0
