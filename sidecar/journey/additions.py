"""What a reporter added reaches the case, and ends a wait for the reporter."""

from __future__ import annotations

import uuid

from sqlalchemy.engine import Connection

from sidecar.domain.case import Action, State
from sidecar.runtime import Runtime
from sidecar.store import cases, deadlines, outbox, reports


def hear_additions(runtime: Runtime, claim: outbox.Claim) -> None:
    """Put each claimed addition on its report's case.

    Raises:
        outbox.NotYet: at least one report stands in no case yet; what could be done is done.
    """
    waiting = False
    for item in claim.items:
        with runtime.db.write() as conn:
            if not outbox.held(conn, claim.token, [item.id]):
                continue
            awaited = _hear(runtime, conn, uuid.UUID(item.subject))
            if awaited is None:
                outbox.finish(conn, claim.token, [item.id])
            elif outbox.never(conn, item, awaited, runtime.clock()):
                outbox.park(conn, claim.token, [item.id], error=outbox.IN_VAIN)
            else:
                waiting = True
    if waiting:
        raise outbox.NotYet


def _hear(runtime: Runtime, conn: Connection, key: uuid.UUID) -> uuid.UUID | None:
    """None when it is done; otherwise the report that stands in no case yet."""
    now = runtime.clock()
    for addition in reports.load_additions(conn, [key]):
        case = cases.of_report(conn, addition.report_key, lock=True)
        if case is None:
            return addition.report_key
        actor = "reporter"
        case = cases.change(conn, case, Action.ADD)
        cases.record(conn, case.id, Action.ADD, now, actor=actor, data={"addition": str(addition.id)})
        if case.state is State.WAITING:
            case = cases.change(conn, case, Action.RESUME, paused_at=None)
            cases.record(conn, case.id, Action.RESUME, now, actor=actor, reason="reporter_answered", public=True)
            deadlines.release(conn, case, runtime.policy, now)
    return None
