"""What the house asks of a register of certificates, and of what reads a register's export.

A register is asked about people in courses and says how far the certificate of each is. A person is known by the keyed
hash of the national ID, and by name and course; the number itself is told only to a register that says it is asked by
it (`by_number`), and only where the policy has numbers kept. `unknown` is a value and never means missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

from adapters.http import Secret

__all__ = ["DELIMITERS", "ENCODINGS", "Asked", "Delimiter", "Encoding", "Entry", "Files", "Look", "Registry", "Row",
           "Secret", "State", "Unfit"]  # fmt: skip

State = Literal["not_submitted", "submitted", "issued", "rejected", "unknown"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One person in one course.

    Attributes:
        number_key: the keyed hash of the national ID, where it is known.
        names: as the LMS and the profile write it, in either script.
        courses: what the course is called: its code, its name, its id.
        number: the national ID, for a register that is asked by it. It does not print; hand it to the door as it is, in
            the request's body, where it is revealed at the wire alone. Never in an address.
    """

    site_id: str
    person_id: str
    course_id: str
    number_key: str | None = field(default=None, repr=False)
    names: tuple[str, ...] = field(default=(), repr=False)
    courses: tuple[str, ...] = ()
    number: Secret | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a register says.

    Attributes:
        reason: of a rejection, the register's own words; of `unknown`, why, as a code.
        source: the register's name.
    """

    state: State
    reason: str
    as_of: datetime | None
    source: str


class Registry(Protocol):
    """A register. `lookup` raises `adapters.errors.AdapterError` and nothing else, and is safe for threads.

    `deadline` (seconds) is the longest that one lookup may take. `local`: it answers from what is kept in this house,
    so that pages may ask it; any other is asked apart, and its word kept. `by_number`: it is asked by the national ID.
    """

    name: str
    deadline: float
    local: bool
    by_number: bool

    def lookup(self, people: Sequence[Asked]) -> Mapping[Asked, Entry]:
        """An entry for everybody asked about; `unknown` where the register cannot tell."""
        ...


Encoding = Literal["utf-8", "utf-16", "windows-1256"]
ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "windows-1256")
Delimiter = Literal[",", ";", "\t"]
DELIMITERS: tuple[Delimiter, ...] = (",", ";", "\t")


class Unfit(Exception):
    """A file that is not read at all. Nothing of what stands in it is said: it may be a number.

    Attributes:
        code: `empty` `too_large` `not_a_table` `old_workbook` `bomb` `broken` `encoding` `quote` `wide` `long`
            `formula` `merged` `too_many_rows`.
        row, column: where, counted from 1; the column by its letter in a workbook.
    """

    def __init__(self, code: str, row: int | None = None, column: int | None = None, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.row = row
        self.column = column
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Look:
    """What a file was found to be.

    Attributes:
        encoding, delimiter: None of a workbook.
        sure: whether the encoding proves itself; windows-1256 never does, since every byte is a letter of it.
        sheet: the workbook's sheet that is read.
        heading_row: where the headings stand; the first row that has two cells at least.
        sample: the first rows after it.
        about: how many rows there may be, by the size of the file; 0 where that says nothing.
    """

    kind: Literal["csv", "xlsx"]
    encoding: Encoding | None
    delimiter: Delimiter | None
    sure: bool
    sheet: str
    heading_row: int
    headings: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...] = field(repr=False)
    about: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is not blank, by its number in the file."""

    number: int
    cells: tuple[str, ...] = field(repr=False)


class Files(Protocol):
    """Reads a register's exports. Both raise `Unfit`; neither keeps more than a few rows in memory."""

    def look(self, path: Path, encoding: Encoding | None = None, delimiter: Delimiter | None = None) -> Look:
        """What a file is; the two arguments are what a person chose instead of what was found."""
        ...

    def rows(self, path: Path, look: Look, wanted: frozenset[int], most: int) -> Iterator[Row]:
        """The rows after the headings.

        Args:
            wanted: the columns that are read, from 0: a formula or a merged cell in another one is no matter.
            most: rows that there may be.
        """
        ...
