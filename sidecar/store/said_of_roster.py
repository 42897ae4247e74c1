"""The words of what is told about a roster: reminders, conditions, and who lacks what; for one reader each."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy.engine import Row

from sidecar.domain import letters
from sidecar.domain.certificate_words import percent
from sidecar.domain.policy import Policy


def letter(policy: Policy, told: Row[Any], row: Row[Any], locale: str) -> letters.Written:
    """A telling of a roster: its text holds codes and names, which each reader gets in the own language."""
    return words(policy, told.message, told.text, row.course_name or "", locale)


def words(policy: Policy, message: str, text: str, course: str, locale: str) -> letters.Written:
    """The words of such a message.

    Args:
        text: `remind`: the gaps; `conditions`: nothing; `waiting`: how many people; else a day, and a line for each
            person: a name, and gaps behind tabulators.
    """
    first, _, rest = text.partition("\n")
    lines = text if message == "remind" else rest
    values = {
        "course": course,
        "text": conditions(policy, locale)
        if message == "conditions"
        else "\n".join(_line(policy, line, locale, alone=line == lines) for line in lines.splitlines() if line),
        "day": letters.day(datetime.fromisoformat(first), locale) if message in {"ending", "never_in"} else "",
        "number": letters.digits(first, locale) if message == "waiting" else "",
        "institute": policy.name.in_(locale),
    }
    return letters.write(policy.letters[message, "en" if locale == "en" else "ar"], values, locale)


def conditions(policy: Policy, locale: str) -> str:
    """The institute's conditions of enrolment and attendance."""
    text, needed = policy.certificate.conditions, percent(policy.certificate.attendance_threshold, locale)
    return text.in_(locale).replace("{attendance}", needed) if text else ""


_HOW_MANY: Final = {
    True: ("عدد المتدربين: {}", "Number of trainees: {}"), False: ("وغيرهم: {}", "And others: {}"),
}  # fmt: skip
"""After a colon, so that no language needs its plurals."""


def _line(policy: Policy, line: str, locale: str, *, alone: bool = False) -> str:
    """`- name: gap, gap`; of gaps alone one below the other; `+n`: so many more, or in all where it is `alone`."""
    name, *codes = line.split("\t")
    if name[:1] == "+" and name[1:].isdecimal():
        return _HOW_MANY[alone][locale == "en"].format(letters.digits(name[1:], locale))
    known = policy.certificate.gaps
    if not codes:
        return f"- {known[name].in_(locale)}" if name in known else f"- {name}"
    said = ("، " if locale != "en" else ", ").join(known[code].in_(locale) for code in codes if code in known)
    return f"- {name}: {said}" if said else f"- {name}"
