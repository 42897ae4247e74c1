"""When reports are one failure: of a room, or of many rooms at once (P1; acceptance A1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sidecar.domain.policy import IncidentRules
from sidecar.domain.report import Report


def room_of(site_id: str, activity_id: str, group_id: str | None) -> str:
    """The key of a live room: `site|cmid|group or -`."""
    return f"{site_id}|{activity_id}|{group_id or '-'}"


def room_key(report: Report) -> str | None:
    """The report's live room; None without an activity ("no activity, no incident")."""
    if report.place.activity is None:
        return None
    return room_of(report.site_id, report.place.activity.id, report.place.group)


def incident_key(report: Report, failure: str) -> str | None:
    """`site|cmid|group or -|failure`, where `failure` is what the policy says the symptom is one of."""
    room = room_key(report)
    return None if room is None else f"{room}|{failure}"


def gap_key(site_id: str, course_id: str, person_id: str) -> str:
    """A person's certificate case in a course: flagging again joins it."""
    return f"{site_id}|{course_id}|{person_id}|certificate_gap"


def major_key(site_id: str, platform: str) -> str:
    """The case that gathers the failing rooms of one platform."""
    return f"{site_id}|{platform}|major"


@dataclass(frozen=True, slots=True)
class RoomFailure:
    """An open room incident, as much of it as the question "is it everywhere?" needs."""

    case_id: int
    room_key: str
    opened_at: datetime


def major(failures: Sequence[RoomFailure], rules: IncidentRules) -> tuple[int, ...]:
    """The incidents that are one major incident: `major_rooms` different rooms opened within `major_window`.

    Args:
        failures: open incidents of one platform.

    Returns:
        The case ids of the whole cluster, oldest first; empty when the rooms fail each for itself.
    """
    ordered = sorted(failures, key=lambda f: (f.opened_at, f.case_id))
    members: set[int] = set()
    for start, first in enumerate(ordered):
        within = [f for f in ordered[start:] if f.opened_at - first.opened_at <= rules.major_window]
        if len({f.room_key for f in within}) >= rules.major_rooms:
            members.update(f.case_id for f in within)
    return tuple(f.case_id for f in ordered if f.case_id in members)
