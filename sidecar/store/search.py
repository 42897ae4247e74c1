"""By what a report is found: words of its sender's, the name, the telephone number, the reference.

One table of folded keys rather than the full text indexes of each database: both then find the same, a word's beginning
is a range of the key, and a report that moves to another case takes its keys with it (decision 0023). A telephone's
digits are kept from the last to the first, so that its end is found as a word's beginning is. Each key knows when its
report came: of a word that stands in half a million reports the newest alone are read (decision 0024).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    ForeignKey,
    Index,
    Select,
    String,
    Table,
    Uuid,
    and_,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.engine import Connection

from sidecar.domain.access import Viewer
from sidecar.domain.case import Case
from sidecar.domain.folding import number, phone, words
from sidecar.domain.report import Report
from sidecar.store import named
from sidecar.store.base import UtcTime, insert_ignoring, metadata
from sidecar.store.cases import case_reports, cases, from_row
from sidecar.store.reports import reports as kept
from sidecar.store.visible import visible

search_keys = Table(
    "search_keys",
    metadata,
    # Compared byte by byte, so that a word's beginning is one range of the index.
    Column("key", String(44).with_variant(String(44, collation="C"), "postgresql"), primary_key=True),
    Column("at", UtcTime, primary_key=True),
    Column("report_key", Uuid, ForeignKey("reports.key"), primary_key=True),
    Index("ix_search_keys_report", "report_key", "key"),
)

MOST: Final = 50
_BEGIN: Final = datetime(1, 1, 2, tzinfo=UTC)
_MOST_WORDS: Final = 150  # of one text: the beginning tells what it is about
_LAST: Final = "\U0010ffff"
_TERMS: Final = 6
_FEW: Final = 600  # reports that are looked up one by one; a word that more of them have is common
_NEWEST: Final = 300  # reports of a common word that are looked up, where nothing narrows it down
_CANDIDATES: Final = 600  # the same, where other words do
_AT_ONCE: Final = 100  # cases that are read in one question
_SPELLINGS: Final = 60  # words with a common beginning that are followed each by itself


def keys_of(report: Report, reference: str, about: str = "") -> list[str]:
    """The keys of a report.

    Args:
        about: the name of whom a certificate's gap is about; of nobody else, that of a complaint least (P16).
    """
    found = {f"r:{reference}"}
    found |= {f"n:{word}" for word in (*words(report.reporter.name), *words(about))}
    found |= {f"n:{word}" for word in words((report.reporter.email or "").replace("@", " "))}
    if digits := phone(report.reporter.phone or ""):
        found.add(f"p:{digits[::-1]}")
    return sorted(found | _said(report.text))


def _said(text: str) -> set[str]:
    return {f"w:{word}" for word, _ in zip(words(text), range(_MOST_WORDS), strict=False)}


def note(conn: Connection, reports: Iterable[Report], references: Mapping[uuid.UUID, str]) -> None:
    """Let these reports be found; harmless when it is said twice."""
    said = list(reports)
    whose = {report.key: one for report in said if (one := named.of_report(report)) is not None}
    called = named.names(conn, whose.values()) if whose else {}
    rows = [
        {"key": key, "at": report.received_at, "report_key": report.key}
        for report in said
        for key in keys_of(report, references.get(report.key, ""), _called(called, whose.get(report.key)))
    ]
    if rows:
        conn.execute(insert_ignoring(conn, search_keys), sorted(rows, key=lambda row: (row["key"], row["report_key"])))


def _called(names: Mapping[named.Whose, str], whose: named.Whose | None) -> str:
    return names.get(whose, "") if whose else ""


def note_words(conn: Connection, report_key: uuid.UUID, text: str) -> None:
    """Let a report be found by what was added to it, too."""
    at = conn.scalar(select(kept.c.received_at).where(kept.c.key == report_key))
    rows = [{"key": key, "at": at, "report_key": report_key} for key in sorted(_said(text))]
    if rows and at is not None:
        conn.execute(insert_ignoring(conn, search_keys), rows)


@dataclass(frozen=True, slots=True)
class Term:
    """What has to be found: any of these ranges of keys (from, to before), or the case of this number."""

    ranges: tuple[tuple[str, str], ...]
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, the newest first; `all` is False where there may be more."""

    cases: Sequence[Case]
    all: bool


def find(conn: Connection, viewer: Viewer, asked: str) -> Found:
    """The cases that somebody may see and that have all that is asked for, at most `MOST`.

    The rarest of the words is looked up, and what it leads to is asked for the others. Where all of them are common,
    only the newest reports of one are.
    """
    terms = _terms(asked)
    if not terms:
        return Found([], all=True)
    sizes = _sizes(conn, terms)
    rarest = min(terms, key=lambda term: sizes[term])
    common = sizes[rarest] >= _FEW
    keys: Select[Any] | CompoundSelect[Any]
    if common:
        keys = _newest(rarest, _NEWEST if len(terms) == 1 else _CANDIDATES)
    else:
        keys = union_all(*(_within(one) for one in rarest.ranges))
    numbers = set(conn.scalars(_with_all(keys, [term for term in terms if term is not rarest])))
    if rarest.number is not None:
        numbers.add(rarest.number)
    found = _seen(conn, viewer, sorted(numbers, reverse=True))
    return Found(found, all=not common and len(found) < MOST)


