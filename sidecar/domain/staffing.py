"""Who minds a live room (P1): its managers by the roster, of whom one is the substitute; and whether one is here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Here:
    """Somebody who is signed in to manage rooms, and which: `rooms` and `managed` as in `access.Viewer`."""

    key: str
    rooms: frozenset[str]
    managed: frozenset[str]

    @classmethod
    def of(cls, key: str, grants: Mapping[str, Any]) -> Here:
        """A login's grants, as far as rooms go."""
        return cls(key, frozenset(grants.get("rooms") or ()), frozenset(grants.get("managed") or ()))

    def minds(self, room_key: str, course_id: str) -> bool:
        """Whether a room is this person's."""
        site_id = room_key.partition("|")[0]
        return room_key in self.rooms or f"{site_id}:{course_id}" in self.managed


def minded(room_key: str, course_id: str, here: Iterable[Here]) -> bool:
    """Whether anybody is signed in who may manage the room of a class.

    A class that names no group is every group's: whoever manages one group's room of its activity minds it.
    """
    activity, _, group = room_key.rpartition("|")
    return any(
        one.minds(room_key, course_id) or (group == "-" and any(room.startswith(f"{activity}|") for room in one.rooms))
        for one in here
    )


def substitute(managers: Collection[str], here: Collection[str], seen_by: Collection[str] = ()) -> str | None:
    """Who is rung when a card of a room stays unseen: another of its managers than the one who should have looked.

    Args:
        managers: person ids of the room's managers, by the roster.
        here: of those, who is signed in; somebody signed in can look at once, so that person is rung first.
        seen_by: who has worked in this room today: the one who should have looked.

    Returns:
        None when the room has no second manager.
    """
    ordered = sorted(managers, key=lambda one: (len(one), one))
    expected = next((one for one in ordered if one in seen_by), ordered[0] if ordered else None)
    others = [one for one in ordered if one != expected]
    return next((one for one in others if one in here), others[0] if others else None)
