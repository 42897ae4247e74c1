"""What a queue's address asks for: its filters, its order, two days. A saved filter is made of the same fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from sidecar.domain.case import CaseKind, State
from sidecar.domain.folding import digits_of_one_kind
from sidecar.domain.policy import Policy
from sidecar.domain.report import Channel
from sidecar.store.desk import Filter, Order, Place, orders

SEVERITIES: Final = range(1, 5)
FLAGS: Final = ("overdue", "escalated", "unowned")
DAYS: Final = ("from", "to")
FIELDS: Final = ("queue", "kind", "state", "category", "channel", "department", "severity", *FLAGS, *DAYS, "sort")
"""Of what a saved filter is made, in the order of an address."""
_EARLIEST: Final = 2000


@dataclass(frozen=True, slots=True)
class Asked:
    """An address, read.

    Attributes:
        days: the two days as they are shown again: written in one way where they could be read.
        wrong: fields whose value means nothing here, or not any more.
        unread: days that could not be read, which is said beside them.
    """

    narrowed: Filter
    order: Order | None
    days: Mapping[str, str]
    wrong: tuple[str, ...]
    unread: tuple[str, ...]


@dataclass
class _Reading:
    args: Mapping[str, str]
    wrong: list[str] = field(default_factory=list)

    def one_of(self, name: str, known: Any) -> str:
        asked = self.args.get(name, "")
        if asked and asked not in known:
            self.wrong.append(name)
            return ""
        return asked


def read(args: Mapping[str, str], policy: Policy, zone: ZoneInfo) -> Asked:
    """What is asked for; what cannot be meant is named rather than guessed."""
    asked = _Reading(args)
    kind, state = asked.one_of("kind", _values(CaseKind)), asked.one_of("state", _values(State))
    severity = asked.one_of("severity", {str(one) for one in SEVERITIES})
    sort = asked.one_of("sort", _values(Order))
    days = {name: _day(args.get(name, "")) for name in DAYS}
    unread = tuple(name for name in DAYS if args.get(name, "").strip() and days[name] is None)
    first, last = days["from"], days["to"]
    narrowed = Filter(
        kind=CaseKind(kind) if kind else None,
        state=State(state) if state else None,
        category=asked.one_of("category", policy.categories),
        channel=asked.one_of("channel", _values(Channel)),
        department=asked.one_of("department", policy.departments),
        severity=int(severity) if severity else None,
        since=_begins(first, zone) if first else None,
        until=_begins(last + timedelta(days=1), zone) if last else None,
        **{name: args.get(name) == "1" for name in FLAGS},
    )
    shown = {name: one.isoformat() if one else args.get(name, "")[:20] for name, one in days.items()}
    return Asked(narrowed, Order(sort) if sort else None, shown, tuple(asked.wrong), unread)


def kept(args: Mapping[str, str], asked: Asked) -> dict[str, Any]:
    """The fields of an address that say something and are right: what is saved, and what forms carry along."""
    found = {name: args.get(name, "") for name in FIELDS} | {
        name: value for name, value in asked.days.items() if name not in asked.unread
    }
    skipped = {*asked.wrong, *asked.unread}
    return {name: value for name, value in found.items() if value and name not in skipped}


def _values(kind: type[StrEnum]) -> frozenset[str]:
    return frozenset(one.value for one in kind)


def _begins(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def _day(typed: str) -> date | None:
    """A day as people write it: any digits, the year first or last."""
    plain = re.sub(r"[\s\u200e\u200f\u2066-\u2069]", "", digits_of_one_kind(typed))
    found = re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", plain)
    if found is None:
        return None
    year, month, day = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
    try:
        read = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return read if _EARLIEST <= read.year < 9000 else None


def selections(chosen: Filter, policy: Policy, locale: str) -> list[dict[str, Any]]:
    """The selections of the filter's form."""

    def select(name: str, label: str, options: list[tuple[str, str]], value: object) -> dict[str, Any]:
        return {"name": name, "label": label, "options": options, "value": str(value or "")}

    return [
        select("kind", _("Kind"), [(one, policy.kinds[one].in_(locale)) for one in CaseKind], chosen.kind),
        select("state", _("State"), [(one, policy.states[one].in_(locale)) for one in State], chosen.state),
        select("channel", _("Channel"), [(one, label.in_(locale)) for one, label in policy.channels.items()],
               chosen.channel),
        select("category", _("Category"), [(one.key, one.label.in_(locale)) for one in policy.categories.values()],
               chosen.category),
        select("department", _("Department"), [(one.key, one.label.in_(locale)) for one in policy.departments.values()],
               chosen.department),
        select("severity", _("Severity"), [(str(one), str(one)) for one in SEVERITIES], chosen.severity),
    ]  # fmt: skip


def sorts(place: Place) -> list[tuple[str, str]]:
    """The orders that a queue offers, its own first."""
    names = {Order.DUE: _("Due first"), Order.NEWEST: _("Newest first"), Order.OLDEST: _("Oldest first"),
             Order.SEVERITY: _("Most severe first")}  # fmt: skip
    return [(one.value, names[one]) for one in orders(place)]


def labels() -> dict[str, str]:
    """What the fields are called."""
    return {
        "queue": _("Queue"), "kind": _("Kind"), "state": _("State"), "channel": _("Channel"),
        "category": _("Category"), "department": _("Department"), "severity": _("Severity"), "sort": _("Order"),
    }  # fmt: skip
