"""Adding files: the reporter to a report, staff to a note or an answer. First the content, then the row."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Final, Literal

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from sidecar.domain.access import Viewer
from sidecar.domain.attachments import Refused, Unfit
from sidecar.domain.case import Action, Case
from sidecar.domain.steps import Lane, Step
from sidecar.runtime import Runtime
from sidecar.store import attachments, cases, messages, outbox, permitted, recipients, remarks, reports, tellings
from sidecar.store.attachments import Where
from sidecar.store.reports import Addition
from sidecar.store.uploads import Given, Kept, take_all

LONGEST: Final = 4000  # letters of what is written beside files
To = Literal["note", "reply"]


def take(runtime: Runtime, files: Sequence[Given], *, warned: bool, report_key: uuid.UUID | None = None) -> list[Kept]:
    """Keep the content of files, which belong to nothing yet.

    Args:
        warned: whether the sender ticked that the warning was read.
        report_key: what they will belong to; its reference, which has the form of an identity number, is none.

    Raises:
        Refused, OSError
    """
    but: set[str] = set()
    if report_key is not None:
        with runtime.db.read() as conn:
            but = set(reports.references(conn, [report_key]).values())
    rules = runtime.policy.attachments
    return runtime.apart(lambda: take_all(runtime.files, rules, files, warned=warned, but=but))


def add_own(
    runtime: Runtime, report_key: uuid.UUID, files: Sequence[Given], *, own: bool, text: str, addition_id: uuid.UUID,
    warned: bool,
) -> None:  # fmt: skip
    """A reporter adds files to a report, and a word about them; one form sent twice adds once.

    Whether its case is open does not matter, as with a detail that is added.

    Args:
        own: the report's sender, signed in; else whoever holds its link.

    Raises:
        Refused; permitted.Unseen; OSError
    """
    if not files:
        raise Refused(Unfit.NOTHING)
    reader = reader_of(runtime, report_key, own=own)
    key = uuid.uuid5(report_key, str(addition_id))
    where = attachments.of_report(report_key, f"{reader[0]}:{reader[1]}", key)
    kept = take(runtime, files, warned=warned, report_key=report_key)
    now = runtime.clock()
    with runtime.db.write() as conn:
        reports.lock(conn, report_key)
        new = _new(conn, runtime, where, kept)
        if not new and not text:
            return  # all of it is there
        addition = Addition(key, report_key, addition_id, text, {}, now)
        _stored, is_new = reports.put_addition(conn, addition)
        attachments.put(conn, where, new, now)
        if is_new:
            outbox.put(conn, Step.ADDITION, [str(key)], now)
    runtime.wake(Lane.ASSESS)


def send_along(runtime: Runtime, report_key: uuid.UUID, kept: Sequence[Kept]) -> None:
    """Name files that came in the same form as their report, once that is stored; a form sent twice names them once."""
    site, person = reader_of(runtime, report_key, own=False)
    where = attachments.of_report(report_key, f"{site}:{person}")
    with runtime.db.write() as conn:
        reports.lock(conn, report_key)
        attachments.put(conn, where, _new(conn, runtime, where, kept), runtime.clock())


def add_at_desk(
    runtime: Runtime, viewer: Viewer, case_id: int, to: To, text: str, files: Sequence[Given], *, warned: bool,
    english: str = "", version: int | None = None,
) -> Case:  # fmt: skip
    """Staff write a note, which stays among them, or an answer, which goes to its reporters, with files.

    Args:
        english: of an answer, the same for those of its reporters who read English.

    Raises:
        ValueError: no text, or more than `LONGEST` letters; Refused; OSError
        permitted.Unseen, permitted.NotPermitted, cases.Stale, NotAllowed
    """
    text, english = text.strip(), english.strip()
    if not text or max(len(text), len(english)) > LONGEST:
        raise ValueError(f"1 to {LONGEST} letters")
    if not files:
        raise Refused(Unfit.NOTHING)
    with runtime.db.read() as conn:
        permitted.look(conn, viewer, case_id, Action.ATTACH)
    kept = take(runtime, files, warned=warned)
    now = runtime.clock()
    with runtime.db.write() as conn:
        permitted.take(conn, viewer, case_id, Action.ATTACH)
        case = permitted.take(conn, viewer, case_id, Action.REPLY if to == "reply" else Action.NOTE)
        if to == "reply":
            case = remarks.answer(conn, case, viewer.key, text, now, english=english, version=version)
        else:
            remarks.note(conn, case, viewer.key, text, now)
        said = conn.scalar(select(func.max(messages.messages.c.id)).where(messages.messages.c.case_id == case_id))
        told = tellings.last_by(conn, case_id, "reply", viewer.key, now) if to == "reply" else None
        place = f"case:{case_id}:{to}" + (f":{said}" if to == "reply" else "")
        where = Where(place, viewer.key, case_id=case_id, message_id=said, telling_id=told)
        ids = attachments.put(conn, where, _new(conn, runtime, where, kept), now)
        if ids:
            data = {"files": [str(one) for one in ids]}
            cases.record(conn, case_id, Action.ATTACH, now, actor=viewer.key, data=data)
    if to == "reply":
        runtime.wake(Lane.NOTIFY)
    return case


def reader_of(runtime: Runtime, report_key: uuid.UUID, *, own: bool) -> tuple[str, str]:
    """Site and person of whoever reads a report.

    Raises:
        permitted.Unseen: there is no such report, or nobody is told of it.
    """
    with runtime.db.read() as conn:
        found = recipients.reader(conn, report_key, own=own)
    if found is None:
        raise permitted.Unseen(report_key)
    return found


def _new(conn: Connection, runtime: Runtime, where: Where, kept: Sequence[Kept]) -> list[Kept]:
    """Those of the files that are not there yet.

    Raises:
        Refused: with them it would be more than one person may put there.
    """
    there = attachments.known(conn, where, kept)
    new = list({one.given: one for one in kept if one.given not in there}.values())
    if attachments.count(conn, where) + len(new) > runtime.policy.attachments.most:
        raise Refused(Unfit.MOST)
    return new
