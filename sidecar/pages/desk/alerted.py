"""Who was alerted of a case, for its page: whom, why, how often, and how far a message inside the LMS came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from sidecar.casework.read_case import Reading
from sidecar.domain.escalation import Addressee, contact_of
from sidecar.pages import moments
from sidecar.pages.session import runtime
from sidecar.store import staff_messages


def lines(found: Reading, names: Mapping[str, str], locale: str) -> list[dict[str, Any]]:
    """The alerts of a case, oldest first."""
    policy, made = runtime().policy, []
    # Of one that was raised again, the last message: a case's tellings come oldest first.
    messages = {staff_messages.alert_of(told): (told.id, row) for told, rows in found.told for row in rows}
    for row in found.alerts:
        addressee = contact_of(found.people, row.tell, row.raised_at)
        label = policy.alert_label(row.cause)
        made.append({
            "who": addressee.label.in_(locale) if addressee else names.get(row.tell, _("nobody could be told")),
            "what": label.in_(locale) if label else "", "times": str(row.times),
            "at": moments.day_and_clock(row.raised_at, runtime().zone, runtime().clock()),
            "taken": _("acknowledged by %(name)s", name=names.get(row.acknowledged_by or "", row.acknowledged_by or ""))
            if row.acknowledged_at else "",
            "message": _message(*messages[row.id]) if row.id in messages else _unreached(row, addressee),
        })  # fmt: skip
    return made


def _unreached(row: Any, addressee: Addressee | None) -> dict[str, Any] | None:
    """What is said of one that nobody has taken note of and that finds nobody by itself."""
    house = runtime()
    if row.acknowledged_at or addressee is None:
        return None
    if staff_messages.reaches(addressee.contact, house.lms, email_on=house.mailer is not None):
        return None
    return {"look": "late", "words": _("no way to reach"), "again": None}


def _message(telling: int, row: Any) -> dict[str, Any]:
    words = {
        "waiting": ("", _("platform message on its way")), "sent": ("good", _("sent by platform message")),
        "shown": ("good", _("sent by platform message")), "failed": ("late", _("not reached by platform message")),
        "cancelled": ("", _("not needed any more")),
    }  # fmt: skip
    look, said = words[row.state]
    return {"look": look, "words": said, "again": telling if row.state == "failed" else None}
