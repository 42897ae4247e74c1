"""It is over: a room incident is solved at once; everything else is proposed by one and verified by another (P14)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.engine import Connection

from sidecar.domain.access import Viewer
from sidecar.domain.case import Action, Case, CaseKind
from sidecar.domain.policy import Measure, Start
from sidecar.domain.resolution import may_verify
from sidecar.domain.steps import Lane
from sidecar.domain.targets import Happening
from sidecar.runtime import Runtime
from sidecar.store import announce, cases, deadlines, messages, outcomes, permitted, remarks, resolutions


class Untold(ValueError):
    """A complaint's reporter was told of the referral neither by email nor by telephone (P7)."""

    code = "untold"


class Unanswered(ValueError):
    """A complaint is not closed before a person has answered it (P8): closing would end its 24 hours unanswered."""

    code = "unanswered"


def solve(
    runtime: Runtime, viewer: Viewer, case_id: int, *, ended_at: datetime | None = None, version: int | None = None
) -> Case:
    """A room incident is over, and with a major incident all its rooms.

    Args:
        ended_at: when it ended; now unless told otherwise, and never later.

    Raises:
        ValueError: it is no room incident.
    """
    with runtime.db.write() as conn:
        return solving(conn, runtime, viewer, case_id, ended_at=ended_at, version=version)


def solving(
    conn: Connection,
    runtime: Runtime,
    viewer: Viewer,
    case_id: int,
    *,
    ended_at: datetime | None = None,
    version: int | None = None,
) -> Case:
    """`solve` within a transaction."""
    now = runtime.clock()
    at = min(ended_at or now, now)
    case = permitted.take(conn, viewer, case_id, Action.SOLVE)
    if case.kind is not CaseKind.ROOM_INCIDENT:
        raise ValueError("only a room incident is solved at once; anything else is proposed and verified")
    # Its rooms are locked before it changes itself: whoever works on a room looks at it next.
    rooms = cases.children(conn, case_id, lock=True)
    solved = outcomes.solve(conn, case, runtime.policy, by=viewer.key, at=at, now=now, version=version)
    still_open = [child for child in rooms if child.is_open]
    for child in still_open:
        outcomes.solve(conn, child, runtime.policy, by=viewer.key, at=at, now=now, told_by=case_id)
    return solved


def propose(
    runtime: Runtime, viewer: Viewer, case_id: int, *, decision: str | None = None, version: int | None = None,
    proposal: Mapping[str, str] | None = None, send: bool = False,
) -> Case:  # fmt: skip
    """Propose that it is resolved; somebody else verifies it before the reporter is told (P14).

    Args:
        proposal: root_cause, remedy, corrective, and the answer that the reporter reads when it is verified.
        send: whether the reporter reads that answer now already; all of it happens, or none.

    Raises:
        ValueError: it is a room incident, or an empty answer is to be sent.
        permitted.NotPermitted: also where the answer is to be sent by somebody who may propose, but not reply.
    """
    now = runtime.clock()
    answer = (proposal or {}).get("answer", "").strip()
    if send and not answer:
        raise ValueError("an empty answer answers nothing")
    with runtime.db.write() as conn:
        if send:
            case = permitted.take(conn, viewer, case_id, Action.REPLY)
            version = remarks.answer(conn, case, viewer.key, answer, now, version=version).version
        case = permitted.take(conn, viewer, case_id, Action.PROPOSE)
        if case.kind is CaseKind.ROOM_INCIDENT:
            raise ValueError("a room incident is solved, and its reporters told at once")
        case = cases.change(
            conn,
            case,
            Action.PROPOSE,
            version=version,
            solved_at=now,
            solved_by=viewer.key,
            join_key=None,
            paused_at=None,
            touched=True,
        )
        data = {"decision": decision} if decision else {}
        cases.record(conn, case_id, Action.PROPOSE, now, actor=viewer.key, data=data)
        kept = {"root_cause": "", "remedy": "", "corrective": "", "answer": "", **(proposal or {})}
        resolutions.propose(conn, case_id, viewer.key, {"decision": decision or "", **kept}, now)
        deadlines.release(conn, case, runtime.policy, now)
        deadlines.happened(conn, case_id, Happening.RESOLVED, now)
        deadlines.begin(conn, case, runtime.policy, Start.RESOLVED, now, anew={Measure.VERIFICATION})
    if send:
        runtime.wake(Lane.NOTIFY)
    return case


