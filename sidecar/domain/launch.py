"""Who somebody is whom the LMS sends to one of our pages (contract.md, `/launch`): a role, and what it reaches."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from sidecar.domain.access import NO_GROUP, StaffRole, Viewer
from sidecar.domain.incident import room_of


class Target(StrEnum):
    """A page that the LMS sends people to."""

    ROOM = "room"
    ROSTER = "roster"
    DESK = "desk"
    MINE = "mine"
    QUESTIONS = "questions"


ROLE_OF: Final[Mapping[Target, StaffRole]] = MappingProxyType(
    {
        Target.ROOM: StaffRole.ROOM_MANAGER,
        Target.ROSTER: StaffRole.TRAINER,
        Target.DESK: StaffRole.AGENT_1,
        Target.MINE: StaffRole.TRAINEE,
        Target.QUESTIONS: StaffRole.TRAINER,
    }
)


@dataclass(frozen=True, slots=True)
class Sent:
    """A person whom the LMS sends, and from where: it has checked the capability there, and nowhere else."""

    site_id: str
    person_id: str
    course: str | None = None
    activity: str | None = None
    group: str | None = None
    groups: tuple[str, ...] | None = None  # of the course: they see the people of these alone; None: it did not say
    as_manager: bool = False  # it sends a room manager; only pages that two offices share ask


def office_of(target: Target, *, as_manager: bool) -> StaffRole:
    """The office in which somebody comes to a target's pages: a roster is opened by trainers and by room managers."""
    return StaffRole.ROOM_MANAGER if target is Target.ROSTER and as_manager else ROLE_OF[target]


def viewer_of(target: Target, sent: Sent, rostered: Collection[str]) -> Viewer:
    """What the person may reach from this target's pages.

    Args:
        rostered: ids of the courses whose roster names the person in this target's role.
    """
    site, role = sent.site_id, office_of(target, as_manager=sent.as_manager)
    key = f"{site}:{sent.person_id}"
    courses = {f"{site}:{course}" for course in rostered}
    rooms: frozenset[str] = frozenset()
    if sent.activity and target is Target.ROOM:
        # Proven for this room. Whether it is so for the others of the course, the roster says.
        rooms = frozenset({room_of(site, sent.activity, sent.group)})
    elif sent.course:
        courses.add(f"{site}:{sent.course}")
    grouped: frozenset[tuple[str, str]] = frozenset()
    if target is Target.ROSTER:
        # Only the course that a launch proves: of the others nobody tells whether one group of them is all they see.
        limits = sent.groups if sent.groups is not None or not sent.group else (sent.group,)
        courses = {f"{site}:{sent.course}"} if sent.course and limits is None else set()
        if sent.course and limits is not None:
            grouped = frozenset((f"{site}:{sent.course}", group) for group in limits or (NO_GROUP,))
    if role is StaffRole.ROOM_MANAGER:
        # A room's course is known from the launch before any timetable or report names it.
        homes = frozenset((room, sent.course) for room in rooms if sent.course)
        if sent.group:
            # Whoever comes for one group has that group's room alone: no roster tells groups (decision 0018).
            courses = set()
        return Viewer(key, frozenset({role}), rooms=rooms, managed=frozenset(courses), homes=homes, grouped=grouped)
    if role is StaffRole.TRAINER:
        return Viewer(key, frozenset({role}), courses=frozenset(courses), grouped=grouped)
    return Viewer(key, frozenset({role}))


def home_course(viewer: Viewer, room_key: str) -> str | None:
    """The course of a room that a launch named, as that launch said."""
    return next((course for room, course in sorted(viewer.homes) if room == room_key), None)


_SETS: Final = ("rooms", "courses", "managed", "departments", "also")
_PAIRS: Final = ("homes", "grouped")
_REACH: Final = (*_SETS, *_PAIRS)
_OF_COURSES: Final = ("courses", "managed")


def grants_of(viewer: Viewer) -> dict[str, list[Any]]:
    """A viewer's reach as JSON, to be kept with a login or with what that person has pressed."""
    sets = {name: sorted(getattr(viewer, name)) for name in _SETS}
    pairs = {name: sorted(map(list, getattr(viewer, name))) for name in _PAIRS}
    body = [viewer.body] if viewer.body else []
    return {"roles": sorted(viewer.roles), "body": body, **pairs, **sets}


def united(grants: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """What several launches of one person to the same pages grant together.

    Of a course the latest that names it says all: whom somebody saw by an earlier one may be hidden from them since.

    Args:
        grants: the latest first.
    """
    reach: dict[str, frozenset[Any]] = dict.fromkeys(_REACH, frozenset())
    roles: frozenset[StaffRole] = frozenset()
    told: set[str] = set()
    for number, one in enumerate(grants):
        viewer = viewer_with("", one)
        of = {name: getattr(viewer, name) for name in _REACH}
        for name in _OF_COURSES:
            of[name] = of[name] - told
        of["grouped"] = frozenset(pair for pair in of["grouped"] if pair[0] not in told)
        told |= {*viewer.courses, *viewer.managed, *(course for course, _group in viewer.grouped)}
        if number == 0 or any(of.values()):  # an office that an earlier launch brought is gone with what it was for
            roles |= viewer.roles
        reach = {name: reach[name] | of[name] for name in _REACH}
    return grants_of(Viewer("", roles, **reach))  # type: ignore[arg-type]


def viewer_with(key: str, grants: Mapping[str, Any]) -> Viewer:
    """The viewer that `grants_of` kept."""
    reach: dict[str, Any] = {name: frozenset(str(one) for one in grants.get(name) or ()) for name in _SETS}
    for name in _PAIRS:
        reach[name] = frozenset((str(one), str(other)) for one, other in grants.get(name) or ())
    reach["body"] = next(iter(grants.get("body") or ()), None)
    return Viewer(key, frozenset(StaffRole(role) for role in grants["roles"]), **reach)
