"""Whom the rows of an export are about: by the hash of the number, else by name and course; or why nobody is found."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from sidecar.domain.folding import fold
from sidecar.domain.registry import NELC, Line, course_keys, name_key
from sidecar.store.identities import holders, identities
from sidecar.store.timetable import courses, rosters

_PEOPLE_AT_ONCE: Final = 300_000  # on the rosters that are held in memory

Course = tuple[str, str]
"""Site and course."""


@dataclass(frozen=True, slots=True)
class Roster:
    """Who is on a course's roster as a trainee, and by which names."""

    people: frozenset[str]
    by_name: dict[str, tuple[str, ...]]
    numbered: frozenset[str]  # whose number is known
    unknown: tuple[str, ...]  # by whose number nobody has asked yet


class _Slim:
    """A roster in a third of the memory: 200 000 people may be held at once. Names are known by their hash."""

    __slots__ = ("_names", "numbered", "people", "unknown")

    def __init__(self, whole: Roster) -> None:
        self.people, self.numbered, self.unknown = whole.people, whole.numbered, whole.unknown
        self._names = {hash(name): who[0] if len(who) == 1 else who for name, who in whole.by_name.items()}

    def named(self, name: str) -> tuple[str, ...]:
        found = self._names.get(hash(name), ()) if name else ()
        return (found,) if isinstance(found, str) else found


class Matcher:
    """Matches one export, batch by batch."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._courses: dict[str, list[Course]] | None = None
        self._rosters: OrderedDict[Course, _Slim] = OrderedDict()
        self._held = 0

    def known(self, conn: Connection, said: str) -> list[Course]:
        """The courses that an export may mean by these words."""
        if self._courses is None:
            self._courses = _all_courses(conn, with_ids=self._source == NELC)
        return next((self._courses[key] for key in reversed(course_keys(said)) if key in self._courses), [])

    def unasked(self, conn: Connection, lines: Sequence[Line]) -> dict[Course, tuple[str, ...]]:
        """Of the courses of some rows, trainees by whose number nobody has asked the LMS yet."""
        found = {course: self._roster(conn, course).unknown for said in {line.course for line in lines}
                 for course in self.known(conn, said)}  # fmt: skip
        return {course: people for course, people in found.items() if people}

    def forget(self, course: Course) -> None:
        """Read a roster anew: its people are known better now."""
        old = self._rosters.pop(course, None)
        self._held -= len(old.people) if old else 0

    def rows(self, conn: Connection, import_id: int, lines: Sequence[Line]) -> list[dict[str, Any]]:
        """The rows as they are kept, each with whom it is about."""
        who = holders(conn, {line.number_key for line in lines if line.number_key})
        made = []
        for line in lines:
            matched, course, person = self._match(conn, line, who)
            made.append(
                {
                    "import_id": import_id, "row": line.row, "number_key": line.number_key,
                    "number_end": line.number_end, "name": line.name, "name_key": name_key(line.name)[:300],
                    "course": line.course, "course_key": course_keys(line.course)[-1][:300], "state": line.state,
                    "reason": line.reason, "as_of": line.at, "matched": matched,
                    "site_id": course[0] if course else None, "person_id": person,
                    "course_id": course[1] if course else None,
                }
            )  # fmt: skip
        return made

    def _match(
        self, conn: Connection, line: Line, who: dict[str, list[tuple[str, str]]]
    ) -> tuple[str, Course | None, str | None]:
        meant = self.known(conn, line.course)
        if not meant:
            return "course", None, None
        by_number = [
            (course, person) for course in meant for site, person in who.get(line.number_key or "", ())
            if site == course[0] and person in self._roster(conn, course).people
        ]  # fmt: skip
        if by_number:
            return ("id", *by_number[0]) if len(by_number) == 1 else ("several", None, None)
        key = name_key(line.name)
        by_name = [(course, person) for course in meant for person in self._roster(conn, course).named(key)]
        if len(by_name) != 1 or not key:
            return "several" if by_name and key else "nobody", None, None
        course, person = by_name[0]
        known = line.number_key and person in self._roster(conn, course).numbered
        return ("number", None, None) if known else ("name", course, person)

    def _roster(self, conn: Connection, course: Course) -> _Slim:
        found = self._rosters.get(course)
        if found is None:
            found = self._rosters[course] = _Slim(roster(conn, course))
            self._held += len(found.people)
            while self._held > _PEOPLE_AT_ONCE and len(self._rosters) > 1:
                self._held -= len(self._rosters.popitem(last=False)[1].people)
        return found


def roster(conn: Connection, course: Course) -> Roster:
    """The trainees of a course."""
    r, i = rosters.c, identities.c
    query = (
        select(r.person_id, r.name, i.name_ar, i.name_en, i.number_key, i.person_id.label("known"))
        .outerjoin(identities, (i.site_id == r.site_id) & (i.person_id == r.person_id))
        .where(r.site_id == course[0], r.course_id == course[1], r.role == "trainee")
    )
    names: dict[str, tuple[str, ...]] = {}
    people, numbered, unknown = set(), set(), []
    for row in conn.execute(query.order_by(r.person_id)):
        people.add(row.person_id)
        if row.known is None:
            unknown.append(row.person_id)
        if row.number_key:
            numbered.add(row.person_id)
        for name in {name_key(row.name or ""), row.name_ar, row.name_en} - {"", None}:
            names[name] = (*names.get(name, ()), row.person_id)
    return Roster(frozenset(people), names, frozenset(numbered), tuple(unknown))


def own_names(
    conn: Connection, people: Collection[tuple[str, str, str]]
) -> dict[tuple[str, str, str], tuple[str, ...]]:
    """By which names each of these (site, person, course) alone is known there: one that two of a course share says
    nothing about either. Nobody else's names are read with theirs, beyond what the roster calls people."""
    found: dict[tuple[str, str, str], tuple[str, ...]] = {}
    asked: dict[Course, set[str]] = {}
    for site, person, course in people:
        asked.setdefault((site, course), set()).add(person)
    r, i = rosters.c, identities.c
    for (site, course), persons in asked.items():
        here = (r.site_id == site, r.course_id == course, r.role == "trainee")
        query = (
            select(r.person_id, r.name, i.name_ar, i.name_en)
            .outerjoin(identities, (i.site_id == r.site_id) & (i.person_id == r.person_id))
            .where(*here, r.person_id.in_(sorted(persons)))
        )
        mine = {
            row.person_id: sorted({name_key(row.name or ""), row.name_ar, row.name_en} - {"", None})
            for row in conn.execute(query)
        }
        bearers: dict[str, set[str]] = {name: set() for names in mine.values() for name in names}
        for person, name in conn.execute(select(r.person_id, r.name).where(*here)):
            if (key := name_key(name or "")) in bearers:
                bearers[key].add(person)
        for column in (i.name_ar, i.name_en):
            shared = (
                select(column, func.min(r.person_id), func.max(r.person_id))
                .join(rosters, (i.site_id == r.site_id) & (i.person_id == r.person_id))
                .where(*here, column.in_(sorted(bearers))).group_by(column)
            )  # fmt: skip
            for name, first, last in conn.execute(shared):
                bearers[name] |= {first, last}
        for person, names in mine.items():
            if own := tuple(name for name in names if bearers[name] <= {person}):
                found[site, person, course] = own
    return found


