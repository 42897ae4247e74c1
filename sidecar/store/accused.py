"""Whom complaints are about, as rows: so that a list, a count or a search leaves them out for that person (P16).

A row stays: whoever was accused once, on a case or on one that was merged into it, never gets to read it.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Column, ForeignKey, String, Table, literal, select
from sqlalchemy.engine import Connection

from sidecar.store.base import Number, insert_ignoring, metadata, upserting

accused = Table(
    "accused",
    metadata,
    Column("case_id", Number, ForeignKey("cases.id"), primary_key=True),
    Column("key", String(130), primary_key=True, index=True),  # as `Viewer.key`
)


def note(conn: Connection, case_id: int, keys: Collection[str]) -> None:
    """These people are complained about in this case; who is noted already stays so."""
    if keys:
        conn.execute(insert_ignoring(conn, accused), [{"case_id": case_id, "key": key} for key in sorted(keys)])


def of_case(conn: Connection, case_id: int) -> frozenset[str]:
    """Whom a case is about."""
    return frozenset(conn.scalars(select(accused.c.key).where(accused.c.case_id == case_id)))


def copy(conn: Connection, source: int, to: int) -> None:
    """What is merged or split keeps its people out, on both sides."""
    same = select(literal(to), accused.c.key).where(accused.c.case_id == source)
    conn.execute(upserting(conn, accused).from_select(["case_id", "key"], same).on_conflict_do_nothing())
