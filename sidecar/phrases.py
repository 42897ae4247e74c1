"""Sentences that the API and the pages both say, in the language that is asked for."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from sidecar.domain.contact import Expectation

_MINUTE = timedelta(minutes=1)
_TOO_MANY_MINUTES = 120


def expected(what: Expectation) -> str:
    """What a way of reaching us promises; empty where it promises nothing."""
    if what.picked_up and what.answered:
        said = _(
            "Received within %(first)s, and then answered within %(then)s.",
            first=duration(what.picked_up),
            then=duration(what.answered),
        )
    elif what.answered:
        said = _("Answered within %(first)s.", first=duration(what.answered))
    elif what.picked_up:
        said = _("Seen within %(first)s.", first=duration(what.picked_up))
    else:
        return ""
    return f"{said} {_('Counted in opening hours.')}" if what.in_hours else str(said)


def duration(length: timedelta) -> str:
    """A length of time as people say it."""
    minutes = round(length / _MINUTE)
    if minutes < _TOO_MANY_MINUTES or minutes % 60:
        return str(ngettext("%(num)d minute", "%(num)d minutes", minutes))
    return str(ngettext("%(num)d hour", "%(num)d hours", minutes // 60))
