"""After every test here the cases are due when their clocks say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.certificates.manar import ExportFiles, Manar
from adapters.lms.national_id import known_by
from sidecar.register_imports import imported
from sidecar.store import identities
from sidecar.store.database import Database
from tests.dues import as_the_clocks_say
from tests.sidecar.casework.importing import KEY, NUMBER
from tests.sidecar.pages.visiting import with_people
from tests.worlds import SITE, World


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


@pytest.fixture
def desk(world: World, tmp_path: Path) -> World:
    """A world whose registrar imports exports; the numbers of two trainees are known."""
    with_people(world)
    policy = world.runtime.policy
    nelc = replace(policy.registries["nelc"], on=True)
    find = imported(world.runtime.db)
    world.runtime = replace(
        world.runtime, data_dir=tmp_path, id_key=KEY, registry_files=ExportFiles(),
        policy=replace(policy, registries={**policy.registries, "nelc": nelc}),
        registries={"manar": Manar("manar", find), "nelc": Manar("nelc", find)},
    )  # fmt: skip
    with world.runtime.db.write() as conn:
        told = [
            (person, {"profile.national_id": "present", "profile.national_id_end": number[-2:],
                      "profile.national_id_key": (known_by(KEY, number) or "")[0]}, world.clock())
            for person, number in NUMBER.items()
        ]  # fmt: skip
        identities.note(conn, SITE, told)
    return world
