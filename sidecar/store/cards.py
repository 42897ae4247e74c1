"""The cards of live rooms, put together from rows: one for each failure, however many reports it gathers (A1)."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.engine import Connection, Row

from sidecar.domain.board import Finding, Trouble, sum_up
from sidecar.domain.case import Action, Case
from sidecar.domain.policy import Measure
from sidecar.domain.report import Kind, Role, Symptom
from sidecar.store import alerts, board, intents, logins, tellings


@dataclass(frozen=True, slots=True)
class Room:
    """A live room: `key` as `incident.room_of` makes it; names and hours as far as anybody told them."""

    key: str
    site_id: str
    activity_id: str
    group_id: str | None
    course_id: str | None
    course_name: str
    idnumber: str
    name: str
    platform: str = ""
    session_key: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """One whom a failure hits: who reported it, or whom a room manager logged it for; `over_at`, until when."""

    report: uuid.UUID
    key: str
    name: str
    role: str
    reference: str
    at: datetime
    text: str
    logged: bool
    over_at: datetime | None


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done with a case. `by` is a name; `desk` says that it was the contact centre's doing."""

    at: datetime
    action: Action
    by: str
    desk: bool
    words: str
    reason: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """What people were told, and how far it has reached them: deliveries by state.

    Attributes:
        message: which of the policy's messages it is.
        text: what somebody wrote into it; empty where the policy's words say it all.
    """

    id: int
    cause: str
    message: str
    text: str
    at: datetime
    reached: Counter[str]


@dataclass(frozen=True, slots=True)
class Card:
    """One failure of a room.

    Attributes:
        number: people that it hits: those who reported, or more where the room manager counted more.
        present: how many are in the room, only where that is known.
        unseen: nobody has looked yet.
        ringing: somebody was alerted of that.
        whole_room: a room manager logged it for everybody.
        pending: intents that may still be undone.
        due: the nearest deadline that counts: what it measures, and when.
    """

    case: Case
    people: tuple[Person, ...]
    number: int
    present: int | None
    since: datetime
    findings: tuple[Finding, ...]
    steps: tuple[Step, ...]
    told: tuple[Said, ...]
    pending: tuple[Row[Any], ...]
    unseen: bool
    ringing: bool
    due: tuple[Measure, datetime] | None
    actions: tuple[str, ...]
    whole_room: bool

    @property
    def trouble(self) -> Trouble:
        """As its place among others needs it."""
        return Trouble(self.ringing, self.unseen, self.case.severity, self.number, self.since)


def cards(conn: Connection, found: Sequence[Case], present: int | None, roster: Sequence[Row[Any]]) -> list[Card]:
    """The cards of these cases.

    Args:
        present: how many are in the room, where that is known.
        roster: the course's people, for whom names are looked up.
    """
    ids = [case.id for case in found]
    said: dict[int, list[Row[Any]]] = {}
    for row in board.said(conn, ids):
        said.setdefault(row.case_id, []).append(row)
    names = {row.person_id: row.name or "" for row in roster}
    everybody = present or sum(row.role == Role.TRAINEE for row in roster) or None
    steps = steps_of(conn, ids)
    told = told_of(conn, ids)
    rings, unseen = alerts.ringing(conn, ids), board.unseen(conn, found)
    due = board.due(conn, ids)
    pending: dict[int, list[Row[Any]]] = {}
    for intent in intents.waiting(conn, ids):
        pending.setdefault(intent.case_id, []).append(intent)
    cards = []
    for case in found:
        rows = said.get(case.id, [])
        people = _people(rows, names)
        nearest = next(iter(due.get(case.id, ())), None)
        cards.append(
            Card(
                case=case,
                people=tuple(people.values()),
                number=max(len(people), case.affected or 0),
                present=_out_of(case, max(len(people), case.affected or 0), present),
                since=min((row.occurred_at for row in rows), default=case.opened_at),
                findings=sum_up(
                    [row.body["diagnostics"] for row in _one_each(rows)], [row.occurred_at for row in _one_each(rows)]
                ),
                steps=tuple(steps.get(case.id, ())),
                told=tuple(told.get(case.id, ())),
                pending=tuple(pending.get(case.id, ())),
                unseen=case.id in unseen,
                ringing=case.id in rings and case.id in unseen,
                due=(Measure(nearest.measure), nearest.target_due_at) if nearest and case.is_open else None,
                actions=tuple(row.body["action_taken"] for row in rows if row.body["action_taken"]),
                whole_room=_whole_room(rows, everybody),
            )
        )
    return cards


def _out_of(case: Case, number: int, present: int | None) -> int | None:
    """Of how many, where that says something: who cannot get in is not among those who are in."""
    if present is None or number > present or case.symptom == Symptom.CANNOT_JOIN:
        return None
    return present


