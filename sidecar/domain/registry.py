"""What a register of certificates outside says of a person in a course, and what a file of its export means (P11)."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from sidecar.domain.folding import digits_of_one_kind, fold
from sidecar.domain.institute import Label
from sidecar.domain.plain_text import unturned


class RegistryState(StrEnum):
    """How far a certificate is at the register. `UNKNOWN` never means missing."""

    NOT_SUBMITTED = "not_submitted"
    SUBMITTED = "submitted"
    ISSUED = "issued"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class RegistryEntry:
    """What a register says of one person in one course.

    Attributes:
        reason: why it was rejected, in the register's words; why it is unknown, as a code.
        as_of: when it was so; None where nobody says.
        source: the register's name in the policy: `manar`, `nelc`, or an institute's own.
        explains: what it says is an explanation, and never a gap.
        updated_at: when it was last imported, or asked about this person.
    """

    state: RegistryState
    reason: str
    as_of: datetime | None
    source: str
    explains: bool = False
    updated_at: datetime | None = None


class NoSuchImport(LookupError):
    """There is none of this number for this person, or it is not in a state in which this can be done."""


MANAR: Final = "manar"
NELC: Final = "nelc"


@dataclass(frozen=True, slots=True)
class RegistryRules:
    """The institute's rules for one register.

    Attributes:
        stale_after: what it said longer ago is said to be old.
        says: how its states are told to people, where the names of the gaps do not do.
        explains: what it says is an explanation, and never a gap.
        imported: its exports are imported; otherwise it is asked by an interface, and nothing below is needed.
        department: whose head may import it.
        remind_every: so often the owner of an export that is old is reminded.
        tell: who is reminded where nobody of those who imported works here any more, as a rung's `tell`.
        largest, rows: bytes and rows that a file may have.
        states: the register's own words, folded, for each state.
    """

    key: str
    clause: str
    label: Label
    on: bool
    stale_after: timedelta
    says: Mapping[RegistryState, Label] = field(default_factory=dict)
    explains: bool = False
    imported: bool = True
    department: str = ""
    remind_every: timedelta = timedelta(days=7)
    tell: str = ""
    largest: int = 1
    rows: int = 1
    states: Mapping[str, RegistryState] = field(default_factory=dict)


class Column(StrEnum):
    """What a column of an export holds. `COURSE` takes a code, a name, or an activity's address."""

    NATIONAL_ID = "national_id"
    NAME = "name"
    COURSE = "course"
    STATE = "state"
    REASON = "reason"
    AT = "at"
    VERB = "verb"


COLUMNS: Final[Mapping[str, tuple[Column, ...]]] = {
    MANAR: (Column.NATIONAL_ID, Column.NAME, Column.COURSE, Column.STATE, Column.REASON, Column.AT),
    NELC: (Column.NATIONAL_ID, Column.COURSE, Column.VERB, Column.AT, Column.STATE, Column.REASON),
}
"""The columns that each register's files are read for."""

_HEADINGS: Final[Mapping[Column, tuple[str, ...]]] = {
    Column.NATIONAL_ID: (
        "رقم الهوية", "الهوية", "رقم الاقامة", "السجل المدني", "national id", "identity", "iqama", "id number",
        "actor name", "actor",
    ),
    Column.NAME: ("اسم المتدرب", "الاسم", "trainee name", "full name", "student", "name"),
    Column.COURSE: (
        "رمز الدورة", "رمز البرنامج", "اسم الدورة", "البرنامج", "الدورة", "course code", "course", "program",
        "activity", "object",
    ),
    Column.STATE: ("حالة الشهادة", "الحالة", "result status", "status", "state", "result"),
    Column.REASON: ("سبب الرفض", "السبب", "ملاحظات", "reason", "remark", "note", "error", "message"),
    Column.AT: ("تاريخ الاصدار", "تاريخ الحالة", "تاريخ الرفع", "التاريخ",
        "timestamp", "updated", "issue date", "date"),
    Column.VERB: ("verb", "الفعل", "نوع السجل"),
}  # fmt: skip
_VERBS: Final[Mapping[str, RegistryState]] = {
    "registered": RegistryState.SUBMITTED, "earned": RegistryState.ISSUED, "تسجيل": RegistryState.SUBMITTED,
    "شهادة": RegistryState.ISSUED,
}  # fmt: skip
_SENT_WELL: Final = frozenset({"", "200", "201", "204", "ok", "sent", "success", "true", "ارسل", "ناجح"})
_ID_DIGITS: Final = 10
_BETWEEN: Final = re.compile(r"[\s\-\u200e\u200f\u2066-\u2069]+")
_LONGEST: Final = 300
_LONG: Final = re.compile(r"\d(?:[\s\-]?\d){8,}|\d{6,}")
_NUMBER: Final = re.compile(r"(?<!\d)[124]\d{9}(?!\d)")


def guess(headings: Sequence[str], columns: Sequence[Column]) -> dict[Column, int]:
    """Which column holds what, by Arabic and English headings: the longest words that fit first, each column once."""
    folded = [" ".join(_BETWEEN.sub(" ", fold(one).replace("_", " ").replace(".", " ")).split()) for one in headings]
    fits = [
        (-len(words), place, column)
        for column in columns
        for said in _HEADINGS[column]
        for place, heading in enumerate(folded)
        if (words := fold(said)) == heading or words in heading
    ]
    found: dict[Column, int] = {}
    for _, place, column in sorted(fits):
        if column not in found and place not in found.values():
            found[column] = place
    return found


