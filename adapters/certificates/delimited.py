"""Exports as text: which encoding and delimiter, proven as far as that goes, and the rows one by one."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from adapters.certificates.port import DELIMITERS, Delimiter, Encoding, Row, Unfit

_BLOCK: Final = 1 << 16
LONGEST_CELL: Final = 2_000  # letters; a quote that never closes swallows what follows
_LONGEST_ROW: Final = 64_000
MOST_COLUMNS: Final = 60
_SAMPLE: Final = 30  # rows that show the delimiter
_HALF: Final = 2  # a byte in two is NUL where Latin letters are written in UTF-16


def encoding_of(path: Path) -> tuple[Encoding, bool]:
    """The encoding of a file and whether it proves itself.

    A mark at the beginning does; so does text that is valid UTF-8 with a letter beyond ASCII in it. A file that is
    UTF-8 but for a few bytes is damaged UTF-8, not windows-1256: as that, every Arabic name in it would be nonsense.

    Raises:
        Unfit: `empty`, or `encoding` where damaged UTF-8 breaks, or `not_a_table` for bytes that no text has.
    """
    with path.open("rb") as file:
        head = file.read(_BLOCK)
    if not head.strip(b"\x00\r\n\t ") or head in {codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        raise Unfit("empty")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", True
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8", True
    if b"\x00" in head:
        if max(head[::2].count(0), head[1::2].count(0)) * _HALF * 4 >= len(head) // _HALF:
            return "utf-16", False
        raise Unfit("not_a_table")
    return _without_mark(path)


def _without_mark(path: Path) -> tuple[Encoding, bool]:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    broken = letters = rows = 0
    first: int | None = None
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            text = decoder.decode(block)
            bad = text.count("\ufffd")
            if bad and first is None:
                first = rows + text[: text.index("\ufffd")].count("\n") + 1
            rows += text.count("\n")
            broken += bad
            letters += sum(one > "\x7f" for one in text) - bad
    tail = decoder.decode(b"", final=True)
    broken += len(tail)
    if not broken:
        return "utf-8", letters > 0
    if letters > broken * 4:
        raise Unfit("encoding", first or rows + 1)
    return "windows-1256", False


def about(path: Path) -> int:
    """How many lines there may be, by the length of the first ones."""
    with path.open("rb") as file:
        head = file.read(_BLOCK)
    return path.stat().st_size * head.count(b"\n") // max(len(head), 1)


def delimiter_of(path: Path, encoding: Encoding) -> Delimiter:
    """The delimiter that gives the first rows the most cells, and as many in each as in the others."""
    best: tuple[int, Delimiter] = (1, ",")
    for delimiter in DELIMITERS:
        widths: list[int] = []
        with suppress(Unfit):
            widths.extend(len(row.cells) for row in rows(path, encoding, delimiter, most=_SAMPLE, strictly=False))
        if widths:
            common = max(set(widths), key=widths.count)
            score = common * widths.count(common) if common > 1 else 0
            best = max(best, (score, delimiter), key=lambda one: one[0])
    return best[1]


def rows(path: Path, encoding: Encoding, delimiter: Delimiter, *, most: int, strictly: bool = True) -> Iterator[Row]:
    """The rows of a file that are not blank.

    Args:
        strictly: whether more rows than `most` are `Unfit`, rather than left out.

    Raises:
        Unfit: `encoding`, `quote`, `long`, `wide` or `too_many_rows`, with the row, and the column where there is one.
    """
    lines = _Lines(path, encoding)
    with lines:
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        count = before = 0
        while True:
            number = before + 1
            lines.begin()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                raise Unfit("quote", number, lines.odd_cell(delimiter)) from None
            except UnicodeError:
                raise Unfit("encoding", number + 1) from None
            before = reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            count += 1
            if count > most:
                if strictly:
                    raise Unfit("too_many_rows", number)
                return
            _refuse_odd(number, cells)
            yield Row(number, tuple(cell.strip() for cell in cells))


def _refuse_odd(number: int, cells: list[str]) -> None:
    if len(cells) > MOST_COLUMNS and any(cells[MOST_COLUMNS:]):
        raise Unfit("wide", number, MOST_COLUMNS + 1)
    for place, cell in enumerate(cells, start=1):
        if "\n" in cell and len(cell) > LONGEST_CELL // 4:
            raise Unfit("quote", number, place)  # closed by the next quote of another row
        if len(cell) > LONGEST_CELL:
            raise Unfit("long", number, place)


class _Lines:
    """The lines of a file, decoded strictly; remembers those of the row that is being read."""

    def __init__(self, path: Path, encoding: Encoding) -> None:
        name = {"utf-8": "utf-8-sig", "windows-1256": "cp1256"}.get(encoding, _utf16(path))
        self._file = path.open(encoding=name, errors="strict", newline="")
        self._row: list[str] = []
        self._length = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = self._file.readline(_LONGEST_ROW)
        if not line:
            raise StopIteration
        self._length += len(line)
        if self._length > _LONGEST_ROW:
            raise csv.Error  # a quote that never closes
        if len(self._row) < 2:
            self._row.append(line)
        return line.replace("\x00", "")

    def begin(self) -> None:
        """A new row begins."""
        self._row = []
        self._length = 0

    def odd_cell(self, delimiter: str) -> int | None:
        """The cell in which a quote opens that is never closed, or closes before the cell ends."""
        cell, inside = 1, False
        opened = None
        text = self._row[0] if self._row else ""
        for place, letter in enumerate(text):
            if letter == '"':
                inside = not inside
                opened = cell if inside else opened
                after = text[place + 1 : place + 2]
                if not inside and after not in {"", delimiter, "\r", "\n", '"'}:
                    return cell
            elif letter == delimiter and not inside:
                cell += 1
        return opened if inside else None


def _utf16(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(_BLOCK)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-16-be" if head[::2].count(0) > head[1::2].count(0) else "utf-16-le"
