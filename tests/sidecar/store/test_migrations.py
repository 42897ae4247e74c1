"""The migrations make exactly the tables that the code describes, on both databases."""

from __future__ import annotations

import re
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, Column, Integer, MetaData, Table, inspect

from sidecar.store import schema
from sidecar.store.database import Database


def differences(database: Database, metadata: MetaData) -> list[Any]:
    """How a database that the migrations made differs from the tables in code; the values in CHECKs too."""
    with database.engine.connect() as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True})
        found = list(compare_metadata(context, metadata))
        inspector = inspect(conn)
        for table in metadata.sorted_tables:
            if not inspector.has_table(table.name):
                continue
            stored = {str(c["name"]): _words(c["sqltext"]) for c in inspector.get_check_constraints(table.name)}
            meant = {str(c.name): _words(str(c.sqltext)) for c in table.constraints if isinstance(c, CheckConstraint)}
            found += [("check", table.name, *pair) for pair in sorted(stored.items() ^ meant.items())]
    return found


def _words(sql: str) -> tuple[str, ...]:
    # The databases write the same CHECK differently; the values in it are what grows in code.
    return tuple(sorted(re.findall(r"'([^']*)'", sql)))


def test_the_migrations_make_the_tables_of_the_code(database: Database) -> None:
    assert differences(database, schema.metadata) == []


def test_a_forgotten_migration_would_be_seen(database: Database) -> None:
    changed = MetaData(naming_convention=schema.metadata.naming_convention)
    for table in schema.metadata.sorted_tables:
        table.to_metadata(changed)
    Table("forgotten", changed, Column("id", Integer, primary_key=True))
    outbox = changed.tables["outbox"]
    outbox.append_column(Column("forgotten", Integer))
    check = next(c for c in outbox.constraints if isinstance(c, CheckConstraint) and "'enrich'" in str(c.sqltext))
    outbox.constraints.discard(check)
    wider = str(check.sqltext).replace("'enrich'", "'enrich', 'new'")
    outbox.append_constraint(CheckConstraint(wider, name=check.name))

    kinds = [found[0] for found in differences(database, changed)]
    assert sorted(set(kinds)) == ["add_column", "add_table", "check"]
