"""`/desk/behalf/`: an agent writes down for somebody on the telephone or in person, in twenty seconds (P6.3)."""

from __future__ import annotations

import uuid
from typing import Any, Final

from flask import Blueprint, Response, current_app, redirect, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from sidecar.casework import note, on_behalf
from sidecar.domain.contact import choosable
from sidecar.domain.means import usable
from sidecar.domain.plain_text import storable
from sidecar.domain.public_form import HOUSE
from sidecar.domain.report import Channel, ContactPreference, Course, Kind, Page, Place, Report, Reporter, Role, grouped
from sidecar.journey.intake import Contradicts, Intake
from sidecar.pages import moments, refusals
from sidecar.pages.desk.case_words import fact_name, fact_value
from sidecar.pages.desk.frame import CALLERS, at_desk, show
from sidecar.pages.session import Visitor, runtime
from sidecar.store.group_commit import Busy, Unstorable
from sidecar.store.reports import Addition

blueprint = Blueprint("behalf", __name__, url_prefix="/desk/behalf", template_folder="templates")
refusals.install(blueprint)

_LONGEST: Final = 4000
_BOUNCES: Final = "account.email_bouncing"
_ACCOUNT: Final = ("account.suspended", "account.locked_out", "account.last_login", _BOUNCES,
                   "enrolment.status")  # fmt: skip
_CHANNELS: Final = (
    Channel.PHONE, Channel.IN_PERSON, Channel.WHATSAPP, Channel.SMS, Channel.X, Channel.MESSENGER, Channel.EMAIL,
    Channel.REMOTE_SUPPORT,
)  # fmt: skip
_KINDS: Final = (Kind.SUPPORT_REQUEST, Kind.COMPLAINT, Kind.SUGGESTION, Kind.INQUIRY)
_FIELDS: Final = (
    "person",
    "name",
    "phone",
    "email",
    "role",
    "channel",
    "about",
    "course",
    "text",
    "preference",
    "id",
    "case",
)


@blueprint.get("/")
def find() -> Response:
    """Who is it? By number in any digits, by name, or by the reference of an earlier report."""
    visitor = at_desk(*CALLERS)
    asked = request.args.get("q", "").strip()[:100]
    return _page(visitor, asked=asked, found=on_behalf.find(runtime(), visitor.viewer, asked) if asked else [])


@blueprint.post("/")
def find_by_form() -> Response:
    """The same, and by national ID: as a form, so that no number stands in an address; and the page does not say it."""
    visitor = at_desk(*CALLERS)
    asked = request.form.get("q", "").strip()[:100]
    found = on_behalf.find(runtime(), visitor.viewer, asked, by_identity=True) if asked else []
    return _page(visitor, asked="" if on_behalf.is_identity(asked) else asked, found=found, sought=bool(asked))


@blueprint.get("/new")
def new() -> Response:
    """The form, for somebody we know or do not know yet."""
    visitor = at_desk(*CALLERS)
    known = _person(visitor, request.args.get("person", ""))
    typed = {"id": str(uuid.uuid4()), "channel": Channel.PHONE.value, "role": Role.TRAINEE.value,
             "name": request.args.get("name", "")[:300], "phone": request.args.get("phone", "")[:32]}  # fmt: skip
    if known is not None:
        typed |= {"person": request.args["person"], "name": known.name, "phone": known.phone, "email": known.email,
                  "role": known.role}  # fmt: skip
    return _form(visitor, typed, known)


@blueprint.post("/new")
def write() -> Response:
    """Write it down; its reporter gets a receipt as everybody does."""
    visitor = at_desk(*CALLERS)
    typed = {name: request.form.get(name, "").strip() for name in _FIELDS}
    known = _person(visitor, typed["person"])
    with force_locale(visitor.locale):
        faults = _faults(typed)
        if faults:
            return _form(visitor, typed, known, faults)
        if typed["case"]:
            return _add(visitor, typed, known)
        report = _report(visitor, typed, known)
        intake: Intake = current_app.extensions["nidaa_intake"]
        try:
            taken = intake.accept(report)
        except (Contradicts, Unstorable, Busy) as error:
            return _not_kept(visitor, typed, known, error)
    on_behalf.logged(runtime(), visitor.viewer, report.key)
    return redirect(url_for("behalf.find", done=grouped(taken.reference)), 303)  # type: ignore[return-value]


def _add(visitor: Visitor, typed: dict[str, str], known: on_behalf.Known | None) -> Response:
    """What somebody adds to a case of theirs that is open: as if they had added it themselves, and who wrote it."""
    number = int(typed["case"]) if typed["case"].isascii() and typed["case"].isdigit() else 0
    key = on_behalf.report_in(runtime(), known, number) if known else None
    if key is None:
        return _form(visitor, typed, known, {"case": _("Please choose one of these.")})
    addition_id = _id(typed["id"])
    intake: Intake = current_app.extensions["nidaa_intake"]
    addition = Addition(
        key=uuid.uuid5(key, str(addition_id)), report_key=key, id=addition_id, text=typed["text"], diagnostics={},
        received_at=runtime().clock(),
    )  # fmt: skip
    channel = runtime().policy.channels[Channel(typed["channel"])].in_("ar")
    try:
        if intake.add(addition):
            words = f"{channel}: {typed['phone']}" if typed["phone"] else channel
            note.note(runtime(), visitor.viewer, number, words)
    except (Contradicts, Unstorable, Busy) as error:
        return _not_kept(visitor, typed, known, error)
    return redirect(f"/desk/cases/{number}?done=added", 303)  # type: ignore[return-value]


