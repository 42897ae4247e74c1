"""Manar: its platform offers no interface, so its exports are read from files, and asked about where they are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from adapters.certificates import delimited, workbook
from adapters.certificates.port import Asked, Delimiter, Encoding, Entry, Look, Row, Unfit

_ABOVE: Final = 20  # rows in which headings are looked for: titles stand above them
_SAMPLE: Final = 5


class Manar:
    """A register by its imported exports (`port.Registry`).

    Args:
        name: the register's name in the policy.
        find: looks people up in what was imported.
    """

    deadline = 2.0
    local = True
    by_number = False

    def __init__(self, name: str, find: Callable[[str, Sequence[Asked]], Mapping[Asked, Entry]]) -> None:
        self.name = name
        self._find = find

    def lookup(self, people: Sequence[Asked]) -> Mapping[Asked, Entry]:
        """See `port.Registry.lookup`."""
        found = self._find(self.name, people)
        return {one: found.get(one) or Entry("unknown", "not_imported", None, self.name) for one in people}


class ExportFiles:
    """Reads exports (`port.Files`): XLSX, or text with `,` `;` or tabs between cells."""

    def look(self, path: Path, encoding: Encoding | None = None, delimiter: Delimiter | None = None) -> Look:
        """See `port.Files.look`."""
        if workbook.is_workbook(path):
            workbook.refuse_bombs(path)
            with workbook.opened(path) as sheet:
                first = list(workbook.rows(sheet, wanted=None, most=_ABOVE + _SAMPLE, strictly=False))
                title, about = str(sheet.title), workbook.about(path, sheet)
            return _look("xlsx", None, None, first, sheet=title, about=about)
        found, sure = (encoding, True) if encoding else delimited.encoding_of(path)
        by = delimiter or delimited.delimiter_of(path, found)
        first = list(delimited.rows(path, found, by, most=_ABOVE + _SAMPLE, strictly=False))
        return _look("csv", found, by, first, sure=sure, about=delimited.about(path))

    def rows(self, path: Path, look: Look, wanted: frozenset[int], most: int) -> Iterator[Row]:
        """See `port.Files.rows`."""
        if look.kind == "xlsx":
            workbook.refuse_bombs(path)
            with workbook.opened(path) as sheet:
                _refuse_merged(workbook.merged(path, sheet), look, wanted)
                yield from workbook.rows(sheet, wanted=wanted, most=most, after=look.heading_row)
            return
        if look.encoding is None or look.delimiter is None:
            raise Unfit("not_a_table")
        width = len(look.headings)
        for row in delimited.rows(path, look.encoding, look.delimiter, most=most + look.heading_row):
            if row.number > look.heading_row:
                if any(row.cells[width:]):
                    raise Unfit("wide", row.number, width + 1)
                yield row


def _look(
    kind: str, encoding: Encoding | None, delimiter: Delimiter | None, first: list[Row], *, sheet: str = "",
    sure: bool = True, about: int = 0,
) -> Look:  # fmt: skip
    heading = next((row for row in first[:_ABOVE] if sum(bool(cell) for cell in row.cells) > 1), None)
    if heading is None:
        raise Unfit("not_a_table" if first else "empty")
    sample = [row.cells for row in first if row.number > heading.number][:_SAMPLE]
    return Look(
        "xlsx" if kind == "xlsx" else "csv", encoding, delimiter, sure, sheet, heading.number, heading.cells,
        tuple(sample), about,
    )  # fmt: skip


def _refuse_merged(found: list[tuple[int, int, int, int]], look: Look, wanted: frozenset[int]) -> None:
    """Only the first of merged cells holds the value: the rows below it would read as empty."""
    hit = [
        (max(row, look.heading_row + 1), column)
        for column, row, last_column, last_row in found
        if last_row > look.heading_row and any(column - 1 <= one < last_column for one in wanted)
    ]
    if hit:
        row, column = min(hit)
        raise Unfit("merged", row, column, detail=str(len(hit)))
