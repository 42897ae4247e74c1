"""A course's roster: the institute's rules for it, how one person stands, and what a reminder asks a trainee for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from sidecar.domain.institute import Label
from sidecar.domain.report import Gap


class Standing(StrEnum):
    """How a person stands on the way to the certificate."""

    GAP = "gap"
    UNKNOWN = "unknown"  # nothing is known to be missing, and something could not be read
    READY = "ready"


@dataclass(frozen=True, slots=True)
class RosterRules:
    """When a roster is looked at by itself, and what gaps are called (P3, P11).

    Attributes:
        conditions_before: so long before a class trainees get the conditions, each once, before their first one.
        remind_again: who was reminded of the same gaps within this is not reminded again.
        stale_after: facts older than this are fetched again when somebody opens the page.
    """

    clause: str
    conditions_before: timedelta
    remind_again: timedelta
    stale_after: timedelta
    gaps: Mapping[str, Label] = field(default_factory=dict)


MESSAGES: Final = frozenset({"remind", "conditions", "ending", "never_in"})
"""Tellings of the roster, each with a template of its own (`letters`)."""


def standing(gaps: Collection[str], unknown: Collection[str]) -> Standing:
    """How somebody with these gaps and unknowns stands; an unknown is never missing."""
    if gaps:
        return Standing.GAP
    return Standing.UNKNOWN if unknown else Standing.READY


def to_flag(items: Collection[Mapping[str, Any]], flagged: Collection[str]) -> frozenset[Gap]:
    """What a flag says of a person: the known gaps, or nothing where their open case says all of them already."""
    gaps = {str(item["gap"]) for item in items if item.get("gap")}
    return frozenset(Gap(gap) for gap in gaps) if gaps - set(flagged) else frozenset()


def to_mend(items: Collection[Mapping[str, Any]]) -> tuple[str, ...]:
    """The gaps that the trainee can mend, and so is reminded of."""
    return tuple(sorted({str(item["gap"]) for item in items if item.get("gap") and item.get("mender") == "trainee"}))


NEVER_IN: Final = "never_in"


def never_in(last_login: object, last_access: object, unknown: str) -> bool:
    """Whether somebody is known never to have logged in, nor to have opened the course. An unknown is no never."""
    return last_login is None and last_access in {None, unknown}
