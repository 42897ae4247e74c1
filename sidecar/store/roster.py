"""How each person of a course's roster stands: the LMS's facts as last fetched, and the readiness computed from them.

A page of a thousand people is read from here alone: filtered, sorted and paged by the database.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Float,
    Index,
    Integer,
    Select,
    String,
    Table,
    Text,
    and_,
    delete,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.engine import Connection, Row

from sidecar.domain.access import Groups
from sidecar.domain.folding import fold
from sidecar.domain.roster import Standing, groups_text
from sidecar.store.base import Json, UtcTime, chosen, metadata, upserting

_NAME: Final = 300
SORTS: Final = ("name", "gaps", "attendance")

roster_people = Table(
    "roster_people",
    metadata,
    Column("site_id", String(64), primary_key=True),
    Column("course_id", String(64), primary_key=True),
    Column("person_id", String(64), primary_key=True),
    Column("name", String(_NAME), nullable=False),
    Column("folded", String(_NAME), nullable=False),  # as it is searched and sorted
    Column("taken_at", UtcTime, nullable=False),
    Column("snapshot", Json, nullable=False),
    Column("checklist", Json, nullable=False),  # the checklist; never a national id
    Column("gaps", String(600), nullable=False),  # `|phone_missing|name_mismatch|`, so that one is found by LIKE
    Column("number", Integer, nullable=False),  # of gaps
    chosen("standing", Standing),
    Column("rate", Float),  # of attendance
    Column("never_in", Boolean, nullable=False),
    Column("digest", String(64), nullable=False),  # of the policy that judged it
    Column("in_groups", Text),  # of the course's groups: `|3|7|`; none: nobody has told
    Index("ix_roster_people_name", "site_id", "course_id", "folded"),
    # What is only counted is counted in it: the rows themselves are some kilobytes each.
    Index("ix_roster_people_counted", "site_id", "course_id", "standing", "gaps"),
)

Course = tuple[str, str]
"""A site and a course's id there."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of a roster is looked at.

    Attributes:
        standing: only who stands so; empty: everybody.
        gap: only who has this gap.
        words: folded words of a name.
        among: only these people, by a query for their ids; None: whoever it is.
        never_in: only who has never logged in.
        groups: only who is in one of these groups; None: everybody of the course.
    """

    standing: tuple[str, ...] = ()
    gap: str = ""
    words: tuple[str, ...] = ()
    sort: str = "name"
    among: Select[Any] | None = None
    never_in: bool = False
    groups: Groups = None


def row_of(
    course: Course, person_id: str, name: str, *, taken_at: datetime, snapshot: Mapping[str, Any],
    items: Sequence[Mapping[str, Any]], standing: Standing, rate: float | None, never_in: bool, digest: str,
    groups: Collection[str] = (),
) -> dict[str, Any]:  # fmt: skip
    """A person as a row, made before a transaction is open."""
    gaps = [str(item["gap"]) for item in items if item.get("gap")]
    return {
        "site_id": course[0], "course_id": course[1], "person_id": person_id, "name": name[:_NAME],
        "folded": fold(name)[:_NAME], "taken_at": taken_at, "snapshot": dict(snapshot),
        "checklist": [dict(item) for item in items], "gaps": f"|{'|'.join(gaps)}|" if gaps else "", "number": len(gaps),
        "standing": standing, "rate": rate, "never_in": never_in, "digest": digest,
        "in_groups": groups_text(groups),
    }  # fmt: skip


def keep(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Keep people, replacing what stood for them."""
    if rows:
        new = upserting(conn, roster_people)
        names = ("site_id", "course_id", "person_id")
        told = {name: new.excluded[name] for name in rows[0] if name not in names}
        ordered = sorted(rows, key=lambda row: str(row["person_id"]))
        conn.execute(new.on_conflict_do_update(index_elements=names, set_=told), ordered)


def leave_out(conn: Connection, course: Course, gone: Collection[str]) -> None:
    """Who is on the roster no more is in this list no more."""
    table, people = roster_people, sorted(gone)
    for some in (people[i : i + 400] for i in range(0, len(people), 400)):
        which = (table.c.site_id == course[0], table.c.course_id == course[1], table.c.person_id.in_(some))
        conn.execute(delete(table).where(*which))


