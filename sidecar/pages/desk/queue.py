"""`/desk/`: the queues, what is due first standing first (P13)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from flask import Blueprint, Response, jsonify, redirect, request, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from sidecar.casework import queues, saving, who
from sidecar.domain.access import StaffRole
from sidecar.pages import live, moments, refusals
from sidecar.pages.desk import narrowing
from sidecar.pages.desk.frame import HANDLERS, at_desk, sections, show
from sidecar.pages.desk.narrowing import Asked
from sidecar.pages.desk.rows import row_of
from sidecar.pages.session import runtime
from sidecar.store.desk import (
    ALL,
    COUNTED,
    ENDED,
    LOOKED,
    MINE,
    VERIFY,
    Filter,
    Mark,
    Order,
    Place,
    is_mark,
    orders,
)
from sidecar.store.feed import Arrival

_LONGEST: Final = 100  # letters of what is searched for
_BEGIN: Final = datetime.fromtimestamp(0, UTC)

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
    place, asked = _place(places), _asked()
    order = asked.order if asked.order and asked.order in orders(place) else orders(place)[0]
    found = queues.listed(runtime(), visitor.viewer, place, asked.narrowed, order=order, after=_after(order))
    with force_locale(visitor.locale):
        names = who.names(runtime(), [line.case.owner for line in found.lines if line.case.owner])
        rows = [
            row_of(line, found.reports.get(line.case.id), names, visitor, about=found.about.get(line.case.id, ""))
            for line in found.lines
        ]
        late = found.counts.get(place.name, (0, 0))[1]
        kept = narrowing.kept(request.args, asked) | {"queue": place.name}
        return show(
            "desk/queue.html", visitor, place=place.name, title=name_of(place, visitor.locale),
            places=[_entry(one, place, found.counts.get(one.name), visitor.locale) for one in places],
            groups=_groups(rows, order), late=late, late_words=_bounded(late), order=order.value,
            sorts=narrowing.sorts(place), days=asked.days, unread=asked.unread, kept=kept,
            filters=narrowing.selections(asked.narrowed, runtime().policy, visitor.locale),
            narrowed=asked.narrowed != Filter() or bool(asked.unread), dense=_dense(),
            saved=saving.of(runtime(), visitor.viewer), saved_most=saving.MOST, saved_longest=saving.LONGEST,
            dense_url=_here(dense="" if _dense() else "1"), looked=LOOKED,
            first_url=_here(after="") if "after" in request.args else "",
            more=_here(after=".".join(map(str, found.more))) if found.more else None, to_look=found.to_look,
            live_url=url_for("desk.stream", **kept),
            new_url=url_for("desk.new", **kept, since=_micros(runtime().clock())), here_url=_here(after=""),
            updated=moments.clock(runtime().clock(), runtime().zone),
        )  # fmt: skip


@blueprint.get("/live")
def stream() -> Response:
    """Says when something has come into this queue that this visitor may see; about the rest it is silent."""
    visitor = at_desk()
    place = _place(queues.places(visitor.viewer, list(runtime().policy.departments)))
    narrowed, world = _asked().narrowed, runtime()
    heard: set[int] = set()

    def wanted(arrival: Arrival) -> bool:
        heard.add(arrival.case_id)
        return True

    def really() -> bool:
        among = set(heard)
        heard.difference_update(among)
        since = world.clock() - live.OVERLAP * 2
        return bool(among) and queues.arrived(world, visitor.viewer, place, narrowed, since, among) > 0

    return live.stream(wanted, visitor.login_id, source="nidaa_desk_feed", really=really)


@blueprint.get("/new")
def new() -> Response:
    """How many have come into this queue since it was shown, and how that is said."""
    visitor = at_desk()
    place = _place(queues.places(visitor.viewer, list(runtime().policy.departments)))
    since = _since()
    many = queues.arrived(runtime(), visitor.viewer, place, _asked().narrowed, since)
    with force_locale(visitor.locale):
        words = ngettext("%(num)d new", "%(num)d new", many) if many else ""
    answer = jsonify({"new": many, "words": words})
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/search")
def search() -> Response:
    """What has all the words, the name, the number or the reference that somebody typed."""
    visitor = at_desk()
    asked = request.args.get("q", "").strip()[:_LONGEST]
    with force_locale(visitor.locale):
        lines, first, complete = queues.searched(runtime(), visitor.viewer, asked) if asked else ([], {}, True)
        names = who.names(runtime(), [line.case.owner for line in lines if line.case.owner])
        # Each of these is a look that was kept, so that a complaint may be told by its reporter's name.
        about = queues.about(runtime(), lines)
        rows = [
            row_of(line, first.get(line.case.id), names, visitor, named=True, about=about.get(line.case.id, ""))
            for line in lines
        ]
        return show("desk/search.html", visitor, asked=asked, rows=rows, most=not complete)


def _place(places: list[Place]) -> Place:
    asked = request.args.get("queue", "")
    found = next((one for one in places if one.name == asked), None) if asked else places[0]
    if found is None:
        raise NotFound
    return found


def _asked() -> Asked:
    found = narrowing.read(request.args, runtime().policy, runtime().zone)
    if found.wrong:
        raise NotFound
    return found


def _after(order: Order) -> Mark | None:
    """Where a page begins: the mark of the line before, its numbers with dots between."""
    asked = request.args.get("after", "")
    if not asked:
        return None
    if not re.fullmatch(r"[0-9]{1,19}(\.[0-9]{1,19}){1,2}", asked):
        raise NotFound
    mark = tuple(map(int, asked.split(".")))
    if not is_mark(order, mark):
        raise NotFound
    return mark


def _micros(moment: datetime) -> str:
    return str((moment - _BEGIN) // timedelta(microseconds=1))


def _since() -> datetime:
    asked = request.args.get("since", "")
    if not re.fullmatch(r"[0-9]{1,16}", asked):
        raise NotFound
    # A tab left open for a month asks for the last day's.
    return max(_BEGIN + timedelta(microseconds=int(asked)), runtime().clock() - timedelta(days=1))


def _here(**changed: str) -> str:
    """This very list, changed; what is empty is left out."""
    asked = {name: value for name, value in request.args.items() if name != "lang"} | changed
    kept: dict[str, Any] = {name: value for name, value in asked.items() if value}
    return url_for("desk.queue", **kept)


def _dense() -> bool:
    return request.args.get("dense") == "1"


def name_of(place: Place, locale: str) -> str:
    """What a queue is called."""
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
        "name": one.name,
        "href": url_for("desk.queue", queue=one.name),
        "label": name_of(one, locale),
        "icon": _ICONS.get(one.name, "building-2"),
        "current": one == here,
        "count": _bounded(counted[0]) if counted else None,
        "late": counted[1] if counted else 0,
    }


def _bounded(many: int) -> str:
    """A count, which ends at a thousand."""
    return f"{COUNTED - 1}+" if many >= COUNTED else str(many)


def _groups(rows: list[dict[str, Any]], order: Order) -> list[tuple[str, list[dict[str, Any]]]]:
    """Rows under what they have in common, in the order in which they came."""
    if order in {Order.NEWEST, Order.OLDEST}:
        return [("", rows)] if rows else []
    names = {"late": _("Overdue"), "soon": _("Within the hour"), "due": _("Later"), "hold": _("Paused"),
             "met": _("Nothing due")}  # fmt: skip
    found: list[tuple[str, list[dict[str, Any]]]] = []
    for row in rows:
        name = _("Severity %(num)d", num=row["severity"]) if order is Order.SEVERITY else names[row["look"]]
        if not found or found[-1][0] != name:
            found.append((name, []))
        found[-1][1].append(row)
    return found
