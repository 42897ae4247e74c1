"""What must have been seen when the class is over: each promise asked of the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from sidecar.demo.cast import MANAGER
from sidecar.demo.stage import Stage
from sidecar.domain.case import Action, Case, CaseKind, State
from sidecar.domain.facts import FactsStatus
from sidecar.domain.policy import Measure, Tier
from sidecar.store import alerts, callbacks, cases, clocks, facts, outbox
from sidecar.store.cases import case_reports
from sidecar.store.facts import facts as fact_rows
from sidecar.store.reports import reports


@dataclass(frozen=True, slots=True)
class Promise:
    """Something that the play is to show, and how the database says that it did."""

    what: str
    kept: Callable[[Stage, Connection], bool]


def broken(stage: Stage) -> list[str]:
    """The promises that the database does not bear out now."""
    with stage.runtime.db.read() as conn:
        return [promise.what for promise in PROMISES if not _kept(promise, stage, conn)]


def _kept(promise: Promise, stage: Stage, conn: Connection) -> bool:
    try:
        return promise.kept(stage, conn)
    except (LookupError, AttributeError):
        return False  # its report was never sent, or stands in no case


def _cases(stage: Stage, conn: Connection, mark: str) -> list[Case]:
    """The cases in which the reports of a mark stand, one for each report."""
    found = [stage.case_now(conn, sent) for sent in stage.marks[mark]]
    return [case for case in found if case is not None]


def _did(conn: Connection, case: Case, *actions: Action) -> bool:
    """Whether all of these stand in the case's timeline."""
    return set(actions) <= {event.action for event in cases.timeline(conn, case.id)}


def _clock(conn: Connection, case: Case, measure: Measure) -> Sequence[str]:
    return [clock.state for clock in clocks.of_case(conn, case.id) if clock.measure is measure]


def _all_accepted(stage: Stage, conn: Connection) -> bool:
    sent = {stage.key(one) for one in stage.sender.accepted}
    standing = conn.scalar(select(func.count()).select_from(case_reports).where(case_reports.c.report_key.in_(sent)))
    return len(sent) > 20 and standing == len(sent) == conn.scalar(select(func.count()).select_from(reports))


def _trainer_let_in(stage: Stage, conn: Connection) -> bool:
    (case,) = _cases(stage, conn, "trainer_access")
    handled = _did(conn, case, Action.PICK_UP, Action.REPLY, Action.PROPOSE, Action.VERIFY)
    return case.severity == 1 and case.state is State.CLOSED and handled


def _one_incident(stage: Stage, conn: Connection) -> bool:
    found = _cases(stage, conn, "no_sound")
    case = found[0]
    return len(found) == 13 and {one.id for one in found} == {case.id} and case.reports == 13 and case.affected == 24


def _manager_first(stage: Stage, conn: Connection) -> bool:
    case = _cases(stage, conn, "no_sound")[0]
    opener = cases.timeline(conn, case.id)[0]
    return stage.marks["no_sound"][0].reporter is MANAGER and opener.data["report"] == str(
        stage.key(stage.marks["no_sound"][0])
    )


def _sound_solved(stage: Stage, conn: Connection) -> bool:
    case = _cases(stage, conn, "no_sound")[0]
    told = [e for e in cases.timeline(conn, case.id, public_only=True) if e.action is Action.SOLVE]
    return case.state in {State.RESOLVED, State.CLOSED} and bool(told)


def _shut_out(stage: Stage, conn: Connection) -> bool:
    found = _cases(stage, conn, "shut_out")
    moved = all(c.tier is Tier.ONE and c.kind is CaseKind.SUPPORT_REQUEST for c in found)
    reasons = [e.reason for c in found for e in cases.timeline(conn, c.id) if e.action is Action.REASSESS]
    return len({c.id for c in found}) == 2 and moved and all(reason.startswith("shut_out_") for reason in reasons)


def _room_cannot_join(stage: Stage, conn: Connection) -> bool:
    found = _cases(stage, conn, "cannot_join")
    return len(found) == 2 and len({c.id for c in found}) == 1 and found[0].kind is CaseKind.ROOM_INCIDENT


def _facts_came_back(stage: Stage, conn: Connection) -> bool:
    return "facts_pending" in stage.seen and stage.facts_are("gaps", FactsStatus.COMPLETE)(conn)


def _gaps_proven(stage: Stage, conn: Connection) -> bool:
    """The LMS itself says what is missing: two gaps with their source."""
    wanted = {0: "profile.phone", 1: "profile.national_id"}
    for place, name in wanted.items():
        _status, told = facts.get(conn, stage.key(stage.marks["gaps"][place]))
        fact = told.values.get(name) if told else None
        if fact is None or not fact.known or fact.value is not None or not fact.source:
            return False
    return all(c.tier is Tier.TWO for c in _cases(stage, conn, "gaps"))


