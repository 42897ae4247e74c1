"""The desk's own rules: what alerts are called, the morning digest, telephone calls, and ready texts (P7, P8, P12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum

from sidecar.domain.institute import Label


class Raised(StrEnum):
    """Causes of alerts that are no rung of a target."""

    REFERRED = "referred"  # a complaint or suggestion stands with this head now (P7)
    BY_HAND = "escalated_by_hand"
    MAJOR = "major"
    CALL_OVERDUE = "call_overdue"  # somebody waits for a call that nobody made


@dataclass(frozen=True, slots=True)
class Morning:
    """The digest that begins a working day.

    Attributes:
        at: local time.
        tells: who gets one, as a rung's `tell`; `head:department` means each department's.
    """

    clause: str
    at: time
    tells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Calls:
    """Telling people by telephone (P7).

    Attributes:
        within: working time of `calendar` in which somebody who can be told by telephone alone is called.
        tries: calls that reach nobody, after which a person is given up.
        apart: how long to wait before somebody who did not answer is called again.
        tell: who hears of a call that nobody made.
    """

    clause: str
    within: timedelta
    calendar: str
    tries: int
    apart: timedelta
    tell: str


@dataclass(frozen=True, slots=True)
class ReadyText:
    """An answer that is written often.

    Attributes:
        kinds, categories: of the cases that it fits; empty means any.
    """

    key: str
    label: Label
    text: Label
    kinds: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()

    def fits(self, kind: str, category: str) -> bool:
        """Whether it is offered for such a case."""
        return (not self.kinds or kind in self.kinds) and (not self.categories or category in self.categories)


@dataclass(frozen=True, slots=True)
class DeskRules:
    """All of them."""

    morning: Morning
    calls: Calls
    alerts: Mapping[str, Label] = field(default_factory=dict)
    ready: tuple[ReadyText, ...] = ()
