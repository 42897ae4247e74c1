"""The backup room, and the summary after class."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Response, redirect, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from sidecar.casework import room_board, summarise, tell
from sidecar.pages import moments
from sidecar.pages.room import looking, words
from sidecar.pages.room.views import blueprint, key_of, show, show_board, visitor_of_room
from sidecar.pages.session import Visitor, runtime


@blueprint.post("/<activity>/<group>/link")
def link(activity: str, group: str) -> Response:
    """Keep where the class goes on when its room is lost."""
    visitor = visitor_of_room()
    key, url = key_of(visitor, activity, group), request.form.get("url", "")
    board = room_board.board_of(runtime(), visitor.viewer, key)
    session = board.room.session_key if request.form.get("session") else None
    try:
        tell.keep_link(runtime(), visitor.viewer, key, url, session_key=session)
    except tell.NotALink:
        with force_locale(visitor.locale):
            fault = _("An address begins with https:// and holds no name or password.")
        answer = show_board(visitor, activity, group, only=_only(), link_fault=fault, link_typed=url)
        answer.status_code = 422
        return answer
    return _back(visitor, activity, group)


@blueprint.post("/<activity>/<group>/backup")
def backup(activity: str, group: str) -> Response:
    """Send the backup room to who reported, or to the whole roster."""
    visitor = visitor_of_room()
    key = key_of(visitor, activity, group)
    board = room_board.board_of(runtime(), visitor.viewer, key)
    everybody = request.form.get("to") == "everybody"
    try:
        sent = tell.tell_backup(runtime(), visitor.viewer, key, everybody=everybody, session_key=board.room.session_key)
    except tell.NotALink:
        sent = None
    return _back(visitor, activity, group, sent=sent)


@blueprint.get("/<activity>/<group>/summary")
def summary(activity: str, group: str) -> Response:
    """What happened in a session, counted."""
    return _summary(visitor_of_room(), activity, group, request.args.get("session"))


@blueprint.post("/<activity>/<group>/summary")
def confirm(activity: str, group: str) -> Response:
    """Confirm a summary."""
    visitor = visitor_of_room()
    session, note = request.form.get("session", ""), request.form.get("note", "").strip()
    try:
        summarise.confirm(runtime(), visitor.viewer, key_of(visitor, activity, group), session, note)
    except summarise.Confirmed:
        pass  # by somebody else, or by this very form: the page shows by whom
    except (ValueError, summarise.NotOver, summarise.Moved) as why:
        with force_locale(visitor.locale):
            status, fault = _fault(why)
        answer = _summary(visitor, activity, group, session, fault=fault, note=note)
        answer.status_code = status
        return answer
    where = url_for("room.summary", activity=activity, group=group, session=session)
    return redirect(where, 303)  # type: ignore[return-value]


def _fault(why: Exception) -> tuple[int, str]:
    if isinstance(why, summarise.NotOver):
        return 409, _("Not confirmed: the class is still on. Your remark is kept here; please confirm when it is over.")
    if isinstance(why, summarise.Moved):
        return 409, _("This has changed meanwhile; the page now shows how it stands.")
    return 422, _("At most %(num)d letters.", num=summarise.LONGEST)


def _summary(
    visitor: Visitor, activity: str, group: str, session: str | None, *, fault: str = "", note: str = ""
) -> Response:
    zone, now = runtime().zone, runtime().clock()
    with force_locale(visitor.locale):
        found = summarise.summary(runtime(), visitor.viewer, key_of(visitor, activity, group), session)
        of_day = looking.of_day(found.room.key, found.session_key)
        lines = [
            {
                "title": looking.label(line.card.case.symptom, visitor),
                "people": line.card.number,
                "whole_room": line.card.whole_room,
                "began": moments.clock(line.card.since, zone),
                "ended": moments.clock(line.card.case.solved_at, zone) if line.card.case.solved_at else None,
                "minutes": line.minutes,
                "done": [words.step(step.action, step.reason) for step in line.card.steps if step.by or step.desk],
                "actions": line.card.actions,
            }
            for line in found.lines
        ]
        return show(
            "room/summary.html", visitor, summary=found, lines=lines, fault=fault, note=note,
            room=looking.titled(found.room, visitor.locale), here={"activity": activity, "group": group},
            until="" if of_day else moments.day_and_clock(found.ends_at, zone, now),
            hours=moments.day(found.starts_at, zone) if of_day else _hours(found.starts_at, found.ends_at, zone, now),
            others=[(key, looking.held(found.room.key, key, at, now)) for key, at in found.others],
            confirmed_at=found.confirmed and moments.day_and_clock(found.confirmed.confirmed_at, zone, now),
        )  # fmt: skip


def _hours(starts: datetime, ends: datetime, zone: ZoneInfo, now: datetime) -> str:
    """When a session was, isolated: its hours run from left to right in both languages."""
    span = f"\u2066{moments.clock(starts, zone)}–{moments.clock(ends, zone)}\u2069"
    day = moments.day_and_clock(starts, zone, now)
    return span if len(day) <= 5 else f"{day.rsplit(' ', 1)[0]} {span}"


def _only() -> str:
    return "backup" if request.headers.get("HX-Request") else ""


def _back(visitor: Visitor, activity: str, group: str, *, sent: int | None = None) -> Response:
    if request.headers.get("HX-Request"):
        return show_board(visitor, activity, group, only="backup", sent=sent)
    return redirect(url_for("room.board", activity=activity, group=group), 303)  # type: ignore[return-value]
