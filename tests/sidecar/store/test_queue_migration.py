"""What stood in a database before its cases knew when they are due is listed and found as before."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from sidecar.store import schema
from sidecar.store.cases import NEVER, cases
from sidecar.store.database import Database
from sidecar.store.reports import reports
from sidecar.store.search import search_keys
from tests import servers

AT = datetime(2026, 11, 22, 14, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgres"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database as of revision 0003."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    else:
        server: servers.Postgres = request.getfixturevalue("postgres")
        name = f"old{uuid.uuid4().hex}"
        server.sql(f"CREATE DATABASE {name}")
        database = Database(server.url(name))
    _to(database, "0003")
    yield database
    database.dispose()


def _to(database: Database, revision: str, *, down: bool = False) -> None:
    config = schema._config()
    with database.write() as conn:
        config.attributes["connection"] = conn
        (command.downgrade if down else command.upgrade)(config, revision)


def _old_table(conn: sa.Connection, name: str) -> sa.Table:
    return sa.Table(name, sa.MetaData(), autoload_with=conn)


def _fill(database: Database) -> uuid.UUID:
    key = uuid.uuid4()
    plain = {
        "site_id": "academy", "kind": "support_request", "category": "login", "department": "technical", "tier": "1",
        "severity": 3, "channel": "email", "opened_at": AT, "clock_started_at": AT, "last_report_at": AT, "version": 1,
        "policy_digest": "x", "confidential": False, "bars_room": False, "declared": False, "touched": False,
        "reports": 1, "overdue": False, "escalated": False,
    }  # fmt: skip
    clock = {"measure": "pick_up", "started_at": AT, "rung": "due"}
    with database.write() as conn:
        table = _old_table(conn, "cases")
        for number, state in ((1, "received"), (2, "waiting"), (3, "closed")):
            conn.execute(table.insert(), plain | {"id": number, "state": state})
        for case, target, state, hours, stopped in (
            (1, "slow", "running", 9, None), (1, "quick", "fired", 2, None), (1, "done", "stopped", 1, AT),
            (1, "late", "fired", 1, AT), (2, "held", "paused", 3, None), (3, "over", "stopped", 3, AT),
        ):  # fmt: skip
            due = AT + timedelta(hours=hours)
            row = {"case_id": case, "target": target, "state": state, "target_due_at": due, "due_at": due}
            conn.execute(_old_table(conn, "clocks").insert(), clock | row | {"stopped_at": stopped})
        report = {
            "key": key, "site_id": "academy", "id": key, "reference": "1234567890", "sender": "21", "fingerprint": "x",
            "attempt": key, "kind": "support_request", "channel": "email", "locale": "ar", "reporter_role": "trainee",
            "occurred_at": AT, "received_at": AT, "body": {},
        }  # fmt: skip
        conn.execute(reports.insert(), report)
        keys = sa.Table("search_keys", sa.MetaData(), sa.Column("key", sa.String), sa.Column("report_key", sa.Uuid))
        for one in ("p:501234567", "w:دخول", "r:1234567890"):
            conn.execute(keys.insert(), {"key": one, "report_key": key})
    return key


def test_the_old_rows_are_due_and_found(old: Database) -> None:
    key = _fill(old)
    _to(old, "head")
    with old.read() as conn:
        dues = {row.id: row.due_at for row in conn.execute(sa.select(cases.c.id, cases.c.due_at))}
        rows = {row.key: (row.at, row.report_key) for row in conn.execute(sa.select(search_keys))}
    assert dues == {1: AT + timedelta(hours=2), 2: NEVER, 3: NEVER}
    assert rows == dict.fromkeys(("p:765432105", "w:دخول", "r:1234567890"), (AT, key))


def test_and_back_again(old: Database) -> None:
    _fill(old)
    _to(old, "0004")
    _to(old, "0003", down=True)
    with old.read() as conn:
        assert "due_at" not in {column["name"] for column in sa.inspect(conn).get_columns("cases")}
        keys = set(conn.scalars(sa.text("SELECT key FROM search_keys")))
    assert keys == {"p:501234567", "w:دخول", "r:1234567890"}
