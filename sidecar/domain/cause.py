"""The one answer to "why is my certificate not there?", of all that a checklist says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from sidecar.domain.checklist import WARNINGS, Item, Mark, Readiness, Sure, is_registry
from sidecar.domain.registry import RegistryState
from sidecar.domain.report import Gap


class Why(StrEnum):
    """What kind of answer it is."""

    REGISTERED = "registered"  # the registry has issued it
    ISSUED = "issued"  # the LMS has issued it, and nothing is known against it
    GAP = "gap"  # `item.gap` says which
    RUNNING = "running"  # the course runs, and it is not completed yet
    READY = "ready"  # nothing is missing
    UNKNOWN = "unknown"  # what decides it could not be read


@dataclass(frozen=True, slots=True)
class Cause:
    """The answer.

    Attributes:
        item: the line it rests on; None for `READY` and `UNKNOWN`.
        also: further gaps, so that mending the first is not followed by a surprise.
        unread: lines that could not be read; with them a gap is still a gap, but there may be more.
        registers: what further registers say of a certificate that there is; of none they explain nothing.
    """

    why: Why
    item: Item | None
    also: tuple[Item, ...] = ()
    unread: tuple[Item, ...] = ()
    registers: tuple[Item, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether facts alone give the answer."""
        return self.why is not Why.UNKNOWN

    @property
    def key(self) -> str:
        """A name for it: the gap, or what kind of answer it is."""
        return str(self.item.gap) if self.item is not None and self.item.gap is not None else str(self.why)


# The nearer to the certificate, the sooner named: what the registry says rests on all that comes before it. Of what is
# missing in the course, the root comes first: who is not enrolled cannot attend, and who did not attend cannot finish.
_FIRST: Final = (
    Gap.REGISTRY_REJECTED,
    Gap.CERTIFICATE_WRONG_DATA,
    Gap.REGISTRY_PENDING,
    Gap.REGISTRY_NOT_SUBMITTED,
    Gap.NOT_ENROLLED,
    Gap.ENROLMENT_SUSPENDED,
    Gap.ENROLMENT_NOT_STARTED,
    Gap.ENROLMENT_ENDED,
    Gap.ATTENDANCE_BELOW,
    Gap.NOT_COMPLETED,
    Gap.CERTIFICATE_NOT_ISSUED,
)


def cause(readiness: Readiness) -> Cause:
    """The answer, from facts alone: what is not known is never given as the reason."""
    found, certificate = _cause(readiness), readiness.of("certificate")
    at_register = found.item is not None and is_registry(found.item.what)
    if not at_register and (certificate is None or "issued_at" not in certificate.detail):
        return found
    others = (one for one in readiness.registers if one is not found.item and one.sure is Sure.KNOWN)
    return replace(found, registers=tuple(one for one in others if not one.detail.get("waits_for")))


def _cause(readiness: Readiness) -> Cause:
    gaps = readiness.gaps
    certificate = readiness.of("certificate")
    counting = [one for one in readiness.registers if not one.detail.get("explains")]
    issued = next((one for one in counting if one.detail.get("state") == RegistryState.ISSUED), None)
    if issued is not None and not any(one.gap for one in counting):
        return Cause(Why.REGISTERED, issued, gaps, readiness.unknown)
    by_gap = {item.gap: item for item in reversed(gaps)}
    first = next((by_gap[gap] for gap in _FIRST if gap in by_gap), None)
    if first is not None:
        also = tuple(item for item in gaps if item is not first)
        return Cause(Why.GAP, first, also, readiness.unknown)
    if certificate is not None and "issued_at" in certificate.detail:
        return Cause(Why.ISSUED, certificate, gaps, readiness.unknown)
    completion = readiness.of("completion")
    if completion is not None and completion.mark is Mark.WAITS:
        return Cause(Why.RUNNING, completion, gaps, readiness.unknown)
    if readiness.unknown:  # what is missing in the data may be no reason at all: a course unread comes before it
        return Cause(Why.UNKNOWN, None, gaps, readiness.unknown)
    if data := [item for item in gaps if item.gap not in WARNINGS]:
        return Cause(Why.GAP, data[0], tuple(item for item in gaps if item is not data[0]))
    return Cause(Why.READY, None, gaps)
