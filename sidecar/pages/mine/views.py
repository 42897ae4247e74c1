"""`/mine/` and `/t/<token>`: where a report stands, what was said, add a detail, "is it working for you?"."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any, Final

from flask import Blueprint, Response, current_app, redirect, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from sidecar.casework import files, own_reports, rate
from sidecar.casework.own_reports import Own
from sidecar.domain.attachments import Refused
from sidecar.domain.case import State
from sidecar.domain.certificate_words import listed
from sidecar.domain.launch import Target
from sidecar.domain.report import Symptom, grouped, report_key
from sidecar.domain.tracking import report_of
from sidecar.journey.intake import Contradicts, Intake
from sidecar.journey.status import Status, mark_shown, status, tracked
from sidecar.pages import attached, moments, refusals
from sidecar.pages.mine import certificate, checklist, line, turns, ways
from sidecar.pages.session import Visitor, runtime, signed_in
from sidecar.pages.shell.views import page
from sidecar.phrases import language, step_words
from sidecar.store.group_commit import Busy, Unstorable
from sidecar.store.reports import Addition

_LONGEST: Final = 4000  # letters of a detail, as the API takes

blueprint = Blueprint("mine", __name__, template_folder="templates")
refusals.install(blueprint)
certificate.install(blueprint)


@blueprint.get("/mine/")
def everything() -> Response:
    """All of one's reports."""
    visitor = signed_in(Target.MINE)
    now, zone, policy = runtime().clock(), runtime().zone, runtime().policy
    with force_locale(visitor.locale):
        rows = [
            {
                "href": url_for("mine.one", report=row.id),
                "reference": grouped(row.reference),
                "title": _title(row.symptom, row.category, row.kind, visitor.locale),
                "course": row.course,
                "state": policy.states[row.state or State.RECEIVED].in_(visitor.locale),
                "kind": _KIND.get(State(row.state or State.RECEIVED), ""),
                "at": moments.day_and_clock(row.received_at, zone, now),
            }
            for row in own_reports.own(runtime(), visitor.viewer)
        ]
        return _page("mine/all.html", visitor.locale, visitor, reports=rows, courses=certificate.listed(visitor))


@blueprint.get("/mine/<uuid:report>")
def one(report: uuid.UUID) -> Response:
    """One of one's own reports."""
    visitor = signed_in(Target.MINE)
    found = status(runtime(), visitor.site_id, report, visitor.person_id)
    key = report_key(visitor.site_id, report)
    return shown(found, key, visitor.locale, visitor, url_for("mine.one", report=report))


@blueprint.post("/mine/<uuid:report>")
def add_to_own(report: uuid.UUID) -> Response:
    """Add to one of one's own reports."""
    visitor = signed_in(Target.MINE)
    here = url_for("mine.one", report=report)
    found = status(runtime(), visitor.site_id, report, visitor.person_id)
    if found is None:
        raise NotFound
    key = report_key(visitor.site_id, report)
    return _add(found, key, visitor.site_id, visitor.person_id, visitor.locale, visitor, here)


@blueprint.get("/t/<token>")
def by_link(token: str) -> Response:
    """One report, by the link that its sender was given."""
    key = report_of(runtime().tracking_secret, token)
    return shown(tracked(runtime(), token), key, locale_of(), None, url_for("mine.by_link", token=token))


@blueprint.post("/t/<token>")
def add_by_link(token: str) -> Response:
    """Add to it."""
    found, key = tracked(runtime(), token), report_of(runtime().tracking_secret, token)
    if found is None or key is None:
        raise NotFound
    return _add(found, key, "link", str(key), locale_of(), None, url_for("mine.by_link", token=token))


@blueprint.post("/mine/<uuid:report>/<what>")
def turn_of_own(report: uuid.UUID, what: str) -> Response:
    """Withdraw one of one's own reports, say that it is not solved, or rate it."""
    visitor = signed_in(Target.MINE)
    found = status(runtime(), visitor.site_id, report, visitor.person_id)
    key, here = report_key(visitor.site_id, report), url_for("mine.one", report=report)
    return _turn(what, found, key, visitor.locale, visitor, here)


@blueprint.post("/t/<token>/<what>")
def turn_by_link(token: str, what: str) -> Response:
    """The same, by the link."""
    found, key = tracked(runtime(), token), report_of(runtime().tracking_secret, token)
    here = url_for("mine.by_link", token=token, lang=locale_of())
    return _turn(what, found, key, locale_of(), None, here)


def _turn(
    what: str, found: Status | None, key: uuid.UUID | None, locale: str, visitor: Visitor | None, here: str
) -> Response:
    if found is None or key is None or what not in turns.WHAT:
        raise NotFound
    with force_locale(locale):
        try:
            return turns.take(what, key, here, visitor.person_id if visitor else None)
        except turns.Fault as fault:
            typed = request.form.get("text", "")
            answer = shown(found, key, locale, visitor, here, fault=fault.words, typed=typed, of=what)
            answer.status_code = fault.status
            return answer


def locale_of() -> str:
    """What the reader of a link reads."""
    asked = request.args.get("lang") or request.form.get("lang", "")
    return asked if asked in {"ar", "en"} else language(None)


