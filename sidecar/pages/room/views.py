"""`/rooms/`: a manager's rooms at this moment, the board of one, and its live stream."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from sidecar.casework import intend, room_board, summarise
from sidecar.domain.incident import room_of
from sidecar.domain.launch import Target
from sidecar.pages import live, moments, refusals
from sidecar.pages.room import looking, words
from sidecar.pages.session import Visitor, runtime, signed_in
from sidecar.pages.shell.views import page
from sidecar.store.feed import News

blueprint = Blueprint("room", __name__, url_prefix="/rooms", template_folder="templates")
refusals.install(blueprint)


def visitor_of_room() -> Visitor:
    """Whoever is signed in to manage rooms."""
    return signed_in(Target.ROOM)


@blueprint.get("/")
def mine() -> Response:
    """My rooms now, the most troubled first (P1)."""
    visitor = visitor_of_room()
    with force_locale(visitor.locale):
        rooms = [room_now(one, visitor, "room.board") for one in room_board.rooms_now(runtime(), visitor.viewer)]
        return show(
            "room/list.html" if part() == "list" else "room/mine.html", visitor, rooms=rooms,
            unconfirmed=[] if part() == "list" else _unconfirmed(visitor),
            list_url=url_for("room.mine", part="list"), updated=moments.clock(runtime().clock(), runtime().zone),
        )  # fmt: skip


def _unconfirmed(visitor: Visitor) -> list[dict[str, Any]]:
    world = runtime()
    return [
        looking.titled(one.room, visitor.locale)
        | {
            "href": url_for(
                "room.summary",
                activity=one.room.activity_id,
                group=one.room.group_id or "-",
                session=one.session_key,
            ),
            "when": looking.held(one.room.key, one.session_key, one.starts_at, world.clock()),
        }
        for one in summarise.unconfirmed(world, visitor.viewer)
    ]


@blueprint.get("/live")
def stream() -> Response:
    """Server-sent events for all of one's rooms."""
    visitor = visitor_of_room()
    viewer = visitor.viewer

    def wanted(news: News) -> bool:
        if news.is_question:
            return False
        if news.room_key is None:  # a major incident of the site
            return any(
                one.startswith((f"{news.site_id}|", f"{news.site_id}:")) for one in viewer.rooms | viewer.managed
            )
        return news.room_key in viewer.rooms or f"{news.site_id}:{news.course_id}" in viewer.managed

    return live.stream(wanted, visitor.login_id)


@blueprint.get("/<activity>/<group>")
def board(activity: str, group: str) -> Response:
    """The board of one room; `?part=cards` only what changes."""
    visitor = visitor_of_room()
    return show_board(visitor, activity, group)


def show_board(visitor: Visitor, activity: str, group: str, *, only: str = "", **more: Any) -> Response:
    """The board, or the part of it that was asked for."""
    with force_locale(visitor.locale):
        found = looking.shown(visitor, key_of(visitor, activity, group))
        found["cards_url"] = url_for("room.board", activity=activity, group=group, part="cards")
        found["refused"] = [
            {"id": one.id, "text": words.doing(one.action), "why": words.refused(one.why)}
            for one in intend.of_person(runtime(), visitor.viewer)
            if one.state == "refused"
        ]
        found["note"] = request.args.get("note", "")
        template = {"cards": "room/cards.html", "log": "room/log.html", "backup": "room/backup.html"}.get(
            only or part(), "room/board.html"
        )
        return show(template, visitor, **(found | more))


def key_of(visitor: Visitor, activity: str, group: str) -> str:
    """The room that an address names, at the visitor's own site."""
    if "|" in activity or "|" in group:
        raise NotFound
    return room_of(visitor.site_id, activity, None if group == "-" else group)


def part() -> str:
    """Which part of a page is asked for; empty for all of it."""
    return request.args.get("part", "")


def room_now(one: room_board.RoomNow, visitor: Visitor, endpoint: str) -> dict[str, Any]:
    """One room of many, as its tile shows it."""
    now = runtime().clock()
    room = looking.titled(one.room, visitor.locale)
    values: dict[str, Any] = {"activity": one.room.activity_id, "group": one.room.group_id or "-"}
    if endpoint == "watch.room":
        values["site"] = one.room.site_id
    return room | {
        "href": url_for(endpoint, **values),
        "people": one.people + one.arriving,
        "present": one.present,
        "cards": [
            {"title": looking.label(case.symptom, visitor), "late": case.overdue, "unseen": case.id in one.unseen}
            for case in one.cases
        ],
        "arriving": one.arriving,
        "ringing": bool(one.trouble and one.trouble.ringing),
        "hot": bool(one.trouble and (one.trouble.ringing or one.trouble.severity <= 1)),
        "since": moments.ago(one.trouble.since, now) if one.trouble else None,
        "no_manager": one.alert == "no_manager",
    }


def show(template: str, visitor: Visitor, **context: Any) -> Response:
    """A room page for its visitor."""
    nav = [{"href": url_for("room.mine"), "label": _("My rooms now"), "icon": "radio", "current": True}]
    return page(
        template,
        visitor.locale,
        visitor=visitor,
        nav=nav,
        role=runtime().policy.roles["room_manager"].in_(visitor.locale),
        leave_url=url_for("entry.leave_room"),
        stream_url=url_for("room.stream"),
        **context,
    )
