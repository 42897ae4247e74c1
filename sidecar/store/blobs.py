"""The content of files, each under its own SHA-256: written whole before any row names it, and never changed.

Hosts share the folder. Two that write the same content write the same file, so whoever comes second changes nothing.
A kill between file and row leaves a file that no row names, which harms nobody: `orphans` finds it a day later.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Final

CHUNK: Final = 256 * 1024
_SETTLED: Final = timedelta(days=1)


def keep(root: Path, source: IO[bytes]) -> tuple[str, int]:
    """Store what `source` holds, durably; its digest and size."""
    root.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=root, prefix="new-")
    try:
        digest, size = hashlib.sha256(), 0
        with os.fdopen(handle, "wb") as file:
            while part := source.read(CHUNK):
                digest.update(part)
                size += len(part)
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        name = digest.hexdigest()
        target = path_of(root, name)
        if target.is_file() and target.stat().st_size == size:
            os.utime(target)  # a row is about to name it: it is no orphan now
            return name, size
        target.parent.mkdir(parents=True, exist_ok=True)
        Path(temporary).replace(target)
        for folder in (target.parent, target.parent.parent, root):
            _sync(folder)
        return name, size
    finally:
        with suppress(FileNotFoundError):
            Path(temporary).unlink()


def path_of(root: Path, digest: str) -> Path:
    """Where the content of this digest stands."""
    return root / digest[:2] / digest[2:4] / digest


def orphans(root: Path, now: datetime) -> Iterator[tuple[str, Path]]:
    """Files that have lain for a day, by digest: whoever tidies removes those that no row names. And what was never
    finished, without a digest."""
    before = (now - _SETTLED).timestamp()
    for file in root.rglob("*"):
        if file.is_file() and file.stat().st_mtime < before:
            yield "" if file.name.startswith("new-") else file.name, file


def _sync(folder: Path) -> None:
    """Let the name of a new file survive a power cut, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
