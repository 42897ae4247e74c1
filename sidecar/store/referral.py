"""A case stands with a department's head, or past them with management: its clocks, and who is alerted (P7, P16)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.engine import Connection, Row

from sidecar.domain import conflict
from sidecar.domain.access import StaffRole
from sidecar.domain.case import Action, Case, CaseKind, follows
from sidecar.domain.desk_rules import Raised
from sidecar.domain.escalation import MANAGEMENT, NobodyToTell, contact_for
from sidecar.domain.policy import Policy, Start, Tier
from sidecar.domain.rota import LED
from sidecar.domain.targets import Happening
from sidecar.domain.triage import referred_to
from sidecar.store import alerts, announce, cases, deadlines, permitted, rota
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


def barred(conn: Connection, case: Case) -> frozenset[str]:
    """Whom nothing of a case is told to: whom a complaint is about, by every key, address and post of theirs (P16)."""
    if case.kind is not CaseKind.COMPLAINT:
        return frozenset()
    about = permitted.involved(conn, case).about
    if not about:
        return frozenset()
    found = set(about)
    query = select(staff).where(or_(staff.c.key.in_(list(about)), staff.c.lms_user.in_(list(about))))
    for row in conn.execute(query):
        found |= {key for key in (row.key, row.lms_user) if key}
        found |= {f"mail:{row.email.casefold()}"} if row.email else set()
        found |= {f"post:{post}" for post in _posts(row)}
    return frozenset(found)


def _posts(row: Row[Any]) -> set[str]:
    """The posts that somebody may hold, by their roles."""
    roles, posts = set(row.roles), set[str]()
    for role, kind in ((StaffRole.DEPARTMENT_HEAD, "head"), (StaffRole.DEPUTY, "deputy")):
        if role in roles:
            posts |= {f"{kind}:{department}" for department in row.departments}
    if StaffRole.LEAD in roles:
        posts |= {f"{kind}:{office}" for kind in ("lead", "shift") for office in LED}
    return posts | ({f"office:{MANAGEMENT}"} if StaffRole.ADMINISTRATIVE_MANAGER in roles else set())


def climb(conn: Connection, case: Case, policy: Policy, now: datetime, *, actor: str) -> Case:
    """Take a complaint past whom it is about, where it would stand with them; and from their hands (P16).

    The first time that it is referred by that, its reporter hears of it (P7): the caller wakes `Lane.NOTIFY`.
    """
    about = permitted.involved(conn, case).about
    if case.owner in about:
        case = cases.change(conn, case, Action.NOTE, owner=None)
    to = past(conn, policy, case.tier, case.department, about)
    if to is None or not follows(case.state, Action.REFER):
        return case
    first = case.tier not in {Tier.DEPARTMENT, Tier.MANAGEMENT}
    case = cases.change(conn, case, Action.REFER, tier=to, owner=None, paused_at=None)
    deadlines.release(conn, case, policy, now)
    referred(conn, case, policy, barred(conn, case), now, actor=actor, reason="conflict")
    if first:
        announce.announce(conn, case, "referred", now, author=actor)
    return case


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
        alerts.raise_anew(conn, case.id, Raised.REFERRED, who, now)
