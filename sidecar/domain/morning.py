"""The day as a desk sees it in the morning: what is today's, and what must happen before it opens again (P7, P8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sidecar.domain.access import StaffRole, Viewer
from sidecar.domain.calendar import Calendar, Window, next_opening, stretches
from sidecar.domain.escalation import MANAGEMENT, Addressee
from sidecar.domain.local_time import first_moment
from sidecar.domain.policy import Policy, Tier

_DAY: Final = timedelta(days=1)
AHEAD: Final = timedelta(days=21)
"""How far live sessions are looked at to know when a desk opens again."""
LATEST: Final = timedelta(hours=6)
"""A digest that could not be sent for so long is none of the morning's any more."""


@dataclass(frozen=True, slots=True)
class Day:
    """One working day.

    Attributes:
        start, end: local midnights, in UTC.
        opens: whether the desk works on it.
        reopens: when it opens on a later day; None where nobody knows.
    """

    start: datetime
    end: datetime
    opens: bool
    reopens: datetime | None


def day_of(calendar: Calendar, now: datetime, sessions: Sequence[Window] = ()) -> Day:
    """The local day that holds `now`, by a desk's calendar."""
    zone = ZoneInfo(calendar.timezone)
    today = now.astimezone(zone).date()
    start = first_moment(datetime.combine(today, time()), zone)
    end = first_moment(datetime.combine(today + _DAY, time()), zone)
    opens = any(True for _ in stretches(calendar, start, end, sessions))
    return Day(start, end, opens, next_opening(calendar, end, sessions))


def is_time(at: time, timezone: str, now: datetime) -> bool:
    """Whether the digests of the day are to be sent now."""
    zone = ZoneInfo(timezone)
    begins = first_moment(datetime.combine(now.astimezone(zone).date(), at), zone)
    return begins <= now < begins + LATEST


@dataclass(frozen=True, slots=True)
class Desk:
    """What a digest is about: the cases of a tier or department; of management, all.

    Attributes:
        rooms: whether classes that nobody manages are its concern (P1).
    """

    tier: Tier | None = None
    department: str | None = None
    rooms: bool = False


def desk_of(tell: str, department: str | None) -> Desk:
    """Of a rung's `tell`."""
    if tell == "head:department":
        return Desk(Tier.DEPARTMENT, department)
    if tell == "management":
        return Desk(rooms=True)
    office = tell.partition(":")[2]
    return Desk(Tier.TWO) if office == "operations" else Desk(Tier.ONE, rooms=True)


def desks_of(viewer: Viewer) -> list[Desk]:
    """Of whoever looks at their own day."""
    roles = viewer.roles
    if StaffRole.ADMINISTRATIVE_MANAGER in roles:
        return [Desk(rooms=True)]
    found = []
    if roles & {StaffRole.AGENT_1, StaffRole.LEAD}:
        found.append(Desk(Tier.ONE, rooms=True))
    if roles & {StaffRole.AGENT_2, StaffRole.LEAD, StaffRole.REGISTRAR}:
        found.append(Desk(Tier.TWO))
    if roles & {StaffRole.DEPARTMENT_HEAD, StaffRole.DEPUTY}:
        found += [Desk(Tier.DEPARTMENT, one) for one in sorted(viewer.departments)]
    return found


def reader_of(addressee: Addressee, department: str | None) -> Viewer:
    """Whom an addressee is to `access`, where no account says more: what the post may see, and never the accused."""
    kind = addressee.who.partition(":")[0]
    roles = {
        "head": StaffRole.DEPARTMENT_HEAD, "deputy": StaffRole.DEPUTY, "lead": StaffRole.LEAD, "shift": StaffRole.LEAD,
    }  # fmt: skip
    role = StaffRole.ADMINISTRATIVE_MANAGER if addressee.who == f"office:{MANAGEMENT}" else roles.get(kind)
    known = frozenset(key for key in (addressee.contact.key, addressee.contact.lms_user) if key)
    return Viewer(
        addressee.who, frozenset({role} if role else ()), departments=frozenset({department} if department else ()),
        also=known,
    )  # fmt: skip


def calendar_of(policy: Policy, tell: str, department: str | None) -> Calendar:
    """By which a desk works."""
    if tell == "head:department" and department:
        return policy.calendars[policy.departments[department].calendar]
    office = MANAGEMENT if tell == "management" else tell.partition(":")[2]
    return policy.calendars[policy.offices[office].calendar]
