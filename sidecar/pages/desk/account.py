"""`/sign-in`: for staff without an LMS account; and `/desk/password`, one's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, g, redirect, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from gevent import get_hub, monkey
from werkzeug.exceptions import NotFound

from sidecar.casework import local_login
from sidecar.domain.access import StaffRole
from sidecar.domain.accounts import LONGEST, SHORTEST, Refused
from sidecar.domain.launch import Target
from sidecar.domain.plain_text import storable
from sidecar.pages import refusals, session
from sidecar.pages.desk.account_words import wrong
from sidecar.pages.desk.frame import at_desk, show
from sidecar.pages.session import runtime
from sidecar.pages.shell.views import page
from sidecar.phrases import language
from sidecar.store.credentials import is_local

blueprint = Blueprint("account", __name__, template_folder="templates")
refusals.install(blueprint)

_NAME: Final = 100  # letters of a user's name that are looked at


def in_thread(work: Callable[[], Any]) -> Any:
    """A hash takes long on purpose: under gevent in a real thread, so that the others go on meanwhile."""
    return get_hub().threadpool.apply(work) if monkey.is_module_patched("socket") else work()


@blueprint.get("/sign-in")
def form() -> Response:
    """The form."""
    return _form()


def _form(fault: str = "", username: str = "", status: int = 200) -> Response:
    locale = _locale()
    with force_locale(locale):
        answer = page("desk/sign_in.html", locale, fault=fault, username=username)
    answer.status_code = status
    answer.headers["Referrer-Policy"] = "same-origin"
    return answer


@blueprint.post("/sign-in")
def sign_in() -> Response:
    """Let somebody in. A form of another site is refused, as is one too many."""
    username, password = request.form.get("username", "")[:_NAME], request.form.get("password", "")
    locale = _locale()
    with force_locale(locale):
        if not _from_here():
            return _form(_("This form is out of date. Please try again."), username, 400)
        if not username.strip() or not password or not storable(username + password):
            return _form(_("Please type your user name and your password."), username, 422)
        try:
            token = local_login.sign_in(
                runtime(), username, password, address=request.remote_addr or "", browser=session.browser(),
                in_thread=in_thread,
            )  # fmt: skip
        except local_login.WrongPassword:
            return _form(_("The user name or the password is wrong."), username, 422)
        except local_login.TooMany as many:
            at = f"{many.until.astimezone(runtime().zone):%H:%M}"
            answer = _form(_("Too many tries. Please try again after %(time)s.", time=at), username, 429)
            answer.headers["Retry-After"] = str(max(1, int((many.until - runtime().clock()).total_seconds())))
            return answer
    answer = redirect(url_for("desk.queue", lang=locale), 303)  # type: ignore[assignment]
    g.locale = locale
    return session.let_in(answer, Target.DESK, token, None)


def _from_here() -> bool:
    """Whether the form is ours: browsers say where a form comes from, and a form of ours comes from here.

    A browser that was asked to send no referrer says "null", to us as to a stranger; hence this page's own policy.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    ours = {urlsplit(current_app.config["NIDAA_BASE_URL"]).netloc, request.host}
    return origin is None or urlsplit(origin).netloc in ours


def _locale() -> str:
    asked = request.args.get("lang") or request.form.get("lang", "")
    return asked if asked in {"ar", "en"} else language(None)


@blueprint.get("/desk/password")
def password() -> Response:
    """One's own password; for whoever signs in here."""
    return _password(at_desk(*StaffRole))


def _password(visitor: session.Visitor, faults: dict[str, str] | None = None) -> Response:
    if not is_local(visitor.viewer.key):
        raise NotFound
    with force_locale(visitor.locale):
        answer = show(
            "desk/password.html", visitor, faults=faults or {}, shortest=SHORTEST, longest=LONGEST,
            forced=local_login.must_change(runtime(), visitor.viewer.key), done=request.args.get("done") == "1",
        )  # fmt: skip
    if faults:
        answer.status_code = 422
    return answer


@blueprint.post("/desk/password")
def change_password() -> Response:
    """Change it; every other login of the account ends."""
    visitor = at_desk(*StaffRole)
    if not is_local(visitor.viewer.key):
        raise NotFound
    old, new = request.form.get("old", ""), request.form.get("new", "")
    with force_locale(visitor.locale):
        try:
            local_login.own_password(
                runtime(), visitor.viewer.key, old, new, login_id=visitor.login_id, in_thread=in_thread
            )
        except Refused as refused:
            return _password(visitor, {field: wrong(why) for field, why in refused.faults.items()})
        except local_login.TooMany as many:
            at = f"{many.until.astimezone(runtime().zone):%H:%M}"
            return _password(visitor, {"old": _("Too many tries. Please try again after %(time)s.", time=at)})
    return redirect(url_for("account.password", done="1"), 303)  # type: ignore[return-value]