def _gap_repaired(stage: Stage, conn: Connection) -> bool:
    case = _cases(stage, conn, "gaps")[1]
    by = {e.action: e.actor for e in cases.timeline(conn, case.id)}
    return case.state is State.CLOSED and by[Action.PROPOSE] != by[Action.VERIFY]


def _complaint_referred(stage: Stage, conn: Connection) -> bool:
    (case,) = _cases(stage, conn, "complaint")
    at_receipt = [e for e in cases.timeline(conn, case.id) if e.action is Action.REFER and e.reason == "at_receipt"]
    return case.tier is Tier.DEPARTMENT and case.department == "training" and bool(at_receipt)


def _complaint_clocks(stage: Stage, conn: Connection) -> bool:
    """P7 is kept at receipt; P8 runs on although the head has taken it: only an answer stops it."""
    (case,) = _cases(stage, conn, "complaint")
    p8 = _clock(conn, case, Measure.ESCALATION)
    return set(_clock(conn, case, Measure.REFERRAL)) == {"stopped"} and bool(p8) and "stopped" not in p8


def _night_complaint(stage: Stage, conn: Connection) -> bool:
    """Referred at receipt to the deputy, told by telephone, and its 24 hours run on."""
    (case,) = _cases(stage, conn, "night")
    events = cases.timeline(conn, case.id)
    to = [e.data.get("to") for e in events if e.action is Action.REFER and e.reason == "at_receipt"]
    told = _clock(conn, case, Measure.TOLD)
    return to == ["deputy"] and set(told) == {"stopped"} and "stopped" not in _clock(conn, case, Measure.ESCALATION)


def _callback_promised(stage: Stage, conn: Connection) -> bool:
    (case,) = _cases(stage, conn, "callback")
    return any(row.why == "promised" and row.due_at > row.since for row in callbacks.of_case(conn, case.id))


def _question_answered(stage: Stage, conn: Connection) -> bool:
    (case,) = _cases(stage, conn, "question")
    return case.tier is Tier.TRAINER and set(_clock(conn, case, Measure.FIRST_ANSWER)) == {"stopped"}


def _major(stage: Stage, conn: Connection) -> bool:
    parent_id = _cases(stage, conn, "major")[-1].parent_id
    parent = cases.get(conn, parent_id) if parent_id is not None else None
    if parent is None:
        return False
    rooms = {child.room_key for child in cases.children(conn, parent.id)}
    return parent.severity == 1 and len(rooms) >= 3 and parent.state in {State.RESOLVED, State.CLOSED}


def _late_one(stage: Stage, conn: Connection) -> bool:
    (case,) = _cases(stage, conn, "late")
    return case.overdue and bool(alerts.of_case(conn, case.id))


def _nothing_left(stage: Stage, conn: Connection) -> bool:
    parked = [state for (_, state) in outbox.backlog(conn) if state == "parked"]
    open_facts = select(func.count()).select_from(fact_rows).where(fact_rows.c.status == FactsStatus.PENDING)
    return not parked and conn.scalar(open_facts) == 0


PROMISES: Final = (
    Promise("every accepted report stands in exactly one case", _all_accepted),
    Promise("the trainer who could not get in: severity 1, answered, verified by another (P11)", _trainer_let_in),
    Promise("the room manager's log opened the incident before anybody pressed (B1)", _manager_first),
    Promise("twelve presses joined it: one incident, thirteen reports (A1)", _one_incident),
    Promise("the incident was solved, and the status of each report says so (P14)", _sound_solved),
    Promise("two whom the LMS shuts out moved to tier 1 by facts", _shut_out),
    Promise("two whom it lets in opened one incident of the room", _room_cannot_join),
    Promise("facts were pending while the LMS was down, and complete afterwards (A5)", _facts_came_back),
    Promise("the LMS itself proves the gaps in the certificate data, with its source", _gaps_proven),
    Promise("a gap was repaired by one and verified by another (P14)", _gap_repaired),
    Promise("the complaint was referred to its head at receipt (P7)", _complaint_referred),
    Promise("the complaint's 24 hours run on until a person answers (P8)", _complaint_clocks),
    Promise(
        "a complaint of the night went to the deputy at receipt, and its sender was told by telephone (P7)",
        _night_complaint,
    ),
    Promise("a callback was promised, and stands in the list with its moment (P6.3)", _callback_promised),
    Promise("the content question was answered by the trainer (P2)", _question_answered),
    Promise("three failing rooms of one platform became one major incident", _major),
    Promise("the report that had waited was overdue, and the shift lead was alerted (P1)", _late_one),
    Promise("nothing waits for facts and nothing is parked", _nothing_left),
)
