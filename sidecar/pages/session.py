"""Who is looking at a page: the login behind its cookie. Each target of `/launch` has a cookie of its own.

So a trainer who also manages a room keeps both pages open, and a page never acts with another one's authority.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from flask import Response, after_this_request, current_app, g, request
from werkzeug.exceptions import NotFound

from sidecar.casework import local_login, sign_in
from sidecar.domain.access import Viewer
from sidecar.domain.launch import Target
from sidecar.domain.plain_text import storable
from sidecar.identity import Proofs
from sidecar.runtime import Runtime

# Where a target's pages stand, and so where its cookie is sent.
PATHS: Final = {
    Target.ROOM: "/rooms/", Target.MINE: "/mine/", Target.QUESTIONS: "/questions/", Target.DESK: "/desk/",
    Target.ROSTER: "/roster/",
}  # fmt: skip
_ANY_PASSWORD: Final = frozenset({"account.password", "account.change_password", "entry.leave_desk"})
_BROWSER: Final = "nidaa_browser"
_LANGUAGE: Final = "nidaa_language"  # in which this browser last read a page, for what is said to who is signed out
_LONGEST: Final = 64  # letters of it


class SignedOut(Exception):
    """401: no login, or one that is over."""


class MustChange(Exception):
    """Somebody else knows this person's password: they choose their own before they go on."""


class Untakeable(Exception):
    """422: a form with a character that no database takes."""


class Forged(Exception):
    """400: a form that this page did not give out."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person who is signed in to the pages of one target."""

    login_id: str
    viewer: Viewer
    site_id: str
    person_id: str
    name: str
    locale: str
    csrf: str
    target: Target


def runtime() -> Runtime:
    """The world of this process."""
    found: Runtime = current_app.extensions["nidaa_runtime"]
    return found


def _proofs() -> Proofs:
    found: Proofs = current_app.extensions["nidaa_proofs"]
    return found


def signed_in(target: Target, read: Callable[[], object] | None = None) -> Visitor:
    """The visitor of a target's page; for anything but a look, its form must be ours.

    Args:
        read: reads the form, where that is more than a few words: never for somebody who is not signed in.

    Raises:
        SignedOut, Forged, Untakeable
    """
    token = request.cookies.get(_cookie(target), "")
    login = sign_in.come_back(runtime(), token, target, _proofs().valid_from) if token else None
    viewer = sign_in.who_is(runtime(), login, target) if login else None
    if login is None or viewer is None:
        raise SignedOut
    if (
        target is Target.DESK
        and request.endpoint not in _ANY_PASSWORD
        and local_login.must_change(runtime(), viewer.key)
    ):
        raise MustChange
    if request.method not in {"GET", "HEAD"}:
        if read is not None:
            read()
        given = request.headers.get("X-CSRF") or request.form.get("csrf", "")
        if not hmac.compare_digest(given.encode(), login.csrf.encode()):
            raise Forged
        if not all(storable(text) for texts in request.form.listvalues() for text in texts):
            raise Untakeable
    if not all(
        storable(text)
        for text in (*(request.view_args or {}).values(), *request.args.values())
        if isinstance(text, str)
    ):
        raise NotFound  # nothing of ours has such an address
    asked = request.args.get("lang", "")
    locale: str = login.locale
    g.locale = locale  # what a refusal of this page is said in
    if asked in {"ar", "en"} and asked != locale:
        sign_in.speak(runtime(), login.id, asked)
        g.locale = locale = asked
        after_this_request(partial(_remember, locale=locale))
    return Visitor(
        login_id=login.id,
        viewer=viewer,
        site_id=login.site_id,
        person_id=login.person_id,
        name=login.name,
        locale=locale,
        csrf=login.csrf,
        target=target,
    )


def viewer(target: Target) -> Viewer | None:
    """Who is looking, before a form is read: nothing is read for whom it is not."""
    token = request.cookies.get(_cookie(target), "")
    login = sign_in.come_back(runtime(), token, target, _proofs().valid_from) if token else None
    return sign_in.who_is(runtime(), login, target) if login else None


def browser() -> str:
    """What this browser shows at `/launch`, where the pages' own cookies are not sent; a new one says something new."""
    return request.cookies.get(_BROWSER, "")[:_LONGEST] or secrets.token_urlsafe(24)


def let_in(answer: Response, target: Target, token: str, browser: str | None) -> Response:
    """Give the cookie: for its own pages only, for no script, and for no other site's requests that change anything.

    And that of the browser, which opens nothing: the LMS's form comes from another site, so it is sent from there, too.
    None leaves it as it is, where the request could not show it.
    """
    secure = current_app.config["NIDAA_BASE_URL"].startswith("https:")
    life = int(sign_in.LIFE.total_seconds())
    answer.set_cookie(
        _cookie(target), token, max_age=life, path=PATHS[target], secure=secure, httponly=True, samesite="Lax"
    )
    if g.get("locale"):
        _remember(answer, g.locale)
    if browser is None:
        return answer
    answer.set_cookie(
        _BROWSER, browser, max_age=life, path="/launch", secure=secure, httponly=True,
        samesite="None" if secure else "Lax",
    )  # fmt: skip
    return answer


def last_language() -> str | None:
    """In which this browser last read a page of somebody signed in; None where it never did."""
    said = request.cookies.get(_LANGUAGE)
    return said if said in {"ar", "en"} else None


def _remember(answer: Response, locale: str) -> Response:
    secure = current_app.config["NIDAA_BASE_URL"].startswith("https:")
    life = int(sign_in.LIFE.total_seconds())
    answer.set_cookie(_LANGUAGE, locale, max_age=life, secure=secure, httponly=True, samesite="Lax")
    return answer


def let_out(answer: Response, target: Target) -> Response:
    """Take the cookie back."""
    answer.delete_cookie(_cookie(target), path=PATHS[target])
    return answer


def _cookie(target: Target) -> str:
    return f"nidaa_{target}"
