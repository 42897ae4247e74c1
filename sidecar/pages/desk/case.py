"""`/desk/cases/<number>`: one case, all that is known of it, and what may be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import Blueprint, Response, jsonify, redirect, request
from flask_babel import force_locale, lazy_gettext
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from sidecar.casework import look_again, own_checklist, queues, who
from sidecar.casework.read_case import Reading, read
from sidecar.domain.access import StaffRole
from sidecar.domain.case import Action, Case, CaseKind, State
from sidecar.domain.policy import Measure
from sidecar.domain.report import Symptom, grouped
from sidecar.pages import moments, refusals
from sidecar.pages.desk import alerted, case_words, facts_panel
from sidecar.pages.desk.files import panel as files_panel
from sidecar.pages.desk.frame import at_desk, show
from sidecar.pages.desk.gap_panel import panel as gap_panel
from sidecar.pages.desk.mails_panel import cause_words
from sidecar.pages.desk.mails_panel import panel as mails_panel
from sidecar.pages.desk.oversight_words import action_words, measure
from sidecar.pages.desk.rows import due_words, flagged_by, state_words
from sidecar.pages.desk.written_panel import panel as written_panel
from sidecar.pages.session import runtime
from sidecar.pages.upright import upright
from sidecar.phrases import step_words
from sidecar.store import staff_messages
from sidecar.store.cases import ITSELF, Event
from sidecar.store.reports import Addition

PANELS: Final = (written_panel, files_panel, mails_panel)
"""What stands beside a case: each makes a card, or none."""
_ACTS: Final = (
    (Action.PICK_UP, "pick-up", "u"), (Action.VERIFY, "verify", "v"), (Action.REFUSE, "refuse", "x"),
    (Action.PROPOSE, "propose", "s"), (Action.SOLVE, "solve", "s"), (Action.REFER, "refer", "f"),
    (Action.TRANSFER, "transfer", "t"), (Action.ACCEPT_ESCALATION, "accept", "a"), (Action.ESCALATE, "escalate", "e"),
    (Action.CALL, "call", "c"), (Action.CALL, "callback", "b"),
    (Action.PAUSE, "pause", "p"), (Action.RESUME, "resume", "p"),
    (Action.REOPEN, "reopen", "o"),
    (Action.MERGE, "merge", "m"), (Action.SPLIT, "split", "l"), (Action.WITHDRAW, "withdraw", "w"),
)  # fmt: skip
_CALLS: Final = {
    "promised": lazy_gettext("Promised a call"),
    "alert_told": lazy_gettext("Told of an alert by telephone"),
    "alert_no_answer": lazy_gettext("Called about an alert, and nobody answered"),
    "no_answer": lazy_gettext("Called, and nobody answered"),
    "wrong_number": lazy_gettext("Called a wrong number"),
}  # fmt: skip
_GAPS: Final = {
    "gap_gone": lazy_gettext("The platform says that the gap is gone"),
    "gap_back": lazy_gettext("The platform says that the gap is back"),
    "written": lazy_gettext("Entered in the learning platform by the house"),
    "stood": lazy_gettext("It stood in the learning platform already"),
    "not_written": lazy_gettext("The learning platform did not take it: please enter it by hand"),
    "overtaken": lazy_gettext("Not entered: a later answer was confirmed"),
}  # fmt: skip
_FIRST: Final = 6  # actions that stand in sight; the others a press away
_SEE_LOOKS: Final = {StaffRole.ADMINISTRATIVE_MANAGER, StaffRole.DEPARTMENT_HEAD, StaffRole.DEPUTY}

blueprint = Blueprint("case", __name__, url_prefix="/desk", template_folder="templates")
refusals.install(blueprint)


@blueprint.get("/cases/<int:number>")
def one(number: int) -> Response:
    """The page of a case; for whoever may not know of it, there is none."""
    visitor = at_desk()
    found = read(runtime(), visitor.viewer, number)
    _case, others = look_again.here(runtime(), visitor.viewer, number, writing=False)
    policy, case, now = runtime().policy, found.case, runtime().clock()
    with force_locale(visitor.locale):
        names = who.names(runtime(), found.keys | {row.viewer_key for row in others})
        said = own_checklist.registers_of(runtime(), case)
        with runtime().db.read() as conn:
            panels = [gap_panel(conn, case, visitor, said), *(make(conn, case, visitor) for make in PANELS)]
        clocks = _clocks(found)
        owed = next((one for one in clocks if one["waits"]), None)
        acts = [
            (_("Promise a call") if what == "callback" else action_words(a), f"/desk/cases/{number}/{what}", key)
            for a, what, key in _acts(found)
        ]
        return show(
            "desk/case/one.html", visitor, case=case, kind=policy.kinds[case.kind].in_(visitor.locale),
            title=_title(case, visitor.locale), state=state_words(case, visitor.locale),
            owner=names.get(case.owner or "", case.owner or ""), owed=owed,
            about=found.about, flagged=_flagged(found),
            where=policy.departments[case.department].label.in_(visitor.locale), acts=acts[:_FIRST],
            more=acts[_FIRST:], may_reply=Action.REPLY in found.actions, may_note=Action.NOTE in found.actions,
            may_attach=Action.ATTACH in found.actions,
            may_name=case.kind is CaseKind.COMPLAINT and Action.NOTE in found.actions,
            may_look=Action.LOOK_AGAIN in found.actions, thread=_thread(found, names), timeline=_timeline(found, names),
            clocks=clocks, facts=facts_panel.shown(found), told=_told(found),
            alerts=alerted.lines(found, names, visitor.locale),
            panels=[one for one in panels if one], others=presence(others, names), done=request.args.get("done", ""),
            proposed=found.proposed if case.state is State.RESOLVED else None,
            earlier=[(one.id, _title(one, visitor.locale), policy.states[one.state].in_(visitor.locale))
                     for one in found.earlier],
            rooms=[(one.id, policy.states[one.state].in_(visitor.locale)) for one in found.children],
            looks=[(names.get(row.viewer_key, row.viewer_key), _at(row.at)) for row in found.looks]
            if visitor.viewer.roles & _SEE_LOOKS else [], since=moments.ago(case.clock_started_at, now),
        )  # fmt: skip


def _acts(found: Reading) -> list[tuple[Action, str, str]]:
    room = found.case.kind is CaseKind.ROOM_INCIDENT
    left_out = {Action.PROPOSE} if room else {Action.SOLVE}
    if found.case.reports < 2:
        left_out.add(Action.SPLIT)
    if not found.case.escalated:
        left_out.add(Action.ACCEPT_ESCALATION)
    return [one for one in _ACTS if one[0] in found.actions and one[0] not in left_out]


@blueprint.post("/cases/<int:number>/look-again")
def ask_again(number: int) -> Response:
    """Ask the LMS anew."""
    look_again.look_again(runtime(), at_desk().viewer, number)
    return redirect(f"/desk/cases/{number}?done=look-again#facts", 303)  # type: ignore[return-value]


@blueprint.post("/cases/<int:number>/here")
def here(number: int) -> Response:
    """The page says that it is open; and hears who else is there and whether the case has changed."""
    visitor = at_desk()
    writing = request.form.get("writing") == "1"
    case, others = look_again.here(runtime(), visitor.viewer, number, writing=writing)
    with force_locale(visitor.locale):
        names = who.names(runtime(), {row.viewer_key for row in others})
        answer = jsonify(version=case.version, others=presence(others, names))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def presence(others: Sequence[Any], names: Mapping[str, str]) -> list[str]:
    """Who else has the case open, each in a sentence."""
    said = []
    for row in others:
        name = names.get(row.viewer_key, row.viewer_key)
        said.append(_("%(name)s is writing", name=name) if row.writing else _("%(name)s has this open", name=name))
    return said


@blueprint.get("/find/<reference>")
def by_reference(reference: str) -> Response:
    """The case of a reference that somebody was read out."""
    visitor = at_desk()
    lines, _first = queues.found(runtime(), visitor.viewer, reference)
    if len(lines) != 1:
        raise NotFound
    return redirect(f"/desk/cases/{lines[0].case.id}", 303)  # type: ignore[return-value]


def _title(case: Case, locale: str) -> str:
    policy = runtime().policy
    if case.symptom:
        return policy.symptoms[Symptom(case.symptom)].label.in_(locale)
    category = policy.categories.get(case.category)
    return (category.label if category else policy.kinds[case.kind]).in_(locale)


def _flagged(found: Reading) -> str:
    """Who said first that a certificate is not complete, where that was somebody else."""
    first = min(found.reports.values(), key=lambda one: one.received_at, default=None)
    if not found.about or first is None or not first.reporter.name or first.reporter.id == found.case.person_id:
        return ""
    return flagged_by(first.reporter.name)


def _at(moment: Any) -> str:
    return moments.day_and_clock(moment, runtime().zone, runtime().clock())


def _thread(found: Reading, names: Mapping[str, str]) -> list[dict[str, Any]]:
    lines: list[tuple[Any, dict[str, Any]]] = []
    for key, report in found.reports.items():
        about = {"kind": "report", "by": report.reporter.name or "", "reference": grouped(found.references[key])}
        lines.append((report.received_at, about | {"text": report.text or "", "wish": report.remedy_sought}))
    lines += [
        (
            more.received_at,
            {"kind": "addition", "by": "", "reference": "", "text": more.text or _only(more), "wish": ""},
        )
        for more in found.additions
    ]
    lines += [
        (row.at, {"kind": row.kind, "by": names.get(row.author, row.author), "reference": "", "text": row.text,
                  "wish": ""})
        for row in found.messages
    ]  # fmt: skip
    in_order = sorted(lines, key=lambda pair: pair[0])
    return [line | {"at": _at(at), "text": upright(line["text"])} for at, line in in_order]


def _only(more: Addition) -> str:
    """What an addition without words is: a file, unless it says whether it works or what the room measured."""
    return "" if more.works is not None or more.diagnostics else str(_("A file, see “Files”"))


def _timeline(found: Reading, names: Mapping[str, str]) -> list[tuple[str, str, str]]:
    return [(_at(event.at), _words(event), _actor(event.actor, names)) for event in found.events]


def _actor(actor: str, names: Mapping[str, str]) -> str:
    if actor == ITSELF:
        return ""
    return str(_("the reporter")) if actor == "reporter" else names.get(actor, actor)


def _words(event: Event) -> str:
    if event.action is Action.NOTE and event.reason == "named":
        return str(_("Said whom it is about"))
    if event.action is Action.NOTE and event.reason == "took_note":
        return str(_("Took note of an alert"))
    if event.action is Action.CALL and event.reason in _CALLS:
        return str(_CALLS[event.reason])
    if event.action is Action.TELL:
        reasons = {
            "by_email": _("Told by email"),
            "not_reached": _("Not reached by email"),
            "certificate": _("The house told the trainee what the platform knows"),
        }
        return str(reasons.get(event.reason, _("The people it concerns were told")))
    if event.action is Action.PREFER:
        return case_words.preferred(str(event.data.get("means", "")))
    if event.action in {Action.WARN, Action.OVERDUE}:
        words = _("Soon due: %(what)s") if event.action is Action.WARN else _("Overdue: %(what)s")
        return str(words) % {"what": measure(Measure(event.reason))}
    if event.action is Action.EVIDENCE and event.reason in _GAPS:
        return str(_GAPS[event.reason])
    if event.action in {Action.JOIN, Action.REASSESS, Action.GROUP, Action.EVIDENCE, Action.INTEND}:
        return str(_("Sorted by the house"))
    try:
        return action_words(event.action)
    except KeyError:  # nothing that people do
        return step_words(event.action)


def _clocks(found: Reading) -> list[dict[str, Any]]:
    """A target once, with its rungs; what still waits stands first."""
    policy, now, made = runtime().policy, runtime().clock(), dict[str, dict[str, Any]]()
    names = {rung.key: rung.label for target in policy.targets for rung in target.rungs}
    for clock, steps in found.clocks:
        look, words = due_words(clock.target_due_at, found.case.state, now)
        waits = clock.stopped_at is None and clock.state in {"running", "fired", "paused"}
        target = made.setdefault(clock.target, {
            "what": measure(clock.measure), "due": _at(clock.target_due_at), "waits": waits,
            "look": look if waits else "met" if (clock.stopped_at or now) <= clock.target_due_at else "late",
            "words": words if waits else _("kept") if (clock.stopped_at or now) <= clock.target_due_at else _("missed"),
            "steps": [(_at(s.start), _at(s.end), bool(s.counted), case_words.why(s.why)) for s in steps], "rungs": [],
        })  # fmt: skip
        if clock.rung in names:
            target["rungs"].append((names[clock.rung], _at(clock.due_at), clock.state))
    return sorted(made.values(), key=lambda one: not one["waits"])


def _told(found: Reading) -> list[dict[str, Any]]:
    return [
        {
            "number": told.id, "cause": cause_words(told.cause), "at": _at(told.at),
            "people": [
                (row.name or row.person_id.removeprefix("visitor:"), *case_words.delivery(row.state, row.error))
                for row in rows[:20]
            ],
            "failed": sum(row.state == "failed" for row in rows),
        }
        for told, rows in found.told
        if staff_messages.alert_of(told) is None  # those stand beside their alerts
    ]  # fmt: skip
