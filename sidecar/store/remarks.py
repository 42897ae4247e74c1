"""What staff say on a case: a note among themselves, or an answer to its reporters. Within somebody's transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.engine import Connection

from sidecar.domain.case import Action, Case
from sidecar.domain.targets import Happening
from sidecar.store import announce, cases, deadlines, messages


def note(conn: Connection, case: Case, by: str, text: str, now: datetime) -> None:
    """Keep a note; no reporter reads it, and no clock heeds it."""
    said = messages.say(conn, case.id, "note", by, text, now)
    cases.record(conn, case.id, Action.NOTE, now, actor=by, data={"message": said})


def answer(
    conn: Connection, case: Case, by: str, text: str, now: datetime, *, english: str = "", version: int | None = None
) -> Case:
    """A person's substantive answer: it stops the first-answer clock and P8, and its people are told.

    The caller wakes `Lane.NOTIFY` when the transaction is done.

    Args:
        english: the same for those who read English; without it everybody reads `text`.

    Raises:
        NotAllowed, cases.Stale
    """
    case = cases.change(conn, case, Action.REPLY, version=version, touched=True)
    said = messages.say(conn, case.id, "reply", by, text, now)
    cases.record(conn, case.id, Action.REPLY, now, actor=by, public=True, data={"message": said})
    deadlines.happened(conn, case.id, Happening.ANSWERED, now)
    if english:
        messages.say(conn, case.id, "reply", by, english, now)
        announce.announce(conn, case, "reply", now, author=by, text=text, locale="ar")
        announce.announce(conn, case, "reply", now, author=by, text=english, locale="en")
    else:
        announce.announce(conn, case, "reply", now, author=by, text=text)
    return case
