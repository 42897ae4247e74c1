"""The words of the case page: facts of the LMS, deadlines' steps, alerts, deliveries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from sidecar.domain.calendar import Why
from sidecar.domain.certificate_words import percent
from sidecar.domain.facts import KEPT_APART, FactsStatus
from sidecar.pages import moments
from sidecar.pages.session import runtime

_FACTS: Final[Mapping[str, Any]] = {
    "account.exists": lazy_gettext("Account"),
    "account.suspended": lazy_gettext("Suspended"),
    "account.confirmed": lazy_gettext("Confirmed"),
    "account.locked_out": lazy_gettext("Locked out"),
    "account.last_login": lazy_gettext("Last sign-in"),
    "account.email_bouncing": lazy_gettext("Email bounces"),
    "account.auth": lazy_gettext("Sign-in method"),
    "account.password": lazy_gettext("Password set here"),
    "account.language": lazy_gettext("Language"),
    "enrolment.status": lazy_gettext("Enrolment"),
    "enrolment.roles": lazy_gettext("Roles in the course"),
    "enrolment.groups": lazy_gettext("Groups"),
    "enrolment.starts_at": lazy_gettext("Enrolled from"),
    "enrolment.ends_at": lazy_gettext("Enrolled until"),
    "enrolment.method": lazy_gettext("Enrolled by"),
    "enrolment.last_access": lazy_gettext("Last seen in the course"),
    "attendance.rate": lazy_gettext("Attendance"),
    "attendance.held": lazy_gettext("Sessions held"),
    "attendance.attended": lazy_gettext("Sessions attended"),
    "attendance.definition": lazy_gettext("What counts as attended"),
    "completion.completed": lazy_gettext("Completed"),
    "completion.completed_at": lazy_gettext("Completed at"),
    "grade.course": lazy_gettext("Grade"),
    "grade.points": lazy_gettext("Points"),
    "grade.max": lazy_gettext("Points that can be had"),
    "grade.pass_mark": lazy_gettext("Points needed to pass"),
    "grade.passed": lazy_gettext("Enough to pass"),
    "grade.shown": lazy_gettext("The trainee sees the grade"),
    "certificate.issued": lazy_gettext("Certificate"),
    "course.ended": lazy_gettext("The course has ended"),
    "profile.phone": lazy_gettext("Telephone"),
    "profile.name_ar": lazy_gettext("Name in Arabic"),
    "profile.name_en": lazy_gettext("Name in English"),
    "profile.email": lazy_gettext("Email"),
    "profile.national_id": lazy_gettext("National ID"),
    "profile.national_id_duplicate": lazy_gettext("National ID of another, too"),
}


def fact_name(name: str) -> str:
    """A fact as people call it; its own name where it has none."""
    return str(_FACTS.get(name, name))


_NEVER_SHOWN = frozenset({"profile.national_id", *KEPT_APART})
_MOMENTS = {"account.last_login", "enrolment.starts_at", "enrolment.ends_at", "enrolment.last_access",
            "completion.completed_at"}  # fmt: skip


def worth_a_line(name: str, *, known: bool) -> bool:
    """Whether a fact is shown: that the grade is not known is said once, not for each of its figures."""
    return known or not name.startswith("grade.") or name == "grade.course"


def fact_value(name: str, value: Any) -> str:
    """A value as it is read. A national ID is never shown, only whether there is one."""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if name == "account.last_login" and not value:
        return str(_("never signed in"))
    if value is None or value in ("", [], {}):
        return str(_("none"))
    if name in _NEVER_SHOWN:
        return str(_("on record"))
    if name in {"attendance.rate", "grade.course"} and isinstance(value, (int, float)):
        return f"\u2066{percent(value, 'en')}\u2069"  # rounded as on the checklist beside it
    if isinstance(value, float):
        return f"\u2066{value:g}\u2069"
    if name == "enrolment.status":
        return _enrolment(str(value))
    if name in _MOMENTS and (moment := _moment(value)) is not None:
        return moments.day_and_clock(moment, runtime().zone, runtime().clock())
    if isinstance(value, (list, tuple)):
        return str(_(", ")).join(_called(one) for one in value)
    return str(value)


def _called(one: Any) -> str:
    """One of several as it is read: by its name, or else by all that is told of it."""
    if not isinstance(one, dict):
        return str(one)
    name = one.get("name") or one.get("code") or " ".join(str(part) for part in one.values() if part)
    return f"\u2068{name}\u2069"  # people's words among others'


_SOURCES: Final[tuple[tuple[str, Any], ...]] = (
    ("local_nidaa_", lazy_gettext("Nidaa's plugin in the platform")),
    ("core_user_", lazy_gettext("the user's profile")),
    ("core_enrol_", lazy_gettext("the participants of the course")),
    ("core_group_", lazy_gettext("the groups of the course")),
    ("core_completion_", lazy_gettext("the completion of the course")),
    ("core_course_", lazy_gettext("the course")),
    ("core_reportbuilder_", lazy_gettext("a report of the platform")),
    ("gradereport_", lazy_gettext("the gradebook")),
    ("mod_attendance_", lazy_gettext("the attendance register")),
    ("mod_customcert_", lazy_gettext("the certificates of the course")),
)


def source(function: str) -> str:
    """Where a fact was read, as people call it; the function's own name where it has none."""
    return next((str(words) for begins, words in _SOURCES if function.startswith(begins)), function)


