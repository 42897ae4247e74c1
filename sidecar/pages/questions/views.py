"""`/questions/`: the trainer's queue; answer one asker, or the whole class."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from sidecar.casework import answer
from sidecar.casework.answer import Question
from sidecar.domain.launch import Target
from sidecar.domain.report import grouped
from sidecar.pages import live, moments, refusals
from sidecar.pages.session import Visitor, runtime, signed_in
from sidecar.pages.shell.views import page

blueprint = Blueprint("questions", __name__, url_prefix="/questions", template_folder="templates")
refusals.install(blueprint)


@blueprint.get("/")
def queue() -> Response:
    """The queue, what is due first on top; `?part=list` only what changes."""
    return _queue(signed_in(Target.QUESTIONS))


@blueprint.get("/live")
def stream() -> Response:
    """Server-sent events for the questions of one's courses."""
    visitor = signed_in(Target.QUESTIONS)
    courses = visitor.viewer.courses
    return live.stream(
        lambda news: news.is_question and f"{news.site_id}:{news.course_id}" in courses, visitor.login_id
    )


@blueprint.post("/<int:number>")
def reply(number: int) -> Response:
    """Answer a question."""
    visitor = signed_in(Target.QUESTIONS)
    text = request.form.get("text", "")
    try:
        told = answer.answer(runtime(), visitor.viewer, number, text, everybody=request.form.get("to") == "everybody")
    except ValueError:
        with force_locale(visitor.locale):
            fault = _("Please write between 1 and %(num)d letters.", num=answer.LONGEST)
        return _queue(visitor, at=number, fault=fault, typed=text)
    return redirect(url_for("questions.queue", told=told), 303)  # type: ignore[return-value]


def _queue(visitor: Visitor, *, at: int = 0, fault: str = "", typed: str = "") -> Response:
    now, zone = runtime().clock(), runtime().zone
    with force_locale(visitor.locale):
        found = [_question(one, visitor) for one in answer.questions(runtime(), visitor.viewer)]
        told = request.args.get("told", "")
        nav = [{"href": url_for("questions.queue"), "label": _("Questions"), "icon": "message-circle", "current": True}]
        result = page(
            "questions/list.html" if request.args.get("part") == "list" else "questions/queue.html",
            visitor.locale, visitor=visitor, nav=nav, role=runtime().policy.roles["trainer"].in_(visitor.locale),
            leave_url=url_for("entry.leave_questions"), stream_url=url_for("questions.stream"),
            waiting=[one for one in found if one["waits"]], answered=[one for one in found if not one["waits"]],
            at=at, fault=fault, typed=typed, told=int(told) if told.isdecimal() and len(told) < 6 else None,
            updated=moments.clock(now, zone),
        )  # fmt: skip
        if fault:
            result.status_code = 422
        return result


def _question(one: Question, visitor: Visitor) -> dict[str, Any]:
    now, zone = runtime().clock(), runtime().zone
    return {
        "id": one.case.id,
        "waits": one.waits,
        "again": one.case.state == "reopened",
        "course": one.course,
        "asked": [
            {
                "name": row.body["name"] if row.reporter_id not in one.unnamed else _("A trainee of the course"),
                "text": row.body["text"],
                "reference": grouped(row.reference),
                "at": moments.day_and_clock(row.received_at, zone, now),
            }
            for row in one.asked
        ],
        "answers": [(moments.day_and_clock(row.at, zone, now), row.words) for row in one.answers],
        "due": _due(one, now),
        "state": runtime().policy.states[one.case.state].in_(visitor.locale),
    }


def _due(one: Question, now: Any) -> dict[str, str] | None:
    if one.due is None:
        return None
    if one.due <= now:
        return {"kind": "late", "text": _("late %(length)s", length=moments.length(now - one.due))}
    at = moments.day_and_clock(one.due, runtime().zone, now)
    soon = (one.due - now).total_seconds() < 3600
    return {"kind": "soon" if soon else "due", "text": _("answer by %(time)s", time=at)}
