"""One look at the database: what the screen shows and the checks ask. Reads only."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.engine import Connection, Row

from sidecar.demo.cast import ROOM_LABELS, TRAINEES, TRAINER
from sidecar.demo.home import SITE
from sidecar.domain.case import OPEN_STATES, Case, CaseKind, State
from sidecar.domain.facts import FactsStatus
from sidecar.domain.incident import room_of
from sidecar.domain.institute import Label
from sidecar.domain.policy import Measure, Policy, Target, Tier
from sidecar.domain.report import Kind, Symptom
from sidecar.runtime import Runtime
from sidecar.store import cases
from sidecar.store.cases import case_reports, events
from sidecar.store.cases import cases as case_rows
from sidecar.store.clocks import clocks
from sidecar.store.facts import facts
from sidecar.store.reports import reports

_LATEST: Final = 40  # rows of a kind; no screen shows more
# Which fact answers a flagged gap.
_TELLS: Final = {
    "phone_missing": "profile.phone",
    "national_id_missing": "profile.national_id",
    "name_mismatch": "profile.name_en",
}
_MAJOR: Final = Label("عطل عام في المنصة", "Major incident")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A report, as the room for news shows it."""

    key: uuid.UUID
    at: datetime
    who: str
    role: str
    what: Label
    room: Label | None
    case_id: int | None
    confidential: bool


@dataclass(frozen=True, slots=True)
class Found:
    """One telling fact about a reporter, or that the LMS has not answered yet (`name` is then None)."""

    key: uuid.UUID
    who: str
    status: FactsStatus
    name: str | None = None
    value: Any = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A case with its next clock.

    Attributes:
        target: the one that is due next, or the first that is overdue.
        answer_by: when P8 alerts the administrative manager, for a complaint without an answer.
        rooms: of a major incident, how many rooms it gathers.
    """

    case: Case
    what: Label
    room: Label | None
    target: Target | None
    due_at: datetime | None
    answer_by: datetime | None = None
    rooms: int = 0


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of somebody's timeline."""

    id: int
    at: datetime
    case_id: int
    action: str
    actor: str
    reason: str
    data: Mapping[str, Any]
    what: Label


@dataclass(frozen=True, slots=True)
class Look:
    """Everything at one moment; lists are newest first, queues by their clock."""

    at: datetime
    reports: int
    cases: int
    pending: int
    complete: int
    arrivals: Sequence[Arrival]
    incidents: Sequence[Listed]
    queues: Mapping[Tier, Sequence[Listed]]
    found: Sequence[Found]
    timeline: Sequence[Happened]


def look(runtime: Runtime) -> Look:
    """Read it all in one transaction."""
    now = runtime.clock()
    with runtime.db.read() as conn:
        listed = _listed(conn, runtime.policy, now)
        by_id = {one.case.id: one for one in listed}
        status = {row[0]: row[1] for row in conn.execute(select(facts.c.status, func.count()).group_by(facts.c.status))}
        total = conn.scalar(select(func.count()).select_from(reports)) or 0
        found = _found(conn)
        return Look(
            at=now,
            reports=total,
            cases=len(listed),
            pending=total - sum(n for state, n in status.items() if state != FactsStatus.PENDING),
            complete=status.get(FactsStatus.COMPLETE, 0),
            arrivals=_arrivals(conn, runtime.policy),
            incidents=_incidents(listed),
            queues=_queues(listed),
            found=found,
            timeline=_timeline(conn, by_id),
        )


def _arrivals(conn: Connection, policy: Policy) -> list[Arrival]:
    query = (
        select(reports, case_reports.c.case_id, case_rows.c.confidential)
        .outerjoin(case_reports, case_reports.c.report_key == reports.c.key)
        .outerjoin(case_rows, case_rows.c.id == case_reports.c.case_id)
        # By when they came, not by when they happened: what had waited in Moodle comes now.
        .order_by(
            case_reports.c.joined_at.is_not(None),
            case_reports.c.joined_at.desc(),
            reports.c.occurred_at.desc(),
            reports.c.key,
        )
        .limit(_LATEST)
    )
    return [
        Arrival(
            row.key, row.occurred_at, row.body["name"], row.reporter_role, _said(row, policy), _room_of(row),
            row.case_id, bool(row.confidential) or row.kind == Kind.COMPLAINT,
        )
        for row in conn.execute(query)
    ]  # fmt: skip


def _said(row: Row[Any], policy: Policy) -> Label:
    if row.symptom:
        return policy.symptoms[Symptom(row.symptom)].label
    if row.kind == Kind.COMPLAINT:
        return policy.kinds[CaseKind.COMPLAINT]
    return policy.categories[row.category or policy.default_category[Kind(row.kind)]].label


