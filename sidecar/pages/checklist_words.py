"""A checklist as pages show it: each line with its state in a word, who can mend it, the figures, source and time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _

from sidecar.domain.certificate_words import date, kept, listed, percent, said
from sidecar.domain.checklist import is_registry
from sidecar.domain.readiness import Cause, Item, Mark, Mender, Readiness, cause
from sidecar.domain.registry import RegistryState
from sidecar.pages import grade_words, moments, register_words
from sidecar.pages.session import runtime

_LOOKS: Final = {
    Mark.IN_ORDER: ("good", "check"),
    Mark.GAP: ("late", "triangle-alert"),
    Mark.WARNING: ("soon", "eye"),
    Mark.WAITS: ("", "hourglass"),
    Mark.TOLD: ("", "eye"),
    Mark.UNKNOWN: ("", "circle-dot"),
}


_ENTERED: Final = frozenset({"national_id", "name_ar", "name_en", "phone"})


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a name, a look with its icon and word, sentences beside it, and by whom and when it was told."""

    name: str
    look: str
    icon: str
    words: str
    more: Sequence[str]
    names: Sequence[tuple[str, str, str]]
    mender: str
    source: str
    at: str


def lines(checklist: Readiness, locale: str) -> list[Line]:
    """Every line; what is missing first, then what waits or is unknown, then what is in order."""
    order = list(_ORDER)
    return [_line(item, locale) for item in sorted(checklist.items, key=lambda one: order.index(one.mark))]


_ORDER: Final = (Mark.GAP, Mark.WARNING, Mark.WAITS, Mark.TOLD, Mark.UNKNOWN, Mark.IN_ORDER)


def ones_own(checklist: Readiness) -> Readiness:
    """What the person whose checklist it is may see of it: the grade only where the LMS shows that person the same."""
    shown = (one for one in checklist.items if one.what != "grade" or one.detail.get("shown") is True)
    return replace(checklist, items=tuple(shown))


def answer(checklist: Readiness, locale: str) -> str:
    """The one answer to "where is my certificate?"."""
    return answered(cause(checklist), locale)


def answered(found: Cause, locale: str) -> str:
    """The same of a cause that is known. Figures are as every other on pages; messages have their own."""
    policy = runtime().policy
    return moments.latin(said(kept(found), policy.certificate, runtime().zone, locale, policy.registries))


def gap_words(items: Sequence[Item], locale: str) -> str:
    """Gaps by name."""
    return listed([str(item.gap) for item in items if item.gap], runtime().policy.certificate, locale)


def unverified() -> str:
    """That nobody has verified the attendance threshold with the authority; empty once the policy says when."""
    rules = runtime().policy.certificate
    if rules.verified_on is not None:
        return ""
    share = f"\u2066{percent(rules.attendance_threshold, 'en')}\u2069"
    return str(_("The attendance threshold of %(share)s has not been verified with the authority yet.", share=share))


def line_name(what: str) -> str:
    """What a line is about."""
    words = {
        "enrolment": _("Enrolment"), "attendance": _("Attendance"), "completion": _("Completion"),
        "grade": _("Grade"),
        "certificate": _("Certificate"), "national_id": _("National ID"),
        "national_id_duplicate": _("Uniqueness of the national ID"), "name_ar": _("Name in Arabic"),
        "name_en": _("Name in English"), "names": _("Both names together"), "phone": _("Mobile"),
    }  # fmt: skip
    return str(words.get(what, what))


def mender_words(mender: Mender | None) -> str:
    """Who can mend it."""
    words = {
        Mender.TRAINEE: _("The trainee can mend it"), Mender.TRAINER: _("For the trainer to decide"),
        Mender.REGISTRAR: _("For the registrar to mend"), Mender.TIER_2: _("For operations to mend"),
    }  # fmt: skip
    return str(words[mender]) if mender else ""


