"""A roster as its templates, its sheet and its table of cells show it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.engine import Row

from sidecar.casework import roster as casework
from sidecar.domain.plain_text import unturned
from sidecar.domain.roster import Standing, to_flag, to_mend
from sidecar.pages import moments
from sidecar.pages.roster import words
from sidecar.pages.session import runtime
from sidecar.store import said_of_roster


def title(course: Row[Any] | None, course_id: str) -> str:
    """What a course is called."""
    return (course and course.name) or _("Course %(id)s", id=course_id)


def ends(at: datetime | None) -> str:
    """When it ends, in days of the institute."""
    if at is None:
        return ""
    zone, now = runtime().zone, runtime().clock()
    days = (at.astimezone(zone).date() - now.astimezone(zone).date()).days
    if days < 0:
        return _("ended on %(day)s", day=moments.day(at, zone))
    if days == 0:
        return _("ends today")
    return str(ngettext("ends in %(num)d day", "ends in %(num)d days", days))


def row(one: Row[Any], found: casework.Roster, locale: str) -> dict[str, Any]:
    """One person."""
    flagged, reminded = found.flagged.get(one.person_id), found.reminded.get(one.person_id)
    receipt = found.receipts.get(one.person_id)
    open_gaps = to_flag(one.checklist, flagged[2] if flagged else ())
    ours = any(item["gap"] and item["mender"] != "trainer" for item in one.checklist)
    return {
        "id": one.person_id,
        "name": one.name,
        "cells": words.cells(one.checklist, locale),
        "registers": words.beside(one.checklist, locale),
        "at_register": words.told_at_register(one.checklist),
        "lost": words.minutes_lost(one.checklist),
        "grade": words.grade(one.checklist),
        "names": words.both_names(one.checklist),
        "menders": words.menders(one.checklist),
        "ticked": bool(open_gaps) and ours,
        "to_remind": bool(to_mend(one.checklist)),
        "gap": one.standing == Standing.GAP,
        "never_in": one.never_in,
        "flagged": flagged and {"number": flagged[0], "state": runtime().policy.states[flagged[1]].in_(locale)},
        "reminded": reminded and {"at": _when(reminded.at), "how": words.delivered(reminded.state, reminded.error)},
        "conditions": receipt and conditions(receipt),
        "sent": [
            {"id": row.id, "label": words.field(row.field), "value": row.value}
            for row in found.sent.get(one.person_id, ())
        ],
    }


def conditions(receipt: Row[Any]) -> words.Cell:
    """How far the conditions are with somebody."""
    if receipt.read_at is not None:
        return words.Cell("ok", _("Conditions read %(when)s", when=_when(receipt.read_at)))
    sent = words.delivered(receipt.state or "sent", receipt.error)
    if sent.kind == "ok":
        return words.Cell("", _("Conditions sent, not confirmed"))
    return words.Cell(sent.kind, _("Conditions: %(state)s", state=sent.text))


def _when(at: datetime) -> str:
    return moments.day_and_clock(at, runtime().zone, runtime().clock())


def sheet(found: casework.Roster, locale: str) -> Iterator[list[str]]:
    """Headings and rows of cells."""
    heads = words.headings()
    yield [
        _("LMS user"), _("Name"), *heads.values(), _("Registers"), _("Grade"),
        _("Both names"), _("What is missing"), _("Who mends it"),
        _("Case"), _("Reminded"), _("Conditions"), _("As of"),
    ]  # fmt: skip
    zone = runtime().zone
    for one in found.rows:
        shown = row(one, found, locale)
        yield [
            one.person_id, one.name, *(shown["cells"][column].text for column in heads),
            "; ".join(shown["registers"]),
            unturned(shown["grade"]),
            "; ".join(f"{label}: {name} ({source})" for label, name, source in shown["names"]),
            _(", ").join(words.gaps(one.checklist, locale)), shown["menders"],
            str(shown["flagged"]["number"]) if shown["flagged"] else "",
            f"{shown['reminded']['at']}: {shown['reminded']['how'].text}" if shown["reminded"] else "",
            shown["conditions"].text if shown["conditions"] else "",
            f"{one.taken_at.astimezone(zone):%Y-%m-%d %H:%M}",
        ]  # fmt: skip


def receipts(found: casework.Receipts, locale: str) -> dict[str, Any]:
    """What people were sent, and how it reached each."""
    course = (found.course and found.course.name) or ""
    sent = [
        {
            "at": _when(told.at),
            "text": said_of_roster.words(runtime().policy, told.message, told.text, course, locale).text,
            "gaps": [runtime().policy.certificate.gaps[gap].in_(locale) for gap in told.text.splitlines()],
            "reached": Counter(words.delivered(one.state, one.error).text for one in people).items(),
            "people": [
                {"name": found.names.get(one.person_id) or one.name or one.person_id,
                 "how": words.delivered(one.state, one.error), "at": _when(one.at)}
                for one in people
            ],
        }
        for told, people in found.reminders
    ]  # fmt: skip
    got = sorted(found.conditions.items(), key=lambda pair: (pair[1].read_at is not None, found.names.get(pair[0], "")))
    return {
        "reminders": sent,
        "sent": [
            {"name": found.names.get(person, person), "how": conditions(receipt), "at": _when(receipt.sent_at)}
            for person, receipt in got
        ],
        "read": sum(receipt.read_at is not None for receipt in found.conditions.values()),
        "lacking": len(found.names.keys() - found.conditions.keys()),
    }


def plain(course: str) -> str:
    """A course's id as part of a file's name."""
    return re.sub(r"[^A-Za-z0-9._-]", "", course)[:40] or "course"
