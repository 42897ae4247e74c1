"""Exports are read by real processes: `kill -9` in mid-reading leaves nothing half-read, and nothing undone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from sidecar import wiring
from sidecar.domain.steps import Lane
from sidecar.settings import Settings
from sidecar.store import registry, registry_reading
from tests import servers
from tests.live.deployment import Deployment, family, kill
from tests.sidecar.journey.test_registry_reading import kept, lines, row_of, wanted
from tests.worlds import Clock, World

ROWS = 12_000


@pytest.fixture(params=["sqlite", "postgres"])
def nidaa(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployment]:
    url = request.getfixturevalue("postgres_database").url if request.param == "postgres" else ""
    one = Deployment(tmp_path, database_url=url)
    for name, value in one.environment.items():
        if name.startswith("NIDAA_"):
            monkeypatch.setenv(name, value)
    yield one
    one.stop()


@pytest.fixture
def house(nidaa: Deployment) -> Iterator[World]:
    asleep: list[Lane] = []
    runtime = wiring.build(Settings.from_env(), wake=asleep.append)
    yield World(runtime, Clock(), asleep)
    runtime.db.dispose()
    runtime.intake_db.dispose()


def until(reached: Callable[[], object], seconds: float, what: str) -> None:
    servers.wait_for(lambda: bool(reached()), seconds, what)


def half_read(house: World, number: int) -> bool:
    progress = registry_reading.progress(row_of(house, number))
    return progress is not None and 1000 <= progress.rows < ROWS


def readers(nidaa: Deployment) -> list[psutil.Process]:
    assert nidaa.worker is not None
    return [one for one in family(nidaa.worker) if "sidecar.reading" in one.cmdline()]


def older(house: World, number: int) -> None:
    """As if the lease had run out."""
    with house.runtime.db.write() as conn:
        counts = row_of(house, number).counts
        claimed = (house.runtime.clock() - timedelta(minutes=2)).isoformat()
        registry.change(conn, number, ("uploaded",), counts=counts | {"claimed": claimed})


def test_a_worker_killed_with_its_reading_is_followed_by_another(nidaa: Deployment, house: World) -> None:
    number = wanted(house, lines(ROWS))
    nidaa.start_worker()
    until(lambda: half_read(house, number), 60, "half of it")
    (reader,) = readers(nidaa)
    assert reader.memory_info().rss < 200 << 20
    assert nidaa.worker is not None
    kill(nidaa.worker)
    assert row_of(house, number).state == "uploaded"
    assert 0 < kept(house, number) < ROWS
    older(house, number)
    nidaa.start_worker(wait=False)
    until(lambda: row_of(house, number).state == "read", 120, "the whole")
    assert (kept(house, number), row_of(house, number).counts["rows"]) == (ROWS, ROWS)


def test_a_worker_killed_alone_leaves_the_reading_to_its_end(nidaa: Deployment, house: World) -> None:
    number = wanted(house, lines(ROWS))
    nidaa.start_worker()
    until(lambda: half_read(house, number), 60, "half of it")
    (reader,) = readers(nidaa)
    assert nidaa.worker is not None
    nidaa.worker.kill()
    nidaa.worker.wait(10)
    until(lambda: row_of(house, number).state == "read", 60, "the whole")
    assert kept(house, number) == ROWS
    until(lambda: not reader.is_running(), 20, "the end of the process")


def test_a_worker_that_is_asked_to_end_takes_its_reading_along(nidaa: Deployment, house: World) -> None:
    number = wanted(house, lines(ROWS))
    nidaa.start_worker()
    until(lambda: half_read(house, number), 60, "half of it")
    (reader,) = readers(nidaa)
    assert nidaa.worker is not None
    began = time.monotonic()
    nidaa.worker.terminate()
    nidaa.worker.wait(20)
    assert time.monotonic() - began < 15
    until(lambda: not reader.is_running(), 5, "the end of the process")
    assert row_of(house, number).state == "uploaded"
