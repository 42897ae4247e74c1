"""A clock's time has come: the people the policy names are alerted, once for each rung (P1, P7, P8, P12)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.engine import Connection

from sidecar.domain.case import Action, Case, CaseKind
from sidecar.domain.clocks import DUE
from sidecar.domain.escalation import NobodyToTell, contact_for, raised_again
from sidecar.domain.policy import SUBSTITUTE, Rung, Target, Tier
from sidecar.domain.staffing import substitute
from sidecar.domain.steps import Step
from sidecar.runtime import Runtime
from sidecar.store import (
    alerts,
    announce,
    cases,
    clocks,
    deadlines,
    minders,
    outbox,
    recipients,
    referral,
    rota,
    tellings,
)

log = structlog.get_logger(__name__)

_OFFICE_OF = {
    Tier.ROOM: "room",
    Tier.ONE: "contact_centre",
    Tier.TWO: "operations",
    Tier.MANAGEMENT: "administrative_manager",
}


def fire(runtime: Runtime, claim: outbox.Claim) -> None:
    """Do what each claimed rung says."""
    for item in claim.items:
        with runtime.db.write() as conn:
            if outbox.held(conn, claim.token, [item.id]):
                _fire(runtime, conn, int(item.subject))
                outbox.finish(conn, claim.token, [item.id])


def _fire(runtime: Runtime, conn: Connection, clock_id: int) -> None:
    clock = clocks.get(conn, clock_id)
    case = cases.get(conn, clock.case_id, lock=True) if clock else None
    # Read again under the case's lock: what was waited for may have happened while the rung was on its way.
    clock = clocks.get(conn, clock_id)
    if case is None or clock is None or clock.stopped_at is not None:
        return
    target = next((t for t in runtime.policy.targets if t.key == clock.target), None)
    if target is None:
        # A policy that dropped the target since: nothing it says can be done any more.
        log.warning("rung_without_target", clock=clock.id, target=clock.target)
        return
    now = runtime.clock()
    rung = next((r for r in target.rungs if r.key == clock.rung), None)
    is_late = now >= clock.target_due_at
    action = Action.ESCALATE if rung and rung.escalates else Action.OVERDUE if is_late else Action.WARN
    changes: dict[str, Any] = {}
    if is_late:
        changes["overdue"] = True
    if action is Action.ESCALATE:
        changes["escalated"] = True
    case = cases.change(conn, case, action, **changes)
    data = {"target": target.key, "rung": clock.rung, "clause": rung.clause if rung else target.clause}
    told = _tell(runtime, conn, case, target, rung, now) if rung is not None and rung.key != DUE else None
    public = action is Action.ESCALATE
    cases.record(conn, case.id, action, now, reason=target.measure, public=public, data=data | {"told": told})
    if public and case.kind is CaseKind.COMPLAINT:
        announce.announce(conn, case, "escalated", now)  # with the number that the document names (P8)


def _tell(runtime: Runtime, conn: Connection, case: Case, target: Target, rung: Rung, now: datetime) -> str:
    if rung.tell == SUBSTITUTE:
        return _ring_substitute(runtime, conn, case, deadlines.cause_of(target.key, rung.key), now)
    try:
        who = contact_for(
            rota.on_duty(conn, runtime.policy),
            rung.tell,
            case.department,
            now,
            office=_OFFICE_OF.get(case.tier),
            severity=case.severity,
            category=case.category,
            # Whom a complaint is about must not learn of it by being alerted (P16).
            barred=referral.barred(conn, case),
        ).who
    except NobodyToTell:
        log.error("nobody_to_tell", case=case.id, target=target.key, rung=rung.key)
        who = alerts.NOBODY
    again = raised_again(rung, now, runtime.policy.quiet_hours, runtime.policy.timezone)
    alerts.raise_once(conn, case.id, deadlines.cause_of(target.key, rung.key), who, now, again_at=again)
    return who


def _ring_substitute(runtime: Runtime, conn: Connection, case: Case, cause: str, now: datetime) -> str:
    """Another of the room's managers is told inside the LMS that a card waits (P1)."""
    managers, here, seen_by = minders.of_case(conn, case, now - runtime.policy.rooms.manager_seen_within)
    person = substitute(managers, here, seen_by)
    if person is None:
        return alerts.NOBODY
    who = f"{case.site_id}:{person}"
    if alerts.raise_once(conn, case.id, cause, who, now):
        told = {"case_id": case.id, "room_key": case.room_key, "course_id": case.course_id, "cause": "staff",
                "message": "unseen", "text": "", "author": cases.ITSELF}  # fmt: skip
        number, _people = tellings.tell(conn, told, recipients.of_staff(conn, [(case.site_id, person)]), now)
        outbox.put(conn, Step.TELL, [str(number)], now)
    return who


def raise_again(runtime: Runtime) -> int:
    """Raise once more what nobody has acknowledged (P8); returns how many."""
    now = runtime.clock()
    with runtime.db.read() as conn:
        waiting = alerts.due_again(conn, now)
    raised = 0
    for alert in waiting:
        rung = _rung(runtime, alert.cause)
        again = raised_again(rung, now, runtime.policy.quiet_hours, runtime.policy.timezone) if rung else None
        with runtime.db.write() as conn:
            # The case first, as everybody who acknowledges or answers locks it first.
            cases.get(conn, alert.case_id, lock=True)
            if alerts.raise_again(conn, alert.id, alert.times, again, now):
                data = {"cause": alert.cause, "told": alert.tell, "times": alert.times + 1}
                cases.record(conn, alert.case_id, Action.ESCALATE, now, reason="raised_again", data=data)
                raised += 1
    return raised


def _rung(runtime: Runtime, cause: str) -> Rung | None:
    target_key, _, rung_key = cause.partition(".")
    for target in runtime.policy.targets:
        if target.key == target_key:
            return next((rung for rung in target.rungs if rung.key == rung_key), None)
    return None


def release_due(runtime: Runtime) -> int:
    """Mark clocks whose time has come and put their rungs on the way, in one transaction; returns how many."""
    now = runtime.clock()
    with runtime.db.read() as conn:
        if not clocks.any_due(conn, now):
            return 0
    with runtime.db.write() as conn:
        due = clocks.due(conn, now, limit=200)
        outbox.put(conn, Step.RUNG, [str(clock_id) for clock_id in due], now)
    return len(due)
