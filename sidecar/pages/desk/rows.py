"""A case as a line of the desk's lists: how its deadline stands, whose it is, what it is about."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _

from sidecar.domain.case import Case, CaseKind, State
from sidecar.domain.report import Channel, Role, Symptom, grouped
from sidecar.pages import moments
from sidecar.pages.session import Visitor, runtime
from sidecar.pages.upright import upright
from sidecar.store.desk import Line

_SOON: Final = timedelta(hours=1)


def due_words(due: datetime | None, state: State, now: datetime) -> tuple[str, str]:
    """How a deadline stands beside now: the clock's look, and its words."""
    if state is State.WAITING:
        return "hold", str(_("waits for the reporter"))
    if due is None:
        return "met", str(_("nothing due"))
    if due < now:
        return "late", str(_("late %(length)s", length=moments.length(now - due)))
    length = moments.length(due - now)
    return ("soon" if due - now <= _SOON else "due"), str(_("%(length)s left", length=length))


def row_of(
    line: Line, first: Any, names: dict[str, str], visitor: Visitor, *, named: bool = False, about: str = ""
) -> dict[str, Any]:  # fmt: skip
    """A line of a list.

    Args:
        named: whether a confidential case shows whose it is; a queue, whose looks nobody keeps, does not (P16).
        about: whose certificate it is, which stands before whoever reported it.
    """
    policy, case, now = runtime().policy, line.case, runtime().clock()
    look, words = due_words(line.due, case.state, now)
    if case.state in {State.CLOSED, State.WITHDRAWN}:
        look, words = "met", policy.states[case.state].in_(visitor.locale)
    category = policy.categories.get(case.category)
    title = policy.symptoms[Symptom(case.symptom)].label.in_(visitor.locale) if case.symptom else ""
    body = first.body if first else {}
    return {
        "number": case.id,
        "version": case.version,
        "href": url_for("desk.queue").rstrip("/") + f"/cases/{case.id}",
        "look": look,
        "due": words,
        "title": title
        or (category.label.in_(visitor.locale) if category else policy.kinds[case.kind].in_(visitor.locale)),
        "words": "" if case.confidential else upright((body.get("text") or "")[:160]),
        "kind": policy.kinds[case.kind].in_(visitor.locale),
        "reference": grouped(first.reference) if first else "",
        **whose(case, first, about, named=named),
        "course": (body.get("course") or ("", ""))[1] or "",
        "channel": _channel(case, first, visitor.locale),
        "state": state_words(case, visitor.locale),
        "owner": names.get(case.owner, case.owner) if case.owner else "",
        "severity": case.severity,
        "overdue": case.overdue,
        "escalated": case.escalated,
        "confidential": case.confidential,
        "gone": line.gone,
        "age": moments.ago(case.clock_started_at, now),
    }


def state_words(case: Case, locale: str) -> str:
    """Where a case stands; of one that was merged, in which other one that is."""
    if case.state is State.MERGED and case.merged_into:
        return str(_("Merged into %(number)s", number=case.merged_into))
    return runtime().policy.states[case.state].in_(locale)


def whose(case: Case, first: Any, about: str, *, named: bool) -> dict[str, Any]:
    """Whose a case is, and who flagged it where that is somebody else.

    Of a certificate every report is about the same one: there are no others whose it is, too.
    """
    name = (first.body.get("name") or "") if first and (named or not case.confidential) else ""
    if not about or (case.confidential and not named):
        return {"who": name, "by": "", "others": case.reports - 1}
    other = name and first.reporter_id != case.person_id
    return {"who": about, "by": flagged_by(name) if other else "", "others": 0}


def _channel(case: Case, first: Any, locale: str) -> str:
    """By what a case came. Staff flag from the roster, which the contract counts as the website's forms."""
    by_staff = first is not None and first.reporter_role in {Role.TRAINER, Role.ROOM_MANAGER}
    if case.kind is CaseKind.CERTIFICATE_GAP and case.channel == Channel.WEB and by_staff:
        return str(_("Trainee roster"))
    return runtime().policy.channels[Channel(case.channel)].in_(locale)


def flagged_by(name: str) -> str:
    """That somebody else said that something is missing."""
    return str(_("flagged by %(name)s", name=f"\u2068{name}\u2069"))
