"""Alerts: that somebody on duty must hear of a case. One row for each case and cause, however often it is raised."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    select,
    update,
)
from sqlalchemy.engine import Connection, Row

from sidecar.domain.case import OPEN_STATES, State
from sidecar.domain.steps import Step
from sidecar.store import outbox
from sidecar.store.base import Number, UtcTime, insert_ignoring, metadata, numbered
from sidecar.store.cases import cases

NOBODY: Final = "nobody"
"""Whom an alert tells that the policy has nobody for: it stands all the same, so that a person sees it."""

alerts = Table(
    "alerts",
    metadata,
    numbered(),
    Column("case_id", Number, ForeignKey("cases.id"), nullable=False),
    Column("cause", String(130), nullable=False),  # `opened`, `major`, or `<target>.<rung>`
    Column("tell", String(130), nullable=False),  # the office or person the policy named, as a key
    Column("raised_at", UtcTime, nullable=False),
    Column("times", Integer, nullable=False),
    Column("raise_again_at", UtcTime),
    Column("acknowledged_at", UtcTime),
    Column("acknowledged_by", String(130)),
    UniqueConstraint("case_id", "cause", "tell"),
    Index("ix_alerts_again", "acknowledged_at", "raise_again_at"),
)


def raise_once(
    conn: Connection, case_id: int, cause: str, tell: str, now: datetime, *, again_at: datetime | None = None
) -> bool:
    """Raise an alert; False when it stands already."""
    new = {"case_id": case_id, "cause": cause, "tell": tell, "raised_at": now, "times": 1, "raise_again_at": again_at}
    # RETURNING rather than rowcount, which an INSERT does not tell on PostgreSQL.
    row = conn.execute(insert_ignoring(conn, alerts).returning(alerts.c.id), new).one_or_none()
    if row is not None:
        outbox.put(conn, Step.ALERT, [str(row.id)], now)
    return row is not None


def raise_anew(conn: Connection, case_id: int, cause: str, tell: str, now: datetime) -> None:
    """Raise an alert, or once more one that was taken note of: the same has happened again."""
    if raise_once(conn, case_id, cause, tell, now):
        return
    which = (alerts.c.case_id == case_id, alerts.c.cause == cause, alerts.c.tell == tell)
    again = {"acknowledged_at": None, "acknowledged_by": None, "raised_at": now, "times": alerts.c.times + 1}
    row = conn.execute(update(alerts).where(*which).values(again).returning(alerts.c.id)).one()
    outbox.put(conn, Step.ALERT, [str(row.id)], now)


def get(conn: Connection, alert_id: int) -> Row[Any] | None:
    """One alert."""
    return conn.execute(select(alerts).where(alerts.c.id == alert_id)).one_or_none()


def due_again(conn: Connection, now: datetime) -> list[Row[Any]]:
    """Alerts that nobody acknowledged and that are to be raised again."""
    query = select(alerts).where(alerts.c.acknowledged_at.is_(None), alerts.c.raise_again_at <= now)
    return list(conn.execute(query.order_by(alerts.c.id)))


def raise_again(conn: Connection, alert_id: int, times: int, again_at: datetime | None, now: datetime) -> bool:
    """Count another raising, unless somebody else has just done so."""
    changed = conn.execute(
        update(alerts)
        .where(alerts.c.id == alert_id, alerts.c.times == times, alerts.c.acknowledged_at.is_(None))
        .where(alerts.c.raise_again_at.is_not(None))
        .values(times=times + 1, raise_again_at=again_at)
    )
    if changed.rowcount == 1:
        outbox.put(conn, Step.ALERT, [str(alert_id)], now)
    return changed.rowcount == 1


def acknowledge(conn: Connection, case_id: int, causes: Collection[str], by: str, now: datetime) -> int:
    """Somebody has taken note of these alerts: they are not raised again. What others were told stands."""
    return conn.execute(
        update(alerts)
        .where(alerts.c.case_id == case_id, alerts.c.cause.in_(list(causes)), alerts.c.acknowledged_at.is_(None))
        .values(acknowledged_at=now, acknowledged_by=by, raise_again_at=None)
    ).rowcount


def hush(conn: Connection, case_id: int, causes: Collection[str]) -> None:
    """What these alerts waited for has happened: they are not raised again."""
    which = (alerts.c.case_id == case_id, alerts.c.cause.in_(list(causes)), alerts.c.raise_again_at.is_not(None))
    conn.execute(update(alerts).where(*which).values(raise_again_at=None))


def of_case(conn: Connection, case_id: int) -> list[Row[Any]]:
    """The alerts of a case, oldest first."""
    return list(conn.execute(select(alerts).where(alerts.c.case_id == case_id).order_by(alerts.c.id)))


def standing(conn: Connection, seen: ColumnElement[bool], tells: Sequence[str], limit: int = 200) -> list[Row[Any]]:
    """Alerts of open cases that nobody has taken note of, the newest first, of the cases that somebody may see.

    Args:
        tells: the keys of addressees that they are.
    """
    query = (
        select(alerts, cases.c.kind, cases.c.category, cases.c.symptom)
        .join(cases, cases.c.id == alerts.c.case_id)
        .where(
            alerts.c.acknowledged_at.is_(None),
            cases.c.state.in_([*OPEN_STATES, State.RESOLVED]),
            seen,
            alerts.c.tell.in_(list(tells)),
        )
    )
    return list(conn.execute(query.order_by(alerts.c.raised_at.desc(), alerts.c.id.desc()).limit(limit)))


def take_note(conn: Connection, alert_id: int, by: str, now: datetime) -> bool:
    """One alert is taken note of; False where it was already."""
    which = (alerts.c.id == alert_id, alerts.c.acknowledged_at.is_(None))
    taken = {"acknowledged_at": now, "acknowledged_by": by, "raise_again_at": None}
    return conn.execute(update(alerts).where(*which).values(taken)).rowcount == 1


def ringing(conn: Connection, case_ids: Collection[int]) -> frozenset[int]:
    """Which of these cases somebody was alerted of whom nothing has answered yet."""
    which = (alerts.c.case_id.in_(list(case_ids)), alerts.c.acknowledged_at.is_(None))
    return frozenset(conn.scalars(select(alerts.c.case_id).where(*which)))
