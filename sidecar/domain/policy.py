"""The institute's document as data: the shapes that the TOML files of `sidecar/policy` are read into.

Everything here is immutable and checked by `sidecar/policy/load.py` before anything sees it: a key that another table
names does exist. Labels are bilingual in the policy itself, never in gettext, because they are the institute's words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final

from sidecar.domain.attachments import AttachmentRules
from sidecar.domain.calendar import Calendar
from sidecar.domain.certificate_rules import CertificateRules
from sidecar.domain.desk_rules import DeskRules
from sidecar.domain.guides import Guide
from sidecar.domain.institute import Body, Department, Duty, Label, Office, QuietHours
from sidecar.domain.letters import Letter
from sidecar.domain.registry import RegistryRules
from sidecar.domain.report import Channel, Kind, Role, Symptom
from sidecar.domain.roster_rules import NEVER, RosterRules


class Tier(StrEnum):
    """Who handles a case now. `department`, `trainer` and `management` are queues of their own beside the tiers."""

    ROOM = "room"
    ONE = "1"
    TWO = "2"
    DEPARTMENT = "department"
    TRAINER = "trainer"
    MANAGEMENT = "management"


class ClockKind(StrEnum):
    """How a target counts (mission.md: P7 and P8 elapsed, P12 service hours)."""

    ELAPSED = "elapsed"
    SERVICE_HOURS = "service_hours"


class Measure(StrEnum):
    """What must have happened by the deadline."""

    SEEN = "seen"  # somebody at the tier opened the card
    PICK_UP = "pick_up"  # an agent took the case
    FIRST_ANSWER = "first_answer"  # the first substantive answer of a person
    REFERRAL = "referral"  # it stands with the competent head (P7)
    TOLD = "told"  # the reporter was told of the referral by email or phone (P7)
    ESCALATION = "escalation"  # without a substantive answer, the administrative manager is alerted (P8)
    RESOLUTION = "resolution"
    VERIFICATION = "verification"


class Start(StrEnum):
    """The moment from which a target counts."""

    RECEIVED = "received"
    PICKED_UP = "picked_up"
    REFERRED = "referred"
    RESOLVED = "resolved"


class InQuietHours(StrEnum):
    """What a rung does that falls due in quiet hours."""

    ADVANCE = "advance"  # fire as quiet hours begin (P8)
    DEFER = "defer"  # fire as they end
    IGNORE = "ignore"  # fire all the same


@dataclass(frozen=True, slots=True)
class Category:
    """What a report is about (P11 services, and what complaints are about).

    Attributes:
        clear: whether the category alone tells the department, so that a complaint is referred at receipt (P7).
        confidential: whether only its handlers may know it exists (P16).
        kinds: the kinds that may carry it.
        bars_room: conduct of room manager or trainer: never shown at the room's board (P16).
    """

    key: str
    label: Label
    clause: str
    kinds: frozenset[Kind]
    department: str
    tier: Tier
    severity: int
    clear: bool = True
    confidential: bool = False
    bars_room: bool = False


@dataclass(frozen=True, slots=True)
class SymptomRule:
    """What a symptom means.

    Attributes:
        failure: symptoms that share it are one failure and meet in one incident.
        goes_to: the tier that hears of it first when it happens in a live room.
        category: the category it is filed under.
        platform: whether many rooms that have it at once mean that their platform fails.
    """

    symptom: Symptom
    label: Label
    clause: str
    failure: str
    category: str
    severity: int
    goes_to: Tier = Tier.ROOM
    platform: bool = True


@dataclass(frozen=True, slots=True)
class SeverityRule:
    """A circumstance that makes a case weigh more (1 is most severe)."""

    key: str
    clause: str
    severity: int
    kinds: frozenset[Kind] = frozenset()  # empty: any
    roles: frozenset[Role] = frozenset()
    categories: frozenset[str] = frozenset()
    symptoms: frozenset[Symptom] = frozenset()
    around_start: timedelta | None = None  # within this of the session's start, before or after


@dataclass(frozen=True, slots=True)
class IncidentRules:
    """When reports of a room are one failure, and when failures of many rooms are (P1)."""

    clause: str
    window: timedelta  # between a report and the last one of the incident
    quiet_verifies: timedelta  # a solved room incident without a new report is verified
    major_rooms: int
    major_window: timedelta
    major_tells: str  # who hears of a major incident, as a rung's `tell`


@dataclass(frozen=True, slots=True)
class RoomRules:
    """How the room board works (P1, P2).

    Attributes:
        undo: how long a press can be taken back.
        manager_before: so long before a class somebody must be signed in to manage its room …
        manager_seen_within: … which is whoever was at the board so lately; else …
        manager_missing_tells: … these are told, as a rung's `tell`.
        status_line_first: how long a message waits for its reader to have read it on the status line.
        presence_fresh: how old a count of who is in the room may be.
        messages: by name; `{reference}` and other names in braces are filled in where it is said.
        known_from: what so many people of a room report is shown to the others there (B1).
    """

    clause: str
    undo: timedelta
    manager_before: timedelta
    manager_seen_within: timedelta
    manager_missing_tells: str
    status_line_first: timedelta
    presence_fresh: timedelta
    messages: Mapping[str, Label]
    known_from: int


SUBSTITUTE: Final = "substitute"
"""Whom a rung tells that rings the other room manager."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder: who is told, when, and what it means.

    Attributes:
        after: relative to the target's due time; negative warns before.
        tell: `lead:<office>`, `office:<office>`, `head:department`, `on_call` or `management`.
        escalates: whether the case is escalated by it (hierarchical, P8) rather than only announced.
        reraise: raised again after this long while nobody acknowledges; None, once.
    """

    key: str
    clause: str
    label: Label
    after: timedelta
    tell: str
    in_quiet_hours: InQuietHours = InQuietHours.IGNORE
    escalates: bool = False
    reraise: timedelta | None = None


@dataclass(frozen=True, slots=True)
class AppliesTo:
    """Which cases a target is about; an empty set means any."""

    kinds: frozenset[str] = frozenset()  # case kinds
    channels: frozenset[Channel] = frozenset()
    tiers: frozenset[Tier] = frozenset()
    severities: frozenset[int] = frozenset()
    categories: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Target:
    """What must happen within how long (P7, P8, P12), and the ladder of rungs around it.

    Attributes:
        within: working time for `service_hours` (of `calendar`), elapsed time otherwise.
        pauses: whether waiting for the reporter stops it.
        rungs: the ladder; a rung at `after = 0` is the target being overdue.
    """

    key: str
    label: Label
    clause: str
    measure: Measure
    applies_to: AppliesTo
    within: timedelta
    clock: ClockKind
    start: Start
    calendar: str | None
    pauses: bool
    rungs: tuple[Rung, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """One institute's whole policy. `digest` names it: every case stores the digest of the policy that judged it."""

    digest: str
    name: Label
    clause: str
    timezone: str
    offices: Mapping[str, Office]
    departments: Mapping[str, Department]
    bodies: Mapping[str, Body]
    roles: Mapping[str, Label]
    kinds: Mapping[str, Label]
    states: Mapping[str, Label]
    channels: Mapping[Channel, Label]
    categories: Mapping[str, Category]
    symptoms: Mapping[Symptom, SymptomRule]
    default_category: Mapping[Kind, str]
    severity_rules: tuple[SeverityRule, ...]
    incidents: IncidentRules
    rooms: RoomRules
    calendars: Mapping[str, Calendar]
    targets: tuple[Target, ...]
    quiet_hours: QuietHours
    duty: Duty
    certificate: CertificateRules
    attachments: AttachmentRules
    reopen_within: timedelta
    desk: DeskRules
    poll_seconds: Mapping[str, int] = field(default_factory=dict)  # by state: how soon a client may ask again
    # Of the channels that have one, besides the contact centre's own telephone and email (P6).
    addresses: Mapping[Channel, str] = field(default_factory=dict)
    # What people are told at the desk's turns, by cause and language.
    letters: Mapping[tuple[str, str], Letter] = field(default_factory=dict)
    guides: tuple[Guide, ...] = ()  # what helps without anybody (P5); they judge no case, so the digest leaves them out
    # Registers of certificates outside (P11), by name.
    registries: Mapping[str, RegistryRules] = field(default_factory=dict)
    roster: RosterRules = NEVER

    def alert_label(self, cause: str) -> Label | None:
        """What an alert's cause is called: a rung's or target's label, or the desk's own; None for what is no more."""
        if own := self.desk.alerts.get(cause):
            return own
        target_key, _, rung_key = cause.partition(".")
        target = next((one for one in self.targets if one.key == target_key), None)
        rung = next((one for one in target.rungs if one.key == rung_key), None) if target else None
        return rung.label if rung else target.label if target else None

    def escalates(self, cause: str) -> bool:
        """Whether an alert of this cause is the one of P8, to management."""
        keys = {f"{target.key}.{rung.key}" for target in self.targets for rung in target.rungs if rung.escalates}
        return cause in keys
