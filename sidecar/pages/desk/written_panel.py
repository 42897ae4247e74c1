"""What a trainee sent and the house writes to the LMS, beside the case: before and after, or why it did not go."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy.engine import Connection

from sidecar.domain.case import Case
from sidecar.pages import moments
from sidecar.pages.desk.panels import Panel
from sidecar.pages.roster import words
from sidecar.pages.session import Visitor, runtime
from sidecar.store import cases, sent_data


def panel(conn: Connection, case: Case, _visitor: Visitor) -> Panel | None:
    """The card; none where nothing is written."""
    rows = sent_data.to_write(conn, cases.report_keys(conn, case.id))
    if not rows:
        return None
    now, zone = runtime().clock(), runtime().zone
    return Panel(
        "desk/written_panel.html",
        {
            "rows": [
                {
                    "field": words.field(row.field),
                    "field_id": row.field,
                    "ltr": row.field in {"phone", "national_id"},  # a sign before digits would wander
                    "before": _before(row.field, row.before),
                    "tried": row.tried_at is not None,
                    "value": row.value,
                    "tag": _tag(row.writing),
                    "why": _why(row.code) if row.code else "",
                    "code": row.code,
                    "at": moments.day_and_clock(row.settled_at or row.judged_at, zone, now),
                }
                for row in rows
            ]
        },
    )


def _before(field: str, before: str | None) -> str | None:
    if field != "national_id" or not before:
        return before
    state, _blank, end = before.partition(" ")
    return f"{_('Present') if state == 'present' else _('Needs review')} {end and '••' + end}".strip()


def _tag(writing: str) -> tuple[str, str, str]:
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
