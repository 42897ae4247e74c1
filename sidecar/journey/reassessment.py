"""Facts have come: judge again, and move the case if the LMS itself shuts the person out."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.engine import Connection

from sidecar import registered
from sidecar.domain.case import Action, CaseKind
from sidecar.domain.registry import RegistryEntry
from sidecar.domain.steps import Lane
from sidecar.domain.triage import assess, with_facts
from sidecar.runtime import Runtime
from sidecar.store import cases, deadlines, facts, gap_answers, outbox, reports


def reassess(runtime: Runtime, claim: outbox.Claim) -> None:
    """Judge the claimed reports' cases again.

    Raises:
        outbox.NotYet: at least one report stands in no case yet; what could be done is done.
    """
    waiting = telling = False
    said = _registers(runtime, [uuid.UUID(item.subject) for item in claim.items])
    for item in claim.items:
        with runtime.db.write() as conn:
            if not outbox.held(conn, claim.token, [item.id]):
                continue
            key, now = uuid.UUID(item.subject), runtime.clock()
            if _judge_again(runtime, conn, key, now):
                telling = _certificate(runtime, conn, key, now, said.get(key, ())) or telling
                outbox.finish(conn, claim.token, [item.id])
            elif outbox.never(conn, item, key, now):
                outbox.park(conn, claim.token, [item.id], error=outbox.IN_VAIN)
            else:
                waiting = True
    if telling:
        runtime.wake(Lane.NOTIFY)
    if waiting:
        raise outbox.NotYet


def _judge_again(runtime: Runtime, conn: Connection, key: uuid.UUID, now: datetime) -> bool:
    case = cases.of_report(conn, key, lock=True)
    report = reports.load(conn, [key]).get(key)
    if case is None:
        return report is None  # a report that is gone is judged no more
    _status, found = facts.get(conn, key)
    if found is None or report is None:
        return True
    verdict = with_facts(assess(report, runtime.policy, None), case, found, runtime.policy)
    if verdict is None:
        return True
    before = {"kind": case.kind, "category": case.category, "tier": case.tier}
    case = cases.change(
        conn,
        case,
        Action.REASSESS,
        kind=verdict.kind,
        category=verdict.category,
        department=verdict.department,
        tier=verdict.tier,
        # The room's key is free again: the next report of this room is a room's failure.
        join_key=verdict.incident_key,
        incident_key=verdict.incident_key,
        room_key=verdict.room_key,
        platform=verdict.platform,
    )
    after = {"kind": case.kind, "category": case.category, "tier": case.tier}
    reason = verdict.reasons[0].code
    cases.record(conn, case.id, Action.REASSESS, now, reason=reason, data={"before": before, "after": after})
    deadlines.refit(conn, case, runtime.policy, now)
    return True


def _registers(runtime: Runtime, keys: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[RegistryEntry, ...]]:
    """What registers said of whom certificate cases are about, by what is kept here: nobody outside is waited for.

    Of all at once: a trainer who flags a whole course makes one reading of its roster, not one of each person.
    """
    with runtime.db.read() as conn:
        found = {key: cases.of_report(conn, key) for key in keys}
    places = {
        key: (case.site_id, case.person_id, case.course_id)
        for key, case in found.items()
        if case is not None and case.kind is CaseKind.CERTIFICATE_GAP and case.person_id and case.course_id
    }
    said = registered.entries(runtime, set(places.values()))
    return {key: said.get(place, ()) for key, place in places.items()}


def _certificate(
    runtime: Runtime, conn: Connection, key: uuid.UUID, now: datetime, said: Sequence[RegistryEntry]
) -> bool:
    """A certificate case is looked through by what has come; whether somebody is told."""
    case, report = cases.of_report(conn, key, lock=True), reports.load(conn, [key]).get(key)
    if case is None or report is None or case.kind is not CaseKind.CERTIFICATE_GAP:
        return False
    return gap_answers.heard(conn, runtime.policy, case, report, now, said)
