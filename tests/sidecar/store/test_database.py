"""Waiting for SQLite's lock, giving way to who is in a hurry, and commits carried out elsewhere."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import exc, text

from sidecar.store import database as module
from sidecar.store.database import Database


@pytest.fixture
def url(tmp_path: Path) -> str:
    address = f"sqlite:///{tmp_path / 'x.sqlite3'}"
    database = Database(address)
    with database.write() as conn:
        conn.exec_driver_sql("CREATE TABLE t (n INTEGER)")
    database.dispose()
    return address


def count(database: Database) -> int:
    with database.read() as conn:
        return int(conn.scalar(text("SELECT count(*) FROM t")) or 0)


def test_a_write_waits_for_the_lock_no_longer_than_its_patience_and_then_says_so(url: str) -> None:
    holder, impatient = Database(url), Database(url, busy_timeout=0.2)
    with holder.write():
        began = time.monotonic()
        with pytest.raises(exc.OperationalError), impatient.write():
            pass
        assert time.monotonic() - began < 2
    with impatient.write() as conn:
        conn.exec_driver_sql("INSERT INTO t VALUES (1)")
    assert count(impatient) == 1


def test_threads_of_one_process_share_one_patience_for_turn_and_lock(url: str) -> None:
    holder, impatient = Database(url), Database(url, busy_timeout=0.3)
    refused: list[float] = []

    def attempt() -> None:
        began = time.monotonic()
        with pytest.raises(exc.OperationalError), impatient.write():
            pass
        refused.append(time.monotonic() - began)

    with holder.write():
        threads = [threading.Thread(target=attempt) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
    assert len(refused) == 3
    assert max(refused) < 3


def test_a_commit_that_fails_elsewhere_is_told_and_leaves_nothing_behind(url: str) -> None:
    broken = [True]

    def elsewhere(commit: Callable[[], None]) -> None:
        if broken[0]:
            raise OSError("the disk is full")
        thread = threading.Thread(target=commit)
        thread.start()
        thread.join()

    database = Database(url, commit=elsewhere)
    with pytest.raises(OSError, match="disk"), database.write() as conn:
        conn.exec_driver_sql("INSERT INTO t VALUES (1)")
    assert count(database) == 0
    broken[0] = False
    with database.write() as conn:
        conn.exec_driver_sql("INSERT INTO t VALUES (2)")
    assert count(database) == 1


@pytest.mark.parametrize(("patience", "pauses"), [(10.0, 1), (2.0, 0)])
def test_only_a_patient_writer_that_had_to_wait_gives_way(
    url: str, monkeypatch: pytest.MonkeyPatch, patience: float, pauses: int
) -> None:
    holder, writer = Database(url), Database(url, busy_timeout=patience)
    slept: list[float] = []
    held, released = threading.Event(), threading.Event()

    def hold() -> None:
        with holder.write():
            held.set()
            released.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    threading.Timer(0.05, released.set).start()
    real = time.sleep
    monkeypatch.setattr(module.time, "sleep", lambda seconds: (slept.append(seconds), real(min(seconds, 0.01)))[1])
    with writer.write() as conn:
        conn.exec_driver_sql("INSERT INTO t VALUES (1)")
    thread.join(10)
    assert len([one for one in slept if one != module._NAP]) == pauses
    slept.clear()
    with writer.write() as conn:
        conn.exec_driver_sql("INSERT INTO t VALUES (2)")
    assert slept == [], "nobody was waiting, so nobody waits"
