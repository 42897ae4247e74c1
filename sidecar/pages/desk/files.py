"""`/desk/cases/<number>/files`: a note or an answer with files; and the files of a case, for whoever may see it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from flask import Blueprint, Response, redirect, request
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.engine import Connection
from werkzeug.exceptions import NotFound

from sidecar.casework import attach, preview, reply, who
from sidecar.casework import files as opening
from sidecar.casework.act_on import Standing, standing
from sidecar.domain.access import may
from sidecar.domain.attachments import Refused, Unfit
from sidecar.domain.case import Action, Case, NotAllowed
from sidecar.domain.report import grouped
from sidecar.pages import attached, refusals
from sidecar.pages.desk.act_forms import Field, Form, filled_in, form_of
from sidecar.pages.desk.acts import faults_of
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
    """The page on which files are added; `?to=reply` where they are to go with an answer."""
    to = request.args.get("to", "")
    return _page(at_desk(), number, {"to": to if to in _TO else "note"})


@blueprint.post("/<int:number>/files")
def add(number: int) -> Response:
    """Add them; what cannot be done is said with everything typed still there."""
    visitor = at_desk(read=attached.read_form)
    found = _standing(visitor, number)
    with force_locale(visitor.locale):
        asked = _asked(found, visitor)
        typed = {field.name: request.form.get(field.name, "").strip() for field in asked.fields}
        typed["to"] = typed["to"] or "note"
        if request.form.get("fill") and (key := request.form.get("ready", "")) in {one for one, _label in asked.ready}:
            return _page(visitor, number, typed | filled_in(key, found.case) | {"to": "reply"})
        faults, status, refused = _faults(asked, typed), 422, None
        if not faults and request.form.get("preview"):
            return _page(visitor, number, typed, previewed=True)
        if not faults:
            try:
                if not attached.whole():
                    raise Refused(Unfit.TOO_LARGE)
                attach.add_at_desk(
                    runtime(), visitor.viewer, number, "reply" if typed["to"] == "reply" else "note", typed["text"],
                    attached.given(), warned=attached.warned(), english=typed.get("english", ""), version=_version(),
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


def _standing(visitor: Visitor, number: int) -> Standing:
    found = standing(runtime(), visitor.viewer, number)
    if Action.ATTACH not in found.actions:
        raise NotFound
    return found


def _version() -> int | None:
    given = request.form.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None


def _asked(found: Standing, visitor: Visitor) -> Form:
    """The fields beside the files: as those of a plain answer, for whoever may give one."""
    names = {"note": _("Note among staff"), "reply": _("Answer to the reporter")}
    to = Field("to", _("Attach to"), [(key, names[key]) for key, action in _TO.items() if action in found.actions])
    answer = form_of("reply", found.case, visitor, found.references) if Action.REPLY in found.actions else None
    if answer is None:
        return Form(Action.ATTACH, _("Add a file"), _("Send"), (to, Field("text", _("What you write"))))
    if all(field.name != "english" for field in answer.fields):
        return replace(answer, title=_("Add a file"), fields=(to, Field("text", _("What you write"))))
    both = (
        Field("text", _("What you write (of an answer: in Arabic)")),
        Field("english", _("In English (for an answer alone)"), needed=False),
    )
    return replace(answer, title=_("Add a file"), fields=(to, *both))


def _faults(asked: Form, typed: Mapping[str, str]) -> dict[str, str]:
    """As those of a plain answer or note: the second language is needed in an answer, and in a note there is none."""
    fields = tuple(
        replace(one, needed=one.needed or (one.name == "english" and typed["to"] == "reply")) for one in asked.fields
    )
    return faults_of(replace(asked, fields=fields), typed)


def _page(
    visitor: Visitor, number: int, typed: Mapping[str, str], faults: Mapping[str, str] | None = None,
    refused: Refused | None = None, *, previewed: bool = False,
) -> Response:  # fmt: skip
    found = _standing(visitor, number)
    policy, case = runtime().policy, found.case
    category = policy.categories.get(case.category)
    with force_locale(visitor.locale):
        asked, said = _asked(found, visitor), dict(faults or {})
        if "file" not in said and attached.given():
            said["file"] = _("Please choose the files again.")  # no browser keeps them in a page that is sent anew
        letters = (
            preview.preview(runtime(), visitor.viewer, number, "reply", typed["text"], typed.get("english", ""))
            if previewed and typed["to"] == "reply" else []
        )  # fmt: skip
        return show(
            "desk/files.html", visitor, case=case, typed=typed, faults=said, longest=attach.LONGEST, form=asked,
            title=(category.label if category else policy.kinds[case.kind]).in_(visitor.locale),
            reads_english=reply.readers(runtime(), number) == {"en"}, letters=letters,
            to_nobody=previewed and not letters,
            # Who sends after a preview overtakes nobody; after a fault, the page shows how it stands.
            version=case.version if faults else _version() or case.version,
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
