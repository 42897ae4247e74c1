"""Somebody raises a case to the administrative manager, by hand and with a reason (P8, P16)."""

from __future__ import annotations

from sidecar.domain.access import Viewer
from sidecar.domain.case import Action, Case
from sidecar.domain.escalation import NobodyToTell, contact_for
from sidecar.domain.steps import Lane
from sidecar.runtime import Runtime
from sidecar.store import alerts, cases, messages, permitted, referral, rota

CAUSE = "escalated_by_hand"


def escalate(runtime: Runtime, viewer: Viewer, case_id: int, why: str, *, version: int | None = None) -> Case:
    """Raise a case: management is alerted, and sees why in a note.

    Raises:
        ValueError: no reason is given.
        NotAllowed, permitted.Unseen, permitted.NotPermitted, cases.Stale
    """
    if not why.strip():
        raise ValueError("raising a case needs a reason")
    now = runtime.clock()
    with runtime.db.write() as conn:
        case = permitted.take(conn, viewer, case_id, Action.ESCALATE)
        case = cases.change(conn, case, Action.ESCALATE, version=version, escalated=True, touched=True)
        about = referral.barred(conn, case)
        try:
            told = contact_for(rota.on_duty(conn, runtime.policy), "management", case.department, now, barred=about).who
        except NobodyToTell:
            told = alerts.NOBODY
        said = messages.say(conn, case_id, "note", viewer.key, why.strip(), now)
        alerts.raise_once(conn, case_id, CAUSE, told, now)
        data = {"message": said, "told": told}
        cases.record(conn, case_id, Action.ESCALATE, now, actor=viewer.key, reason="by_hand", public=True, data=data)
    runtime.wake(Lane.MAIL)
    return case
