"""What a class lost, counted after it: its incidents, and for each person the minutes they cost (P1; decision 0019)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Incident:
    """A failure of a room, as far as the count needs it.

    Attributes:
        ended: None while it goes on.
        people: ids of those who reported it or were logged for it.
        whole_room: a room manager logged it for everybody.
        over_for: when it ended for single people, as a room manager logged.
    """

    case_id: int
    began: datetime
    ended: datetime | None
    people: frozenset[str]
    whole_room: bool
    over_for: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lost:
    """The minutes that a person lost in a session, and the cases that cost them."""

    person_id: str
    minutes: int
    cases: tuple[int, ...]


def minutes_of(one: Incident, starts: datetime, ends: datetime) -> int:
    """How long an incident lasted within its session, in whole minutes; one that goes on lasts until the end."""
    return _whole([_within(one, starts, ends)])


def lost(incidents: Sequence[Incident], roster: Collection[str], starts: datetime, ends: datetime) -> tuple[Lost, ...]:
    """For each person the time in which at least one incident hit that person: two at once are counted once.

    Args:
        roster: ids of the session's trainees, whom an incident of the whole room hits all.
    """
    within = [one for one in incidents if _lasted(one, starts, ends)]  # what came after the class has cost it nothing
    people = sorted({person for one in within for person in one.people} | _all(within, roster))
    found = []
    for person in people:
        hits = [one for one in within if person in one.people or (one.whole_room and person in roster)]
        mine = [one for one in hits if _lasted(one, starts, min(ends, one.over_for.get(person, ends)))]
        minutes = _whole(_within(one, starts, min(ends, one.over_for.get(person, ends))) for one in mine)
        if minutes:
            found.append(Lost(person, minutes, tuple(sorted(one.case_id for one in mine))))
    return tuple(found)


def _all(incidents: Iterable[Incident], roster: Collection[str]) -> set[str]:
    return set(roster) if any(one.whole_room for one in incidents) else set()


def _within(one: Incident, starts: datetime, ends: datetime) -> tuple[datetime, datetime]:
    return max(one.began, starts), min(one.ended or ends, ends)


def _lasted(one: Incident, starts: datetime, ends: datetime) -> bool:
    begin, end = _within(one, starts, ends)
    return begin < end


def _whole(spans: Iterable[tuple[datetime, datetime]]) -> int:
    """The length of what the spans cover together."""
    total, until = timedelta(0), None
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        begin = start if until is None else max(start, until)
        if end > begin:
            total += end - begin
            until = end
    return round(total / _MINUTE)
