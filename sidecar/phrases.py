"""Sentences that the API and the pages both say, and the language that is asked for."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext

from sidecar.domain.case import Action
from sidecar.domain.contact import Expectation

_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_TOO_MANY_MINUTES: Final = 120
_ARABIC_DIGITS: Final = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def expected(what: Expectation, *, open_now: bool) -> str:
    """What a way of reaching us promises (P12); empty where it promises nothing.

    Args:
        open_now: while closed, hours that count only when somebody is there begin at the next opening.
    """
    later = what.in_hours and not open_now
    if what.picked_up and what.answered:
        lengths = {"first": duration(what.picked_up), "then": duration(what.answered)}
        if later:
            return str(_("Received within %(first)s of opening, then answered within %(then)s.", **lengths))
        return str(_("Received within %(first)s, then answered within %(then)s.", **lengths))
    if what.answered:
        length = duration(what.answered)
        return str(_("Answered within %(first)s of opening.", first=length) if later
                   else _("Answered within %(first)s.", first=length))  # fmt: skip
    if what.picked_up:
        return str(_("Seen within %(first)s.", first=duration(what.picked_up)))
    return ""


def duration(length: timedelta) -> str:
    """A length of time as people say it; it stands after "within"."""
    minutes = max(1, round(length / _MINUTE))  # "within 0 minutes" is nothing that people say
    if minutes < _TOO_MANY_MINUTES or length % _HOUR:
        return str(ngettext("%(num)d minute", "%(num)d minutes", minutes))
    return str(ngettext("%(num)d hour", "%(num)d hours", minutes // 60))


def arabic_digits(sentence: str) -> str:
    """A sentence of the panel in class: its Arabic has Arabic digits, that of the pages Latin ones."""
    return sentence.translate(_ARABIC_DIGITS)


def language(locale: str | None) -> str:
    """`ar` or `en`, whichever a locale is nearer to; Arabic when it says nothing."""
    if locale:
        return "en" if locale.lower().replace("_", "-").split("-")[0] == "en" else "ar"
    return request.accept_languages.best_match(["ar", "en"], "ar") or "ar"


def step_words(what: Action) -> str:
    """What happened, as the reporter is told."""
    words: dict[Action, str] = {
        Action.OPEN: _("Your report has been received."),
        Action.ACKNOWLEDGE: _("Its receipt has been acknowledged."),
        Action.SEE: _("It has been seen."),
        Action.ADD: _("You added something."),
        Action.PICK_UP: _("It is being handled."),
        Action.TRANSFER: _("It was handed to the team that can help."),
        Action.REFER: _("It was referred to the head of the competent department."),
        Action.ESCALATE: _("It was raised to the administrative manager."),
        Action.REPLY: _("You were answered."),
        Action.PAUSE: _("We are waiting for your answer."),
        Action.RESUME: _("Handling continues."),
        Action.GATHER: _("It is handled together with others of the same cause."),
        Action.SPLIT: _("It is handled on its own now."),
        Action.SOLVE: _("The problem has been solved."),
        Action.PROPOSE: _("A solution is being verified."),
        Action.VERIFY: _("The solution has been verified."),
        Action.CLOSE: _("It has been closed."),
        Action.REOPEN: _("It has been reopened."),
        Action.REFUSE: _("It has been reopened."),
        Action.WITHDRAW: _("It was withdrawn."),
    }
    return str(words.get(what, _("There is news.")))
