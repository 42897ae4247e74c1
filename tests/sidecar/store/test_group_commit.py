"""Grouped commits and their four traps (speed-and-durability.md)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, exc, func, insert, select

from sidecar.store.base import insert_ignoring
from sidecar.store.database import Database
from sidecar.store.group_commit import Busy, GroupCommit, Unstorable, is_data_fault

things = Table("things", MetaData(), Column("n", Integer, primary_key=True), Column("what", String(8), nullable=False))


@pytest.fixture
def shelf(database: Database) -> Database:
    """A database with a table of things."""
    with database.write() as conn:
        things.create(conn)
    return database


def storing(database: Database, batches: list[int] | None = None) -> Callable[[Sequence[dict[str, Any]]], list[int]]:
    def write(batch: Sequence[dict[str, Any]]) -> list[int]:
        with database.write() as conn:
            conn.execute(insert(things), list(batch))
        if batches is not None:
            batches.append(len(batch))
        return [item["n"] for item in batch]

    return write


class Gate:
    """Holds the first batch until told, so that the next one gathers behind it."""

    def __init__(self, write: Callable[[Sequence[Any]], Sequence[Any]]) -> None:
        self._write = write
        self.entered, self.opened = threading.Event(), threading.Event()

    def __call__(self, batch: Sequence[Any]) -> Sequence[Any]:
        if not self.entered.is_set():
            self.entered.set()
            assert self.opened.wait(10)
        return self._write(batch)


def outcome(commits: GroupCommit[Any, Any], item: Any) -> Any:
    try:
        return commits.submit(item)
    except (Busy, Unstorable) as error:
        return type(error)


def all_at_once(commits: GroupCommit[Any, Any], gate: Gate, first: Any, items: Sequence[Any]) -> list[Any]:
    """Submit `items` so that they gather behind `first`; returns what each is told."""
    with ThreadPoolExecutor(len(items) + 1) as pool:
        opening = pool.submit(outcome, commits, first)
        assert gate.entered.wait(10)
        told = [pool.submit(outcome, commits, item) for item in items]
        deadline = time.monotonic() + 10
        while commits._waiting.qsize() < len(items) and time.monotonic() < deadline:
            time.sleep(0.002)
        gate.opened.set()
        opening.result()
        return [future.result() for future in told]


POISON: dict[str, Any] = {
    "no integer of any database": {"n": 10**30, "what": "huge"},
    "a lone surrogate": {"n": 7, "what": "\ud800"},
    "nothing where something is needed": {"n": 7, "what": None},
    "a number that is there already": {"n": 0, "what": "twice"},
    "a field that is missing": {"n": 7},
}


@pytest.mark.parametrize("poison", POISON)
def test_one_poisoned_row_among_a_hundred_does_not_sink_its_neighbours(shelf: Database, poison: str) -> None:
    gate = Gate(storing(shelf))
    commits = GroupCommit(gate, order=lambda item: item["n"])
    good = [{"n": n, "what": "good"} for n in range(100, 200)]
    told = all_at_once(commits, gate, {"n": 0, "what": "first"}, [*good[:50], POISON[poison], *good[50:]])
    assert told[50] is Unstorable
    assert [*told[:50], *told[51:]] == list(range(100, 200))
    with shelf.read() as conn:
        assert conn.scalar(select(func.count()).select_from(things)) == 101


def test_nul_is_postgresqls_poison_and_its_alone(postgres_database: Database) -> None:
    with postgres_database.write() as conn:
        things.create(conn)
    gate = Gate(storing(postgres_database))
    commits = GroupCommit(gate, order=lambda item: item["n"])
    told = all_at_once(commits, gate, {"n": 0, "what": "first"}, [{"n": 1, "what": "a\x00b"}, {"n": 2, "what": "good"}])
    assert told == [Unstorable, 2]


@pytest.mark.parametrize(
    ("error", "data"),
    [
        (OverflowError(), True), (UnicodeEncodeError("utf-8", "\ud800", 0, 1, "x"), True), (ValueError(), True),
        (exc.DataError("", {}, Exception()), True), (exc.IntegrityError("", {}, Exception()), True),
        (exc.StatementError("x", "", {}, TypeError()), True),
        (exc.OperationalError("", {}, Exception()), False), (exc.InterfaceError("", {}, Exception()), False),
        (exc.InternalError("", {}, Exception()), False), (exc.TimeoutError(), False), (OSError(), False),
        (RuntimeError(), False), (MemoryError(), False),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)  # fmt: skip
def test_the_data_is_blamed_only_for_what_data_can_do(error: Exception, data: bool) -> None:
    assert is_data_fault(error) is data


def test_whoever_gathers_during_a_commit_shares_the_next_and_batches_are_bounded(shelf: Database) -> None:
    batches: list[int] = []
    gate = Gate(storing(shelf, batches))
    commits = GroupCommit(gate, order=lambda item: item["n"], size=20)
    told = all_at_once(commits, gate, {"n": 0, "what": "x"}, [{"n": n, "what": "x"} for n in range(1, 51)])
    assert sorted(told) == list(range(1, 51))
    assert batches == [1, 20, 20, 10]


def test_every_batch_comes_in_order_and_everyone_gets_their_own_answer() -> None:
    seen: list[list[int]] = []

    def write(batch: Sequence[int]) -> list[int]:
        seen.append(list(batch))
        return [-n for n in batch]

    gate = Gate(write)
    commits = GroupCommit(gate, order=lambda n: n)
    numbers = [5, 3, 9, 1, 7, 8, 2]
    assert all_at_once(commits, gate, 0, numbers) == [-n for n in numbers]
    assert seen == [[0], sorted(numbers)]


def test_overlapping_unsorted_batches_of_two_writers_never_deadlock_on_postgresql(postgres_database: Database) -> None:
    with postgres_database.write() as conn:
        things.create(conn)
    rounds, each = 80, 12

    def write(batch: Sequence[int]) -> list[int]:
        with postgres_database.write() as conn:
            for n in batch:  # one by one, so that the two really interleave
                conn.execute(insert_ignoring(conn, things), {"n": n, "what": "x"})
        return list(batch)

    writers = [GroupCommit(write, order=lambda n: n) for _ in range(2)]
    with ThreadPoolExecutor(2 * each) as pool:
        for this_round in range(rounds):
            upward = [this_round * each + n for n in range(each)]
            orders = [upward, upward[::-1]]
            pairs = [pair for numbers in zip(*orders, strict=True) for pair in zip(writers, numbers, strict=True)]
            told = [pool.submit(outcome, writer, number) for writer, number in pairs]
            assert Busy not in [future.result() for future in told]
    with postgres_database.read() as conn:
        assert conn.scalar(select(func.count()).select_from(things)) == rounds * each


def test_whoever_waited_too_long_is_told_busy_and_is_not_stored() -> None:
    stored: list[int] = []

    def write(batch: Sequence[int]) -> list[int]:
        stored.extend(batch)
        if batch == [0]:
            time.sleep(0.4)
        return list(batch)

    gate = Gate(write)
    commits = GroupCommit(gate, order=lambda n: n, patience=0.2)
    assert all_at_once(commits, gate, 0, [1, 2, 3]) == [Busy] * 3
    assert stored == [0]
    assert commits.submit(4) == 4, "and life goes on"


def test_a_commit_that_hangs_keeps_nobody_waiting_for_ever() -> None:
    hang = threading.Event()

    def write(batch: Sequence[int]) -> Sequence[int]:
        hang.wait(5)
        return batch

    commits = GroupCommit(write, order=lambda n: n, patience=0.1)
    begun = time.monotonic()
    with pytest.raises(Busy):
        commits.submit(1)
    assert time.monotonic() - begun < 1.5
    hang.set()


def test_a_database_that_fails_answers_those_behind_it_too_instead_of_failing_them_one_by_one() -> None:
    attempts: list[list[int]] = []

    def write(batch: Sequence[int]) -> list[int]:
        attempts.append(list(batch))
        raise exc.OperationalError("INSERT", {}, Exception("database is locked"))

    gate = Gate(write)
    commits = GroupCommit(gate, order=lambda n: n)
    assert all_at_once(commits, gate, 0, [1, 2, 3]) == [Busy] * 3
    assert attempts == [[0]], "whoever gathered waited behind the same lock"


def test_a_database_that_fails_during_the_search_for_the_guilty_ends_the_search() -> None:
    alone: list[int] = []

    def write(batch: Sequence[int]) -> list[int]:
        if batch == [0]:
            return [0]
        if len(batch) > 1:
            raise ValueError("one of them is poisoned")
        alone.extend(batch)
        if batch == [3]:
            raise exc.OperationalError("INSERT", {}, Exception("gone"))
        return list(batch)

    gate = Gate(write)
    commits = GroupCommit(gate, order=lambda n: n)
    assert all_at_once(commits, gate, 0, [1, 2, 3, 4, 5]) == [1, 2, Busy, Busy, Busy]
    assert alone == [1, 2, 3]


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (RuntimeError("x"), Busy), (KeyError("x"), Busy), (OSError("disk"), Busy), (ValueError("x"), Unstorable),
        ([], Unstorable), ([1, 2, 3], Unstorable), (None, Unstorable),
    ],
    ids=str,
)  # fmt: skip
def test_a_writer_that_raises_or_miscounts_answers_everyone_and_writes_on(broken: Any, told: type[Exception]) -> None:
    def write(batch: Sequence[int]) -> Any:
        if batch == [0] or 9 in batch:
            return list(batch)
        if isinstance(broken, Exception):
            raise broken
        return broken

    gate = Gate(write)
    commits = GroupCommit(gate, order=lambda n: n)
    begun = time.monotonic()
    assert all_at_once(commits, gate, 0, [1, 2]) == [told, told]
    assert time.monotonic() - begun < 1
    assert commits.submit(9) == 9


def test_an_item_that_cannot_be_ordered_does_not_end_the_writer() -> None:
    gate = Gate(list)
    commits: GroupCommit[Any, Any] = GroupCommit(gate, order=lambda n: n)
    told = all_at_once(commits, gate, 0, [1, "one", 2])
    assert told == [1, "one", 2], "alone, each can be"
    assert commits.submit(3) == 3


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_the_writer_is_started_again_after_it_died() -> None:
    commits = GroupCommit(list, order=lambda n: n)
    assert commits.submit(1) == 1

    def deadly(_work: Any, *_args: Any) -> Any:
        raise SystemExit

    commits._patience, living = 0.1, commits._write
    commits._write = deadly
    with pytest.raises(Busy):
        commits.submit(2)
    commits._write = living
    assert commits.submit(3) == 3
