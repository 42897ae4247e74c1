"""What the room pages show: the board as data for its templates, in the visitor's language and the institute's time."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _

from sidecar.casework import room_board, tell
from sidecar.casework.room_board import Board
from sidecar.domain.board import folded
from sidecar.domain.case import Action
from sidecar.domain.policy import Policy
from sidecar.domain.report import Symptom, grouped
from sidecar.pages import moments
from sidecar.pages.room import words
from sidecar.pages.session import Visitor, runtime
from sidecar.store import staff_messages
from sidecar.store.cards import Card, Room, Said
from sidecar.store.majors import Major, Struck

# As on the panel that trainees press, so that the digit says the same to both; "other" is the last.
SYMPTOMS: Final = tuple(Symptom)


def shown(visitor: Visitor, room_key: str) -> dict[str, Any]:
    """Everything a board's templates need; raises `permitted.Unseen` as `board_of`."""
    world = runtime()
    now = world.clock()
    board = room_board.board_of(world, visitor.viewer, room_key)
    return {
        "board": board,
        "room": titled(board.room, visitor.locale),
        "here": {"activity": board.room.activity_id, "group": board.room.group_id or "-"},
        "cards": [card(one, board, visitor, now) for one in board.cards],
        "solved": [card(one, board, visitor, now) for one in board.solved],
        "majors": [major(one, world.policy, visitor, now) for one in board.majors],
        "arriving": [
            {
                "symptom": label(one.symptom, visitor),
                "people": one.people,
                "since": moments.clock(one.since, world.zone),
            }
            for one in board.arriving
        ],
        "symptoms": [
            {"key": str(one), "digit": digit, "label": label(one, visitor)} for digit, one in enumerate(SYMPTOMS, 1)
        ],
        "roster_json": names_of(board),
        "log_id": uuid.uuid4(),
        "ready": ready(board, world.policy, visitor),
        "told_beside": [told(said, visitor) for said in board.told],
        "updated": moments.clock(now, world.zone),
    }


def titled(room: Room, locale: str) -> dict[str, Any]:
    """A room as a heading: its name, its course, and its hours."""
    zone = runtime().zone
    hours = None
    if room.starts_at and room.ends_at:
        hours = f"{moments.clock(room.starts_at, zone)}–{moments.clock(room.ends_at, zone)}"
    now = runtime().clock()
    return {
        "key": room.key,
        "name": room.name or _("Live room %(id)s", id=room.activity_id),
        "course": room.course_name,
        "idnumber": room.idnumber,
        "group": room.group_id,
        "hours": hours,
        "live": bool(room.starts_at and room.ends_at and room.starts_at <= now < room.ends_at),
        "starts": moments.clock(room.starts_at, zone) if room.starts_at else None,
        "session": room.session_key,
        "locale": locale,
    }


def card(one: Card, board: Board, visitor: Visitor, now: datetime) -> dict[str, Any]:
    """One card."""
    world = runtime()
    zone, policy = world.zone, world.policy
    case = one.case
    kind, icon = words.state(case.state, unseen=one.unseen)
    desk = next((step for step in reversed(one.steps) if step.desk), None)
    return {
        "id": case.id,
        "version": case.version,
        "title": label(case.symptom, visitor),
        "symptom": case.symptom,
        "state": {
            "kind": kind,
            "icon": icon,
            "text": _("New") if one.unseen else policy.states[case.state].in_(visitor.locale),
        },
        "number": one.number,
        "present": one.present,
        "one_person": one.people[0] if len(one.people) == 1 and one.number == 1 else None,
        "people": one.people,
        "shown": one.people[:4],
        "more": max(0, len(one.people) - 4),
        "whole_room": one.whole_room,
        "since": moments.clock(one.since, zone),
        "ago": moments.ago(one.since, now),
        "lines": [words.line(finding, zone) for finding in one.findings],
        "late": case.overdue,
        "due": _due(one, now),
        "hot": one.ringing or case.severity <= 1 or bool(one.present and one.number * 3 >= one.present),
        "ringing": one.ringing,
        "unseen": one.unseen,
        "desk": desk
        and {
            "text": words.step(desk.action, desk.reason),
            "by": desk.by,
            "at": moments.clock(desk.at, zone),
            "words": desk.words,
        },
        "with_desk": case.tier == "1",
        "steps": [
            {
                "text": words.step(step.action, step.reason),
                "by": step.by,
                "at": moments.clock(step.at, zone),
                "words": step.words,
            }
            for step in one.steps
        ],
        "told": [told(said, visitor) for said in one.told],
        "actions": one.actions,
        "pending": [
            {
                "id": intent.id,
                "text": words.doing(intent.action),
                "said": to_be_said(intent, visitor),
                "mine": intent.actor == visitor.viewer.key,
                "left": max(0.0, (intent.due_at - now).total_seconds()),
            }
            for intent in one.pending
        ],
        "parent": case.parent_id,
        "others": len(board.cards) > 1,
        "url": {
            what: url_for(
                "room.act", activity=board.room.activity_id, group=board.room.group_id or "-", number=case.id, what=what
            )
            for what in ("see", "solve", "hand", "tell", "split", "merge", "people")
        },
        "solved_at": moments.clock(case.solved_at, zone) if case.solved_at else None,
    }


