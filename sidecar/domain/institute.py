"""Who the institute is: its offices, departments and the people who hold them, and when they are on duty (P7, P9, P16).

Read from the policy's TOML like everything in `policy.py`, and as immutable.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True, slots=True)
class Label:
    """The institute's own words for a thing, in both languages."""

    ar: str
    en: str

    def in_(self, locale: str) -> str:
        """The label in the language of `locale`; Arabic unless it is English."""
        return self.en if locale.lower().startswith("en") else self.ar


@dataclass(frozen=True, slots=True)
class Contact:
    """How an office or a person on duty is reached. At least one is set wherever the policy needs a contact.

    Attributes:
        lms_user: `<site>:<user id>` of the person at the LMS.
        key: of the same person among the staff, where the rota has put them.
    """

    phone: str | None = None
    email: str | None = None
    lms_user: str | None = None
    key: str | None = None

    def is_any_of(self, keys: Collection[str]) -> bool:
        """Whether this human is known by one of these keys; an address is one, as `mail:<address>`."""
        mail = f"mail:{self.email.casefold()}" if self.email else None
        return not {self.lms_user, self.key, mail}.isdisjoint(keys)

    def __bool__(self) -> bool:
        return bool(self.phone or self.email or self.lms_user)


def within(first: date | None, last: date | None, day: date) -> bool:
    """Whether a day lies between two, both included; None is no bound."""
    return (first is None or first <= day) and (last is None or day <= last)


@dataclass(frozen=True, slots=True)
class Absence:
    """Days, both included, on which somebody is away."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Person:
    """A holder of an office, named by the policy."""

    name: Label
    contact: Contact
    absences: tuple[Absence, ...] = ()

    def absent_on(self, day: date) -> bool:
        """Whether an absence covers `day` (the institute's local date)."""
        return any(a.first <= day <= a.last for a in self.absences)


@dataclass(frozen=True, slots=True)
class Office:
    """A desk of the institute: the room's manager, the contact centre, operations, management."""

    key: str
    label: Label
    clause: str
    calendar: str
    contact: Contact
    lead: Person | None = None


@dataclass(frozen=True, slots=True)
class Department:
    """A competent department with its head and deputy (P7)."""

    key: str
    label: Label
    clause: str
    calendar: str
    head: Person
    deputy: Person

    def answers_on(self, day: date) -> tuple[str, Person]:
        """`("head", …)`, or `("deputy", …)` while the head is away and the deputy is not."""
        if self.head.absent_on(day) and not self.deputy.absent_on(day):
            return "deputy", self.deputy
        return "head", self.head


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Local times between which people are not rung, over midnight when `start > end`."""

    clause: str
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Shift:
    """Who leads an office when: weekdays (Monday 0) and local minutes of the day, [start, end).

    Attributes:
        first, last: days between which it holds, both included; None for ever.
    """

    office: str
    person: Person
    weekdays: frozenset[int]
    start: int
    end: int
    first: date | None = None
    last: date | None = None

    def covers(self, day: date, minute: int) -> bool:
        """Whether it is on at this local moment."""
        return day.weekday() in self.weekdays and self.start <= minute < self.end and within(self.first, self.last, day)


@dataclass(frozen=True, slots=True)
class OnCall:
    """Who is called for what cannot wait, out of hours (P5).

    Attributes:
        categories: what for; empty means anything.
        first, last: days between which it holds, both included; None for ever.
        entry: what names it among the rota's; empty for the policy's own, which their place names.
    """

    person: Person
    max_severity: int
    categories: frozenset[str] = frozenset()
    first: date | None = None
    last: date | None = None
    entry: str = ""

    def covers(self, day: date) -> bool:
        """Whether it holds on this local day, and its person is there."""
        return within(self.first, self.last, day) and not self.person.absent_on(day)


@dataclass(frozen=True, slots=True)
class Duty:
    """Who is on duty now is always answerable."""

    clause: str
    shifts: tuple[Shift, ...]
    on_call: tuple[OnCall, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """A government body whose supervisors are served (P9)."""

    key: str
    label: Label
    clause: str