def meant(conn: Connection, keys: Collection[str], *, with_ids: bool) -> dict[str, list[Course]]:
    """Which courses may be meant by each of these."""
    known = _all_courses(conn, with_ids=with_ids)
    return {key: known[key] for key in keys if key in known}


def in_several(
    conn: Connection, shared: Mapping[str, Collection[Course]], number_keys: Collection[str]
) -> frozenset[tuple[str, str]]:
    """Of these numbers, whose holder is on the rosters of several of the courses that one key means: number and key."""
    if not shared or not number_keys:
        return frozenset()
    r, i = rosters.c, identities.c
    sites = {course[0] for courses_ in shared.values() for course in courses_}
    ids = {course[1] for courses_ in shared.values() for course in courses_}
    query = (
        select(i.number_key, r.site_id, r.course_id)
        .join(rosters, (i.site_id == r.site_id) & (i.person_id == r.person_id))
        .where(i.number_key.in_(sorted(number_keys)), r.role == "trainee", r.site_id.in_(sorted(sites)))
        .where(r.course_id.in_(sorted(ids)))
    )
    on: dict[str, set[Course]] = {}
    for number, site, course in conn.execute(query):
        on.setdefault(number, set()).add((site, course))
    return frozenset(
        (number, key) for number, mine in on.items() for key, among in shared.items() if len(mine & set(among)) > 1
    )


def _all_courses(conn: Connection, *, with_ids: bool) -> dict[str, list[Course]]:
    found: dict[str, list[Course]] = {}
    columns = (courses.c.site_id, courses.c.course_id, courses.c.idnumber, courses.c.name)
    for row in conn.execute(select(*columns).order_by(courses.c.site_id, courses.c.course_id)):
        for key in called(row, with_id=with_ids):
            found.setdefault(key, []).append((row.site_id, row.course_id))
    return found


def called(course: Any, *, with_id: bool) -> tuple[str, ...]:
    """What a course is called in exports: its code and its name; by its number at the LMS only in addresses of it."""
    said = (course.idnumber or "", course.name or "", course.course_id if with_id else "")
    return tuple(dict.fromkeys(_key(one) for one in said if one.strip()))


@lru_cache(1 << 15)  # every course of the site is compared at a lookup, and few are new to it
def _key(text: str) -> str:
    return " ".join(fold(text).split())[:300]
