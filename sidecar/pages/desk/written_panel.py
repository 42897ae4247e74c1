"""All that a trainee sent for the certificate, beside the case: who confirmed it, what the LMS holds, or why not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.engine import Connection, Row

from sidecar.domain.case import Case
from sidecar.pages import moments
from sidecar.pages.desk.panels import Panel
from sidecar.pages.roster import words
from sidecar.pages.session import Visitor, runtime
from sidecar.store import cases, logins, sent_data, staff


def panel(conn: Connection, case: Case, _visitor: Visitor) -> Panel | None:
    """The card; none where nothing was sent."""
    rows = sent_data.of_reports(conn, cases.report_keys(conn, case.id))
    if not rows:
        return None
    judges = sorted({row.judged_by for row in rows if row.judged_by})
    names = {key: row.name for key, row in logins.names(conn, judges).items()} | staff.names(conn, judges)
    return Panel("desk/written_panel.html", {"rows": [_shown(row, names) for row in reversed(rows)]})


def _shown(row: Row[Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "field": words.field(row.field),
        "ltr": row.field in {"phone", "national_id"},  # a sign before digits would wander
        "phone": row.field == "phone",
        "value": row.value,
        "tag": _tag(row.state, row.writing),
        "steps": [(_("Sent"), "", _at(row.sent_at)), *_judged(row, names), *_entered(row)],
        "before": _before(row.field, row.before),
        "tried": row.tried_at is not None,
        "after": row.value if row.writing == "written" else None,
        "why": _why(row.code) if row.code else "",
        "code": row.code,
    }


def _at(moment: datetime) -> str:
    return moments.day_and_clock(moment, runtime().zone, runtime().clock())


def _judged(row: Row[Any], names: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """What was said of it, by whom, and when."""
    if row.judged_at is None:
        return []
    said = {
        "confirmed": _("Confirmed by"), "refused": _("Not confirmed by"), "replaced": _("Replaced by a newer answer"),
    }[row.state]  # fmt: skip
    if row.state == "refused" and row.judged_by is None:
        said = _("Nobody confirmed it within a month")
    return [(said, names.get(row.judged_by, row.judged_by) if row.judged_by else "", _at(row.judged_at))]


def _entered(row: Row[Any]) -> list[tuple[str, str, str]]:
    if row.settled_at is None or row.writing is None:
        return []
    said = {
        "wanted": "", "written": _("Entered"), "stood": _("Looked up"), "refused": _("Not taken"),
        "overtaken": _("Left aside"),
    }[row.writing]  # fmt: skip
    return [(said, "", _at(row.settled_at))]


def _before(field: str, before: str | None) -> str | None:
    if field != "national_id" or not before:
        return before
    state, _blank, end = before.partition(" ")
    return f"{_('Present') if state == 'present' else _('Needs review')} {end and '••' + end}".strip()


def _tag(state: str, writing: str | None) -> tuple[str, str, str]:
    if state != "confirmed" or writing is None:
        return {
            "sent": ("", _("waits for the trainer"), "clock"),
            "confirmed": ("soon", _("confirmed: enter it by hand"), "check"),
            "refused": ("", _("not confirmed"), "circle-x"),
            "replaced": ("", _("replaced"), "rotate-ccw"),
        }[state]
    return {
        "wanted": ("", _("on its way"), "clock"),
        "written": ("good", _("entered"), "check"),
        "stood": ("good", _("stood there already"), "check"),
        "refused": ("late", _("not taken: enter it by hand"), "triangle-alert"),
        "overtaken": ("", _("a later answer was confirmed"), "rotate-ccw"),
    }[writing]


def _why(code: str) -> str:
    reasons = {
        "not_kept": _("It was taken, and did not stand there afterwards: is the field there, and mapped alike?"),
        "unreadable": _("What stands there could not be read, and nothing is written over blindly."),
        "not_allowed": _("The site does not let us write this field any more."),
    }
    reasons |= {
        "unsealed": _("The number can no longer be read here: please ask the trainee to send it again."),
        "too_late": _("It has waited for a month, and the number is erased."),
    }
    return reasons.get(code, _("The learning platform refused it."))
