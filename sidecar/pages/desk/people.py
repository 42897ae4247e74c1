"""`/desk/people/`: staff accounts, for whoever administers them."""

from __future__ import annotations

import uuid
from typing import Any, Final

from flask import Blueprint, Response, current_app, redirect, request, url_for
from flask_babel import force_locale
from werkzeug.exceptions import NotFound

from sidecar.casework import accounts, who
from sidecar.domain.access import StaffRole
from sidecar.domain.accounts import GIVEN, Account, Refused
from sidecar.pages import moments, refusals
from sidecar.pages.desk.account import in_thread
from sidecar.pages.desk.account_words import change_words, wrong
from sidecar.pages.desk.frame import at_desk, show
from sidecar.pages.session import Visitor, runtime
from sidecar.store.credentials import is_local

blueprint = Blueprint("people", __name__, url_prefix="/desk/people", template_folder="templates")
refusals.install(blueprint)

_LONGEST: Final = 300


def _administrator() -> Visitor:
    return at_desk(StaffRole.ADMINISTRATOR)


@blueprint.get("/")
def everybody() -> Response:
    """Everybody who works here, or did."""
    visitor = _administrator()
    policy = runtime().policy
    with force_locale(visitor.locale):
        rows = [
            {
                "href": url_for("people.one", key=person.row.key),
                "name": person.row.name,
                "username": person.username or "",
                "roles": [policy.roles[role].in_(visitor.locale) for role in person.row.roles],
                "where": _where(person.row, visitor.locale),
                "active": person.row.active,
            }
            for person in accounts.everybody(runtime())
        ]  # fmt: skip
        return show("desk/people/list.html", visitor, rows=rows)


def _where(row: Any, locale: str) -> list[str]:
    """The departments and the body that somebody belongs to."""
    policy = runtime().policy
    found = [policy.departments.get(one) for one in row.departments] + [policy.bodies.get(row.body or "")]
    return [one.label.in_(locale) for one in found if one]


@blueprint.get("/new")
def new() -> Response:
    """The form for somebody new."""
    return _form(_administrator(), {"locale": "ar", "number": uuid.uuid4().hex, "active": True})


@blueprint.post("/new")
def add() -> Response:
    """Give somebody an account; a first password is shown once, and never again."""
    visitor = _administrator()
    typed, account = _typed(), _account()
    try:
        number = uuid.UUID(request.form.get("number", ""))
    except ValueError:
        number = uuid.uuid4()
    try:
        key, first = accounts.add(
            runtime(), visitor.viewer.key, account, username=request.form.get("username", ""), sites=_sites(),
            in_thread=in_thread, number=number,
        )  # fmt: skip
    except Refused as refused:
        return _form(visitor, typed, refused)
    if not first:
        return redirect(url_for("people.one", key=key), 303)  # type: ignore[return-value]
    return _told(visitor, key, first)


def _told(visitor: Visitor, key: str, first: str) -> Response:
    person, _changes = _known(key)
    with force_locale(visitor.locale):
        return show(
            "desk/people/password.html", visitor, person=person, first=first, back=url_for("people.one", key=key)
        )


@blueprint.get("/<key>")
def one(key: str) -> Response:
    """One person."""
    return _one(_administrator(), key)


@blueprint.post("/<key>")
def change(key: str) -> Response:
    """Change who somebody is; it holds from their next request on."""
    visitor = _administrator()
    _known(key)
    try:
        accounts.change(runtime(), visitor.viewer.key, key, _account(), sites=_sites())
    except Refused as refused:
        return _one(visitor, key, refused, _typed())
    return redirect(url_for("people.one", key=key), 303)  # type: ignore[return-value]


@blueprint.post("/<key>/<what>")
def act(key: str, what: str) -> Response:
    """End it, let it go on, give a new first password, or end all logins."""
    visitor = _administrator()
    _known(key)
    by = visitor.viewer.key
    try:
        if what in {"end", "back"}:
            accounts.end(runtime(), by, key, active=what == "back")
        elif what == "password" and is_local(key):
            return _told(visitor, key, accounts.reset(runtime(), by, key, in_thread=in_thread))
        elif what == "sign-out":
            accounts.sign_out_everywhere(runtime(), by, key)
        else:
            raise NotFound
    except Refused as refused:
        return _one(visitor, key, refused)
    return redirect(url_for("people.one", key=key), 303)  # type: ignore[return-value]


def _known(key: str) -> tuple[accounts.Person, list[Any]]:
    found = accounts.one(runtime(), key)
    if found is None:
        raise NotFound
    return found


def _one(visitor: Visitor, key: str, refused: Refused | None = None, typed: dict[str, Any] | None = None) -> Response:
    person, changes = _known(key)
    row = person.row
    stands = {name: getattr(row, name) for name in ("name", "locale", "roles", "departments", "active")}
    stands |= {name: getattr(row, name) or "" for name in ("email", "phone", "body", "lms_user")}
    named = who.names(runtime(), [one.by for one in changes])
    now, zone = runtime().clock(), runtime().zone
    with force_locale(visitor.locale):
        history = [
            (moments.day_and_clock(one.at, zone, now), named.get(one.by, one.by), change_words(one.what))
            for one in changes
        ]
        return _form(
            visitor, stands | (typed or {}), refused, person=person, history=history, key=key, local=is_local(key),
            oneself=key == visitor.viewer.key,
        )  # fmt: skip


def _form(visitor: Visitor, typed: dict[str, Any], refused: Refused | None = None, **more: Any) -> Response:
    policy = runtime().policy
    with force_locale(visitor.locale):
        answer = show(
            "desk/people/one.html", visitor, typed=typed,
            faults={field: wrong(why) for field, why in refused.faults.items()} if refused else {},
            roles=[(role, policy.roles[role].in_(visitor.locale)) for role in GIVEN],
            departments=[(one.key, one.label.in_(visitor.locale)) for one in policy.departments.values()],
            bodies=[(one.key, one.label.in_(visitor.locale)) for one in policy.bodies.values()], **more,
        )  # fmt: skip
    if refused:
        answer.status_code = 422
    return answer


def _typed() -> dict[str, Any]:
    texts = {name: request.form.get(name, "")[:_LONGEST] for name in
             ("name", "email", "phone", "locale", "body", "lms_user", "username", "number")}  # fmt: skip
    return texts | {name: request.form.getlist(name) for name in ("roles", "departments")}


def _account() -> Account:
    typed = _typed()
    return Account(
        name=typed["name"], email=typed["email"].strip(), phone=typed["phone"], locale=typed["locale"],
        roles=frozenset(typed["roles"]), departments=frozenset(typed["departments"]), body=typed["body"],
        lms_user=typed["lms_user"].strip(),
    )  # fmt: skip


def _sites() -> frozenset[str]:
    found: frozenset[str] = current_app.config["NIDAA_SITES"]
    return found
