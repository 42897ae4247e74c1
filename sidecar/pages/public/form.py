"""`/public/report`: a complaint, a suggestion, a question, or "I cannot get in", without an account or a script (P6.6).

Against machines: a proof of work, a field that people do not see, a form that takes seconds to fill in, and limits by
address and by contact. Whose browser works no proof out waits longer and sends less; whose class is about to begin
does not (`domain/proof.py`). What is refused keeps its words.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import structlog
from flask import Response, current_app, redirect, request, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import NotFound

from sidecar.casework import attach
from sidecar.domain import public_form as rules
from sidecar.domain.attachments import Refused, Unfit
from sidecar.domain.contact import choosable
from sidecar.domain.proof import Terms, terms
from sidecar.domain.public_form import HOUSE, KIND_OF, Door, Said, Wrong
from sidecar.domain.report import (
    Channel,
    ContactPreference,
    Course,
    Page,
    Place,
    Report,
    Reporter,
    Role,
    SessionRef,
    report_key,
)
from sidecar.domain.tracking import token_of
from sidecar.journey.intake import Contradicts, Intake
from sidecar.pages import attached
from sidecar.pages.public import guides, limits, proof
from sidecar.pages.public.proof import How
from sidecar.pages.session import runtime
from sidecar.pages.shell.views import page
from sidecar.phrases import language
from sidecar.store.group_commit import Busy, Unstorable
from sidecar.store.uploads import Kept

log = structlog.get_logger(__name__)

_TRAP: Final = "website"
_SOON: Final = timedelta(minutes=15)  # a class "within half an hour" begins, for all we know, in a quarter
_FIELDS: Final = ("name", "email", "phone", "role", "category", "course", "text", "remedy", "preference")


def form() -> Response:
    """The form of one door."""
    door, locale, about = _door(), _locale(), request.args.get("about", "")
    chosen = {"category": about} if about in _categories(door, locale) else {}
    return _form(door, locale, {"id": str(uuid.uuid4()), "role": Role.TRAINEE} | chosen)


def send() -> Response:
    """Take it, and lead to the page where it is followed."""
    attached.read_form()
    door, locale = _door(), _locale()
    typed = {name: request.form.get(name, "").strip() for name in _FIELDS}
    report_id = _id(request.form.get("id", ""))
    kept: dict[str, Any] = typed | {"id": str(report_id), "class_soon": request.form.get("class_soon", "")}
    said = Said(door=door, **typed)
    with force_locale(locale):
        faults = {field: _words(why) for field, why in rules.wrong(said, frozenset(_categories(door, locale))).items()}
        if not attached.whole():
            return _refused(door, locale, kept, Refused(Unfit.TOO_LARGE), faults)
        given = attached.given()
        if faults:
            again = {"file": _("Please choose the files again.")} if given else {}
            return _form(door, locale, kept, faults | again)
        if request.form.get(_TRAP):
            log.info("public_form_trapped")  # a machine: it is told nothing that it could learn from
            return _form(door, locale, kept, {"": _("We could not save this just now. Please call us instead.")})
        shown, soon = proof.read(request.form.get(proof.FIELD, "")), _class_soon(door)
        agreed = terms(said, request.remote_addr or "", proven=shown.how is How.GOOD, class_soon=soon)
        if answer := _held_off(said, kept, shown, agreed):
            return answer
        if given and shown.how is How.GOOD and proof.is_spent(shown, report_id) and not soon:
            return _form(door, locale, kept, {"": proof.words(How.SPENT)}, 409)  # nothing is written for it
        try:  # before the proof is spent: who must choose another file has not worked for nothing
            files = attach.take(runtime(), given, warned=attached.warned()) if given else []
        except Refused as refused:
            limits.count(agreed)  # what was written for it counts as if it had been sent
            return _refused(door, locale, kept, refused, {})
        except OSError as error:
            log.error("files_unstored", error=type(error).__name__)
            return _form(door, locale, kept, {"file": attached.unsaved()}, 503)
        if shown.how is How.GOOD and not proof.spend(shown, report_id) and not soon:
            return _form(door, locale, kept, {"": proof.words(How.SPENT)}, 409)
        fault, status = _stored(_report(said, report_id, locale, class_soon=soon), agreed, files)
        if fault:
            fresh = {"id": str(uuid.uuid4())} if status == 409 else {}
            return _form(door, locale, kept | fresh, {"": fault}, status)
    token = token_of(runtime().tracking_secret, report_key(HOUSE, report_id))
    where = url_for("mine.by_link", token=token, lang=locale, thanks="sent")
    return redirect(where, 303)  # type: ignore[return-value]


def _refused(door: Door, locale: str, kept: dict[str, Any], refused: Refused, faults: dict[str, str]) -> Response:
    return _form(door, locale, kept, faults | {"file": attached.words(refused, locale)}, refused.status, refused)


def _class_soon(door: Door) -> bool:
    return door is Door.CANNOT_GET_IN and request.form.get("class_soon") == "1"


def _held_off(said: Said, kept: dict[str, Any], shown: proof.Proof, agreed: Terms) -> Response | None:
    """The form once more, with why this is not taken; None where it is."""
    locale = _locale()
    if shown.how in {How.EXPIRED, How.WRONG} and not _class_soon(said.door):
        return _form(said.door, locale, kept, {"": proof.words(shown.how)})
    stamp = request.form.get("stamp", "")
    given = rules.stamped_at(runtime().tracking_secret, stamp)
    age = runtime().clock() - given if given else None
    if age is None or age > rules.SLOWEST:
        return _form(said.door, locale, kept, {"": _("Please read what you wrote once more, and send it again.")})
    kept["stamp"] = stamp  # who waits has not waited for nothing
    if age < agreed.waits:
        return _form(said.door, locale, kept, {"": _too_soon(agreed.waits - age)})
    if (until := limits.full_until(agreed)) is not None:
        at = f"{until.astimezone(runtime().zone):%H:%M}"
        fault = _("Too much at once. Please try again after %(time)s.", time=at)
        answer = _form(said.door, locale, kept, {"": fault}, 429)
        answer.headers["Retry-After"] = str(max(1, int((until - runtime().clock()).total_seconds())))
        return answer
    return None


def _too_soon(left: timedelta) -> str:
    """Nobody reads a second: what is left is said only where it is worth waiting for."""
    seconds = int(left.total_seconds()) + 1
    if left <= rules.QUICKEST:
        return str(_("Please read what you wrote once more, and send it again."))
    return str(
        ngettext(
            "Your browser did not make the check, so we wait a little: please send it again in %(num)d second.",
            "Your browser did not make the check, so we wait a little: please send it again in %(num)d seconds.",
            seconds,
        )
    )


def _stored(report: Report, agreed: Terms, files: Sequence[Kept]) -> tuple[str, int]:
    """What was wrong and the answer's status; empty when it is stored.

    A form whose number is taken by other words leads nowhere: the number proves nothing about who sent the first.
    """
    intake: Intake = current_app.extensions["nidaa_intake"]
    try:
        taken = intake.accept(report)
        if files:  # after the report: a form whose answer was lost is sent again, and names them then
            attach.send_along(runtime(), report.key, files)
    except Contradicts:
        fault = _("This form was sent already, with other words. Send it again if it is to be a report of its own.")
        return str(fault), 409
    except Unstorable:
        return str(_("This holds characters that cannot be stored.")), 422
    except Refused as refused:
        return attached.words(refused, report.locale), refused.status
    except (Busy, OperationalError):
        fault = _("We could not save this just now. Please try again in a moment; what you wrote is still here.")
        return str(fault), 503
    if taken.stored_now:
        limits.count(agreed)
    return "", 303


def _report(said: Said, report_id: uuid.UUID, locale: str, *, class_soon: bool) -> Report:
    now = runtime().clock()
    preference = {"call": ContactPreference.CALL, "email": ContactPreference.EMAIL}.get(said.preference)
    soon = SessionRef(starts_at=now + _SOON) if class_soon else None
    return Report(
        site_id=HOUSE, id=report_id, kind=KIND_OF[said.door], locale=locale, channel=Channel.WEB,
        reporter=Reporter(
            id=None, role=Role(said.role), name=said.name, email=said.email or None, phone=said.phone or None,
            contact_preference=preference,
        ),
        place=Place(
            page=Page.LOGIN if said.door is Door.CANNOT_GET_IN else Page.PUBLIC,
            course=Course("-", "", said.course) if said.course else None, session=soon,
        ),
        occurred_at=now, received_at=now, category=said.category, text=said.text, remedy_sought=said.remedy,
    )  # fmt: skip


def _door() -> Door:
    try:
        return Door(request.args.get("kind") or request.form.get("kind") or Door.COMPLAINT)
    except ValueError:
        raise NotFound from None


def _locale() -> str:
    asked = request.args.get("lang") or request.form.get("lang", "")
    return asked if asked in {"ar", "en"} else language(None)


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()


def _categories(door: Door, locale: str) -> dict[str, str]:
    kind = KIND_OF[door]
    return {one.key: one.label.in_(locale) for one in choosable(runtime().policy) if kind in one.kinds}


def _form(
    door: Door, locale: str, typed: dict[str, Any], faults: dict[str, str] | None = None, status: int = 422,
    refused: Refused | None = None,
) -> Response:  # fmt: skip
    policy = runtime().policy
    with force_locale(locale):
        names = {
            door_: policy.kinds[kind].in_(locale)
            for door_, kind in (
                (Door.COMPLAINT, "complaint"),
                (Door.SUGGESTION, "suggestion"),
                (Door.QUESTION, "inquiry"),
            )
        }
        names[Door.CANNOT_GET_IN] = _("I cannot get in")
        categories = _categories(door, locale)
        first = policy.default_category[KIND_OF[door]] if door is not Door.CANNOT_GET_IN else "login"
        answer = page(
            "public/form.html", locale, door=door, doors=[(one.value, names[one]) for one in Door], title=names[door],
            categories=categories, typed={"category": first} | typed, faults=faults or {}, longest=rules.LONGEST,
            roles=[(role.value, policy.roles[role].in_(locale)) for role in (Role.TRAINEE, Role.TRAINER, Role.VISITOR)],
            stamp=typed.get("stamp") or rules.stamp(runtime().tracking_secret, runtime().clock()), trap=_TRAP,
            promise=_promise(door), proof=proof.for_page(), field=attached.field(locale, refused),
            guides=[one for one in guides.by_service(locale) if one["key"] in categories],
        )  # fmt: skip
    if faults:
        answer.status_code = status
    return answer


def _promise(door: Door) -> str:
    if door is Door.COMPLAINT:
        return str(_("It goes to the head of the competent department within 24 hours at most, and you are told."))
    if door is Door.CANNOT_GET_IN:
        return str(_("It goes to the contact centre at once. Never send a password."))
    return str(_("You get a reference and a page where you follow it."))


def _words(why: Wrong) -> str:
    words = {
        Wrong.NEEDED: _("This is needed."), Wrong.TOO_LONG: _("This is too long."),
        Wrong.UNSTORABLE: _("This holds characters that cannot be stored."),
        Wrong.NO_ADDRESS: _("This is no email address to which mail may go."),
        Wrong.NO_NUMBER: _("This is no telephone number."),
        Wrong.NO_WAY_BACK: _("An email address or a telephone number is needed, so that we can answer."),
        Wrong.UNKNOWN: _("Please choose one of these."),
    }  # fmt: skip
    return str(words[why])
