"""What registers outside say of people in courses: asked through their port, and answered from imports by Manar's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import structlog
from sqlalchemy import select, tuple_

from adapters.certificates.port import Asked, Entry, Unfit
from adapters.errors import AdapterError
from adapters.lms.port import UNKNOWN, PairFacts
from sidecar.domain.registry import MANAR, NELC, RegistryEntry, RegistryState, name_key
from sidecar.runtime import Runtime
from sidecar.store import identities, registry, registry_match
from sidecar.store.database import Database
from sidecar.store.timetable import courses

log = structlog.get_logger(__name__)

_AT_ONCE: Final = 500
_LOST_SHOWN: Final = 200
_FOUND_SHOWN: Final = 20
REFUSED: Final = Unfit
"""A file that is not read: what pages catch, which know no port."""
Place = tuple[str, str, str]
"""Site, person and course."""


def entries(runtime: Runtime, people: Sequence[Place], source: str = MANAR) -> dict[Place, RegistryEntry]:
    """What a register says of each; `unknown` where it does not answer, and nothing where there is no such register.

    No transaction may be open: the register is asked outside of one.
    """
    rules, port = runtime.policy.registries.get(source), runtime.registries.get(source)
    if rules is None or not rules.on or port is None:
        return {}
    found: dict[Place, RegistryEntry] = {}
    for start in range(0, len(people), _AT_ONCE):
        asked = _asked(runtime, people[start : start + _AT_ONCE], source)
        try:
            told = port.lookup(asked)
        except AdapterError as error:
            log.warning("register_unavailable", register=source, error=error.reason)
            told = {one: Entry("unknown", "unavailable", None, source) for one in asked}
        for one, entry in told.items():
            state = RegistryState(entry.state)
            place = (one.site_id, one.person_id, one.course_id)
            found[place] = RegistryEntry(state, entry.reason, entry.as_of, entry.source)
    return found


def known_by(told: Iterable[PairFacts], now: datetime) -> list[tuple[str, dict[str, Any], datetime]]:
    """By what registers outside know these people, as far as the LMS said it; for `identities.note`."""
    return [
        (one.pair.person_id, {name: t.value for name, t in one.values.items() if t.value is not UNKNOWN}, now)
        for one in told
    ]


@dataclass(frozen=True, slots=True)
class Preview:
    """Some rows of an import: those for whom nobody was found, and those who were, with the name known here."""

    lost: Sequence[Any]
    found: Sequence[Any]


def preview(runtime: Runtime, number: int) -> Preview:
    """What an import's page shows of its rows."""
    with runtime.db.read() as conn:
        return Preview(registry.lost(conn, number, _LOST_SHOWN), registry.found(conn, number, _FOUND_SHOWN))


def samples(runtime: Runtime) -> list[str]:
    """What courses are called, to choose from."""
    with runtime.db.read() as conn:
        rows = conn.execute(select(courses.c.idnumber, courses.c.name).order_by(courses.c.seen_at.desc()).limit(300))
        return list(dict.fromkeys(row.idnumber or row.name for row in rows if row.idnumber or row.name))


def _asked(runtime: Runtime, people: Sequence[Place], source: str) -> list[Asked]:
    """The people as a register is asked about them. A name that two of a course share says nothing about either."""
    with runtime.db.read() as conn:
        where = {(site, course) for site, _, course in people}
        rows = conn.execute(select(courses).where(tuple_(courses.c.site_id, courses.c.course_id).in_(list(where))))
        called = {(row.site_id, row.course_id): registry_match.called(row, with_id=source == NELC) for row in rows}
        names: dict[Place, tuple[str, ...]] = {}
        for at, course in where:
            for name, holders in registry_match.roster(conn, (at, course)).by_name.items():
                if len(holders) == 1:
                    names[at, holders[0], course] = (*names.get((at, holders[0], course), ()), name)
        known = {
            (site, key): row
            for site in {site for site, _, _ in people}
            for key, row in identities.of(conn, site, {one for at, one, _ in people if at == site}).items()
        }
    made = []
    for site, person, course in people:
        row = known.get((site, person))
        number, own = row.number_key if row else None, names.get((site, person, course), ())
        made.append(Asked(site, person, course, number, own, called.get((site, course), ())))
    return made


def imported(db: Database) -> Callable[[str, Sequence[Asked]], Mapping[Asked, Entry]]:
    """Looks people up in the imports that have been taken over."""

    def find(source: str, people: Sequence[Asked]) -> Mapping[Asked, Entry]:
        numbers = {one.number_key for one in people if one.number_key}
        names = {name_key(name) for one in people for name in one.names}
        keys = {key for one in people for key in one.courses}
        with db.read() as conn:
            rows = registry.saying(conn, source, sorted(numbers), sorted(names))
            whole = registry.whole_courses(conn, source, sorted(keys))
        by_number: dict[str, list[Any]] = {}
        by_name: dict[str, list[Any]] = {}
        for row in rows:
            if row.number_key:
                by_number.setdefault(row.number_key, []).append(row)
            if row.name_key:
                by_name.setdefault(row.name_key, []).append(row)
        return {one: _entry(one, source, by_number, by_name, whole) for one in people}

    return find


def _entry(
    one: Asked, source: str, by_number: Mapping[str, list[Any]], by_name: Mapping[str, list[Any]],
    whole: Mapping[str, datetime],
) -> Entry:  # fmt: skip
    said = [row for row in by_number.get(one.number_key or "", ()) if row.course_key in one.courses]
    if not said:
        # By name alone only where the one side or the other has no number: two numbers that differ are two people.
        said = [
            row for name in one.names for row in by_name.get(name_key(name), ())
            if row.course_key in one.courses and not (row.number_key and one.number_key)
        ]  # fmt: skip
        if len({row.number_key for row in said if row.import_id == said[0].import_id}) > 1:
            return Entry("unknown", "several", None, source)
    if said:
        latest = max(
            (row for row in said if row.import_id == said[0].import_id),
            key=lambda row: (row.as_of or row.taken_at, row.row),
        )
        return Entry(latest.state, latest.reason, latest.as_of or latest.taken_at, source)
    listed = [whole[key] for key in one.courses if key in whole]
    if listed and one.number_key:
        return Entry("not_submitted", "", max(listed), source)
    return Entry("unknown", "not_in_export" if one.number_key else "no_number", None, source)
