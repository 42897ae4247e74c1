"""`/desk/cases/<number>/<what>`: what is done with a case, each on a page that needs no script."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any, Final

from flask import Blueprint, Response, redirect, request
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from sidecar.casework import (
    accounts,
    call,
    escalate,
    merge,
    name_accused,
    note,
    pick_up,
    preview,
    reopen,
    reply,
    resolve,
    transfer,
    who,
    withdraw,
)
from sidecar.casework.act_on import Standing, look, standing
from sidecar.domain.access import Viewer
from sidecar.domain.case import NotAllowed
from sidecar.domain.folding import digits_of_one_kind
from sidecar.domain.plain_text import storable
from sidecar.domain.policy import Tier
from sidecar.pages import moments, refusals
from sidecar.pages.desk import merging
from sidecar.pages.desk.act_forms import LONGEST, Form, filled_in, form_of
from sidecar.pages.desk.frame import at_desk, show
from sidecar.pages.session import Visitor, runtime
from sidecar.phrases import step_words
from sidecar.store.cases import Stale
from sidecar.store.permitted import NotPermitted, Unseen

blueprint = Blueprint("acts", __name__, url_prefix="/desk/cases", template_folder="templates")
refusals.install(blueprint)

Typed = Mapping[str, str]


class Fault(Exception):
    """What was asked for cannot be done as it was asked: which field, and why."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(field)
        self.field = field
        self.words = words


@blueprint.get("/<int:number>/<what>")
def form(number: int, what: str) -> Response:
    """The page of an action."""
    visitor = at_desk()
    look(runtime(), visitor.viewer, number)
    return _page(visitor, number, what, {})


@blueprint.post("/<int:number>/<what>")
def do(number: int, what: str) -> Response:
    """Carry it out; what cannot be done is said with everything typed still there."""
    visitor = at_desk()
    found = _standing(visitor, number)
    with force_locale(visitor.locale):
        asked = form_of(what, found.case, visitor, found.references)
        if asked is None:
            raise NotFound
        typed = {field.name: request.form.get(field.name, "").strip() for field in asked.fields}
        if request.form.get("fill") and (key := request.form.get("ready", "")) in {one for one, _label in asked.ready}:
            return _page(visitor, number, what, typed | filled_in(key, found.case))
        faults = faults_of(asked, typed)
        if faults or request.form.get("preview"):
            return _page(visitor, number, what, typed, faults=faults, previewed=not faults)
        try:
            DO[what](visitor.viewer, number, typed, _version())
        except merging.Asks as asks:
            return merging.page(visitor, number, asks.pair)
        except Fault as fault:
            return _page(visitor, number, what, typed, faults={fault.field: fault.words})
        except (Stale, NotAllowed):
            return _page(visitor, number, what, typed, stale=True)
        except NotPermitted:
            return _page(visitor, number, what, typed, faults={"": _("You may look at this, but not change it.")})
    try:
        _standing(visitor, number)
    except Unseen:  # it stands with others now, who alone may know of it
        return redirect("/desk/", 303)  # type: ignore[return-value]
    return redirect(f"/desk/cases/{number}?done={what}", 303)  # type: ignore[return-value]


def _standing(visitor: Visitor, number: int) -> Standing:
    return standing(runtime(), visitor.viewer, number)


def _version() -> int | None:
    given = request.form.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None


def faults_of(asked: Form, typed: Typed) -> dict[str, str]:
    """What is wrong with what was typed, by field, in the reader's words."""
    faults = {}
    for field in asked.fields:
        value = typed[field.name]
        if field.options is not None and value and value not in {str(key) for key, _label in field.options}:
            faults[field.name] = _("Please choose one of these.")
        elif field.needed and not value:
            faults[field.name] = _("This is needed.")
        elif len(value) > LONGEST or not storable(value):
            faults[field.name] = _("At most %(num)d letters, and none that cannot be stored.", num=LONGEST)
    return faults


