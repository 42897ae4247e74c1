"""`/desk/cases/<number>/files`: a note or an answer with files; and the files of a case, for whoever may see it."""

from __future__ import annotations

import uuid
from typing import Any, Final

from flask import Blueprint, Response, redirect, request
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.engine import Connection
from werkzeug.exceptions import NotFound

from sidecar.casework import attach, who
from sidecar.casework import files as opening
from sidecar.casework.act_on import standing
from sidecar.domain.access import may
from sidecar.domain.attachments import Refused, Unfit
from sidecar.domain.case import Action, Case, NotAllowed
from sidecar.domain.plain_text import storable
from sidecar.domain.report import grouped
from sidecar.pages import attached, refusals
from sidecar.pages.desk.frame import at_desk, show
from sidecar.pages.desk.panels import Panel
from sidecar.pages.session import Visitor, runtime
from sidecar.store import attachments, cases, permitted, reports
from sidecar.store.cases import Stale

blueprint = Blueprint("case_files", __name__, url_prefix="/desk/cases", template_folder="templates")
refusals.install(blueprint)

_TO: Final = {"note": Action.NOTE, "reply": Action.REPLY}


@blueprint.get("/<int:number>/files")
def form(number: int) -> Response:
    """The page on which files are added."""
    return _page(at_desk(), number, {"to": "note"})


@blueprint.post("/<int:number>/files")
def add(number: int) -> Response:
    """Add them; what cannot be done is said with everything typed still there."""
    visitor = at_desk(read=attached.read_form)
    typed = {"text": request.form.get("text", "").strip(), "to": request.form.get("to", "note")}
    with force_locale(visitor.locale):
        faults, status, refused = _faults(typed), 422, None
        if not faults:
            try:
                if not attached.whole():
                    raise Refused(Unfit.TOO_LARGE)
                given = request.form.get("version", "")
                attach.add_at_desk(
                    runtime(), visitor.viewer, number, "reply" if typed["to"] == "reply" else "note", typed["text"],
                    attached.given(), warned=attached.warned(),
                    version=int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None,
                )  # fmt: skip
            except Refused as refusal:
                faults, status, refused = {"file": attached.words(refusal, visitor.locale)}, refusal.status, refusal
            except (Stale, NotAllowed):
                faults = {"": _("This has changed meanwhile; the page now shows how it stands.")}
                status = 409
            except OSError:
                faults, status = {"": attached.unsaved()}, 503
        if faults:
            answer = _page(visitor, number, typed, faults, refused)
            answer.status_code = status
            return answer
    return redirect(f"/desk/cases/{number}?done=files", 303)  # type: ignore[return-value]


@blueprint.get("/<int:number>/files/<uuid:file>")
def one(number: int, file: uuid.UUID) -> Response:
    """A file of a case; for whoever may not know of the case, there is none."""
    return attached.sent(*opening.at_desk(runtime(), at_desk().viewer, number, file))


def _faults(typed: dict[str, str]) -> dict[str, str]:
    text = typed["text"]
    if typed["to"] not in _TO:
        return {"to": _("Please choose one of these.")}
    if not text:
        return {"text": _("This is needed.")}
    if len(text) > attach.LONGEST or not storable(text):
        longest = attach.LONGEST
        return {"text": _("At most %(num)d letters, and none that cannot be stored.", num=longest)}
    return {}


def _page(
    visitor: Visitor, number: int, typed: dict[str, str], faults: dict[str, str] | None = None,
    refused: Refused | None = None,
) -> Response:  # fmt: skip
    found = standing(runtime(), visitor.viewer, number)
    if Action.ATTACH not in found.actions:
        raise NotFound
    policy, case = runtime().policy, found.case
    category = policy.categories.get(case.category)
    with force_locale(visitor.locale):
        ways = {"note": _("Note among staff"), "reply": _("Answer to the reporter")}
        return show(
            "desk/files.html", visitor, case=case, typed=typed, faults=faults or {}, longest=attach.LONGEST,
            title=(category.label if category else policy.kinds[case.kind]).in_(visitor.locale),
            ways=[(key, ways[key]) for key, action in _TO.items() if action in found.actions],
            field=attached.field(visitor.locale, refused),
        )  # fmt: skip


def panel(conn: Connection, case: Case, visitor: Visitor) -> Panel | None:
    """The card beside a case: the files of each report, and those of staff."""
    keys = cases.report_keys(conn, case.id)
    found = attachments.of_case(conn, case.id, keys)
    may_add = may(visitor.viewer, Action.ATTACH, case, permitted.involved(conn, case))
    if not found and not may_add:
        return None
    references = reports.references(conn, [row.report_key for row in found if row.report_key])
    groups: dict[str, list[Any]] = {}
    for row in found:
        groups.setdefault(grouped(references[row.report_key]) if row.report_key else f"by {row.put_by}", []).append(row)
    names = who.names(runtime(), {key.removeprefix("by ") for key in groups if key.startswith("by ")})
    here = f"/desk/cases/{case.id}"
    shown = []
    for key, rows in groups.items():
        by = key.removeprefix("by ") if key.startswith("by ") else ""
        shown.append({
            "reference": "" if by else key, "by": names.get(by, by), "files": attached.listing(rows, here),
        })  # fmt: skip
    return Panel("desk/files_panel.html", {"groups": shown, "folder": f"{here}/files", "may_add": may_add})
