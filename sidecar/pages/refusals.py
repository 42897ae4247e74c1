"""What a page says when it refuses: in the reader's language, what happened and what to do, with nothing typed lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote, urlsplit

import structlog
from flask import Blueprint, Response, g, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from sidecar.domain.case import NotAllowed
from sidecar.domain.launch import Target
from sidecar.pages.session import PATHS, Forged, SignedOut, Untakeable, last_language, runtime
from sidecar.pages.shell.views import page
from sidecar.phrases import language
from sidecar.store.cases import Stale
from sidecar.store.permitted import NotPermitted, Unseen

log = structlog.get_logger(__name__)

Words = tuple[str, str]

_AWAY: Final = 503
_TYPED: Final = frozenset(
    {"text", "note", "url", "action", "who", "answer", "root_cause", "remedy", "corrective", "untold", "other"}
    | {"english", "remedy"}
)  # what people write in our forms, by hand


_NEVER_BACK: Final = frozenset({"national_id", "anyway"})
"""What is shown on no page, not even on one that gives back what was typed."""


def install(blueprint: Blueprint) -> None:
    """Let every refusal of a blueprint be one of its pages."""
    for error, (status, words) in _REFUSALS.items():
        blueprint.register_error_handler(error, _handler(status, words))
    blueprint.register_error_handler(SQLAlchemyError, _away)
    blueprint.register_error_handler(HTTPException, _other)


def refuse(status: int, words: Callable[[], Words]) -> Response:
    """A page that says only this; for a part of a page, only the words."""
    asked = request.args.get("lang", "")
    locale = asked if asked in {"ar", "en"} else g.get("locale") or last_language() or language(None)
    with force_locale(locale):
        title, text = words()
    if request.headers.get("HX-Request"):
        answer = Response(f"{title} {text}", status, content_type="text/plain; charset=utf-8")
        answer.headers["Content-Language"] = locale
        return answer
    again: dict[str, str] = {}
    if _at_desk(status):
        again = {"next_url": url_for("account.form", lang=locale), "next_label": _sign_in(locale)}
    elif status == 401:
        again = _way_in(locale)
    answer = page("shell/message.html", locale, title=title, text=text, sent=_sent(again=status == _AWAY), **again)
    answer.status_code = status
    return answer


def _at_desk(status: int) -> bool:
    """Whether somebody may come back by name and password: at the desk, signed out."""
    return status == 401 and request.path.startswith("/desk/")


def _way_in(locale: str) -> dict[str, str]:
    """The learning platform's page that leads here, where there is one platform alone: by nothing is another known."""
    target = next((one for one, path in PATHS.items() if request.path.startswith(path)), None)
    found = [
        address
        for site in runtime().lms
        if target is not None and (address := runtime().way_in(site, target, _course(target)))
    ]
    if len(found) != 1:
        return {}
    with force_locale(locale):
        said = _("Open it from the learning platform (%(name)s)", name=urlsplit(found[0]).netloc)
    return {"next_url": found[0], "next_label": str(said)}


def _course(target: Target) -> str | None:
    """Of which course the page is that was asked for."""
    return (request.view_args or {}).get("course") if target in {Target.MINE, Target.ROSTER} else None


def _sign_in(locale: str) -> str:
    with force_locale(locale):
        return str(_("Sign in"))


def _sent(*, again: bool) -> dict[str, Any] | None:
    """What a refused form held, so that nothing typed is lost; None where nobody typed anything.

    Args:
        again: whether the very same form may be sent once more.
    """
    if request.method != "POST" or request.path == "/launch":
        return None
    try:
        fields = {name: value for name, value in request.form.items() if value.strip() and name != "csrf"}
    except RequestEntityTooLarge:
        return None  # what is too large was never read
    typed = [value for name, value in fields.items() if name in _TYPED]
    if not typed and not again:
        return None
    secret = any(request.form.get(name) for name in _NEVER_BACK)
    again = again and not secret  # without it, it is another form
    hidden = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in _TYPED and name not in _NEVER_BACK
    ]
    words = {name: value for name, value in request.form.items() if name in _TYPED}
    return {"url": quote(request.script_root + request.path) if again else "", "hidden": hidden, "typed": words}


def _handler(status: int, words: Callable[[], Words]) -> Callable[[Exception], Response]:
    def handle(_error: Exception) -> Response:
        return refuse(status, words)

    return handle


def _away(error: SQLAlchemyError) -> Response:
    log.warning("database_unavailable", error=type(error).__name__)
    answer = refuse(_AWAY, _unstored)
    answer.headers["Retry-After"] = "2"
    return answer


def _other(error: HTTPException) -> Response:
    if error.code == 404:
        return refuse(404, absent)
    if error.code == 413:
        return refuse(413, _too_large)
    return refuse(error.code or 500, _failed)


def _signed_out() -> Words:
    return _("You are signed out."), _("Please open this page from the learning platform again.")


def _forged() -> Words:
    return _("This form is out of date."), _("Please load the page again; nothing has been changed.")


def _untakeable() -> Words:
    return _("This holds a character that cannot be stored."), _("Please take it out, and send the form again.")


def absent() -> Words:
    """Of what is not there, or not there for this person."""
    return _("There is no such page."), _("It does not exist, or it is not one of yours.")


def _not_permitted() -> Words:
    return _("You may look at this, but not change it."), _("Whoever minds the room can.")


def _too_late() -> Words:
    return _("Somebody was faster."), _("This has changed meanwhile; the page now shows how it stands.")


def _unstored() -> Words:
    return _("We could not save this just now."), _("Nothing is lost: please try again in a moment.")


def _too_large() -> Words:
    return _("This is too large."), _("Nothing has been changed. Please go back, and send less at once.")


def _failed() -> Words:
    return _("This did not work."), _("Please try again; if it goes on, tell the contact centre.")


_REFUSALS: dict[type[Exception], tuple[int, Callable[[], Words]]] = {
    SignedOut: (401, _signed_out),
    Forged: (400, _forged),
    Untakeable: (422, _untakeable),
    Unseen: (404, absent),
    NotPermitted: (403, _not_permitted),
    NotAllowed: (409, _too_late),
    Stale: (409, _too_late),
}
