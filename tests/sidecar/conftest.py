import pytest

from sidecar.store.database import Database
from tests.worlds import World
from tests.worlds import world as make_world


@pytest.fixture
def postgres_world(postgres_database: Database) -> World:
    """A world on PostgreSQL alone, where workers really run at once."""
    return make_world(postgres_database)
