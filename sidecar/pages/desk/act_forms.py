"""What each action on a case asks for: its fields, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from babel.dates import format_date
from flask_babel import gettext as _

from sidecar.casework import call, reply
from sidecar.casework.withdraw import ASKED
from sidecar.domain.case import Action, Case, CaseKind
from sidecar.domain.policy import Tier
from sidecar.domain.report import grouped
from sidecar.pages.session import Visitor, runtime

Options = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Field:
    """One field.

    Attributes:
        options: what may be chosen; None for words.
        rows: of words; one is a line.
        needed: whether it may stay empty.
    """

    name: str
    label: str
    options: Options | None = None
    rows: int = 4
    needed: bool = True
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """One action's page.

    Attributes:
        action: what `access.may` is asked.
        previews: the cause of the letter that its words are sent in; empty where nobody is written to.
        ready: texts that may be filled in, by the keys of the policy's.
    """

    action: Action
    title: str
    press: str
    fields: tuple[Field, ...] = ()
    previews: str = ""
    hint: str = ""
    ready: Options = ()


LONGEST: Final = 4000  # letters of a field


def form_of(what: str, case: Case, visitor: Visitor, reports: Mapping[Any, str]) -> Form | None:
    """The form of an action; None where there is no such action.

    Args:
        reports: the references of the case's reports, by their keys.
    """
    make = _FORMS.get(what)
    return make(case, visitor, reports) if make else None


def _text(label: str, name: str = "text", **more: Any) -> Field:
    return Field(name, label, **more)


def _reply(case: Case, visitor: Visitor, _reports: Mapping[Any, str]) -> Form:
    languages = reply.readers(runtime(), case.id)
    fields: tuple[Field, ...] = (_text(_("Your answer"), rows=8),)
    if languages == {"ar", "en"}:
        fields = (_text(_("Your answer in Arabic"), rows=8), _text(_("Your answer in English"), "english", rows=8))
    hint = _("It goes to everybody who reported this case, by their own means.")
    if languages == {"en"}:
        hint = f"{hint} {_('Whoever reads it reads English.')}"
    return Form(
        Action.REPLY, _("Reply"), _("Send"), fields, previews="reply", hint=hint,
        ready=[(one.key, one.label.in_(visitor.locale)) for one in runtime().policy.desk.ready
               if one.fits(case.kind, case.category)],
    )  # fmt: skip


def filled_in(key: str, case: Case) -> dict[str, str]:
    """What a ready text puts into the fields of an answer, in the languages of who reads it."""
    text = next(one.text for one in runtime().policy.desk.ready if one.key == key)
    languages = reply.readers(runtime(), case.id)
    if languages == {"ar", "en"}:
        return {"text": text.ar.strip(), "english": text.en.strip()}
    return {"text": (text.en if languages == {"en"} else text.ar).strip()}


def _note(_case: Case, _visitor: Visitor, _reports: Mapping[Any, str]) -> Form:
    return Form(Action.NOTE, _("Note among staff"), _("Keep"), (_text(_("Note")),), hint=_("No reporter sees it."))


def _transfer(case: Case, visitor: Visitor, _reports: Mapping[Any, str]) -> Form:
    policy = runtime().policy
    names = {Tier.ONE: "contact_centre", Tier.TWO: "operations", Tier.MANAGEMENT: "administrative_manager"}
    tiers = [(tier, policy.offices[office].label.in_(visitor.locale)) for tier, office in names.items()
             if tier is not case.tier]  # fmt: skip
    return Form(
        Action.TRANSFER, _("Transfer"), _("Transfer"),
        (Field("to", _("To"), tiers), Field("reason", _("Why"), _transfer_reasons()),
         _text(_("In your own words"), rows=3, needed=False)),
    )  # fmt: skip


def _transfer_reasons() -> Options:
    return [
        ("competence", _("It is for others to decide")), ("technical", _("It needs a technician")),
        ("more_data", _("Others can see what is needed")), ("mistaken", _("It came here by mistake")),
        ("load", _("Nobody here can take it in time")),
    ]  # fmt: skip


def _refer(_case: Case, visitor: Visitor, _reports: Mapping[Any, str]) -> Form:
    policy, today = runtime().policy, runtime().clock().astimezone(runtime().zone).date()
    options = [
        (one.key, f"{one.label.in_(visitor.locale)}: {one.answers_on(today)[1].name.in_(visitor.locale)}")
        for one in policy.departments.values()
    ]  # fmt: skip
    return Form(
        Action.REFER, _("Refer to a head of department"), _("Refer"), (Field("department", _("Department"), options),),
        hint=_("The reporter is told by email, or is to be called."),
    )  # fmt: skip


def _escalate(_case: Case, _visitor: Visitor, _reports: Mapping[Any, str]) -> Form:
    return Form(Action.ESCALATE, _("Escalate"), _("Escalate"), (_text(_("Why")),),
                hint=_("The administrative manager is alerted."))  # fmt: skip


def _pause(_case: Case, _visitor: Visitor, _reports: Mapping[Any, str]) -> Form:
    return Form(
        Action.PAUSE, _("Ask the reporter, and wait"), _("Ask and wait"),
        (_text(_("Your question")), Field("reason", _("What is missing"), _pause_reasons())), previews="question",
        hint=_("Clocks that a wait stops are held. The 24 hours of a complaint run on."),
    )  # fmt: skip


def _pause_reasons() -> Options:
    return [("needs_detail", _("A detail")), ("needs_file", _("A picture or a file")),
            ("needs_try", _("A try by the reporter"))]  # fmt: skip


def _resume(_case: Case, _visitor: Visitor, _reports: Mapping[Any, str]) -> Form:
    reasons = [("answered_elsewhere", _("The answer came another way")), ("no_answer", _("Nobody answered"))]
    return Form(Action.RESUME, _("Resume"), _("Resume"), (Field("reason", _("Why"), reasons),))


def decisions(kind: CaseKind) -> Options:
    """What may be decided of a kind of case."""
    if kind is CaseKind.COMPLAINT:
        return [("upheld", _("upheld")), ("partly_upheld", _("partly upheld")), ("not_upheld", _("not upheld"))]
    if kind is CaseKind.SUGGESTION:
        return [("under_study", _("under study")), ("adopted", _("adopted")), ("not_adopted", _("not adopted"))]
    return []


def _propose(case: Case, _visitor: Visitor, _reports: Mapping[Any, str]) -> Form:
    judged = decisions(case.kind)
    deciding = (Field("decision", _("Decision"), judged),) if judged else ()
    complaint = case.kind is CaseKind.COMPLAINT
    return Form(
        Action.PROPOSE, _("Propose a resolution"), _("Propose"),
        (
            *deciding,
            Field("root_cause", _("Root cause"), rows=2, needed=complaint),
            Field("remedy", _("Remedy for the reporter"), rows=2, needed=False),
            Field("corrective", _("Corrective action"), rows=2, needed=False),
            Field("answer", _("What the reporter reads when it is verified"), rows=5, needed=bool(judged)),
            Field("send", _("Answer the reporter at once with these words, too"), [("1", _("Yes"))], needed=False),
        ),
        hint=_("Somebody else verifies it before it is closed."),
    )  # fmt: skip


def _verify(case: Case, _visitor: Visitor, _reports: Mapping[Any, str]) -> Form:
    untold = Field("untold", _("If the reporter could be told of the referral neither by email nor by telephone: why"),
                   rows=2, needed=False)  # fmt: skip
    return Form(
        Action.VERIFY, _("Verify that it has ended"), _("Verified, solved"),
        (untold,) if case.kind is CaseKind.COMPLAINT else (), hint=_("The case is closed, and the reporter is told."),
    )  # fmt: skip


def _refuse(_case: Case, _visitor: Visitor, _reports: Mapping[Any, str]) -> Form:
    return Form(Action.REFUSE, _("It is not solved"), _("Open it again"), (_text(_("What is still wrong")),))


def _reopen(_case: Case, _visitor: Visitor, _reports: Mapping[Any, str]) -> Form:
    reasons = [("came_back", _("It came back")), ("reporter_called", _("The reporter asks for it")),
               ("mistaken", _("It was closed by mistake"))]  # fmt: skip
    return Form(Action.REOPEN, _("Reopen"), _("Reopen"), (Field("reason", _("Why"), reasons),))


def _withdraw(_case: Case, _visitor: Visitor, reports: Mapping[Any, str]) -> Form:
    words = {"phone": _("by telephone"), "in_person": _("in person"), "email": _("by email"),
             "message": _("by a message")}  # fmt: skip
    return Form(
        Action.WITHDRAW, _("Withdraw at the reporter's request"), _("Withdraw"),
        (Field("report", _("Whose report"), _standing(reports)),
         Field("how", _("How the reporter asked for it"), [(one, words[one]) for one in ASKED])),
    )  # fmt: skip


def _split(_case: Case, _visitor: Visitor, reports: Mapping[Any, str]) -> Form:
    return Form(Action.SPLIT, _("Split"), _("Make it a case of its own"),
                (Field("report", _("Which report"), _standing(reports)),))  # fmt: skip


def _standing(reports: Mapping[Any, str]) -> Options:
    return [(str(key), grouped(reference)) for key, reference in reports.items()]


def _merge(_case: Case, _visitor: Visitor, _reports: Mapping[Any, str]) -> Form:
    other = Field("other", _("The other case's number, or a reference"), rows=1)
    return Form(Action.MERGE, _("Merge"), _("Merge"), (other,), hint=_("The one whose clock began first stays."))


def _call(case: Case, _visitor: Visitor, _reports: Mapping[Any, str]) -> Form:
    results = [("spoken", _("Spoken with the reporter")), ("answered", _("The reporter was given the answer")),
               ("no_answer", _("Nobody answered")), ("wrong_number", _("Wrong number"))]  # fmt: skip
    waits = [*call.expecting(runtime(), case.id), (call.OTHER, _("Somebody else"))]
    whom = (Field("whom", _("With whom"), waits, needed=False),) if len(waits) > 1 else ()
    return Form(
        Action.CALL, _("Log a call"), _("Keep"),
        (*whom, Field("result", _("How it went"), results), _text(_("What was said on the telephone"), needed=False)),
        hint=_("A call in which a reporter was spoken with counts as telling that one. An answer ends the 24 hours."),
    )  # fmt: skip


_PROMISED_AHEAD: Final = 7  # days from which one may choose


def _callback(case: Case, visitor: Visitor, _reports: Mapping[Any, str]) -> Form:
    today = runtime().clock().astimezone(runtime().zone).date()
    days = [today + timedelta(days=ahead) for ahead in range(_PROMISED_AHEAD)]
    options = [(one.isoformat(), str(format_date(one, "EEEE d MMMM", locale=visitor.locale))) for one in days]
    whom = call.to_call(runtime(), case.id)
    return Form(
        Action.CALL, _("Promise a call"), _("Promise it"),
        (Field("whom", _("To whom"), whom), Field("day", _("Day"), options),
         Field("time", _("Time, such as 14:30"), rows=1), _text(_("What it will be about"), rows=2, needed=False)),
        hint=_("It stands in the list of calls, and in the morning's digest of that day."),
    )  # fmt: skip


def _name(_case: Case, _visitor: Visitor, _reports: Mapping[Any, str]) -> Form:
    return Form(
        Action.NOTE, _("Say whom it is about"), _("Keep"),
        (Field("who", _("The person, as a user name here or as site:number on the learning platform"), rows=1),),
        hint=_("From then on that person sees neither this case nor that it exists."),
    )  # fmt: skip


def _plain(action: Action, title: str, press: str) -> Callable[[Case, Visitor, Mapping[Any, str]], Form]:
    return lambda _case, _visitor, _reports: Form(action, _(title), _(press))


_FORMS: Final[Mapping[str, Callable[[Case, Visitor, Mapping[Any, str]], Form]]] = {
    "reply": _reply, "note": _note, "transfer": _transfer, "refer": _refer, "escalate": _escalate, "pause": _pause,
    "resume": _resume, "propose": _propose, "verify": _verify, "refuse": _refuse, "reopen": _reopen,
    "withdraw": _withdraw, "split": _split, "merge": _merge, "name": _name, "call": _call, "callback": _callback,
    "pick-up": _plain(Action.PICK_UP, "Take over", "Take over"),
    "acknowledge": _plain(Action.ACKNOWLEDGE, "Acknowledge receipt", "Acknowledge receipt"),
    "accept": _plain(Action.ACCEPT_ESCALATION, "Accept an escalation", "Accept an escalation"),
    "solve": _plain(Action.SOLVE, "Mark as solved", "Mark as solved"),
}  # fmt: skip
