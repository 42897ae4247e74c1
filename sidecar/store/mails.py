"""Emails, one row each: what is sent, to whom, and how it went. An attempt is a row's state before it is made."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    Uuid,
    and_,
    insert,
    select,
    update,
)
from sqlalchemy.engine import Connection, Row

from sidecar.domain.steps import Step
from sidecar.store import outbox
from sidecar.store.base import Number, UtcTime, chosen, metadata, numbered

mails = Table(
    "mails",
    metadata,
    numbered(),
    Column("case_id", Number, ForeignKey("cases.id"), index=True),
    Column("delivery_key", Uuid, ForeignKey("deliveries.key"), index=True),  # of a telling to a reporter
    Column("alert_id", Number, ForeignKey("alerts.id"), index=True),  # of an alert to staff
    Column("cause", String(32), nullable=False),
    Column("to_key", String(365), nullable=False),  # who, as a key; the address is personal data
    Column("to_name", String(300), nullable=False),
    Column("address", String(254), nullable=False),
    Column("locale", String(16), nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("message_id", String(255), nullable=False, unique=True),
    Column("in_reply_to", String(255)),
    chosen("state", ("waiting", "trying", "sent", "failed", "cancelled")),
    Column("attempts", Integer, nullable=False),
    # A worker was ended while it sent this: it was sent once more, and may have come twice.
    Column("again", Boolean, nullable=False),
    Column("error", String(64), nullable=False),
    Column("put_at", UtcTime, nullable=False),
    Column("at", UtcTime, nullable=False),  # when the state became what it is
    Index("ix_mails_thread", "case_id", "to_key", "id"),
)


def post(conn: Connection, values: Mapping[str, Any], domain: str, now: datetime) -> int:
    """Put a mail on its way; returns its number.

    Args:
        values: case_id, delivery_key, alert_id, cause, to_key, to_name, address, locale, subject, text, html.
        domain: what its id ends with.
    """
    thread = None
    if values.get("case_id") is not None:
        same = and_(mails.c.case_id == values["case_id"], mails.c.to_key == values["to_key"])
        thread = conn.scalar(select(mails.c.message_id).where(same).order_by(mails.c.id).limit(1))
    row = {
        "delivery_key": None, "alert_id": None, "case_id": None, **values, "in_reply_to": thread, "state": "waiting",
        "message_id": f"<{uuid.uuid4()}@{domain}>", "attempts": 0, "again": False, "error": "",
        "put_at": now, "at": now,
    }  # fmt: skip
    number = int(conn.execute(insert(mails).values(row).returning(mails.c.id)).scalar_one())
    outbox.put(conn, Step.MAIL, [str(number)], now)
    return number


def begin(conn: Connection, mail_id: int, now: datetime) -> Row[Any] | None:
    """Note that it is being sent; None when it is done. One that was being sent before may come twice, and says so."""
    before = conn.execute(select(mails).where(mails.c.id == mail_id).with_for_update()).one_or_none()
    if before is None or before.state not in {"waiting", "trying"}:
        return None
    new = {
        "state": "trying",
        "attempts": before.attempts + 1,
        "again": before.again or before.state == "trying",
        "at": now,
    }
    return conn.execute(update(mails).where(mails.c.id == mail_id).values(new).returning(*mails.c)).one()


def not_now(conn: Connection, mail_id: int, now: datetime) -> None:
    """The server could not be reached: it waits once more."""
    which = and_(mails.c.id == mail_id, mails.c.state == "trying")
    conn.execute(update(mails).where(which).values(state="waiting", at=now))


def settle(
    conn: Connection, mail_id: int, state: Literal["sent", "failed", "cancelled"], now: datetime, *, error: str = ""
) -> bool:
    """End a mail that is being sent; False when it had ended."""
    which = and_(mails.c.id == mail_id, mails.c.state.in_(("waiting", "trying")))
    return conn.execute(update(mails).where(which).values(state=state, error=error, at=now)).rowcount == 1


def of_case(conn: Connection, case_id: int) -> Sequence[Any]:
    """The mails of a case, oldest first; without their words."""
    columns = [column for column in mails.c if column.name not in {"text", "html"}]
    return conn.execute(select(*columns).where(mails.c.case_id == case_id).order_by(mails.c.id)).all()


def bounced(conn: Connection, address: str) -> bool:
    """Whether the last mail to an address was refused by its server."""
    ended = and_(mails.c.address == address, mails.c.state.in_(("sent", "failed")))
    return conn.scalar(select(mails.c.state).where(ended).order_by(mails.c.id.desc()).limit(1)) == "failed"
