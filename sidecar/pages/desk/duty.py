"""`/desk/duty/`: who is on duty now, always answerable (P5, P7)."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response
from flask_babel import force_locale
from flask_babel import gettext as _

from sidecar.casework import on_duty
from sidecar.casework.on_duty import Post
from sidecar.domain.access import StaffRole
from sidecar.domain.escalation import Reason
from sidecar.domain.means import usable
from sidecar.pages import moments, refusals
from sidecar.pages.desk.frame import HANDLERS, at_desk, show
from sidecar.pages.session import runtime

blueprint = Blueprint("duty", __name__, url_prefix="/desk/duty", template_folder="templates")
refusals.install(blueprint)


@blueprint.get("/")
def now() -> Response:
    """Offices, departments and on call, at this moment."""
    visitor = at_desk(*HANDLERS, StaffRole.ADMINISTRATOR)
    found, at, zone = on_duty.now(runtime()), runtime().clock(), runtime().zone
    with force_locale(visitor.locale):
        return show(
            "desk/duty.html", visitor,
            offices=[_row(one, visitor.locale) for one in found.offices],
            departments=[_row(one, visitor.locale) for one in found.departments],
            on_call=[_row(one, visitor.locale) for one in found.on_call],
            quiet=moments.day_and_clock(found.quiet_until, zone, at) if found.quiet_until else "",
            updated=moments.clock(at, zone),
        )  # fmt: skip


def _row(post: Post, locale: str) -> dict[str, Any]:
    at, zone = runtime().clock(), runtime().zone
    contact = post.who.contact if post.who else None
    until = moments.day_and_clock(post.hours.until, zone, at) if post.hours and post.hours.until else ""
    phone = contact.phone if contact and contact.phone else ""
    return {
        "label": post.label.in_(locale), "who": post.who.label.in_(locale) if post.who else "",
        "why": _why(post.who.reason) if post.who else _("nobody can be reached"), "phone": phone,
        "dial": re.sub(r"[^\d+]", "", phone), "email": usable(contact.email) or "" if contact else "",
        "open": post.hours.open_now if post.hours else None, "until": until,
    }  # fmt: skip


def _why(reason: Reason) -> str:
    words = {
        Reason.SHIFT: _("leads this shift"), Reason.LEAD: _("leads"), Reason.OFFICE: _("the office itself"),
        Reason.HEAD: _("head"), Reason.DEPUTY: _("deputy, the head is away"), Reason.ON_CALL: _("on call"),
        Reason.MANAGEMENT: _("management"),
    }  # fmt: skip
    return str(words[reason])
