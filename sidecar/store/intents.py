"""What somebody pressed and may still undo: it is carried out when the time for that is over."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Column, ForeignKey, Index, String, Table, insert, or_, select, update
from sqlalchemy.engine import Connection, Row

from sidecar.domain.case import Action
from sidecar.store.base import Json, Number, UtcTime, chosen, metadata, numbered

INTENDED = (Action.SOLVE, Action.TRANSFER, Action.SPLIT, Action.MERGE, Action.TELL)

intents = Table(
    "intents",
    metadata,
    numbered(),
    Column("case_id", Number, ForeignKey("cases.id"), nullable=False),
    chosen("action", INTENDED),
    Column("data", Json, nullable=False),  # what the action needs: ids and codes, and the words of a telling
    Column("actor", String(130), nullable=False),
    Column("grants", Json, nullable=False),  # what the person might do when pressing; judged again when it is done
    Column("put_at", UtcTime, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    chosen("state", ("waiting", "done", "undone", "refused")),
    Column("why", String(64), nullable=False, default=""),  # a code, where it was refused
    Index("ix_intents_case", "case_id", "state"),
    Index("ix_intents_actor", "actor", "put_at"),
)


def put(
    conn: Connection,
    case_id: int,
    action: Action,
    *,
    data: Mapping[str, Any],
    actor: str,
    grants: Mapping[str, Any],
    now: datetime,
    due_at: datetime,
) -> int:
    """Keep what somebody means to do; returns its number."""
    row = {"case_id": case_id, "action": action, "data": dict(data), "actor": actor, "grants": dict(grants),
           "put_at": now, "due_at": due_at, "state": "waiting", "why": ""}  # fmt: skip
    return int(conn.execute(insert(intents).values(row).returning(intents.c.id)).scalar_one())


def take(conn: Connection, intent_id: int) -> Row[Any] | None:
    """One intent, locked until the transaction ends."""
    return conn.execute(select(intents).where(intents.c.id == intent_id).with_for_update()).one_or_none()


def settle(conn: Connection, intent_id: int, state: Literal["done", "undone", "refused"], why: str = "") -> bool:
    """End an intent that waits; False when it had ended already."""
    waiting = (intents.c.id == intent_id, intents.c.state == "waiting")
    # Its words have been said, or never were: they are kept nowhere else than where they were said.
    return conn.execute(update(intents).where(*waiting).values(state=state, why=why, data={})).rowcount == 1


def waiting(conn: Connection, case_ids: Collection[int]) -> Sequence[Row[Any]]:
    """What is about to happen to these cases, oldest first."""
    query = select(intents).where(intents.c.case_id.in_(list(case_ids)), intents.c.state == "waiting")
    return conn.execute(query.order_by(intents.c.id)).all()


def of_person(conn: Connection, actor: str, since: datetime) -> Sequence[Row[Any]]:
    """A person's own intents that wait, or that were refused since: what that person's page must still say."""
    told = or_(intents.c.state == "waiting", intents.c.state == "refused")
    query = select(intents).where(intents.c.actor == actor, intents.c.put_at >= since, told)
    return conn.execute(query.order_by(intents.c.id)).all()
