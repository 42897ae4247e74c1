"""Handing on: to another tier (تحويل, P13) and to a department's head (إحالة, P7)."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from sidecar.domain.access import Viewer
from sidecar.domain.case import Action, Case, CaseKind
from sidecar.domain.policy import Start, Tier
from sidecar.domain.steps import Lane
from sidecar.domain.targets import Happening
from sidecar.runtime import Runtime
from sidecar.store import announce, cases, deadlines, permitted, referral, remarks


def transfer(
    runtime: Runtime, viewer: Viewer, case_id: int, to: Tier, *, reason: str, note: str = "", version: int | None = None
) -> Case:
    """Hand a case to another tier; the targets of that tier begin to count now, the others run on.

    Args:
        reason: a code of the policy's or the page's own, kept in the timeline (P13).
        note: the same in one's own words, for whoever gets it; kept only if the case is handed on.

    Raises:
        ValueError: it stands there already, or a room or trainer is to get what is none of theirs.
    """
    with runtime.db.write() as conn:
        case = transferring(conn, runtime, viewer, case_id, to, reason=reason, version=version)
        if note:
            remarks.note(conn, case, viewer.key, note, runtime.clock())
        return case


def transferring(
    conn: Connection,
    runtime: Runtime,
    viewer: Viewer,
    case_id: int,
    to: Tier,
    *,
    reason: str,
    version: int | None = None,
) -> Case:
    """`transfer` within a transaction."""
    now = runtime.clock()
    case = permitted.take(conn, viewer, case_id, Action.TRANSFER)
    if to is case.tier:
        raise ValueError(f"the case stands at {to} already")
    if to in {Tier.ROOM, Tier.TRAINER} and (case.confidential or case.bars_room):
        raise ValueError("a confidential case never goes to a room or a trainer")
    about = permitted.involved(conn, case).about if case.kind is CaseKind.COMPLAINT else frozenset[str]()
    if referral.past(conn, runtime.policy, to, case.department, about) is not None:
        raise ValueError("it would stand with whom it is about")
    before = case.tier
    case = cases.change(conn, case, Action.TRANSFER, version=version, tier=to, owner=None, paused_at=None, touched=True)
    data = {"from": before, "to": to}
    cases.record(conn, case_id, Action.TRANSFER, now, actor=viewer.key, reason=reason, public=True, data=data)
    deadlines.release(conn, case, runtime.policy, now)  # who takes over decides whether to wait for the reporter
    for happening in (Happening.SEEN, Happening.TRANSFERRED):
        deadlines.happened(conn, case_id, happening, now)
    deadlines.begin(conn, case, runtime.policy, Start.RECEIVED, now)
    return case


def refer(runtime: Runtime, viewer: Viewer, case_id: int, department: str, *, version: int | None = None) -> Case:
    """Refer to a department's head, or the deputy while the head is away (P7); telling the reporter is due from now.

    Raises:
        KeyError: the policy has no such department.
    """
    now = runtime.clock()
    if department not in runtime.policy.departments:
        raise KeyError(department)
    with runtime.db.write() as conn:
        case = permitted.take(conn, viewer, case_id, Action.REFER)
        about = permitted.involved(conn, case).about if case.kind is CaseKind.COMPLAINT else frozenset[str]()
        tier = referral.past(conn, runtime.policy, Tier.DEPARTMENT, department, about) or Tier.DEPARTMENT
        case = cases.change(
            conn, case, Action.REFER, version=version, tier=tier, department=department, owner=None, paused_at=None,
            touched=True,
        )  # fmt: skip
        deadlines.release(conn, case, runtime.policy, now)
        deadlines.happened(conn, case_id, Happening.SEEN, now)
        referral.referred(conn, case, runtime.policy, referral.barred(conn, case), now, actor=viewer.key)
        announce.announce(conn, case, "referred", now, author=viewer.key)
    runtime.wake(Lane.NOTIFY)
    return case
