"""`/desk/calls/`: whom to call and by when, because nothing else reaches them, or it was promised, or P8 says so."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from sidecar.casework import call
from sidecar.domain.case import State
from sidecar.domain.report import grouped
from sidecar.pages import moments, refusals
from sidecar.pages.desk.frame import CALLERS, at_desk, show
from sidecar.pages.desk.mails_panel import cause_words
from sidecar.pages.desk.rows import due_words
from sidecar.pages.session import Visitor, runtime

blueprint = Blueprint("calls", __name__, url_prefix="/desk/calls", template_folder="templates")
refusals.install(blueprint)


@blueprint.get("/")
def waiting() -> Response:
    """Everybody who waits for a call, each case once, what is due first; and alerts whose addressee is to be called."""
    visitor = at_desk(*CALLERS)
    owed = call.waiting(runtime(), visitor.viewer)
    with force_locale(visitor.locale):
        return show(
            "desk/calls.html", visitor, done=request.args.get("done", ""),
            rows=list(_people(owed).values()), alerts=[_alert(row, owed, visitor) for row in owed.rows
                                                       if row.why == "alert"],
        )  # fmt: skip


@blueprint.post("/<int:number>")
def about_alert(number: int) -> Response:
    """Whom an alert tells was called."""
    visitor = at_desk(*CALLERS)
    result = request.form.get("result", "")
    if result not in {"reached", "no_answer"}:
        raise NotFound
    call.about_alert(runtime(), visitor.viewer, number, reached=result == "reached")
    return redirect(url_for("calls.waiting", done=result), 303)  # type: ignore[return-value]


def _people(owed: call.Owed) -> dict[tuple[int, str, str], dict[str, Any]]:
    now, zone = runtime().clock(), runtime().zone
    found: dict[tuple[int, str, str], dict[str, Any]] = {}
    for row in owed.rows:
        if row.why == "alert":
            continue
        key = (row.stands_in, row.site_id, row.person_id)
        said = owed.said.get(key)
        body = said.body if said is not None else {}
        number = owed.numbers.get(key) or row.phone or ""
        look, due = due_words(row.due_at, State.RECEIVED, now)
        one = found.setdefault(key, {
            "case": row.stands_in, "name": body.get("name") or row.name or "", "number": number, "dial": _dial(number),
            "reference": grouped(said.reference) if said is not None else "", "look": look, "due": due,
            "at": moments.day_and_clock(row.due_at, zone, now), "tries": row.tries, "causes": [],
            "not_before": moments.day_and_clock(row.not_before, zone, now)
            if row.not_before and row.not_before > now else "",
        })  # fmt: skip
        if row.why == "promised":
            one["causes"].append(_("a call was promised"))
        else:
            one["causes"] += [cause_words(cause) for cause in owed.causes.get(key, ())]
    return found


def _alert(row: Any, owed: call.Owed, visitor: Visitor) -> dict[str, Any]:
    now, zone = runtime().clock(), runtime().zone
    addressee = owed.alerted[row.id]
    number = (addressee.contact.phone if addressee else None) or ""
    label = runtime().policy.alert_label(row.cause)
    look, due = due_words(row.due_at, State.RECEIVED, now)
    return {
        "id": row.id, "case": row.case_id, "seen": row.seen, "number": number, "dial": _dial(number),
        "who": addressee.label.in_(visitor.locale) if addressee else "", "look": look, "due": due,
        "what": label.in_(visitor.locale) if label else "", "tries": row.tries,
        "not_before": moments.day_and_clock(row.not_before, zone, now)
        if row.not_before and row.not_before > now else "",
    }  # fmt: skip


def _dial(number: str) -> str:
    return re.sub(r"[^\d+]", "", number)
