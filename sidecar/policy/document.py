"""The policy's files as one document: merged, every value with its place, every fault collected."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from difflib import get_close_matches
from pathlib import Path as Directory
from typing import Any, Final

from sidecar.policy.faults import Fault, PolicyError
from sidecar.policy.lines import Path, lines_of
from sidecar.policy.values import Senseless

_SYNTAX_LINE: Final = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")


@dataclass(slots=True)
class Document:
    """What all files of a directory say together, and what was found wrong so far.

    A top-level table may be spread over several files, as long as no entry stands twice. While a file cannot be read
    at all, the document is not `complete`: what others name may well stand there, so that is not held against them.
    """

    data: dict[str, Any] = field(default_factory=dict)
    complete: bool = True
    _places: dict[Path, tuple[str, int]] = field(default_factory=dict)
    _faults: list[Fault] = field(default_factory=list)
    _faulty: list[Path] = field(default_factory=list)

    def fault(self, path: Path, reason: str) -> None:
        """Record a fault at `path`, or at the nearest table around it that a file holds."""
        file, line = self.place(path)
        self._faulty.append(path)
        self._faults.append(Fault(file, line, shown(path), reason))

    def place(self, path: Path) -> tuple[str, int]:
        """File and line of `path`, or of the nearest table around it; (`.`, 0) when no file holds it."""
        for end in range(len(path), 0, -1):
            if path[:end] in self._places:
                return self._places[path[:end]]
        return ".", 0

    def sound(self, path: Path) -> bool:
        """Whether nothing was found wrong at `path` or inside it."""
        return not any(faulty[: len(path)] == path for faulty in self._faulty)

    def refuse(self) -> None:
        """Raise `PolicyError` with all that was found, by file and line; nothing found, nothing raised."""
        if self._faults:
            raise PolicyError(sorted(set(self._faults)))

    def names(self, section: str) -> frozenset[str]:
        """The entries of a top-level table, also those that are faulty themselves: naming one is no second fault."""
        table = self.data.get(section, {})
        return frozenset(key for key in table if key != "clause") if isinstance(table, dict) else frozenset()

    def reference(self, section: str, thing: str) -> Callable[[object], str]:
        """A converter that accepts the names of a top-level table; `thing` is what the reason calls them."""
        known = self.names(section)

        def convert(value: object) -> str:
            if not isinstance(value, str):
                raise Senseless(f"must be the name of a {thing}")
            if self.complete and value not in known:
                raise Senseless(unknown(thing, value, known))
            return value

        return convert

    def digest(self) -> str:
        """SHA-256 (64 hex digits) of the values.

        Comments, blank lines, the order of keys and the split into files do not change it: they judge no case.
        Any value does, and so does the order of a list.
        """
        text = json.dumps(self.data, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_dated)
        return hashlib.sha256(text.encode()).hexdigest()

    def add(self, file: str, raw: bytes) -> None:
        """Read one more file into the document; what cannot be read at all is a fault like any other."""
        try:
            text = raw.decode()
            data = tomllib.loads(text)
        except UnicodeDecodeError as error:
            self._unreadable(file, raw[: error.start].count(b"\n") + 1, "is not UTF-8")
        except tomllib.TOMLDecodeError as error:
            found = _SYNTAX_LINE.search(str(error))
            line = int(found[1]) if found and found[1] else raw.count(b"\n") + 1
            self._unreadable(file, line, f"is not TOML: {_SYNTAX_LINE.sub('', str(error))}")
        else:
            places = {path: (file, line) for path, line in lines_of(text).items()}
            for key, value in data.items():
                self._merge(key, value, {path: place for path, place in places.items() if path[0] == key})

    def _unreadable(self, file: str, line: int, reason: str) -> None:
        self.complete = False
        self._faults.append(Fault(file, line, "(file)", reason))

    def _merge(self, key: str, value: Any, places: dict[Path, tuple[str, int]]) -> None:
        here = self.data.setdefault(key, type(value)())
        if isinstance(value, dict) and isinstance(here, dict):
            for entry in value:
                path: Path = (key, entry)
                if entry in here:
                    file, line = self._places[path]
                    again = places[path]
                    self._faulty.append(path)
                    self._faults.append(Fault(*again, shown(path), f"stands twice: already in {file}, line {line}"))
                else:
                    here[entry] = value[entry]
                    self._places |= {p: place for p, place in places.items() if p[:2] == path}
            self._places.setdefault((key,), places[(key,)])
        elif isinstance(value, list) and isinstance(here, list):
            for inner, place in places.items():
                moved: Path = inner if len(inner) == 1 else (key, int(inner[1]) + len(here), *inner[2:])
                self._places.setdefault(moved, place)
            here.extend(value)
        else:
            self.data[key] = value
            self._places |= places


def gathered(directory: Directory) -> Document:
    """All `*.toml` of a directory as one document, by file name."""
    document = Document()
    files = files_of(directory)
    for file in files:
        document.add(file.name, file.read_bytes())
    if not files:
        document.fault((), f"no policy here: {directory} holds no .toml file")
        document.refuse()
    return document


def files_of(directory: Directory) -> list[Directory]:
    """The policy's files, by name."""
    return sorted(file for file in directory.glob("*.toml") if file.is_file())


def shown(path: Path) -> str:
    """`("targets", "x", "rungs", 0)` as `targets.x.rungs[0]`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text or "(policy)"


def unknown(thing: str, value: str, known: frozenset[str]) -> str:
    """The reason for a name that does not exist, with the name that was probably meant."""
    near = get_close_matches(value, sorted(known), n=1)
    return f"unknown {thing} {value!r}" + (f"; did you mean {near[0]!r}?" if near else "")


def _dated(value: object) -> object:
    if isinstance(value, (date, datetime, time)):
        return {type(value).__name__: value.isoformat()}
    raise TypeError(f"TOML holds no {type(value).__name__}")