def _one_each(rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """The last that each person's own browser said; a room manager's log says nothing of a browser."""
    return list({row.sender: row for row in rows if row.kind == Kind.SESSION_PROBLEM}.values())


def _people(rows: Sequence[Row[Any]], names: Mapping[str, str]) -> dict[str, Person]:
    people: dict[str, Person] = {}
    for row in rows:
        logged = row.kind == Kind.ROOM_LOG
        about = row.body["about"]
        if logged and not about:
            continue  # the whole room: nobody in particular
        key = about[0] if logged else row.sender
        role = about[1] if logged else row.reporter_role
        name = names.get(key, "") if logged else row.body["name"] or names.get(row.reporter_id or "", "")
        before = people.get(key)
        text, over_at = row.body["text"] or (before.text if before else ""), _over_at(row, before)
        role = role or Role.TRAINEE
        people[key] = Person(row.key, key, name, role, row.reference, row.occurred_at, text, logged, over_at)
    return people


def _over_at(row: Row[Any], before: Person | None) -> datetime | None:
    """When it ended for somebody: as a manager logged, unless that person was hit again after it."""
    known = before.over_at if before else None
    if row.kind == Kind.ROOM_LOG and row.body["ended_at"]:
        ended = datetime.fromisoformat(row.body["ended_at"])
        return max(known, ended) if known else ended
    return known if known and known >= row.occurred_at else None


def _whole_room(rows: Sequence[Row[Any]], everybody: int | None) -> bool:
    """Whether a manager logged it for everybody: not where fewer than `everybody` were counted."""
    logs = [row.body for row in rows if row.kind == Kind.ROOM_LOG and not row.body["about"]]
    counted = max((body["affected"] for body in logs if body["affected"] is not None), default=None)
    return bool(logs) and (counted is None or (everybody is not None and counted >= everybody))


def steps_of(conn: Connection, ids: Collection[int]) -> dict[int, list[Step]]:
    """What was done with each of these cases, but for what its card shows by itself."""
    rows = [row for row in board.happened(conn, ids) if row.action not in _SILENT]
    who = logins.names(conn, {row.actor for row in rows if ":" in row.actor})
    found: dict[int, list[Step]] = {}
    for row in rows:
        known = who.get(row.actor)
        desk = known is not None and known.target == "desk"
        step = Step(
            row.at, Action(row.action), known.name if known else "", desk, row.words or "", row.reason, row.data
        )
        found.setdefault(row.case_id, []).append(step)
    return found


# What is no news to who looks at the card: it is on it already.
_SILENT: Final = frozenset({Action.JOIN, Action.INTEND, Action.ADD, Action.WARN, Action.REASSESS, Action.GROUP})


def told_of(conn: Connection, ids: Collection[int]) -> dict[int, list[Said]]:
    """What the people of each of these cases were told."""
    # What staff were told of a card is none of what its people were told.
    rows = [row for row in tellings.of_cases(conn, ids) if row.cause != "staff"]
    counts = tellings.counted(conn, [row.id for row in rows])
    found: dict[int, list[Said]] = {}
    for row in rows:
        found.setdefault(row.case_id, []).append(_as_said(row, counts))
    return found


def said_beside(conn: Connection, room_key: str, since: datetime) -> tuple[Said, ...]:
    """What a room's people were told that belongs to none of its cards."""
    rows = tellings.of_room(conn, room_key, since)
    counts = tellings.counted(conn, [row.id for row in rows])
    return tuple(_as_said(row, counts) for row in rows)


def _as_said(row: Row[Any], counts: Mapping[int, Counter[str]]) -> Said:
    return Said(row.id, row.cause, row.message, row.text, row.at, counts.get(row.id, Counter()))


def room_of_key(conn: Connection, key: str, course_id: str | None, classes: Sequence[Row[Any]]) -> Room:
    """A room by its key, with what the timetable, the LMS and the last report that names it say of it."""
    site_id, _, rest = key.partition("|")
    activity, _, group = rest.rpartition("|")  # whatever an LMS calls its activities
    own = [
        one
        for one in classes
        if (one.site_id, one.activity_id) == (site_id, activity)
        and one.group_id in {None, None if group == "-" else group}
    ]
    session = own[0] if own else None
    course_id = course_id or (session.course_id if session else board.course_of_activity(conn, site_id, activity))
    course = board.course(conn, site_id, course_id) if course_id else None
    said = board.last_named(conn, site_id, activity) or board.last_said_of(conn, site_id, activity)
    told = said.body if said else {}
    idnumber, name = told.get("course") or ("", "")
    return Room(
        key=key,
        site_id=site_id,
        activity_id=activity,
        group_id=None if group == "-" else group,
        course_id=course_id,
        course_name=(course.name if course and course.name else name) or "",
        idnumber=(course.idnumber if course and course.idnumber else idnumber) or "",
        name=(told.get("activity") or ("", ""))[1] or "",
        platform=(session.platform if session else "") or (told.get("activity") or ("", ""))[0] or "",
        session_key=session.key if session else None,
        starts_at=session.starts_at if session else None,
        ends_at=session.ends_at if session else None,
    )
