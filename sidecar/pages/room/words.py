"""What a card says of its people, in words: the sum of their diagnostics, and the steps that were taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.engine import Row

from sidecar.domain.board import Code, Finding
from sidecar.domain.case import Action, State
from sidecar.pages.moments import clock


class Line(NamedTuple):
    """One line of a card's sum: an icon's name, words, and what in them is to be isolated and stand out."""

    icon: str
    text: str
    strong: bool = False


_ICONS: Final[Mapping[Code, str]] = {
    Code.ALL_SINCE: "clock",
    Code.BETWEEN: "clock",
    Code.NETWORK: "wifi",
    Code.PLATFORM: "smartphone",
    Code.BROWSER: "app-window",
    Code.GOOD_LINE: "wifi",
    Code.POOR_LINE: "wifi-off",
    Code.ROUND_TRIP: "gauge",
    Code.WERE_OFFLINE: "wifi-off",
    Code.NOT_THEIR_LINE: "lightbulb",
    Code.THEIR_LINE: "lightbulb",
}


def line(finding: Finding, zone: ZoneInfo) -> Line:
    """A finding as a line."""
    return Line(
        _ICONS[finding.code], _said(finding, zone), strong=finding.code in {Code.NOT_THEIR_LINE, Code.THEIR_LINE}
    )


def _said(finding: Finding, zone: ZoneInfo) -> str:
    numbers: dict[str, Any] = {"num": finding.number, "of": finding.of}
    first, last = _time(finding.value, zone), _time(finding.until, zone)
    words: Mapping[Code, Callable[[], str]] = {
        Code.ALL_SINCE: lambda: _("All since %(time)s", time=first),
        Code.BETWEEN: lambda: _("From %(first)s to %(last)s", first=first, last=last),
        Code.NETWORK: lambda: _shares(finding, _network(str(finding.value))),
        Code.PLATFORM: lambda: _shares(finding, f"\u2066{finding.value}\u2069"),
        Code.BROWSER: lambda: _shares(finding, f"\u2066{finding.value}\u2069"),
        Code.GOOD_LINE: lambda: (
            _("Good connection")
            if finding.of == 1
            else ngettext(
                "%(num)d of %(of)d has a good connection", "%(num)d of %(of)d have a good connection", **numbers
            )
        ),
        Code.POOR_LINE: lambda: (
            _("Poor connection")
            if finding.of == 1
            else ngettext(
                "%(num)d of %(of)d has a poor connection", "%(num)d of %(of)d have a poor connection", **numbers
            )
        ),
        Code.ROUND_TRIP: lambda: _("Round trip %(span)s", span=f"\u2066{finding.value}–{finding.until} ms\u2069"),
        Code.WERE_OFFLINE: lambda: ngettext(
            "%(num)d of %(of)d lost the network", "%(num)d of %(of)d lost the network", **numbers
        ),
        Code.NOT_THEIR_LINE: lambda: _("Their connections are good: the fault is probably not at their end."),
        Code.THEIR_LINE: lambda: _("Their connections are poor: the fault is probably at their end."),
    }
    return words[finding.code]()


def _shares(finding: Finding, what: str) -> str:
    return _("%(num)d of %(of)d on %(what)s", num=finding.number, of=finding.of, what=what)


def _network(kind: str) -> str:
    return {"wifi": _("Wi-Fi"), "cellular": _("mobile data"), "ethernet": _("a cable")}.get(kind, kind)


def _time(value: object, zone: ZoneInfo) -> str:
    return f"\u2066{clock(value, zone)}\u2069" if isinstance(value, datetime) else ""


def step(action: Action, reason: str) -> str:
    """What somebody did, as the board says it."""
    if action is Action.INTEND:
        return _("Undone") if reason == "undone" else _("Pressed")
    words: dict[Action, str] = {
        Action.OPEN: _("Opened"),
        Action.SEE: _("Seen"),
        Action.ACKNOWLEDGE: _("Receipt confirmed"),
        Action.PICK_UP: _("Taken in hand"),
        Action.TRANSFER: _("Handed to the contact centre"),
        Action.ESCALATE: _("Escalated"),
        Action.REPLY: _("Answered"),
        Action.TELL: _("People were told"),
        Action.GATHER: _("Another card was merged into this one"),
        Action.SPLIT: _("One person was split out"),
        Action.SOLVE: _("Solved"),
        Action.VERIFY: _("Verified"),
        Action.REFUSE: _("Not solved after all"),
        Action.REOPEN: _("Reopened"),
        Action.OVERDUE: _("Nobody had acted in time"),
        Action.VERDICT: _("A reporter answered whether it works"),
        Action.PAUSE: _("Waiting for the reporter"),
        Action.RESUME: _("Handling continues"),
        Action.CLOSE: _("Closed"),
        Action.PROPOSE: _("A solution was proposed"),
        Action.WITHDRAW: _("Withdrawn"),
    }
    return words.get(action, _("Changed"))


def doing(action: Action) -> str:
    """What is about to happen, while it can be undone."""
    return {
        Action.SOLVE: _("Will be solved, and everybody told"),
        Action.TRANSFER: _("Will be handed to the contact centre"),
        Action.SPLIT: _("One person will be split out"),
        Action.MERGE: _("Will be merged with another card"),
        Action.TELL: _("The room will be told"),
    }.get(action, _("Will be done"))


def refused(code: str) -> str:
    """Why what somebody pressed was not done after all."""
    return {
        "state": _("It had been solved or merged meanwhile."),
        "not_permitted": _("It is no longer yours to do."),
        "unseen": _("It is no longer yours to do."),
        "different": _("These two cannot be one."),
        "stale": _("It has changed meanwhile."),
    }.get(code, _("It could not be done."))


def state(case_state: State, *, unseen: bool) -> tuple[str, str]:
    """A card's state as a tag: its kind and its icon; the words are the policy's."""
    if unseen:
        return "soon", "circle-dot"
    return {
        State.IN_PROGRESS: ("info", "loader"),
        State.RESOLVED: ("good", "check"),
        State.CLOSED: ("good", "circle-check"),
        State.REOPENED: ("late", "rotate-ccw"),
        State.WAITING: ("hold", "pause"),
    }.get(case_state, ("", "circle-dot"))


def platform(module: str) -> str:
    """A live room's platform by the name that people know; empty for a module that is known to its LMS alone."""
    known = {"bigbluebuttonbn": "BigBlueButton", "zoom": "Zoom", "jitsi": "Jitsi", "googlemeet": "Google Meet",
             "msteams": "Microsoft Teams", "webexactivity": "Webex"}  # fmt: skip
    return known.get(module, "")


def failure(code: str) -> str:
    """Why a message did not arrive."""
    return {
        "refused": _("the learning platform refused it"),
        "no_account": _("no account in the learning platform"),
        "no_lms": _("no learning platform to send it by"),
        "no_answer": _("the learning platform did not answer"),
    }.get(code, code)


def reached(rows: Iterable[Row[Any]], names: Mapping[str, str]) -> list[dict[str, str]]:
    """How a message reached each of those whom it was for: name, and the tag that says so.

    Args:
        names: what people of the room call themselves; otherwise as they are known to us.
    """
    kinds = {"sent": ("good", "check", _("sent")), "shown": ("good", "eye", _("read on the status line")),
             "waiting": ("", "send", _("on the way")), "failed": ("late", "triangle-alert", _("not reached")),
             "cancelled": ("", "x", _("no longer needed"))}  # fmt: skip
    found = []
    for row in rows:
        kind, icon, text = kinds[row.state]
        why = f" ({failure(row.error)})" if row.error else ""
        name = names.get(row.person_id) or row.name or row.person_id
        found.append({"name": name, "kind": kind, "icon": icon, "text": text + why})
    return found