def told(said: Said, visitor: Visitor) -> dict[str, Any]:
    """What people were told, and how many it has reached."""
    reached = said.reached
    return {
        "id": said.id,
        "cause": said.cause,
        "text": said_of(said, visitor),
        "at": moments.clock(said.at, runtime().zone),
        "reached": reached["sent"] + reached["shown"],
        "waiting": reached["waiting"],
        "failed": reached["failed"],
        "of": sum(reached.values()) - reached["cancelled"],
        "locale": visitor.locale,
    }


def said_of(said: Any, visitor: Visitor) -> str:
    """The words of a telling, as its reader would have read them."""
    if said.message in staff_messages.MESSAGES:
        return staff_messages.letter(runtime().policy, said, visitor.locale).text
    if said.text:
        return str(said.text)
    if said.message in tell.READY:
        return runtime().policy.rooms.messages[said.message].in_(visitor.locale)
    return {"backup": _("Backup room"), "solved": _("It is solved.")}.get(said.cause, _("The ready message"))


def to_be_said(intent: Any, visitor: Visitor) -> str:
    """What a room is about to be told; empty for whatever else is about to happen."""
    if intent.action != Action.TELL:
        return ""
    key = intent.data.get("message")
    return runtime().policy.rooms.messages[key].in_(visitor.locale) if key else str(intent.data["text"])


def major(one: Major, policy: Policy, visitor: Visitor, now: datetime) -> dict[str, Any]:
    """A major incident: its rooms, and what was said of it."""
    zone = runtime().zone
    return {
        "id": one.case.id,
        "platform": words.platform(one.case.platform or ""),
        "since": moments.clock(one.case.opened_at, zone),
        "ago": moments.ago(one.case.opened_at, now),
        "count": one.count,
        "rooms": [_struck(room, visitor) for room in one.rooms],
        "open": one.case.is_open,
        "state": policy.states[one.case.state].in_(visitor.locale),
        "told": [told(said, visitor) for said in one.told],
        "steps": [
            {"text": words.step(s.action, s.reason), "by": s.by, "at": moments.clock(s.at, zone), "words": s.words}
            for s in one.steps
        ],
        "version": one.case.version,
    }


def _struck(one: Struck, visitor: Visitor) -> dict[str, Any]:
    failing = [case for case in one.cases if case.is_open]
    return {
        "name": titled(one.room, visitor.locale)["name"],
        "course": one.room.course_name,
        "group": one.room.group_id,
        "href": url_for(
            "watch.room", site=one.room.site_id, activity=one.room.activity_id, group=one.room.group_id or "-"
        ),
        "symptoms": list(dict.fromkeys(label(case.symptom, visitor) for case in failing or one.cases)),
        "people": one.people,
        "open": bool(failing),
    }


def held(room_key: str, session_key: str, starts: datetime, now: datetime) -> str:
    """When a session was: a room that no timetable lists is summed up by its days, and a day has no hour."""
    zone = runtime().zone
    return moments.day(starts, zone) if of_day(room_key, session_key) else moments.day_and_clock(starts, zone, now)


def of_day(room_key: str, session_key: str) -> bool:
    """Whether a session is a room's day, since no timetable lists one."""
    return session_key.startswith(f"{room_key}|")


def label(symptom: str | None, visitor: Visitor) -> str:
    """A symptom's name, by the policy."""
    rule = runtime().policy.symptoms.get(Symptom(symptom)) if symptom else None
    return rule.label.in_(visitor.locale) if rule else _("Another problem")


def ready(board: Board, policy: Policy, visitor: Visitor) -> dict[int, str]:
    """For each open card the message that one key sends."""
    messages = policy.rooms.messages
    return {one.case.id: messages[ready_key(one)].in_(visitor.locale) for one in board.cards}


def ready_key(one: Card) -> str:
    """Which of the policy's ready messages fits a card."""
    if one.case.symptom == Symptom.TRAINER_ABSENT:
        return "ready_trainer_absent"  # whatever else fails: it is why these people wait
    return "ready" if one.case.parent_id is None else "ready_major"


def said_or_ready(text: str, key: str) -> dict[str, str]:
    """What is told: a ready message that nobody changed is told in each one's language; else the words as written."""
    ready_message = runtime().policy.rooms.messages[key]
    as_offered = {" ".join(ready_message.in_(locale).split()) for locale in ("ar", "en")}
    return {"message": key} if " ".join(text.split()) in as_offered else {"text": text}


def names_of(board: Board) -> str:
    """The trainees of the course as the quick log's script looks them up: id, name, and the name as it is compared."""
    trainees = {row.person_id: row.name for row in board.roster if row.role == "trainee" and row.name}
    return json.dumps([[key, name, folded(name)] for key, name in trainees.items()], ensure_ascii=False)


def reference(number: str) -> str:
    """A report's reference as it is read aloud."""
    return grouped(number)


def _due(one: Card, now: datetime) -> dict[str, Any] | None:
    if one.due is None:
        return None
    measure, at = one.due
    what = {"seen": _("to be seen"), "resolution": _("to be solved"), "pick_up": _("to be taken in hand")}
    text = what.get(measure, _("to be answered"))
    if at <= now:
        return {"kind": "late", "text": _("late %(length)s", length=moments.length(now - at)), "why": text}
    left = moments.length(at - now)
    soon = (at - now).total_seconds() < 180
    return {
        "kind": "soon" if soon else "due",
        "text": _("%(length)s left %(what)s", length=left, what=text),
        "why": text,
    }
