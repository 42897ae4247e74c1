"""What the people of a case are told at the desk's turns: a telling with a delivery for each, on its way at once."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.engine import Connection

from sidecar.domain.case import Case, CaseKind, State
from sidecar.domain.contact import CENTRE, hours_of
from sidecar.domain.policy import Policy, Tier
from sidecar.domain.report import Channel
from sidecar.domain.steps import Step
from sidecar.store import cases, outbox, reached, recipients, tellings, timetable

_FRESH: Final = timedelta(days=1)
"""Older reports that arrive late, from an outbox that was long away, get no receipt: it would say nothing new."""
_WITHIN, _AT_MOST = timedelta(hours=3), 10
"""Receipts for one person (acceptance, trap 6): a loop between two machines ends here, and no case is lost by it."""
_AHEAD: Final = timedelta(days=14)


def announce(
    conn: Connection,
    case: Case,
    cause: str,
    now: datetime,
    *,
    author: str = cases.ITSELF,
    text: str = "",
    only: Collection[uuid.UUID] | None = None,
    locale: str | None = None,
) -> int | None:
    """Tell a case's people something; the caller wakes `Lane.NOTIFY` when its transaction is done.

    Args:
        cause: one of `tellings.AT_THE_DESK`; it names the template.
        text: what a person wrote, if anything.
        only: reports whose senders alone are told; everybody's by default.
        locale: the language of those who alone are told, where others are told in other words.

    Returns:
        The telling's number; None where there is nobody to tell.
    """
    people = recipients.of_cases(conn, [case.id]) if only is None else recipients.of_reports(conn, only)
    if locale is not None:
        people = [one for one in people if one["locale"] == locale]
    values: dict[str, Any] = {
        "case_id": case.id, "room_key": case.room_key, "course_id": case.course_id, "cause": cause, "message": cause,
        "text": text, "link": None, "author": author,
    }  # fmt: skip
    number, told = tellings.tell(conn, values, people, now)
    if not told:
        tellings.forget(conn, number)
        return None
    outbox.put(conn, Step.TELL, [str(number)], now)
    return number


def receipt(conn: Connection, case: Case, policy: Policy, key: uuid.UUID, now: datetime) -> None:
    """Acknowledge receipt to whoever sent the report, with when the desk opens; and that it was referred, if it was.

    Who pressed in class has read it there, and waits for the room or the trainer: they get no letter.
    """
    in_class = case.kind is CaseKind.ROOM_INCIDENT or case.tier is Tier.TRAINER
    in_class |= case.channel == Channel.IN_ROOM and case.kind is CaseKind.SUPPORT_REQUEST
    if in_class or now - case.clock_started_at > _FRESH:
        return
    people = recipients.of_reports(conn, [key])
    recent = [reached.told_since(conn, (one["site_id"], one["person_id"]), "received", now - _WITHIN) for one in people]
    if people and max(recent) >= _AT_MOST:
        return
    calendar = policy.calendars[policy.offices[CENTRE].calendar]
    hours = hours_of(calendar, now, timetable.windows(conn, now, now + _AHEAD))
    opens = hours.until.isoformat() if hours.until and not hours.open_now else ""
    announce(conn, case, "received", now, text=opens, only=[key])
    if case.state is State.REFERRED:
        announce(conn, case, "referred", now, only=[key])
