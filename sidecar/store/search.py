"""By what a report is found: words of its sender's, the name, the telephone number, the reference.

One table of folded keys rather than the full text indexes of each database: both then find the same, a word's beginning
is a range of the key, and a report that moves to another case takes its keys with it (decision 0023).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import Column, ColumnElement, ForeignKey, Index, String, Table, Uuid, and_, or_, select
from sqlalchemy.engine import Connection

from sidecar.domain.access import Viewer
from sidecar.domain.case import Case
from sidecar.domain.folding import number, phone, words
from sidecar.domain.report import Report
from sidecar.store.base import insert_ignoring, metadata
from sidecar.store.cases import case_reports, cases, from_row
from sidecar.store.visible import visible

search_keys = Table(
    "search_keys",
    metadata,
    # Compared byte by byte, so that a word's beginning is one range of the index.
    Column("key", String(44).with_variant(String(44, collation="C"), "postgresql"), primary_key=True),
    Column("report_key", Uuid, ForeignKey("reports.key"), primary_key=True),
    Index("ix_search_keys_report", "report_key"),
)

MOST: Final = 50
_MOST_WORDS: Final = 150  # of one text: the beginning tells what it is about
_LAST: Final = "\U0010ffff"
_TERMS: Final = 6


def keys_of(report: Report, reference: str) -> list[str]:
    """The keys of a report."""
    found = {f"r:{reference}"}
    found |= {f"n:{word}" for word in words(report.reporter.name)}
    found |= {f"n:{word}" for word in words((report.reporter.email or "").replace("@", " "))}
    if digits := phone(report.reporter.phone or ""):
        found.add(f"p:{digits}")
    return sorted(found | _said(report.text))


def _said(text: str) -> set[str]:
    return {f"w:{word}" for word, _ in zip(words(text), range(_MOST_WORDS), strict=False)}


def note(conn: Connection, reports: Iterable[Report], references: Mapping[uuid.UUID, str]) -> None:
    """Let these reports be found; harmless when it is said twice."""
    rows = [
        {"key": key, "report_key": report.key}
        for report in reports
        for key in keys_of(report, references.get(report.key, ""))
    ]
    if rows:
        conn.execute(insert_ignoring(conn, search_keys), sorted(rows, key=lambda row: (row["key"], row["report_key"])))


def note_words(conn: Connection, report_key: uuid.UUID, text: str) -> None:
    """Let a report be found by what was added to it, too."""
    rows = [{"key": key, "report_key": report_key} for key in sorted(_said(text))]
    if rows:
        conn.execute(insert_ignoring(conn, search_keys), rows)


def find(conn: Connection, viewer: Viewer, asked: str) -> list[Case]:
    """The cases that somebody may see and that have all that is asked for, the newest first; at most `MOST`."""
    terms = _conditions(asked)
    if not terms:
        return []
    query = select(cases).where(visible(viewer), *terms).order_by(cases.c.id.desc()).limit(MOST)
    return [from_row(row) for row in conn.execute(query)]


def _conditions(asked: str) -> list[ColumnElement[bool]]:
    typed = number(asked)
    if typed is not None:
        return [_of_number(typed)]
    found = list(dict.fromkeys(words(asked)))[:_TERMS]
    return [or_(_begins(f"n:{word}"), _begins(f"w:{word}")) for word in found]


def _of_number(typed: str) -> ColumnElement[bool]:
    ways: list[ColumnElement[bool]] = [_is(f"r:{typed}"), _is(f"w:{typed}"[:44])]
    if digits := phone(typed):
        ways.append(_is(f"p:{digits}"))
    if len(typed) < 19:
        ways.append(cases.c.id == int(typed))
    return or_(*ways)


def _is(key: str) -> ColumnElement[bool]:
    return _standing(search_keys.c.key == key)


def _begins(key: str) -> ColumnElement[bool]:
    return _standing(and_(search_keys.c.key >= key, search_keys.c.key < key + _LAST))


def _standing(which: ColumnElement[bool]) -> ColumnElement[bool]:
    here = case_reports.c.report_key == search_keys.c.report_key
    # By number rather than by EXISTS: a rare key is looked up first, and its few cases after it.
    return cases.c.id.in_(select(case_reports.c.case_id).join(search_keys, here).where(which))
