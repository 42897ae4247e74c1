"""A solved room incident that nobody reports again for ten minutes is verified by that quiet (P14)."""

from __future__ import annotations

from sqlalchemy import exists, select

from sidecar.domain.case import OPEN_STATES, Action, CaseKind, State
from sidecar.domain.resolution import quiet_verified
from sidecar.domain.targets import Happening
from sidecar.runtime import Runtime
from sidecar.store import cases, deadlines
from sidecar.store.cases import cases as table


def verify_by_quiet(runtime: Runtime) -> int:
    """Close the room incidents that have been quiet long enough; returns how many."""
    now = runtime.clock()
    later = table.alias("later")
    reported_again = (
        select(later.c.id)
        .where(later.c.incident_key == table.c.incident_key, later.c.id != table.c.id)
        .where(later.c.opened_at >= table.c.solved_at, later.c.state.in_(OPEN_STATES))
    )
    quiet = select(table.c.id).where(
        table.c.kind == CaseKind.ROOM_INCIDENT,
        table.c.state == State.RESOLVED,
        table.c.solved_at <= now - runtime.policy.incidents.quiet_verifies,
        table.c.last_report_at <= now - runtime.policy.incidents.quiet_verifies,
        ~exists(reported_again.correlate(table)),
    )
    with runtime.db.read() as conn:
        waiting = list(conn.scalars(quiet.order_by(table.c.id).limit(50)))
    closed = 0
    for case_id in waiting:
        with runtime.db.write() as conn:
            case = cases.get(conn, case_id, lock=True)
            if case is None or not quiet_verified(case, runtime.policy.incidents, now):
                continue
            cases.change(conn, case, Action.VERIFY, closed_at=now)
            cases.record(conn, case.id, Action.VERIFY, now, reason="quiet", public=True)
            deadlines.happened(conn, case.id, Happening.VERIFIED, now)
            deadlines.happened(conn, case.id, Happening.CLOSED, now)
            closed += 1
    return closed
