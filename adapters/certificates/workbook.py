"""Exports as workbooks (XLSX): refused before they are unpacked where that would be too much, then row by row."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries

from adapters.certificates.delimited import LONGEST_CELL, MOST_COLUMNS
from adapters.certificates.port import Row, Unfit

# A sheet of 200 000 rows with eight cells has some 90 MB of XML, and packs to a tenth or a twentieth of that.
_UNPACKED: Final = 256 << 20  # bytes of all entries
_STRINGS: Final = 48 << 20  # bytes of the shared strings, which are held in memory
_STRINGS_MOST: Final = 700_000
_OTHERS: Final = 4 << 20  # bytes of whatever else is read whole: styles, relations, the list of sheets
_ENTRIES: Final = 400
_RATIO: Final = 120  # of an entry above a megabyte
_LARGE: Final = 1 << 20
_BLOCK: Final = 1 << 18
_MERGES_MOST: Final = 5_000
_MERGE: Final = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z0-9:$]{2,30})[\"']")
_SHEET: Final = re.compile(r"xl/worksheets/[^/]+\.xml")
_LAST_ROW: Final = 1 << 20
_TAIL: Final = 80  # bytes that a tag may have across two blocks


def is_workbook(path: Path) -> bool:
    """Whether a file is a ZIP archive, whatever it is called.

    Raises:
        Unfit: `old_workbook` for XLS or a workbook with a password.
    """
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unfit("old_workbook")
    return head.startswith(b"PK")


def refuse_bombs(path: Path) -> None:
    """Look at the archive's own list before anything is unpacked; what is unpacked never exceeds what it says.

    Raises:
        Unfit: `bomb`, or `broken` for what is no workbook.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            listed = archive.infolist()
            if len(listed) > _ENTRIES or sum(one.file_size for one in listed) > _UNPACKED:
                raise Unfit("bomb")
            for one in listed:
                _refuse_entry(one)
            if not any(_SHEET.fullmatch(one.filename) for one in listed):
                raise Unfit("not_a_table")
            _refuse_many_strings(archive, listed)
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, RuntimeError, ValueError):
        raise Unfit("broken") from None


def _refuse_entry(one: zipfile.ZipInfo) -> None:
    if one.flag_bits & 0x1:
        raise Unfit("old_workbook")
    if one.file_size > _LARGE and one.file_size > _RATIO * max(one.compress_size, 1):
        raise Unfit("bomb")
    strings = one.filename.lower().endswith("sharedstrings.xml")
    most = _STRINGS if strings else _UNPACKED if _SHEET.fullmatch(one.filename) else _OTHERS
    read = one.filename.endswith((".xml", ".rels")) and not one.filename.startswith(("xl/media/", "xl/drawings/"))
    if read and one.file_size > most:
        raise Unfit("bomb")


def _refuse_many_strings(archive: zipfile.ZipFile, listed: list[zipfile.ZipInfo]) -> None:
    for one in listed:
        if one.filename.lower().endswith("sharedstrings.xml"):
            found = 0
            with archive.open(one) as entry:
                while block := entry.read(_BLOCK):
                    found += block.count(b"<si") + block.count(b":si")
                    if found > _STRINGS_MOST:
                        raise Unfit("bomb")


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """The first sheet of a workbook that is not hidden, and its name.

    Raises:
        Unfit: `broken`; openpyxl, zlib and the parser each say so in their own way.
    """
    try:
        # Opened here: openpyxl leaves open what it cannot read.
        with path.open("rb") as file, closing(load_workbook(file, read_only=True, keep_links=False)) as book:
            sheet = next((one for one in book.worksheets if one.sheet_state == "visible"), None)
            if sheet is None:
                raise Unfit("not_a_table")
            sheet.reset_dimensions()  # what the file says of its size may be wrong
            yield sheet
    except Unfit:
        raise
    except Exception:  # noqa: BLE001, RUF100 - a hostile file may break any of three parsers in any way
        raise Unfit("broken") from None


def about(path: Path, sheet: Any) -> int:
    """How many rows there may be, by the length of the first ones; what the file says of itself may be wrong."""
    with zipfile.ZipFile(path) as archive, archive.open(sheet._worksheet_path) as entry:  # noqa: SLF001 - as above
        head, size = entry.read(_BLOCK), archive.getinfo(entry.name).file_size
    return size * head.count(b"<row") // max(len(head), 1)


def merged(path: Path, sheet: Any) -> list[tuple[int, int, int, int]]:
    """The merged cells of a sheet: first column, first row, last column, last row. openpyxl does not read them here."""
    found: list[tuple[int, int, int, int]] = []
    with zipfile.ZipFile(path) as archive, archive.open(sheet._worksheet_path) as entry:  # noqa: SLF001 - nowhere else
        rest = b""
        while block := entry.read(_BLOCK):
            rest += block
            for match in _MERGE.finditer(rest):
                first, row, last, last_row = range_boundaries(match[1].decode())
                found.append((first or 1, row or 1, last or MOST_COLUMNS, last_row or _LAST_ROW))
                if len(found) > _MERGES_MOST:
                    return found
            rest = rest[max(rest.rfind(b"<"), len(rest) - _TAIL) if b"<" in rest else len(rest) :]
    return found


def rows(
    sheet: Any, *, wanted: frozenset[int] | None, most: int, after: int = 0, strictly: bool = True
) -> Iterator[Row]:
    """The rows of a sheet that are not blank, as text.

    Args:
        wanted: columns in which a formula is refused; None, none.
        after: the row of the headings.
        strictly: whether more rows than `most` are `Unfit`, rather than left out.

    Raises:
        Unfit: `formula`, `long` or `too_many_rows`, with row and column.
    """
    count = 0
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
        if number > after + most * 2:
            raise Unfit("too_many_rows", number)  # blank ones alone can be a million
        said = _said(number, cells, wanted) if number > after else ()
        if not said:
            continue
        count += 1
        if count > most:
            if strictly:
                raise Unfit("too_many_rows", number)
            return
        yield Row(number, said)


def _said(number: int, cells: Any, wanted: frozenset[int] | None) -> tuple[str, ...]:
    """The text of a row's cells, without the empty ones at its end."""
    said = []
    for place, cell in enumerate(cells):
        formula = cell.data_type == "f"
        if formula and wanted is not None and place in wanted:
            raise Unfit("formula", number, place + 1)
        text = "" if formula else _text(cell.value)
        if len(text) > LONGEST_CELL:
            raise Unfit("long", number, place + 1)
        said.append(text)
    while said and not said[-1]:
        said.pop()
    return tuple(said)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(" ") if value.time() != time() else value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip()
