"""Who is told, and when it is fit to ring them (P5, P7, P8): duty, absences and quiet hours.

Quiet hours move the moment a rung fires, once, when the ladder is laid. What has fired is sent: a sender that asked
about quiet hours again would silence the very alert that was advanced to their first moment.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import chain
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from sidecar.domain.calendar import Window
from sidecar.domain.institute import Contact, Label, Office, OnCall, QuietHours
from sidecar.domain.local_time import first_moment, last_moment, utc
from sidecar.domain.policy import InQuietHours, Policy, Rung

MANAGEMENT: Final = "administrative_manager"
_DAY: Final = timedelta(days=1)


class Reason(StrEnum):
    """Why this one is told."""

    SHIFT = "shift"  # leads the office at this hour
    LEAD = "lead"
    OFFICE = "office"
    HEAD = "head"
    DEPUTY = "deputy"  # the head is away, or may not be told
    ON_CALL = "on_call"
    MANAGEMENT = "management"


class Addressee(NamedTuple):
    """Who is told: a key without personal data (for logs and rows), the name to show, how to reach them, and why."""

    who: str
    label: Label
    contact: Contact
    reason: Reason


class NobodyToTell(LookupError):
    """Everyone the rung could reach is barred or has no contact, management included: a person must look at it."""


def quiet_window_containing(quiet: QuietHours, timezone: str, at: datetime) -> Window | None:
    """The quiet hours that hold `at`, [start, end) in UTC; None outside them, and always when start equals end."""
    if quiet.start == quiet.end:
        return None
    zone, at = ZoneInfo(timezone), utc(at)
    today = at.astimezone(zone).date()
    for day in (today - _DAY, today):
        ends_on = day + _DAY if quiet.start > quiet.end else day
        start = first_moment(datetime.combine(day, quiet.start), zone)
        end = last_moment(datetime.combine(ends_on, quiet.end), zone)
        if start <= at < end:
            return Window(start, end)
    return None


def around_quiet_hours(
    at: datetime, manner: InQuietHours, quiet: QuietHours, timezone: str, *, not_before: datetime
) -> datetime:
    """When something that falls due at `at` fires (UTC).

    ADVANCE moves it to the moment quiet hours begin (P8), though never before `not_before`; DEFER to when they end.
    """
    at = utc(at)
    silence = None if manner is InQuietHours.IGNORE else quiet_window_containing(quiet, timezone, at)
    if silence is None:
        return at
    return silence.end if manner is InQuietHours.DEFER else min(at, max(silence.start, utc(not_before)))


def raised_again(rung: Rung, raised_at: datetime, quiet: QuietHours, timezone: str) -> datetime | None:
    """When a rung that nobody acknowledged is raised again (P8), always after `raised_at`; None when it is raised once.

    What would be advanced to the moment it was raised last, or before, waits for the end of quiet hours instead: else
    it would be raised at that moment for ever (glpi#1996, trap 5).
    """
    if rung.reraise is None:
        return None
    raised_at = utc(raised_at)
    at = raised_at + rung.reraise
    again = around_quiet_hours(at, rung.in_quiet_hours, quiet, timezone, not_before=raised_at)
    if again > raised_at:
        return again
    return around_quiet_hours(at, InQuietHours.DEFER, quiet, timezone, not_before=raised_at)


def contact_for(
    policy: Policy,
    tell: str,
    department: str | None,
    at: datetime,
    *,
    office: str | None = None,
    severity: int | None = None,
    category: str | None = None,
    barred: Collection[str] = (),
) -> Addressee:
    """Who is told at `at` by a rung's `tell`; where nobody named can be, management is.

    Args:
        tell: `lead:<office>`, `office:<office>`, `head:department`, `on_call` or `management`.
        department: key of the case's department, if it has one yet.
        office: key of the office that has the case; its lead answers `on_call` when no on-call entry fits.
        severity, category: of the case, for `on_call`.
        barred: `<site>:<user id>` of those the case is about: they must not learn that it exists (P16).

    Raises:
        NobodyToTell: not even management can be told.
        ValueError: `tell` is none of the forms (the policy loader refuses it first).
    """
    local = utc(at).astimezone(ZoneInfo(policy.timezone))
    kind, _, name = tell.partition(":")
    named: Iterator[Addressee]
    if kind == "lead" and name:
        named = _leads(policy, policy.offices[name], local)
    elif kind == "office" and name:
        named = iter([_desk(policy.offices[name])])
    elif tell == "head:department":
        named = _heads(policy, department, local)
    elif tell == "on_call":
        named = chain(
            _on_call(policy, severity, category, local),
            _leads(policy, policy.offices[office], local) if office else (),
        )
    elif tell == "management":
        named = iter(())
    else:
        raise ValueError(f"nobody is meant by {tell!r}")
    for addressee in chain(named, _management(policy)):
        if addressee.contact and not is_barred(addressee, barred):
            return addressee
    raise NobodyToTell(tell)


def is_barred(addressee: Addressee, barred: Collection[str]) -> bool:
    """Whether this is one of those who must not be told (P16).

    Whom the document names by an address alone is known by no key: there the post itself is barred (`post:<who>`),
    where somebody who may hold it is accused.
    """
    contact = addressee.contact
    unknown = contact.key is None and contact.lms_user is None
    return contact.is_any_of(barred) or (unknown and f"post:{addressee.who}" in barred)


def tell_of(who: str) -> str:
    """The `tell` of a rung by which an addressee of this key is found."""
    kind, _, name = who.partition(":")
    if kind in {"head", "deputy"}:
        return "head:department"
    if kind == "on_call":
        return "on_call"
    return "management" if name == MANAGEMENT else f"{'office' if kind == 'office' else 'lead'}:{name}"


def told_now(
    policy: Policy, who: str, at: datetime, *, department: str | None, severity: int, category: str,
    barred: Collection[str] = (),
) -> Addressee | None:  # fmt: skip
    """Who is reached by an alert to `who` at this moment: whoever holds that post now, and never one who is barred.

    Returns:
        None where nobody may be told, or the key is of no post.
    """
    found = contact_of(policy, who, at)
    if found is None or not is_barred(found, barred):
        return found
    try:
        return contact_for(
            policy, tell_of(who), department, at, office="contact_centre", severity=severity, category=category,
            barred=barred,
        )  # fmt: skip
    except NobodyToTell:
        return None


def contact_of(policy: Policy, who: str, at: datetime) -> Addressee | None:
    """Whom the key of an addressee stands for now; None for who is named by no policy, such as a room manager."""
    local = utc(at).astimezone(ZoneInfo(policy.timezone))
    kind, _, name = who.partition(":")
    named: Iterator[Addressee] = iter(())
    if kind in {"office", "lead", "shift"} and name in policy.offices:
        named = chain(_leads(policy, policy.offices[name], local), [_desk(policy.offices[name])])
    elif kind in {"head", "deputy"} and name in policy.departments:
        competent = policy.departments[name]
        person = competent.head if kind == "head" else competent.deputy
        return Addressee(who, person.name, person.contact, Reason(kind))
    elif kind == "on_call":
        entry = next((one for key, one in on_call(policy) if key == who), None)
        return Addressee(who, entry.person.name, entry.person.contact, Reason.ON_CALL) if entry else None
    found = list(named)
    return next((one for one in found if one.who == who), found[0] if found and kind == "shift" else None)


def _desk(office: Office) -> Addressee:
    return Addressee(f"office:{office.key}", office.label, office.contact, Reason.OFFICE)


def _leads(policy: Policy, office: Office, local: datetime) -> Iterator[Addressee]:
    """Whoever leads the office at this hour, then its lead, then the office itself; those away are passed over."""
    minute, day = local.hour * 60 + local.minute, local.date()
    for shift in policy.duty.shifts:
        if shift.office == office.key and shift.covers(day, minute) and not shift.person.absent_on(day):
            yield Addressee(f"shift:{office.key}", shift.person.name, shift.person.contact, Reason.SHIFT)
    if office.lead and not office.lead.absent_on(day):
        yield Addressee(f"lead:{office.key}", office.lead.name, office.lead.contact, Reason.LEAD)
    yield _desk(office)


def _heads(policy: Policy, department: str | None, local: datetime) -> Iterator[Addressee]:
    """The competent head, or the deputy while the head is away (P7); then the other of the two, unless away."""
    if department is None:
        return
    competent = policy.departments[department]
    role, person = competent.answers_on(local.date())
    yield Addressee(f"{role}:{department}", person.name, person.contact, Reason(role))
    other, reason = (competent.deputy, Reason.DEPUTY) if role == "head" else (competent.head, Reason.HEAD)
    if not other.absent_on(local.date()):
        yield Addressee(f"{reason}:{department}", other.name, other.contact, reason)


def _on_call(policy: Policy, severity: int | None, category: str | None, local: datetime) -> Iterator[Addressee]:
    """The on-call entries that fit, in the policy's order (P5); 1 is most severe."""
    for key, entry in on_call(policy):
        fits = severity is not None and severity <= entry.max_severity
        if fits and (not entry.categories or category in entry.categories) and entry.covers(local.date()):
            yield Addressee(key, entry.person.name, entry.person.contact, Reason.ON_CALL)


def on_call(policy: Policy) -> Iterator[tuple[str, OnCall]]:
    """The on-call list, each with the key of its addressee."""
    own = (entry for entry in policy.duty.on_call if not entry.entry)
    yield from ((f"on_call:{entry.entry}", entry) for entry in policy.duty.on_call if entry.entry)
    yield from ((f"on_call:{place}", entry) for place, entry in enumerate(own, start=1))


def _management(policy: Policy) -> Iterator[Addressee]:
    """The administrative manager's office, whose mobile the document names (P8)."""
    if (office := policy.offices.get(MANAGEMENT)) is not None:
        yield _desk(office)._replace(reason=Reason.MANAGEMENT)
