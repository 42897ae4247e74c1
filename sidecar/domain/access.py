"""Who may see and do what: the one authority (P16). Every route, queue, count, export and message asks here.

Confidentiality and conflict of interest come before any role: whom a case is about sees neither it nor that it exists,
whatever else that person may be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from sidecar.domain.case import Action, Case, CaseKind, State
from sidecar.domain.policy import Tier


class StaffRole(StrEnum):
    """Offices a person may hold (glossary.md)."""

    TRAINEE = "trainee"
    TRAINER = "trainer"
    ROOM_MANAGER = "room_manager"
    AGENT_1 = "agent_1"
    LEAD = "lead"
    AGENT_2 = "agent_2"
    DEPARTMENT_HEAD = "department_head"
    DEPUTY = "deputy"
    REGISTRAR = "registrar"
    ADMINISTRATIVE_MANAGER = "administrative_manager"
    SUPERVISOR = "supervisor"
    VISITOR = "visitor"
    ADMINISTRATOR = "administrator"


NO_GROUP: Final = ""  # no group's id: of that course somebody is shown nobody


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person who asks.

    Attributes:
        key: `<site>:<LMS user id>`, or `local:<id>` for staff without an LMS account.
        rooms: keys of the live rooms (`incident.room_of`) the person manages.
        courses: `<site>:<course id>` the person teaches.
        managed: `<site>:<course id>` whose every room the person manages.
        grouped: of courses that are in neither, the groups whose people alone the person sees there; `NO_GROUP` where
            that is nobody.
        homes: of `rooms`, their course's id as the launch said that named them.
        departments: departments the person heads, deputises for or works in.
        also: keys by which the same human is known elsewhere: whom a complaint accuses there, it accuses here.
        body: the government body that a supervisor comes from.
    """

    key: str
    roles: frozenset[StaffRole]
    rooms: frozenset[str] = frozenset()
    courses: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()
    managed: frozenset[str] = frozenset()
    grouped: frozenset[tuple[str, str]] = frozenset()
    homes: frozenset[tuple[str, str]] = frozenset()
    also: frozenset[str] = frozenset()
    body: str | None = None

    @property
    def keys(self) -> frozenset[str]:
        """Every key by which this human is known."""
        return self.also | {self.key}


@dataclass(frozen=True, slots=True)
class Involved:
    """Who stands in which relation to a case, as keys like `Viewer.key`."""

    reporters: frozenset[str] = frozenset()
    about: frozenset[str] = field(default_factory=frozenset)  # whom a complaint or a gap is about


_HANDLE = frozenset(
    {
        Action.SEE, Action.ACKNOWLEDGE, Action.PICK_UP, Action.TRANSFER, Action.REPLY, Action.PAUSE, Action.RESUME,
        Action.MERGE, Action.SPLIT, Action.PROPOSE, Action.SOLVE, Action.REFUSE, Action.REOPEN, Action.TELL,
        Action.INTEND, Action.NOTE, Action.CALL, Action.LOOK_AGAIN, Action.ATTACH, Action.WITHDRAW,
    }
)  # fmt: skip
_ROOM = frozenset(
    {
        Action.SEE, Action.ACKNOWLEDGE, Action.PICK_UP, Action.TRANSFER, Action.REPLY, Action.MERGE, Action.SPLIT,
        Action.SOLVE, Action.TELL, Action.INTEND,
    }
)  # fmt: skip

MATRIX: Final[Mapping[StaffRole, frozenset[Action]]] = MappingProxyType(
    {
        StaffRole.TRAINEE: frozenset(),
        StaffRole.VISITOR: frozenset(),
        StaffRole.TRAINER: frozenset(
            {Action.SEE, Action.REPLY, Action.PICK_UP, Action.PROPOSE, Action.TRANSFER, Action.TELL}
        ),
        StaffRole.ROOM_MANAGER: _ROOM,
        StaffRole.AGENT_1: _HANDLE | {Action.REFER, Action.ESCALATE},
        StaffRole.LEAD: _HANDLE | {Action.REFER, Action.ESCALATE, Action.VERIFY, Action.CLOSE},
        StaffRole.AGENT_2: _HANDLE | {Action.REFER, Action.ESCALATE, Action.VERIFY, Action.CLOSE},
        StaffRole.REGISTRAR: _HANDLE,
        StaffRole.DEPARTMENT_HEAD: _HANDLE | {Action.REFER, Action.VERIFY, Action.CLOSE},
        StaffRole.DEPUTY: _HANDLE | {Action.REFER, Action.VERIFY, Action.CLOSE},
        StaffRole.ADMINISTRATIVE_MANAGER: _HANDLE
        | {Action.REFER, Action.VERIFY, Action.CLOSE, Action.ACCEPT_ESCALATION, Action.ESCALATE},
        StaffRole.SUPERVISOR: frozenset(),
        StaffRole.ADMINISTRATOR: frozenset(),
    }
)
REPORTERS_OWN: Final = frozenset(
    {
        Action.ADD, Action.WITHDRAW, Action.REFUSE, Action.VERIFY, Action.VERDICT, Action.ATTACH, Action.PREFER,
        Action.RATE,
    }
)  # fmt: skip

