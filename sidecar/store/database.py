"""The two kinds of transaction: `read()` waits for nobody, `write()` is short.

On SQLite `read()` is a deferred BEGIN (a read under BEGIN IMMEDIATE waited 1.03 s behind a writer, a deferred one 0)
and `write()` a BEGIN IMMEDIATE (SQLAlchemy's default deferred BEGIN loses the race to upgrade). On PostgreSQL both are
plain transactions.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import orjson
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.pool import QueuePool

_IMMEDIATE = "nidaa_immediate"
# How long to sleep between two looks at SQLite's lock. Its own busy wait blocks in C, where it would freeze every
# greenlet of a web process (measured 1.96 s), and its naps grow to 100 ms, which sleep through every gap a worker
# leaves (measured: 171 reports a second, some refused).
_NAP = 0.001  # seconds
# SQLite's one write lock knows no order of urgency: a worker with a backlog would take it as often as intake does, and
# longer each time. So a patient writer that had to wait for it lets the others write ten times as long as it did.
_HURRY = 5.0  # seconds of patience; who has more is patient
_CROWDED = 0.002  # seconds of waiting that tell that others write, too
_GIVEN = 10.0
_LONGEST_PAUSE = 0.3  # seconds
_WAITED = "nidaa_waited"
# Who commits past so many pages of the log writes them back, tens of milliseconds that intake's callers would wait for:
# that is the worker's to do, and intake's only while no worker runs.
_CHECKPOINT, _LATER = 1000, 10_000

Commit = Callable[[Callable[[], None]], None]


def commit_here(commit: Callable[[], None]) -> None:
    """Commit in this very thread."""
    commit()


def _dumps(value: object) -> str:
    return orjson.dumps(value).decode()


class Database:
    """One database and its pool.

    Args:
        url: an SQLAlchemy address; `sqlite:///path` and `postgresql+psycopg://…` are served.
        busy_timeout: seconds a statement waits for a lock before it fails with OperationalError.
        pool_size: connections kept open.
        commit: how a write transaction's commit is carried out. It is the one call that waits for the disk: a process
            of greenlets hands it to a real thread.
    """

    def __init__(
        self, url: str, *, busy_timeout: float = 10.0, pool_size: int = 10, commit: Commit = commit_here
    ) -> None:
        self.url = url
        self._commit = commit
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self._patience = busy_timeout
        # Who has the patience of a worker gives way to who has not, which is intake.
        self._gives_way = self.is_sqlite and busy_timeout > _HURRY
        self._turns = threading.Lock()
        self.engine = self._engine(url, busy_timeout, pool_size)

    def _engine(self, url: str, busy_timeout: float, pool_size: int) -> Engine:
        # Errors quote no values: a row is somebody's words.
        options: dict[str, Any] = {
            "json_serializer": _dumps,
            "json_deserializer": orjson.loads,
            "hide_parameters": True,
        }
        if not self.is_sqlite:
            return create_engine(
                url, pool_size=pool_size, max_overflow=20, pool_timeout=2, pool_pre_ping=False, pool_recycle=1800,
                connect_args={"connect_timeout": 2, "options": f"-c lock_timeout={round(busy_timeout * 1000)}"},
                **options,
            )  # fmt: skip
        engine = create_engine(
            url, poolclass=QueuePool, pool_size=pool_size, max_overflow=20,
            connect_args={"check_same_thread": False, "timeout": busy_timeout}, **options,
        )  # fmt: skip
        event.listen(engine, "connect", partial(_prepare_sqlite, checkpoint=_CHECKPOINT if self._gives_way else _LATER))
        event.listen(engine, "begin", partial(_begin_sqlite, patience=busy_timeout))
        return engine

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads, and never waits for a writer."""
        with self.engine.connect() as conn, conn.begin():
            yield conn

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that writes: rows only, no thinking, under 5 ms on SQLite, committed on leaving."""
        deadline = time.monotonic() + self._patience
        with self._turn(), self.engine.connect().execution_options(**{_IMMEDIATE: deadline}) as conn:
            transaction = conn.begin()
            began = time.monotonic()
            try:
                yield conn
            except BaseException:
                transaction.rollback()
                raise
            self._commit(transaction.commit)
            if self._gives_way and conn.info[_WAITED] > _CROWDED:
                time.sleep(min(_LONGEST_PAUSE, (time.monotonic() - began) * _GIVEN))

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """On SQLite the threads of a process take turns here, rather than at the lock that other processes wait for."""
        mine = self.is_sqlite and self._turns.acquire(timeout=self._patience)
        try:
            yield
        finally:
            if mine:
                self._turns.release()

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _prepare_sqlite(connection: Any, _record: object, *, checkpoint: int) -> None:
    # The driver's own BEGIN would be deferred and late; `_begin_sqlite` says it instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    # WAL with FULL: an acknowledged report survives power loss, not only a killed process.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"wal_autocheckpoint={checkpoint}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(conn: Connection, *, patience: float) -> None:
    deadline = conn.get_execution_options().get(_IMMEDIATE)
    if deadline is None:
        conn.exec_driver_sql("BEGIN")
        return
    started = time.monotonic()
    cursor = conn.connection.cursor()
    cursor.execute("PRAGMA busy_timeout=0")
    try:
        while not _begun(cursor):
            if time.monotonic() > deadline:
                conn.exec_driver_sql("BEGIN IMMEDIATE")  # a last time, for an error as SQLAlchemy tells it
                break
            time.sleep(_NAP)
    finally:
        cursor.execute(f"PRAGMA busy_timeout={round(patience * 1000)}")
        cursor.close()
    conn.info[_WAITED] = time.monotonic() - started


def _begun(cursor: Any) -> bool:
    try:
        cursor.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True
