"""Seeing, acknowledging and taking a case, and taking note of an escalation."""

from __future__ import annotations

from sidecar.domain.access import Viewer
from sidecar.domain.case import Action, Case
from sidecar.domain.policy import Start
from sidecar.domain.targets import Happening
from sidecar.runtime import Runtime
from sidecar.store import alerts, callbacks, cases, deadlines, permitted


def see(runtime: Runtime, viewer: Viewer, case_id: int) -> Case:
    """A card was opened: the clock that waits for it to be seen stops; told to the reporter the first time."""
    now = runtime.clock()
    with runtime.db.write() as conn:
        case = permitted.take(conn, viewer, case_id, Action.SEE)
        first = not any(e.action is Action.SEE for e in cases.timeline(conn, case_id))
        case = cases.change(conn, case, Action.SEE, touched=True)
        cases.record(conn, case_id, Action.SEE, now, actor=viewer.key, public=first)
        deadlines.happened(conn, case_id, Happening.SEEN, now)
        return case


def acknowledge(runtime: Runtime, viewer: Viewer, case_id: int) -> Case:
    """Receipt confirmed by a person. It is no answer: P8 runs on."""
    now = runtime.clock()
    with runtime.db.write() as conn:
        case = permitted.take(conn, viewer, case_id, Action.ACKNOWLEDGE)
        case = cases.change(conn, case, Action.ACKNOWLEDGE, touched=True)
        cases.record(conn, case_id, Action.ACKNOWLEDGE, now, actor=viewer.key, public=True)
        for happening in (Happening.SEEN, Happening.ACKNOWLEDGED):
            deadlines.happened(conn, case_id, happening, now)
        return case


def pick_up(runtime: Runtime, viewer: Viewer, case_id: int, *, version: int | None = None) -> Case:
    """Take a case: it is in progress, and the answer's clock begins (P12)."""
    now = runtime.clock()
    with runtime.db.write() as conn:
        case = permitted.take(conn, viewer, case_id, Action.PICK_UP)
        case = cases.change(conn, case, Action.PICK_UP, version=version, owner=viewer.key, touched=True)
        cases.record(conn, case_id, Action.PICK_UP, now, actor=viewer.key, public=True)
        deadlines.happened(conn, case_id, Happening.PICKED_UP, now)
        deadlines.begin(conn, case, runtime.policy, Start.PICKED_UP, now)
        return case


def accept_escalation(runtime: Runtime, viewer: Viewer, case_id: int, *, version: int | None = None) -> Case:
    """The administrative manager has taken note (P8): the alert is not raised again; only an answer ends the clock.

    What others were alerted of on the same case goes on being raised to them.
    """
    now = runtime.clock()
    taken = {
        deadlines.cause_of(target.key, rung.key)
        for target in runtime.policy.targets
        for rung in target.rungs
        if rung.escalates
    }
    with runtime.db.write() as conn:
        case = permitted.take(conn, viewer, case_id, Action.ACCEPT_ESCALATION)
        case = cases.change(conn, case, Action.ACCEPT_ESCALATION, version=version, touched=True)
        alerts.acknowledge(conn, case_id, taken, viewer.key, now)
        callbacks.end_alerts(conn, case_id, taken, viewer.key, now)
        cases.record(conn, case_id, Action.ACCEPT_ESCALATION, now, actor=viewer.key)
        return case