_COMPLAINT_READERS = frozenset({StaffRole.DEPARTMENT_HEAD, StaffRole.DEPUTY})
# Whose tiers a confidential case may stand at: tier 1 sorts a complaint that nobody has referred yet.
_DESK: Final[Mapping[StaffRole, frozenset[Tier]]] = MappingProxyType(
    {
        StaffRole.AGENT_1: frozenset({Tier.ONE}),
        StaffRole.LEAD: frozenset({Tier.ONE, Tier.TWO}),
        StaffRole.AGENT_2: frozenset({Tier.TWO}),
    }
)
_VERIFYING_DESK = frozenset({StaffRole.LEAD, StaffRole.AGENT_2})


def conflicted(viewer: Viewer, case: Case, involved: Involved) -> bool:
    """Whether the viewer is the person a complaint is about. A trainee named in a gap or a log is no accused."""
    return case.kind is CaseKind.COMPLAINT and not viewer.keys.isdisjoint(involved.about)


def may_see(viewer: Viewer, case: Case, involved: Involved) -> bool:
    """Whether the viewer may know that this case exists. Reporters see their own; the accused never."""
    if conflicted(viewer, case, involved):
        return False
    if not viewer.keys.isdisjoint(involved.reporters):
        return True
    return any(_role_sees(role, viewer, case) for role in viewer.roles)


def _role_sees(role: StaffRole, viewer: Viewer, case: Case) -> bool:
    if role is StaffRole.ADMINISTRATIVE_MANAGER:
        return True
    if role in _COMPLAINT_READERS or role is StaffRole.REGISTRAR:
        # What climbed past the head is none of the deputy's, who works for the head; nor is it the registrar's.
        closed = case.confidential and (role not in _COMPLAINT_READERS or case.tier is Tier.MANAGEMENT)
        return case.department in viewer.departments and not closed
    if role in _DESK:
        # Between being sorted by tier 1 and being verified by tier 2 (P14), a complaint is its department's.
        verifying = role in _VERIFYING_DESK and case.state is State.RESOLVED
        return not case.confidential or case.tier in _DESK[role] or verifying
    if case.confidential or case.bars_room:
        return False
    if role is StaffRole.ROOM_MANAGER:
        return case.room_key is not None and _has_room(viewer, case.room_key, case.site_id, case.course_id)
    if role is StaffRole.TRAINER:
        return case.tier is Tier.TRAINER and f"{case.site_id}:{case.course_id}" in viewer.courses
    return False


def may(viewer: Viewer, action: Action, case: Case, involved: Involved) -> bool:
    """Whether the viewer may do this to this case now (whether its state allows it is `case.after`'s to say)."""
    if not may_see(viewer, case, involved):
        return False
    if case.solved_by in viewer.keys and action in {Action.VERIFY, Action.CLOSE}:
        return False  # P14: verified by someone other than the solver, who may have reported it too
    if action in REPORTERS_OWN and not viewer.keys.isdisjoint(involved.reporters):
        return True
    return any(action in MATRIX[role] and _role_sees(role, viewer, case) for role in viewer.roles)


_WATCHERS: Final = frozenset({StaffRole.AGENT_1, StaffRole.LEAD, StaffRole.AGENT_2, StaffRole.ADMINISTRATIVE_MANAGER})


def _has_room(viewer: Viewer, room_key: str, site_id: str, course_id: str | None) -> bool:
    return room_key in viewer.rooms or (course_id is not None and f"{site_id}:{course_id}" in viewer.managed)


def may_work_room(viewer: Viewer, room_key: str, course_id: str | None) -> bool:
    """Whether the viewer may log in this room, keep its backup link and confirm its summary: its manager alone.

    Args:
        course_id: the course that the room belongs to, as the timetable or its cases say.
    """
    site_id = room_key.partition("|")[0]
    return StaffRole.ROOM_MANAGER in viewer.roles and _has_room(viewer, room_key, site_id, course_id)


