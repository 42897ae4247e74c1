"""What registers outside say of people in courses: asked through their port, and answered from imports by Manar's.

Two doors: `entries` reads what is known in this house and never waits; `ask` asks over a network and keeps the answer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import structlog
from sqlalchemy import select, tuple_
from sqlalchemy.engine import Connection

from adapters.certificates.port import Asked, Entry, Registry, Secret
from adapters.errors import AdapterError, Malformed
from adapters.lms.port import UNKNOWN, PairFacts
from sidecar.domain.plain_text import storable, unturned
from sidecar.domain.registry import NELC, RegistryEntry, RegistryRules, RegistryState, masked, number_key
from sidecar.runtime import Runtime
from sidecar.store import identities, register_answers, registry, registry_match, sealed
from sidecar.store.timetable import courses

log = structlog.get_logger(__name__)

_AT_ONCE: Final = 500
_REASON: Final = 300
Place = tuple[str, str, str]
"""Site, person and course."""


def entries(runtime: Runtime, people: Collection[Place]) -> dict[Place, tuple[RegistryEntry, ...]]:
    """What each register that is on and wired says of each, by what is known in this house; `unknown` where nothing is.

    No register outside is asked: any lane and any page may call this. No transaction may be open.
    """
    found: dict[Place, list[RegistryEntry]] = {place: [] for place in people}
    for rules, port in _wired(runtime):
        said = _looked_up(runtime, rules, port, list(found)) if port.local else _kept(runtime, rules, list(found))
        for place, of_place in found.items():
            of_place.append(said[place])
    return {place: tuple(said) for place, said in found.items() if said}


def _wired(runtime: Runtime) -> Iterator[tuple[RegistryRules, Registry]]:
    for key, rules in runtime.policy.registries.items():
        port = runtime.registries.get(key)
        if rules.on and port is not None:
            yield rules, port


def outside(runtime: Runtime) -> bool:
    """Whether there is a register that is asked over a network."""
    return any(not port.local for _, port in _wired(runtime))


def _looked_up(
    runtime: Runtime, rules: RegistryRules, port: Registry, people: Sequence[Place]
) -> dict[Place, RegistryEntry]:
    with runtime.db.read() as conn:
        last = registry.last(conn, rules.key)
    nothing = RegistryEntry(RegistryState.UNKNOWN, "not_imported", None, rules.key, rules.explains)
    found = dict.fromkeys(people, nothing)
    for some in _parts(people):
        asked = _asked(runtime, some, rules.key)
        try:
            told = port.lookup(asked)
        except AdapterError as error:
            log.warning("register_unavailable", register=rules.key, error=error.reason)
            told = {one: Entry("unknown", "unavailable", None, rules.key) for one in asked}
        for one, entry in told.items():
            found[one.site_id, one.person_id, one.course_id] = RegistryEntry(
                RegistryState(entry.state), entry.reason, entry.as_of, rules.key, rules.explains,
                registry.told_at(last) if last else None,
            )  # fmt: skip
    return found


def _kept(runtime: Runtime, rules: RegistryRules, people: Sequence[Place]) -> dict[Place, RegistryEntry]:
    with runtime.db.read() as conn:
        rows = register_answers.of(conn, rules.key, people)
    never = RegistryEntry(RegistryState.UNKNOWN, "not_asked", None, rules.key, rules.explains)
    return {
        place: RegistryEntry(
            RegistryState(row.state), row.reason, row.as_of or row.asked_at, rules.key, rules.explains, row.asked_at
        )
        if (row := rows.get(place)) else never
        for place in people
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asking:
    """What came of asking: of whom something was told, and whom a register did not answer about, with why."""

    answered: frozenset[Place]
    failed: Mapping[Place, AdapterError]


def ask(runtime: Runtime, since: Mapping[Place, datetime]) -> Asking:
    """Ask every register outside about these people, and keep its word; what it said before stands while it is away.

    Waits for a network: in the lane of what waits, or for a roster, and nowhere else. No transaction may be open.

    Args:
        since: whom, and when somebody wanted to know: a register that has answered about them since is left in peace.
    """
    answered: set[Place] = set()
    failed: dict[Place, AdapterError] = {}
    for rules, port in _wired(runtime):
        if port.local:
            continue
        with runtime.db.read() as conn:
            known = register_answers.of(conn, rules.key, list(since))
        wanted = [one for one, at in since.items() if one not in known or known[one].asked_at <= at]
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            asked = _asked(runtime, some, rules.key, numbers=port.by_number)
            told = _told(rules.key, port, asked, runtime.clock())
            if isinstance(told, AdapterError):
                log.warning("register_unavailable", register=rules.key, error=type(told).__name__, code=told.code)
                failed |= dict.fromkeys(wanted[start:], told)
                break  # it would not answer about the next five hundred either
            with runtime.db.write() as conn:
                register_answers.keep(conn, told)
            answered |= set(some)
    return Asking(frozenset(answered), failed)


def _told(source: str, port: Registry, asked: Sequence[Asked], now: datetime) -> list[dict[str, Any]] | AdapterError:
    try:
        return [_row(source, one, entry, now) for one, entry in port.lookup(asked).items()]
    except AdapterError as error:
        return error
    except Exception as error:
        # An institute's own file may break in any way, and holds up nothing else. What it says may quote a name or a
        # number: nobody sees more of it than its kind.
        return Malformed("its adapter failed", code=type(error).__name__)


def _row(source: str, one: Asked, entry: Entry, now: datetime) -> dict[str, Any]:
    """As it is kept: a text from outside, in which nobody's number stands and nothing turns a line round."""
    reason = masked(unturned(entry.reason))[:_REASON]
    as_of = entry.as_of if entry.as_of is not None and entry.as_of.tzinfo else None  # a time of no zone is none
    return {
        "source": source, "site_id": one.site_id, "course_id": one.course_id, "person_id": one.person_id,
        "state": RegistryState(entry.state), "reason": reason if storable(reason) else "", "as_of": as_of,
        "asked_at": now,
    }  # fmt: skip


