"""What a reporter added reaches the case, and ends a wait for the reporter."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.engine import Connection

from sidecar.domain.case import Action, Case, State
from sidecar.domain.resolution import still_asked, verified_by_reporters
from sidecar.domain.targets import Happening
from sidecar.runtime import Runtime
from sidecar.store import attachments, cases, deadlines, outbox, outcomes, reports, search, verdicts


def hear_additions(runtime: Runtime, claim: outbox.Claim) -> None:
    """Put each claimed addition on its report's case.

    Raises:
        outbox.NotYet: at least one report stands in no case yet; what could be done is done.
    """
    waiting = False
    for item in claim.items:
        with runtime.db.write() as conn:
            if not outbox.held(conn, claim.token, [item.id]):
                continue
            awaited = _hear(runtime, conn, uuid.UUID(item.subject))
            if awaited is None:
                outbox.finish(conn, claim.token, [item.id])
            elif outbox.never(conn, item, awaited, runtime.clock()):
                outbox.park(conn, claim.token, [item.id], error=outbox.IN_VAIN)
            else:
                waiting = True
    if waiting:
        raise outbox.NotYet


def _hear(runtime: Runtime, conn: Connection, key: uuid.UUID) -> uuid.UUID | None:
    """None when it is done; otherwise the report that stands in no case yet."""
    now = runtime.clock()
    for addition in reports.load_additions(conn, [key]):
        case = cases.of_report(conn, addition.report_key, lock=True)
        if case is None:
            return addition.report_key
        actor = "reporter"
        files = attachments.of_addition(conn, addition.key)
        if files:
            case = cases.change(conn, case, Action.ATTACH)
            data = {"files": [str(one) for one in files]}
            cases.record(conn, case.id, Action.ATTACH, now, actor=actor, data=data)
        if addition.text or addition.diagnostics:
            case = cases.change(conn, case, Action.ADD)
            cases.record(conn, case.id, Action.ADD, now, actor=actor, data={"addition": str(addition.id)})
        if addition.text:
            search.note_words(conn, addition.report_key, addition.text)
        if addition.works is not None:
            case = _answered(runtime, conn, case, works=addition.works, addition=addition.id, now=now)
        if case.state is State.WAITING and (addition.text or files):
            case = cases.change(conn, case, Action.RESUME, paused_at=None)
            cases.record(conn, case.id, Action.RESUME, now, actor=actor, reason="reporter_answered", public=True)
            deadlines.release(conn, case, runtime.policy, now)
    return None


def _answered(
    runtime: Runtime, conn: Connection, case: Case, *, works: bool, addition: uuid.UUID, now: datetime
) -> Case:
    """A reporter says whether it works again: "no" opens the case again, and enough of "yes" verify it (P14)."""
    case = cases.change(conn, case, Action.VERDICT)
    cases.record(conn, case.id, Action.VERDICT, now, actor="reporter", data={"works": works, "addition": str(addition)})
    if not still_asked(case, now) or case.solved_at is None:
        return case
    if not works:
        return outcomes.reopen(conn, case, runtime.policy, by="reporter", reason="reporter_refused", now=now)
    yes, no, reporters = verdicts.counted(conn, case.id, case.solved_at)
    if case.state is State.RESOLVED and verified_by_reporters(yes, no, reporters):
        case = cases.change(conn, case, Action.VERIFY, closed_at=now)
        cases.record(conn, case.id, Action.VERIFY, now, actor="reporter", reason="reporters", public=True)
        for happening in (Happening.VERIFIED, Happening.CLOSED):
            deadlines.happened(conn, case.id, happening, now)
    return case
