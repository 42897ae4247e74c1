"""A case stands with a department's head, or past them with management: its clocks, and who is alerted (P7, P16)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.engine import Connection

from sidecar.domain import conflict
from sidecar.domain.access import StaffRole
from sidecar.domain.case import Action, Case, CaseKind
from sidecar.domain.desk_rules import Raised
from sidecar.domain.escalation import NobodyToTell, contact_for
from sidecar.domain.policy import Policy, Start, Tier
from sidecar.domain.targets import Happening
from sidecar.domain.triage import referred_to
from sidecar.store import alerts, cases, deadlines, rota
from sidecar.store.staff import staff


def people_of(conn: Connection, keys: Collection[str]) -> list[conflict.Accused]:
    """The humans behind some keys, with all by which they are known here and what they hold."""
    found, known = [], set[str]()
    rows = conn.execute(select(staff).where(or_(staff.c.key.in_(list(keys)), staff.c.lms_user.in_(list(keys)))))
    for row in rows:
        own = frozenset(key for key in (row.key, row.lms_user) if key)
        known |= own
        roles = frozenset(StaffRole(role) for role in row.roles) if row.active else frozenset[StaffRole]()
        found.append(conflict.Accused(own, roles, frozenset(row.departments)))
    return found + [conflict.Accused(frozenset({key})) for key in keys if key not in known]


def past(conn: Connection, policy: Policy, tier: Tier, department: str, about: Collection[str]) -> Tier | None:
    """Where a complaint goes that would stand with whom it is about (P16); None where it may stay."""
    if not about:
        return None
    return conflict.past(rota.on_duty(conn, policy), tier, department, people_of(conn, about))


def referred(
    conn: Connection, case: Case, policy: Policy, about: Collection[str], now: datetime, *, actor: str = cases.ITSELF,
    reason: str = "",
) -> None:  # fmt: skip
    """Keep that a case was referred, let the clocks know, and alert whom it stands with.

    Args:
        about: whom it is about; they are not told.
        reason: of the event: `at_receipt`, or empty where a person referred it.
    """
    people = rota.on_duty(conn, policy)
    tell = "management" if case.tier is Tier.MANAGEMENT else "head:department"
    to = "management" if case.tier is Tier.MANAGEMENT else referred_to(people, case.department, now, about)
    data = {"department": case.department, "to": to}
    cases.record(conn, case.id, Action.REFER, now, actor=actor, reason=reason, public=True, data=data)
    deadlines.happened(conn, case.id, Happening.REFERRED, now)
    deadlines.begin(conn, case, policy, Start.REFERRED, now)
    try:
        who = contact_for(people, tell, case.department, now, barred=about).who
    except NobodyToTell:
        who = alerts.NOBODY
    if case.kind in {CaseKind.COMPLAINT, CaseKind.SUGGESTION} or actor != cases.ITSELF:
        alerts.raise_once(conn, case.id, Raised.REFERRED, who, now)
