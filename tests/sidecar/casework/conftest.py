"""After every test here the cases are due when their clocks say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sidecar.store.database import Database
from tests.dues import as_the_clocks_say


@pytest.fixture
def sqlite_database(sqlite_database: Database) -> Iterator[Database]:
    """As everywhere, and looked through at the end."""
    yield sqlite_database
    as_the_clocks_say(sqlite_database)


@pytest.fixture
def postgres_database(postgres_database: Database) -> Iterator[Database]:
    """As everywhere, and looked through at the end."""
    yield postgres_database
    as_the_clocks_say(postgres_database)
