"""Staff learn whom a complaint is about, and say so: from then on that person sees neither it nor a count (P16)."""

from __future__ import annotations

from sidecar.domain.access import Viewer
from sidecar.domain.case import Action, Case, CaseKind
from sidecar.domain.steps import Lane
from sidecar.runtime import Runtime
from sidecar.store import accused, cases, permitted, referral


class Cannot(ValueError):
    """`code` says why: `no_complaint`, `oneself`, `nobody`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def name(runtime: Runtime, viewer: Viewer, case_id: int, who: str, *, version: int | None = None) -> Case:
    """Say whom a complaint is about; it leaves their queue, and climbs past their desk or department.

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
        people = referral.people_of(conn, {who})
        keys = frozenset(key for one in people for key in one.keys)
        if keys & viewer.keys:
            raise Cannot("oneself")
        accused.note(conn, case_id, sorted(keys))
        case = cases.change(conn, case, Action.NOTE, version=version, touched=True)
        # Not who: the timeline is read by many, and the row says it.
        cases.record(conn, case_id, Action.NOTE, now, actor=viewer.key, reason="named")
        case = referral.climb(conn, case, runtime.policy, now, actor=viewer.key)
    runtime.wake(Lane.NOTIFY)
    return case
