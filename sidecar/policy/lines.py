"""On which line each key of a TOML text stands: tomllib tells values but no places, and a fault must name its line.

Only texts that tomllib has accepted come here, so the scanner walks the grammar without checking it.
"""

from __future__ import annotations

import re
import tomllib
from typing import Final

Path = tuple[str | int, ...]
"""Where a value stands: keys, and positions in lists from 0."""

_BLANK: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE: Final = re.compile(r"[ \t]*")
_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")
_STRING: Final = re.compile(
    r'''
        """ (?: [^\\] | \\. )*? """ (?!")
      | \'{3} .*? \'{3} (?!\')
      | " (?: [^"\\\n] | \\. )* "
      | \' [^\'\n]* \'
    ''',
    re.DOTALL | re.VERBOSE,
)
_SCALAR: Final = re.compile(r"[^,\]}\n#]*")


def lines_of(text: str) -> dict[Path, int]:
    """The line, from 1, of every table, key and list element; a table never opened by itself has its first key's."""
    return _Scanner(text).scan()


class _Scanner:
    """One walk over one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1
        self._lines: dict[Path, int] = {}
        self._array_sizes: dict[Path, int] = {}

    def scan(self) -> dict[Path, int]:
        table: Path = ()
        self._take(_BLANK)
        while self._at < len(self._text):
            if self._next() == "[":
                table = self._header()
            else:
                self._pair(table)
            self._take(_BLANK)
        return self._lines

    def _next(self) -> str:
        return self._text[self._at : self._at + 1]

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        token = found.group() if found else ""
        self._at += len(token)
        self._line += token.count("\n")
        return token

    def _note(self, path: Path) -> None:
        for end in range(1, len(path) + 1):
            self._lines.setdefault(path[:end], self._line)

    def _header(self) -> Path:
        brackets = 2 if self._text.startswith("[[", self._at) else 1
        self._at += brackets
        path = self._placed(self._key(), opens_element=brackets == 2)
        self._note(path)
        self._lines[path] = self._line  # the header itself beats an earlier mention by a child
        self._at += brackets
        return path

    def _placed(self, parts: list[str], *, opens_element: bool) -> Path:
        """`[a.b]` inside the list `[[a]]` means its newest element."""
        path: Path = ()
        for place, part in enumerate(parts):
            path += (part,)
            if opens_element and place == len(parts) - 1:
                self._array_sizes[path] = self._array_sizes.get(path, 0) + 1
            if path in self._array_sizes:
                path += (self._array_sizes[path] - 1,)
        return path

    def _key(self) -> list[str]:
        parts = []
        while True:
            self._take(_SPACE)
            if self._next() in ('"', "'"):
                parts.append(str(tomllib.loads(f"key = {self._take(_STRING)}")["key"]))
            else:
                parts.append(self._take(_BARE_KEY))
            self._take(_SPACE)
            if self._next() != ".":
                return parts
            self._at += 1

    def _pair(self, table: Path) -> None:
        path = (*table, *self._key())
        self._note(path)
        self._at += 1  # the equals sign
        self._take(_SPACE)
        self._value(path)

    def _value(self, path: Path) -> None:
        opening = self._next()
        if opening in ('"', "'"):
            self._take(_STRING)
        elif opening in ("[", "{"):
            self._at += 1
            self._inside(path, "]" if opening == "[" else "}")
        else:
            self._take(_SCALAR)

    def _inside(self, path: Path, closing: str) -> None:
        index = 0
        self._take(_BLANK)
        while self._next() != closing:
            if closing == "]":
                self._note((*path, index))
                self._value((*path, index))
                index += 1
            else:
                self._pair(path)
            self._take(_BLANK)
            if self._next() == ",":
                self._at += 1
                self._take(_BLANK)
        self._at += 1
