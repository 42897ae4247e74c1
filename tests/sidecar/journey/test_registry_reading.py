"""An export is read by whichever worker comes: whatever happens meanwhile has one clear end, on both databases."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from adapters.certificates.manar import ExportFiles
from sidecar.casework import import_registry, read_registry
from sidecar.domain.access import StaffRole
from sidecar.domain.registry import Column, NoSuchImport
from sidecar.journey.registry_reading import read_waiting, waits
from sidecar.store import registry
from tests.sidecar.journey.test_crashes import survive
from tests.sidecar.pages.visiting import with_people
from tests.staff import viewer
from tests.worlds import World

REGISTRAR = viewer("local:registrar", StaffRole.REGISTRAR)
OTHER = viewer("local:other", StaffRole.REGISTRAR)
HEAD = "رقم الهوية,الاسم,الدورة,الحالة,السبب,التاريخ"
ROWS = 2500


@pytest.fixture
def desk(world: World, tmp_path: Path) -> World:
    with_people(world)
    world.runtime = replace(
        world.runtime, data_dir=tmp_path, id_key=b"a key of the tests for national ids", registry_files=ExportFiles()
    )
    return world


def lines(count: int = ROWS) -> list[str]:
    return [f"{1000000000 + n},متدرب {n},CRS-1,صدرت,," for n in range(count)]


def upload(desk: World, rows: list[str]) -> int:
    file = io.BytesIO("\n".join((HEAD, *rows)).encode())
    return import_registry.upload(desk.runtime, REGISTRAR, "manar", "e.csv", file, desk.runtime.apart)


def press(desk: World, number: int, by: Any = REGISTRAR, **changes: int) -> None:
    row = import_registry.one(desk.runtime, by, number, "uploaded", "read")
    look, columns = read_registry.look(desk.runtime, row, desk.runtime.apart)
    places = {Column(one): place for one, place in (columns | changes).items()}
    read_registry.want(desk.runtime, by, row, look, places, course="", lists_everybody=False)


def wanted(desk: World, rows: list[str] | None = None) -> int:
    number = upload(desk, lines() if rows is None else rows)
    press(desk, number)
    return number


def row_of(desk: World, number: int) -> Any:
    with desk.runtime.db.read() as conn:
        return registry.get(conn, number)


def kept(desk: World, number: int) -> int:
    with desk.runtime.db.read() as conn:
        query = select(func.count()).select_from(registry.registry_rows)
        return int(conn.scalar(query.where(registry.registry_rows.c.import_id == number)) or 0)


@dataclass
class Interrupted:
    """A database where something happens before its `at`-th transaction."""

    database: Any
    at: int
    happens: Callable[[], object]

    def __post_init__(self) -> None:
        self.is_sqlite = self.database.is_sqlite

    @contextmanager
    def write(self) -> Iterator[Connection]:
        self.at -= 1
        if self.at == 0:
            self.happens()
        with self.database.write() as conn:
            yield conn

    def read(self) -> Any:
        return self.database.read()


def read_while(desk: World, happens: Callable[[], object], at: int = 8) -> int:
    return read_waiting(replace(desk.runtime, db=Interrupted(desk.runtime.db, at, happens)))  # type: ignore[arg-type]


def test_pressing_only_says_so_and_the_worker_reads(desk: World) -> None:
    number = upload(desk, lines())
    assert not waits(desk.runtime)
    press(desk, number)
    assert (waits(desk.runtime), kept(desk, number)) == (True, 0)
    progress = read_registry.progress(row_of(desk, number))
    assert progress is not None
    assert (progress.rows, progress.about) == (0, pytest.approx(ROWS, rel=0.1))
    with pytest.raises(NoSuchImport):
        import_registry.take_over(desk.runtime, REGISTRAR, number)
    seen = []
    read_while(desk, lambda: seen.append(read_registry.progress(row_of(desk, number))), at=20)
    assert 0 < seen[0].rows < ROWS
    assert (row_of(desk, number).state, row_of(desk, number).counts["rows"], kept(desk, number)) == ("read", ROWS, ROWS)
    assert not waits(desk.runtime)


@pytest.mark.parametrize("moment", ["before", "within", "after"])
@pytest.mark.parametrize("at", [1, 2, 3, 9, 27, 28])
def test_a_killed_reading_is_taken_up_after_its_lease(desk: World, moment: str, at: int) -> None:
    number = wanted(desk)
    assert survive(desk, moment, at, lambda mortal: read_waiting(mortal.runtime))
    read_waiting(desk.runtime)  # nobody takes what another may still be reading
    desk.clock.forward(seconds=61)
    read_waiting(desk.runtime)
    assert (row_of(desk, number).state, kept(desk, number)) == ("read", ROWS)
    assert row_of(desk, number).counts["states"] == {"issued": ROWS}


def test_a_living_readers_claim_outlasts_its_lease(desk: World) -> None:
    number = wanted(desk)
    found = []

    class Slow(Interrupted):
        @contextmanager
        def write(self) -> Iterator[Connection]:
            desk.clock.forward(seconds=30)
            with super().write() as conn:
                yield conn
            found.append(waits(desk.runtime))

    read_waiting(replace(desk.runtime, db=Slow(desk.runtime.db, -1, list)))  # type: ignore[arg-type]
    assert not any(found)
    assert row_of(desk, number).state == "read"


def test_several_workers_read_each_export_once(postgres_world: World, tmp_path: Path) -> None:
    world = postgres_world
    with_people(world)
    world.runtime = replace(world.runtime, data_dir=tmp_path, id_key=b"k" * 32, registry_files=ExportFiles())
    numbers = [wanted(world, [*lines(150), f"1000000900,رقم {n},CRS-1,صدرت,,"]) for n in range(4)]
    start, ended = threading.Barrier(4), []

    def work() -> None:
        start.wait()
        ended.append(read_waiting(world.runtime))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sum(ended) == 4
    assert [(row_of(world, one).state, kept(world, one)) for one in numbers] == [("read", 151)] * 4


def test_dropped_while_it_is_read(desk: World) -> None:
    number = wanted(desk)
    assert read_while(desk, lambda: import_registry.drop(desk.runtime, REGISTRAR, number)) == 0
    assert (row_of(desk, number).state, kept(desk, number)) == ("dropped", 0)
    assert not desk.runtime.registry_file(number).exists()
    with pytest.raises(NoSuchImport):
        press(desk, number)


def test_who_has_it_read_otherwise_meanwhile_is_the_one_who_counts(desk: World) -> None:
    number = wanted(desk)
    # The reason now stands where the date did: every row is read anew, in the new way.
    assert read_while(desk, lambda: press(desk, number, OTHER, reason=1, name=4)) == 1
    found = row_of(desk, number)
    assert (found.state, found.uploaded_by, found.choice["columns"]["reason"]) == ("read", OTHER.key, 1)
    assert kept(desk, number) == ROWS
    with desk.runtime.db.read() as conn:
        assert set(conn.scalars(select(registry.registry_rows.c.name).distinct())) == {""}


def test_two_who_press_at_once_have_it_read_once(desk: World) -> None:
    number = wanted(desk)
    press(desk, number, OTHER)
    assert read_while(desk, lambda: press(desk, number, OTHER)) == 1
    assert (row_of(desk, number).state, row_of(desk, number).uploaded_by) == ("read", REGISTRAR.key)
    assert row_of(desk, number).counts["rows"] == ROWS


def test_the_same_file_uploaded_meanwhile_is_a_draft_of_its_own(desk: World) -> None:
    first = wanted(desk)
    others: list[int] = []
    assert read_while(desk, lambda: others.append(wanted(desk))) == 2
    (second,) = others
    assert [row_of(desk, one).state for one in (first, second)] == ["read", "read"]
    import_registry.take_over(desk.runtime, REGISTRAR, second)
    with pytest.raises(import_registry.Known):
        import_registry.take_over(desk.runtime, REGISTRAR, first)
    assert upload_is_known(desk)


def upload_is_known(desk: World) -> bool:
    with pytest.raises(import_registry.Known):
        upload(desk, lines())
    return True


def test_the_policy_turned_it_off_meanwhile(desk: World) -> None:
    number = wanted(desk)
    policy = desk.runtime.policy
    off = replace(policy, registries={"manar": replace(policy.registries["manar"], on=False)})
    assert read_waiting(replace(desk.runtime, policy=off)) == 1
    assert (read_registry.refusal(row_of(desk, number)), kept(desk, number)) == (("off", None, None), 0)


def test_the_file_has_gone(desk: World) -> None:
    number = wanted(desk)
    desk.runtime.registry_file(number).unlink()
    assert read_waiting(desk.runtime) == 1
    assert (read_registry.refusal(row_of(desk, number)), kept(desk, number)) == (("gone", None, None), 0)


def test_what_is_refused_leaves_no_row_and_what_was_chosen(desk: World) -> None:
    number = wanted(desk, [*lines(), '1000000016,"نورة,CRS-1,صدرت,,'])
    chosen = row_of(desk, number).choice
    assert read_waiting(desk.runtime) == 1
    assert (read_registry.refusal(row_of(desk, number)), kept(desk, number)) == (("quote", ROWS + 2, 2), 0)
    assert row_of(desk, number).choice == chosen
    press(desk, number)  # as it was, or otherwise: it may be read again
    assert waits(desk.runtime)


def test_what_ends_every_reader_is_given_up(desk: World) -> None:
    number = wanted(desk)
    for _ in range(4):
        assert survive(desk, "after", 3, lambda mortal: read_waiting(mortal.runtime))
        desk.clock.forward(seconds=61)
    assert read_waiting(desk.runtime) == 0
    assert read_registry.refusal(row_of(desk, number)) == ("failed", None, None)


def test_a_thousand_rows_that_stay_out_do_not_end_the_reading(desk: World) -> None:
    number = wanted(desk, [lines(1)[0]] * 2100 + lines(5)[1:])
    assert read_waiting(desk.runtime) == 1
    assert row_of(desk, number).counts["rows"] == 2104
    assert (kept(desk, number), row_of(desk, number).counts["identical"]) == (5, 2099)
