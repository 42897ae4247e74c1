"""`/t/<token>/files` and `/mine/<report>/files`: a reporter adds files to a report, and opens those that are theirs."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, current_app, redirect, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import NotFound

from sidecar.casework import attach
from sidecar.casework import files as opening
from sidecar.domain.attachments import Refused, Unfit
from sidecar.domain.launch import Target
from sidecar.domain.plain_text import storable
from sidecar.domain.report import report_key
from sidecar.domain.tracking import report_of
from sidecar.journey.status import Status, status, tracked
from sidecar.pages import attached, refusals
from sidecar.pages.mine import views
from sidecar.pages.session import Visitor, runtime, signed_in

blueprint = Blueprint("mine_files", __name__, template_folder="templates")
refusals.install(blueprint)


@blueprint.post("/mine/<uuid:report>/files")
def add_to_own(report: uuid.UUID) -> Response:
    """Add files to one of one's own reports."""
    visitor = signed_in(Target.MINE, attached.read_form)
    found = status(runtime(), visitor.site_id, report, visitor.person_id)
    key = report_key(visitor.site_id, report)
    return _add(found, key, visitor.locale, visitor, url_for("mine.one", report=report))


@blueprint.post("/t/<token>/files")
def add_by_link(token: str) -> Response:
    """The same, by the link."""
    key = report_of(runtime().tracking_secret, token)
    if key is None:
        raise NotFound  # before a byte of the body is read
    attached.read_form()
    here = url_for("mine.by_link", token=token)
    return _add(tracked(runtime(), token), key, views.locale_of(), None, here)


@blueprint.get("/mine/<uuid:report>/files/<uuid:file>")
def one_of_own(report: uuid.UUID, file: uuid.UUID) -> Response:
    """A file of one of one's own reports, or of an answer to it."""
    visitor = signed_in(Target.MINE)
    if status(runtime(), visitor.site_id, report, visitor.person_id) is None:
        raise NotFound
    key = report_key(visitor.site_id, report)
    return attached.sent(*opening.one_own(runtime(), key, file, own=True))


@blueprint.get("/t/<token>/files/<uuid:file>")
def one_by_link(token: str, file: uuid.UUID) -> Response:
    """The same, by the link."""
    key = report_of(runtime().tracking_secret, token)
    if key is None:
        raise NotFound
    return attached.sent(*opening.one_own(runtime(), key, file, own=False))


def _add(found: Status | None, key: uuid.UUID, locale: str, visitor: Visitor | None, here: str) -> Response:
    if found is None:
        raise NotFound
    text = request.form.get("text", "").strip()
    limits, now = current_app.extensions["nidaa_reports"].additions, runtime().clock()
    who = ("files", str(key))

    def again(words: str, code: int, refused: Refused | None = None) -> Response:
        answer = views.shown(found, key, locale, visitor, here, fault=words, typed=text, of="files", refused=refused)
        answer.status_code = code
        return answer

    with force_locale(locale):
        if len(text) > attach.LONGEST or not storable(text):
            longest = attach.LONGEST
            return again(_("At most %(num)d letters, and none that cannot be stored.", num=longest), 422)
        if (wait := limits.wait(*who, now)) is not None:
            answer = again(_("Too much at once. Please wait a little; what you wrote is still here."), 429)
            answer.headers["Retry-After"] = str(wait)
            return answer
        try:
            if not attached.whole():
                raise Refused(Unfit.TOO_LARGE)
            limits.count(*who, now)
            attach.add_own(
                runtime(), key, attached.given(), own=visitor is not None, text=text,
                addition_id=_id(request.form.get("id", "")), warned=attached.warned(),
            )  # fmt: skip
        except Refused as refused:
            return again(attached.words(refused, locale), refused.status, refused)
        except (OSError, OperationalError):
            return again(attached.unsaved(), 503)
    return redirect(f"{here}?thanks=file" + ("" if visitor else f"&lang={locale}"), 303)  # type: ignore[return-value]


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()
