"""What a certificate needs, and what people are told about it: the policy's `certificate` table (P3, P11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sidecar.domain.institute import Label


@dataclass(frozen=True, slots=True)
class CertificateRules:
    """What a certificate needs (P3, P11).

    Attributes:
        counts: the LMS's kinds of certificate of which one is enough.
        name_tolerance: share of a word's consonants by which a transliteration may differ, 0..1.
        sweep_days: so long before a course ends its trainees' readiness is looked through.
        login_days: so long before a course begins, those who never logged in are named.
        seals_ids: whether a national ID that the house reads itself is kept sealed beside its hash, for registers that
            are asked by it.
        conditions: what trainees are told before the first class; `{attendance}` stands for the threshold.
    """

    clause: str
    required_fields: tuple[str, ...]
    attendance_threshold: float  # 0..1
    verified_on: date | None
    source: str
    counts: tuple[str, ...] = ("customcert", "coursecertificate")
    name_tolerance: float = 0.25
    sweep_days: int = 7
    login_days: int = 2
    seals_ids: bool = False
    conditions: Label | None = None
    gaps: Mapping[str, Label] = field(default_factory=dict)  # what each is called
    answers: Mapping[str, Label] = field(default_factory=dict)  # to "my certificate is not there", by cause
