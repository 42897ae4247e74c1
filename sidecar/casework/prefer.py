"""A reporter chooses how to be answered from now on (P6): of those ways that there are, under an address that is one.

The case's timeline is told the way and never the address.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Final

import phonenumbers
from sqlalchemy import select
from sqlalchemy.engine import Connection

from sidecar.domain.case import Action
from sidecar.domain.folding import digits_of_one_kind
from sidecar.domain.means import Means, offered, usable
from sidecar.domain.report import ContactPreference
from sidecar.runtime import Runtime
from sidecar.store import cases, preferences, recipients
from sidecar.store.people import people
from sidecar.store.reports import reports

_REGION: Final = "SA"  # where a number without a country's code is dialled
_NEEDS: Final = {
    ContactPreference.EMAIL: "email", ContactPreference.CALL: "phone", ContactPreference.SMS: "phone",
    ContactPreference.WHATSAPP: "phone",
}  # fmt: skip


class NotOffered(ValueError):
    """There is no such way, or not for this reader."""


class NeedsAddress(ValueError):
    """This way needs an address that nobody gave, or one that is none; `field` is `email` or `phone`."""

    def __init__(self, field: str, *, given: bool) -> None:
        super().__init__(field)
        self.field = field
        self.given = given


@dataclass(frozen=True, slots=True)
class Ways:
    """How a report's reader is answered, and may be.

    Attributes:
        now: what was chosen or said; None for however is easiest.
        email, phone: what is known, shortened so that whoever holds a forwarded link does not read it.
        may_give: whether an address may be entered here. By a link alone nobody changes where an account's mail goes.
    """

    offered: tuple[ContactPreference, ...]
    now: ContactPreference | None
    email: str
    phone: str
    may_give: bool


@dataclass(frozen=True, slots=True)
class _Reader:
    who: str
    site_id: str
    person_id: str
    known: dict[str, str | None]
    preference: str | None

    @property
    def visitor(self) -> bool:
        return self.person_id.startswith("visitor:")

    def may_give(self, signed_in: str | None) -> bool:
        """Whether an address may be entered: a visitor's holds for this report alone, an account's for everything."""
        return self.visitor or signed_in is not None


def ways(runtime: Runtime, report_key: uuid.UUID, signed_in: str | None) -> Ways | None:
    """What may be chosen; None where nobody is answered about this report, or somebody else is.

    Args:
        signed_in: the person who looks, where that is proven; None by the report's link.
    """
    with runtime.db.read() as conn:
        reader = _reader(conn, report_key, signed_in)
    if reader is None:
        return None
    return Ways(
        offered=_offered(runtime, reader),
        now=ContactPreference(reader.preference) if reader.preference else None,
        email=_shortened(reader.known["email"]),
        phone=_shortened(reader.known["phone"]),
        may_give=reader.may_give(signed_in),
    )


def prefer(
    runtime: Runtime, report_key: uuid.UUID, signed_in: str | None, choice: str, *, email: str = "", phone: str = ""
) -> None:
    """Keep a choice, with proof of being the reporter that the caller has checked; the next telling goes that way.

    A report that stands in no case yet has no timeline to tell: the choice is kept all the same.

    Raises:
        NotOffered, NeedsAddress
    """
    now = runtime.clock()
    with runtime.db.write() as conn:
        reader = _reader(conn, report_key, signed_in)
        if reader is None or (choice and choice not in _offered(runtime, reader)):
            raise NotOffered(choice)
        preference = ContactPreference(choice) if choice else None
        field = _NEEDS.get(preference) if preference else None
        typed = {"email": email, "phone": phone}.get(field or "", "").strip()
        given = {field: _entered(field, typed)} if field and typed and reader.may_give(signed_in) else {}
        if field and not (given.get(field) or _real(field, reader.known[field])):
            raise NeedsAddress(field, given=False)
        values: dict[str, Any] = {
            "whose": reader.who,
            "preference": preference,
            "at": now,
            "email": None,
            "phone": None,
        }
        preferences.choose(conn, values | given)
        case = cases.of_report(conn, report_key)
        if case is not None:
            by = cases.ITSELF if reader.visitor else f"{reader.site_id}:{reader.person_id}"
            cases.record(conn, case.id, Action.PREFER, now, actor=by, data={"means": choice or "any"})


def _reader(conn: Connection, report_key: uuid.UUID, signed_in: str | None) -> _Reader | None:
    row = conn.execute(select(reports).where(reports.c.key == report_key)).one_or_none()
    person_id = recipients.reader_of(row.kind, row.sender, row.body["about"]) if row else None
    if row is None or person_id is None or (signed_in is not None and signed_in != person_id):
        return None
    who = preferences.whose(row.site_id, person_id, report_key)
    query = select(people).where(people.c.site_id == row.site_id, people.c.person_id == person_id)
    person = conn.execute(query).one_or_none()
    said = row.body if person_id == row.sender else {}  # a manager's log says nothing of whom it is about
    chosen = preferences.of(conn, who)
    known = {
        name: (getattr(chosen, name) if chosen else None)
        or said.get(name)
        or (getattr(person, name) if person else None)
        for name in ("email", "phone")
    }
    preference = said.get("contact_preference") or (person.contact_preference if person else None)
    return _Reader(who, row.site_id, person_id, known, chosen.preference if chosen else preference)


def _offered(runtime: Runtime, reader: _Reader) -> tuple[ContactPreference, ...]:
    there = {Means.CALL}
    if runtime.mailer is not None:
        there.add(Means.EMAIL)
    if not reader.visitor and reader.site_id in runtime.lms:
        there.add(Means.LMS)
    return offered(there)


def _entered(field: str, text: str) -> str:
    real = _real(field, text)
    if real is None:
        raise NeedsAddress(field, given=True)
    return real


def _real(field: str, text: str | None) -> str | None:
    """An address to which something can go; a number in E.164."""
    if field == "email":
        return usable(text)
    try:
        number = phonenumbers.parse(digits_of_one_kind(text or ""), _REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _shortened(address: str | None) -> str:
    """Enough to know one's own by."""
    if not address:
        return ""
    name, at, host = address.partition("@")
    return f"{name[:1]}…{at}{host}" if at else f"…{address[-4:]}"
