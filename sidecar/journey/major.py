"""Many rooms of one platform failing at once are one major incident: one parent case, its rooms as children."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import update
from sqlalchemy.engine import Connection

from sidecar.domain import incident
from sidecar.domain.case import OPEN_STATES, Action, Case, CaseKind, State
from sidecar.domain.escalation import NobodyToTell, contact_for
from sidecar.domain.policy import Start, Tier
from sidecar.runtime import Runtime
from sidecar.store import alerts, cases, deadlines, incidents, outbox, rota
from sidecar.store.cases import cases as table

log = structlog.get_logger(__name__)


def look_for_major(runtime: Runtime, claim: outbox.Claim) -> None:
    """For each room incident that has just been opened: is it the whole platform?

    It runs after the incident is committed, so that of several opened at once the last one sees them all.
    """
    for item in claim.items:
        with runtime.db.write() as conn:
            if outbox.held(conn, claim.token, [item.id]):
                _look(runtime, conn, int(item.subject))
                outbox.finish(conn, claim.token, [item.id])


def _look(runtime: Runtime, conn: Connection, case_id: int) -> None:
    rules, now = runtime.policy.incidents, runtime.clock()
    case = cases.get(conn, case_id)
    # Without a platform (a client that knows only its room) nothing says what else may be failing with it.
    if case is None or not case.is_open or not case.platform or case.parent_id is not None:
        return
    own = {symptom for symptom, rule in runtime.policy.symptoms.items() if not rule.platform}
    if case.symptom in own:
        return
    key = incident.major_key(case.site_id, case.platform)
    # Locked before the rooms are looked at: solved together, they must not be taken for failures of this moment.
    standing = incidents.open_by_key(conn, key)
    failures = incidents.open_failures(conn, case.site_id, case.platform, case.opened_at - rules.major_window, own)
    members = incident.major(failures, rules)
    if standing is not None and case.opened_at - standing.last_report_at <= rules.major_window:
        members = (*members, case.id)
    if case.id not in members:
        return
    joining = incidents.Joining(0, 1, None, earliest=case.opened_at, latest=case.opened_at)
    parent, opened = incidents.join_or_open(conn, key, joining, rules.major_window, _parent(runtime, case, now))
    if opened:
        cases.record(conn, parent.id, Action.OPEN, now, reason="major_incident", data={"rooms": len(members)})
        deadlines.begin(conn, parent, runtime.policy, Start.RECEIVED, parent.clock_started_at)
        alerts.raise_once(conn, parent.id, "major", _told(runtime, conn, parent, now), now)
    still_alone = (table.c.parent_id.is_(None), table.c.state.in_(OPEN_STATES))
    for child in sorted(set(members)):
        adopted = conn.execute(update(table).where(table.c.id == child, *still_alone).values(parent_id=parent.id))
        if adopted.rowcount:
            cases.record(conn, child, Action.GROUP, now, data={"parent": parent.id})


def _told(runtime: Runtime, conn: Connection, parent: Case, now: datetime) -> str:
    """Whom the policy means at this hour: shifts and absences as for any rung."""
    tells = runtime.policy.incidents.major_tells
    try:
        return contact_for(
            rota.on_duty(conn, runtime.policy),
            tells,
            parent.department,
            now,
            office="contact_centre",
            severity=parent.severity,
            category=parent.category,
        ).who
    except NobodyToTell:
        log.error("nobody_to_tell", case=parent.id)
        return alerts.NOBODY


def _parent(runtime: Runtime, case: Case, now: datetime) -> dict[str, Any]:
    return {
        "site_id": case.site_id,
        "kind": CaseKind.ROOM_INCIDENT,
        "state": State.RECEIVED,
        "category": case.category,
        "department": case.department,
        "tier": Tier.ONE,
        "severity": 1,
        "channel": case.channel,
        "opened_at": now,
        "clock_started_at": now,
        "last_report_at": case.opened_at,
        "version": 1,
        "policy_digest": runtime.policy.digest,
        "incident_key": incident.major_key(case.site_id, case.platform or ""),
        "platform": case.platform,
    }
