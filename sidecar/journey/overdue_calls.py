"""Somebody waits for a call that nobody made: whom the policy names is told, once for each case (P7, P8)."""

from __future__ import annotations

import structlog

from sidecar.domain.desk_rules import Raised
from sidecar.domain.escalation import NobodyToTell, contact_for
from sidecar.domain.steps import Lane
from sidecar.runtime import Runtime
from sidecar.store import alerts, callbacks, cases, referral, rota

log = structlog.get_logger(__name__)


def raise_overdue(runtime: Runtime) -> int:
    """Tell of every call that is late; returns how many."""
    now, rules = runtime.clock(), runtime.policy.desk.calls
    with runtime.db.read() as conn:
        late = callbacks.late(conn, now)
    for row in late:
        with runtime.db.write() as conn:
            case = cases.get(conn, row.case_id, lock=True)
            if case is None or not callbacks.told_late(conn, row.id, now):
                continue
            about = referral.barred(conn, case)
            try:
                people = rota.on_duty(conn, runtime.policy)
                who = contact_for(people, rules.tell, case.department, now, barred=about).who
            except NobodyToTell:
                log.error("nobody_to_tell", case=case.id, what=Raised.CALL_OVERDUE)
                who = alerts.NOBODY
            alerts.raise_once(conn, case.id, Raised.CALL_OVERDUE, who, now)
    if late:
        runtime.wake(Lane.MAIL)
    return len(late)
