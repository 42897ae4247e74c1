"""`/desk/alerts/`: what somebody was alerted to, and takes note of (P8)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import force_locale

from sidecar.casework import take_note
from sidecar.domain.report import Symptom
from sidecar.pages import moments, refusals
from sidecar.pages.desk.frame import at_desk, show
from sidecar.pages.session import Visitor, runtime

blueprint = Blueprint("alerts", __name__, url_prefix="/desk/alerts", template_folder="templates")
refusals.install(blueprint)


@blueprint.get("/")
def mine() -> Response:
    """What waits for this person to take note."""
    visitor = at_desk()
    with force_locale(visitor.locale):
        rows = [_row(row, visitor) for row in take_note.mine(runtime(), visitor.viewer)]
        reached = take_note.reaches(runtime(), visitor.viewer)
        return show("desk/alerts.html", visitor, rows=rows, reached=reached, done=request.args.get("done", ""))


@blueprint.post("/<int:number>")
def note(number: int) -> Response:
    """Take note of one."""
    take_note.take_note(runtime(), at_desk().viewer, number)
    return redirect(url_for("alerts.mine", done="1"), 303)  # type: ignore[return-value]


def _row(row: Any, visitor: Visitor) -> dict[str, Any]:
    policy, now = runtime().policy, runtime().clock()
    label = policy.alert_label(row.cause)
    category = policy.categories.get(row.category)
    about = policy.symptoms[Symptom(row.symptom)].label if row.symptom else category.label if category else None
    return {
        "id": row.id, "case": row.case_id, "what": label.in_(visitor.locale) if label else "",
        "title": (about or policy.kinds[row.kind]).in_(visitor.locale), "since": moments.ago(row.raised_at, now),
        "times": row.times,
    }  # fmt: skip
