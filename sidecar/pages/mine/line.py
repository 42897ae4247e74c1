"""The trainee's line (glossary.md): how far a report is, in four steps and one word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flask_babel import gettext as _

from sidecar.casework.own_reports import Own
from sidecar.domain.case import Action, State
from sidecar.journey.status import Status
from sidecar.pages.session import runtime


def steps(found: Status, reported: Own) -> Sequence[tuple[str, str]]:
    """The trainee's line (glossary.md): which steps are done, and which is now."""
    at = _reached(found)
    return [(name, "now" if one == at else "done" if one < at else "") for one, name in enumerate(_line(reported))]


def _line(reported: Own) -> tuple[str, str, str, str]:
    """As the panel says it."""
    seen = _("Seen by the room manager") if reported.symptom else _("Seen by the support team")
    return _("Your report arrived"), seen, _("In hand"), _("The problem is solved")


def _reached(found: Status) -> int:
    """How far along the line a report is, by the panel's own rule (follow.ts)."""
    happened = [what for _at, what in found.timeline]

    def since(what: Action) -> bool:
        again = _place(happened, Action.REOPEN, Action.REFUSE)
        return _place(happened, what) > again

    if found.state in {State.RESOLVED, State.CLOSED} or (found.state is not State.REOPENED and since(Action.SOLVE)):
        return 3
    if found.state in _IN_HAND or since(Action.PICK_UP):
        return 2
    return 1 if Action.SEE in happened else 0


def _place(happened: Sequence[Action], *which: Action) -> int:
    """Where one of them happened last; -1 where none did."""
    return max((at for at, what in enumerate(happened) if what in which), default=-1)


_IN_HAND: Final = frozenset({State.IN_PROGRESS, State.REFERRED, State.WAITING, State.REOPENED})


def state(found: Status, reported: Own, locale: str) -> str:
    """Where it stands, in one word that never says another thing than the step that it stands beside."""
    if found.state in {State.RECEIVED, State.ASSESSING, State.IN_PROGRESS}:
        return _line(reported)[_reached(found)]
    return runtime().policy.states[found.state].in_(locale)
