"""The frame around every page of the rosters: who looks, by which office, and the way back to the list."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for
from flask_babel import gettext as _

from sidecar.domain.access import StaffRole
from sidecar.pages.session import Visitor, runtime
from sidecar.pages.shell.views import page


def show(template: str, visitor: Visitor, office: StaffRole | None = None, **context: Any) -> Response:
    """A page; with no office by the one that the visitor has."""
    nav = [{"href": url_for("roster.mine"), "label": _("Certificates"), "icon": "award", "current": True}]
    role = runtime().policy.roles[office or _office(visitor)].in_(visitor.locale)
    return page(
        template, visitor.locale, visitor=visitor, nav=nav, role=role, leave_url=url_for("entry.leave_roster"),
        **context,
    )  # fmt: skip


def _office(visitor: Visitor) -> StaffRole:
    return StaffRole.TRAINER if StaffRole.TRAINER in visitor.viewer.roles else StaffRole.ROOM_MANAGER
