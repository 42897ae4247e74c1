"""`/shell/`: stylesheets, scripts, letters and icons; and `page`, by which every page is sent."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, abort, render_template, request, send_from_directory, url_for
from flask_babel import force_locale
from markupsafe import Markup

from sidecar.domain.plain_text import unturned

_HERE: Final = Path(__file__).parent
_FOLDERS: Final = (_HERE / "static", _HERE / "vendor")
_SERVED: Final = frozenset({".css", ".js", ".svg", ".woff2"})
_YEAR: Final = 31_536_000  # seconds
POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; worker-src 'self'; font-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)

blueprint = Blueprint("shell", __name__, url_prefix="/shell", template_folder="templates")


@blueprint.get("/<name>")
def asset(name: str) -> Response:
    """One file of the shell; letters, and what a page names with its version, may be kept for ever."""
    folder = _files().get(name)
    if folder is None:
        abort(404)
    lasts = name.endswith(".woff2") or request.args.get("v") == _version(name)
    return send_from_directory(folder, name, max_age=_YEAR if lasts else 3600)


@cache
def _files() -> dict[str, Path]:
    return {file.name: folder for folder in _FOLDERS for file in folder.iterdir() if file.suffix in _SERVED}


@cache
def _version(name: str) -> str:
    return hashlib.sha256((_files()[name] / name).read_bytes()).hexdigest()[:12]


def asset_url(name: str) -> str:
    """The address of a file of the shell, as it is now."""
    return url_for("shell.asset", name=name, v=_version(name))


def page(template: str, locale: str, **context: Any) -> Response:
    """A page in `ar` or `en`, sent so that nothing keeps it, frames it, or runs in it that is not ours.

    Args:
        context: what the template needs. The frame itself takes `visitor`, `nav`, `role` and `leave_url`, all optional.
    """
    with force_locale(locale):
        text = render_template(
            template,
            locale=locale,
            direction="rtl" if locale == "ar" else "ltr",
            asset_url=asset_url,
            other_language=_in_language("en" if locale == "ar" else "ar"),
            **context,
        )
    answer = Response(text, content_type="text/html; charset=utf-8")
    answer.headers["Content-Language"] = locale
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Vary"] = "Accept-Language, Cookie, HX-Request"
    return answer


def _in_language(locale: str) -> str:
    """This page in another language; of a form that was sent, the page itself."""
    if request.method != "GET" or request.endpoint is None:
        return f"?lang={locale}"
    asked = {name: value for name, value in request.args.items() if name not in {"lang", "part", "note"}}
    # Not by url_for: what somebody writes into an address may bear the name of a part of ours.
    return f"{quote(request.script_root + request.path)}?{urlencode(asked | {'lang': locale})}"


def icon(name: str, more: str = "") -> Markup:
    """An icon of the sprite; it says nothing to who hears the page."""
    flips = " nd-flip" if name in _FLIPPED else ""
    return Markup('<svg class="nd-i{}{}" aria-hidden="true"><use href="{}#{}"/></svg>').format(
        flips, f" {more}" if more else "", asset_url("icons.svg"), name
    )


# What points along the line turns round with it; checks, clocks and the mark never do.
_FLIPPED: Final = frozenset({"arrow-right", "arrow-up-right", "chevron-right", "log-out", "send", "undo-2", "reply"})


@blueprint.app_template_filter("unturned")
def _unturned(text: str) -> str:
    """For an attribute, which nothing isolates."""
    return unturned(text)


@blueprint.app_context_processor
def _icons() -> dict[str, Any]:
    return {"icon": icon}
