"""Keep a filter of the queue under a name, call it otherwise, forget it: each person their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.engine import Row
from sqlalchemy.exc import IntegrityError

from sidecar.domain.access import Viewer
from sidecar.runtime import Runtime
from sidecar.store import saved_filters
from sidecar.store.saved_filters import LONGEST, MOST

__all__ = ["LONGEST", "MOST", "Full", "Taken", "of", "one", "remove", "rename", "save"]


class Full(Exception):
    """Somebody has as many as anybody may have."""


class Taken(Exception):
    """Another of theirs is called so."""


def of(runtime: Runtime, viewer: Viewer) -> Sequence[Row[Any]]:
    """What this person has saved."""
    with runtime.db.read() as conn:
        return saved_filters.of(conn, viewer.key)


def one(runtime: Runtime, viewer: Viewer, number: int) -> Row[Any] | None:
    """One of theirs."""
    return next((row for row in of(runtime, viewer) if row.id == number), None)


def save(runtime: Runtime, viewer: Viewer, name: str, query: Mapping[str, str]) -> None:
    """Keep a filter; one of this name is replaced.

    Raises:
        Full: there are `MOST` of them already.
    """
    with runtime.db.write() as conn:
        mine = saved_filters.of(conn, viewer.key)
        if len(mine) >= MOST and all(row.name != name for row in mine):
            raise Full
        saved_filters.save(conn, viewer.key, name, query)


def rename(runtime: Runtime, viewer: Viewer, number: int, name: str) -> bool:
    """Call one otherwise; whether it was theirs.

    Raises:
        Taken: another is called so.
    """
    try:
        with runtime.db.write() as conn:
            return saved_filters.rename(conn, viewer.key, number, name)
    except IntegrityError:
        raise Taken from None


def remove(runtime: Runtime, viewer: Viewer, number: int) -> bool:
    """Forget one; whether it was theirs."""
    with runtime.db.write() as conn:
        return saved_filters.remove(conn, viewer.key, number)
