"""The lines of a checklist for a certificate: what is asked, how it stands, who can mend it, and by which source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sidecar.domain.report import Gap


class Mender(StrEnum):
    """Who can mend a gap."""

    TRAINEE = "trainee"
    TRAINER = "trainer"
    REGISTRAR = "registrar"
    TIER_2 = "tier_2"


class Sure(StrEnum):
    """Whether a line rests on facts. `UNKNOWN`: it could not be read, never "missing"."""

    KNOWN = "known"
    UNKNOWN = "unknown"


class Mark(StrEnum):
    """How a line stands, for an icon and a word."""

    IN_ORDER = "in_order"
    GAP = "gap"
    WARNING = "warning"  # a gap that refuses nothing: a person should look
    WAITS = "waits"  # not its turn yet: something before it is missing
    TOLD = "told"  # told besides: neither in order nor missing
    UNKNOWN = "unknown"


MENDERS: Final[Mapping[Gap, Mender]] = {
    Gap.NATIONAL_ID_MISSING: Mender.TRAINEE,
    Gap.NATIONAL_ID_INVALID: Mender.TRAINEE,
    Gap.NATIONAL_ID_DUPLICATE: Mender.REGISTRAR,
    Gap.NAME_AR_MISSING: Mender.TRAINEE,
    Gap.NAME_EN_MISSING: Mender.TRAINEE,
    Gap.NAME_MISMATCH: Mender.REGISTRAR,
    Gap.PHONE_MISSING: Mender.TRAINEE,
    Gap.ATTENDANCE_BELOW: Mender.TRAINER,
    Gap.ENROLMENT_ENDED: Mender.REGISTRAR,
    Gap.ENROLMENT_SUSPENDED: Mender.REGISTRAR,
    Gap.ENROLMENT_NOT_STARTED: Mender.REGISTRAR,
    Gap.NOT_ENROLLED: Mender.REGISTRAR,
    Gap.NOT_COMPLETED: Mender.TRAINEE,
    Gap.CERTIFICATE_NOT_ISSUED: Mender.TIER_2,
    Gap.CERTIFICATE_WRONG_DATA: Mender.REGISTRAR,
    Gap.REGISTRY_NOT_SUBMITTED: Mender.REGISTRAR,
    Gap.REGISTRY_PENDING: Mender.REGISTRAR,
    Gap.REGISTRY_REJECTED: Mender.REGISTRAR,
}
WARNINGS: Final = frozenset({Gap.NATIONAL_ID_INVALID})
"""The check digit is not proven to hold for every number that the registry takes (channels.md, 4)."""

BESIDES: Final = frozenset({"grade"})
"""Lines that settle nothing: whatever they say, or do not, no certificate is given or refused for it."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the checklist, present or not.

    Attributes:
        what: `enrolment` `attendance` `completion` `grade` `certificate` `registry` `national_id`
            `national_id_duplicate` `name_ar` `name_en` `names` `phone`.
        gap: None when it is in order, waits for something before it, or is not known; `mark` tells which.
        detail: numbers and codes for words: status, rate, threshold, minutes_lost, code, issued_at, names, waits_for…
    """

    what: str
    gap: Gap | None
    sure: Sure
    mender: Mender | None
    detail: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""
    at: datetime | None = None

    @property
    def mark(self) -> Mark:
        """How the line stands."""
        if self.sure is Sure.UNKNOWN:
            return Mark.UNKNOWN
        if self.gap is not None:
            return Mark.WARNING if self.gap in WARNINGS else Mark.GAP
        if self.what in BESIDES and self.detail.get("passed") is not True:
            return Mark.TOLD
        return Mark.WAITS if self.detail.get("waits_for") else Mark.IN_ORDER


@dataclass(frozen=True, slots=True)
class Readiness:
    """The checklist of one person in one course."""

    items: tuple[Item, ...]

    @property
    def gaps(self) -> tuple[Item, ...]:
        """What is missing, warnings included."""
        return tuple(item for item in self.items if item.gap is not None)

    @property
    def unknown(self) -> tuple[Item, ...]:
        """What could not be read, of what settles something."""
        return tuple(item for item in self.items if item.sure is Sure.UNKNOWN and item.what not in BESIDES)

    def of(self, what: str) -> Item | None:
        """The line of that name."""
        return next((item for item in self.items if item.what == what), None)


LINES: Final[Mapping[Gap, str]] = {
    Gap.NATIONAL_ID_MISSING: "national_id",
    Gap.NATIONAL_ID_INVALID: "national_id",
    Gap.NATIONAL_ID_DUPLICATE: "national_id_duplicate",
    Gap.NAME_AR_MISSING: "name_ar",
    Gap.NAME_EN_MISSING: "name_en",
    Gap.NAME_MISMATCH: "names",
    Gap.PHONE_MISSING: "phone",
    Gap.ATTENDANCE_BELOW: "attendance",
    Gap.ENROLMENT_ENDED: "enrolment",
    Gap.ENROLMENT_SUSPENDED: "enrolment",
    Gap.ENROLMENT_NOT_STARTED: "enrolment",
    Gap.NOT_ENROLLED: "enrolment",
    Gap.NOT_COMPLETED: "completion",
    Gap.CERTIFICATE_NOT_ISSUED: "certificate",
    Gap.REGISTRY_NOT_SUBMITTED: "registry",
    Gap.REGISTRY_PENDING: "registry",
    Gap.REGISTRY_REJECTED: "registry",
}
"""The line on which each gap stands. Whether a certificate's data are wrong no line tells: that a person has to say."""


def gone(claimed: frozenset[Gap], readiness: Readiness) -> bool:
    """Whether facts prove that nothing of what was claimed is missing any more; what is not known proves nothing."""
    lines = {item.what: item for item in readiness.items}
    held = [lines.get(LINES.get(gap, "")) for gap in claimed]
    return (
        bool(held)
        and all(item is not None and item.mark in {Mark.IN_ORDER, Mark.WARNING} for item in held)
        and not (claimed & {item.gap for item in readiness.gaps})
    )


def changed(before: Readiness, after: Readiness) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """What a second look found: lines whose gap is gone, and lines with a new one. An unknown is neither."""
    was = {item.what: item for item in before.items}
    now = {item.what: item for item in after.items}
    mended = [one for what, one in was.items() if one.gap and (there := now.get(what)) and _not(there, one.gap)]
    new = [one for what, one in now.items() if one.gap and (had := was.get(what)) and _not(had, one.gap)]
    return tuple(mended), tuple(new)


def _not(item: Item, gap: Gap) -> bool:
    return item.sure is Sure.KNOWN and item.gap is not gap
