"""`/desk/`: the queues, what is due first standing first (P13)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, TypeVar

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from sidecar.casework import queues, who
from sidecar.domain.access import StaffRole
from sidecar.domain.case import CaseKind, State
from sidecar.domain.report import Channel, Symptom, grouped
from sidecar.pages import moments, refusals
from sidecar.pages.desk.frame import HANDLERS, at_desk, sections, show
from sidecar.pages.session import Visitor, runtime
from sidecar.store.desk import ALL, ENDED, MINE, VERIFY, Filter, Line, Place
from sidecar.store.search import MOST

_SOON: Final = timedelta(hours=1)
_LONGEST: Final = 100  # letters of what is searched for
_SEVERITIES: Final = range(1, 5)

blueprint = Blueprint("desk", __name__, url_prefix="/desk", template_folder="templates")
refusals.install(blueprint)


@blueprint.get("/")
def queue() -> Response:
    """One queue; for whoever handles no cases, the first section that is theirs."""
    visitor = at_desk(*StaffRole)
    if visitor.viewer.roles.isdisjoint(HANDLERS):
        others = [one["href"] for one in sections(visitor) if not one["current"]]
        if not others:
            raise NotFound
        return redirect(others[0], 303)  # type: ignore[return-value]
    places = queues.places(visitor.viewer, list(runtime().policy.departments))
    place = _place(places)
    narrowed = _filter()
    found = queues.listed(runtime(), visitor.viewer, place, narrowed, after=_after())
    with force_locale(visitor.locale):
        names = who.names(runtime(), [line.case.owner for line in found.lines if line.case.owner])
        rows = [_row(line, found.reports.get(line.case.id), names, visitor) for line in found.lines]
        return show(
            "desk/queue.html", visitor, place=place.name, title=_name(place, visitor.locale),
            places=[_entry(one, place, found.counts.get(one.name), visitor.locale) for one in places],
            groups=_groups(rows), late=found.counts.get(place.name, (0, 0))[1], total=found.counts.get(place.name),
            filters=_filters(narrowed, visitor.locale), narrowed=narrowed != Filter(), dense=_dense(),
            dense_url=_here(dense="" if _dense() else "1"), more=_more(found.more) if found.more else None,
            updated=moments.clock(runtime().clock(), runtime().zone),
        )  # fmt: skip


@blueprint.get("/search")
def search() -> Response:
    """What has all the words, the name, the number or the reference that somebody typed."""
    visitor = at_desk()
    asked = request.args.get("q", "").strip()[:_LONGEST]
    with force_locale(visitor.locale):
        lines, first = queues.found(runtime(), visitor.viewer, asked) if asked else ([], {})
        names = who.names(runtime(), [line.case.owner for line in lines if line.case.owner])
        rows = [_row(line, first.get(line.case.id), names, visitor) for line in lines]
        return show("desk/search.html", visitor, asked=asked, rows=rows, most=len(rows) >= MOST)


def _place(places: list[Place]) -> Place:
    asked = request.args.get("queue", "")
    found = next((one for one in places if one.name == asked), None) if asked else places[0]
    if found is None:
        raise NotFound
    return found


_E = TypeVar("_E", bound=StrEnum)


def _member(kind: type[_E], name: str) -> _E | None:
    asked = request.args.get(name, "")
    if not asked:
        return None
    try:
        return kind(asked)
    except ValueError:
        raise NotFound from None


def _filter() -> Filter:
    policy = runtime().policy
    severity = request.args.get("severity", "")
    if severity and severity not in {str(one) for one in _SEVERITIES}:
        raise NotFound
    channel = _member(Channel, "channel")
    return Filter(
        kind=_member(CaseKind, "kind"),
        state=_member(State, "state"),
        category=_key(policy.categories.__contains__, "category"),
        channel=channel.value if channel else "",
        department=_key(policy.departments.__contains__, "department"),
        severity=int(severity) if severity else None,
        overdue=request.args.get("overdue") == "1",
        escalated=request.args.get("escalated") == "1",
        unowned=request.args.get("unowned") == "1",
    )


def _key(known: Callable[[str], bool], name: str) -> str:
    asked = request.args.get(name, "")
    if asked and not known(asked):
        raise NotFound
    return asked


def _after() -> tuple[datetime, int] | None:
    """Where a page begins: the due moment in whole microseconds and the number of the line before."""
    asked = request.args.get("after", "")
    if not asked:
        return None
    moment, _dot, number = asked.partition(".")
    try:
        due, last = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(moment)), int(number)
    except (ValueError, OverflowError):
        raise NotFound from None
    if not 0 <= last < 2**63:
        raise NotFound
    return due, last


_NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)


def _more(last: tuple[datetime | None, int]) -> str:
    since = (last[0] or _NEVER) - datetime.fromtimestamp(0, UTC)
    return _here(after=f"{since // timedelta(microseconds=1)}.{last[1]}")


def _here(**changed: str) -> str:
    """This very list, changed; what is empty is left out."""
    asked = {name: value for name, value in request.args.items() if name != "lang"} | changed
    kept: dict[str, Any] = {name: value for name, value in asked.items() if value}
    return url_for("desk.queue", **kept)


def _dense() -> bool:
    return request.args.get("dense") == "1"


def _name(place: Place, locale: str) -> str:
    policy = runtime().policy
    if place.department:
        return policy.departments[place.department].label.in_(locale)
    names = {
        queues.TIER_1: policy.offices["contact_centre"].label.in_(locale),
        queues.TIER_2: policy.offices["operations"].label.in_(locale),
        queues.MANAGEMENT: _("With management"),
        queues.QUESTIONS: _("Trainees' questions"),
        MINE: _("Mine"),
        VERIFY: _("To be verified"),
        ALL: _("All that is open"),
        ENDED: _("Ended"),
    }
    return str(names[place])


_ICONS: Final = {"mine": "user", "verify": "badge-check", "all": "layers", "ended": "archive", "management": "siren",
                 "questions": "message-circle", "tier-1": "headset", "tier-2": "wrench"}  # fmt: skip


def _entry(one: Place, here: Place, counted: tuple[int, int] | None, locale: str) -> dict[str, Any]:
    return {
        "href": url_for("desk.queue", queue=one.name),
        "label": _name(one, locale),
        "icon": _ICONS.get(one.name, "building-2"),
        "current": one == here,
        "count": counted[0] if counted else None,
        "late": counted[1] if counted else 0,
    }


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


def _row(line: Line, first: Any, names: dict[str, str], visitor: Visitor) -> dict[str, Any]:
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
        "words": "" if case.confidential else (body.get("text") or "")[:160],
        "kind": policy.kinds[case.kind].in_(visitor.locale),
        "reference": grouped(first.reference) if first else "",
        "who": body.get("name") or "",
        "others": case.reports - 1,
        "course": (body.get("course") or ("", ""))[1] or "",
        "channel": policy.channels[Channel(case.channel)].in_(visitor.locale),
        "state": policy.states[case.state].in_(visitor.locale),
        "owner": names.get(case.owner, case.owner) if case.owner else "",
        "severity": case.severity,
        "overdue": case.overdue,
        "escalated": case.escalated,
        "confidential": case.confidential,
        "gone": line.gone,
        "age": moments.ago(case.clock_started_at, now),
    }


def _groups(rows: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Rows under what they have in common, in the order in which they came."""
    names = {"late": _("Overdue"), "soon": _("Within the hour"), "due": _("Later"), "hold": _("Paused"),
             "met": _("Nothing due")}  # fmt: skip
    found: list[tuple[str, list[dict[str, Any]]]] = []
    for row in rows:
        if not found or found[-1][0] != names[row["look"]]:
            found.append((names[row["look"]], []))
        found[-1][1].append(row)
    return found


def _filters(chosen: Filter, locale: str) -> list[dict[str, Any]]:
    """The selections of the filter's form."""
    policy = runtime().policy

    def select(name: str, label: str, options: list[tuple[str, str]], value: object) -> dict[str, Any]:
        return {"name": name, "label": label, "options": options, "value": str(value or "")}

    return [
        select("kind", _("Kind"), [(one, policy.kinds[one].in_(locale)) for one in CaseKind], chosen.kind),
        select("state", _("State"), [(one, policy.states[one].in_(locale)) for one in State], chosen.state),
        select("channel", _("Channel"), [(one, label.in_(locale)) for one, label in policy.channels.items()],
               chosen.channel),
        select("category", _("Category"), [(one.key, one.label.in_(locale)) for one in policy.categories.values()],
               chosen.category),
        select("department", _("Department"), [(one.key, one.label.in_(locale)) for one in policy.departments.values()],
               chosen.department),
        select("severity", _("Severity"), [(str(one), str(one)) for one in _SEVERITIES], chosen.severity),
    ]  # fmt: skip
