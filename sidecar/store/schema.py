"""All tables under one metadata, and bringing a database to them."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from sidecar.store import (
    accused,
    alerts,
    attachments,
    callbacks,
    cases,
    clocks,
    credentials,
    desk_presence,
    facts,
    identities,
    intents,
    logins,
    looks,
    mails,
    messages,
    morning,
    on_behalf,
    outbox,
    pack_views,
    people,
    preferences,
    presence,
    proofs,
    public_limits,
    ratings,
    registry,
    reports,
    resolutions,
    rooms,
    roster,
    roster_courses,
    roster_notes,
    roster_told,
    rota,
    saved_filters,
    search,
    sent_data,
    staff,
    tellings,
    timetable,
)
from sidecar.store.base import metadata
from sidecar.store.database import Database

TABLES = (
    accused,
    alerts,
    callbacks,
    attachments,
    cases,
    clocks,
    credentials,
    desk_presence,
    facts,
    identities,
    intents,
    logins,
    looks,
    mails,
    messages,
    morning,
    on_behalf,
    outbox,
    pack_views,
    people,
    preferences,
    presence,
    proofs,
    public_limits,
    ratings,
    registry,
    reports,
    resolutions,
    rooms,
    roster,
    roster_courses,
    roster_notes,
    roster_told,
    rota,
    saved_filters,
    search,
    sent_data,
    staff,
    tellings,
    timetable,
)

__all__ = ["TABLES", "current", "head", "metadata", "upgrade"]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def upgrade(database: Database) -> None:
    """Run the migrations that the database lacks; none is run twice, and two processes may try at once."""
    config = _config()
    with database.write() as conn:
        if conn.dialect.name == "postgresql":
            # Any number; two migration steps started together take their turns.
            conn.exec_driver_sql("SELECT pg_advisory_xact_lock(7350263)")
        config.attributes["connection"] = conn
        command.upgrade(config, "head")


def current(database: Database) -> str | None:
    """The revision a database is at; None before its first migration."""
    with database.read() as conn:
        return MigrationContext.configure(conn).get_current_revision()


def head() -> str:
    """The newest revision."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())
