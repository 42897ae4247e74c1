"""It is not over after all: a reporter is not satisfied, or staff know better, within the policy's time."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Final

from sidecar.domain.access import Viewer
from sidecar.domain.case import Action, Case, NotAllowed, State
from sidecar.domain.policy import Policy
from sidecar.domain.steps import Lane
from sidecar.runtime import Runtime
from sidecar.store import announce, cases, outcomes, permitted, reports
from sidecar.store.reports import Addition

UNSATISFIED: Final = "not_satisfied"
LONGEST: Final = 4000  # letters, as the API takes


class TooLate(ValueError):
    """The policy's time for opening it again is over; something new is reported anew."""


def reopen_own(runtime: Runtime, report_key: uuid.UUID, text: str) -> Case:
    """The reporter is not satisfied and says why, with proof of being the reporter that the caller has checked.

    Raises:
        ValueError: nothing is said, or more than `LONGEST` letters.
        TooLate: the case was closed too long ago.
        permitted.Unseen: the report stands in no case yet.
        NotAllowed: the case is not over.
    """
    text = _said(text)
    now = runtime.clock()
    with runtime.db.write() as conn:
        case = cases.of_report(conn, report_key, lock=True)
        if case is None:
            raise permitted.Unseen(report_key)
        _in_time(case, runtime.policy, now)
        report = reports.load(conn, [report_key])[report_key]
        # Never `sender`: a visitor's is an address or a name, and a timeline holds ids only.
        by = f"{report.site_id}:{report.reporter.id}" if report.reporter.id else cases.ITSELF
        opened = outcomes.reopen(conn, case, runtime.policy, by=by, reason=UNSATISFIED, now=now)
        one = uuid.uuid4()
        added = Addition(uuid.uuid5(report_key, str(one)), report_key, one, text, {}, now)
        reports.put_addition(conn, added)
        cases.record(conn, case.id, Action.ADD, now, actor=by, public=True, data={"addition": str(added.key)})
        announce.announce(conn, opened, "reopened", now)
    runtime.wake(Lane.NOTIFY)
    return opened


def reopen(runtime: Runtime, viewer: Viewer, case_id: int, *, reason: str, version: int | None = None) -> Case:
    """Staff open a closed case again.

    Args:
        reason: a code, kept in the timeline.

    Raises:
        ValueError: no reason is given.
        TooLate, NotAllowed, permitted.Unseen, permitted.NotPermitted, cases.Stale
    """
    if not reason:
        raise ValueError("opening it again needs a reason")
    now = runtime.clock()
    with runtime.db.write() as conn:
        case = permitted.take(conn, viewer, case_id, Action.REOPEN)
        _in_time(case, runtime.policy, now)
        opened = outcomes.reopen(conn, case, runtime.policy, by=viewer.key, reason=reason, now=now, version=version)
        announce.announce(conn, opened, "reopened", now)
    runtime.wake(Lane.NOTIFY)
    return opened


def _said(text: str) -> str:
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise ValueError(f"say why in 1 to {LONGEST} letters")
    return text


def _in_time(case: Case, policy: Policy, now: datetime) -> None:
    if case.state not in {State.RESOLVED, State.CLOSED}:
        raise NotAllowed(Action.REOPEN, case.state)
    if case.closed_at is not None and now - case.closed_at > policy.reopen_within:
        raise TooLate(case.id)
