"""The words of a telling for one reader, from its row: read by the journey that sends it and by pages that show it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Row

from sidecar.domain import letters, roster, wording
from sidecar.domain.case import CaseKind
from sidecar.domain.contact import last_resort
from sidecar.domain.institute import Label
from sidecar.domain.policy import Policy
from sidecar.domain.report import Symptom, grouped
from sidecar.store.tellings import AT_THE_DESK


def words(policy: Policy, told: Row[Any], row: Row[Any], locale: str) -> str:
    """What this reader was told.

    Args:
        told: the telling.
        row: the delivery, or the telling, with what `tellings` adds to it for its words.
    """
    if told.cause in AT_THE_DESK:
        return letter(policy, told, row, locale, "").text
    if told.message in roster.MESSAGES:
        return roster_letter(policy, told, row, locale).text
    what = wording.Telling(told.cause, told.message, told.text, told.link, of_room=told.room_key is not None)
    return wording.told(policy.rooms, what, about(policy, told, row), locale)


def letter(policy: Policy, told: Row[Any], row: Row[Any], locale: str, link: str) -> letters.Written:
    """A telling of the desk's turns as this reader gets it.

    Args:
        link: the reader's own page; empty where the words already stand on it.
    """
    number = last_resort(policy)
    values = {
        "name": (row.body or {}).get("name") or "",
        "reference": grouped(row.reference) if row.reference else "",
        "what": _what(policy, row).in_(locale),
        "text": told.text if told.cause != "received" else "",
        "opens": _opens(policy, told, locale),
        "link": link,
        "number": number.address if number else "",
        "institute": policy.name.in_(locale),
    }
    return letters.write(policy.letters[told.cause, "en" if locale == "en" else "ar"], values, locale)


def roster_letter(policy: Policy, told: Row[Any], row: Row[Any], locale: str) -> letters.Written:
    """A telling of a roster: its text holds codes and names, which each reader gets in the own language."""
    return roster_words(policy, told.message, told.text, row.course_name or "", locale)


def roster_words(policy: Policy, message: str, text: str, course: str, locale: str) -> letters.Written:
    """The words of such a message.

    Args:
        text: `remind`: the gaps; `conditions`: nothing; else a day, and a line for each person: a name, and gaps
            behind tabulators.
    """
    first, _, rest = text.partition("\n")
    lines = text if message == "remind" else rest
    values = {
        "course": course,
        "text": conditions(policy, locale)
        if message == "conditions"
        else "\n".join(_line(policy, line, locale) for line in lines.splitlines() if line),
        "day": letters.day(datetime.fromisoformat(first), locale) if message in {"ending", "never_in"} else "",
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
    known = policy.roster.gaps
    if not codes:
        return f"- {known[name].in_(locale)}" if name in known else f"- {name}"
    said = ("، " if locale != "en" else ", ").join(known[code].in_(locale) for code in codes if code in known)
    return f"- {name}: {said}" if said else f"- {name}"


def _what(policy: Policy, row: Row[Any]) -> Label:
    symptom = row.symptom or row.case_symptom
    if symptom:
        return policy.symptoms[Symptom(symptom)].label
    category = policy.categories.get(row.case_category or "")
    return category.label if category else policy.kinds[row.case_kind or CaseKind.INQUIRY]


def _opens(policy: Policy, told: Row[Any], locale: str) -> str:
    """When the desk opens next, as it was when receipt was acknowledged; empty where it was open."""
    if told.cause != "received" or not told.text:
        return ""
    return letters.moment(datetime.fromisoformat(told.text).astimezone(ZoneInfo(policy.timezone)), locale)


def subject(policy: Policy, told: Row[Any], row: Row[Any], locale: str) -> str:
    """What stands above the message."""
    if told.cause in AT_THE_DESK:
        return letter(policy, told, row, locale, "").subject
    if told.message in roster.MESSAGES:
        return roster_letter(policy, told, row, locale).subject
    return wording.subject(policy.rooms, about(policy, told, row), locale)


def about(policy: Policy, told: Row[Any], row: Row[Any]) -> wording.About:
    """What a telling is about, for one of its readers. Its length is as it was when it was told: words never change."""
    symptom = row.symptom or row.case_symptom
    body = row.body or {}
    course, activity = body.get("course"), body.get("activity")
    return wording.About(
        reference=row.reference,
        symptom=policy.symptoms[Symptom(symptom)].label if symptom else None,
        lasted=told.at - row.opened_at if row.opened_at else timedelta(0),
        room=activity[1] if activity else "",
        course=(course[1] if course else "") or row.course_name or "",
    )
