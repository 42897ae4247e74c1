"""What government bodies are shown (P9): the register of cases without names, and what they have filed themselves."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import and_, false, or_, select
from sqlalchemy.engine import Row

from sidecar.domain.access import StaffRole, Viewer
from sidecar.domain.policy import Measure
from sidecar.domain.report import Role
from sidecar.runtime import Runtime
from sidecar.store import pack_views, ratings, register, staff
from sidecar.store.cases import case_reports, cases
from sidecar.store.clocks import clocks
from sidecar.store.permitted import Unseen
from sidecar.store.reports import reports

CATEGORIES: Final = ("supervisor_inquiry", "supervisor_observation", "supervisor_evidence")
"""What a body may file, as the policy's categories; the pages and the policy know them by these names."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How often a target was met within its time, of the cases of a period."""

    measure: Measure
    kept: int
    missed: int
    running: int


def read_register(runtime: Runtime, viewer: Viewer, month: date, what: str) -> Sequence[register.Entry]:
    """The cases received in a month; that somebody read it is kept before anything is shown.

    Args:
        month: its first day, in the institute's days.
        what: one of `pack_views.WHAT`.
    """
    now = runtime.clock()
    since, until = _bounds(runtime, month)
    with runtime.db.write() as conn:
        pack_views.note(conn, viewer.key, what, f"{month:%Y-%m}", now)
    with runtime.db.read() as conn:
        return register.entries(conn, since, until, now, hidden_from=sorted(viewer.keys))


def satisfaction(runtime: Runtime, viewer: Viewer, month: date) -> tuple[float | None, int]:
    """How content reporters were in a month, from 1 to 5, and how many said so."""
    since, until = _bounds(runtime, month)
    with runtime.db.read() as conn:
        return ratings.average(conn, since, until, hidden_from=sorted(viewer.keys))


def _bounds(runtime: Runtime, month: date) -> tuple[datetime, datetime]:
    since = datetime.combine(month, time(), runtime.zone)
    return since, datetime.combine((month + timedelta(days=32)).replace(day=1), time(), runtime.zone)


def kept(entries: Sequence[register.Entry]) -> list[Kept]:
    """Of each measure that any of the cases has: how often kept, missed, and not yet due."""
    counted: dict[Measure, Counter[bool | None]] = {}
    for entry in entries:
        for measure, (_at, in_time) in entry.met.items():
            counted.setdefault(measure, Counter())[in_time] += 1
    return [Kept(m, counted[m][True], counted[m][False], counted[m][None]) for m in Measure if m in counted]


def who_looked(runtime: Runtime) -> Sequence[Row[Any]]:
    """Who has read the pack and the register: viewer_key, at, what, period; the latest first."""
    with runtime.db.read() as conn:
        return pack_views.lately(conn)


def filings(runtime: Runtime, viewer: Viewer) -> Sequence[Any]:
    """What the viewer's body has filed, the newest first; for the manager, what every body has.

    Columns: key, id, site_id, reporter_id, reference, category, received_at, number, state, due_at
    (None when answered).
    """
    due = (
        select(clocks.c.target_due_at)
        .where(
            clocks.c.case_id == cases.c.id, clocks.c.measure == Measure.FIRST_ANSWER, clocks.c.stopped_at.is_(None)
        )
        .order_by(clocks.c.target_due_at).limit(1).scalar_subquery()
    )  # fmt: skip
    query = (
        select(
            reports.c.key, reports.c.id, reports.c.site_id, reports.c.reporter_id, reports.c.reference,
            reports.c.category, reports.c.received_at, cases.c.id.label("number"), cases.c.state, due.label("due_at"),
        )
        .outerjoin(case_reports, case_reports.c.report_key == reports.c.key)
        .outerjoin(cases, cases.c.id == case_reports.c.case_id)
        .where(reports.c.reporter_role == Role.SUPERVISOR)
    )  # fmt: skip
    with runtime.db.read() as conn:
        if StaffRole.ADMINISTRATIVE_MANAGER not in viewer.roles:
            colleagues = [row.key for row in staff.everybody(conn) if viewer.body and row.body == viewer.body]
            pairs = [one.partition(":") for one in {viewer.key, *colleagues}]
            whose = [and_(reports.c.site_id == site, reports.c.reporter_id == who) for site, _, who in pairs]
            query = query.where(or_(false(), *whose))
        return conn.execute(query.order_by(reports.c.received_at.desc(), reports.c.key).limit(200)).all()


def filing(runtime: Runtime, viewer: Viewer, report_id: uuid.UUID) -> Row[Any]:
    """One of them.

    Raises:
        Unseen: none of the viewer's body's.
    """
    found: Mapping[uuid.UUID, Row[Any]] = {row.id: row for row in filings(runtime, viewer)}
    if report_id not in found:
        raise Unseen(report_id)
    return found[report_id]


def words_of(runtime: Runtime, key: uuid.UUID) -> str:
    """What was filed, in its writer's words."""
    with runtime.db.read() as conn:
        body = conn.scalar(select(reports.c.body).where(reports.c.key == key))
    return str((body or {}).get("text") or "")
