"""Where a report stands, read back by its reporter."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from sidecar.domain.case import Action, State
from sidecar.domain.facts import FactsStatus
from sidecar.domain.report import report_key
from sidecar.runtime import Runtime
from sidecar.store import cases, facts, reports, same_room

_DEFAULT_POLL = 15  # seconds


@dataclass(frozen=True, slots=True)
class Status:
    """What a reporter may know of a report.

    Attributes:
        timeline: (when, what) pairs, oldest first; nothing in it names another person.
        poll_after: seconds after which to ask again.
    """

    id: uuid.UUID
    reference: str
    state: State
    case: int | None
    same_in_room: int | None
    facts: FactsStatus
    timeline: Sequence[tuple[datetime, Action]]
    poll_after: int


def status(runtime: Runtime, site_id: str, report_id: uuid.UUID, reporter_id: str | None) -> Status | None:
    """The status of a report; None when there is none, or when it is not `reporter_id`'s.

    Args:
        reporter_id: who asks for their own; None when the site itself asks.
    """
    table = reports.reports
    with runtime.db.read() as conn:
        row = conn.execute(select(table).where(table.c.key == report_key(site_id, report_id))).one_or_none()
        if row is None or (reporter_id is not None and row.reporter_id != reporter_id):
            return None
        case = cases.of_report(conn, row.key)
        known, _ = facts.get(conn, row.key)
        timeline = [(row.received_at, Action.OPEN)]
        standing = same_room.Standing(row.incident_key, case.id if case else None, case.kind if case else None)
        same = same_room.others(same_room.said_the_same(conn, [standing], runtime.clock()), standing)
        if case is not None:
            happened = cases.timeline(conn, case.id, public_only=True)
            timeline += [(e.at, e.action) for e in happened if e.at >= row.received_at]
    state = case.state if case else State.RECEIVED
    return Status(
        id=row.id,
        reference=row.reference,
        state=state,
        case=case.id if case else None,
        same_in_room=same,
        facts=known,
        timeline=timeline,
        poll_after=runtime.policy.poll_seconds.get(state, _DEFAULT_POLL),
    )
