"""The outbox: the row is the queue. A step's change and the row naming the next step commit together.

Claims are batches under a lease with a token. Whoever finishes names the token, so that a worker that was thought dead
and comes back late finishes nothing. Rows carry ids only, no personal data.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import (
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    Uuid,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.engine import Connection

from sidecar.domain.steps import LANE_OF, Lane, Step
from sidecar.store.base import UtcTime, chosen, locked_first, metadata, numbered

outbox = Table(
    "outbox",
    metadata,
    numbered(),
    chosen("lane", Lane),
    chosen("step", Step),
    Column("subject", String(64), nullable=False),
    chosen("state", ("waiting", "parked")),
    Column("due_at", UtcTime, nullable=False),
    Column("put_at", UtcTime, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("lease_until", UtcTime),
    Column("lease_token", Uuid),
    Column("last_error", Text),
    Index("ix_outbox_due", "lane", "state", "due_at", "id"),
)


# What races is over in moments; a row that waits for longer than this waits in vain.
_PATIENCE = timedelta(minutes=10)
IN_VAIN: Final = "its report stands in no case and is not being assessed"


class NotYet(Exception):
    """A row's turn has not come: a lane was faster than the one before it. Not a failure, and no attempt is spent."""


class Partly(Exception):
    """Some calls failed, others are recorded. Carries each failure with the rows that wait for it."""

    def __init__(self, failures: Sequence[tuple[Exception, tuple[int, ...]]]) -> None:
        super().__init__(f"{len(failures)} call(s) failed")
        self.failures = failures


