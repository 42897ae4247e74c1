"""Applications in process."""

from __future__ import annotations

import pytest

from sidecar.store.database import Database
from tests.sidecar.api.callers import Callers, settings_of
from tests.worlds import World
from tests.worlds import world as make_world


@pytest.fixture
def api(sqlite_database: Database) -> Callers:
    """An application on SQLite, for what no database decides."""
    return Callers(make_world(sqlite_database), settings_of())


@pytest.fixture
def both(world: World) -> Callers:
    """An application on each database."""
    return Callers(world, settings_of())
