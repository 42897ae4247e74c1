"""What reports are about: categories (P11, P15), symptoms (P2), what weighs more, incidents (P1), certificates (P3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sidecar.domain.certificate_rules import CertificateRules
from sidecar.domain.certificate_words import ANSWERS, FILLED
from sidecar.domain.institute import Label
from sidecar.domain.letters import placeholders
from sidecar.domain.policy import Category, IncidentRules, SeverityRule, SymptomRule, Tier
from sidecar.domain.report import Gap, Kind, Role, Symptom
from sidecar.policy.document import Document
from sidecar.policy.people import tell_of
from sidecar.policy.table import Table
from sidecar.policy.values import day, duration, flag, member, one_of, severity, share, text, whole
from sidecar.policy.words import refuse_others, section

IN_CLASS = frozenset({Kind.SESSION_PROBLEM, Kind.ROOM_LOG})
CERTIFICATE_FIELDS = ("national_id", "name_ar", "name_en", "phone")
"""The fields whose absence is a named gap (`domain.report.Gap`); another field would need a gap of its own."""
CERTIFICATE_KINDS = ("customcert", "coursecertificate", "tool_certificate")
"""What the LMS may call a certificate's kind; adapters tell it as `certificate.issued[].source`."""

_kind = member(Kind, "kind")
_tier = member(Tier, "tier")


def categories(document: Document) -> dict[str, Category]:
    """What a report may be about, by name."""
    table = section(document, "categories")
    found = {}
    for key, entry in table.entries() if table else ():
        category = Category(
            key=key,
            label=entry.label(),
            clause=entry.clause(),
            kinds=frozenset(entry.listed("kinds", _kind, needed=True)),
            department=entry.required("department", document.reference("departments", "department")),
            tier=entry.required("tier", _tier),
            severity=entry.required("severity", severity),
            clear=entry.optional("clear", flag, True),  # noqa: FBT003 - a default, not a switch
            confidential=entry.optional("confidential", flag, False),  # noqa: FBT003
            bars_room=entry.optional("bars_room", flag, False),  # noqa: FBT003
        )
        entry.finish()
        if entry.sound:
            _refuse_leaks(entry, category)
        if entry.sound:
            found[key] = category
    return found


def _refuse_leaks(table: Table, category: Category) -> None:
    """P16: what complaints are about stays with those who handle them."""
    if Kind.COMPLAINT in category.kinds and not category.confidential:
        table.fault(None, "takes complaints, so it must be confidential = true (P16)")
    if category.bars_room and category.tier is Tier.ROOM:
        table.fault("tier", "bars the room and yet goes to the room's board (P16)")
    if category.confidential and category.tier in (Tier.ROOM, Tier.TRAINER):
        table.fault("tier", f"is confidential and yet goes to tier {category.tier} (P16)")


def default_category(document: Document) -> dict[Kind, str]:
    """The category of a report whose sender chose none; every kind has one, and it takes that kind."""
    table = section(document, "default_categories")
    if table is None:
        return {}
    table.clause()
    known = document.reference("categories", "category")
    found = {kind: table.required(kind, known) for kind in Kind}
    refuse_others(table, Kind, "kind")
    return found


def symptoms(document: Document) -> dict[Symptom, SymptomRule]:
    """What each symptom means; every symptom has a rule."""
    table = section(document, "symptoms")
    found = {}
    for symptom in Symptom if table else ():
        entry = table.inner(symptom) if table else None
        if entry is None:
            continue
        found[symptom] = SymptomRule(
            symptom=symptom,
            label=entry.label(),
            clause=entry.clause(),
            failure=entry.optional("failure", text, symptom.value),
            category=entry.required("category", document.reference("categories", "category")),
            severity=entry.required("severity", severity),
            goes_to=entry.optional("goes_to", _tier, Tier.ROOM),
            platform=entry.optional("platform", flag, True),  # noqa: FBT003 - a default, not a switch
        )
        entry.finish()
    if table is not None:
        refuse_others(table, Symptom, "symptom")
    return {symptom: rule for symptom, rule in found.items() if document.sound(("symptoms", symptom.value))}


def severity_rules(document: Document) -> tuple[SeverityRule, ...]:
    """The circumstances that make a case weigh more, in the order of the file; there may be none."""
    table = Table(document, (), document.data).inner("severity_rules", needed=False)
    found = []
    for key, entry in table.entries() if table else ():
        rule = SeverityRule(
            key=key,
            clause=entry.clause(),
            severity=entry.required("severity", severity),
            kinds=frozenset(entry.listed("kinds", _kind)),
            roles=frozenset(entry.listed("roles", member(Role, "role"))),
            categories=frozenset(entry.listed("categories", document.reference("categories", "category"))),
            symptoms=frozenset(entry.listed("symptoms", member(Symptom, "symptom"))),
            around_start=entry.optional("around_start", duration, None),
        )
        entry.finish()
        if entry.sound and not (rule.kinds or rule.roles or rule.categories or rule.symptoms or rule.around_start):
            entry.fault(None, "has no condition: every report would weigh the same")
        if entry.sound:
            found.append(rule)
    return tuple(found)


def incidents(document: Document) -> IncidentRules:
    """When reports of a room are one failure, and when rooms are."""
    table = section(document, "incidents")
    if table is None:
        nothing = timedelta(0)
        return IncidentRules("", nothing, nothing, 0, nothing, "management")
    rules = IncidentRules(
        clause=table.clause(),
        window=table.required("window", duration),
        quiet_verifies=table.required("quiet_verifies", duration),
        major_rooms=table.required("major_rooms", whole(2)),
        major_window=table.required("major_window", duration),
        major_tells=table.required("major_tells", tell_of(document)),
    )
    table.finish()
    return rules


def certificate(document: Document) -> CertificateRules:
    """What a certificate needs, and whether somebody has verified it with the authority."""
    table = section(document, "certificate")
    if table is None:
        return CertificateRules("", (), 1.0, None, "")
    rules = CertificateRules(
        clause=table.clause(),
        required_fields=table.listed("required_fields", one_of(CERTIFICATE_FIELDS, "field"), needed=True),
        attendance_threshold=table.required("attendance_threshold", share),
        verified_on=table.optional("verified_on", day, None),
        source=table.required("source", text),
        counts=table.listed("counts", one_of(CERTIFICATE_KINDS, "kind of certificate"), needed=True),
        name_tolerance=table.required("name_tolerance", share),
        sweep_days=table.required("sweep_days", whole(1, 60)),
        login_days=table.required("login_days", whole(1, 60)),
        seals_ids=table.optional("national_id", one_of(("hashed", "encrypted"), "way of keeping it"), "hashed")
        == "encrypted",
        conditions=table.label("conditions"),
        gaps=_labels(table, "gaps", Gap),
        answers=_labels(table, "answers", ANSWERS),
    )
    table.optional("registry_stale", duration, None)  # of earlier releases: `stale_after` of the register is read
    _refuse_unfillable(table, rules)
    table.finish()
    return rules


def _labels(table: Table, key: str, names: Iterable[str]) -> dict[str, Label]:
    words = table.inner(key)
    found = {str(name): words.label(name) for name in names} if words else {}
    if words is not None:
        words.finish()
    return found


def _refuse_unfillable(table: Table, rules: CertificateRules) -> None:
    for key, label in rules.answers.items() if table.sound else ():
        for said in (label.ar, label.en):
            try:
                strange = placeholders(said) - FILLED
            except ValueError:
                strange = {"a brace that is not closed"}
            if strange:
                table.fault(
                    "answers", f"{key}: {min(strange)} is never filled in; there are {', '.join(sorted(FILLED))}"
                )
