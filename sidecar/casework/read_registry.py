"""An export is read with the columns that were chosen: every row, whom it is about, and what is wrong with it (P11)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, TypeVar

from sqlalchemy import select
from sqlalchemy.engine import Connection

from adapters.certificates.port import Files, Look, Row, Unfit
from adapters.errors import AdapterError
from adapters.lms.port import UNKNOWN, Pair
from sidecar import registered
from sidecar.domain.access import Viewer
from sidecar.domain.registry import (
    COLUMNS,
    Column,
    Fault,
    Line,
    NoSuchImport,
    RegistryRules,
    guessed,
    name_key,
    number_of,
    read_line,
)
from sidecar.runtime import Runtime
from sidecar.store import identities, registry, sealed
from sidecar.store.registry_match import Course, Matcher
from sidecar.store.timetable import courses

T = TypeVar("T")
InThread = Callable[[Callable[[], T]], T]

_BATCH: Final = 1000  # rows a transaction
_FAULTS_KEPT: Final = 200
_PAIRS: Final = 50
_CALLS_MOST: Final = 60  # of an LMS for one export
_ROW_BITS: Final = 24
_LOST_SHOWN: Final = 200
_FOUND_SHOWN: Final = 20
REFUSED: Final = Unfit
"""A file that is not read: what pages catch, which know no port."""


@dataclass(frozen=True, slots=True)
class Preview:
    """Some rows of an import: those for whom nobody was found, and those who were, with the name known here."""

    lost: Sequence[Any]
    found: Sequence[Any]


def preview(runtime: Runtime, number: int) -> Preview:
    """What an import's page shows of its rows."""
    with runtime.db.read() as conn:
        return Preview(registry.lost(conn, number, _LOST_SHOWN), registry.found(conn, number, _FOUND_SHOWN))


def samples(runtime: Runtime) -> list[str]:
    """What courses are called, to choose from."""
    with runtime.db.read() as conn:
        rows = conn.execute(select(courses.c.idnumber, courses.c.name).order_by(courses.c.seen_at.desc()).limit(300))
        return list(dict.fromkeys(row.idnumber or row.name for row in rows if row.idnumber or row.name))


def look(runtime: Runtime, row: Any, in_thread: InThread[Look], **chosen: Any) -> tuple[Look, dict[str, int]]:
    """The file of an import as it is read with this encoding and delimiter, and which columns hold what.

    Raises:
        Unfit, NoSuchImport: its file has gone.
    """
    path = runtime.registry_file(row.id)
    if not path.is_file():
        raise NoSuchImport(row.id)
    before = row.choice if row.state == "read" else {}  # what was only found is found again, and how surely
    asked = {name: chosen.get(name) or before.get(name) for name in ("encoding", "delimiter")}
    found = in_thread(lambda: _files(runtime).look(path, **asked))
    same = all(getattr(found, name) == row.choice.get(name) for name in asked)
    return found, dict(row.choice["columns"]) if same else guessed(found.headings, row.source)


def _files(runtime: Runtime) -> Files:
    if runtime.registry_files is None:
        raise NoSuchImport
    return runtime.registry_files


def read(
    runtime: Runtime, viewer: Viewer, row: Any, seen: Look, columns: Mapping[Column, int], *, course: str,
    lists_everybody: bool, in_thread: InThread[Any],
) -> None:  # fmt: skip
    """Read the whole file with these columns; nobody but this person's preview shows what it says.

    Args:
        course: of every row, where no column says it.

    Raises:
        Unfit: nothing of it is kept.
        NoSuchImport: it was dropped meanwhile, or somebody began to read it anew: their reading counts.
    """
    work = _Reading(runtime, row, runtime.policy.registries[row.source], course)
    work.begin()
    found = _files(runtime).rows(runtime.registry_file(row.id), seen, frozenset(columns.values()), work.rules.rows)
    try:
        while batch := in_thread(lambda: work.batch(found, columns)):
            work.keep(batch)
    except Unfit:
        work.held()
        registry.drop_rows(runtime.db, row.id)
        raise
    choice = {
        "encoding": seen.encoding, "delimiter": seen.delimiter, "course": course,
        "columns": {str(column): place for column, place in columns.items()},
    }  # fmt: skip
    with runtime.db.write() as conn:
        work.check(conn)
        registry.take_out(conn, row.id, sorted(work.contradicted))
        counts = work.counts | {"matched": registry.by_match(conn, row.id), "states": registry.by_state(conn, row.id)}
        registry.change(
            conn, row.id, ("uploaded", "read"), state="read", choice=choice, counts=counts,
            lists_everybody=lists_everybody, uploaded_by=viewer.key,
        )  # fmt: skip


