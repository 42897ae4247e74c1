"""The sidecar in process, for what the plugin sends it."""

from __future__ import annotations

import pytest

from sidecar.store.database import Database
from tests.sidecar.api.callers import Callers, settings_of
from tests.worlds import world


@pytest.fixture
def api(sqlite_database: Database) -> Callers:
    """The real application on SQLite."""
    return Callers(world(sqlite_database), settings_of())