def verify(
    runtime: Runtime, viewer: Viewer, case_id: int, *, others_at_level_2: int = 1, untold: str = "",
    version: int | None = None,
) -> Case:  # fmt: skip
    """Somebody other than the solver says that it has ended: the case is closed.

    A room incident may be verified by one of its reporters ("is it working for you?").

    Args:
        others_at_level_2: level-2 people besides the solver; with none the administrative manager verifies.
        untold: why it is closed though nobody could tell the reporter of the referral by email or telephone (P7).

    Raises:
        permitted.NotPermitted: the solver, or nobody who may verify.
        Untold: P7's telling is still owed, and no reason is given.
        Unanswered: P8's answer is still owed; it may be given while the case awaits its verification.
    """
    now = runtime.clock()
    with runtime.db.write() as conn:
        case = permitted.take(conn, viewer, case_id, Action.VERIFY)
        reporter = case.kind is CaseKind.ROOM_INCIDENT and viewer.key in permitted.involved(conn, case).reporters
        if not reporter and not may_verify(case, viewer, others_at_level_2=others_at_level_2):
            raise permitted.NotPermitted(Action.VERIFY)
        if _owes_answer(conn, case):
            raise Unanswered(f"case {case_id} has not been answered")
        if case.kind is CaseKind.COMPLAINT and deadlines.unmet(conn, case_id, Measure.TOLD):
            _without_telling(conn, case, viewer, untold, now)
        case = cases.change(conn, case, Action.VERIFY, version=version, closed_at=now, touched=True)
        proposed = resolutions.latest(conn, case_id)
        if proposed is not None:
            resolutions.verified(conn, proposed.id, viewer.key, now)
        reason = "reporter" if reporter else ""
        cases.record(conn, case_id, Action.VERIFY, now, actor=viewer.key, reason=reason, public=True)
        for happening in (Happening.VERIFIED, Happening.CLOSED):
            deadlines.happened(conn, case_id, happening, now)
        if case.kind is not CaseKind.ROOM_INCIDENT:  # whose people heard it when it was solved
            answer = proposed.answer if proposed is not None else ""
            announce.announce(conn, case, "resolved", now, author=viewer.key, text=answer)
    runtime.wake(Lane.NOTIFY)
    return case


def _without_telling(conn: Connection, case: Case, viewer: Viewer, why: str, now: datetime) -> None:
    """P7's telling cannot be made: that stands in the case, with the reason."""
    if not why.strip():
        raise Untold(f"the reporter of case {case.id} was not told of the referral")
    said = messages.say(conn, case.id, "note", viewer.key, why.strip(), now)
    cases.record(conn, case.id, Action.NOTE, now, actor=viewer.key, reason="untold", data={"message": said})


def _owes_answer(conn: Connection, case: Case) -> bool:
    """Whether P8 still waits for a person's answer: to the complaint, or to one that was merged into it."""
    if deadlines.unmet(conn, case.id, Measure.ESCALATION):
        return True
    if case.kind is not CaseKind.COMPLAINT:
        return False
    return all(event.action is not Action.REPLY for event in cases.timeline(conn, case.id))


def refuse(
    runtime: Runtime, viewer: Viewer, case_id: int, *, reason: str, note: str = "", version: int | None = None
) -> Case:
    """It is not solved: a verifier or a reporter says so, and the case is open again.

    Args:
        note: why, in one's own words, for whoever solves it next; kept only if it is refused.
    """
    now = runtime.clock()
    with runtime.db.write() as conn:
        case = permitted.take(conn, viewer, case_id, Action.REFUSE)
        if (proposed := resolutions.latest(conn, case_id)) is not None:
            resolutions.refused(conn, proposed.id, now)
        case = outcomes.reopen(conn, case, runtime.policy, by=viewer.key, reason=reason, now=now, version=version)
        if note:
            remarks.note(conn, case, viewer.key, note, now)
        return case
