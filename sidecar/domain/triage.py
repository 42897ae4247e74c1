"""Assessment: what a report is, how heavy it weighs, and who hears of it first. Pure, by the policy alone.

It runs at once, without waiting for facts; `with_facts` judges again when the LMS has answered.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sidecar.domain import incident
from sidecar.domain.case import Case, CaseKind, State
from sidecar.domain.escalation import NobodyToTell, contact_for
from sidecar.domain.facts import Facts, shut_out_by
from sidecar.domain.policy import Category, Policy, SeverityRule, Tier
from sidecar.domain.report import Kind, Report, Role, Symptom

_PLAIN_KINDS = {
    Kind.SUPPORT_REQUEST: CaseKind.SUPPORT_REQUEST,
    Kind.CERTIFICATE_GAP: CaseKind.CERTIFICATE_GAP,
    Kind.COMPLAINT: CaseKind.COMPLAINT,
    Kind.SUGGESTION: CaseKind.SUGGESTION,
    Kind.INQUIRY: CaseKind.INQUIRY,
}
_IN_CLASS = frozenset({Kind.SESSION_PROBLEM, Kind.ROOM_LOG})


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was decided: a code that pages translate, and the clause it rests on."""

    code: str
    clause: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """The judgement of one report."""

    kind: CaseKind
    category: str
    department: str
    tier: Tier
    state: State
    severity: int
    confidential: bool
    bars_room: bool
    incident_key: str | None
    room_key: str | None
    platform: str | None
    reasons: tuple[Reason, ...]


def assess(report: Report, policy: Policy, session_starts_at: datetime | None) -> Assessment:
    """Judge a report.

    Args:
        session_starts_at: true start of the class the report is about, if one is known: from the timetable, else what
            the sender's page said.
    """
    rule = policy.symptoms[report.symptom] if report.symptom and report.kind in _IN_CLASS else None
    category, reasons = _category(report, policy)
    kind = _case_kind(report)
    severity, weighing = _severity(report, policy, category, session_starts_at)
    tier, state, routing = _destination(report, policy, category, kind)
    key = _key(report, rule.failure if rule else None, kind)
    activity = report.place.activity
    return Assessment(
        kind=kind,
        category=category.key,
        department=category.department,
        tier=tier,
        state=state,
        severity=severity,
        confidential=category.confidential or kind is CaseKind.COMPLAINT,
        bars_room=category.bars_room or (kind is CaseKind.COMPLAINT and _concerns_the_room(report)),
        incident_key=key,
        room_key=incident.room_key(report) if kind is CaseKind.ROOM_INCIDENT else None,
        platform=activity.module if activity and kind is CaseKind.ROOM_INCIDENT else None,
        reasons=(*reasons, *weighing, *routing),
    )


def _case_kind(report: Report) -> CaseKind:
    if report.kind in _IN_CLASS:
        # Without an activity there is no room to have an incident in (architecture.md, step 4).
        return CaseKind.ROOM_INCIDENT if report.place.activity and report.symptom else CaseKind.SUPPORT_REQUEST
    return _PLAIN_KINDS[report.kind]


def _category(report: Report, policy: Policy) -> tuple[Category, tuple[Reason, ...]]:
    """The sender's category if the policy has it for this kind; else the symptom's; else the kind's own."""
    chosen = policy.categories.get(report.category or "")
    if chosen is not None and report.kind in chosen.kinds:
        return chosen, (Reason("category_chosen", chosen.clause),)
    if report.symptom and report.kind in _IN_CLASS:
        rule = policy.symptoms[report.symptom]
        return policy.categories[rule.category], (Reason("category_of_symptom", rule.clause),)
    default = policy.categories[policy.default_category[report.kind]]
    return default, (Reason("category_default", default.clause),)


def _severity(
    report: Report, policy: Policy, category: Category, starts_at: datetime | None
) -> tuple[int, tuple[Reason, ...]]:
    severity = category.severity
    if report.symptom and report.kind in _IN_CLASS:
        severity = min(severity, policy.symptoms[report.symptom].severity)
    heavier = [rule for rule in policy.severity_rules if _weighs(rule, report, category, starts_at)]
    if not heavier:
        return severity, ()
    rule = min(heavier, key=lambda r: r.severity)
    if rule.severity >= severity:
        return severity, ()
    return rule.severity, (Reason(f"severity_{rule.key}", rule.clause),)


