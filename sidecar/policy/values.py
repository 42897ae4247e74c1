"""What the single values of a policy mean. Each function raises `Senseless` with the reason when one means nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from sidecar.domain.calendar import DayWindow

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY_MINUTES: Final = 24 * 60

_CLAUSE: Final = re.compile(r"P(?:[1-9]|1[0-6])(?:\.[1-9])?")
_DURATION: Final = re.compile(r"(-?)(?=\d)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_CLOCK: Final = re.compile(r"([01]\d|2[0-4]):([0-5]\d)")
_PHONE: Final = re.compile(r"\+[1-9]\d{7,14}")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")
_HANDLE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._]{0,49}")
_LINK: Final = re.compile(r"https://[^\s/?#@]+(?:/\S*)?")
_LMS_USER: Final = re.compile(r"[A-Za-z0-9_-]+:\S+")
_ARABIC: Final = re.compile(r"[\u0621-\u064A]")

E = TypeVar("E", bound=StrEnum)


class Senseless(ValueError):
    """A value that means nothing; the text is the reason."""


def text(value: object) -> str:
    """Words, not blank."""
    if not isinstance(value, str):
        raise Senseless("must be text")
    if not value.strip():
        raise Senseless("is empty")
    return value


def arabic(value: object) -> str:
    """Words in Arabic letters: an English label in the Arabic place is noticed here, not on a trainee's screen."""
    if not _ARABIC.search(text(value)):
        raise Senseless("must be written in Arabic")
    return text(value)


def clause(value: object) -> str:
    """One clause of mission.md or several: `P12`, `P6.2`, `P2, P11`."""
    if not all(_CLAUSE.fullmatch(one) for one in text(value).split(", ")):
        raise Senseless(f"{value!r} is no clause: write P1 to P16, several with a comma and a space")
    return text(value)


def flag(value: object) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise Senseless("must be true or false")
    return value


def whole(least: int, most: int | None = None) -> Callable[[object], int]:
    """A converter for whole numbers within bounds, both included."""

    def convert(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise Senseless("must be a whole number")
        if value < least or (most is not None and value > most):
            raise Senseless(f"must be {least} or more" if most is None else f"must be from {least} to {most}")
        return value

    return convert


severity = whole(1, 4)
"""1 is most severe, 4 least."""


def share(value: object) -> float:
    """A part of the whole, more than 0 and at most 1."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise Senseless("must be a number")
    if not 0 < value <= 1:
        raise Senseless("must be more than 0 and at most 1, as in 0.75 for three quarters")
    return float(value)


def span(value: object) -> timedelta:
    """A duration of either sign: `30d`, `24h`, `1h30m`, `-4h`, `0m`."""
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise Senseless("must be a duration such as '15m', '24h', '1h30m' or '30d'")
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    try:
        length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        raise Senseless("is longer than any calendar") from None
    return -length if found[1] else length


def duration(value: object) -> timedelta:
    """A duration that takes time."""
    length = span(value)
    if length <= timedelta(0):
        raise Senseless("must be longer than nothing")
    return length


def minutes(value: object) -> int:
    """A local time as minutes since midnight; 24:00, the day's end, is 1440."""
    found = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if found is None or (found[1] == "24" and found[2] != "00"):
        raise Senseless(f"{value!r} is no time of day: write '08:00', at most '24:00'")
    return int(found[1]) * 60 + int(found[2])


def local_time(value: object) -> time:
    """A local time of day, before 24:00."""
    if (count := minutes(value)) == DAY_MINUTES:
        raise Senseless("24:00 is the end of a stretch, not a time of day: write '00:00'")
    return time(*divmod(count, 60))


def window(value: object) -> DayWindow:
    """A stretch of one day: `08:00-21:00`, `20:00-24:00`."""
    start, dash, end = value.partition("-") if isinstance(value, str) else ("", "", "")
    if not dash:
        raise Senseless(f"{value!r} is no window: write '08:00-21:00'")
    hours = DayWindow(minutes(start.strip()), minutes(end.strip()))
    if hours.start == hours.end:
        raise Senseless(f"window {value} is empty")
    if hours.start > hours.end:
        raise Senseless(f"window {value} runs backwards; over midnight, write two windows, the first to 24:00")
    return hours


def weekday(value: object) -> int:
    """A weekday's English name in small letters as its number, Monday 0."""
    if value not in WEEKDAYS:
        raise Senseless(f"{value!r} is no weekday: write 'sunday'")
    return WEEKDAYS.index(str(value))


def day(value: object) -> date:
    """A date, written without quotes."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise Senseless("must be a date without quotes, such as 2027-03-09")
    return value


def zone(value: object) -> str:
    """A time zone's IANA name that this machine can resolve."""
    try:
        ZoneInfo(text(value))
    except (OSError, ValueError, LookupError):  # ZoneInfoNotFoundError is a KeyError; a directory's name is an OSError
        raise Senseless(f"unknown timezone {value!r}") from None
    return text(value)


def phone(value: object) -> str:
    """A telephone number in E.164, so that a click can dial it from anywhere."""
    if not _PHONE.fullmatch(text(value)):
        raise Senseless(f"phone {value!r} is not E.164: write '+9665…' without spaces")
    return text(value)


def email(value: object) -> str:
    """An address that looks like one; whether it exists only a letter can tell."""
    if not _EMAIL.fullmatch(text(value)):
        raise Senseless(f"{value!r} is no email address")
    return text(value)


def handle(value: object) -> str:
    """A name on X or Facebook as it stands in the page's address: no `@`, no address around it."""
    if not _HANDLE.fullmatch(text(value)):
        raise Senseless(f"{value!r} is no account name: write it without '@' and without the site's address")
    return text(value)


def link(value: object) -> str:
    """A page that people open; what a click opens is encrypted."""
    if not _LINK.fullmatch(text(value)):
        raise Senseless(f"{value!r} is no address of a page: write 'https://…'")
    return text(value)


def lms_user(value: object) -> str:
    """A user of a site: `<site>:<user id>`."""
    if not _LMS_USER.fullmatch(text(value)):
        raise Senseless(f"{value!r} must be '<site>:<user id>'")
    return text(value)


def member(kinds: type[E], thing: str) -> Callable[[object], E]:
    """A converter for the members of an enumeration; `thing` is what the reason calls them."""

    def convert(value: object) -> E:
        if not isinstance(value, str) or value not in list(kinds):
            raise Senseless(f"unknown {thing} {value!r}; one of {', '.join(kinds)}")
        return kinds(value)

    return convert


def one_of(known: tuple[str, ...], thing: str) -> Callable[[object], str]:
    """A converter for a closed list of names."""

    def convert(value: object) -> str:
        if not isinstance(value, str) or value not in known:
            raise Senseless(f"unknown {thing} {value!r}; one of {', '.join(known)}")
        return value

    return convert
