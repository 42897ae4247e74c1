"""Whoever reported something takes it back: the own part of a case alone, and with the last one the case ends."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Final

from sqlalchemy.engine import Connection

from sidecar.domain.access import Viewer
from sidecar.domain.case import Action, Case, State, after
from sidecar.domain.steps import Lane
from sidecar.domain.targets import Happening
from sidecar.runtime import Runtime
from sidecar.store import announce, cases, clocks, deadlines, permitted, reports, splits

ASKED: Final = ("phone", "in_person", "email", "message")
"""How a reporter may have asked staff for it."""
_ITSELF: Final = "tracking_page"


class NotInCase(ValueError):
    """The report to be withdrawn does not stand in this case, or of several none was chosen."""


def withdraw_own(runtime: Runtime, report_key: uuid.UUID) -> Case:
    """The reporter withdraws, with proof of being the reporter that the caller has checked.

    Returns:
        The case that is withdrawn: the whole one, or the part taken out of it.

    Raises:
        permitted.Unseen: the report stands in no case yet.
        NotAllowed: its case is over.
    """
    now = runtime.clock()
    with runtime.db.write() as conn:
        case = cases.of_report(conn, report_key, lock=True)
        if case is None:
            raise permitted.Unseen(report_key)
        report = reports.load(conn, [report_key])[report_key]
        # Never `sender`: a visitor's is an address or a name, and a timeline holds ids only.
        by = f"{report.site_id}:{report.reporter.id}" if report.reporter.id else cases.ITSELF
        gone = _withdraw(conn, runtime, case, report_key, by=by, reason=_ITSELF, now=now)
    runtime.wake(Lane.NOTIFY)
    return gone


def withdraw(
    runtime: Runtime,
    viewer: Viewer,
    case_id: int,
    *,
    how: str,
    report_key: uuid.UUID | None = None,
    version: int | None = None,
) -> Case:
    """Staff withdraw a report because its reporter asked for it.

    Args:
        how: one of `ASKED`.
        report_key: whose report; may be left out where only one stands in the case.

    Raises:
        NotInCase, ValueError, NotAllowed, permitted.Unseen, permitted.NotPermitted, cases.Stale
    """
    if how not in ASKED:
        raise ValueError("say how the reporter asked for it")
    now = runtime.clock()
    with runtime.db.write() as conn:
        case = permitted.take(conn, viewer, case_id, Action.WITHDRAW)
        if version is not None and version != case.version:
            raise cases.Stale(f"case {case_id} is at version {case.version}, not {version}")
        standing = cases.report_keys(conn, case_id)
        if report_key is None and len(standing) == 1:
            report_key = standing[0]
        if report_key is None or report_key not in standing:
            raise NotInCase(case_id)
        gone = _withdraw(conn, runtime, case, report_key, by=viewer.key, reason=how, now=now)
    runtime.wake(Lane.NOTIFY)
    return gone


def _withdraw(
    conn: Connection, runtime: Runtime, case: Case, report_key: uuid.UUID, *, by: str, reason: str, now: datetime
) -> Case:
    after(case.state, Action.WITHDRAW)  # before a part of what is over is taken out
    standing = cases.report_keys(conn, case.id)
    if len(splits.going(conn, case, report_key)) < len(standing):
        case = splits.take_out(conn, case, report_key, runtime.policy, by=by, now=now)
    was_solved = case.state is State.RESOLVED
    case = cases.change(
        conn, case, Action.WITHDRAW, closed_at=now, join_key=None, declared=False, paused_at=None, touched=True
    )
    data = {"report": str(report_key), "was_solved": was_solved}
    cases.record(conn, case.id, Action.WITHDRAW, now, actor=by, reason=reason, public=True, data=data)
    clocks.end_pause(conn, case.id, now)
    deadlines.happened(conn, case.id, Happening.WITHDRAWN, now)
    announce.announce(conn, case, "withdrawn", now)
    return case