def shown(
    found: Status | None, key: uuid.UUID | None, locale: str, visitor: Visitor | None, here: str, *, fault: str = "",
    typed: str = "", of: str = "", refused: Refused | None = None,
) -> Response:  # fmt: skip
    """A report's page, with what was wrong with the form `of` it."""
    if found is None or key is None or (reported := own_reports.of_key(runtime(), key)) is None:
        raise NotFound
    if request.method == "GET":  # HEAD is a machine's look: it reads nothing to anybody
        mark_shown(runtime(), found)
    now, zone, addition = runtime().clock(), runtime().zone, uuid.uuid4()
    with force_locale(locale):
        template = "mine/status.html" if request.args.get("part") == "status" else "mine/one.html"
        answer = _page(
            template, locale, visitor, report=found, reference=grouped(found.reference), here=here,
            what=_what(reported, locale), state=line.state(found, reported, locale), steps=line.steps(found, reported),
            timeline=[(moments.day_and_clock(at, zone, now), step_words(what)) for at, what in found.timeline],
            said=[(moments.day_and_clock(one.at, zone, now), one.text.in_(locale)) for one in reversed(found.said)],
            since=moments.day_and_clock(found.since, zone, now) if found.since else None,
            others=found.same_in_room or None, fault=fault, typed=typed, addition=addition,
            of=of, about=reported.category, turns=rate.turns(runtime(), key),
            way=ways.shown(key, visitor, typed_anew=of == "prefer"), field=attached.field(locale, refused),
            checklist=checklist.shown(key, locale),
            files=attached.listing(files.own(runtime(), key, own=visitor is not None), here.partition("?")[0]),
            thanks=request.args.get("thanks", ""), poll=max(5, found.poll_after),
        )  # fmt: skip
        if fault:
            answer.status_code = 422
        elif request.method == "GET" and template == "mine/status.html":
            _asked_again(answer, str(addition))
        return answer


def _asked_again(answer: Response, addition: str) -> None:
    """What a page asks for by itself is sent only when it has changed; the form's new id alone is no change."""
    told = answer.get_data().replace(addition.encode(), b"")
    answer.set_etag(hashlib.sha256(told).hexdigest()[:32])
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.make_conditional(request)


def _add(
    found: Status, key: uuid.UUID, site: str, who: str, locale: str, visitor: Visitor | None, here: str
) -> Response:
    text, said = request.form.get("text", "").strip(), request.form.get("works", "")
    works = {"yes": True, "no": False}.get(said)
    with force_locale(locale):
        fault = _fault(text, works=works)
    if fault:
        return shown(found, key, locale, visitor, here, fault=fault, typed=text)
    addition_id = _id(request.form.get("id", ""))
    now = runtime().clock()
    limits = current_app.extensions["nidaa_reports"].additions
    intake: Intake = current_app.extensions["nidaa_intake"]
    addition = Addition(
        key=uuid.uuid5(key, str(addition_id)), report_key=key, id=addition_id, text=text, diagnostics={},
        received_at=now, works=works,
    )  # fmt: skip
    with force_locale(locale):
        if limits.wait(site, who, now) is not None and not intake.added(addition):
            fault = _("Too much at once. Please wait a little; what you wrote is still here.")
        else:
            fault = _stored(intake, addition)
    if fault:
        return shown(found, key, locale, visitor, here, fault=fault, typed=text)
    limits.count(site, who, now)
    thanks = said if works is not None else "detail"
    return redirect(f"{here}?thanks={thanks}" + ("" if visitor else f"&lang={locale}"), 303)  # type: ignore[return-value]


def _fault(text: str, *, works: bool | None) -> str:
    if not text and works is None:
        return str(_("Please write what you want to add."))
    if len(text) > _LONGEST:
        return str(_("At most %(num)d letters.", num=_LONGEST))
    return ""


def _stored(intake: Intake, addition: Addition) -> str:
    """Nothing when it is stored; else why not."""
    try:
        intake.add(addition)
    except Contradicts:
        return ""  # the same form, sent twice with another text: the first stands, and is shown
    except Unstorable:
        return str(_("This holds characters that cannot be stored."))
    except Busy:
        return str(_("We could not save this just now. Please try again in a moment; what you wrote is still here."))
    return ""


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()


def _what(reported: Own, locale: str) -> dict[str, str]:
    """What was reported: by name, of where, when, which gaps, and in which words."""
    return {
        "title": _title(reported.symptom, reported.category, reported.kind, locale),
        "room": reported.room,
        "course": reported.course,
        "at": moments.day_and_clock(reported.occurred_at, runtime().zone, runtime().clock()),
        "text": reported.text,
        "gaps": listed(sorted(reported.gaps), runtime().policy.certificate, locale),
    }


_KIND: Final = {State.RESOLVED: "good", State.CLOSED: "good", State.IN_PROGRESS: "info", State.REOPENED: "late",
                State.WAITING: "hold"}  # fmt: skip


def _title(symptom: str | None, category: str | None, kind: str, locale: str) -> str:
    policy = runtime().policy
    if symptom:
        return policy.symptoms[Symptom(symptom)].label.in_(locale)
    if category and category in policy.categories:
        return policy.categories[category].label.in_(locale)
    return policy.kinds[kind].in_(locale)


def _page(template: str, locale: str, visitor: Visitor | None, **context: Any) -> Response:
    if visitor is not None:
        nav = [{"href": url_for("mine.everything"), "label": _("My reports"), "icon": "inbox", "current": True}]
        context |= {"nav": nav, "role": "", "leave_url": url_for("entry.leave_mine")}
    return page(template, locale, visitor=visitor, **context)
