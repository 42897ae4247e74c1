"""Exports that wait are read: every row, whom it is about, and what is wrong with it (P11).

Nobody but the preview shows what was read, until it is taken over. A worker that dies leaves its claim: after the lease
another begins anew, and what the dead one wrote is deleted first.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

import structlog
from sqlalchemy.engine import Connection

from adapters.certificates.port import Row, Unfit
from adapters.errors import AdapterError
from adapters.lms.port import Pair
from sidecar import registered
from sidecar.domain.registry import (
    COLUMNS,
    Column,
    Fault,
    Line,
    RegistryRules,
    course_keys,
    name_key,
    number_of,
    read_line,
)
from sidecar.runtime import Runtime
from sidecar.store import identities, registry, registry_reading, registry_whole, sealed
from sidecar.store.registry_match import Course, Matcher

log = structlog.get_logger(__name__)

_BATCH: Final = 1000  # rows that are read, and matched, at once
_TOGETHER: Final = 100  # rows a transaction: intake waits behind it
_DELETED: Final = 500  # rows a transaction
# On SQLite everybody writes by one lock, and a lane that met this reading there paused after each of its transactions:
# cases waited 10 s to be assessed [measured]. So the reading leaves the lock alone for several times as long.
_GIVEN: Final = 4
_LONGEST_PAUSE: Final = 0.05  # seconds
_FAULTS_KEPT: Final = 200
_PAIRS: Final = 50
_CALLS_MOST: Final = 60  # of an LMS for one export
_ROW_BITS: Final = 24
_LEASE: Final = timedelta(
    seconds=60
)  # it is renewed with every transaction; opening a large workbook takes the longest


class _CountsNoMore(Exception):
    """It was dropped meanwhile, or is read in another way, or by another."""


def waits(runtime: Runtime) -> bool:
    """Whether an export waits to be read."""
    with runtime.db.read() as conn:
        return registry_reading.waits(conn, runtime.clock(), _lease(runtime))


def read_waiting(runtime: Runtime) -> int:
    """Read what waits, one after the other; returns how many came to an end."""
    done = 0
    while waits(runtime):
        token = secrets.token_hex(8)
        with runtime.db.write() as conn:
            row = registry_reading.claim(conn, token, runtime.clock(), _lease(runtime))
        if row is None:
            break
        done += _read(runtime, row, token)
    return done


def _lease(runtime: Runtime) -> timedelta:
    longest = max((adapter.deadline for adapter in runtime.lms.values()), default=0.0)
    return max(_LEASE, timedelta(seconds=2 * longest + 2))


def _read(runtime: Runtime, row: Any, token: str) -> bool:
    work = _Reading(runtime, row, token)
    try:
        work.forget()
        try:
            work.whole()
        except (Unfit, FileNotFoundError) as error:
            unfit = error if isinstance(error, Unfit) else Unfit("gone")
            log.info("registry_not_read", number=row.id, code=unfit.code)
            work.forget()
            work.give_up(unfit)
    except _CountsNoMore:
        return False
    return True


class _Reading:
    """One export while it is read."""

    def __init__(self, runtime: Runtime, row: Any, token: str) -> None:
        self._runtime, self._row, self._token = runtime, row, token
        self._course = row.choice["course"]
        self._columns = {Column(key): place for key, place in row.choice["columns"].items()}
        self._matcher = Matcher(row.source)
        self._said: dict[int, int] = {}  # whom and where → what and in which row, as numbers: 200 000 of them
        self._contradicted: set[int] = set()
        self._calls = 0
        self._silent: set[str] = set()
        self._seals = registered.seals(runtime)
        self._numbers: dict[str, str] = {}  # of one batch, where the policy has numbers kept
        self._doubts: registry_whole.Doubts = Counter()
        self._newest: datetime | None = None
        self._counts: dict[str, Any] = {"rows": 0, "identical": 0, "faults": 0, "first": [], "lms": True}

    def forget(self) -> None:
        """Delete what an earlier reading wrote, or this one."""
        while True:
            with self._writing() as conn:
                if not registry.forget_rows(conn, self._row.id, _DELETED):
                    return

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction of this reading, as long as it counts; others are let write after it."""
        now, began = self._runtime.clock(), time.monotonic()
        with self._runtime.db.write() as conn:
            if not registry_reading.go_on(conn, self._row.id, self._token, now, self._counts["rows"]):
                raise _CountsNoMore
            yield conn
        if self._runtime.db.is_sqlite:
            time.sleep(min(_LONGEST_PAUSE, (time.monotonic() - began) * _GIVEN))

    def give_up(self, unfit: Unfit) -> None:
        """Say why it is not read."""
        with self._writing() as conn:
            registry_reading.give_up(conn, self._row.id, unfit.code, unfit.row, unfit.column)

    def whole(self) -> None:
        """Read it to its end.

        Raises:
            Unfit, FileNotFoundError: some of it is written.
            _CountsNoMore
        """
        rules = self._runtime.policy.registries.get(self._row.source)
        if rules is None or not rules.on or not rules.imported:
            raise Unfit("off")  # the policy was changed meanwhile
        files, path, choice = self._runtime.registry_files, self._runtime.registry_file(self._row.id), self._row.choice
        if files is None or not path.is_file():
            raise Unfit("gone")
        seen = files.look(path, choice["encoding"], choice["delimiter"])
        found = files.rows(path, seen, frozenset(self._columns.values()), rules.rows)
        while (batch := self._batch(found, rules)) is not None:
            self._keep(batch)
        out = sorted(self._contradicted)
        for start in range(0, len(out), _DELETED):
            with self._writing() as conn:
                registry.take_out(conn, self._row.id, out[start : start + _DELETED])
        # Whoever holds the token is the only one who writes rows: they may be counted before it ends.
        with self._runtime.db.read() as conn:
            number = self._row.id
            sums: dict[str, Any] = {
                "matched": registry.by_match(conn, number), "states": registry.by_state(conn, number),
                "doubts": registry_whole.kept(self._doubted(conn)),
                "newest": self._newest.isoformat() if self._newest else None,
            }  # fmt: skip
        with self._writing() as conn:
            registry_reading.end(conn, number, self._counts | sums)

    def _doubted(self, conn: Connection) -> registry_whole.Doubts:
        """Whoever stands in a row of a course that is not known here may be in any of those that are."""
        found: registry_whole.Doubts = Counter()
        for (key, said, why), rows in self._doubts.items():
            known = said and self._matcher.known(conn, said)
            found[(key, said, why) if known else (registry_whole.ALL, "", why)] += rows
        if self._row.lists_everybody:
            for key, said in registry_whole.courses_called(conn, self._row.id).items():
                if len(self._matcher.known(conn, said)) > 1:
                    found[key, said, "same_name"] += 1
        return found

    def _batch(self, found: Iterator[Row], rules: RegistryRules) -> list[Line] | None:
        """The next rows, read; None at the end of the file."""
        lines = []
        rows = list(islice(found, _BATCH))
        for row in rows:
            cells = {c: row.cells[place] if place < len(row.cells) else "" for c, place in self._columns.items()}
            if self._course:
                cells[Column.COURSE] = self._course
            line = self._line(row.number, cells, rules)
            if line is not None:
                lines.append(line)
        return lines if rows else None

    def _line(self, number: int, cells: Mapping[Column, str], rules: RegistryRules) -> Line | None:
        said: Line | Fault | None = read_line(number, cells, rules, self._runtime.id_key, self._runtime.zone)
        self._counts["rows"] += 1
        if isinstance(said, Line):
            if said.at is not None:
                self._newest = max(said.at, self._newest or said.at)
            said = self._once(said)
        if isinstance(said, Fault):
            self._fault(said)
            return None
        if said is not None and said.number_key and self._seals:
            self._numbers[said.number_key] = number_of(cells[Column.NATIONAL_ID]) or ""
        return said

    def _fault(self, fault: Fault) -> None:
        self._counts["faults"] += 1
        key = course_keys(fault.course)[-1][:300] if fault.course else registry_whole.ALL
        self._doubts[key, fault.course, "contradicts" if fault.why == "contradicts" else "fault"] += 1
        if len(self._counts["first"]) < _FAULTS_KEPT:
            told = (fault, *fault.more)
            self._counts["first"] += [[one.row, str(one.column), one.why] for one in told]

    def _once(self, line: Line) -> Line | Fault | None:
        """The same row twice is one; two that contradict each other are neither believed nor guessed between."""
        key = _short(line.number_key or name_key(line.name), line.course)
        sense = _short(line.state, line.reason, str(line.at)) >> 24
        before = self._said.setdefault(key, sense << _ROW_BITS | line.row)
        first = before & ((1 << _ROW_BITS) - 1)
        if first == line.row:
            return line
        if before >> _ROW_BITS == sense:
            self._counts["identical"] += 1
            return None
        if Column.VERB in COLUMNS[self._row.source]:
            return line  # a statement after another is how these records go on
        if first not in self._contradicted:
            self._contradicted.add(first)
            self._fault(Fault(first, Column.STATE, "contradicts", line.course))
        return Fault(line.row, Column.STATE, "contradicts", line.course)

    def _keep(self, lines: list[Line]) -> None:
        """Write some rows, with whom they are about."""
        with self._runtime.db.read() as conn:
            unasked = self._matcher.unasked(conn, lines)
        for course, people in unasked.items():
            self._learn(course, people)
        with self._runtime.db.read() as conn:
            rows = self._matcher.rows(conn, self._row.id, lines)
            lacking = identities.unsealed(conn, self._numbers)
        closed = {key: sealed.close(self._runtime.seal_key, self._numbers[key]) for key in lacking}
        self._numbers.clear()
        for start in range(0, max(len(rows), 1), _TOGETHER):
            with self._writing() as conn:
                registry.put_rows(conn, rows[start : start + _TOGETHER])
        keys = list(closed)
        for some in (keys[start : start + _TOGETHER] for start in range(0, len(keys), _TOGETHER)):
            with self._writing() as conn:
                # The same hash is the same number: whose it is the LMS said, whatever becomes of this import.
                identities.seal(conn, {key: closed[key] for key in some})

    def _learn(self, course: Course, people: tuple[str, ...]) -> None:
        """Ask the LMS by which numbers a course's trainees are known; without an answer, names are all there is."""
        site, course_id = course
        lms = self._runtime.lms.get(site)
        for start in range(0, len(people), _PAIRS):
            if lms is None or site in self._silent or self._calls >= _CALLS_MOST:
                self._counts["lms"] = False
                return
            self._calls += 1
            try:
                told = lms.facts([Pair(one, course_id) for one in people[start : start + _PAIRS]])
            except AdapterError:
                self._silent.add(site)
                self._counts["lms"] = False
                return
            known = registered.known_by(told.values(), self._runtime.clock())
            with self._writing() as conn:
                identities.note(conn, site, known)
        self._matcher.forget(course)


def _short(*parts: str) -> int:
    return int.from_bytes(hashlib.blake2b("\x00".join(parts).encode(), digest_size=8).digest(), "big")
