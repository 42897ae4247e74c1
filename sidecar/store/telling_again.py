"""Tellings that nobody tries any more, and those that a person sends on their way again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, update
from sqlalchemy.engine import Connection

from sidecar.store.tellings import deliveries

PARKED: Final = "parked"  # the error of deliveries whose outbox row is set aside


def park(conn: Connection, telling_ids: Collection[int], now: datetime) -> int:
    """Nobody tries these any more before a person does: everybody who waits is not reached, and why; how many."""
    which = and_(deliveries.c.telling_id.in_(list(telling_ids)), deliveries.c.state == "waiting")
    return conn.execute(update(deliveries).where(which).values(state="failed", error=PARKED, at=now)).rowcount


def unpark(conn: Connection, telling_id: int, now: datetime) -> int:
    """A person has sent its row on its way again: who was given up waits once more; how many."""
    return _wait_again(conn, and_(deliveries.c.telling_id == telling_id, deliveries.c.error == PARKED), now)


def try_failed_again(conn: Connection, telling_id: int, now: datetime) -> int:
    """Let those that failed wait once more, and nobody else; returns how many."""
    return _wait_again(conn, deliveries.c.telling_id == telling_id, now)


def _wait_again(conn: Connection, which: ColumnElement[bool], now: datetime) -> int:
    failed = and_(which, deliveries.c.state == "failed")
    return conn.execute(update(deliveries).where(failed).values(state="waiting", error="", means=None, at=now)).rowcount
