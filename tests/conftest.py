"""What every test may use: real databases, and no network beyond this machine."""

from __future__ import annotations

import ipaddress
import shutil
import socket
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sidecar.store import schema
from sidecar.store.database import Database
from tests import servers
from tests.lacking import MISSING, lacking
from tests.worlds import World
from tests.worlds import world as make_world


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches for the outside fails at once."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            host = str(address[0])
            if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
                raise AssertionError(f"a test reached for {host}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What this machine could not run, and the one command that adds it."""
    if MISSING:
        terminalreporter.section("not run on this machine")
        for package, needed_by in sorted(MISSING.items()):
            terminalreporter.write_line(f"{needed_by}: needs the Debian package {package}")
        terminalreporter.write_line("`make test-system` installs all of them and runs these, too")
    if terminalreporter.stats.get("deselected"):
        terminalreporter.write_line(
            "Not run without a real Moodle: `pytest -m real_moodle`, the plugin's own PHPUnit tests and phpcs,"
            " tests/browser/moodle, tests.benchmarks.moodle. How to run them: CONTRIBUTING.md."
        )


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Postgres]:
    """One PostgreSQL for the whole session."""
    try:
        server = servers.Postgres()
    except servers.NotInstalled as error:
        lacking(str(error), "everything on PostgreSQL")
    server.sql("CREATE DATABASE template_nidaa")
    template = Database(server.url("template_nidaa"))
    schema.upgrade(template)
    template.dispose()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Redis]:
    """One Redis for the whole session."""
    try:
        server = servers.Redis(tmp_path_factory.mktemp("redis"))
    except servers.NotInstalled as error:
        lacking(str(error), "everything on Redis")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    file = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    database = Database(f"sqlite:///{file}")
    schema.upgrade(database)
    with database.engine.connect() as conn:
        conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return file


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """A fresh SQLite database with the schema."""
    file = tmp_path / "nidaa.sqlite3"
    shutil.copy(sqlite_template, file)
    database = Database(f"sqlite:///{file}")
    yield database
    database.dispose()


@pytest.fixture
def postgres_database(postgres: servers.Postgres) -> Iterator[Database]:
    """A fresh PostgreSQL database with the schema."""
    name = f"t{uuid.uuid4().hex}"
    postgres.sql(f"CREATE DATABASE {name} TEMPLATE template_nidaa")
    database = Database(postgres.url(name), pool_size=20)
    yield database
    database.dispose()
    postgres.sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Database:
    """A fresh database; a test that takes it runs on both."""
    found: Database = request.getfixturevalue(f"{request.param}_database")
    return found


@pytest.fixture
def world(database: Database) -> World:
    """A world on each database."""
    return make_world(database)
