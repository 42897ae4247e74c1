"""`/mine/courses/`: a trainee's own certificate: the conditions to be read, what is missing, and a form to send it.

The form is checked when it is sent, and while it is typed, by the same check.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response, current_app, redirect, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from sidecar.casework import own_certificate
from sidecar.casework.own_certificate import Doubt, Own
from sidecar.domain.cause import Why, cause
from sidecar.domain.launch import Target
from sidecar.domain.roster import checklist_of
from sidecar.journey.intake import Contradicts, Intake
from sidecar.pages import grade_words, moments, register_words
from sidecar.pages.mine import own_words
from sidecar.pages.roster import words as roster_words
from sidecar.pages.session import Visitor, runtime, signed_in
from sidecar.pages.shell.views import page
from sidecar.registered import seals
from sidecar.store import said_of_roster
from sidecar.store.group_commit import Busy, Unstorable

_CORRECTIONS: Final = 20  # answers of one form that others' may stand in the way of
_TOO_MANY: Final = 429
_FIELDS: Final = ("name_ar", "name_en", "phone", "national_id")


def install(blueprint: Blueprint) -> None:
    """Serve them as part of one's own pages."""
    blueprint.add_url_rule("/mine/courses/<course>", "course", one, methods=["GET"])
    blueprint.add_url_rule("/mine/courses/<course>/read", "course_read", read, methods=["POST"])
    blueprint.add_url_rule("/mine/courses/<course>/check", "course_check", check, methods=["POST"])
    blueprint.add_url_rule("/mine/courses/<course>/send", "course_send", send, methods=["POST"])


def listed(visitor: Visitor) -> list[dict[str, Any]]:
    """The courses of a trainee, as the list of one's own reports shows them."""
    found = []
    for own in own_certificate.courses(runtime(), visitor.viewer):
        missing = own_words.missing(own, visitor.locale)
        found.append(
            {
                "href": url_for("mine.course", course=own.course_id),
                "name": _name(own),
                "unread": own.conditions is not None and own.conditions.read_at is None,
                "gaps": sum(not one.sent for one in missing),
                "sent": sum(bool(one.sent) for one in missing),
            }
        )
    return found


def one(course: str) -> Response:
    """One course."""
    return _shown(signed_in(Target.MINE), course)


def read(course: str) -> Response:
    """The conditions were read."""
    visitor = signed_in(Target.MINE)
    own_certificate.read(runtime(), visitor.viewer, course)
    return redirect(url_for("mine.course", course=course, thanks="read"), 303)  # type: ignore[return-value]


def check(course: str) -> Response:
    """What there is to say of a field while it is typed; nothing is kept, and no number of identity comes back."""
    visitor = signed_in(Target.MINE)
    limits, now = current_app.extensions["nidaa_checks"], runtime().clock()
    asked = own_certificate.fields(runtime(), visitor.viewer, course)
    field = next((one for one in asked if one in request.form), None)
    if field is None:
        raise NotFound
    if (wait := limits.wait(visitor.site_id, visitor.person_id, now)) is not None:
        answer = Response(status=429, content_type="text/plain; charset=utf-8")  # sending it says what is wrong
        answer.headers["Retry-After"] = str(wait)
        return answer
    limits.count(visitor.site_id, visitor.person_id, now)
    values, doubts = own_certificate.checked((field,), {field: request.form[field]})
    doubt = doubts.get(field)
    with force_locale(visitor.locale):
        return page(
            "mine/said.html", visitor.locale, field=field, loud=False, odd=doubt is Doubt.ODD_ID,
            fault=_odd_as_typed() if doubt is Doubt.ODD_ID else _doubt(doubt) if doubt else "",
            fits=field in values, read_as=values.get("phone", ""),
        )  # fmt: skip


def _odd_as_typed() -> str:
    return _("The last digit does not fit the others. Please compare it with your ID; if it is right, tick below.")