def guessed(headings: Sequence[str], source: str) -> dict[str, int]:
    """As it is kept, for the columns of a register's files."""
    return {str(column): place for column, place in guess(headings, COLUMNS[source]).items()}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of an export, read. The number itself is not kept: only its keyed hash and its last two digits."""

    row: int
    number_key: str | None
    number_end: str
    name: str
    course: str
    state: RegistryState
    reason: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row is not taken: where, and a code. What stood there is not said: it may be a number."""

    row: int
    column: Column
    why: str
    course: str = ""  # as a row that is taken would have it; empty where nobody can say
    more: tuple[Fault, ...] = ()  # what else is wrong with the same row


def number_of(text: str) -> str | None:
    """The ten digits of a national ID or iqama, in ASCII; None where it is none."""
    bare = _BETWEEN.sub("", digits_of_one_kind(text))
    bare = bare.removesuffix(".0")  # as spreadsheets write a whole number
    return bare if bare.isascii() and bare.isdigit() and len(bare) == _ID_DIGITS else None


def number_key(key: bytes, number: str) -> str:
    """By what a number is known here (the adapters and the plugin compute the same)."""
    return hmac.digest(key, number.encode(), "sha256").hex()


def masked(text: str) -> str:
    """A text in which nobody reads a number: of six digits in a row, or nine with blanks between, the last two stay."""
    return _LONG.sub(lambda found: "•" * 6 + digits_of_one_kind(re.sub(r"\D", "", found[0]))[-2:], text)


def without_numbers(text: str) -> str:
    """A text in which no national ID stands; a course's code with as many digits as it likes stays."""
    return _NUMBER.sub(lambda found: "•" * 8 + found[0][-2:], digits_of_one_kind(text))


@lru_cache(4096)  # an export names few courses and many rows
def course_keys(text: str) -> tuple[str, ...]:
    """What a course may be called by: its folded words, and what an address ends with."""
    whole = " ".join(fold(text).split())
    keys = [whole] if whole else []
    if whole.startswith(("http://", "https://")):
        keys += [part for part in re.split(r"[/?&#]", whole.rstrip("/"))[-1:] if part]
        keys += [keys[-1].rpartition("=")[2]] if "=" in keys[-1] else []
    return tuple(keys)


@lru_cache(4096)  # asked twice of each row: for what it says, and for whom it is about
def name_key(text: str) -> str:
    """A name as names are compared: folded, one space between words."""
    return " ".join(fold(text).split())


def read_line(row: int, cells: Mapping[Column, str], rules: RegistryRules, key: bytes, zone: ZoneInfo) -> Line | Fault:
    """What a row says.

    Args:
        cells: the text of each column that the file has.
        key: of the keyed hash.
    """
    said = {column: " ".join(unturned(text).split())[:_LONGEST] for column, text in cells.items()}
    course = without_numbers(said.get(Column.COURSE, ""))
    number, name = number_of(said.get(Column.NATIONAL_ID, "")), said.get(Column.NAME, "")
    at = moment_of(said[Column.AT], zone) if said.get(Column.AT) else None
    state = _statement(said) if Column.VERB in cells else rules.states.get(name_key(said.get(Column.STATE, "")))
    wrong = [Fault(row, column, why) for column, why in _wrong(said, number, at)]
    if state is None:
        wrong.append(Fault(row, Column.VERB if Column.VERB in cells else Column.STATE, "no_state"))
    if wrong or state is None:
        # Where the columns were mixed up nobody can say which course it is.
        of = "" if any(one.why in {"number_here", "no_course"} for one in wrong) else course
        return replace(wrong[0], course=of, more=tuple(wrong[1:]))
    return Line(
        row, number_key(key, number) if number else None, number[-2:] if number else "",
        masked(name), course, state,
        masked(said.get(Column.REASON, "")), at,
    )  # fmt: skip


def _wrong(said: Mapping[Column, str], number: str | None, at: datetime | None) -> Iterator[tuple[Column, str]]:
    """Every fault of a row but its state's, so that whoever mends the file mends it once."""
    if number is None and said.get(Column.NATIONAL_ID):
        yield Column.NATIONAL_ID, "no_number"
    elif number is None and not said.get(Column.NAME):
        yield Column.NATIONAL_ID, "nobody_named"
    if not course_keys(said.get(Column.COURSE, "")):
        yield Column.COURSE, "no_course"
    for column in (Column.NAME, Column.COURSE):
        if number_of(said.get(column, "")):
            yield column, "number_here"  # the columns were mixed up
    if said.get(Column.AT) and at is None:
        yield Column.AT, "no_date"


def _statement(said: Mapping[Column, str]) -> RegistryState | None:
    """Of a sent xAPI statement: `registered` and `earned` (channels.md), and whether the record store took it."""
    verb = fold(said.get(Column.VERB, "")).rstrip("/").rpartition("/")[2]
    state = {fold(word): state for word, state in _VERBS.items()}.get(verb)
    if state is None:
        return None
    return state if fold(said.get(Column.STATE, "")) in _SENT_WELL else RegistryState.REJECTED


_DAY_FIRST: Final = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?: (\d{1,2}):(\d{2})(?::\d{2})?)?")
_YEAR_FIRST: Final = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})")


def moment_of(text: str, zone: ZoneInfo) -> datetime | None:
    """A date or moment: ISO, or the day first as it is written here; a local one is the institute's."""
    plain = digits_of_one_kind(text).strip()
    if found := _DAY_FIRST.fullmatch(plain):
        day, month, year, hour, minute = found.groups()
        plain = f"{year}-{int(month):02}-{int(day):02}T{int(hour or 0):02}:{minute or '00'}"
    elif found := _YEAR_FIRST.fullmatch(plain):
        plain = f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"
    try:
        at = datetime.fromisoformat(plain)
        at = (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    # A Hijri year, read as one of ours, would be centuries ago.
    return at if 1990 <= at.year <= 2100 else None
