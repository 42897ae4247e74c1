"""Applications in process."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sidecar.store.database import Database
from tests.sidecar.api.callers import Callers, settings_of
from tests.worlds import World
from tests.worlds import world as make_world


@pytest.fixture
def api(sqlite_database: Database) -> Callers:
    """An application on SQLite, for what no database decides."""
    return Callers(make_world(sqlite_database), settings_of())


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Callers]:
    """One application for all the requests that are turned away before anything is stored."""
    file = tmp_path_factory.mktemp("door") / "nidaa.sqlite3"
    shutil.copy(sqlite_template, file)
    database = Database(f"sqlite:///{file}")
    yield Callers(make_world(database), settings_of())
    database.dispose()


@pytest.fixture
def both(world: World) -> Callers:
    """An application on each database."""
    return Callers(world, settings_of())
