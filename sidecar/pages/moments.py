"""Moments and lengths of time as pages say them: Latin digits and a clock of 24 hours, in the institute's zone."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

_MINUTE = timedelta(minutes=1)
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩٪", "0123456789%")
_SHARE = re.compile(r"[٠-٩]+٪")
_HOUR = 60


def latin(text: str) -> str:
    """A text that is written for messages, too, with the digits of pages; a share stays together from left to right."""
    return _SHARE.sub(lambda found: f"\u2066{found[0]}\u2069", text).translate(_DIGITS)


def clock(moment: datetime, zone: ZoneInfo) -> str:
    """17:03."""
    return f"{moment.astimezone(zone):%H:%M}"


def day_and_clock(moment: datetime, zone: ZoneInfo, now: datetime) -> str:
    """17:03 today; with its day otherwise."""
    local = moment.astimezone(zone)
    if local.date() == now.astimezone(zone).date():
        return clock(moment, zone)
    return str(_("%(day)s at %(time)s", day=format_date(local.date(), "d MMMM", rebase=False), time=f"{local:%H:%M}"))


def day(moment: datetime, zone: ZoneInfo) -> str:
    """26 November."""
    return str(format_date(moment.astimezone(zone).date(), "d MMMM", rebase=False))


def length(span: timedelta) -> str:
    """A length of time: whole minutes, and hours from two on."""
    minutes = max(1, round(span / _MINUTE))  # nobody is "late 0 minutes"
    if minutes < 2 * _HOUR:
        return str(ngettext("%(num)d min", "%(num)d min", minutes))
    return str(_("%(hours)d h %(minutes)d min", hours=minutes // _HOUR, minutes=minutes % _HOUR))


def ago(moment: datetime, now: datetime) -> str:
    """How long since: "just now" under a minute."""
    if now - moment < _MINUTE:
        return str(_("just now"))
    return str(_("%(length)s ago", length=length(now - moment)))
