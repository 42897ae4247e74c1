"""Staff learn whom a complaint is about, and say so: from then on that person sees neither it nor a count (P16)."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Connection

from sidecar.domain.access import StaffRole, Viewer
from sidecar.domain.case import Action, Case, CaseKind, State
from sidecar.domain.policy import Tier
from sidecar.runtime import Runtime
from sidecar.store import accused, cases, permitted, staff

_ANSWER_FOR_IT = (StaffRole.DEPARTMENT_HEAD, StaffRole.DEPUTY)


class Cannot(ValueError):
    """`code` says why: `no_complaint`, `oneself`, `nobody`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def name(runtime: Runtime, viewer: Viewer, case_id: int, who: str, *, version: int | None = None) -> Case:
    """Say whom a complaint is about; it leaves their queue, and their department's for management where they head it.

    Args:
        who: the key of somebody of the staff, or `<site>:<LMS user id>`.

    Raises:
        Cannot, NotAllowed, permitted.Unseen, permitted.NotPermitted, cases.Stale
    """
    site, _, person = who.partition(":")
    if not site or not person or len(who) > 130:
        raise Cannot("nobody")
    if who in viewer.keys:
        raise Cannot("oneself")
    now = runtime.clock()
    with runtime.db.write() as conn:
        case = permitted.take(conn, viewer, case_id, Action.REFER)
        if case.kind is not CaseKind.COMPLAINT:
            raise Cannot("no_complaint")
        keys, heads = _known(conn, case, who)
        if keys & viewer.keys:
            raise Cannot("oneself")
        accused.note(conn, case_id, sorted(keys))
        changes: dict[str, Any] = {"owner": None} if case.owner in keys else {}
        if heads and case.tier is Tier.DEPARTMENT and case.state is not State.RESOLVED:
            changes |= {"tier": Tier.MANAGEMENT, "owner": None}
        case = cases.change(conn, case, Action.NOTE, version=version, touched=True, **changes)
        # Not who: the timeline is read by many, and the row says it.
        cases.record(conn, case_id, Action.NOTE, now, actor=viewer.key, reason="named")
        if "tier" in changes:
            data = {"from": Tier.DEPARTMENT, "to": Tier.MANAGEMENT}
            cases.record(conn, case_id, Action.TRANSFER, now, actor=viewer.key, reason="conflict", data=data)
        return case


def _known(conn: Connection, case: Case, who: str) -> tuple[frozenset[str], bool]:
    """Every key of that human, and whether they answer for the case's department."""
    keys, heads = {who}, False
    for row in staff.everybody(conn):
        if who in {row.key, row.lms_user}:
            keys |= {key for key in (row.key, row.lms_user) if key}
            heads |= case.department in row.departments and any(role in row.roles for role in _ANSWER_FOR_IT)
    return frozenset(keys), heads
