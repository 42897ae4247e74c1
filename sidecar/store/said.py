"""The words of a telling for one reader, from its row: read by the journey that sends it and by pages that show it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Row

from sidecar.domain import certificate_words, letters, roster, wording
from sidecar.domain.case import CaseKind
from sidecar.domain.contact import last_resort
from sidecar.domain.institute import Label
from sidecar.domain.policy import Policy
from sidecar.domain.report import Symptom, grouped
from sidecar.store import said_of_roster, staff_messages
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
        return said_of_roster.letter(policy, told, row, locale).text
    if told.message in staff_messages.MESSAGES:
        return staff_messages.letter(policy, told, locale).text
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
        "text": _text(policy, told, locale),
        "opens": (opens := _opens(policy, told, locale)),
        "guides": _guides(policy, link, locale) if opens else "",
        "link": link,
        "number": number.address if number else "",
        "institute": policy.name.in_(locale),
    }
    return letters.write(policy.letters[told.cause, "en" if locale == "en" else "ar"], values, locale)


def _text(policy: Policy, told: Row[Any], locale: str) -> str:
    """What a person wrote; of the house's own answer about a certificate its words in this language."""
    if told.cause == "certificate":
        return certificate_words.said(
            json.loads(told.text), policy.certificate, ZoneInfo(policy.timezone), locale, policy.registries
        )
    return told.text if told.cause != "received" else ""


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


def _guides(policy: Policy, link: str, locale: str) -> str:
    """Where the guides are read meanwhile: at the house that the reader's own page is at."""
    house, found, _token = link.rpartition("/t/")
    return f"{house}/public/guides/?lang={locale}" if found and policy.guides else ""


def subject(policy: Policy, told: Row[Any], row: Row[Any], locale: str) -> str:
    """What stands above the message."""
    if told.cause in AT_THE_DESK:
        return letter(policy, told, row, locale, "").subject
    if told.message in roster.MESSAGES:
        return said_of_roster.letter(policy, told, row, locale).subject
    if told.message in staff_messages.MESSAGES:
        return staff_messages.letter(policy, told, locale).subject
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
