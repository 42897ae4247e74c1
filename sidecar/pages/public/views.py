"""`/public/`: the door for somebody who cannot get in. Works without an account and without a script."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, current_app, render_template, request, send_from_directory
from flask_babel import force_locale, format_datetime

from sidecar.journey import contact
from sidecar.phrases import expected
from sidecar.runtime import Runtime

_HERE = Path(__file__).parent
_POLICY = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

blueprint = Blueprint("public", __name__, url_prefix="/public", template_folder="templates")


@blueprint.get("/")
def door() -> Response:
    """Every way of reaching the institute, open or closed now (P4); `?lang=` before the browser's languages."""
    runtime: Runtime = current_app.extensions["nidaa_runtime"]
    asked = request.args.get("lang", "")
    locale = asked if asked in {"ar", "en"} else request.accept_languages.best_match(["ar", "en"], "ar") or "ar"
    _now, hours, ways = contact.ways(runtime, f"{current_app.config['NIDAA_BASE_URL']}/public/")
    with force_locale(locale):
        page = render_template(
            "public/door.html",
            locale=locale,
            direction="rtl" if locale == "ar" else "ltr",
            office=runtime.policy.offices["contact_centre"].label.in_(locale),
            institute=runtime.policy.name.in_(locale),
            hours=hours,
            ways=[way for way in ways if way.address and way.channel != "web"],
            expected=expected,
            # Latin digits and a clock of 24 hours, as on all pages: beside a colon the Arabic zero reads as a dot.
            moment=lambda at: format_datetime(at.astimezone(runtime.zone), "EEEE d MMMM, HH:mm"),
        )
    answer = Response(page, content_type="text/html; charset=utf-8")
    answer.headers["Content-Language"] = locale
    answer.headers["Vary"] = "Accept-Language"
    answer.headers["Content-Security-Policy"] = _POLICY
    answer.headers["Cache-Control"] = "public, max-age=60"
    return answer


@blueprint.get("/door.css")
def stylesheet() -> Response:
    """The page's look."""
    return send_from_directory(_HERE / "static", "door.css", max_age=3600)
