"""The words of the register and of the authority matrix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from sidecar.domain import authority
from sidecar.domain.authority import Reach, Sort
from sidecar.domain.case import Action
from sidecar.domain.policy import Measure, Policy
from sidecar.domain.report import Channel
from sidecar.store.register import Entry


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its cells, and the columns that tell of a target that was missed."""

    cells: list[str]
    missed: frozenset[int]


@dataclass(frozen=True, slots=True)
class Register:
    """The register as a table."""

    headings: list[str]
    rows: list[Line]


def register(policy: Policy, entries: Sequence[Entry], locale: str, zone: ZoneInfo) -> Register:
    """Headings and rows; times in the institute's zone."""
    headings = [
        _("Case"), _("Kind"), _("Category"), _("Channel"), _("State"), _("Received"), _("Referred"),
        _("Told by email or phone"), _("First answer"), _("Closed"), _("Decision"), _("Targets"),
    ]  # fmt: skip

    def at(moment: datetime | None) -> str:
        return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment else ""

    rows = []
    for one in entries:
        missed = {measure_ for measure_, (_at, in_time) in one.met.items() if in_time is False}
        told = one.met.get(Measure.TOLD, (None, None))[0]
        category = policy.categories.get(one.category or "")
        cells = [
            str(one.number), policy.kinds[one.kind].in_(locale), category.label.in_(locale) if category else "",
            policy.channels[Channel(one.channel)].in_(locale), policy.states[one.state].in_(locale),
            at(one.received_at), at(one.referred_at), at(told), at(one.answered_at), at(one.closed_at),
            _decision(one.decision), _missed(missed) if missed else _("kept") if one.met else "",
        ]  # fmt: skip
        rows.append(Line(cells, frozenset({len(cells) - 1}) if missed else frozenset()))
    return Register(headings, rows)


def _missed(measures: set[Measure]) -> str:
    return str(_("missed: %(what)s", what=_(", ").join(measure(one) for one in Measure if one in measures)))


def kinds(policy: Policy, entries: Sequence[Entry], locale: str) -> list[tuple[str, int]]:
    """How many of each kind."""
    counted = Counter(one.kind for one in entries)
    return [(policy.kinds[kind].in_(locale), number) for kind, number in counted.most_common()]


_MEASURES: Final[Mapping[Measure, Any]] = {
    Measure.SEEN: lazy_gettext("seen"),
    Measure.PICK_UP: lazy_gettext("picked up"),
    Measure.FIRST_ANSWER: lazy_gettext("first answer"),
    Measure.REFERRAL: lazy_gettext("referral"),
    Measure.TOLD: lazy_gettext("told by email or phone"),
    Measure.ESCALATION: lazy_gettext("answer before escalation"),
    Measure.RESOLUTION: lazy_gettext("resolution"),
    Measure.VERIFICATION: lazy_gettext("verification"),
}


def measure(what: Measure) -> str:
    """A measure in words."""
    return str(_MEASURES[what])


def _decision(code: str | None) -> str:
    words = {
        "upheld": _("upheld"),
        "partly_upheld": _("partly upheld"),
        "not_upheld": _("not upheld"),
        "under_study": _("under study"),
        "adopted": _("adopted"),
        "not_adopted": _("not adopted"),
    }
    return str(words.get(code or "", ""))


def looked_at(what: str) -> str:
    """What somebody looked at."""
    return str(
        {
            "pack": _("Evidence pack"),
            "register": _("Register"),
            "csv": _("Register as a file"),
            "print": _("Print"),
            "readiness": _("Certificate readiness"),
            "readiness_csv": _("Certificate readiness as a file"),
            "readiness_print": _("Certificate readiness to print"),
        }[what]
    )


def matrix(policy: Policy, locale: str) -> dict[str, Any]:
    """The authority matrix: sorts of cases and actions against roles."""
    rows = authority.matrix()
    return {
        "sorts": [(sort, _sort(sort)) for sort in Sort],
        "roles": [(row.role, policy.roles[row.role].in_(locale)) for row in rows],
        "sees": {(row.role, sort): reach for row in rows for sort, reach in row.sees.items()},
        "reaches": {Reach.ALL: _("all"), Reach.OWN: _("own"), Reach.NONE: _("none")},
        "actions": [(action, action_words(action)) for action in authority.ACTIONS],
        "may": {(row.role, action): len(sorts) for row in rows for action, sorts in row.may.items()},
        "reporters": [action_words(action) for action in authority.of_reporters()],
    }


def _sort(sort: Sort) -> str:
    return str(
        {
            Sort.ROOM: _("Incident of a live room"),
            Sort.REQUEST: _("Request for support at the contact centre"),
            Sort.TIER_2: _("Case at supporting operations"),
            Sort.QUESTION: _("Question to the trainer"),
            Sort.FILING: _("Filing of a government body"),
            Sort.COMPLAINT_UNSORTED: _("Complaint that awaits its referral"),
            Sort.COMPLAINT: _("Complaint with its department"),
            Sort.COMPLAINT_RESOLVED: _("Complaint that awaits verification"),
        }[sort]
    )


_ACTIONS: Final[Mapping[Action, Any]] = {
    Action.SEE: lazy_gettext("See"),
    Action.ACKNOWLEDGE: lazy_gettext("Acknowledge receipt"),
    Action.PICK_UP: lazy_gettext("Take over"),
    Action.TRANSFER: lazy_gettext("Transfer"),
    Action.REFER: lazy_gettext("Refer to a head of department"),
    Action.ESCALATE: lazy_gettext("Escalate"),
    Action.ACCEPT_ESCALATION: lazy_gettext("Accept an escalation"),
    Action.REPLY: lazy_gettext("Reply"),
    Action.PAUSE: lazy_gettext("Pause the clock"),
    Action.RESUME: lazy_gettext("Resume"),
    Action.MERGE: lazy_gettext("Merge"),
    Action.SPLIT: lazy_gettext("Split"),
    Action.PROPOSE: lazy_gettext("Propose a resolution"),
    Action.SOLVE: lazy_gettext("Mark as solved"),
    Action.VERIFY: lazy_gettext("Verify that it has ended"),
    Action.REFUSE: lazy_gettext("Say that it is not solved"),
    Action.CLOSE: lazy_gettext("Close"),
    Action.REOPEN: lazy_gettext("Reopen"),
    Action.WITHDRAW: lazy_gettext("Withdraw at the reporter's request"),
    Action.TELL: lazy_gettext("Tell the people it concerns"),
    Action.NOTE: lazy_gettext("Write a note"),
    Action.CALL: lazy_gettext("Log a call"),
    Action.LOOK_AGAIN: lazy_gettext("Look again"),
    Action.ATTACH: lazy_gettext("Add a file"),
    Action.ADD: lazy_gettext("Add a detail"),
    Action.VERDICT: lazy_gettext("Say whether it works"),
    Action.PREFER: lazy_gettext("Choose how to be answered"),
    Action.RATE: lazy_gettext("Rate"),
}


def action_words(action: Action) -> str:
    """An action as the matrix names it."""
    return str(_ACTIONS[action])