class _Reading:
    """One export while it is read."""

    def __init__(self, runtime: Runtime, row: Any, rules: RegistryRules, course: str) -> None:
        self._runtime, self._number, self.rules, self._course = runtime, row.id, rules, course
        self._matcher = Matcher(row.source)
        self._said: dict[int, int] = {}  # whom and where → what and in which row, as numbers: 200 000 of them
        self.contradicted: set[int] = set()
        self._calls = 0
        self._token = secrets.token_hex(8)
        self._silent: set[str] = set()
        self._seals = registered.seals(runtime)
        self._numbers: dict[str, str] = {}  # of one batch, where the policy has numbers kept
        self.counts: dict[str, Any] = {"rows": 0, "identical": 0, "faults": 0, "first": [], "lms": True}

    def begin(self) -> None:
        """From now on this reading counts, and no other; what an earlier one wrote is deleted."""
        with self._runtime.db.write() as conn:
            new = {"state": "uploaded", "counts": {"reading": self._token}}
            if not registry.change(conn, self._number, ("uploaded", "read"), **new):
                raise NoSuchImport(self._number)
        registry.drop_rows(self._runtime.db, self._number)

    def check(self, conn: Connection) -> None:
        """Raises NoSuchImport where this reading counts no more."""
        if registry.reading(conn, self._number) != self._token:
            raise NoSuchImport(self._number)

    def held(self) -> None:
        """The same, in a transaction of its own."""
        with self._runtime.db.write() as conn:
            self.check(conn)

    def batch(self, found: Iterator[Row], columns: Mapping[Column, int]) -> list[Line] | None:
        """The next rows, read; None at the end of the file. Runs in a thread: it touches no database."""
        lines = []
        rows = list(islice(found, _BATCH))
        for row in rows:
            cells = {c: row.cells[place] if place < len(row.cells) else "" for c, place in columns.items()}
            if self._course:
                cells[Column.COURSE] = self._course
            said: Line | Fault | None = read_line(
                row.number, cells, self.rules, self._runtime.id_key, self._runtime.zone
            )
            self.counts["rows"] += 1
            if isinstance(said, Line):
                said = self._once(said)
            if isinstance(said, Line):
                lines.append(said)
                if said.number_key and self._seals:
                    self._numbers[said.number_key] = number_of(cells[Column.NATIONAL_ID]) or ""
            elif said is not None:
                self._fault(said)
        return lines if rows else None

    def _fault(self, fault: Fault) -> None:
        self.counts["faults"] += 1
        if len(self.counts["first"]) < _FAULTS_KEPT:
            told = (fault, *fault.more)
            self.counts["first"] += [[one.row, str(one.column), one.why] for one in told]

    def _once(self, line: Line) -> Line | Fault | None:
        """The same row twice is one; two that contradict each other are neither believed nor guessed between."""
        key = _short(line.number_key or name_key(line.name), line.course)
        sense = _short(line.state, line.reason, str(line.at)) >> 24
        before = self._said.setdefault(key, sense << _ROW_BITS | line.row)
        first = before & ((1 << _ROW_BITS) - 1)
        if first == line.row:
            return line
        if before >> _ROW_BITS == sense:
            self.counts["identical"] += 1
            return None
        if Column.VERB in COLUMNS[self.rules.key]:
            return line  # a statement after another is how these records go on
        if first not in self.contradicted:
            self.contradicted.add(first)
            self._fault(Fault(first, Column.STATE, "contradicts"))
        return Fault(line.row, Column.STATE, "contradicts")

    def keep(self, lines: list[Line]) -> None:
        """Write some rows, with whom they are about."""
        with self._runtime.db.read() as conn:
            unasked = self._matcher.unasked(conn, lines)
        for course, people in unasked.items():
            self._learn(course, people)
        with self._runtime.db.read() as conn:
            rows = self._matcher.rows(conn, self._number, lines)
            lacking = identities.unsealed(conn, self._numbers)
        closed = {key: sealed.close(self._runtime.seal_key, self._numbers[key]) for key in lacking}
        self._numbers.clear()
        with self._runtime.db.write() as conn:
            self.check(conn)
            registry.put_rows(conn, rows)
            # The same hash is the same number: whose it is the LMS said, whatever becomes of this import.
            identities.seal(conn, closed)

    def _learn(self, course: Course, people: tuple[str, ...]) -> None:
        """Ask the LMS by which numbers a course's trainees are known; without an answer, names are all there is."""
        site, course_id = course
        lms = self._runtime.lms.get(site)
        for start in range(0, len(people), _PAIRS):
            if lms is None or site in self._silent or self._calls >= _CALLS_MOST:
                self.counts["lms"] = False
                return
            self._calls += 1
            try:
                told = lms.facts([Pair(one, course_id) for one in people[start : start + _PAIRS]])
            except AdapterError:
                self._silent.add(site)
                self.counts["lms"] = False
                return
            known = [
                (pair.person_id, {n: t.value for n, t in one.values.items() if t.value is not UNKNOWN},
                 self._runtime.clock())
                for pair, one in told.items()
            ]  # fmt: skip
            with self._runtime.db.write() as conn:
                identities.note(conn, site, known)
        self._matcher.forget(course)


def _short(*parts: str) -> int:
    return int.from_bytes(hashlib.blake2b("\x00".join(parts).encode(), digest_size=8).digest(), "big")
