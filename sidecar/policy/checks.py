"""What no table shows alone: whether the tables make sense together. Broken tables are judged by themselves only."""

from __future__ import annotations

from datetime import timedelta

from sidecar.domain.calendar import Calendar, never_opens
from sidecar.domain.case import CaseKind
from sidecar.domain.policy import Category, Policy, Target, Tier
from sidecar.domain.report import Kind
from sidecar.policy.document import Document
from sidecar.policy.people import contact_fault
from sidecar.policy.subjects import IN_CLASS

_CASE_KINDS = {
    # A report from class without an activity or a symptom has no room to be an incident of (domain/triage.py).
    Kind.SESSION_PROBLEM: frozenset({CaseKind.ROOM_INCIDENT, CaseKind.SUPPORT_REQUEST}),
    Kind.ROOM_LOG: frozenset({CaseKind.ROOM_INCIDENT, CaseKind.SUPPORT_REQUEST}),
    Kind.CERTIFICATE_GAP: frozenset({CaseKind.CERTIFICATE_GAP}),
    Kind.SUPPORT_REQUEST: frozenset({CaseKind.SUPPORT_REQUEST}),
    Kind.COMPLAINT: frozenset({CaseKind.COMPLAINT}),
    Kind.SUGGESTION: frozenset({CaseKind.SUGGESTION}),
    Kind.INQUIRY: frozenset({CaseKind.INQUIRY}),
}
_WEEKS_AHEAD = 52  # further ahead than any target of support reaches, and well within the calendars' own horizon
_ENTRANCES = frozenset({Tier.ROOM, Tier.TRAINER})  # nothing is transferred there: a case begins there or never comes


def check(policy: Policy, document: Document) -> None:
    """Record every contradiction between tables in the document's faults."""
    for calendar in policy.calendars.values():
        if never_opens(calendar):
            document.fault(("calendars", calendar.key), "never opens: no weekly hours, no override, no sessions")
    _check_defaults(policy, document)
    if document.sound(("incidents",)) and (reason := _told_of(policy, policy.incidents.major_tells)):
        document.fault(("incidents", "major_tells"), reason)
    if document.sound(("rooms",)) and (reason := _told_of(policy, policy.rooms.manager_missing_tells)):
        document.fault(("rooms", "manager_missing_tells"), reason)
    for target in policy.targets:
        _check_ladder(policy, document, target)
        hours = policy.calendars.get(target.calendar or "")
        if hours and target.within > _WEEKS_AHEAD * _weekly_hours(hours):
            sparse = f"calendar {hours.key!r} has too few weekly hours: the deadline might never come"
            document.fault(("targets", target.key, "calendar"), sparse)
        if document.complete and (reason := _nobody(policy, document, target)):
            document.fault(("targets", target.key, "applies_to"), reason)


def _told_of(policy: Policy, tell: str) -> str | None:
    return contact_fault(tell, dict(policy.offices), policy.duty)


def _weekly_hours(calendar: Calendar) -> timedelta:
    """Hours that come every week: sessions and overrides may stay away."""
    return timedelta(minutes=sum(hours.end - hours.start for day in calendar.weekly.values() for hours in day))


def _check_defaults(policy: Policy, document: Document) -> None:
    """A report without a chosen category gets one that takes its kind."""
    for kind, key in policy.default_category.items():
        category = policy.categories.get(key)
        if category and kind not in category.kinds:
            document.fault(("default_categories", kind), f"category {key!r} does not take {kind}")
    for symptom, rule in policy.symptoms.items():
        category = policy.categories.get(rule.category)
        if category and not category.kinds >= IN_CLASS:
            reason = f"category {rule.category!r} does not take both session_problem and room_log"
            document.fault(("symptoms", symptom, "category"), reason)


def _check_ladder(policy: Policy, document: Document, target: Target) -> None:
    for index, rung in enumerate(target.rungs):
        path = ("targets", target.key, "rungs", index, "tell")
        if reason := contact_fault(rung.tell, dict(policy.offices), policy.duty):
            document.fault(path, reason)
        manager = policy.offices.get("administrative_manager")
        if rung.tell == "management" and rung.escalates and manager and not manager.contact.phone:
            document.fault(path, "escalates to the administrative manager, who has no phone (P8 names a mobile)")


def _nobody(policy: Policy, document: Document, target: Target) -> str | None:
    """Why no case could ever be one that the target is about."""
    about = target.applies_to
    if not document.sound(("categories",)) or not document.sound(("symptoms",)):
        return None
    chosen = [policy.categories[key] for key in sorted(about.categories)] or list(policy.categories.values())
    carrying = [category for category in chosen if not about.kinds or _case_kinds(category) & about.kinds]
    if not carrying:
        return "applies to nobody: none of these categories takes one of these kinds"
    if about.tiers and about.tiers <= _ENTRANCES:
        begins = {category.tier for category in carrying}
        if not about.kinds or CaseKind.ROOM_INCIDENT in about.kinds:
            names = {category.key for category in carrying}
            begins |= {rule.goes_to for rule in policy.symptoms.values() if rule.category in names}
        if not begins & about.tiers:
            return f"applies to nobody: no such case begins at tier {' or '.join(sorted(about.tiers))}"
    return None


def _case_kinds(category: Category) -> frozenset[str]:
    return frozenset(kind for report_kind in category.kinds for kind in _CASE_KINDS[report_kind])
