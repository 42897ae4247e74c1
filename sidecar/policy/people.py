"""Who answers: offices, departments with head and deputy (P7), and who is on duty or on call (P5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from sidecar.domain.institute import Absence, Contact, Department, Duty, Office, OnCall, Person, Shift
from sidecar.policy.document import Document, unknown
from sidecar.policy.table import Table
from sidecar.policy.values import Senseless, day, email, lms_user, phone, severity, weekday, window
from sidecar.policy.words import section

OFFICES: Final = ("room", "contact_centre", "operations", "administrative_manager")
"""The desks that tiers and escalation mean (P1, P13, P14, P8): what they are called is in their labels."""


def offices(document: Document) -> dict[str, Office]:
    """The institute's desks: the four that the product relies on, and any others."""
    table = section(document, "offices")
    if table is None:
        return {}
    for key in OFFICES:
        if key not in table.data:
            table.fault(None, f"missing office {key!r}")
    found = {}
    for key, entry in table.entries():
        office = Office(
            key=key,
            label=entry.label(),
            clause=entry.clause(),
            calendar=entry.required("calendar", document.reference("calendars", "calendar")),
            contact=_contact(entry),
            lead=_person(lead) if (lead := entry.inner("lead", needed=False)) else None,
        )
        entry.finish()
        if entry.sound:
            found[key] = office
    return found


def departments(document: Document) -> dict[str, Department]:
    """The competent departments; any of them may be referred to, so each head and each deputy can be reached."""
    table = section(document, "departments")
    found = {}
    for key, entry in table.entries() if table else ():
        clause, label = entry.clause(), entry.label()
        calendar = entry.required("calendar", document.reference("calendars", "calendar"))
        head, deputy = entry.inner("head"), entry.inner("deputy")
        if head is not None and deputy is not None:
            found[key] = Department(key, label, clause, calendar, _person(head), _person(deputy))
        entry.finish()
    return {key: department for key, department in found.items() if document.sound(("departments", key))}


def duty(document: Document) -> Duty:
    """Shifts and the on-call list."""
    table = section(document, "duty")
    if table is None:
        return Duty("", (), ())
    found = Duty(table.clause(), tuple(_shifts(table)), tuple(_on_call(table)))
    table.finish()
    return found


def _shifts(duty_table: Table) -> Iterator[Shift]:
    earlier: list[Shift] = []
    for table in duty_table.elements("shifts"):
        office = table.required("office", table.document.reference("offices", "office"))
        holder = table.inner("person")
        days = frozenset(table.listed("days", weekday, needed=True))
        hours = table.required("hours", window)
        if holder is None or hours is None:
            continue
        shift = Shift(office, _person(holder), days, hours.start, hours.end)
        for other in earlier:
            same_days = other.office == office and other.weekdays & days
            if same_days and other.start < shift.end and shift.start < other.end:
                table.fault("hours", "overlaps an earlier shift of this office: who leads must be one person")
                break
        earlier.append(shift)
        yield shift


def _on_call(duty_table: Table) -> Iterator[OnCall]:
    for table in duty_table.elements("on_call"):
        holder = table.inner("person")
        max_severity = table.required("max_severity", severity)
        categories = table.listed("categories", table.document.reference("categories", "category"))
        if holder is not None:
            yield OnCall(_person(holder), max_severity, frozenset(categories))


def _contact(table: Table) -> Contact:
    return Contact(
        phone=table.optional("phone", phone, None),
        email=table.optional("email", email, None),
        lms_user=table.optional("lms_user", lms_user, None),
    )


def _person(table: Table) -> Person:
    person = Person(table.label("name"), _contact(table), tuple(_absences(table)))
    if table.sound and not person.contact:
        table.fault(None, "has no contact: give a phone, an email or an lms_user")
    table.finish()
    return person


def _absences(table: Table) -> Iterator[Absence]:
    for absence in table.elements("absences"):
        first, last = absence.required("first", day), absence.required("last", day)
        if absence.sound and first > last:
            absence.fault("last", f"the absence ends before it begins ({first})")
        yield Absence(first, last)


def contact_fault(tell: str, held: dict[str, Office], duty_rules: Duty) -> str | None:
    """Why nobody can be reached by what a rung's `tell` names, or None when somebody can.

    Heads and deputies are not asked about here: no department is without a contact for either.
    """
    if tell == "on_call":
        return None if duty_rules.on_call else "nobody is on call: add to duty.on_call"
    manner, _, key = tell.partition(":")
    office = held.get("administrative_manager" if tell == "management" else key)
    if office is None:
        return None
    if manner == "lead" and office.lead is None:
        return f"office {office.key!r} has no lead with a contact, and shifts have gaps"
    if manner in ("office", "management") and not office.contact:
        return f"office {office.key!r} has no contact: give it a phone, an email or an lms_user"
    return None


def tell_of(document: Document) -> Callable[[object], str]:
    """A converter for whom a rung tells; see `domain.policy.Rung`."""
    known = document.names("offices")

    def convert(value: object) -> str:
        if value in ("on_call", "management", "head:department", "substitute"):
            return str(value)
        manner, _, office = value.partition(":") if isinstance(value, str) else ("", "", "")
        if manner not in ("lead", "office"):
            raise Senseless(
                f"{value!r} tells nobody: lead:<office>, office:<office>, head:department, on_call, management or "
                "substitute"
            )
        if document.complete and office not in known:
            raise Senseless(unknown("office", office, known))
        return str(value)

    return convert