def person_ids(conn: Connection, course: Course, groups: Groups = None) -> set[str]:
    """Everybody, of these groups, of whom something is kept."""
    return set(conn.scalars(select(roster_people.c.person_id).where(*_which(course, Wanted(groups=groups)))))


_SEEN: Final[tuple[Any, ...]] = (
    roster_people.c.person_id, roster_people.c.name, roster_people.c.checklist, roster_people.c.standing,
    roster_people.c.taken_at, roster_people.c.never_in, roster_people.c.rate,
)  # fmt: skip


def people(
    conn: Connection, course: Course, wanted: Wanted, *, limit: int | None = None, offset: int = 0
) -> Sequence[Row[Any]]:
    """One page of a roster, in its order: person_id, name, checklist, standing, taken_at, never_in, rate."""
    table = roster_people
    order: tuple[Any, ...] = (table.c.folded, table.c.person_id)
    if wanted.sort == "gaps":
        order = (table.c.number.desc(), *order)
    elif wanted.sort == "attendance":
        order = (table.c.rate.is_(None), table.c.rate, *order)
    query: Select[Any] = select(*_SEEN).where(*_which(course, wanted)).order_by(*order)
    if limit is not None:
        query = query.limit(limit).offset(offset)
    return conn.execute(query).all()


def of_people(conn: Connection, course: Course, ids: Collection[str], groups: Groups) -> Sequence[Row[Any]]:
    """These people as far as they are of these groups, in the order of their names."""
    table = roster_people
    found: list[Row[Any]] = []
    asked = sorted(set(ids))
    for some in (asked[i : i + 400] for i in range(0, len(asked), 400)):
        which = (*_which(course, Wanted(groups=groups)), table.c.person_id.in_(some))
        query: Select[Any] = select(*_SEEN).where(*which)
        found += conn.execute(query).all()
    return sorted(found, key=lambda row: (fold(row.name), row.person_id))


def counted(conn: Connection, course: Course, wanted: Wanted) -> int:
    """How many a page's order runs through."""
    return int(conn.scalar(select(func.count()).select_from(roster_people).where(*_which(course, wanted))) or 0)


def standings(conn: Connection, courses: Mapping[Course, Groups]) -> dict[Course, dict[str, int]]:
    """For each course how many of these groups stand how."""
    table = roster_people
    which = [and_(*_which(course, Wanted(groups=groups))) for course, groups in sorted(courses.items())]
    if not which:
        return {}
    query: Select[Any] = (
        select(table.c.site_id, table.c.course_id, table.c.standing, func.count())
        .where(or_(*which))
        .group_by(table.c.site_id, table.c.course_id, table.c.standing)
    )
    found: dict[Course, dict[str, int]] = {}
    for site, course, standing, number in conn.execute(query):
        found.setdefault((site, course), {})[standing] = number
    return found


def judged_otherwise(conn: Connection, course: Course, digest: str) -> bool:
    """Whether somebody was judged by another policy than today's."""
    table = roster_people
    which = (table.c.site_id == course[0], table.c.course_id == course[1], table.c.digest != digest)
    return conn.scalar(select(table.c.person_id).where(*which).limit(1)) is not None


def one(conn: Connection, course: Course, person_id: str) -> Row[Any] | None:
    """One person."""
    table = roster_people
    which = (table.c.site_id == course[0], table.c.course_id == course[1], table.c.person_id == person_id)
    query: Select[Any] = select(*_SEEN).where(*which)
    return conn.execute(query).one_or_none()


def _which(course: Course, wanted: Wanted) -> list[ColumnElement[bool]]:
    table = roster_people
    found = [table.c.site_id == course[0], table.c.course_id == course[1]]
    if wanted.standing:
        found.append(table.c.standing.in_(list(wanted.standing)))
    if wanted.gap:
        found.append(table.c.gaps.contains(f"|{wanted.gap}|", autoescape=True))
    if wanted.among is not None:
        found.append(table.c.person_id.in_(wanted.among))
    if wanted.never_in:
        found.append(table.c.never_in)
    if wanted.groups is not None:
        found.append(of_groups(wanted.groups))
    found += [table.c.folded.contains(word, autoescape=True) for word in wanted.words]
    return found


def of_groups(groups: Collection[str]) -> ColumnElement[bool]:
    """The people who are known to be in one of these groups."""
    own = (roster_people.c.in_groups.contains(f"|{group}|", autoescape=True) for group in sorted(groups))
    return or_(false(), *own)