def _weighs(rule: SeverityRule, report: Report, category: Category, starts_at: datetime | None) -> bool:
    if rule.around_start is not None and (starts_at is None or abs(report.occurred_at - starts_at) > rule.around_start):
        return False
    about_it: tuple[tuple[frozenset[str], str | None], ...] = (
        (frozenset(rule.kinds), report.kind),
        (frozenset(rule.roles), report.reporter.role),
        (rule.categories, category.key),
        (frozenset(rule.symptoms), report.symptom),
    )
    return all(not wanted or value in wanted for wanted, value in about_it)


def _concerns_the_room(report: Report) -> bool:
    return report.about is not None and report.about.role in {Role.ROOM_MANAGER, Role.TRAINER}


def _destination(
    report: Report, policy: Policy, category: Category, kind: CaseKind
) -> tuple[Tier, State, tuple[Reason, ...]]:
    """Who hears of it first."""
    if kind is CaseKind.ROOM_INCIDENT:
        rule = policy.symptoms[report.symptom or Symptom.OTHER]
        return (
            rule.goes_to,
            State.RECEIVED,
            (Reason("to_room" if rule.goes_to is Tier.ROOM else "to_tier", rule.clause),),
        )
    if kind is CaseKind.COMPLAINT:
        # P7: referred at receipt when the category is clear; and never by way of the room it may be about (P16).
        if category.clear:
            return Tier.DEPARTMENT, State.REFERRED, (Reason("referred_at_receipt", "P7"),)
        return Tier.ONE, State.ASSESSING, (Reason("category_unclear", "P13"),)
    if report.reporter.role is Role.SUPERVISOR:
        return Tier.MANAGEMENT, State.RECEIVED, (Reason("supervisor_to_management", "P9"),)
    if kind is CaseKind.SUGGESTION and category.tier is Tier.DEPARTMENT:
        return Tier.DEPARTMENT, State.REFERRED, (Reason("referred_at_receipt", "P15"),)
    if category.tier is Tier.ROOM and report.place.activity is None:
        return Tier.ONE, State.RECEIVED, (Reason("no_room_to_tell", "P13"),)
    if category.tier is Tier.TRAINER and report.place.course is None:
        return Tier.ONE, State.RECEIVED, (Reason("no_trainer_to_ask", "P13"),)
    return category.tier, State.RECEIVED, (Reason("to_tier", category.clause),)


def referred_to(policy: Policy, department: str, at: datetime, barred: Collection[str]) -> str:
    """Who answers for what is referred to a department: `head`, `deputy` while the head is away (P7), or `management`.

    Args:
        barred: whom the case is about, as `<site>:<user id>`: nobody is referred a complaint about oneself (P16).
    """
    try:
        return contact_for(policy, "head:department", department, at, barred=barred).reason
    except NobodyToTell:
        return "head"


def _key(report: Report, failure: str | None, kind: CaseKind) -> str | None:
    if kind is CaseKind.ROOM_INCIDENT and failure is not None:
        return incident.incident_key(report, failure)
    if kind is CaseKind.CERTIFICATE_GAP and report.place.course is not None:
        person = report.about.id if report.about else report.reporter.id
        return incident.gap_key(report.site_id, report.place.course.id, person) if person else None
    return None


def with_facts(judged: Assessment, case: Case, facts: Facts, policy: Policy) -> Assessment | None:
    """Judge again now that the LMS has answered.

    A lone "I cannot get in" of a person whom the LMS itself shuts out is no failure of the room: the room manager
    could not mend it, so it goes to tier 1 under login and enrolment, and the next report opens a room incident anew.

    Returns:
        The new assessment, or None when the facts change nothing. A case that a person has touched never moves.
    """
    if case.touched or not case.is_open:
        return None
    cause = shut_out_by(facts)
    # Neither what its room manager has declared, nor a room of a major incident, is one person's own trouble.
    lonely_room = (
        case.kind is CaseKind.ROOM_INCIDENT
        and case.symptom == Symptom.CANNOT_JOIN
        and case.reports == 1
        and not case.declared
        and case.parent_id is None
    )
    if cause is None or not lonely_room:
        return None
    category = _category_for(cause, policy)
    return replace(
        judged,
        kind=CaseKind.SUPPORT_REQUEST,
        category=category.key,
        department=category.department,
        tier=Tier.ONE,
        state=State.RECEIVED,
        incident_key=None,
        room_key=None,
        platform=None,
        reasons=(Reason(f"shut_out_{cause}", category.clause),),
    )


def _category_for(cause: str, policy: Policy) -> Category:
    wanted = "login" if cause.startswith("account") else "joining"
    fallback = policy.default_category[Kind.SUPPORT_REQUEST]
    return policy.categories.get(wanted) or policy.categories[fallback]
