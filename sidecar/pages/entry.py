"""`/launch`: the LMS sends a person to a page; and leaving again (contract.md, "Who may call")."""

from __future__ import annotations

import re
from typing import Final

import structlog
from flask import Blueprint, Response, current_app, g, redirect, request
from flask_babel import gettext as _

from sidecar.casework import sign_in
from sidecar.domain.launch import Sent, Target
from sidecar.domain.report import Role
from sidecar.identity import OutOfScope, PersonCaller, Proofs, Unproven
from sidecar.pages import refusals, session
from sidecar.pages.refusals import Words, refuse
from sidecar.phrases import language

log = structlog.get_logger(__name__)

blueprint = Blueprint("entry", __name__)
refusals.install(blueprint)

_LARGEST: Final = 8 * 1024  # bytes of a token
_PLACE = re.compile(r"[A-Za-z0-9._-]{1,64}")  # an id as part of an address


@blueprint.post("/launch")
def launch() -> Response:
    """Take a launch once and let its person in."""
    token = request.form.get("token", "")
    target = _target(request.form.get("target", ""))
    if target is None or not token or len(token) > _LARGEST:
        return refuse(401, _not_proven)
    proofs: Proofs = current_app.extensions["nidaa_proofs"]
    try:
        who = proofs.prove_launch(token, target)
    except Unproven as reason:
        log.info("launch_unproven", reason=str(reason))  # ours, never what was sent
        return refuse(401, _not_proven)
    except OutOfScope as refused:
        g.locale = language(refused.locale)
        return refuse(403, _not_yours)
    g.locale = language(who.locale)
    as_manager = who.role is Role.ROOM_MANAGER
    sent = Sent(who.site_id, who.sub, who.course, who.activity, who.group, who.groups, as_manager=as_manager)
    by = sign_in.Launch(who.jti, who.issued_at, session.browser())
    try:
        cookie = sign_in.sign_in(session.runtime(), target, sent, by, name=who.name, locale=who.locale)
    except sign_in.Used:
        return refuse(401, _used)
    answer = redirect(_first_page(target, who), 303)
    return session.let_in(answer, target, cookie, by.browser)  # type: ignore[arg-type]  # werkzeug's response is Flask's here


@blueprint.post("/rooms/leave")
def leave_room() -> Response:
    """Sign out of the room pages."""
    return _leave(Target.ROOM)


@blueprint.post("/mine/leave")
def leave_mine() -> Response:
    """Sign out of one's own reports."""
    return _leave(Target.MINE)


@blueprint.post("/questions/leave")
def leave_questions() -> Response:
    """Sign out of the trainer's questions."""
    return _leave(Target.QUESTIONS)


@blueprint.post("/roster/leave")
def leave_roster() -> Response:
    """Sign out of the rosters."""
    return _leave(Target.ROSTER)


@blueprint.post("/desk/leave")
def leave_desk() -> Response:
    """Sign out of the desk."""
    return _leave(Target.DESK)


def _leave(target: Target) -> Response:
    visitor = session.signed_in(target)
    sign_in.sign_out(session.runtime(), visitor.login_id)
    return session.let_out(refuse(200, _left), target)


def _target(name: str) -> Target | None:
    return Target(name) if name in set(Target) and Target(name) in session.PATHS else None


def _first_page(target: Target, who: PersonCaller) -> str:
    """Where a launch leads: to the room it came from, else to all of the person's."""
    activity = request.form.get("activity") or who.activity
    path = session.PATHS[target]
    if target is Target.ROOM and activity and _PLACE.fullmatch(activity):
        group = who.group if who.group and activity == who.activity and _PLACE.fullmatch(who.group) else "-"
        return f"{path}{activity}/{group}"
    if target is Target.ROSTER and who.course and _PLACE.fullmatch(who.course):
        return f"{path}{who.course}"
    of_course = request.form.get("page") == "course"  # what a message leads to, and not a button in that course
    if target is Target.MINE and of_course and who.course and _PLACE.fullmatch(who.course):
        return f"{path}courses/{who.course}"
    return path


def _not_proven() -> Words:
    return _("This link has expired."), _(
        "It is good for a minute. Please open the page from the learning platform again."
    )


def _used() -> Words:
    return _("This link has been used."), _("It opens the page once. Please open it from the learning platform again.")


def _not_yours() -> Words:
    return _("This page is not open to you."), _("The learning platform does not give you this page.")


def _left() -> Words:
    return _("You are signed out."), _("You can close this tab.")
