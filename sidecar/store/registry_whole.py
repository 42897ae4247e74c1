"""Of which courses an import lists everybody, so that who is not in it was not submitted; and why not of others.

Whoever may stand in a row that could not be read, contradicts another or fits nobody is not missing from the file. So
one such row of a course, and that import says nothing of those it does not name there (decision 0046).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Integer, case, cast, func, select
from sqlalchemy.engine import Connection

from sidecar.store.registry import LOST, registry_imports, registry_rows, told_at

_NAMED: Final = 300  # courses in doubt that an import keeps by name; beyond, all of its courses are
ALL: Final = ""
"""In the place of a course's key: a row of which nobody can say of which course it is."""
Doubts = Counter[tuple[str, str, str]]
"""How many rows stand in the way: of which course (its key, and as the file writes it), and why."""


def kept(doubts: Mapping[tuple[str, str, str], int]) -> list[list[Any]]:
    """As an import's counts keep them."""
    found = [[*what, rows] for what, rows in sorted(doubts.items())]
    return found if len(found) <= _NAMED else [[ALL, "", "fault", sum(doubts.values())]]


def _doubts(counts: Mapping[str, Any]) -> Iterator[tuple[str, str, str, int]]:
    if "doubts" in counts:
        yield from counts["doubts"]
    elif counts.get("faults"):  # it was read before rows that stay out were counted by course
        yield ALL, "", "fault", counts["faults"]


def courses_called(conn: Connection, number: int) -> dict[str, str]:
    """The courses that an import has rows of: key → as the file writes it."""
    r = registry_rows.c
    query = select(r.course_key, func.min(r.course)).where(r.import_id == number).group_by(r.course_key)
    return {row[0]: row[1] for row in conn.execute(query)}


def in_doubt(conn: Connection, row: Any, limit: int) -> list[tuple[str, str, int]]:
    """Of which courses an import does not list everybody: as the file writes each (or `ALL`), why, how many rows."""
    r = registry_rows.c
    query = select(func.min(r.course), func.count()).where(r.import_id == row.id, r.matched.in_(LOST))
    lost = conn.execute(query.group_by(r.course_key).order_by(func.min(r.row)).limit(limit))
    found = [(said, why, rows) for _, said, why, rows in _doubts(row.counts)]
    return (sorted(found) + [(said, "lost", rows) for said, rows in lost])[:limit]


def whole_courses(
    conn: Connection, source: str, courses: Collection[tuple[str, ...]]
) -> dict[tuple[str, ...], datetime]:
    """Of these courses, each by all its keys, those of which a standing import lists everybody, and how old that is.

    The latest import that lists everybody counts; it and every later one must be free of doubt about the course.
    """
    keys = sorted({key for one in courses for key in one})
    if not keys:
        return {}
    r, i = registry_rows.c, registry_imports.c
    lost = func.sum(cast(case((r.matched.in_(LOST), 1), else_=0), Integer))
    query = (
        select(r.course_key, r.import_id, i.taken_at, i.lists_everybody, lost.label("lost"))
        .join(registry_imports, i.id == r.import_id)
        .where(i.source == source, i.state == "taken", r.course_key.in_(keys), r.matched != "identical")
        .group_by(r.course_key, r.import_id, i.taken_at, i.lists_everybody)
    )
    by_key: dict[str, list[Any]] = {}
    for row in conn.execute(query):
        by_key.setdefault(row.course_key, []).append(row)
    found: dict[tuple[str, ...], tuple[datetime, int]] = {}
    for one in courses:
        rows = [row for key in one for row in by_key.get(key, ())]
        listing = max(((row.taken_at, row.import_id) for row in rows if row.lists_everybody), default=None)
        if listing and not any(row.lost for row in rows if (row.taken_at, row.import_id) >= listing):
            found[one] = listing
    if not found:
        return {}
    since = select(registry_imports).where(
        i.source == source, i.state == "taken", i.taken_at >= min(at for at, _ in found.values())
    )
    imports = {row.id: row for row in conn.execute(since)}
    return {
        one: told_at(imports[listing[1]])
        for one, listing in found.items()
        if not any(
            key == ALL or key in one
            for row in imports.values() if (row.taken_at, row.id) >= listing
            for key, *_ in _doubts(row.counts)
        )
    }  # fmt: skip