def _enrolment(status: str) -> str:
    words = {
        "active": _("active"), "suspended": _("Enrolment is suspended"), "ended": _("The time of enrolment has ended"),
        "not_started": _("The time of enrolment has not begun"), "not_enrolled": _("Not enrolled in the course"),
        "inactive": _("Enrolment is not active"),
    }  # fmt: skip
    return str(words.get(status, status))


def _moment(value: object) -> datetime | None:
    """A moment as a snapshot keeps it."""
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None


def facts_status(status: FactsStatus) -> str:
    """How far the facts are."""
    words = {
        FactsStatus.PENDING: _("The platform has been asked and has not answered yet."),
        FactsStatus.COMPLETE: "",
        FactsStatus.NOT_APPLICABLE: _("There is nobody to ask the platform about."),
        FactsStatus.UNAVAILABLE: _("The platform refuses to answer; somebody must look at its settings."),
    }
    return str(words[status])


_WHY: Final[Mapping[Why, Any]] = {
    Why.WORKING: lazy_gettext("opening hours"),
    Why.OVERRIDE: lazy_gettext("hours of that day"),
    Why.SESSION: lazy_gettext("a class is held"),
    Why.ELAPSED: lazy_gettext("every hour counts"),
    Why.CLOSED: lazy_gettext("closed"),
    Why.HOLIDAY: lazy_gettext("holiday"),
    Why.PAUSED: lazy_gettext("waits for the reporter"),
}


def why(reason: Why) -> str:
    """Why a stretch of time counts, or does not."""
    return str(_WHY[reason])


def delivery(state: str, error: str) -> tuple[str, str]:
    """How somebody was reached: a look and words."""
    if state == "failed":
        reasons = {
            "needs_call": _("to be called"), "not_answered": _("called, and nobody answered"),
            "wrong_number": _("wrong number"), "no_address": _("no way to reach"), "no_account": _("no account"),
            "no_lms": _("no platform"), "refused": _("refused"), "no_answer": _("no answer"),
            "parked": _("given up"), "550": _("no such mailbox"),
        }  # fmt: skip
        return "late", str(reasons.get(error, _("not reached")))
    words = {
        "waiting": ("", _("on its way")), "shown": ("good", _("read")), "sent": ("good", _("sent")),
        "cancelled": ("", _("not needed any more")),
    }  # fmt: skip
    look, said = words[state]
    return look, str(said)


def preferred(means: str) -> str:
    """How a reporter chose to be answered from then on."""
    words = {
        "email": _("Wants to be answered by email"), "call": _("Wants to be called"),
        "lms": _("Wants to be answered on the platform"), "sms": _("Wants to be answered by SMS"),
        "whatsapp": _("Wants to be answered by WhatsApp"),
    }  # fmt: skip
    return str(words.get(means, _("Wants to be answered however is easiest")))
