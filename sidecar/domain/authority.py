"""The authority matrix (P16): who sees what and may do what, asked of `access.py` itself and never written by hand.

Each role is put before a case of each sort and asked. What it answers is what every page of the house will answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from sidecar.domain.access import MATRIX, REPORTERS_OWN, Involved, StaffRole, Viewer, may, may_see
from sidecar.domain.case import Action, Case, CaseKind, State
from sidecar.domain.policy import Tier


class Sort(StrEnum):
    """A sort of case that access tells apart."""

    ROOM = "room"  # an incident of a live room
    REQUEST = "request"  # a request for support at tier 1
    TIER_2 = "tier_2"
    QUESTION = "question"  # to the trainer
    FILING = "filing"  # of a government body, with management
    COMPLAINT_UNSORTED = "complaint_unsorted"  # at tier 1, which refers it
    COMPLAINT = "complaint"  # with its department
    COMPLAINT_RESOLVED = "complaint_resolved"  # waits for somebody else to verify it


class Reach(StrEnum):
    """How far a role sees a sort of case."""

    ALL = "all"
    OWN = "own"  # of the own department, room or course
    NONE = "none"


_AT = datetime(2026, 1, 1, tzinfo=UTC)
_ROOM, _COURSE, _DEPARTMENT = "s|1|-", "1", "own"
_PLAIN: Final = Case(
    id=1, site_id="s", kind=CaseKind.SUPPORT_REQUEST, state=State.RECEIVED, category="c", department=_DEPARTMENT,
    tier=Tier.ONE, severity=3, channel="web", opened_at=_AT, clock_started_at=_AT, last_report_at=_AT, version=1,
    policy_digest="", course_id=_COURSE,
)  # fmt: skip
_COMPLAINT: Final = replace(_PLAIN, kind=CaseKind.COMPLAINT, confidential=True, bars_room=True)
SAMPLES: Final[Mapping[Sort, Case]] = MappingProxyType(
    {
        Sort.ROOM: replace(_PLAIN, kind=CaseKind.ROOM_INCIDENT, tier=Tier.ROOM, room_key=_ROOM),
        Sort.REQUEST: _PLAIN,
        Sort.TIER_2: replace(_PLAIN, tier=Tier.TWO),
        Sort.QUESTION: replace(_PLAIN, kind=CaseKind.INQUIRY, tier=Tier.TRAINER),
        Sort.FILING: replace(_PLAIN, kind=CaseKind.INQUIRY, tier=Tier.MANAGEMENT),
        Sort.COMPLAINT_UNSORTED: replace(_COMPLAINT, state=State.ASSESSING),
        Sort.COMPLAINT: replace(_COMPLAINT, state=State.REFERRED, tier=Tier.DEPARTMENT),
        Sort.COMPLAINT_RESOLVED: replace(
            _COMPLAINT, state=State.RESOLVED, tier=Tier.DEPARTMENT, solved_by="local:solver"
        ),
    }
)
# Done with cases as people know them; what the house does by itself is nobody's authority.
ACTIONS: Final = tuple(a for a in Action if a in frozenset().union(*MATRIX.values()) and a is not Action.INTEND)
ROLES: Final = tuple(role for role in StaffRole if role not in {StaffRole.VISITOR, StaffRole.TRAINEE})


@dataclass(frozen=True, slots=True)
class Row:
    """One role's authority.

    Attributes:
        sees: how far it sees each sort of case.
        may: the actions that it may do, with the sorts on which it may.
    """

    role: StaffRole
    sees: Mapping[Sort, Reach]
    may: Mapping[Action, frozenset[Sort]]


def matrix() -> list[Row]:
    """Every role's authority, in the order of the roles."""
    return [Row(role, {s: _reach(role, c) for s, c in SAMPLES.items()}, _actions(role)) for role in ROLES]


def of_reporters() -> list[Action]:
    """What whoever reported a case may do with it, whatever else they are."""
    return [action for action in Action if action in REPORTERS_OWN]


def _reach(role: StaffRole, case: Case) -> Reach:
    if not may_see(_holder(role, own=True), case, Involved()):
        return Reach.NONE
    return Reach.ALL if may_see(_holder(role, own=False), case, Involved()) else Reach.OWN


def _actions(role: StaffRole) -> dict[Action, frozenset[Sort]]:
    holder = _holder(role, own=True)
    asked = {
        action: frozenset(sort for sort, case in SAMPLES.items() if may(holder, action, case, Involved()))
        for action in ACTIONS
    }
    return {action: sorts for action, sorts in asked.items() if sorts}


def _holder(role: StaffRole, *, own: bool) -> Viewer:
    """Somebody of the role; with `own`, the sample's room, course and department are theirs."""
    if not own:
        return Viewer("local:holder", frozenset({role}), departments=frozenset({"another"}))
    return Viewer(
        "local:holder", frozenset({role}), rooms=frozenset({_ROOM}), courses=frozenset({f"s:{_COURSE}"}),
        departments=frozenset({_DEPARTMENT}),
    )  # fmt: skip
