"""What the imports that were taken over say of people: found anew at each lookup, never guessed between."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from adapters.certificates.port import Asked, Entry
from sidecar.domain.registry import NELC, name_key
from sidecar.store import registry, registry_match, registry_whole
from sidecar.store.database import Database
from sidecar.store.registry_match import Course


def imported(db: Database) -> Callable[[str, Sequence[Asked]], Mapping[Asked, Entry]]:
    """Looks people up in the imports that have been taken over."""

    def find(source: str, people: Sequence[Asked]) -> Mapping[Asked, Entry]:
        with db.read() as conn:
            said = _said(conn, source, people)
            found = {one: _entry(one, source, said) for one in people}
            absent = [one for one, entry in found.items() if entry is None and one.number_key]
            whole = registry_whole.whole_courses(conn, source, {one.courses for one in absent})
            shared = _shared(conn, source, {key for keys in whole for key in keys} - said.asked_of)
        for one, entry in found.items():
            if entry is not None:
                continue
            at = whole.get(one.courses) if one.number_key else None
            if at and not (said.shared | shared).keys() & set(one.courses) and not said.stands_somewhere(one):
                found[one] = Entry("not_submitted", "", at, source)
            else:
                found[one] = Entry("unknown", "not_in_export" if one.number_key else "no_number", None, source)
        return {one: entry for one, entry in found.items() if entry is not None}

    return find


@dataclass(slots=True)
class _Said:
    """The rows that may be about some people; by what each is found."""

    by_number: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    by_name: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    told: Mapping[int, datetime] = field(default_factory=dict)  # how old each import's word is
    asked_of: frozenset[str] = frozenset()  # the keys of courses that were looked at
    shared: dict[str, frozenset[Course]] = field(default_factory=dict)  # what several courses are called by
    in_several: frozenset[tuple[str, str]] = frozenset()  # a number or person, and a name that several of theirs bear

    def numbered(self, one: Asked) -> list[Any]:
        return [row for row in self.by_number.get(one.number_key or "", ()) if row.course_key in one.courses]

    def named(self, one: Asked) -> list[Any]:
        """By name alone only where one side or the other has no number: two numbers that differ are two people."""
        return [
            row for name in one.names for row in self.by_name.get(name_key(name), ())
            if row.course_key in one.courses and not (row.number_key and one.number_key)
        ]  # fmt: skip

    def stands_somewhere(self, one: Asked) -> bool:
        """Whether a row may be about somebody though it does not say enough: a misspelt course, another number."""
        maybe = list(self.by_number.get(one.number_key or "", ()))
        maybe += [row for name in one.names for row in self.by_name.get(name_key(name), ())]
        return any(row.course_key in one.courses or row.matched == "course" for row in maybe)


def _said(conn: Connection, source: str, people: Sequence[Asked]) -> _Said:
    said = _Said()
    numbers = {one.number_key for one in people if one.number_key}
    names = {name_key(name) for one in people for name in one.names}
    rows = registry.saying(conn, source, sorted(numbers), sorted(names))
    for row in rows:
        if row.number_key:
            said.by_number[row.number_key].append(row)
        if row.name_key:
            said.by_name[row.name_key].append(row)
    said.told = registry.told_of(conn, {row.import_id for row in rows})
    ours = {key for one in people for key in one.courses}
    said.asked_of = frozenset(row.course_key for row in rows if row.course_key in ours)
    said.shared = _shared(conn, source, said.asked_of)
    said.in_several = registry_match.in_several(conn, said.shared, numbers)
    return said


def _shared(conn: Connection, source: str, keys: set[str] | frozenset[str]) -> dict[str, frozenset[Course]]:
    """Of these, what more than one course is called by."""
    meant = registry_match.meant(conn, keys, with_ids=source == NELC) if keys else {}
    return {key: frozenset(found) for key, found in meant.items() if len(set(found)) > 1}


def _entry(one: Asked, source: str, said: _Said) -> Entry | None:
    rows, by_number = said.numbered(one), True
    if not rows:
        rows, by_number = said.named(one), False
    if not rows:
        return None
    newest = [row for row in rows if row.import_id == rows[0].import_id]
    if not by_number and len({row.number_key for row in newest}) > 1:
        return Entry("unknown", "several", None, source)
    if any(_elsewhere(row, one, said, by_number=by_number) for row in newest):
        return Entry("unknown", "several", None, source)
    latest = max(newest, key=lambda row: (row.as_of or said.told[row.import_id], row.row))
    return Entry(latest.state, latest.reason, latest.as_of or said.told[latest.import_id], source)


def _elsewhere(row: Any, one: Asked, said: _Said, *, by_number: bool) -> bool:
    """Whether a row may as well be about another course of the same name: the preview says `several` of it."""
    if row.course_key not in said.shared:
        return False
    if not by_number or (one.number_key, row.course_key) in said.in_several:
        return True
    return row.matched in {"id", "name"} and (row.site_id, row.course_id) != (one.site_id, one.course_id)
