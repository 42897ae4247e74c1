"""`/desk/calls/`: who is to be called, because nothing but a telephone reaches them (P7)."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response
from flask_babel import force_locale

from sidecar.casework import call
from sidecar.domain.report import grouped
from sidecar.pages import moments, refusals
from sidecar.pages.desk.frame import at_desk, show
from sidecar.pages.desk.mails_panel import cause_words
from sidecar.pages.session import runtime

blueprint = Blueprint("calls", __name__, url_prefix="/desk/calls", template_folder="templates")
refusals.install(blueprint)


@blueprint.get("/")
def waiting() -> Response:
    """Everybody who waits for a call, each case once, the longest wait first."""
    visitor = at_desk()
    now = runtime().clock()
    with force_locale(visitor.locale):
        rows: dict[tuple[int, str], dict[str, Any]] = {}
        for one, number in call.waiting(runtime(), visitor.viewer):
            body = one.body or {}
            row = rows.setdefault((one.case_id, one.person_id), {
                "case": one.case_id, "name": body.get("name") or one.name or "", "number": number,
                "dial": re.sub(r"[^\d+]", "", number), "reference": grouped(one.reference) if one.reference else "",
                "since": moments.ago(one.at, now), "causes": [],
            })  # fmt: skip
            row["causes"].append(cause_words(one.cause))
        return show("desk/calls.html", visitor, rows=list(rows.values()))
