"""`/desk/today/`: what the day holds; the morning digest as a page (P7, P8)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response
from flask_babel import force_locale
from flask_babel import gettext as _

from sidecar.casework import today as casework
from sidecar.pages import moments, refusals
from sidecar.pages.desk.frame import at_desk, show
from sidecar.pages.session import Visitor, runtime
from sidecar.store.morning import Part

blueprint = Blueprint("today", __name__, url_prefix="/desk/today", template_folder="templates")
refusals.install(blueprint)


@blueprint.get("/")
def today() -> Response:
    """Overdue, due today, before the desk opens again, rooms without a manager, callbacks promised."""
    visitor = at_desk()
    found = casework.today(runtime(), visitor.viewer)
    with force_locale(visitor.locale):
        parts = [
            ("ov", _("Overdue"), _cases(found.overdue, visitor)),
            ("du", _("Due today"), _cases(found.due_today, visitor)),
            ("be", _("Due before the desk opens again: referral, telling, escalation"),
             _cases(found.before_opening, visitor)),
            ("ca", _("Callbacks promised"), _cases(found.callbacks, visitor)),
            ("ro", _("Classes of today without a room manager"), _rooms(found.rooms)),
        ]  # fmt: skip
        return show("desk/today.html", visitor, parts=[part for part in parts if part[2]["total"]])


def _cases(part: Part, visitor: Visitor) -> dict[str, Any]:
    policy, now, zone = runtime().policy, runtime().clock(), runtime().zone
    lines = [
        {"case": row.case_id, "at": moments.day_and_clock(row.at, zone, now),
         "what": (policy.categories[row.category].label if row.category in policy.categories
                  else policy.kinds[row.kind]).in_(visitor.locale)}
        for row in part.lines
    ]  # fmt: skip
    return {"lines": lines, "total": part.total}


def _rooms(part: Part) -> dict[str, Any]:
    now, zone = runtime().clock(), runtime().zone
    lines = [
        {"case": None, "at": moments.day_and_clock(row.starts_at, zone, now), "what": row.course or row.course_id}
        for row in part.lines
    ]
    return {"lines": lines, "total": part.total}
