"""A course's roster: how one person stands, what a flag says, and what a reminder asks a trainee for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sidecar.domain.access import Groups
from sidecar.domain.checklist import Item, Mender, Readiness, Sure
from sidecar.domain.report import Gap


class Standing(StrEnum):
    """How a person stands on the way to the certificate."""

    GAP = "gap"
    UNKNOWN = "unknown"  # nothing is known to be missing, and something could not be read
    READY = "ready"


MESSAGES: Final = frozenset({"remind", "conditions", "ending", "never_in", "waiting"})
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


_EVERYBODY: Final = "*"


def groups_text(groups: Collection[str]) -> str:
    """Groups as a column keeps them, `|3|7|`, so that one is found by LIKE; nothing where there is none."""
    return f"|{'|'.join(sorted(groups))}|" if groups else ""


def groups_of(text: str) -> Groups:
    """Whom the text of a sight lets somebody see (`sight_text`)."""
    return None if text == _EVERYBODY else frozenset(group for group in text.split("|") if group)


def sight_text(groups: Groups) -> str:
    """Whom somebody of the staff sees, as a column keeps it."""
    return _EVERYBODY if groups is None else groups_text(groups)


NEVER_IN: Final = "never_in"


def never_in(last_login: object, last_access: object, unknown: str) -> bool:
    """Whether somebody is known never to have logged in, nor to have opened the course. An unknown is no never."""
    return last_login is None and last_access in {None, unknown}


def as_json(item: Item) -> dict[str, Any]:
    """A line of the checklist as a column keeps it."""
    return {
        "what": item.what,
        "gap": str(item.gap) if item.gap else None,
        "sure": str(item.sure),
        "mark": str(item.mark),
        "mender": str(item.mender) if item.mender else None,
        "detail": dict(item.detail),
        "source": item.source,
        "at": item.at.isoformat() if item.at else None,
    }


def checklist_of(lines: Collection[Mapping[str, Any]]) -> Readiness:
    """The checklist that `as_json` kept."""
    return Readiness(
        tuple(
            Item(
                line["what"], Gap(line["gap"]) if line["gap"] else None, Sure(line["sure"]),
                Mender(line["mender"]) if line["mender"] else None, line["detail"], line["source"],
                datetime.fromisoformat(line["at"]) if line["at"] else None,
            )
            for line in lines
        )
    )  # fmt: skip
