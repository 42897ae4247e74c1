"""`/desk/watch/`: all live rooms, read-only (P1); major incidents, which tier 1 tells of and ends for all rooms."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from sidecar.casework import intend, room_board, tell
from sidecar.domain.case import Action
from sidecar.domain.incident import room_of
from sidecar.domain.launch import Target
from sidecar.pages import live, moments, refusals
from sidecar.pages.room import looking
from sidecar.pages.room.acts import telling_page
from sidecar.pages.room.views import part, room_now
from sidecar.pages.session import Visitor, runtime, signed_in
from sidecar.pages.shell.views import page
from sidecar.store.permitted import Unseen

_LONGEST: Final = 1000  # letters of a message

blueprint = Blueprint("watch", __name__, url_prefix="/desk/watch", template_folder="templates")
refusals.install(blueprint)


@blueprint.get("/")
def wall() -> Response:
    """Every room with a class on or near, or with an open failure; the most troubled first."""
    return _wall(signed_in(Target.DESK))


def _wall(visitor: Visitor, *, at: int = 0, fault: str = "", typed: str = "") -> Response:
    now, zone = runtime().clock(), runtime().zone
    with force_locale(visitor.locale):
        rooms = [
            room_now(one, visitor, "watch.room")
            for one in room_board.rooms_now(runtime(), visitor.viewer, everywhere=True)
        ]
        majors = [
            looking.major(one, runtime().policy, visitor, now) | {"pending": _pending(visitor, one.case.id)}
            for one in room_board.open_majors(runtime(), visitor.viewer)
        ]
        ready = runtime().policy.rooms.messages["ready_major"].in_(visitor.locale)
        template = {"list": "room/list.html", "majors": "watch/majors.html"}.get(part(), "watch/wall.html")
        answer = _show(
            template, visitor, rooms=rooms, majors=majors, ready=ready, at=at, typed=typed, fault=fault,
            list_url=url_for("watch.wall", part="list"), updated=moments.clock(now, zone),
        )  # fmt: skip
        if fault:
            answer.status_code = 422
        return answer


def _pending(visitor: Visitor, case_id: int) -> list[dict[str, Any]]:
    mine = intend.of_person(runtime(), visitor.viewer)
    return [
        {"id": one.id, "action": one.action, "said": looking.to_be_said(one, visitor)}
        for one in mine
        if one.case_id == case_id and one.state == "waiting"
    ]


@blueprint.get("/live")
def stream() -> Response:
    """Server-sent events for everything that happens in any room."""
    visitor = signed_in(Target.DESK)
    room_board.open_majors(runtime(), visitor.viewer)  # raises for who may not watch
    return live.stream(lambda news: not news.is_question, visitor.login_id)


@blueprint.get("/<site>/<activity>/<group>")
def room(site: str, activity: str, group: str) -> Response:
    """The board of one room, to look at."""
    visitor = signed_in(Target.DESK)
    if any("|" in one for one in (site, activity, group)):
        raise NotFound
    with force_locale(visitor.locale):
        found = looking.shown(visitor, room_of(site, activity, None if group == "-" else group))
        found["cards_url"] = url_for("watch.room", site=site, activity=activity, group=group, part="cards")
        return _show("room/cards.html" if part() == "cards" else "room/board.html", visitor, **found)


@blueprint.post("/majors/<int:number>/<what>")
def act(number: int, what: str) -> Response:
    """One message, or one "solved", for every room of a major incident; to be undone for some seconds."""
    visitor = signed_in(Target.DESK)
    if not any(one.case.id == number for one in room_board.open_majors(runtime(), visitor.viewer)):
        raise Unseen(number)
    if what == "solve":
        intend.intend(runtime(), visitor.viewer, number, Action.SOLVE, {})
    elif what == "tell":
        text = request.form.get("text", "").strip()
        if not text or len(text) > _LONGEST:
            with force_locale(visitor.locale):
                fault = _("Please write between 1 and %(num)d letters.", num=_LONGEST)
                return _wall(visitor, at=number, fault=fault, typed=text)
        intend.intend(runtime(), visitor.viewer, number, Action.TELL, looking.said_or_ready(text, "ready_major"))
    else:
        raise NotFound
    return redirect(url_for("watch.wall"), 303)  # type: ignore[return-value]


@blueprint.post("/undo/<int:intent>")
def undo(intent: int) -> Response:
    """Take back what one has just pressed."""
    intend.undo(runtime(), signed_in(Target.DESK).viewer, intent)
    return redirect(url_for("watch.wall"), 303)  # type: ignore[return-value]


@blueprint.get("/tellings/<int:telling>")
def telling(telling: int) -> Response:
    """Whom a message of a major incident was for and how it reached each of them."""
    visitor = signed_in(Target.DESK)
    told, rows = tell.one(runtime(), visitor.viewer, telling)
    with force_locale(visitor.locale):
        context = telling_page(told, rows, visitor)
        return _show("room/telling.html", visitor, **context, back=url_for("watch.wall"),
                     again=url_for("watch.again", telling=telling))  # fmt: skip


@blueprint.post("/tellings/<int:telling>/again")
def again(telling: int) -> Response:
    """Send it once more to those alone whom it did not reach (A2)."""
    visitor = signed_in(Target.DESK)
    tell.again(runtime(), visitor.viewer, telling)
    return redirect(url_for("watch.telling", telling=telling), 303)  # type: ignore[return-value]


def _show(template: str, visitor: Visitor, **context: Any) -> Response:
    nav = [{"href": url_for("watch.wall"), "label": _("All live rooms"), "icon": "monitor", "current": True}]
    return page(
        template,
        visitor.locale,
        visitor=visitor,
        nav=nav,
        role=runtime().policy.roles["agent_1"].in_(visitor.locale),
        leave_url=url_for("entry.leave_desk"),
        stream_url=url_for("watch.stream"),
        **context,
    )
