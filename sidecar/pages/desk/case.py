"""`/desk/cases/<number>`: one case, all that is known of it, and what may be done."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response
from flask_babel import force_locale
from werkzeug.exceptions import NotFound

from sidecar.casework.read_case import Reading, read
from sidecar.domain.access import StaffRole
from sidecar.domain.case import Action
from sidecar.domain.report import grouped
from sidecar.pages import moments, refusals
from sidecar.pages.desk.frame import at_desk, show
from sidecar.pages.desk.oversight_words import action_words, measure
from sidecar.pages.desk.panels import PANELS
from sidecar.pages.session import runtime
from sidecar.phrases import step_words
from sidecar.store.permitted import Unseen

_ACTS: Final = (
    (Action.PICK_UP, "pick-up", "u"), (Action.REPLY, "reply", "r"), (Action.NOTE, "note", "n"),
    (Action.TRANSFER, "transfer", "t"), (Action.REFER, "refer", "f"), (Action.ESCALATE, "escalate", "e"),
    (Action.PAUSE, "pause", "p"), (Action.RESUME, "resume", "p"), (Action.PROPOSE, "propose", "s"),
    (Action.VERIFY, "verify", "v"), (Action.REFUSE, "refuse", "x"), (Action.REOPEN, "reopen", "o"),
    (Action.MERGE, "merge", "m"), (Action.SPLIT, "split", "l"), (Action.WITHDRAW, "withdraw", "w"),
)  # fmt: skip
_SEE_LOOKS: Final = {StaffRole.ADMINISTRATIVE_MANAGER, StaffRole.DEPARTMENT_HEAD}

blueprint = Blueprint("case", __name__, url_prefix="/desk", template_folder="templates")
refusals.install(blueprint)


@blueprint.get("/cases/<int:number>")
def one(number: int) -> Response:
    """The page of a case; for whoever may not know of it, there is none."""
    visitor = at_desk()
    try:
        found = read(runtime(), visitor.viewer, number)
    except Unseen:
        raise NotFound from None
    policy, case = runtime().policy, found.case
    with force_locale(visitor.locale), runtime().db.read() as conn:
        panels = [panel for make in PANELS if (panel := make(conn, case, visitor))]
        category = policy.categories.get(case.category)
        return show(
            "desk/case/one.html", visitor, case=case, kind=policy.kinds[case.kind].in_(visitor.locale),
            title=category.label.in_(visitor.locale) if category else policy.kinds[case.kind].in_(visitor.locale),
            state=policy.states[case.state].in_(visitor.locale), owner=_name(found, case.owner or ""),
            acts=[(action_words(a), f"{number}/{what}", key) for a, what, key in _ACTS if a in found.actions],
            may_reply=Action.REPLY in found.actions, thread=_thread(found), timeline=_timeline(found),
            clocks=_clocks(found), facts=_facts(found), panels=panels,
            looks=[(_name(found, row.viewer_key), _at(row.at)) for row in found.looks]
            if visitor.viewer.roles & _SEE_LOOKS else [],
        )  # fmt: skip


def _at(moment: Any) -> str:
    return moments.day_and_clock(moment, runtime().zone, runtime().clock())


def _name(found: Reading, key: str) -> str:
    return found.names.get(key, key)


def _thread(found: Reading) -> list[dict[str, Any]]:
    lines: list[tuple[Any, dict[str, Any]]] = []
    for key, report in found.reports.items():
        about = {"kind": "report", "by": report.reporter.name or "", "reference": grouped(found.references[key])}
        lines.append((report.received_at, about | {"text": report.text or ""}))
    lines += [
        (more.received_at, {"kind": "addition", "by": "", "reference": "", "text": more.text or ""})
        for more in found.additions
    ]
    lines += [
        (row.at, {"kind": row.kind, "by": _name(found, row.author), "reference": "", "text": row.text})
        for row in found.messages
    ]
    return [line | {"at": _at(at)} for at, line in sorted(lines, key=lambda pair: pair[0])]


def _timeline(found: Reading) -> list[tuple[str, str, str]]:
    return [(_at(event.at), _words(event.action), _name(found, event.actor)) for event in found.events]


def _words(action: Action) -> str:
    try:
        return action_words(action)
    except KeyError:  # nothing that people do
        return step_words(action)


def _clocks(found: Reading) -> list[dict[str, Any]]:
    return [
        {
            "what": measure(clock.measure), "due": _at(clock.target_due_at), "state": clock.state,
            "steps": [(_at(s.start), _at(s.end), s.counted, s.why) for s in steps],
        }
        for clock, steps in found.clocks
    ]  # fmt: skip


def _facts(found: Reading) -> list[dict[str, Any]]:
    return [
        {
            "status": str(status), "reference": grouped(found.references[key]),
            "values": [(name, f.value if f.known else None, f.source, _at(f.at)) for name, f in told.values.items()]
            if told else [],
        }
        for key, (status, told) in found.facts.items()
    ]  # fmt: skip