def _seen(conn: Connection, viewer: Viewer, numbers: Sequence[int]) -> list[Case]:
    """The first of these cases that somebody may see; some at a time, since mostly the first are seen."""
    found: list[Case] = []
    for start in range(0, len(numbers), _AT_ONCE):
        some = numbers[start : start + _AT_ONCE]
        query = select(cases).where(cases.c.id.in_(some), visible(viewer)).order_by(cases.c.id.desc())
        found += [from_row(row) for row in conn.execute(query.limit(MOST - len(found)))]
        if len(found) >= MOST:
            break
    return found


def of_people(asked: str, most: int) -> list[ColumnElement[bool]]:
    """By what keys somebody is found who calls: a number or reference, or every word of a name; each a condition."""
    typed = number(asked)
    if typed is None:
        ranges = [[_range(f"n:{one}")] for one in list(dict.fromkeys(words(asked)))[:most]]
    else:
        digits = phone(typed)
        ranges = [[_exactly(f"r:{typed}"), *([_range(f"p:{digits[::-1]}")] if digits else [])]]
    key = search_keys.c.key
    return [or_(*(and_(key >= first, key < last) for first, last in one)) for one in ranges]


def _terms(asked: str) -> list[Term]:
    typed = number(asked)
    if typed is not None:
        return [_of_number(typed)]
    return [Term((_range(f"n:{one}"), _range(f"w:{one}"))) for one in list(dict.fromkeys(words(asked)))[:_TERMS]]


def _of_number(typed: str) -> Term:
    ways = [_exactly(f"r:{typed}"), _exactly(f"w:{typed}"[:44])]
    if digits := phone(typed):
        ways.append(_range(f"p:{digits[::-1]}"))
    return Term(tuple(ways), int(typed) if len(typed) < 19 else None)


def _range(key: str) -> tuple[str, str]:
    return key, key + _LAST


def _exactly(key: str) -> tuple[str, str]:
    return key, key + "\x01"


def _within(keys: tuple[str, str]) -> Select[Any]:
    first, last = keys
    return select(search_keys.c.report_key).where(search_keys.c.key >= first, search_keys.c.key < last)


def _sizes(conn: Connection, terms: Sequence[Term]) -> dict[Term, int]:
    """How many keys each has, every range as far as `_FEW`."""
    each = []
    for place, term in enumerate(terms):
        for one in term.ranges:
            some = _within(one).limit(_FEW).subquery()
            each.append(select(literal(place).label("place"), func.count().label("many")).select_from(some))
    sizes = dict.fromkeys(terms, 0)
    for row in conn.execute(union_all(*each)):
        sizes[terms[row.place]] += row.many
    return sizes


def _with_all(keys: Select[Any] | CompoundSelect[Any], terms: Sequence[Term]) -> Select[Any]:
    """The cases of these reports that have all these words, too: in any report of theirs."""
    here = select(case_reports.c.case_id).where(case_reports.c.report_key.in_(keys)).distinct()
    if not terms:
        return here
    some = here.subquery()
    return select(some.c.case_id).where(*(_has(some.c.case_id, term) for term in terms))


def _has(case_id: ColumnElement[int], term: Term) -> ColumnElement[bool]:
    """Whether a report of a case has a word. Looked up by the report, never by the word, which may be everybody's: as
    EXISTS a database may well read all who have it."""
    theirs, key = case_reports.alias(), search_keys.alias()
    said = or_(*(and_(key.c.key >= first, key.c.key < last) for first, last in term.ranges))
    first = select(literal(1)).select_from(theirs.join(key, key.c.report_key == theirs.c.report_key))
    return first.where(theirs.c.case_id == case_id, said).limit(1).scalar_subquery().is_not(None)


def _newest(term: Term, many: int) -> Select[Any]:
    """The newest reports of a common word: of each word that begins so the newest, by the index, one word at a time."""
    kept = search_keys.alias()
    parts = []
    for first, last in term.ranges:
        after = select(func.min(kept.c.key)).where(kept.c.key >= first, kept.c.key < last)
        spelt = select(after.scalar_subquery().label("key"), literal(1).label("place")).cte(recursive=True)
        following = select(func.min(kept.c.key)).where(kept.c.key > spelt.c.key, kept.c.key < last)
        step = select(following.scalar_subquery(), spelt.c.place + 1)
        step = step.where(spelt.c.key.is_not(None), spelt.c.place < _SPELLINGS)
        spelt = spelt.union_all(step)
        # The moment of the last one that is wanted of this word; with fewer, every one is.
        wanted = select(kept.c.at).where(kept.c.key == spelt.c.key).order_by(kept.c.at.desc()).limit(1).offset(many - 1)
        since = func.coalesce(wanted.correlate(spelt).scalar_subquery(), literal(_BEGIN, UtcTime()))
        here = and_(search_keys.c.key == spelt.c.key, search_keys.c.at >= since)
        parts.append(select(search_keys.c.report_key, search_keys.c.at).select_from(spelt).join(search_keys, here))
    of_all = union_all(*parts).subquery()
    return select(of_all.c.report_key).order_by(of_all.c.at.desc()).limit(many)
