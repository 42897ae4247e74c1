"""`/desk/`: where the desk begins for whoever comes."""

from __future__ import annotations

from flask import Blueprint, Response, redirect
from werkzeug.exceptions import NotFound

from sidecar.domain.access import StaffRole
from sidecar.pages import refusals
from sidecar.pages.desk.frame import at_desk, sections

blueprint = Blueprint("desk", __name__, url_prefix="/desk", template_folder="templates")
refusals.install(blueprint)


@blueprint.get("/")
def queue() -> Response:
    """The first section that is this person's."""
    visitor = at_desk(*StaffRole)
    others = [one["href"] for one in sections(visitor) if not one["current"]]
    if not others:
        raise NotFound
    return redirect(others[0], 303)  # type: ignore[return-value]