def _line(item: Item, locale: str) -> Line:
    look, icon = _LOOKS[item.mark]
    told_at = moments.day_and_clock(item.at, runtime().zone, runtime().clock()) if item.at else ""
    more = [words for words in (_figures(item, locale), _more(item, locale)) if words]
    name, source = line_name(item.what), item.source
    if is_registry(item.what):
        name = source = register_words.name(item.detail, locale)
        more += [words for words in (register_words.updated(item.detail, locale),) if words]
    return Line(name, look, icon, _state(item, locale), more, _names(item), mender_words(item.mender),
                source, told_at)  # fmt: skip


def _state(item: Item, locale: str) -> str:
    if (
        is_registry(item.what) and item.detail["state"] != RegistryState.UNKNOWN
    ):  # its word stands whatever the LMS says
        return register_words.stands(item.detail, locale)
    if item.gap is not None:
        return runtime().policy.certificate.gaps[str(item.gap)].in_(locale)
    if item.what == "grade":
        return grade_words.state(item.detail, known=item.mark is not Mark.UNKNOWN)
    if item.mark is Mark.UNKNOWN:
        return str(_("unknown"))
    if item.mark is Mark.WAITS:
        return str(_("comes later"))
    if item.what in _ENTERED and not item.detail.get("settled"):
        return str(_("entered"))
    return str(_("no longer needed") if item.detail.get("settled") else _("met"))


def _figures(item: Item, locale: str) -> str:
    told = item.detail
    if item.what == "grade":
        return grade_words.figures(told)
    if item.what == "attendance" and "rate" in told:
        rate, needed = (
            f"\u2066{percent(told[one], 'en')}\u2069" for one in ("rate", "threshold")
        )  # as every figure here
        if "held" in told and "attended" in told:
            return str(_("%(rate)s; %(needed)s is needed (%(attended)s of %(held)s sessions)", rate=rate, needed=needed,
                         attended=told["attended"], held=told["held"]))  # fmt: skip
        return str(_("%(rate)s; %(needed)s is needed", rate=rate, needed=needed))
    if item.what == "certificate" and told.get("issued_at"):
        at = moments.latin(date(datetime.fromisoformat(told["issued_at"]), runtime().zone, locale))
        return str(_("issued on %(day)s, code %(code)s", day=at, code=f"\u2066{told.get('code') or '–'}\u2069"))
    if item.what == "enrolment" and told.get("ends_at"):
        return str(
            _("until %(day)s", day=moments.latin(date(datetime.fromisoformat(told["ends_at"]), runtime().zone, locale)))
        )
    return register_words.why(told) if is_registry(item.what) else ""


def _more(item: Item, _locale: str) -> str:
    told = item.detail
    if told.get("minutes_lost"):
        return str(_("Minutes lost to room incidents: %(num)s", num=told["minutes_lost"]))
    if told.get("opens") == "only":
        return str(_("Completed, but not opened yet, so not issued"))
    if told.get("opens") == "perhaps":
        return str(_("Where the certificate is on the course's page, it is issued when it is opened"))
    if item.what == "names" and item.gap is not None:
        words = {
            "swapped": _("The Arabic and the English name are swapped"),
            "script_ar": _("The Arabic name is in Latin letters"),
            "script_en": _("The English name is in Arabic letters"),
            "differ": _("They read as two different names"),
        }
        return str(words[str(told["wrong"])])
    if item.what == "national_id" and item.mark is Mark.WARNING:
        return str(_("A warning only: the check digit is not right"))
    if told.get("older"):
        return str(_("told before the certificate was issued"))
    if told.get("status") == "inactive":
        return str(_("Enrolment is not active"))
    return _waits(told)


def _waits(told: Any) -> str:
    words = {
        "enrolment": _("after enrolment"), "course_end": _("the course is still running"),
        "attendance": _("after attendance"), "completion": _("after completion"),
        "certificate": _("after the certificate is issued"),
    }  # fmt: skip
    return str(_(", ")).join(str(words[one]) for one in told.get("waits_for", ()) if one in words)


def _names(item: Item) -> list[tuple[str, str, str]]:
    if item.what != "names" or item.mark is Mark.IN_ORDER:
        return []
    return [(line_name(side["field"]), side["name"], side["source"]) for side in item.detail["names"]]
