"""What a registry of certificates (Manar) says of a person's certificate in a course."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RegistryState(StrEnum):
    """How far a certificate is at the registry. `UNKNOWN` never means "not submitted"."""

    NOT_SUBMITTED = "not_submitted"
    SUBMITTED = "submitted"
    ISSUED = "issued"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class RegistryEntry:
    """One person's certificate in one course, as the registry had it at `as_of`; `reason` is the registry's own."""

    state: RegistryState
    reason: str
    as_of: datetime | None
    source: str
