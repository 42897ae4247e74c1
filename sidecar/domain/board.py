"""What a room manager must see at a glance: many reports summed up as one card, and the most troubled first (P1)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

_ALL_AT_ONCE: Final = timedelta(minutes=2)
_SLOW_MS: Final = 300  # a longer way there and back is felt when people speak
_MANY: Final = 3  # fewer people are no pattern
_MOST: Final = 0.6
_CLEARLY: Final = 0.8


class Code(StrEnum):
    """What a sum of diagnostics says."""

    ALL_SINCE = "all_since"
    BETWEEN = "between"
    NETWORK = "network"  # so many by the same kind of network
    PLATFORM = "platform"
    BROWSER = "browser"
    GOOD_LINE = "good_line"
    POOR_LINE = "poor_line"
    ROUND_TRIP = "round_trip"  # milliseconds, from and to
    WERE_OFFLINE = "were_offline"
    NOT_THEIR_LINE = "not_their_line"  # so what fails is probably not at their end
    THEIR_LINE = "their_line"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a card: `number` of `of` people share `value`, or a span from `value` to `until`."""

    code: Code
    number: int = 0
    of: int = 0
    value: str | int | datetime | None = None
    until: int | datetime | None = None


def sum_up(told: Sequence[Mapping[str, Any]], times: Iterable[datetime]) -> tuple[Finding, ...]:
    """What the people of one failure have in common.

    Args:
        told: each person's diagnostics as the browser sent them; nothing in them is trusted to have a shape.
        times: when it happened to each.
    """
    found = list(_when(sorted(times)))
    for code, read in _SHARED:
        values = [value for one in told if (value := read(one))]
        if len(values) > 1 and (top := Counter(values).most_common(1)[0])[1] > 1 and top[1] >= _MOST * len(values):
            found.append(Finding(code, top[1], len(values), top[0]))
    return (*found, *_lines(told))


def _when(times: Sequence[datetime]) -> Iterable[Finding]:
    if len(times) > 1:
        at_once = times[-1] - times[0] <= _ALL_AT_ONCE
        yield (
            Finding(Code.ALL_SINCE, len(times), len(times), times[0])
            if at_once
            else Finding(Code.BETWEEN, len(times), len(times), times[0], times[-1])
        )


def _lines(told: Sequence[Mapping[str, Any]]) -> Iterable[Finding]:
    trips = [trip for one in told if (trip := _round_trip(one)) is not None]
    good, known = sum(trip < _SLOW_MS for trip in trips), len(trips)
    if known and good >= known - good:
        yield Finding(Code.GOOD_LINE, good, known)
    elif known:
        yield Finding(Code.POOR_LINE, known - good, known)
    measured = [round(trip) for trip in trips if trip != float("inf")]
    if len(measured) > 1 and max(measured) >= _SLOW_MS:
        yield Finding(Code.ROUND_TRIP, len(measured), known, min(measured), max(measured))
    offline = sum(_was_offline(one) for one in told)
    if offline:
        yield Finding(Code.WERE_OFFLINE, offline, len(told))
    if known >= _MANY and good >= _CLEARLY * known:
        yield Finding(Code.NOT_THEIR_LINE, good, known)
    elif known >= _MANY and known - good >= _CLEARLY * known:
        yield Finding(Code.THEIR_LINE, known - good, known)


def _inner(one: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    inner = one.get(name)
    return inner if isinstance(inner, Mapping) else {}


def _numbers(value: object) -> list[float]:
    listed = value if isinstance(value, list) else [value]
    return [float(one) for one in listed if isinstance(one, (int, float)) and not isinstance(one, bool) and one >= 0]


def _round_trip(one: Mapping[str, Any]) -> float | None:
    """The middle of a person's measured round trips; endless where every one was lost; None where none was tried."""
    ping = _inner(one, "ping")
    trips = sorted(_numbers(ping.get("rtt_ms")))
    lost, sent = _numbers(ping.get("lost")), _numbers(ping.get("sent"))
    if trips and not (lost and sent and lost[0] * 2 > sent[0]):
        return trips[len(trips) // 2]
    if lost and lost[0] > 0:
        return float("inf")
    guessed = _numbers(_inner(one, "connection").get("rtt_ms"))
    return guessed[0] if guessed else None


def _was_offline(one: Mapping[str, Any]) -> bool:
    events = one.get("events")
    seen = [event.get("what") for event in events if isinstance(event, Mapping)] if isinstance(events, list) else []
    return one.get("online") is False or "offline" in seen


def _network(one: Mapping[str, Any]) -> str | None:
    kind = _inner(one, "connection").get("type")
    return kind if isinstance(kind, str) and kind in {"wifi", "cellular", "ethernet"} else None


def _word(name: str) -> Callable[[Mapping[str, Any]], str | None]:
    """The name of a product without its versions: people of one version are rarely all that is affected."""

    def read(one: Mapping[str, Any]) -> str | None:
        text = one.get(name)
        found = re.match(r"[A-Za-z][A-Za-z .]{1,30}?(?=[ /]\d|,|$)", text) if isinstance(text, str) else None
        return found.group().strip() if found else None

    return read


_SHARED: Final = ((Code.NETWORK, _network), (Code.PLATFORM, _word("platform")), (Code.BROWSER, _word("browser")))


@dataclass(frozen=True, slots=True)
class Trouble:
    """As much of a card, or of a room's worst card, as the order needs.

    Attributes:
        ringing: somebody was alerted that nobody has looked.
        unseen: nobody of the room has looked yet.
        severity: 1 is most severe.
        affected: people.
    """

    ringing: bool
    unseen: bool
    severity: int
    affected: int
    since: datetime


def most_troubled_first(trouble: Trouble) -> tuple[bool, int, int, bool, datetime]:
    """A key to sort by: what rings, then what weighs most, hits most people, is unseen, and has waited longest."""
    return (not trouble.ringing, trouble.severity, -trouble.affected, not trouble.unseen, trouble.since)


def folded(name: str) -> str:
    """A name as it is compared while somebody types: Arabic letters that people write for one another are one.

    Short vowels and the stretching stroke are no letters; hamza's carriers, the two forms of ya and of ta are one.
    """
    plain = re.sub(r"[\u064b-\u065f\u0670\u0640]", "", name).translate(_ALIKE)
    return re.sub(r"\s+", " ", plain).strip().casefold()


_ALIKE: Final = str.maketrans("أإآٱىةؤئ", "اااايهوي")


def named(typed: str, people: Mapping[str, str]) -> list[str]:
    """The ids of the people a typed beginning may mean: of the whole name, or of any of its parts.

    A name typed whole means those who have exactly it, though another's goes on.

    Args:
        people: id to name.
    """
    wanted = folded(typed)
    if not wanted:
        return []
    exact = [one for one, name in people.items() if folded(name) == wanted]
    if exact:
        return exact
    starts = [one for one, name in people.items() if folded(name).startswith(wanted)]
    return starts or [one for one, name in people.items() if f" {wanted}" in f" {folded(name)}"]
