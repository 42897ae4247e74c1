"""How many people an import of a register's export is about."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from sidecar.store.registry import registry_rows


def touched(conn: Connection, number: int) -> int:
    """People who were found for its rows, each once."""
    r = registry_rows.c
    which = select(r.site_id, r.person_id).where(r.import_id == number, r.matched.in_(("id", "name"))).distinct()
    return int(conn.scalar(select(func.count()).select_from(which.subquery())) or 0)
