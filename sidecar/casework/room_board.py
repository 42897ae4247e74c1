"""Looking at live rooms: the board of one, the rooms of a manager at this moment, and tier 1's wall of all of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy.engine import Row

from sidecar.domain.access import Viewer, manages_course, may_watch_rooms, may_work_room
from sidecar.domain.board import Trouble, most_troubled_first
from sidecar.domain.case import Case
from sidecar.domain.incident import room_of
from sidecar.domain.launch import home_course
from sidecar.runtime import Runtime
from sidecar.store import alerts, board, cards, majors, permitted, presence, rooms
from sidecar.store.cards import Card, Room, Said, room_of_key
from sidecar.store.majors import Major

SOLVED_FOR: Final = timedelta(hours=6)  # a solved card stays to be looked at for as long as a class and its breaks
_AROUND: Final = timedelta(minutes=30)  # a class is a room's "now" from so long before it until so long after


@dataclass(frozen=True, slots=True)
class Board:
    """Everything on one room's board.

    Attributes:
        told: what its people were told beside the cards.
        roster: the people who may be named on it.
        of_group: the room is one group's. No roster tells groups, so that nothing can be sent to all of one.
        few_named: so that who minds that group's room alone is shown the names of those who have reported from it.
    """

    room: Room
    cards: tuple[Card, ...]
    solved: tuple[Card, ...]
    arriving: tuple[Row[Any], ...]
    majors: tuple[Major, ...]
    present: Row[Any] | None
    link: Row[Any] | None
    roster: tuple[Row[Any], ...]
    told: tuple[Said, ...]
    works: bool
    of_group: bool
    few_named: bool


@dataclass(frozen=True, slots=True)
class RoomNow:
    """One room among many: how it is, without its cards.

    Attributes:
        unseen: of `cases`, the ids of those that nobody has looked at yet.
    """

    room: Room
    cases: tuple[Case, ...]
    people: int
    arriving: int
    present: int | None
    trouble: Trouble | None
    alert: str | None
    unseen: frozenset[int]


def board_of(runtime: Runtime, viewer: Viewer, room_key: str) -> Board:
    """The board of one room.

    Raises:
        permitted.Unseen: none that this person may look at.
    """
    now = runtime.clock()
    site_id, activity, _group = room_key.split("|")
    scope = board.Scope(rooms=frozenset({room_key}))
    with runtime.db.read() as conn:
        course_id = board.course_of_activity(conn, site_id, activity) or home_course(viewer, room_key)
        works = may_work_room(viewer, room_key, course_id)
        if not works and not may_watch_rooms(viewer):
            raise permitted.Unseen(room_key)
        classes = board.classes(conn, scope, now - _AROUND, now + _AROUND)
        room = room_of_key(conn, room_key, course_id, classes)
        found = board.incidents(conn, scope, now - SOLVED_FOR)
        known = presence.of_rooms(conn, [room_key], now - runtime.policy.rooms.presence_fresh).get(room_key)
        roster = board.roster(conn, site_id, course_id) if course_id else ()
        few = room.group_id is not None and not (course_id and manages_course(viewer, site_id, course_id))
        known_here = board.known_in_room(conn, room_key) if few else frozenset[str]()
        made = cards.cards(conn, found, known.present if known else None, roster)
        return Board(
            room=room,
            cards=tuple(sorted((c for c in made if c.case.is_open), key=lambda c: most_troubled_first(c.trouble))),
            solved=tuple(sorted((c for c in made if not c.case.is_open), key=_lately)),
            arriving=tuple(board.arriving(conn, scope, now)),
            majors=majors.majors(conn, {case.parent_id for case in found if case.parent_id and case.is_open}),
            present=known,
            link=rooms.link_of(conn, site_id, course_id, room.group_id, room.session_key) if course_id else None,
            roster=tuple(row for row in roster if not few or row.person_id in known_here),
            told=cards.said_beside(conn, room_key, now - SOLVED_FOR),
            works=works,
            of_group=room.group_id is not None,
            few_named=few,
        )


def rooms_now(runtime: Runtime, viewer: Viewer, *, everywhere: bool = False) -> tuple[RoomNow, ...]:
    """The rooms with a class on or near, or with an open failure, most troubled first.

    Args:
        everywhere: all of them, for who may watch; else those the viewer manages.

    Raises:
        permitted.Unseen: somebody who may not watch.
    """
    if everywhere and not may_watch_rooms(viewer):
        raise permitted.Unseen("rooms")
    now = runtime.clock()
    scope = board.Scope(everywhere=True) if everywhere else board.Scope(viewer.rooms, viewer.managed)
    with runtime.db.read() as conn:
        classes = board.classes(conn, scope, now - _AROUND, now + runtime.policy.rooms.manager_before)
        open_cases = [case for case in board.incidents(conn, scope, now) if case.is_open]
        waiting = board.arriving(conn, scope, now)
        keys = {case.room_key for case in open_cases if case.room_key} | set(scope.rooms)
        keys |= {
            room_of(one.site_id, one.activity_id, one.group_id)
            for one in classes
            # A class that names no group is that of a group's room, too: it makes no other room this person's.
            if one.activity_id and (everywhere or f"{one.site_id}:{one.course_id}" in scope.courses)
        }
        keys |= {room_of(one.site_id, one.activity_id, one.group_id) for one in waiting if one.activity_id}
        people = board.hit(conn, [case.id for case in open_cases])
        rings, unseen = alerts.ringing(conn, [case.id for case in open_cases]), board.unseen(conn, open_cases)
        present = presence.of_rooms(conn, keys, now - runtime.policy.rooms.presence_fresh)
        standing = {(a.site_id, a.session_key): a.cause for a in rooms.standing_alerts(conn, now - SOLVED_FOR)}
        found = []
        for key in keys:
            mine = tuple(case for case in open_cases if case.room_key == key)
            room = room_of_key(conn, key, mine[0].course_id if mine else None, classes)
            troubles = {case.id: _trouble(case, len(people.get(case.id, ())), rings, unseen) for case in mine}
            found.append(
                RoomNow(
                    room=room,
                    cases=tuple(sorted(mine, key=lambda case, of=troubles: most_troubled_first(of[case.id]))),  # type: ignore[misc]
                    people=max(
                        # One person with two troubles is one; a manager who counted may have counted more.
                        len(set().union(*(people.get(case.id, ()) for case in mine))),
                        *(case.affected or 0 for case in mine),
                        0,
                    ),
                    arriving=sum(
                        one.people for one in waiting if room_of(one.site_id, one.activity_id, one.group_id) == key
                    ),
                    present=present[key].present if key in present else None,
                    trouble=min(troubles.values(), key=most_troubled_first, default=None),
                    alert=standing.get((room.site_id, room.session_key or "")),
                    unseen=unseen & frozenset(troubles),
                )
            )
    return tuple(sorted(found, key=_room_order))


def open_majors(runtime: Runtime, viewer: Viewer) -> tuple[Major, ...]:
    """The major incidents that are open, with what was said of them; for who may watch."""
    if not may_watch_rooms(viewer):
        raise permitted.Unseen("rooms")
    with runtime.db.read() as conn:
        return majors.majors(conn, with_rooms=True)


def _room_order(one: RoomNow) -> tuple[object, ...]:
    order = most_troubled_first(one.trouble) if one.trouble else ()
    return (one.trouble is None, order, one.alert is None, one.room.starts_at is None, one.room.starts_at, one.room.key)


def _lately(card: Card) -> float:
    return -(card.case.solved_at or card.since).timestamp()


def _trouble(case: Case, people: int, rings: Collection[int], unseen: Collection[int]) -> Trouble:
    number, new = max(people, case.affected or 0), case.id in unseen
    return Trouble(new and case.id in rings, new, case.severity, number, case.opened_at)
