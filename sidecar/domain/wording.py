"""What people are told, in their language: the policy's message with what it is about filled in (P2, P14).

Whatever is filled in stands by itself for the bidirectional algorithm, so that a Latin reference or somebody's words
never turn the sentence around them. Arabic sentences have Arabic-Indic digits; references, codes and what people wrote
stay as they are.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sidecar.domain.institute import Label
from sidecar.domain.plain_text import unturned
from sidecar.domain.policy import RoomRules
from sidecar.domain.report import grouped

# Messages that frame what is said. Any other says it itself, within the frame of its telling's cause.
FRAMES: Final = frozenset({"told", "told_desk", "solved", "known", "backup", "answer", "staff"})

_ISOLATE, _END = "\u2068", "\u2069"
_ARABIC_DIGITS: Final = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
# Stands for a value that there is none of, until the brackets around it go with it. No text of people's holds a NUL.
_NOTHING: Final = "\x00"
_EMPTY: Final = re.compile(" ?[(«“]\x00[)»”]|\x00")
_BARE: Final = Label("{reference} {text}", "{reference} {text}")
# After "منذ": one, two, three to ten, eleven to ninety-nine, a hundred.
_MINUTES: Final = ("دقيقة واحدة", "دقيقتين", "دقائق", "دقيقة", "دقيقة")
_HOURS: Final = ("ساعة واحدة", "ساعتين", "ساعات", "ساعة", "ساعة")
_IN_MINUTES: Final = 120  # a length below is said in minutes


@dataclass(frozen=True, slots=True)
class Telling:
    """What is told.

    Attributes:
        message: the name of the policy's message that frames it, or that says it.
        text: what a person wrote, if anything.
        link: where it leads besides the reader's own report.
        of_room: whether a room's people say it; otherwise the contact centre does.
    """

    cause: str
    message: str
    text: str
    link: str | None
    of_room: bool = True


@dataclass(frozen=True, slots=True)
class About:
    """What it is about, from where the reader stands: the reader's own report, or a room.

    Attributes:
        reference: of the reader's report, as it is stored.
        lasted: how long the failure had been known when it was said.
    """

    reference: str | None
    symptom: Label | None
    lasted: timedelta
    room: str
    course: str


def told(rooms: RoomRules, what: Telling, about: About, locale: str) -> str:
    """The message in the reader's language."""
    values = _values(what, about, locale)
    frame = what.message
    if frame not in FRAMES:
        if not what.text:
            inside = _filled(rooms.messages.get(frame, _BARE), values, locale)
            values["text"] = f"{_ISOLATE}{inside}{_END}" if inside else ""
        frame = what.cause
    if frame == "told" and not what.of_room and "told_desk" in rooms.messages:
        frame = "told_desk"
    return _filled(rooms.messages.get(frame, _BARE), values, locale)


def subject(rooms: RoomRules, about: About, locale: str) -> str:
    """The line above the message: the reader's report and its room, or the room alone."""
    values = _values(Telling("", "", "", None), about, locale)
    return _filled(rooms.messages.get("subject" if about.reference else "subject_room", _BARE), values, locale)


def length(lasted: timedelta, locale: str) -> str:
    """How long something has lasted, as it stands after "منذ" and before "ago"; never less than a minute."""
    minutes = max(1, lasted // timedelta(minutes=1))
    number, unit = (minutes, "minute") if minutes < _IN_MINUTES else (minutes // 60, "hour")
    if _english(locale):
        return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
    one, two, few, many, hundred = _MINUTES if unit == "minute" else _HOURS
    if number <= 2:
        return one if number == 1 else two
    rest = number % 100
    noun = few if 3 <= rest <= 10 else many if rest >= 11 else hundred
    return f"{number} {noun}".translate(_ARABIC_DIGITS)


def _values(what: Telling, about: About, locale: str) -> dict[str, str]:
    """Every value, each standing by itself."""
    values = {
        "reference": grouped(about.reference) if about.reference else "",
        "symptom": about.symptom.in_(locale) if about.symptom else "",
        "since": length(about.lasted, locale),
        "room": about.room or about.course,
        "course": about.course,
        "text": what.text,
        "link": what.link or "",
    }
    return {name: _alone(value, spaced=name == "link") for name, value in values.items()}


def _filled(label: Label, values: Mapping[str, str], locale: str) -> str:
    parts: list[str] = []
    for literal, name, _, _ in string.Formatter().parse(label.in_(locale)):
        parts.append(literal if _english(locale) else literal.translate(_ARABIC_DIGITS))
        if name is not None:
            parts.append(values.get(name) or _NOTHING)
    return _EMPTY.sub("", "".join(parts)).strip()


def _alone(value: str, *, spaced: bool) -> str:
    """A value that stands by itself, each of its lines: an isolation ends with its paragraph.

    Args:
        spaced: a link ends with a space, so that a mail program takes nothing behind it for a part of it.
    """
    lines = unturned(value).strip().splitlines()
    end = f" {_END}" if spaced else _END
    return "\n".join(f"{_ISOLATE}{line}{end}" if line.strip() else "" for line in lines)


def _english(locale: str) -> bool:
    return locale.lower().startswith("en")