def _page(
    visitor: Visitor, number: int, what: str, typed: Typed, *, faults: Mapping[str, str] | None = None,
    stale: bool = False, previewed: bool = False,
) -> Response:  # fmt: skip
    found = _standing(visitor, number)
    policy, case, now, zone = runtime().policy, found.case, runtime().clock(), runtime().zone
    with force_locale(visitor.locale):
        asked = form_of(what, case, visitor, found.references)
        if asked is None or (asked.action not in found.actions and not typed):
            raise NotFound
        letters = (
            preview.preview(runtime(), visitor.viewer, number, asked.previews, typed.get("text", ""),
                            typed.get("english", ""))
            if previewed and asked.previews else []
        )  # fmt: skip
        names = who.names(runtime(), [one.actor for one in found.lately])
        category = policy.categories.get(case.category)
        answer = show(
            "desk/act.html", visitor, case=case, what=what, form=asked, typed=typed, faults=faults or {}, stale=stale,
            title=(category.label if category else policy.kinds[case.kind]).in_(visitor.locale),
            state=policy.states[case.state].in_(visitor.locale), longest=LONGEST, letters=letters,
            proposed=found.proposed if what in {"verify", "refuse"} else None,
            lately=[(moments.day_and_clock(one.at, zone, now), names.get(one.actor, ""), step_words(one.action))
                    for one in found.lately] if stale else [],
        )  # fmt: skip
    if stale:
        answer.status_code = 409
    elif faults:
        answer.status_code = 422
    return answer


def _reply(viewer: Viewer, number: int, typed: Typed, version: int | None) -> None:
    reply.reply(runtime(), viewer, number, typed["text"], english=typed.get("english", ""), version=version)


def _transfer(viewer: Viewer, number: int, typed: Typed, version: int | None) -> None:
    to, words = Tier(typed["to"]), typed["text"]
    try:
        transfer.transfer(runtime(), viewer, number, to, reason=typed["reason"], note=words, version=version)
    except ValueError:
        raise Fault("to", _("It cannot stand there: choose another desk.")) from None


def _propose(viewer: Viewer, number: int, typed: Typed, version: int | None) -> None:
    if typed.get("send") and not typed["answer"]:
        raise Fault("answer", _("This is needed."))
    proposal = {name: typed[name] for name in ("root_cause", "remedy", "corrective", "answer")}
    resolve.propose(
        runtime(), viewer, number, decision=typed.get("decision") or None, version=version, proposal=proposal,
        send=bool(typed.get("send")),
    )  # fmt: skip


def _verify(viewer: Viewer, number: int, typed: Typed, version: int | None) -> None:
    others = standing(runtime(), viewer, number).others_at_level_2
    try:
        resolve.verify(
            runtime(), viewer, number, others_at_level_2=others, untold=typed.get("untold", ""), version=version
        )
    except resolve.Unanswered:
        words = _("The reporter has not been answered yet: an answer comes first.")
        raise Fault("", words) from None
    except resolve.Untold:
        words = _("The reporter was told of the referral neither by email nor by telephone. Call, or say why not.")
        raise Fault("untold", words) from None


def _refuse(viewer: Viewer, number: int, typed: Typed, version: int | None) -> None:
    resolve.refuse(runtime(), viewer, number, reason="verifier_refused", note=typed["text"], version=version)


def _reopen(viewer: Viewer, number: int, typed: Typed, version: int | None) -> None:
    try:
        reopen.reopen(runtime(), viewer, number, reason=typed["reason"], version=version)
    except reopen.TooLate:
        raise Fault("", _("It was closed too long ago. Something new is reported anew.")) from None


def _withdraw(viewer: Viewer, number: int, typed: Typed, version: int | None) -> None:
    key = uuid.UUID(typed["report"])
    withdraw.withdraw(runtime(), viewer, number, how=typed["how"], report_key=key, version=version)


