"""What a room manager does with a card: one key each, to be undone for some seconds."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from flask import Response, redirect, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from sidecar.casework import intend, pick_up, room_board, tell
from sidecar.domain.case import Action
from sidecar.domain.policy import Tier
from sidecar.domain.report import grouped
from sidecar.pages import moments
from sidecar.pages.room import looking, words
from sidecar.pages.room.views import blueprint, key_of, show, show_board, visitor_of_room
from sidecar.pages.session import Visitor, runtime
from sidecar.store.permitted import Unseen

_LONGEST: Final = 1000  # letters of a message to a room


class Incomplete(ValueError):
    """A form that lacks something; its words name it."""


@blueprint.get("/<activity>/<group>/cases/<int:number>/<what>")
def ask(activity: str, group: str, number: int, what: str) -> Response:
    """The form of an act that needs more than a key: own words, a person, another card; or who has been told."""
    visitor = visitor_of_room()
    if what not in {"tell", "split", "merge", "people"}:
        raise NotFound
    return _form(visitor, activity, group, number, what)


def _recipients(card: Mapping[str, Any]) -> dict[int, list[dict[str, str]]]:
    """For each telling of a card everybody whom it was for, and how it reached them."""
    names = {person.key: person.name for person in card["people"]}
    return {said["id"]: words.reached(tell.recipients_of(runtime(), said["id"]), names) for said in card["told"]}


@blueprint.get("/<activity>/<group>/tellings/<int:telling>")
def telling(activity: str, group: str, telling: int) -> Response:
    """Whom a message was for and how it reached each of them."""
    visitor = visitor_of_room()
    key_of(visitor, activity, group)
    told, rows = tell.one(runtime(), visitor.viewer, telling)
    with force_locale(visitor.locale):
        return show(
            "room/telling.html", visitor, **telling_page(told, rows, visitor),
            back=url_for("room.board", activity=activity, group=group),
            again=url_for("room.again", activity=activity, group=group, telling=telling),
        )  # fmt: skip


def telling_page(told: Any, rows: Sequence[Any], visitor: Visitor) -> dict[str, Any]:
    """One message, for whoever may send it again."""
    return {
        "said": {"text": looking.said_of(told, visitor), "at": moments.clock(told.at, runtime().zone)},
        "recipients": words.reached(rows, {}),
        "failed": sum(row.state == "failed" for row in rows),
    }


def _form(
    visitor: Visitor, activity: str, group: str, number: int, what: str, *, fault: str = "", typed: str | None = None
) -> Response:
    with force_locale(visitor.locale):
        found = looking.shown(visitor, key_of(visitor, activity, group))
        found["cards_url"] = url_for("room.board", activity=activity, group=group, part="cards")
        cards = found["cards"] + found["solved"]
        card = next((one for one in cards if one["id"] == number), None)
        if card is None:
            raise Unseen(number)
        others = [one for one in found["cards"] if one["id"] != number]
        answer = show(
            f"room/{what}.html", visitor, **found, card=card, others=others, fault=fault,
            text=found["ready"].get(number, "") if typed is None else typed,
            alone=bool(request.headers.get("HX-Request")), recipients=_recipients(card) if what == "people" else {},
            grouped=grouped, clock=lambda at: moments.clock(at, runtime().zone),
        )  # fmt: skip
        if fault:
            answer.status_code = 422
        return answer


@blueprint.post("/<activity>/<group>/cases/<int:number>/<what>")
def act(activity: str, group: str, number: int, what: str) -> Response:
    """Do something to a card; but for looking, it is done when the time to undo it is over."""
    visitor = visitor_of_room()
    if what == "see":
        pick_up.see(runtime(), visitor.viewer, number)
        return Response(status=204) if request.headers.get("HX-Request") else _back(visitor, activity, group)
    if what not in _ACTS:
        raise NotFound
    board = room_board.board_of(runtime(), visitor.viewer, key_of(visitor, activity, group))
    if not any(one.case.id == number for one in board.cards):
        raise Unseen(number)
    action, data_of = _ACTS[what]
    try:
        with force_locale(visitor.locale):
            data = data_of(visitor, board, number)
    except Incomplete as fault:
        return _form(visitor, activity, group, number, what, fault=str(fault), typed=request.form.get("text"))
    intend.intend(runtime(), visitor.viewer, number, action, data)
    return _back(visitor, activity, group)


@blueprint.post("/<activity>/<group>/undo/<int:intent>")
def undo(activity: str, group: str, intent: int) -> Response:
    """Take back what one has just pressed."""
    visitor = visitor_of_room()
    in_time = intend.undo(runtime(), visitor.viewer, intent)
    return _back(visitor, activity, group, note="" if in_time else "too_late")


@blueprint.post("/<activity>/<group>/tellings/<int:telling>/again")
def again(activity: str, group: str, telling: int) -> Response:
    """Send once more what did not arrive, to those alone (A2)."""
    visitor = visitor_of_room()
    tell.again(runtime(), visitor.viewer, telling)
    return _back(visitor, activity, group)


def _back(visitor: Visitor, activity: str, group: str, *, note: str = "") -> Response:
    """To the board: what of it has changed, or, without a script, all of it."""
    if request.headers.get("HX-Request"):
        return show_board(visitor, activity, group, only="cards", note=note)
    where = url_for("room.board", activity=activity, group=group)
    return redirect(f"{where}?note={note}" if note else where, 303)  # type: ignore[return-value]


def _nothing(_visitor: Visitor, _board: room_board.Board, _number: int) -> Mapping[str, Any]:
    return {}


def _to_the_desk(_visitor: Visitor, _board: room_board.Board, _number: int) -> Mapping[str, Any]:
    return {"to": Tier.ONE, "reason": "room_needs_help"}


def _words(visitor: Visitor, board: room_board.Board, number: int) -> Mapping[str, Any]:
    """What the room is told: as written, or the message that the policy has ready."""
    card = next(one for one in board.cards if one.case.id == number)
    if "text" not in request.form:
        return {"message": looking.ready_key(card)}
    text = request.form["text"].strip()
    if not text:
        raise Incomplete(_("Please write what the room is to be told."))
    if len(text) > _LONGEST:
        raise Incomplete(_("At most %(num)d letters.", num=_LONGEST))
    return looking.said_or_ready(text, looking.ready_key(card))


def _one_person(_visitor: Visitor, board: room_board.Board, number: int) -> Mapping[str, Any]:
    card = next(one for one in board.cards if one.case.id == number)
    chosen = request.form.get("report", "")
    if not any(str(person.report) == chosen for person in card.people):
        raise Incomplete(_("Please choose whose report becomes a card of its own."))
    return {"report": str(uuid.UUID(chosen))}


def _another_card(_visitor: Visitor, board: room_board.Board, number: int) -> Mapping[str, Any]:
    others = [one.case.id for one in board.cards if one.case.id != number]
    chosen = request.form.get("other", "")
    if not chosen and len(others) == 1:
        return {"other": others[0]}
    if chosen not in map(str, others):
        raise Incomplete(_("Please choose the card that is the same failure."))
    return {"other": int(chosen)}


_ACTS: Final[Mapping[str, tuple[Action, Callable[[Visitor, room_board.Board, int], Mapping[str, Any]]]]] = {
    "solve": (Action.SOLVE, _nothing),
    "hand": (Action.TRANSFER, _to_the_desk),
    "tell": (Action.TELL, _words),
    "split": (Action.SPLIT, _one_person),
    "merge": (Action.MERGE, _another_card),
}