def send(course: str) -> Response:
    """Send what is missing."""
    visitor = signed_in(Target.MINE)
    own = own_certificate.one(runtime(), visitor.viewer, course)
    typed = {field: request.form.get(field, "") for field in _FIELDS}
    values, doubts = own_certificate.checked(own.asked, typed, anyway=request.form.get("anyway") == "1")
    typed["national_id"] = ""  # it goes back to no page
    with force_locale(visitor.locale):
        if doubts or not values:
            faults = {field: _doubt(doubt) for field, doubt in doubts.items()}
            return _shown(visitor, course, typed=typed, faults=faults or {"": _("Please fill in at least one field.")})
        words = "\n".join(
            f"{label}: {own_certificate.shown(field, values[field])}"
            for field, label in _labels().items()
            if field in values
        )
    here: Response = redirect(url_for("mine.course", course=course, thanks="sent"), 303)  # type: ignore[assignment]
    form = _form()
    first = own_certificate.next_answer(runtime(), visitor.viewer, course, form, values)
    if first is None:
        return here  # the very same, sent twice
    with force_locale(visitor.locale):
        fault = _taken(visitor, own, values, words, form, first)
        if not fault:
            return here
        answer = _shown(visitor, course, typed=typed, faults={"": fault[0]})
        answer.status_code = fault[1]
        if fault[1] == _TOO_MANY:
            wait = current_app.extensions["nidaa_reports"].limits.wait(*_who(visitor), runtime().clock())
            answer.headers["Retry-After"] = str(wait or 1)
        return answer


def _taken(
    visitor: Visitor, own: Own, values: Mapping[str, str], words: str, form: uuid.UUID, first: int
) -> tuple[str, int] | None:
    """Nothing once it is kept; else why not, and with which status.

    Where this form has said something else, this is its next answer: what was mended after "Back" is news.
    """
    intake: Intake = current_app.extensions["nidaa_intake"]
    limits, now = current_app.extensions["nidaa_reports"].limits, runtime().clock()
    full = limits.wait(*_who(visitor), now) is not None  # as for every report of this person's; a resend is free
    for number in range(first, first + _CORRECTIONS):
        report = own_certificate.report_of(
            runtime(), visitor.viewer, own, values, words, key=uuid.uuid5(form, str(number)) if number else form,
            by=visitor.name, locale=visitor.locale,
        )  # fmt: skip
        if full and not intake.known(report):
            return _("Too much at once. Please wait a little; what you wrote is still here."), _TOO_MANY
        try:
            if intake.accept(report).stored_now:
                limits.count(*_who(visitor), now)
        except Contradicts:
            continue
        except Unstorable:
            return _("This holds characters that cannot be stored."), 422
        except Busy:
            break
        own_certificate.keep(runtime(), visitor.viewer, own.course_id, values, report, form)
        return None
    return _("We could not save this just now. Please try again in a moment; what you wrote is still here."), 503


def _who(visitor: Visitor) -> tuple[str, str]:
    return visitor.site_id, visitor.person_id


def _form() -> uuid.UUID:
    try:
        return uuid.UUID(request.form.get("form", ""))
    except ValueError:
        return uuid.uuid4()


