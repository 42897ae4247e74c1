"""The words of what is told about a roster: reminders, conditions, and who lacks what; for one reader each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row

from sidecar.domain import letters
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
        else "\n".join(_line(policy, line, locale) for line in lines.splitlines() if line),
        "day": letters.day(datetime.fromisoformat(first), locale) if message in {"ending", "never_in"} else "",
        "number": letters.digits(first, locale) if message == "waiting" else "",
        "institute": policy.name.in_(locale),
    }
    return letters.write(policy.letters[message, "en" if locale == "en" else "ar"], values, locale)


def conditions(policy: Policy, locale: str) -> str:
    """The institute's conditions of enrolment and attendance."""
    text, needed = policy.certificate.conditions, f"{policy.certificate.attendance_threshold:.0%}"
    return text.in_(locale).replace("{attendance}", letters.digits(needed, locale)) if text else ""


def _line(policy: Policy, line: str, locale: str) -> str:
    """`- name: gap, gap`; a line of gaps alone is one below the other."""
    name, *codes = line.split("\t")
    known = policy.certificate.gaps
    if not codes:
        return f"- {known[name].in_(locale)}" if name in known else f"- {name}"
    said = ("، " if locale != "en" else ", ").join(known[code].in_(locale) for code in codes if code in known)
    return f"- {name}: {said}" if said else f"- {name}"