def _parts(people: Sequence[Place]) -> Iterator[Sequence[Place]]:
    return (people[start : start + _AT_ONCE] for start in range(0, len(people), _AT_ONCE))


@dataclass(frozen=True, slots=True)
class Update:
    """When a register's word was last so: its newest import's own date (`registry.told_at`), or when it was asked about
    a course; whether that is older than its rule allows."""

    register: str
    at: datetime | None
    stale: bool


def updates(runtime: Runtime, course: tuple[str, str] | None = None) -> list[Update]:
    """Of each register that is on and wired.

    Args:
        course: in which people a register outside was asked about.
    """
    found = []
    for rules, port in _wired(runtime):
        with runtime.db.read() as conn:
            if port.local:
                last = registry.last(conn, rules.key)
                at = registry.told_at(last) if last else None
            else:
                at = register_answers.last(conn, rules.key, course) if course else None
        found.append(Update(rules.key, at, at is not None and runtime.clock() - at > rules.stale_after))
    return found


def known_by(told: Iterable[PairFacts], now: datetime) -> list[tuple[str, dict[str, Any], datetime]]:
    """By what registers outside know these people, as far as the LMS said it; for `identities.note`."""
    return [
        (one.pair.person_id, {name: t.value for name, t in one.values.items() if t.value is not UNKNOWN}, now)
        for one in told
    ]


def _asked(runtime: Runtime, people: Sequence[Place], source: str, *, numbers: bool = False) -> list[Asked]:
    """The people as a register is asked about them. A name that two of a course share says nothing about either.

    Args:
        numbers: with their national IDs, as far as the policy has them kept.
    """
    with runtime.db.read() as conn:
        where = {(site, course) for site, _, course in people}
        rows = conn.execute(select(courses).where(tuple_(courses.c.site_id, courses.c.course_id).in_(list(where))))
        called = {(row.site_id, row.course_id): registry_match.called(row, with_id=source == NELC) for row in rows}
        names = registry_match.own_names(conn, people)
        known = {
            (site, key): row
            for site in {site for site, _, _ in people}
            for key, row in identities.of(conn, site, {one for at, one, _ in people if at == site}).items()
        }
    made = []
    for site, person, course in people:
        row = known.get((site, person))
        number, own = row.number_key if row else None, names.get((site, person, course), ())
        told = sealed.opened(runtime.seal_key, row.sealed) if row and numbers and seals(runtime) else None
        asked = Asked(site, person, course, number, own, called.get((site, course), ()), Secret(told) if told else None)
        made.append(asked)
    return made


def seals(runtime: Runtime) -> bool:
    """Whether the policy has national IDs kept sealed beside their hashes."""
    return runtime.policy.certificate.seals_ids and bool(runtime.seal_key)


def keep_number(runtime: Runtime, conn: Connection, site_id: str, person_id: str, closed: str | None) -> None:
    """A sealed number that this house wrote to the LMS for somebody is theirs: kept, where the policy has it kept."""
    number = sealed.opened(runtime.seal_key, closed) if seals(runtime) else None
    if number:
        identities.renumber(
            conn, site_id, person_id, number_key(runtime.id_key, number), number[-2:],
            sealed.close(runtime.seal_key, number), runtime.clock(),
        )  # fmt: skip
