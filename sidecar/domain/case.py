"""A case: what support handles. Its states and the allowed transitions are the one table below (glossary.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from sidecar.domain.policy import Tier


class CaseKind(StrEnum):
    """What kind of work it is."""

    SUPPORT_REQUEST = "support_request"
    ROOM_INCIDENT = "room_incident"
    CERTIFICATE_GAP = "certificate_gap"
    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    INQUIRY = "inquiry"


class State(StrEnum):
    """Where a case stands; verbal nouns in Arabic, labelled in the policy."""

    RECEIVED = "received"
    ASSESSING = "assessing"
    IN_PROGRESS = "in_progress"
    REFERRED = "referred"
    WAITING = "waiting"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


class Action(StrEnum):
    """What is done with a case, by a person or by itself; each is an event in its timeline."""

    OPEN = "open"
    JOIN = "join"  # another report joined
    ADD = "add"  # the reporter added something
    SEE = "see"
    REASSESS = "reassess"
    ACKNOWLEDGE = "acknowledge"
    PICK_UP = "pick_up"
    TRANSFER = "transfer"
    REFER = "refer"
    ESCALATE = "escalate"
    ACCEPT_ESCALATION = "accept_escalation"
    REPLY = "reply"
    PAUSE = "pause"
    RESUME = "resume"
    MERGE = "merge"  # into another
    GATHER = "gather"  # another was merged into it
    SPLIT = "split"
    GROUP = "group"  # became the child of a major incident
    PROPOSE = "propose"
    SOLVE = "solve"
    VERIFY = "verify"
    REFUSE = "refuse"  # the verifier or a reporter says it is not solved
    CLOSE = "close"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    TELL = "tell"  # its reporters are told something
    VERDICT = "verdict"  # a reporter said whether it works again
    EVIDENCE = "evidence"  # minutes that a room incident cost the person, beside a gap in attendance
    NOTE = "note"  # a word among staff
    CALL = "call"  # somebody was called, or called
    LOOK_AGAIN = "look_again"  # the LMS is asked once more
    ATTACH = "attach"  # a file was added
    PREFER = "prefer"  # how the reporter wants to be answered
    RATE = "rate"  # how content the reporter is
    INTEND = "intend"  # a person pressed, and may undo it for some seconds
    WARN = "warn"  # a clock's rung before its deadline
    OVERDUE = "overdue"  # a clock's deadline passed


OPEN_STATES: Final = frozenset(
    {State.RECEIVED, State.ASSESSING, State.IN_PROGRESS, State.REFERRED, State.WAITING, State.REOPENED}
)
_ANY = frozenset(State)
_ALIVE: Final = OPEN_STATES | {State.RESOLVED}

_TABLE: Mapping[Action, tuple[frozenset[State], State | None]] = {
    # action: (from any of, to; None keeps the state)
    Action.JOIN: (_ALIVE | {State.CLOSED}, None),
    Action.ADD: (_ANY, None),
    Action.SEE: (_ANY, None),
    Action.REASSESS: (OPEN_STATES, None),
    Action.ACKNOWLEDGE: (_ALIVE, None),
    Action.PICK_UP: (OPEN_STATES - {State.WAITING}, State.IN_PROGRESS),
    Action.TRANSFER: (OPEN_STATES, State.RECEIVED),
    Action.REFER: (OPEN_STATES, State.REFERRED),
    Action.ESCALATE: (_ALIVE, None),
    Action.ACCEPT_ESCALATION: (_ALIVE, None),
    Action.REPLY: (_ALIVE, None),
    Action.PAUSE: (OPEN_STATES - {State.WAITING}, State.WAITING),
    Action.RESUME: (frozenset({State.WAITING}), State.IN_PROGRESS),
    Action.MERGE: (OPEN_STATES, State.MERGED),
    Action.GATHER: (OPEN_STATES, None),
    Action.SPLIT: (_ALIVE, None),
    Action.GROUP: (OPEN_STATES, None),
    Action.PROPOSE: (OPEN_STATES, State.RESOLVED),
    Action.SOLVE: (OPEN_STATES, State.RESOLVED),
    Action.VERIFY: (frozenset({State.RESOLVED}), State.CLOSED),
    Action.REFUSE: (frozenset({State.RESOLVED}), State.REOPENED),
    Action.CLOSE: (frozenset({State.RESOLVED}), State.CLOSED),
    Action.REOPEN: (frozenset({State.RESOLVED, State.CLOSED}), State.REOPENED),
    Action.WITHDRAW: (_ALIVE, State.WITHDRAWN),
    Action.TELL: (_ALIVE, None),
    Action.VERDICT: (_ANY, None),
    Action.EVIDENCE: (_ANY, None),
    Action.NOTE: (_ANY, None),
    Action.CALL: (_ANY, None),
    Action.LOOK_AGAIN: (_ALIVE, None),
    Action.ATTACH: (_ANY, None),
    Action.PREFER: (_ANY, None),
    Action.RATE: (_ANY, None),
    Action.INTEND: (_ALIVE, None),
    Action.WARN: (_ANY, None),
    Action.OVERDUE: (_ANY, None),
}
TRANSITIONS: Final = MappingProxyType(_TABLE)


class NotAllowed(Exception):
    """An action that this state does not allow. Names both, so that a page can say it in the reader's words."""

    def __init__(self, action: Action, state: State) -> None:
        super().__init__(f"{action} is not possible from {state}")
        self.action = action
        self.state = state


def after(state: State, action: Action) -> State:
    """The state that follows.

    Raises:
        NotAllowed: the table has no such transition.
    """
    allowed, to = TRANSITIONS[action]
    if state not in allowed:
        raise NotAllowed(action, state)
    return state if to is None else to


def follows(state: State, action: Action) -> bool:
    """Whether the table has such a transition."""
    return action in TRANSITIONS and state in TRANSITIONS[action][0]


@dataclass(frozen=True, slots=True)
class Case:
    """A case as decisions see it.

    Attributes:
        id: its number; shown to staff and given to reporters as text.
        join_key: the key under which reports join it now; None once it is solved, stale or never was an incident.
        incident_key: the same, kept for ever, so that a late report finds the case that was solved.
        declared: a room manager says that it goes on: reports join it however long nobody reported (B1).
        touched: whether a person has acted on it, after which nothing moves it by itself.
        version: counts changes; an edit names the version it saw.
    """

    id: int
    site_id: str
    kind: CaseKind
    state: State
    category: str
    department: str
    tier: Tier
    severity: int
    channel: str
    opened_at: datetime
    clock_started_at: datetime
    last_report_at: datetime
    version: int
    policy_digest: str
    symptom: str | None = None
    join_key: str | None = None
    incident_key: str | None = None
    room_key: str | None = None
    platform: str | None = None
    course_id: str | None = None
    activity_id: str | None = None
    group_id: str | None = None
    person_id: str | None = None  # whom it is about, at its site (the accused, the trainee of a gap)
    confidential: bool = False
    bars_room: bool = False
    declared: bool = False
    touched: bool = False
    owner: str | None = None
    parent_id: int | None = None
    merged_into: int | None = None
    reports: int = 0
    affected: int | None = None
    solved_at: datetime | None = None
    solved_by: str | None = None
    paused_at: datetime | None = None
    closed_at: datetime | None = None
    overdue: bool = False
    escalated: bool = False

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to solve it."""
        return self.state in OPEN_STATES
