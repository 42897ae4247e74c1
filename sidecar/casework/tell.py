"""Telling people: a room that its trouble is known, where its class goes on, and again whom a message did not reach.

What is told lies in rows; `journey/telling` sends it. Whoever reads it on the status line meanwhile is sent nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy.engine import Connection, Row

from sidecar.domain.access import Viewer, may, may_work_room
from sidecar.domain.case import Action, Case
from sidecar.domain.launch import home_course
from sidecar.domain.plain_text import unturned
from sidecar.domain.steps import Lane, Step
from sidecar.domain.targets import Happening
from sidecar.runtime import Runtime
from sidecar.store import board, cases, deadlines, outbox, permitted, recipients, rooms, telling_again, tellings

READY: Final = frozenset({"ready", "ready_trainer_absent", "ready_major"})
LONGEST: Final = 1000  # letters
_LONGEST_LINK: Final = 1000
_SAME_FORM: Final = timedelta(seconds=30)  # within which nobody is sent the same link twice


class NotALink(ValueError):
    """A backup room is an https address (http on this machine alone)."""


def tell(runtime: Runtime, viewer: Viewer, case_id: int, *, text: str = "", message: str | None = None) -> int:
    """Tell everybody whom a case hits; of a major incident, everybody in all its rooms, each once.

    Args:
        text: the teller's own words; or
        message: one of the policy's ready messages (`READY`), which each reads in the own language.

    Returns:
        How many are told.

    Raises:
        ValueError: nothing is said, or more than `LONGEST` letters.
    """
    with runtime.db.write() as conn:
        number = telling(conn, runtime, viewer, case_id, text=text, message=message)
    runtime.wake(Lane.NOTIFY)
    return number


def telling(
    conn: Connection, runtime: Runtime, viewer: Viewer, case_id: int, *, text: str = "", message: str | None = None
) -> int:
    """`tell` within a transaction."""
    text = text.strip()
    if message is not None and message not in READY:
        raise ValueError("there is no such ready message")
    if not text and message is None:
        raise ValueError("nothing is said")
    if len(text) > LONGEST:
        raise ValueError("too long")
    now = runtime.clock()
    case = permitted.take(conn, viewer, case_id, Action.TELL)
    cases.change(conn, case, Action.TELL, touched=True)
    affected = _and_its_rooms(conn, case)
    values = {
        "case_id": case_id, "room_key": case.room_key, "cause": "told", "message": message or "told",
        "text": text, "link": None, "author": viewer.key,
    }  # fmt: skip
    number, people = tellings.tell(
        conn, values, recipients.logged_for(conn, affected), now, reporting=recipients.reporting(affected)
    )
    # On the status line at once; a message goes to who has not read it there.
    outbox.put(conn, Step.TELL, [str(number)], now, due_at=now + runtime.policy.rooms.status_line_first)
    data = {"telling": number, "people": people}
    cases.record(conn, case_id, Action.TELL, now, actor=viewer.key, data=data)
    deadlines.happened(conn, case_id, Happening.SEEN, now)
    return people


def _and_its_rooms(conn: Connection, case: Case) -> list[int]:
    if case.room_key is not None:
        return [case.id]
    return [case.id, *(child.id for child in cases.children(conn, case.id) if child.is_open)]


def keep_link(runtime: Runtime, viewer: Viewer, room_key: str, url: str, *, session_key: str | None = None) -> None:
    """Keep where a course's class goes on when its room is lost, or one session's; in a group's room, that group's.

    Raises:
        NotALink, permitted.Unseen
    """
    if not _is_link(url.strip()):
        raise NotALink
    now = runtime.clock()
    with runtime.db.write() as conn:
        site_id, course_id = _room_of(conn, viewer, room_key)
        values = {
            "site_id": site_id, "course_id": course_id, "group_id": _group_of(room_key) or rooms.EVERY_GROUP,
            "session_key": session_key or rooms.COURSE, "url": url.strip(), "kept_by": viewer.key, "kept_at": now,
        }  # fmt: skip
        rooms.keep_link(conn, values)


def _is_link(url: str) -> bool:
    """Whether it is the address of a page, as an LMS, too, would take it: nothing in it turns, breaks or signs in."""
    if len(url) > _LONGEST_LINK or unturned(url) != url or any(letter <= " " for letter in url):
        return False
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    here = parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}
    return (parts.scheme == "https" or here) and bool(parts.hostname) and "@" not in parts.netloc and port != 0


def tell_backup(
    runtime: Runtime, viewer: Viewer, room_key: str, *, everybody: bool, session_key: str | None = None
) -> int:
    """Send the backup room's link: to all who reported from this room and wait, or to the whole roster.

    From a group's room it goes to who reported alone: no roster tells who else is of that group.

    Returns:
        How many are told; at once, since they wait outside.

    Raises:
        NotALink: none is kept.
        permitted.Unseen
    """
    now = runtime.clock()
    with runtime.db.write() as conn:
        site_id, course_id = _room_of(conn, viewer, room_key)
        group = _group_of(room_key)
        link = rooms.link_of(conn, site_id, course_id, group, session_key)
        if link is None:
            raise NotALink
        open_here = [
            case for case in board.incidents(conn, board.Scope(rooms=frozenset({room_key})), now) if case.is_open
        ]
        here = [case.id for case in open_here]
        told = recipients.logged_for(conn, here)
        if everybody and group is None:
            # Who reported keeps the report that the news is about.
            told += recipients.of_roster(conn, site_id, course_id)
        values = {
            "case_id": open_here[0].id if open_here else None, "room_key": room_key, "course_id": course_id,
            "cause": "backup", "message": "backup", "text": "", "link": link.url, "author": viewer.key,
        }  # fmt: skip
        number, people = tellings.tell(
            conn, values, told, now, reporting=recipients.reporting(here), but_not=(link.url, now - _SAME_FORM)
        )
        if not people:
            tellings.forget(conn, number)
            return 0
        outbox.put(conn, Step.TELL, [str(number)], now)
        for case in open_here:
            data = {"telling": number, "people": people, "backup": True}
            cases.record(conn, case.id, Action.TELL, now, actor=viewer.key, data=data)
    runtime.wake(Lane.NOTIFY)
    return people


def again(runtime: Runtime, viewer: Viewer, telling_id: int) -> int:
    """Send a message once more to those alone whom it did not reach (A2); returns how many.

    Raises:
        permitted.Unseen, permitted.NotPermitted
    """
    now = runtime.clock()
    with runtime.db.write() as conn:
        told = tellings.get(conn, telling_id)
        if told is None:
            raise permitted.Unseen(telling_id)
        if told.case_id is not None:
            permitted.take(conn, viewer, told.case_id, Action.TELL)
        else:
            _room_of(conn, viewer, told.room_key or "")
        waiting = telling_again.try_failed_again(conn, telling_id, now)
        if waiting:
            outbox.put(conn, Step.TELL, [str(telling_id)], now)
            if told.case_id is not None:
                data = {"telling": telling_id, "people": waiting}
                cases.record(conn, told.case_id, Action.TELL, now, actor=viewer.key, reason="again", data=data)
    runtime.wake(Lane.NOTIFY)
    return waiting


def one(runtime: Runtime, viewer: Viewer, telling_id: int) -> tuple[Row[Any], Sequence[Row[Any]]]:
    """A telling, and whom it was for and how it reached each of them: person_id, name, state, error.

    Raises:
        permitted.Unseen: it is none of the viewer's to tell.
    """
    with runtime.db.read() as conn:
        told = tellings.get(conn, telling_id)
        if told is None:
            raise permitted.Unseen(telling_id)
        case = cases.get(conn, told.case_id) if told.case_id is not None else None
        if case is None:
            _room_of(conn, viewer, told.room_key or "")
        elif not may(viewer, Action.TELL, case, permitted.involved(conn, case)):
            raise permitted.Unseen(telling_id)
        return told, tellings.recipients(conn, telling_id)


def recipients_of(runtime: Runtime, telling_id: int) -> Sequence[Row[Any]]:
    """Whom a telling was for and how it reached each of them: person_id, name, state, error. For who sees its case."""
    with runtime.db.read() as conn:
        return tellings.recipients(conn, telling_id)


def _group_of(room_key: str) -> str | None:
    group = room_key.rpartition("|")[2]
    return None if group == "-" else group


def _room_of(conn: Connection, viewer: Viewer, room_key: str) -> tuple[str, str]:
    """The site and course of a room that the viewer works in."""
    site_id, _, rest = room_key.partition("|")
    course_id = board.course_of_activity(conn, site_id, rest.partition("|")[0]) or home_course(viewer, room_key)
    if course_id is None or not may_work_room(viewer, room_key, course_id):
        raise permitted.Unseen(room_key)
    return site_id, course_id
