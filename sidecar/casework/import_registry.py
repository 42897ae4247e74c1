"""Exports of a register are imported: uploaded, read with the chosen columns, taken over at once, undone (P11).

What a file holds in clear stays in its own file in the data directory, deleted when the import is taken over or
dropped. Rows know a person by the keyed hash of the number; nobody is told of rows whose import was not taken over.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final, TypeVar

from sqlalchemy.engine import Connection

from adapters.certificates.port import Files, Look, Unfit
from sidecar.domain.access import Viewer, may_import_registry
from sidecar.domain.plain_text import unturned
from sidecar.domain.registry import NoSuchImport, RegistryRules, guessed, masked
from sidecar.runtime import Runtime
from sidecar.store import registry, registry_people

T = TypeVar("T")
InThread = Callable[[Callable[[], T]], T]

_BLOCK: Final = 1 << 18


class Known(Exception):
    """The very same file has been taken over already: nothing is changed."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@dataclass(frozen=True, slots=True)
class Overview:
    """The registers that this person may import, how old the word of each is, and what was imported."""

    rules: tuple[RegistryRules, ...]
    last: Mapping[str, datetime | None]
    rows: Sequence[Any]


def rules_for(runtime: Runtime, viewer: Viewer, source: str) -> RegistryRules:
    """The rules of a register that is on, and whose exports this person may import.

    Raises:
        NoSuchImport
    """
    rules = runtime.policy.registries.get(source)
    if rules is None or not rules.on or not rules.imported or not may_import_registry(viewer, rules.department):
        raise NoSuchImport(source)
    return rules


def overview(runtime: Runtime, viewer: Viewer) -> Overview:
    """What stands, and when each register was imported last."""
    mine = tuple(
        one for one in runtime.policy.registries.values()
        if one.on and one.imported and may_import_registry(viewer, one.department)
    )  # fmt: skip
    with runtime.db.read() as conn:
        newest = {one.key: registry.last(conn, one.key) for one in mine}
        last = {key: registry.told_at(row) if row is not None else None for key, row in newest.items()}
        rows = [row for row in registry.lately(conn) if row.source in last]
    return Overview(mine, last, rows)


def one(runtime: Runtime, viewer: Viewer, number: int, *states: str) -> Any:
    """One import, in one of these states, or in any where none is named.

    Raises:
        NoSuchImport
    """
    with runtime.db.read() as conn:
        row = registry.get(conn, number)
    if row is None or (states and row.state not in states):
        raise NoSuchImport(number)
    rules_for(runtime, viewer, row.source)
    return row


def upload(
    runtime: Runtime, viewer: Viewer, source: str, name: str, stream: IO[bytes], in_thread: InThread[Look]
) -> int:
    """Keep a file and look at it; returns the number of its import.

    Raises:
        NoSuchImport, Unfit
        Known: it was taken over already.
    """
    rules = rules_for(runtime, viewer, source)
    folder = runtime.registry_file(0).parent
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    held = folder / f"new-{os.urandom(12).hex()}"
    try:
        digest, size = _keep(stream, held, rules.largest << 20)
        with runtime.db.read() as conn:
            before = registry.standing(conn, source, digest)
        if before is not None:
            raise Known(before.id)
        look = in_thread(lambda: reader(runtime).look(held))
        choice = {"encoding": look.encoding, "delimiter": look.delimiter, "columns": guessed(look.headings, source)}
        values = {
            "source": source, "file_name": masked(unturned(name))[-200:], "digest": digest, "size": size,
            "choice": choice,
            "uploaded_at": runtime.clock(), "uploaded_by": viewer.key,
        }  # fmt: skip
        with runtime.db.write() as conn:
            number = registry.begin(conn, values)
        held.rename(runtime.registry_file(number))
    finally:
        held.unlink(missing_ok=True)
    return number


def _keep(stream: IO[bytes], path: Path, largest: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while block := stream.read(_BLOCK):
            size += len(block)
            if size > largest:
                raise Unfit("too_large")
            digest.update(block)
            file.write(block)
    if not size:
        raise Unfit("empty")
    return digest.hexdigest(), size


def reader(runtime: Runtime) -> Files:
    """What reads exports."""
    if runtime.registry_files is None:
        raise NoSuchImport
    return runtime.registry_files


def take_over(runtime: Runtime, viewer: Viewer, number: int) -> datetime:
    """Let what was read count, in one transaction.

    Raises:
        NoSuchImport: it was not read, or is taken over already.
        Known: the same file has been taken over meanwhile.
    """
    row = one(runtime, viewer, number, "read")
    now = runtime.clock()
    with runtime.db.write() as conn:
        registry.lock(conn)
        before = registry.standing(conn, row.source, row.digest)
        if before is not None:
            raise Known(before.id)
        _change(conn, number, ("read",), state="taken", taken_at=now, taken_by=viewer.key)
    runtime.registry_file(number).unlink(missing_ok=True)
    return now


def touched(runtime: Runtime, number: int) -> int:
    """How many people it is about."""
    with runtime.db.read() as conn:
        return registry_people.touched(conn, number)


def undo(runtime: Runtime, viewer: Viewer, number: int) -> None:
    """Let an import count no more; what was said before it counts again. It is kept, and who undid it.

    Raises:
        NoSuchImport
    """
    one(runtime, viewer, number, "taken")
    with runtime.db.write() as conn:
        _change(conn, number, ("taken",), state="undone", undone_at=runtime.clock(), undone_by=viewer.key)


def drop(runtime: Runtime, viewer: Viewer, number: int) -> None:
    """Leave a file that was not taken over, and delete it.

    Raises:
        NoSuchImport
    """
    one(runtime, viewer, number, "uploaded", "read")
    with runtime.db.write() as conn:
        _change(conn, number, ("uploaded", "read"), state="dropped")
    runtime.registry_file(number).unlink(missing_ok=True)
    registry.drop_rows(runtime.db, number)


def _change(conn: Connection, number: int, was: Sequence[str], **values: Any) -> None:
    if not registry.change(conn, number, was, **values):
        raise NoSuchImport(number)
