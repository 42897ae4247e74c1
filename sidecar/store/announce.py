"""What the people of a case are told at the desk's turns: a telling with a delivery for each, on its way at once."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from sidecar.domain.case import Case
from sidecar.domain.steps import Step
from sidecar.store import cases, outbox, recipients, tellings


def announce(
    conn: Connection,
    case: Case,
    cause: str,
    now: datetime,
    *,
    author: str = cases.ITSELF,
    text: str = "",
    only: Collection[uuid.UUID] | None = None,
) -> int | None:
    """Tell a case's people something; the caller wakes `Lane.NOTIFY` when its transaction is done.

    Args:
        cause: one of `tellings.AT_THE_DESK`; it names the template.
        text: what a person wrote, if anything.
        only: reports whose senders alone are told; everybody's by default.

    Returns:
        The telling's number; None where there is nobody to tell.
    """
    people = recipients.of_cases(conn, [case.id]) if only is None else recipients.of_reports(conn, only)
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
