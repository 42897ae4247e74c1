"""How the institute can be reached (P4, P6): every way, open or closed now, and what may be expected (P12)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from sidecar.domain.calendar import Calendar, DayWindow, Window, closes_at, is_open, next_opening
from sidecar.domain.case import CaseKind
from sidecar.domain.escalation import MANAGEMENT
from sidecar.domain.institute import Label
from sidecar.domain.policy import Category, ClockKind, Measure, Policy, Start, Target, Tier
from sidecar.domain.report import Channel, Kind
from sidecar.domain.targets import applies

CENTRE: Final = "contact_centre"

_CHOSEN_BY_PEOPLE: Final = frozenset({Kind.SUPPORT_REQUEST, Kind.COMPLAINT, Kind.SUGGESTION, Kind.INQUIRY})
_PLACEHOLDER: Final = re.compile(r"\.(?:invalid|example)(?:$|[/:?#])")
_SAUDI: Final = re.compile(r"\+966(\d{2})(\d{3})(\d{4})")  # mobile and landline alike, as numbers are read there
_OPENED_BY: Final[Mapping[Channel, str]] = MappingProxyType(
    {
        Channel.PHONE: "tel:",
        Channel.SMS: "sms:",
        Channel.EMAIL: "mailto:",
        Channel.X: "https://x.com/",
        Channel.MESSENGER: "https://m.me/",
    }
)


@dataclass(frozen=True, slots=True)
class Hours:
    """Whether somebody is there at a moment; `until` is when that ends (None: never, or nobody knows)."""

    open_now: bool
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the targets promise (P12); None where they promise nothing. `in_hours`: counted in opening hours.

    With both, the answer counts from the moment it was picked up.
    """

    picked_up: timedelta | None
    answered: timedelta | None
    in_hours: bool


_ALWAYS: Final = Hours(open_now=True, until=None)
_NOTHING: Final = Expectation(None, None, in_hours=False)


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


@dataclass(frozen=True, slots=True)
class LastResort:
    """Whom people call when nobody answered within `after` (P8)."""

    label: Label
    address: str
    href: str | None
    after: timedelta


@dataclass(frozen=True, slots=True)
class Days:
    """Weekdays from `first` to `last` (Monday 0), both included, with the same hours."""

    first: int
    last: int
    hours: tuple[DayWindow, ...]


def hours_of(calendar: Calendar, at: datetime, sessions: Sequence[Window]) -> Hours:
    """Whether an office is open at `at`, and until when; closed, when it opens next."""
    if is_open(calendar, at, sessions):
        return Hours(open_now=True, until=closes_at(calendar, at, sessions))
    return Hours(open_now=False, until=next_opening(calendar, at, sessions))


def ways(policy: Policy, at: datetime, sessions: Sequence[Window], public_page: str) -> list[Way]:
    """The contact panel, in the order of the policy's channels. A channel without a real address is left out.

    Args:
        at: now. sessions: live classes, during which the contact centre is open (P10).
        public_page: the address of the page for people without an account.
    """
    centre, room = (hours_of(_calendar(policy, office), at, sessions) for office in (CENTRE, "room"))
    addresses = _addresses(policy)
    told = []
    for channel, label in policy.channels.items():
        if channel is Channel.IN_ROOM:
            told.append(Way(channel, label, None, None, room, expectation(policy, channel)))
        elif channel is Channel.WEB:  # a page never closes (P5), and nobody answers on it
            told.append(Way(channel, label, public_page, public_page, _ALWAYS, _NOTHING))
        elif address := addresses.get(channel):
            shown, href = _written(channel, address), _link(channel, address)
            told.append(Way(channel, label, shown, href, centre, expectation(policy, channel)))
    return told


