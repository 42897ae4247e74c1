"""The words of the register and of the authority matrix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

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


def measure(what: Measure) -> str:
    """A measure in words."""
    return str(
        {
            Measure.SEEN: _("seen"),
            Measure.PICK_UP: _("picked up"),
            Measure.FIRST_ANSWER: _("first answer"),
            Measure.REFERRAL: _("referral"),
            Measure.TOLD: _("told by email or phone"),
            Measure.ESCALATION: _("answer before escalation"),
            Measure.RESOLUTION: _("resolution"),
            Measure.VERIFICATION: _("verification"),
        }[what]
    )


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


def action_words(action: Action) -> str:  # one dictionary: a line for each action
    """An action as the matrix names it."""
    words = {
        Action.SEE: _("See"), Action.ACKNOWLEDGE: _("Acknowledge receipt"), Action.PICK_UP: _("Take over"),
        Action.TRANSFER: _("Transfer"), Action.REFER: _("Refer to a head of department"),
        Action.ESCALATE: _("Escalate"), Action.ACCEPT_ESCALATION: _("Accept an escalation"),
        Action.REPLY: _("Reply"), Action.PAUSE: _("Pause the clock"), Action.RESUME: _("Resume"),
        Action.MERGE: _("Merge"), Action.SPLIT: _("Split"), Action.PROPOSE: _("Propose a resolution"),
        Action.SOLVE: _("Mark as solved"), Action.VERIFY: _("Verify that it has ended"),
        Action.REFUSE: _("Say that it is not solved"), Action.CLOSE: _("Close"), Action.REOPEN: _("Reopen"),
        Action.WITHDRAW: _("Withdraw at the reporter's request"), Action.TELL: _("Tell the people it concerns"),
        Action.NOTE: _("Write a note"), Action.CALL: _("Log a call"), Action.LOOK_AGAIN: _("Look again"),
        Action.ATTACH: _("Add a file"), Action.ADD: _("Add a detail"), Action.VERDICT: _("Say whether it works"),
        Action.PREFER: _("Choose how to be answered"), Action.RATE: _("Rate"),
    }  # fmt: skip
    return str(words[action])
