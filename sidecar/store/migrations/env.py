"""Alembic's entry: offline is not served, since SQLite's batch mode needs to look at the tables."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from sidecar.store import schema
from sidecar.store.base import UtcTime


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Migrations must not change with our code: our own types are written as what they are underneath."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcTime) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=schema.metadata,
    render_as_batch=True,
    compare_type=True,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