def _not_kept(visitor: Visitor, typed: dict[str, str], known: on_behalf.Known | None, error: Exception) -> Response:
    """The form again, with what was typed: no word is lost."""
    status = None
    if isinstance(error, Contradicts):  # the same form, sent twice with other words: the first stands
        fault = _("This form was sent already, with other words. Send it again if it is to be a report of its own.")
        typed, status = typed | {"id": str(uuid.uuid4())}, 409
    elif isinstance(error, Busy):
        fault = _("We could not save this just now. Please try again in a moment; what you wrote is still here.")
        status = 503
    else:
        fault = _("This holds characters that cannot be stored.")
    answer = _form(visitor, typed, known, {"text": fault})
    answer.status_code = status or answer.status_code
    return answer


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()


def _person(visitor: Visitor, key: str) -> on_behalf.Known | None:
    if not key:
        return None
    site_id, _colon, person_id = key.partition(":")
    known = on_behalf.one(runtime(), visitor.viewer, site_id, person_id)
    if known is None:
        raise NotFound
    return known


def _faults(typed: dict[str, str]) -> dict[str, str]:
    policy = runtime().policy
    faults = {name: _("This holds characters that cannot be stored.") for name, value in typed.items()
              if not storable(value)}  # fmt: skip
    kind, _dot, category = typed["about"].partition(".")
    if kind not in _KINDS or category not in policy.categories or Kind(kind) not in policy.categories[category].kinds:
        faults["about"] = _("Please choose one of these.")
    if typed["channel"] not in _CHANNELS:
        faults["channel"] = _("Please choose one of these.")
    if typed["role"] not in set(Role) or typed["preference"] not in {"", "email", "call", "lms"}:
        faults["role"] = _("Please choose one of these.")
    if not typed["name"] or len(typed["name"]) > 300:
        faults["name"] = _("This is needed.")
    if not typed["text"] or len(typed["text"]) > _LONGEST:
        faults["text"] = _("Please write between 1 and %(num)d letters.", num=_LONGEST)
    if typed["email"] and usable(typed["email"]) is None:
        faults["email"] = _("This is no email address to which mail may go.")
    if typed["phone"] and not 7 <= sum(one.isdigit() for one in typed["phone"]) <= 15:
        faults["phone"] = _("This is no telephone number.")
    if not (typed["email"] or typed["phone"] or typed["person"]):
        faults.setdefault("phone", _("An email address or a telephone number is needed, so that we can answer."))
    return faults


def _report(visitor: Visitor, typed: dict[str, str], known: on_behalf.Known | None) -> Report:
    now = runtime().clock()
    kind, _dot, category = typed["about"].partition(".")
    report_id = _id(typed["id"])
    preference = ContactPreference(typed["preference"]) if typed["preference"] else None
    who = Reporter(
        id=known.person_id if known else None, role=Role(typed["role"]), name=typed["name"],
        email=typed["email"] or None, phone=typed["phone"] or None, contact_preference=preference,
    )  # fmt: skip
    return Report(
        site_id=known.site_id if known else HOUSE, id=report_id, kind=Kind(kind), locale=visitor.locale,
        channel=Channel(typed["channel"]), reporter=who,
        place=Place(page=Page.COMPANION, course=Course("-", "", typed["course"]) if typed["course"] else None),
        occurred_at=now, received_at=now, category=category, text=typed["text"],
    )  # fmt: skip


def _page(visitor: Visitor, *, asked: str, found: list[on_behalf.Known], sought: bool = False) -> Response:
    now = runtime().clock()
    with force_locale(visitor.locale):
        rows = [
            {
                "href": url_for("behalf.new", person=f"{one.site_id}:{one.person_id}"), "name": one.name,
                "phone": f"…{one.phone[-4:]}" if one.phone else "", "seen": moments.ago(one.seen_at, now),
                "role": runtime().policy.roles[one.role].in_(visitor.locale), "open": _open(one, visitor.locale),
                "account": _account(one),
            }
            for one in found
        ]  # fmt: skip
        return show(
            "desk/behalf/find.html",
            visitor,
            asked=asked,
            sought=sought or bool(asked),
            rows=rows,
            done=request.args.get("done", ""),
        )


def _open(one: on_behalf.Known, locale: str) -> list[tuple[int, str, str]]:
    policy = runtime().policy
    return [
        (case.id, (policy.categories[case.category].label if case.category in policy.categories
                   else policy.kinds[case.kind]).in_(locale), policy.states[case.state].in_(locale))
        for case in one.open
    ]  # fmt: skip


def _account(one: on_behalf.Known) -> list[tuple[str, str]]:
    """What of the account explains a call: only what is known."""
    told = one.facts.values if one.facts else {}
    known = {name: told[name].value for name in _ACCOUNT if name in told and told[name].known}
    if one.bounced:  # our own mail came back, whatever the platform knows
        known[_BOUNCES] = True
    return [(fact_name(name), fact_value(name, value)) for name, value in known.items()]


def _form(
    visitor: Visitor, typed: dict[str, Any], known: on_behalf.Known | None, faults: dict[str, str] | None = None
) -> Response:
    policy, locale = runtime().policy, visitor.locale
    with force_locale(locale):
        about = [
            (policy.kinds[kind].in_(locale), [(f"{kind}.{one.key}", one.label.in_(locale)) for one in choosable(policy)
                                              if kind in one.kinds])
            for kind in _KINDS
        ]  # fmt: skip
        answer = show(
            "desk/behalf/new.html", visitor, typed=typed, faults=faults or {}, about=about, longest=_LONGEST,
            channels=[(one.value, policy.channels[one].in_(locale)) for one in _CHANNELS],
            roles=[(role.value, policy.roles[role].in_(locale)) for role in (Role.TRAINEE, Role.TRAINER, Role.VISITOR)],
            open=_open(known, locale) if known else [], account=_account(known) if known else [],
        )  # fmt: skip
    if faults:
        answer.status_code = 422
    return answer