def expectation(policy: Policy, channel: Channel) -> Expectation:
    """What a request for support that comes by `channel` may expect (P12); in a room, what its incidents may."""
    in_room = channel is Channel.IN_ROOM
    category = policy.default_category[Kind.SESSION_PROBLEM if in_room else Kind.SUPPORT_REQUEST]
    mine = [
        target
        for target in policy.targets
        if applies(
            target,
            kind=CaseKind.ROOM_INCIDENT if in_room else CaseKind.SUPPORT_REQUEST,
            channel=channel,
            tier=Tier.ROOM if in_room else Tier.ONE,
            severity=policy.categories[category].severity,
            category=category,
        )
    ]
    first = _soonest(mine, Measure.SEEN if in_room else Measure.PICK_UP, Start.RECEIVED)
    answered = _soonest(mine, Measure.FIRST_ANSWER, Start.PICKED_UP) if first else None
    if answered is None and (answered := _soonest(mine, Measure.FIRST_ANSWER, Start.RECEIVED)):
        first = None  # the answer is promised from receipt: when it was picked up, nobody need know
    counted = first or answered
    return Expectation(
        picked_up=first.within if first else None,
        answered=answered.within if answered else None,
        in_hours=counted is not None and counted.clock is ClockKind.SERVICE_HOURS,
    )


def last_resort(policy: Policy) -> LastResort | None:
    """Whom a person may call whose complaint nobody answered (P8), and after how long; None without a real number."""
    waits = [t.within for t in policy.targets if t.measure is Measure.ESCALATION and t.clock is ClockKind.ELAPSED]
    office = policy.offices[MANAGEMENT]
    phone = _real(office.contact.phone)
    if phone is None or not waits:
        return None
    return LastResort(office.label, _written(Channel.PHONE, phone), _link(Channel.PHONE, phone), min(waits))


def usual_hours(policy: Policy) -> list[Days]:
    """The contact centre's weekly hours, days of the same hours together, from Sunday on; closed days are left out."""
    weekly = _calendar(policy, CENTRE).weekly
    found: list[Days] = []
    for day in (6, 0, 1, 2, 3, 4, 5):
        hours = tuple(sorted(weekly.get(day, ()), key=lambda window: window.start))
        if found and hours == found[-1].hours and (found[-1].last + 1) % 7 == day:
            found[-1] = Days(found[-1].first, day, hours)
        elif hours:
            found.append(Days(day, day, hours))
    return found


def open_during_classes(policy: Policy) -> bool:
    """Whether live classes keep the contact centre open beyond its usual hours (P10)."""
    return _calendar(policy, CENTRE).includes_sessions


def choosable(policy: Policy) -> list[Category]:
    """The categories that people choose between: not supervisors' (P9), nor those that a symptom or a gap decides."""
    return [
        category
        for category in policy.categories.values()
        if category.tier is not Tier.MANAGEMENT and category.kinds & _CHOSEN_BY_PEOPLE
    ]


def _calendar(policy: Policy, office: str) -> Calendar:
    return policy.calendars[policy.offices[office].calendar]


def _soonest(targets: Sequence[Target], measure: Measure, start: Start) -> Target | None:
    mine = (target for target in targets if target.measure is measure and target.start is start)
    return min(mine, key=lambda target: target.within, default=None)


def _addresses(policy: Policy) -> Mapping[Channel, str]:
    """Every channel's own address; a placeholder of the shipped policy is nobody's."""
    contact = policy.offices[CENTRE].contact
    known = {**policy.addresses, Channel.PHONE: contact.phone, Channel.EMAIL: contact.email}
    return {channel: real for channel, address in known.items() if (real := _real(address))}


def _real(address: str | None) -> str | None:
    # Names under `.invalid` and `.example` belong to nobody, by RFC 2606.
    return None if address is None or _PLACEHOLDER.search(address) else address


def _written(channel: Channel, address: str) -> str:
    """The address as people read it."""
    if channel is Channel.X:
        return f"@{address}"
    if channel is Channel.REMOTE_SUPPORT:
        return address.removeprefix("https://").rstrip("/")
    if saudi := _SAUDI.fullmatch(address):
        return " ".join(("+966", *saudi.groups()))
    return address


def _link(channel: Channel, address: str) -> str | None:
    """What a click opens; None for a place that people go to."""
    if channel is Channel.IN_PERSON:
        return None
    if channel is Channel.WHATSAPP:
        return f"https://wa.me/{address.removeprefix('+')}"
    return _OPENED_BY.get(channel, "") + address
