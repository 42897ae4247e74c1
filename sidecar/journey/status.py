"""Where a report stands, read back by its reporter."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.engine import Connection, Row
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from sidecar.domain.case import Action, Case, CaseKind, State
from sidecar.domain.facts import FactsStatus
from sidecar.domain.institute import Label
from sidecar.domain.report import Kind, report_key
from sidecar.domain.resolution import still_asked
from sidecar.domain.tracking import report_of
from sidecar.runtime import Runtime
from sidecar.store import cases, facts, recipients, reports, said, same_room, tellings

log = structlog.get_logger(__name__)

_DEFAULT_POLL = 15  # seconds
_KNOWN_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that the reader was told, in both languages."""

    at: datetime
    cause: str
    text: Label


@dataclass(frozen=True, slots=True)
class Status:
    """What a reporter may know of a report.

    Attributes:
        timeline: (when, what) pairs, oldest first; nothing in it names another person.
        poll_after: seconds after which to ask again.
        said: what the reader was told, oldest first.
        asks_works: whether the reader is asked if it works again: it is solved, and the reader has not said since.
        since: when the failure that it belongs to was first reported.
        already_known: whether that had been solved before the report came in.
        joined_known: whether it had been open for a while when the report came in.
        unread: keys of what nobody has shown the reader yet; for `mark_shown`.
    """

    id: uuid.UUID
    reference: str
    state: State
    case: int | None
    same_in_room: int | None
    facts: FactsStatus
    timeline: Sequence[tuple[datetime, Action]]
    poll_after: int
    said: Sequence[Said] = ()
    asks_works: bool = False
    since: datetime | None = None
    already_known: bool = False
    joined_known: bool = False
    unread: Sequence[uuid.UUID] = ()


def status(runtime: Runtime, site_id: str, report_id: uuid.UUID, reporter_id: str | None) -> Status | None:
    """The status of a report; None when there is none, or when it is not `reporter_id`'s.

    Args:
        reporter_id: who asks for their own; None when the site itself asks.
    """
    table = reports.reports
    with runtime.db.read() as conn:
        row = conn.execute(select(table).where(table.c.key == report_key(site_id, report_id))).one_or_none()
        if row is None or (reporter_id is not None and row.reporter_id != reporter_id):
            return None
        # Its sender asks, or the site for its sender: a log tells the person whom it is about, not who wrote it.
        reader = recipients.reader_of(row.kind, row.sender, None)
        return _status(runtime, conn, row, reader)


def tracked(runtime: Runtime, token: str) -> Status | None:
    """The status behind a tracking link, for whom the link was sent to; None when we never made it."""
    key = report_of(runtime.tracking_secret, token)
    if key is None:
        return None
    table = reports.reports
    with runtime.db.read() as conn:
        row = conn.execute(select(table).where(table.c.key == key)).one_or_none()
        if row is None:
            return None
        return _status(runtime, conn, row, recipients.reader_of(row.kind, row.sender, row.body["about"]))


def mark_shown(runtime: Runtime, found: Status) -> None:
    """The reader has been shown what was said, so no message need be sent; writes only where one was about to be.

    Never fails: where it cannot be written, the reader is told twice.
    """
    if not found.unread:
        return
    try:
        with runtime.intake_db.write() as conn:
            tellings.shown(conn, found.unread, runtime.clock())
    except (OperationalError, PoolTimeout) as error:
        log.warning("shown_not_marked", error=type(error).__name__)


def _status(runtime: Runtime, conn: Connection, row: Row[Any], reader: str | None) -> Status:
    case = cases.of_report(conn, row.key)
    known, _ = facts.get(conn, row.key)
    timeline = [(row.received_at, Action.OPEN)]
    standing = same_room.Standing(
        row.incident_key, case.id if case else None, case.kind if case else None, counted=row.kind != Kind.ROOM_LOG
    )
    same = same_room.others(same_room.said_the_same(conn, [standing], runtime.clock()), standing)
    how, works = None, None
    if case is not None:
        how = cases.how_joined(conn, row.key)
        happened = cases.timeline(conn, case.id, public_only=True)
        # Who stood in the card that stayed was merged into nothing.
        mine = [e for e in happened if e.action is not Action.GATHER or how == "merged"]
        timeline += [(e.at, e.action) for e in mine if e.at >= row.received_at]
        works = _works(conn, row, happened)
    told = _told(conn, row, case, reader) if reader is not None else []
    state = case.state if case else State.RECEIVED
    asked = case is not None and still_asked(case, runtime.clock())
    if asked and works is False:
        state = State.REOPENED  # as it will be in a moment: the reader has just said so, and is told so
    return Status(
        id=row.id,
        reference=row.reference,
        state=state,
        case=case.id if case else None,
        same_in_room=same,
        facts=known,
        timeline=timeline,
        poll_after=runtime.policy.poll_seconds.get(state, _DEFAULT_POLL),
        said=[_said(runtime, one) for one in told],
        asks_works=asked and reader is not None and works is None,
        since=case.opened_at if case is not None and case.kind is CaseKind.ROOM_INCIDENT else None,
        already_known=how == "already_known",
        joined_known=how == "joined" and _was_known(case, row),
        unread=[one.key for one in told if one.key is not None and one.state in tellings.OPEN],
    )


def _told(conn: Connection, row: Row[Any], case: Case | None, reader: str) -> list[Row[Any]]:
    """What the reader was told, and what everybody was before the reader's report stood in the case (B1)."""
    about = [one for one in (case.id, case.parent_id) if one is not None] if case is not None else []
    found = tellings.said_to(conn, row.key, about, (row.site_id, reader))
    # What staff are told of a case is no reporter's to read, though somebody be both.
    mine = [one for one in found if one.cause != "staff"]
    return [one for one in mine if one.key is not None or one.cause == "told"]


def _was_known(case: Case | None, row: Row[Any]) -> bool:
    """Who presses in the same minute as others is one of those who made it known."""
    if case is None or case.kind is not CaseKind.ROOM_INCIDENT:
        return False
    return bool(row.received_at - case.opened_at >= _KNOWN_AFTER)


def _said(runtime: Runtime, told: Row[Any]) -> Said:
    ar, en = (said.words(runtime.policy, told, told, locale) for locale in ("ar", "en"))
    return Said(told.at, told.cause, Label(ar, en))


def _works(conn: Connection, row: Row[Any], happened: Sequence[cases.Event]) -> bool | None:
    """What the reader last said of whether it works again; None where nothing was said since it was solved last."""
    solved = max((e.at for e in happened if e.action is Action.SOLVE), default=None)
    # What was said of an earlier solution says nothing of this one.
    said_since = [
        one
        for one in reports.additions_of(conn, row.key)
        if one.works is not None and (solved is None or one.received_at >= solved)
    ]
    return max(said_since, key=lambda one: one.received_at).works if said_since else None
