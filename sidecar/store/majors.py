"""Major incidents as the board and the wall show them: each room once, whatever fails in it (P1)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from sidecar.domain.case import Case, State
from sidecar.store import board
from sidecar.store.cards import Room, Said, Step, room_of_key, steps_of, told_of
from sidecar.store.cases import children


@dataclass(frozen=True, slots=True)
class Struck:
    """A room of a major incident: what fails in it, and how many people that hits."""

    room: Room
    cases: tuple[Case, ...]
    people: int


@dataclass(frozen=True, slots=True)
class Major:
    """A major incident, with what was said and done about it.

    Attributes:
        count: how many rooms it has struck.
        rooms: those rooms, where they were asked for.
    """

    case: Case
    count: int
    rooms: tuple[Struck, ...]
    told: tuple[Said, ...]
    steps: tuple[Step, ...]


def majors(conn: Connection, ids: Collection[int] | None = None, *, with_rooms: bool = False) -> tuple[Major, ...]:
    """The named major incidents, or all that are open."""
    if ids is not None and not ids:
        return ()
    found = board.majors(conn, ids)
    told, steps = told_of(conn, [case.id for case in found]), steps_of(conn, [case.id for case in found])
    made = []
    for case in found:
        struck = _by_room(children(conn, case.id))
        rooms = tuple(_struck(conn, key, of) for key, of in struck.items()) if with_rooms else ()
        made.append(Major(case, len(struck), rooms, tuple(told.get(case.id, ())), tuple(steps.get(case.id, ()))))
    return tuple(made)


def _by_room(found: Sequence[Case]) -> dict[str, list[Case]]:
    """What still stands in each room: a card that was merged into another says nothing of its own."""
    rooms: dict[str, list[Case]] = {}
    for case in found:
        if case.room_key is not None and case.state is not State.MERGED:
            rooms.setdefault(case.room_key, []).append(case)
    return rooms


def _struck(conn: Connection, key: str, found: Sequence[Case]) -> Struck:
    people = board.hit(conn, [case.id for case in found])
    # One person with two troubles is one; a manager who counted may have counted more.
    number = max(len(set().union(*people.values())), *(case.affected or 0 for case in found))
    return Struck(room_of_key(conn, key, found[0].course_id, ()), tuple(found), number)
