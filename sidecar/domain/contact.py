"""How the institute can be reached (P4, P6): every way, open or closed now, and what may be expected (P12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sidecar.domain.calendar import Calendar, Window, closes_at, is_open, next_opening
from sidecar.domain.institute import Label
from sidecar.domain.policy import Category, Measure, Policy, Target, Tier
from sidecar.domain.report import Channel
from sidecar.domain.targets import applies

CENTRE: Final = "contact_centre"

# Whoever asks how to reach us asks for support (P11); its targets are what the panel promises.
_ASKED: Final = {"kind": "support_request", "tier": Tier.ONE, "severity": 3, "category": None}
_IN_CLASS: Final = {"kind": "room_incident", "tier": Tier.ROOM, "severity": 2, "category": None}
_PLACEHOLDERS: Final = (".invalid", ".example")


@dataclass(frozen=True, slots=True)
class Hours:
    """Whether somebody is there at a moment; `until` is when that ends (None: never, or nobody knows)."""

    open_now: bool
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the targets promise; None where they promise nothing. `in_hours`: counted in opening hours."""

    picked_up: timedelta | None
    answered: timedelta | None
    in_hours: bool


@dataclass(frozen=True, slots=True)
class Way:
    """One way of reaching the institute.

    Attributes:
        address: as people read it; None where the way is a place rather than an address (in the room).
        href: what a click opens; None where nothing does.
    """

    channel: Channel
    label: Label
    address: str | None
    href: str | None
    hours: Hours
    expectation: Expectation


def hours_of(calendar: Calendar, at: datetime, sessions: Sequence[Window]) -> Hours:
    """Whether an office is open at `at`, and until when; closed, when it opens next."""
    if is_open(calendar, at, sessions):
        return Hours(open_now=True, until=closes_at(calendar, at, sessions))
    return Hours(open_now=False, until=next_opening(calendar, at, sessions))


def ways(policy: Policy, at: datetime, sessions: Sequence[Window], public_page: str) -> list[Way]:
    """The contact panel, in the order of the policy's channels. A way without a real address is left out.

    Args:
        at: now. sessions: live classes, during which the contact centre is open (P10).
        public_page: the address of the page for people without an account.
    """
    office = policy.offices[CENTRE]
    centre = hours_of(policy.calendars[office.calendar], at, sessions)
    always = Hours(open_now=True, until=None)  # intake never closes (P5)
    found = {
        Channel.PHONE: (_real(office.contact.phone), "tel:", centre),
        Channel.EMAIL: (_real(office.contact.email), "mailto:", centre),
        Channel.WEB: (public_page, "", always),
    }
    told = []
    for channel, label in policy.channels.items():
        address, scheme, hours = found.get(channel, (None, "", always))
        if address is None and channel is not Channel.IN_ROOM:
            continue
        href = None if address is None else scheme + address.replace(" ", "")
        told.append(Way(channel, label, address, href, hours, expectation(policy.targets, channel)))
    return told


def expectation(targets: Sequence[Target], channel: Channel) -> Expectation:
    """What support that comes by `channel` may expect; in a room, what its incidents may."""
    about = _IN_CLASS if channel is Channel.IN_ROOM else _ASKED
    mine = [target for target in targets if applies(target, channel=channel, **about)]  # type: ignore[arg-type]
    by_measure: Mapping[Measure, Target] = {target.measure: target for target in reversed(mine)}
    picked_up = by_measure.get(Measure.PICK_UP) or by_measure.get(Measure.SEEN)
    answered = by_measure.get(Measure.FIRST_ANSWER)
    said = answered or picked_up
    return Expectation(
        picked_up=picked_up.within if picked_up else None,
        answered=answered.within if answered else None,
        in_hours=said is not None and said.calendar == CENTRE,
    )


def choosable(policy: Policy) -> list[Category]:
    """The categories that people may choose between: not those of supervisors, nor those that a symptom decides."""
    decided = {rule.category for rule in policy.symptoms.values()} | {"certificate_data"}
    return [
        category
        for key, category in policy.categories.items()
        if category.tier is not Tier.MANAGEMENT and key not in decided
    ]


def _real(address: str | None) -> str | None:
    """A placeholder of the shipped policy is nobody's address."""
    if address is None or address.endswith(_PLACEHOLDERS):
        return None
    return address
