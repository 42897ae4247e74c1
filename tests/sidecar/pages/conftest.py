"""Applications whose pages are visited in process."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sidecar.store.database import Database
from tests.sidecar.api.callers import Callers, settings_of
from tests.sidecar.pages.visiting import Visitor, with_people
from tests.worlds import World
from tests.worlds import world as make_world


@pytest.fixture
def house(sqlite_database: Database) -> Callers:
    """An application on SQLite whose LMS has told of the course."""
    callers = Callers(make_world(sqlite_database), settings_of())
    with_people(callers.world)
    return callers


@pytest.fixture
def both(world: World) -> Callers:
    """The same on each database."""
    callers = Callers(world, settings_of())
    with_people(callers.world)
    return callers


Comes = Callable[..., Visitor]


@pytest.fixture
def comes(house: Callers) -> Comes:
    """Lets somebody in: `comes("room", "7")`."""

    def visit(target: str, sub: str, **changes: object) -> Visitor:
        visitor = Visitor(house)
        answer = visitor.launch(target, sub, **changes)
        assert answer.status_code == 303, answer.text
        return visitor

    return visit
