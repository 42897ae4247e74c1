"""`/public/report`: a complaint, a suggestion, a question, or "I cannot get in", without an account or a script (P6.6).

Against machines without a script: a field that people do not see, a form that takes seconds to fill in, and limits by
address and by contact. What is refused keeps its words.
"""

from __future__ import annotations

import hmac
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from flask import Response, current_app, redirect, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import NotFound

from sidecar.casework import attach
from sidecar.domain import public_form as rules
from sidecar.domain.attachments import Refused, Unfit
from sidecar.domain.contact import choosable
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
)
from sidecar.domain.tracking import token_of
from sidecar.journey.intake import Contradicts, Intake
from sidecar.pages import attached
from sidecar.pages.session import runtime
from sidecar.pages.shell.views import page
from sidecar.phrases import language
from sidecar.store import public_limits
from sidecar.store.group_commit import Busy, Unstorable
from sidecar.store.uploads import Kept

log = structlog.get_logger(__name__)

_TRAP: Final = "website"
_SOON: Final = timedelta(minutes=15)  # a class "within half an hour" begins, for all we know, in a quarter
_FIELDS: Final = ("name", "email", "phone", "role", "category", "course", "text", "remedy", "preference")


def form() -> Response:
    """The form of one door."""
    return _form(_door(), _locale(), {"id": str(uuid.uuid4()), "role": Role.TRAINEE})


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
        stamped = rules.stamped_at(runtime().tracking_secret, request.form.get("stamp", ""))
        age = runtime().clock() - stamped if stamped else None
        if age is None or not rules.QUICKEST <= age <= rules.SLOWEST:
            return _form(door, locale, kept, {"": _("Please read what you wrote once more, and send it again.")})
        if (until := _too_many(said)) is not None:
            at = f"{until.astimezone(runtime().zone):%H:%M}"
            answer = _form(door, locale, kept, {"": _("Too much at once. Please try again after %(time)s.", time=at)})
            answer.status_code = 429
            answer.headers["Retry-After"] = str(max(1, int((until - runtime().clock()).total_seconds())))
            return answer
        report = _report(said, report_id, locale, class_soon=request.form.get("class_soon") == "1")
        try:
            files = attach.take(runtime(), given, warned=attached.warned()) if given else []
        except Refused as refused:
            return _refused(door, locale, kept, refused, {})
        fault, status = _stored(report, said, files)
        if fault:
            fresh = {"id": str(uuid.uuid4())} if status == 409 else {}
            answer = _form(door, locale, kept | fresh, {"": fault})
            answer.status_code = status
            return answer
    token = token_of(runtime().tracking_secret, report.key)
    where = url_for("mine.by_link", token=token, lang=locale, thanks="sent")
    return redirect(where, 303)  # type: ignore[return-value]


def _refused(door: Door, locale: str, kept: dict[str, Any], refused: Refused, faults: dict[str, str]) -> Response:
    answer = _form(door, locale, kept, faults | {"file": attached.words(refused, locale)}, refused)
    answer.status_code = refused.status
    return answer


def _stored(report: Report, said: Said, files: Sequence[Kept]) -> tuple[str, int]:
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
    except (Busy, OperationalError):
        fault = _("We could not save this just now. Please try again in a moment; what you wrote is still here.")
        return str(fault), 503
    if taken.stored_now:
        _count(said)
    return "", 303


def _report(said: Said, report_id: uuid.UUID, locale: str, *, class_soon: bool) -> Report:
    now = runtime().clock()
    preference = {"call": ContactPreference.CALL, "email": ContactPreference.EMAIL}.get(said.preference)
    soon = SessionRef(starts_at=now + _SOON) if class_soon and said.door is Door.CANNOT_GET_IN else None
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


def _too_many(said: Said) -> datetime | None:
    """When the next one may come, if too many came lately."""
    now = runtime().clock()
    with runtime().db.read() as conn:
        for (most, within), bucket in zip((rules.PER_ADDRESS, rules.PER_CONTACT), _buckets(said), strict=False):
            count, first = public_limits.how_many(conn, bucket, now - within)
            if count >= most and first is not None:
                return first + within
    return None


def _count(said: Said) -> None:
    with runtime().db.write() as conn:
        public_limits.sent(conn, _buckets(said), runtime().clock())


def _buckets(said: Said) -> list[str]:
    """Of where it comes from, and of whose it is, if it says so. Neither can be read back."""
    contact = (said.email or said.phone or said.name).casefold()
    whose = [f"of {contact}"] if contact else []
    return [
        hmac.digest(runtime().tracking_secret, f"public {what}".encode(), "sha256").hex()
        for what in (f"from {request.remote_addr}", *whose)
    ]


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
    door: Door, locale: str, typed: dict[str, Any], faults: dict[str, str] | None = None, refused: Refused | None = None
) -> Response:
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
            stamp=rules.stamp(runtime().tracking_secret, runtime().clock()), trap=_TRAP,
            promise=_promise(door), field=attached.field(locale, refused),
        )  # fmt: skip
    if faults:
        answer.status_code = 422
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