@dataclass(frozen=True, slots=True)
class Item:
    """One claimed row. `attempts` counts this one."""

    id: int
    step: Step
    subject: str
    attempts: int
    put_at: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """Rows that nobody else works on until the lease ends."""

    lane: Lane
    token: uuid.UUID
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row as `nidaa outbox` and health show it."""

    id: int
    lane: str
    step: str
    subject: str
    state: str
    due_at: datetime
    put_at: datetime
    attempts: int
    last_error: str | None


def rows(
    step: Step, subjects: Iterable[str], now: datetime, *, due_at: datetime | None = None
) -> list[dict[str, object]]:
    """Rows to insert, for callers that batch; due now unless told otherwise."""
    return [
        {"lane": LANE_OF[step], "step": step, "subject": subject, "state": "waiting", "due_at": due_at or now,
         "put_at": now, "attempts": 0}
        for subject in subjects
    ]  # fmt: skip


def put(
    conn: Connection, step: Step, subjects: Iterable[str], now: datetime, *, due_at: datetime | None = None
) -> None:
    """Name the next step for each subject, in the transaction that made it necessary; due now unless told otherwise."""
    new = rows(step, subjects, now, due_at=due_at)
    if new:
        conn.execute(insert(outbox), new)


def claim(conn: Connection, lane: Lane, *, limit: int, lease: timedelta, now: datetime) -> Claim | None:
    """Take up to `limit` due rows of a lane, oldest due first; None when there is nothing to do."""
    free = and_(
        outbox.c.lane == lane,
        outbox.c.state == "waiting",
        outbox.c.due_at <= now,
        or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= now),
    )
    chosen_rows = select(outbox.c.id).where(free).order_by(outbox.c.due_at, outbox.c.id)
    token = uuid.uuid4()
    taken = conn.execute(
        update(outbox)
        .where(outbox.c.id.in_(locked_first(chosen_rows, outbox.c.id, limit)))
        .values(lease_until=now + lease, lease_token=token, attempts=outbox.c.attempts + 1)
        .returning(outbox.c.id, outbox.c.step, outbox.c.subject, outbox.c.attempts, outbox.c.put_at)
    ).all()
    if not taken:
        return None
    items = tuple(Item(row.id, Step(row.step), row.subject, row.attempts, row.put_at) for row in sorted(taken))
    return Claim(lane, token, items)


def finish(conn: Connection, token: uuid.UUID, ids: Sequence[int]) -> int:
    """Delete what is done; returns how many rows were still ours."""
    ours = and_(outbox.c.id.in_(ids), outbox.c.lease_token == token)
    return conn.execute(delete(outbox).where(ours)).rowcount


def held(conn: Connection, token: uuid.UUID, ids: Sequence[int]) -> frozenset[int]:
    """Which of the rows are still ours, locked until the transaction ends: what a step asks before it records."""
    ours = select(outbox.c.id).where(outbox.c.id.in_(ids), outbox.c.lease_token == token).with_for_update()
    return frozenset(conn.scalars(ours))


def worked_on(conn: Connection, step: Step, subjects: Iterable[str], now: datetime) -> bool:
    """Whether a worker is at one of these at this moment, by its lease."""
    which = (outbox.c.step == step, outbox.c.subject.in_(list(subjects)), outbox.c.lease_until > now)
    return conn.scalar(select(outbox.c.id).where(*which).limit(1)) is not None


def again(conn: Connection, token: uuid.UUID, ids: Sequence[int], *, due_at: datetime, error: str, spend: bool) -> None:
    """Give rows back for a later try. With `spend` False the attempt is not counted (a breaker stood open)."""
    ours = and_(outbox.c.id.in_(ids), outbox.c.lease_token == token)
    attempts = outbox.c.attempts if spend else outbox.c.attempts - 1
    conn.execute(
        update(outbox)
        .where(ours)
        .values(lease_until=None, lease_token=None, due_at=due_at, last_error=error, attempts=attempts)
    )


def park(conn: Connection, token: uuid.UUID, ids: Sequence[int], *, error: str) -> None:
    """Set rows aside where a person sees them; nothing tries them again by itself."""
    ours = and_(outbox.c.id.in_(ids), outbox.c.lease_token == token)
    conn.execute(
        update(outbox).where(ours).values(state="parked", lease_until=None, lease_token=None, last_error=error)
    )


def never(conn: Connection, item: Item, report_key: uuid.UUID, now: datetime) -> bool:
    """Whether a row waits in vain for its report to stand in a case: assessing it is parked, or not even on its way.

    However long the lanes are behind, a report that still waits to be assessed will be.
    """
    assessing = select(outbox.c.state).where(outbox.c.step == Step.ASSESS, outbox.c.subject == str(report_key))
    states = set(conn.scalars(assessing))
    return "waiting" not in states and (bool(states) or now - item.put_at > _PATIENCE)


def replay(conn: Connection, now: datetime, ids: Sequence[int] | None = None) -> int:
    """Send parked rows on their way again, all or the named ones, with fresh attempts; returns how many."""
    which = outbox.c.state == "parked" if ids is None else and_(outbox.c.state == "parked", outbox.c.id.in_(ids))
    return conn.execute(update(outbox).where(which).values(state="waiting", attempts=0, due_at=now)).rowcount


def listing(conn: Connection, *, state: str | None = None, limit: int = 100, after: int = 0) -> list[Waiting]:
    """Rows for a person to look at, by id (keyset)."""
    query = select(outbox).where(outbox.c.id > after).order_by(outbox.c.id).limit(limit)
    if state is not None:
        query = query.where(outbox.c.state == state)
    return [
        Waiting(r.id, r.lane, r.step, r.subject, r.state, r.due_at, r.put_at, r.attempts, r.last_error)
        for r in conn.execute(query)
    ]


def due_lanes(conn: Connection, now: datetime) -> frozenset[Lane]:
    """Lanes in which somebody should be working: what the sweep asks every few seconds."""
    free = and_(
        outbox.c.state == "waiting",
        outbox.c.due_at <= now,
        or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= now),
    )
    return frozenset(Lane(lane) for lane in conn.scalars(select(outbox.c.lane).where(free).distinct()))


def backlog(conn: Connection) -> dict[tuple[str, str], tuple[int, datetime]]:
    """(lane, state) → how many rows, and when the oldest was put."""
    query = select(outbox.c.lane, outbox.c.state, func.count(), func.min(outbox.c.put_at)).group_by(
        outbox.c.lane, outbox.c.state
    )
    return {(lane, state): (count, oldest) for lane, state, count, oldest in conn.execute(query)}
