"""What the LMS says about a person in a course, each value with source and time. `UNKNOWN` never means missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Protocol

from sidecar.domain.plain_text import storable_whole

UNKNOWN: Final = "unknown"
KEPT_APART: Final = frozenset({"profile.national_id_key", "profile.national_id_end", "profile.national_id_sealed"})
"""Facts that stand in no snapshot, so that no page, export or comparison of what the LMS said shows them."""


class FactsStatus(StrEnum):
    """How far a report's facts are."""

    PENDING = "pending"  # asked for, the LMS has not answered yet
    COMPLETE = "complete"
    NOT_APPLICABLE = "not_applicable"  # nobody to ask about: a visitor, or a site without an LMS
    UNAVAILABLE = "unavailable"  # parked: a person has to look


@dataclass(frozen=True, slots=True)
class Fact:
    """One value. `known` is False where it could not be read, and `note` then says why."""

    value: Any
    source: str
    at: datetime
    known: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """A snapshot: dotted names (`enrolment.status`) to values, for one person in one course."""

    person_id: str
    course_id: str | None
    taken_at: datetime
    values: Mapping[str, Fact]

    def get(self, name: str) -> Any:
        """The value, or `UNKNOWN`."""
        fact = self.values.get(name)
        return UNKNOWN if fact is None or not fact.known else fact.value


class Heard(Protocol):
    """One value as an adapter carries it (`adapters/lms/port.Told`)."""

    @property
    def value(self) -> Any: ...
    @property
    def source(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def note(self) -> str: ...


def snapshot(
    person_id: str, course_id: str | None, heard: Mapping[str, Heard], *, unread: object, now: datetime
) -> Facts:
    """What an adapter told of a pair. A text that no database takes counts as what could not be read.

    Args:
        unread: the adapters' own mark for what could not be read.
        now: when nothing at all was told.
    """
    values = {}
    for name, one in heard.items():
        if name not in KEPT_APART:
            known = one.value is not unread and storable_whole(one.value)
            values[name] = Fact(one.value if known else None, one.source, one.at, known, one.note)
    return Facts(person_id, course_id, max((fact.at for fact in values.values()), default=now), values)


def shut_out_by(facts: Facts) -> str | None:
    """Why the LMS itself keeps this person out of the class, if it says so.

    Returns:
        `account_suspended`, `account_unconfirmed`, `account_locked`, or `enrolment_<status>`; None when nothing known
        stands in the way. An unknown never counts.
    """
    if facts.get("account.suspended") is True:
        return "account_suspended"
    if facts.get("account.confirmed") is False:
        return "account_unconfirmed"
    if facts.get("account.locked_out") is True:
        return "account_locked"
    status = facts.get("enrolment.status")
    if status in {"suspended", "ended", "not_started", "not_enrolled", "inactive"}:
        return f"enrolment_{status}"
    return None