def _room_of(row: Row[Any]) -> Label | None:
    if row.activity_id is None:
        return None
    return ROOM_LABELS.get(room_of(SITE, row.activity_id, row.group_id))


def _listed(conn: Connection, policy: Policy, now: datetime) -> list[Listed]:
    targets = {target.key: target for target in policy.targets}
    due: dict[int, list[tuple[datetime, str]]] = {}
    for row in conn.execute(
        select(clocks.c.case_id, clocks.c.target, clocks.c.target_due_at, clocks.c.state).where(
            clocks.c.state.in_(("running", "paused", "fired"))
        )
    ):
        # A fired rung before the deadline was a warning; the deadline itself still has a running one.
        if row.state != "fired" or row.target_due_at <= now:
            due.setdefault(row.case_id, []).append((row.target_due_at, row.target))
    children: dict[int, set[str | None]] = {}
    found = [cases.from_row(row) for row in conn.execute(select(case_rows).order_by(case_rows.c.id))]
    for case in found:
        if case.parent_id is not None:
            children.setdefault(case.parent_id, set()).add(case.room_key)
    return [_one(case, policy, targets, due.get(case.id, []), len(children.get(case.id, ()))) for case in found]


def _one(
    case: Case, policy: Policy, targets: Mapping[str, Target], due: list[tuple[datetime, str]], rooms: int
) -> Listed:
    if case.kind is CaseKind.ROOM_INCIDENT:
        what = policy.symptoms[Symptom(case.symptom)].label if case.symptom else _MAJOR
    else:
        # What a complaint is about stays with those who handle it (P16).
        what = policy.kinds[case.kind] if case.confidential else policy.categories[case.category].label
    at, target = min(due, default=(None, None))
    room = ROOM_LABELS.get(case.room_key) if case.room_key else None
    answer_by = next((t for t, key in due if key in targets and targets[key].measure is Measure.ESCALATION), None)
    return Listed(case, what, room, targets.get(target or ""), at, answer_by, rooms)


def _incidents(listed: Sequence[Listed]) -> list[Listed]:
    """Room incidents, the major one first, then those still open, the newest first."""
    rooms = [one for one in listed if one.case.kind is CaseKind.ROOM_INCIDENT]
    return sorted(rooms, key=lambda one: (not one.rooms, not one.case.is_open, -one.case.id))


def _queues(listed: Sequence[Listed]) -> dict[Tier, list[Listed]]:
    """Who has what to do: open cases, and what waits to be verified by another. A major's rooms are its own."""
    queues: dict[Tier, list[Listed]] = {tier: [] for tier in Tier}
    for one in listed:
        waits = one.case.state in OPEN_STATES or (
            one.case.state is State.RESOLVED and one.case.kind is not CaseKind.ROOM_INCIDENT
        )
        if waits and one.case.parent_id is None:
            queues[one.case.tier].append(one)
    for queue in queues.values():
        queue.sort(key=lambda one: (one.due_at is None, one.due_at or one.case.opened_at))
    return queues


def _found(conn: Connection) -> list[Found]:
    query = (
        select(facts, reports.c.body, reports.c.kind)
        .join(reports, reports.c.key == facts.c.report_key)
        .order_by(facts.c.taken_at.is_not(None), facts.c.taken_at.desc(), reports.c.occurred_at.desc())
        .limit(_LATEST)
    )
    return [_telling(row) for row in conn.execute(query)]


def _telling(row: Row[Any]) -> Found:
    """Of everything that the LMS told, what matters most for this report."""
    about = row.body["about"]
    who = _name_of(about[0]) if about else row.body["name"]
    told: Mapping[str, Any] = {n: v for n, v in (row.snapshot or {}).items() if v["known"]}
    shut = "enrolment.status" in told and told["enrolment.status"]["value"] != "active"
    flagged = [_TELLS[gap] for gap in row.body["gaps"] if gap in _TELLS]
    usual = ("enrolment.status",) if shut else ("attendance.rate", "enrolment.status", "account.exists")
    name = next((one for one in (*flagged, *usual) if one in told), "")
    status = FactsStatus(row.status)
    if not name:
        return Found(row.report_key, who, status)
    return Found(row.report_key, who, status, name, told[name]["value"], told[name]["source"])


def _name_of(person_id: str) -> str:
    return next((p.name for p in (*TRAINEES.values(), TRAINER) if p.id == person_id), person_id)


def _timeline(conn: Connection, by_id: Mapping[int, Listed]) -> list[Happened]:
    query = select(events).order_by(events.c.id.desc()).limit(_LATEST)
    return [
        Happened(r.id, r.at, r.case_id, r.action, r.actor, r.reason, r.data, by_id[r.case_id].what)
        for r in conn.execute(query)
    ]
