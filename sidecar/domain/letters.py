"""What people are told at the desk's turns, from the institute's templates: a subject and a text in each language.

Whatever is filled in stands by itself for the bidirectional algorithm. Arabic sentences have Arabic-Indic digits;
references, numbers to dial, and what people wrote stay as they are.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Final

from sidecar.domain.plain_text import unturned

CAUSES: Final = (
    "received", "referred", "reply", "question", "escalated", "resolved", "closed", "reopened", "withdrawn", "content",
    "alert", "morning", "certificate", "remind", "conditions", "ending", "never_in", "waiting", "registry",
)  # fmt: skip
"""A template for each, in each language."""
NAMES: Final = frozenset(
    {"name", "reference", "what", "text", "opens", "link", "number", "institute", "case", "due", "guides"}
    | {"overdue", "due_today", "before_opening", "rooms", "callbacks"}
    | {"course", "day"}
)
LOCALES: Final = ("ar", "en")

_ISOLATE, _END = "\u2068", "\u2069"
_ARABIC_DIGITS: Final = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_DAYS: Final = {
    "ar": ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS: Final = {
    "ar": ("يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر",
           "ديسمبر"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
}  # fmt: skip
_LEFT_OPEN: Final = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
_NOTHING: Final = "\x00"


@dataclass(frozen=True, slots=True)
class Letter:
    """A template. `[[…]]` in it is left out where something in it is not known."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Written:
    """A letter to one reader."""

    subject: str
    text: str


def placeholders(template: str) -> set[str]:
    """The names in braces of a template.

    Raises:
        ValueError: a brace that is not closed.
    """
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def write(letter: Letter, values: Mapping[str, str], locale: str) -> Written:
    """Fill a template in; a value that is empty takes its `[[…]]` with it."""
    subject = " ".join(_filled(letter.subject, values, locale).split())
    return Written(subject, _filled(letter.text, values, locale).strip())


def _filled(template: str, values: Mapping[str, str], locale: str) -> str:
    parts = []
    for literal, name, _, _ in string.Formatter().parse(template):
        parts.append(literal.translate(_ARABIC_DIGITS) if locale == "ar" else literal)
        if name is not None:
            parts.append(_alone(values.get(name, "")) or _NOTHING)
    whole = _LEFT_OPEN.sub(lambda found: "" if _NOTHING in found.group(1) else found.group(1), "".join(parts))
    return re.sub(r"\n{3,}", "\n\n", whole.replace(_NOTHING, ""))


def _alone(value: str) -> str:
    """Each line by itself: an isolation ends with its paragraph. An address of a page ends with a space."""
    lines = unturned(value).strip().splitlines()
    return "\n".join(
        f"{_ISOLATE}{line}{' ' if line.startswith(('https://', 'http://')) else ''}{_END}" if line.strip() else ""
        for line in lines
    )


def digits(text: str, locale: str) -> str:
    """A number as a sentence of this language writes it."""
    return text if locale == "en" else text.translate(_ARABIC_DIGITS)


def day(at: datetime, locale: str) -> str:
    """A day as it is said in a subject; `at` is in the institute's zone."""
    language = "en" if locale == "en" else "ar"
    said = f"{_DAYS[language][at.weekday()]} {at.day} {_MONTHS[language][at.month - 1]}"
    return said if language == "en" else said.translate(_ARABIC_DIGITS)


def moment(at: datetime, locale: str) -> str:
    """A moment as it is said in a sentence; `at` is in the institute's zone."""
    language = "en" if locale == "en" else "ar"
    day, month = _DAYS[language][at.weekday()], _MONTHS[language][at.month - 1]
    if language == "en":
        return f"{day} {at.day} {month} at {at:%H:%M}"
    hour = at.hour % 12 or 12
    minutes = f":{at.minute:02}" if at.minute else ""
    half = "صباحاً" if at.hour < 12 else "مساءً"
    return f"{day} {at.day} {month} الساعة {hour}{minutes} {half}".translate(_ARABIC_DIGITS)


def html(written: Written, locale: str, link: str) -> str:
    """The same letter for a program that shows pages: no picture, nothing from elsewhere, each paragraph its way."""
    direction = "rtl" if locale == "ar" else "ltr"
    paragraphs = "".join(_paragraph(one, link) for one in written.text.split("\n\n") if one.strip())
    return (
        f'<!doctype html><html lang="{locale}" dir="{direction}"><head><meta charset="utf-8">'
        f"<title>{escape(written.subject)}</title></head>"
        f'<body dir="{direction}" style="font-family:Tahoma,Arial,sans-serif;font-size:16px;line-height:1.7;'
        f'color:#17212b;max-width:36em;margin:0 auto;padding:16px">{paragraphs}</body></html>'
    )


def _paragraph(text: str, link: str) -> str:
    said = escape(text).replace("\n", "<br>")
    if link:
        address = escape(link)
        said = said.replace(address, f'<a href="{address}" dir="ltr">{address}</a>')
    return f'<p dir="auto" style="unicode-bidi:plaintext;text-align:start;margin:0 0 1em">{said}</p>'
