"""The quick log: a digit for what fails, a name or nothing for whom, Enter (B2). It is a report like any other."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from flask import Response, current_app, redirect, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from sidecar.casework import room_board, room_log
from sidecar.domain.board import named
from sidecar.domain.report import Symptom
from sidecar.journey.intake import Contradicts, Intake
from sidecar.pages.room import looking
from sidecar.pages.room.views import blueprint, key_of, show_board, visitor_of_room
from sidecar.pages.session import Visitor, runtime
from sidecar.store.group_commit import Busy, Unstorable

_LONGEST: Final = 1000  # letters of what was done
_OFFERED: Final = 8  # people of one beginning that are offered


@dataclass(frozen=True, slots=True)
class Typed:
    """What stood in the form, kept when it is refused."""

    symptom: str
    who: str
    person: str
    affected: str
    action: str
    began: str
    ended: str

    @classmethod
    def of_request(cls) -> Typed:
        """The form as it was sent."""
        return cls(**{one.name: request.form.get(one.name, "").strip() for one in fields(cls)})


class Fault(ValueError):
    """A field that cannot be taken, and why, in the reader's words."""

    def __init__(self, field: str, reason: str, people: dict[str, str] | None = None) -> None:
        super().__init__(reason)
        self.field = field
        self.people = people or {}


class Refused(ValueError):
    """A log that cannot be taken, with everything that is wrong with it, by field."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__()
        self.faults = {fault.field: fault for fault in reversed(faults)}  # of one field, what is wrong first


def _all(*reads: Callable[[], Any]) -> list[Any]:
    """What each of these reads, in the order of the form."""
    found: list[Any] = []
    faults: list[Fault] = []
    for read in reads:
        try:
            found.append(read())
        except Fault as fault:
            faults.append(fault)
    if faults:
        raise Refused(faults)
    return found


@blueprint.post("/<activity>/<group>/log")
def log(activity: str, group: str) -> Response:
    """Store a log, durably like every report; the board shows it from that moment."""
    visitor = visitor_of_room()
    typed = Typed.of_request()
    with force_locale(visitor.locale):
        board = room_board.board_of(runtime(), visitor.viewer, key_of(visitor, activity, group))
        try:
            said = _store(visitor, board, typed)
        except Refused as why:
            answer = show_board(visitor, activity, group, only=_form(), typed=typed, faults=why.faults)
            answer.status_code = 422
            return answer
    if request.headers.get("HX-Request"):
        return show_board(visitor, activity, group, only="log", logged=said)
    return redirect(url_for("room.board", activity=activity, group=group), 303)  # type: ignore[return-value]


def _form() -> str:
    return "log" if request.headers.get("HX-Request") else ""


def _store(visitor: Visitor, board: room_board.Board, typed: Typed) -> str:
    """Store it; returns what was logged, in words."""
    trainees = {row.person_id: row.name or "" for row in board.roster if row.role == "trainee"}
    symptom, log_id, about, action, affected, began, ended = _all(
        lambda: _symptom(typed.symptom),
        _id,
        lambda: _person(typed, trainees, few=board.few_named),
        lambda: _action(typed.action),
        lambda: _affected(typed.affected),
        lambda: _time("began", typed.began),
        lambda: _time("ended", typed.ended),
    )
    if ended and not began:
        since = min((one.since for one in board.cards if one.case.symptom == symptom), default=None)
        began = room_log.began(board.room, ended, since)
    try:
        report = room_log.logged(
            runtime(),
            visitor.viewer,
            board.room,
            log_id=log_id,
            symptom=symptom,
            by=visitor.name,
            locale=visitor.locale,
            about=about,
            affected=affected,
            action_taken=action,
            began_at=began,
            ended_at=ended,
        )
    except room_log.EndsFirst:
        raise Refused([Fault("began", _("It cannot begin after it ended."))]) from None
    intake: Intake = current_app.extensions["nidaa_intake"]
    try:
        intake.accept(report)
    except Contradicts:
        raise Refused(
            [Fault("symptom", _("This form was sent already. Please look at the board, then log again."))]
        ) from None
    except Unstorable:
        raise Refused([Fault("action", _("This holds characters that cannot be stored."))]) from None
    except Busy:
        raise Refused([Fault("symptom", _("We could not save this just now. Please try again in a moment."))]) from None
    whom = f"\u2068{trainees.get(about, about)}\u2069" if about else _("the whole room")
    return str(_("Logged: %(what)s, %(whom)s", what=looking.label(symptom, visitor), whom=whom))


def _id() -> uuid.UUID:
    try:
        return uuid.UUID(request.form.get("id", ""))
    except ValueError:
        raise Fault("symptom", _("This form is out of date. Please load the page again.")) from None


def _symptom(text: str) -> Symptom:
    """By its key, or by its digit in any script."""
    if text.isdecimal() and len(text) == 1 and 1 <= int(text) <= len(looking.SYMPTOMS):
        return looking.SYMPTOMS[int(text) - 1]
    if text in set(Symptom):
        return Symptom(text)
    raise Fault("symptom", _("Please choose what fails."))


def _person(typed: Typed, trainees: dict[str, str], *, few: bool) -> str | None:
    if not typed.who and not typed.person:
        return None
    if typed.person in trainees and (not typed.who or typed.person in named(typed.who, trainees)):
        return typed.person
    found = named(typed.who, trainees)
    if len(found) == 1:
        return found[0]
    if not found and few:
        raise Fault("who", _("Nobody known to be in this group has a name that begins so. Log it for the whole room."))
    if not found:
        raise Fault("who", _("Nobody of this course has a name that begins so."))
    people: dict[str, str] = {one: trainees[one] for one in found[:_OFFERED]}
    raise Fault("who", _("Several people have a name that begins so. Please choose one."), people)


def _affected(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or len(text) > 6 or not 1 <= int(text) <= room_log.AFFECTED_AT_MOST:
        raise Fault(
            "affected", _("A whole number from %(first)d to %(last)d.", first=1, last=room_log.AFFECTED_AT_MOST)
        )
    return int(text)


def _action(text: str) -> str:
    if len(text) > _LONGEST:
        raise Fault("action", _("At most %(num)d letters.", num=_LONGEST))
    return text


def _time(field: str, text: str) -> datetime | None:
    """A time of today, in the institute's zone; "now" is one, too. What begins does so with its minute."""
    if not text:
        return None
    now = runtime().clock()
    local = now.astimezone(runtime().zone)
    hours, _colon, minutes = text.partition(":")
    digits = hours.isdecimal() and minutes.isdecimal() and len(text) <= len("00:00")
    if not (digits and int(hours) < 24 and int(minutes) < 60):
        raise Fault(field, _("A time of today, such as 17:20."))
    at = local.replace(hour=int(hours), minute=int(minutes), second=0, microsecond=0)
    if at > local:
        raise Fault(field, _("This time is still to come."))
    return at if field == "began" else min(now, at.replace(second=59))
