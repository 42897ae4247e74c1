"""An export on its way to being read: how it looks, how it is to be read, how far that is, what was read (P11).

It is read by the worker (`journey/registry_reading.py`), never within a request.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy import select

from adapters.certificates.port import Files, Look, Unfit
from sidecar.domain.access import Viewer
from sidecar.domain.registry import Column, NoSuchImport, guessed
from sidecar.runtime import Runtime
from sidecar.store import registry, registry_reading, registry_whole
from sidecar.store.timetable import courses

T = TypeVar("T")
InThread = Callable[[Callable[[], T]], T]

_LOST_SHOWN: Final = 200
_FOUND_SHOWN: Final = 20
REFUSED: Final = Unfit
"""A file that is not read: what pages catch, which know no port."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import's page shows beside its sums.

    Attributes:
        lost: some rows for whom nobody was found.
        found: some for whom somebody was, with the name known here.
        not_whole: the courses of which it does not list everybody though it says so: as the file writes each, or
            empty for all of them; why; how many rows.
        newer: the newest date of the import that counts now, where that is later than this one's.
        newest: this one's.
    """

    lost: Sequence[Any]
    found: Sequence[Any]
    not_whole: Sequence[tuple[str, str, int]]
    newer: datetime | None
    newest: datetime | None


def preview(runtime: Runtime, row: Any) -> Preview:
    """What an import's page shows of its rows."""
    with runtime.db.read() as conn:
        last = registry.last(conn, row.source) if row.state == "read" else None
        mine, other = registry.newest(row), registry.newest(last) if last is not None else None
        return Preview(
            registry.lost(conn, row.id, _LOST_SHOWN), registry.found(conn, row.id, _FOUND_SHOWN),
            registry_whole.in_doubt(conn, row, _LOST_SHOWN) if row.lists_everybody else (),
            other if mine is not None and other is not None and mine < other else None, mine,
        )  # fmt: skip


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
    before = row.choice if row.counts else {}  # what was only found is found again, and how surely
    asked = {name: chosen.get(name) or before.get(name) for name in ("encoding", "delimiter")}
    found = in_thread(lambda: _files(runtime).look(path, **asked))
    same = all(getattr(found, name) == row.choice.get(name) for name in asked)
    return found, dict(row.choice["columns"]) if same else guessed(found.headings, row.source)


def _files(runtime: Runtime) -> Files:
    if runtime.registry_files is None:
        raise NoSuchImport
    return runtime.registry_files


def want(
    runtime: Runtime, viewer: Viewer, row: Any, seen: Look, columns: Mapping[Column, int], *, course: str,
    lists_everybody: bool,
) -> None:  # fmt: skip
    """Have the whole file read with these columns, by the worker. Whatever else reads it counts no more.

    Args:
        course: of every row, where no column says it.

    Raises:
        NoSuchImport: it was dropped or taken over meanwhile.
    """
    choice = {
        "encoding": seen.encoding, "delimiter": seen.delimiter, "course": course,
        "columns": {str(column): place for column, place in columns.items()},
    }  # fmt: skip
    about = min(seen.about, runtime.policy.registries[row.source].rows)
    with runtime.db.write() as conn:
        wanted = registry_reading.want(
            conn, row.id, choice, lists_everybody=lists_everybody, about=about, by=viewer.key, now=runtime.clock()
        )
    if not wanted:
        raise NoSuchImport(row.id)


def progress(row: Any) -> registry_reading.Progress | None:
    """How far an import is that waits or is being read; None where it does neither."""
    return registry_reading.progress(row)


def refusal(row: Any) -> tuple[str, int | None, int | None] | None:
    """Why the last reading of an import was given up: a code, row and column."""
    return registry_reading.refusal(row)