def alerted_as(viewer: Viewer, tell: str) -> bool:
    """Whether an alert to this addressee (`Addressee.who`) is one to this person: by the post that they hold."""
    kind, _, name = tell.partition(":")
    roles = viewer.roles
    if kind in {"head", "deputy"}:
        own = StaffRole.DEPARTMENT_HEAD if kind == "head" else StaffRole.DEPUTY
        return own in roles and name in viewer.departments
    if kind == "office":
        return name == "administrative_manager" and StaffRole.ADMINISTRATIVE_MANAGER in roles
    if kind in {"lead", "shift"}:
        return StaffRole.LEAD in roles
    return (kind == "on_call" and bool(roles & {StaffRole.LEAD, StaffRole.AGENT_2})) or tell in viewer.keys


_IMPORTERS: Final = frozenset(
    {StaffRole.REGISTRAR, StaffRole.ADMINISTRATIVE_MANAGER, StaffRole.ADMINISTRATOR}
)  # fmt: skip


def may_import_registry(viewer: Viewer, department: str) -> bool:
    """Whether the viewer may import a register's exports, and see what was imported (P11).

    Args:
        department: whose head may, by the register's rules.
    """
    if viewer.roles & _IMPORTERS:
        return True
    return StaffRole.DEPARTMENT_HEAD in viewer.roles and department in viewer.departments


_ROTA_KEEPERS: Final = frozenset({StaffRole.ADMINISTRATIVE_MANAGER, StaffRole.ADMINISTRATOR})


def may_enter_duty(viewer: Viewer, what: str, post: str, whose: str | None = None) -> bool:
    """Whether the viewer may enter, or take back, something of the rota.

    Args:
        what: `post`, `absence`, `shift` or `on_call`.
        post: `head:<department>`, `deputy:<department>`, `lead:<office>`, `management`; empty where it is about none.
        whose: the key of the person it is about, if that is a member of staff.
    """
    if viewer.roles & _ROTA_KEEPERS:
        return True
    if what == "absence" and whose is not None and whose in viewer.keys:
        return True
    kind, _, name = post.partition(":")
    if StaffRole.LEAD in viewer.roles:
        return what in {"shift", "on_call"} or (what == "absence" and kind in {"lead", ""})
    heads = bool(viewer.roles & {StaffRole.DEPARTMENT_HEAD, StaffRole.DEPUTY})
    return what == "absence" and heads and kind in {"head", "deputy"} and name in viewer.departments


def manages_course(viewer: Viewer, site_id: str, course_id: str) -> bool:
    """Whether the viewer manages every room of a course, whichever group it is for."""
    return StaffRole.ROOM_MANAGER in viewer.roles and f"{site_id}:{course_id}" in viewer.managed


Groups = frozenset[str] | None
"""Groups of a course whose people somebody sees; None is everybody of the course, and no group at all is nobody."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Whom of a course somebody sees, and in which office."""

    office: StaffRole
    groups: Groups


def roster_sight(viewer: Viewer, site_id: str, course_id: str) -> Sight | None:
    """Whom of a course's roster the viewer sees: its trainer or its room manager (P3); None: it is none of theirs.

    Where the LMS has said that somebody sees some groups alone, it is these; where it is none, there is no roster.
    """
    key = f"{site_id}:{course_id}"
    limits = {group for course, group in viewer.grouped if course == key}
    own = frozenset(limits - {NO_GROUP})
    if limits and not own:
        return None
    if StaffRole.TRAINER in viewer.roles and (own or key in viewer.courses):
        return Sight(StaffRole.TRAINER, own or None)
    if StaffRole.ROOM_MANAGER in viewer.roles and (own or key in viewer.managed):
        return Sight(StaffRole.ROOM_MANAGER, own or None)
    return None


_READINESS: Final = frozenset({StaffRole.SUPERVISOR, StaffRole.ADMINISTRATIVE_MANAGER})


def may_see_readiness(viewer: Viewer) -> bool:
    """Whether the viewer may see how many of which course are ready for the certificate, by number alone (C3)."""
    return not viewer.roles.isdisjoint(_READINESS)


def may_watch_rooms(viewer: Viewer) -> bool:
    """Whether the viewer may look at all live rooms at any time, changing nothing in them (P1)."""
    return bool(viewer.roles & _WATCHERS)
