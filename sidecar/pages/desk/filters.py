"""`/desk/filters`: what somebody keeps of the queue's filters under a name, beside the queues."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from sidecar.casework import queues, saving
from sidecar.pages import refusals
from sidecar.pages.desk import narrowing
from sidecar.pages.desk.frame import at_desk, show
from sidecar.pages.session import Visitor, runtime

blueprint = Blueprint("filters", __name__, url_prefix="/desk/filters", template_folder="templates")
refusals.install(blueprint)


@blueprint.get("/")
def mine() -> Response:
    """All of them, to be renamed or removed."""
    return _page(at_desk())


@blueprint.post("/")
def save() -> Response:
    """Keep what the queue shows now."""
    visitor = at_desk()
    name = _name()
    query, wrong = _checked(visitor, request.form)
    if wrong:
        raise NotFound
    if not name:
        return _page(visitor, fault="name", query=query)
    try:
        saving.save(runtime(), visitor.viewer, name, query)
    except saving.Full:
        return _page(visitor, fault="full")
    return redirect(url_for("desk.queue", **query), 303)  # type: ignore[return-value]


@blueprint.get("/<int:number>")
def use(number: int) -> Response:
    """The queue as it was saved; where the policy has dropped something of it since, this says so."""
    visitor = at_desk()
    found = saving.one(runtime(), visitor.viewer, number)
    if found is None:
        raise NotFound
    query, wrong = _checked(visitor, found.query)
    if not wrong:
        return redirect(url_for("desk.queue", **query), 303)  # type: ignore[return-value]
    with force_locale(visitor.locale):
        names = narrowing.labels()
        gone = [(names[name], found.query[name]) for name in wrong]
        return show("desk/filter_gone.html", visitor, one=found, gone=gone, rest=url_for("desk.queue", **query))


@blueprint.post("/<int:number>")
def rename(number: int) -> Response:
    """Call one otherwise."""
    visitor = at_desk()
    name = _name()
    if not name:
        return _page(visitor, fault="name", number=number)
    try:
        there = saving.rename(runtime(), visitor.viewer, number, name)
    except saving.Taken:
        return _page(visitor, fault="taken", number=number)
    if not there:
        raise NotFound
    return redirect(url_for("filters.mine"), 303)  # type: ignore[return-value]


@blueprint.post("/<int:number>/remove")
def remove(number: int) -> Response:
    """Forget one."""
    visitor = at_desk()
    if not saving.remove(runtime(), visitor.viewer, number):
        raise NotFound
    return redirect(url_for("filters.mine"), 303)  # type: ignore[return-value]


def _name() -> str:
    return " ".join(request.form.get("name", "").split())[: saving.LONGEST]


def _checked(visitor: Visitor, fields: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """The fields that mean something to this person now, and the names of those that do not."""
    asked = narrowing.read(fields, runtime().policy, runtime().zone)
    kept = narrowing.kept(fields, asked)
    wrong = [*asked.wrong, *asked.unread]
    own = {one.name for one in queues.places(visitor.viewer, list(runtime().policy.departments))}
    if kept.get("queue", "") not in {"", *own}:
        kept.pop("queue")
        wrong.append("queue")
    return kept, wrong


def _page(
    visitor: Visitor, *, fault: str = "", number: int | None = None, query: dict[str, str] | None = None
) -> Response:
    with force_locale(visitor.locale):
        faults = {
            "": "", "name": _("Give it a name."), "taken": _("Another of your filters is called so."),
            "full": _("You have as many filters as one may have. Remove one first."),
        }  # fmt: skip
        answer = show(
            "desk/filters.html", visitor, rows=saving.of(runtime(), visitor.viewer), fault=faults[fault], at=number,
            query=query or {}, longest=saving.LONGEST,
        )  # fmt: skip
    if fault:
        answer.status_code = 422
    return answer
