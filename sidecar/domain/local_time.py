"""From the clock on the wall to UTC, deliberately, in zones that change their clocks.

Riyadh never changes its clocks; agents abroad and other institutes' calendars do (trap 4). The rule, everywhere: hours
run from the first moment the clock on the wall shows their beginning *or later*, to the last moment it shows something
*before* their end. So a beginning or an end inside the hour that is skipped is the jump itself; hours that begin in the
hour that comes twice begin the first time, and those that end in it end the second time: one unbroken stretch.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_TICK: Final = timedelta.resolution


def utc(at: datetime) -> datetime:
    """The same moment in UTC, where adding hours adds hours (in a local zone Python adds to the clock on the wall).

    Raises:
        ValueError: `at` has no zone. Guessing one is how a site's time was once read as the agent's (trap 4).
    """
    if at.tzinfo is None:
        raise ValueError(f"a time without a zone is no moment: {at.isoformat()}")
    return at.astimezone(UTC)


def first_moment(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment (UTC) at which hours begin that the clock on the wall of `zone` gives as `local` (naive)."""
    moment = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    return moment if _shown(moment, zone) == local else _jump_over(local, zone)


def last_moment(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment (UTC) at which hours end that the clock on the wall of `zone` gives as `local` (naive)."""
    before = local - _TICK  # an end at 02:00 does not wait for the second 02:00 when that hour comes twice
    moment = before.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return moment + _TICK if _shown(moment, zone) == before else _jump_over(before, zone)


def _shown(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def _jump_over(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which the clock skips `local`: PEP 495's two readings of a skipped time lie on either side."""
    early = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    late = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    while late - early > _TICK:
        middle = early + (late - early) / 2
        if _shown(middle, zone) > local:
            late = middle
        else:
            early = middle
    return late