def _split(viewer: Viewer, number: int, typed: Typed, version: int | None) -> None:
    try:
        merge.split(runtime(), viewer, number, uuid.UUID(typed["report"]), version=version)
    except ValueError:
        raise Fault("report", _("It is the only one of this case.")) from None


def _merge(viewer: Viewer, number: int, typed: Typed, version: int | None) -> None:
    try:
        merging.do(viewer, number, typed["other"], version)
    except merging.Several as several:
        words = _("No single case is found by this.") if several.some else _("There is no such case.")
        raise Fault("other", words) from None
    except merge.Different:
        raise Fault("other", _("These two cannot be one case.")) from None


def _call(viewer: Viewer, number: int, typed: Typed, version: int | None) -> None:
    if not typed["text"] and typed["result"] in {"spoken", "answered"}:
        raise Fault("text", _("This is needed."))
    try:
        call.log(runtime(), viewer, number, typed["result"], typed["text"], whom=typed.get("whom", ""), version=version)
    except call.WithWhom:
        raise Fault("whom", _("Please choose one of these.")) from None


def _callback(viewer: Viewer, number: int, typed: Typed, version: int | None) -> None:
    hour, _colon, minute = digits_of_one_kind(typed["time"]).partition(":")
    if not (hour.isdecimal() and minute.isdecimal() and len(hour) <= 2 and int(hour) < 24 and int(minute) < 60):
        raise Fault("time", _("This is no time of day."))
    at = datetime.combine(date.fromisoformat(typed["day"]), time(int(hour), int(minute)), runtime().zone)
    try:
        call.promise(runtime(), viewer, number, typed["whom"], at, note=typed["text"], version=version)
    except call.WithWhom:
        raise Fault("whom", _("Please choose one of these.")) from None
    except call.NoSuchMoment:
        raise Fault("time", _("This moment is over.")) from None


def _name(viewer: Viewer, number: int, typed: Typed, version: int | None) -> None:
    known = {person.username: person.row.key for person in accounts.everybody(runtime()) if person.username}
    try:
        name_accused.name(runtime(), viewer, number, known.get(typed["who"].casefold(), typed["who"]), version=version)
    except name_accused.Cannot as cannot:
        words = {
            "nobody": _("There is nobody of that name."),
            "oneself": _("Whoever it is about cannot handle it; please hand it to somebody else."),
            "no_complaint": _("Only a complaint is about somebody."),
        }
        raise Fault("who", words[cannot.code]) from None


Doing = Callable[[Viewer, int, Typed, int | None], Any]
DO: Final[Mapping[str, Doing]] = {
    "reply": _reply, "transfer": _transfer, "propose": _propose, "verify": _verify, "refuse": _refuse,
    "reopen": _reopen, "withdraw": _withdraw, "split": _split, "merge": _merge, "name": _name, "call": _call,
    "callback": _callback,
    "note": lambda viewer, number, typed, _v: note.note(runtime(), viewer, number, typed["text"]),
    "refer": lambda viewer, number, typed, v: transfer.refer(runtime(), viewer, number, typed["department"], version=v),
    "escalate": lambda viewer, number, typed, v: escalate.escalate(runtime(), viewer, number, typed["text"], version=v),
    "pause": lambda viewer, number, typed, v: reply.pause(
        runtime(), viewer, number, typed["text"], reason=typed["reason"], version=v
    ),
    "resume": lambda viewer, number, typed, v: reply.resume(
        runtime(), viewer, number, reason=typed["reason"], version=v
    ),
    "pick-up": lambda viewer, number, _t, v: pick_up.pick_up(runtime(), viewer, number, version=v),
    "acknowledge": lambda viewer, number, _t, _v: pick_up.acknowledge(runtime(), viewer, number),
    "accept": lambda viewer, number, _t, v: pick_up.accept_escalation(runtime(), viewer, number, version=v),
    "solve": lambda viewer, number, _t, v: resolve.solve(runtime(), viewer, number, version=v),
}  # fmt: skip
