"""A report: one person's submission, immutable from the moment it is stored (contract.md, "Sending a report")."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

REPORT_VERSION: Final = 1

_REFERENCE_SPACE: Final = 10**9
_SITE_NAMESPACE: Final = uuid.UUID("7b1d3a52-5c0e-4d5b-9a51-6e1f0c3f7a11")


class Kind(StrEnum):
    """What the sender says it is."""

    SESSION_PROBLEM = "session_problem"
    ROOM_LOG = "room_log"
    CERTIFICATE_GAP = "certificate_gap"
    SUPPORT_REQUEST = "support_request"
    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    INQUIRY = "inquiry"


class Symptom(StrEnum):
    """What the person in the room notices."""

    NO_MIC = "no_mic"
    NO_SOUND = "no_sound"
    NO_VIDEO = "no_video"
    CANNOT_JOIN = "cannot_join"
    NO_SCREEN_SHARE = "no_screen_share"
    SLOW = "slow"
    TRAINER_ABSENT = "trainer_absent"
    NO_CAPTIONS = "no_captions"
    OTHER = "other"


class Role(StrEnum):
    """In what capacity the reporter speaks."""

    TRAINEE = "trainee"
    TRAINER = "trainer"
    ROOM_MANAGER = "room_manager"
    SUPERVISOR = "supervisor"
    VISITOR = "visitor"


class Channel(StrEnum):
    """Where it reached us (P6)."""

    IN_ROOM = "in_room"
    WEB = "web"
    EMAIL = "email"
    PHONE = "phone"
    WHATSAPP = "whatsapp"
    MESSENGER = "messenger"
    X = "x"
    SMS = "sms"
    REMOTE_SUPPORT = "remote_support"
    IN_PERSON = "in_person"


class ContactPreference(StrEnum):
    """How the person wants to be answered (P6)."""

    LMS = "lms"
    EMAIL = "email"
    SMS = "sms"
    CALL = "call"
    WHATSAPP = "whatsapp"


class Page(StrEnum):
    """The page on which the person pressed."""

    COURSE = "course"
    CLASSROOM = "classroom"
    LIVE_ROOM = "live_room"
    COMPANION = "companion"
    PUBLIC = "public"
    LOGIN = "login"


class Gap(StrEnum):
    """A named gap between a trainee and the certificate (glossary.md)."""

    NATIONAL_ID_MISSING = "national_id_missing"
    NATIONAL_ID_INVALID = "national_id_invalid"
    NATIONAL_ID_DUPLICATE = "national_id_duplicate"
    NAME_AR_MISSING = "name_ar_missing"
    NAME_EN_MISSING = "name_en_missing"
    NAME_MISMATCH = "name_mismatch"
    PHONE_MISSING = "phone_missing"
    ATTENDANCE_BELOW = "attendance_below"
    ENROLMENT_ENDED = "enrolment_ended"
    ENROLMENT_SUSPENDED = "enrolment_suspended"
    ENROLMENT_NOT_STARTED = "enrolment_not_started"
    NOT_ENROLLED = "not_enrolled"
    NOT_COMPLETED = "not_completed"
    CERTIFICATE_NOT_ISSUED = "certificate_not_issued"
    CERTIFICATE_WRONG_DATA = "certificate_wrong_data"
    REGISTRY_NOT_SUBMITTED = "registry_not_submitted"
    REGISTRY_PENDING = "registry_pending"
    REGISTRY_REJECTED = "registry_rejected"


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who sent it. `id` is the LMS user id at the site, or None for a visitor without an account."""

    id: str | None
    role: Role
    name: str = ""
    email: str | None = None
    phone: str | None = None
    contact_preference: ContactPreference | None = None


@dataclass(frozen=True, slots=True)
class About:
    """Whom the report concerns when somebody else: a trainee (log, gap) or the person complained about."""

    id: str
    role: Role


@dataclass(frozen=True, slots=True)
class Course:
    """The course as the sender's page named it."""

    id: str
    idnumber: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Activity:
    """The live-classroom activity; `id` is Moodle's cmid."""

    id: str
    module: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class SessionRef:
    """The class that was on, as far as the sender knew; times are aware UTC."""

    key: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    meeting: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where the person was."""

    page: Page
    course: Course | None = None
    activity: Activity | None = None
    group: str | None = None
    session: SessionRef | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One submission, proven and validated.

    Attributes:
        id: made where the person pressed; identity is (site_id, id).
        received_at: when clocks start: receipt here, or when Moodle stored it.
        occurred_at: for display and matching only, clamped to the day before receipt.
    """

    site_id: str
    id: uuid.UUID
    kind: Kind
    locale: str
    channel: Channel
    reporter: Reporter
    place: Place
    occurred_at: datetime
    received_at: datetime
    symptom: Symptom | None = None
    category: str | None = None
    text: str = ""
    about: About | None = None
    affected: int | None = None
    action_taken: str = ""
    ended_at: datetime | None = None
    remedy_sought: str = ""
    gaps: frozenset[Gap] = frozenset()
    diagnostics: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> uuid.UUID:
        """The id inside the house: one value for (site, id), so that rows need a single key."""
        return report_key(self.site_id, self.id)

    @property
    def sender(self) -> str:
        """Who said it, whichever caller carried it: what a retry must match."""
        who = self.reporter
        return who.id or f"visitor:{who.email or who.phone or who.name or self.id}"

    @property
    def concerns(self) -> str | None:
        """Whom it is about: whom it names, else who sends it."""
        return self.about.id if self.about else self.reporter.id

    def fingerprint(self) -> str:
        """What a retry must say again (contract.md, 202): missing equals null or empty, gaps compare as a set."""
        said = [
            self.kind,
            self.symptom or None,
            self.category or None,
            self.text or None,
            [self.about.id, self.about.role] if self.about else None,
            self.affected,
            self.action_taken or None,
            sorted(self.gaps) or None,
        ]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def report_key(site_id: str, report_id: uuid.UUID) -> uuid.UUID:
    """The inner key of (site, id): deterministic, so that two processes storing the same report meet on one row."""
    return uuid.uuid5(_SITE_NAMESPACE, f"{site_id}/{report_id}")


def luhn_digit(digits: str) -> int:
    """The check digit that makes `digits` + it pass Luhn (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, char in enumerate(reversed(digits)):
        value = int(char)
        if place % 2 == 0:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return -total % 10


def reference_of(report_id: uuid.UUID, bump: int = 0) -> str:
    """The reference people read aloud: nine digits of the id's last 60 bits and a check digit, ungrouped.

    Args:
        bump: how many numbers further, when the wished one is taken at this site.
    """
    nine = f"{((report_id.int & ((1 << 60) - 1)) + bump) % _REFERENCE_SPACE:09d}"
    return f"{nine}{luhn_digit(nine)}"


def grouped(reference: str) -> str:
    """`2082263993` → `208-226-399-3`, as it is shown."""
    return f"{reference[:3]}-{reference[3:6]}-{reference[6:9]}-{reference[9:]}"


def clamp_occurred(occurred_at: datetime | None, received_at: datetime, skew: timedelta = timedelta(0)) -> datetime:
    """When it happened, believed only within the day before receipt.

    Args:
        skew: the sender's clock minus ours, measured from `nidaa-sent-at`; subtracted first.
    """
    if occurred_at is None:
        return received_at
    return max(received_at - timedelta(days=1), min(occurred_at - skew, received_at))
