"""The rota: what is entered by page about who holds which post, and when, laid over the document (P5, P7, P13).

The document says what there is: departments, offices, the hours of the desks. Who sits there changes weekly, and nobody
should have to edit a file for it. What is entered comes before what the document says, and where nothing is entered the
document stands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sidecar.domain.escalation import MANAGEMENT
from sidecar.domain.institute import Absence, Contact, Department, Duty, Office, OnCall, Person, Shift
from sidecar.domain.policy import Policy

LED = ("contact_centre", "operations")
"""The offices that have a lead and shifts."""


@dataclass(frozen=True, slots=True)
class Rota:
    """What has been entered, and still stands.

    Attributes:
        holders: who holds a post (`head:<department>`, `deputy:<department>`, `lead:<office>`, `management`).
        away: absences, by the post of whom the document names or by the key of a member of staff.
    """

    holders: Mapping[str, Person] = field(default_factory=dict)
    away: Mapping[str, Sequence[Absence]] = field(default_factory=dict)
    shifts: Sequence[Shift] = ()
    on_call: Sequence[OnCall] = ()

    def __bool__(self) -> bool:
        return bool(self.holders or self.away or self.shifts or self.on_call)


class Senseless(ValueError):
    """What was entered makes no sense; `faults` says which field, and why, as codes."""

    def __init__(self, **faults: str) -> None:
        super().__init__(", ".join(f"{name}: {why}" for name, why in faults.items()))
        self.faults = faults


def posts(policy: Policy) -> Iterator[str]:
    """Every post that may be given to somebody."""
    for department in policy.departments:
        yield f"head:{department}"
        yield f"deputy:{department}"
    yield from (f"lead:{office}" for office in LED if office in policy.offices)
    yield MANAGEMENT


def laid_over(policy: Policy, rota: Rota) -> Policy:
    """The policy with the people who are there now; its digest stays, since no rule of it has changed."""
    if not rota:
        return policy
    departments = {key: _department(one, rota) for key, one in policy.departments.items()}
    offices = {key: _office(one, rota) for key, one in policy.offices.items()}
    return replace(policy, departments=departments, offices=offices, duty=_duty(policy.duty, rota))


def _department(one: Department, rota: Rota) -> Department:
    return replace(
        one, head=_holder(f"head:{one.key}", one.head, rota), deputy=_holder(f"deputy:{one.key}", one.deputy, rota)
    )


def _office(one: Office, rota: Rota) -> Office:
    if one.key == MANAGEMENT and (manager := rota.holders.get(MANAGEMENT)):
        # The number that the document names stays (P8); the manager's own address and accounts come beside it.
        own = manager.contact
        contact = Contact(one.contact.phone or own.phone, own.email or one.contact.email, own.lms_user, own.key)
        return replace(one, contact=contact)
    post = f"lead:{one.key}"
    if one.lead is None:
        return replace(one, lead=_away(post, rota.holders[post], rota)) if post in rota.holders else one
    return replace(one, lead=_holder(post, one.lead, rota))


def _duty(duty: Duty, rota: Rota) -> Duty:
    shifts = tuple(replace(one, person=_away("", one.person, rota)) for one in (*rota.shifts, *duty.shifts))
    on_call = tuple(replace(one, person=_away("", one.person, rota)) for one in (*rota.on_call, *duty.on_call))
    return replace(duty, shifts=shifts, on_call=on_call)


def _holder(post: str, named: Person, rota: Rota) -> Person:
    entered = rota.holders.get(post)
    # An absence that was entered for the post is of whom the document names there, not of who follows.
    return _away("", entered, rota) if entered else _away(post, named, rota)


def _away(post: str, person: Person, rota: Rota) -> Person:
    own = (post, person.contact.key or "", person.contact.lms_user or "")
    entered = [one for key in dict.fromkeys(own) if key for one in rota.away.get(key, ())]
    return replace(person, absences=(*person.absences, *entered)) if entered else person


def check_absence(first: date | None, last: date | None, today: date) -> Absence:
    """An absence that makes sense.

    Raises:
        Senseless
    """
    if first is None or last is None:
        raise Senseless(**{name: "needed" for name, day in (("first", first), ("last", last)) if day is None})
    if last < first:
        raise Senseless(last="before_first")
    if last < today:
        raise Senseless(last="over")
    if (last - first).days > 366:
        raise Senseless(last="too_long")
    return Absence(first, last)


def check_shift(shift: Shift, others: Collection[Shift]) -> Shift:
    """A shift that makes sense beside the others that were entered: who leads an office must be one person.

    Raises:
        Senseless
    """
    if not shift.weekdays:
        raise Senseless(days="needed")
    if not 0 <= shift.start < shift.end <= 24 * 60:
        raise Senseless(end="before_start")
    if shift.first and shift.last and shift.last < shift.first:
        raise Senseless(last="before_first")
    if any(_meet(shift, other) for other in others):
        raise Senseless(start="overlaps")
    return shift


def _meet(one: Shift, other: Shift) -> bool:
    same_hours = one.start < other.end and other.start < one.end
    apart = (one.last and other.first and one.last < other.first) or (
        other.last and one.first and other.last < one.first
    )
    return one.office == other.office and bool(one.weekdays & other.weekdays) and same_hours and not apart


def uncovered(department: Department, absence: Absence) -> bool:
    """Whether head and deputy are away on one day of it: management is told then."""
    shared = [
        (max(a.first, b.first, absence.first), min(a.last, b.last, absence.last))
        for a in department.head.absences
        for b in department.deputy.absences
    ]
    return any(first <= last for first, last in shared)