def _shown(
    visitor: Visitor, course: str, *, typed: Mapping[str, str] | None = None, faults: Mapping[str, str] | None = None
) -> Response:
    own = own_certificate.one(runtime(), visitor.viewer, course)
    policy, now, zone = runtime().policy, runtime().clock(), runtime().zone
    with force_locale(visitor.locale):
        labels, standing = _labels(), own_words.answered(own)
        conditions = moments.latin(said_of_roster.conditions(policy, visitor.locale))
        answer = page(
            "mine/certificate.html", visitor.locale, visitor=visitor, role="", leave_url=url_for("entry.leave_mine"),
            nav=[{"href": url_for("mine.everything"), "label": _("My reports"), "icon": "inbox", "current": True}],
            title=_name(own), idnumber=own.course and own.course.idnumber, course=course, known=own.person is not None,
            as_of=moments.ago(own.person.taken_at, now) if own.person is not None else "",
            answer=own_words.answer(own, visitor.locale) if own.person is not None else "",
            registers=_registers(own, visitor.locale), seals=seals(runtime()),
            updates=register_words.updates(visitor.locale, (visitor.site_id, course)),
            grade=_grade(own), gaps=own_words.missing(own, visitor.locale), unknown=_unknown(own),
            fields=[(one, labels[one], one in standing and one not in (faults or {})) for one in own.asked],
            needs_id="national_id" not in own.asked
            and any(item["what"] == "national_id" and item["gap"] for item in own_words.items(own)),
            odd_id=(faults or {}).get("national_id") == _doubt(Doubt.ODD_ID),
            typed=typed or {}, faults=faults or {}, form=uuid.uuid4(), thanks=request.args.get("thanks", ""),
            enters=_enters(own),
            conditions=conditions if own.conditions is not None else "",
            read_at=moments.day_and_clock(own.conditions.read_at, zone, now)
            if own.conditions is not None and own.conditions.read_at else "",
            sent=[
                (labels[row.field], row.value, _state(row.state, row.writing),
                 moments.day_and_clock(row.sent_at, zone, now))
                for row in own.sent
            ],
        )  # fmt: skip
        if faults:
            answer.status_code = 422
        return answer


def _enters(own: Own) -> str:
    """Who enters what was sent last, once it is confirmed: the office, the house itself, or each its part."""
    last = {row.field for row in own.sent if row.report_key == own.sent[0].report_key}
    return "office" if not last & own.writes else "itself" if last <= own.writes else "both"


def _grade(own: Own) -> str:
    """One's grade, where the LMS shows it to oneself."""
    told = next((item["detail"] for item in own_words.items(own) if item["what"] == "grade"), None)
    if told is None or told.get("shown") is not True:
        return ""
    parts = (grade_words.state(told, known=True), grade_words.figures(told))
    return str(_("Grade: %(state)s", state=_(", ").join(part for part in parts if part)))


def _registers(own: Own, locale: str) -> list[str]:
    """What registers explain, where the answer above does not say it already."""
    told = own.person is not None and cause(checklist_of(own.person.checklist)).registers
    return [] if told else roster_words.explained(own_words.items(own), locale)


def _unknown(own: Own) -> int:
    checklist = checklist_of(own_words.items(own))
    return 0 if cause(checklist).why is Why.REGISTERED else len(checklist.unknown)


def _labels() -> dict[str, str]:
    return {
        "name_ar": _("Your name in Arabic, as on your ID"), "name_en": _("Your name in English, as on your passport"),
        "phone": _("Your mobile number"),
        "national_id": _("Your national ID or iqama number"),
    }  # fmt: skip


def _doubt(doubt: Doubt) -> str:
    return {
        Doubt.TOO_LONG: _("At most %(num)d letters.", num=own_certificate.LONGEST),
        Doubt.NO_NUMBER: _("This is no telephone number; for example 05… or +9665…"),
        Doubt.NOT_ARABIC: _("Please write it in Arabic letters."),
        Doubt.NOT_ENGLISH: _("Please write it in English letters."),
        Doubt.ONE_WORD: _("Please write your whole name."),
        Doubt.NO_ID: _("Ten digits are needed."),
        Doubt.ODD_ID: _(
            "The last digit does not fit the others. Please type the number again; if it is right, tick below."
        ),
    }[doubt]


def _state(state: str, writing: str | None) -> tuple[str, str, str]:
    if writing in {"written", "stood"}:
        return "good", _("Stands in the learning platform"), "check"
    return {
        "sent": ("", _("Waits for your trainer"), "clock"),
        "confirmed": ("good", _("Confirmed by your trainer"), "check"),
        "refused": ("late", _("Not confirmed: please look again"), "triangle-alert"),
    }[state]


def _name(own: Own) -> str:
    return (own.course and own.course.name) or _("Course %(id)s", id=own.course_id)
