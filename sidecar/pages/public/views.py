"""`/public/`: the door for somebody who cannot get in. Works without an account and without a script."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from babel.dates import get_day_names
from flask import Blueprint, Response, current_app, render_template, request, send_from_directory
from flask_babel import force_locale, format_date
from flask_babel import gettext as _

from sidecar.domain import contact as rules
from sidecar.domain.calendar import DayWindow
from sidecar.domain.contact import Days
from sidecar.domain.report import Channel
from sidecar.journey import contact
from sidecar.pages import refusals
from sidecar.pages.public import form, guides, proof
from sidecar.phrases import duration, expected
from sidecar.runtime import Runtime

_HERE = Path(__file__).parent
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)

blueprint = Blueprint("public", __name__, url_prefix="/public", template_folder="templates")
refusals.install(blueprint)


@blueprint.get("/")
def door() -> Response:
    """Every way of reaching the institute, open or closed now (P4); `?lang=` before the browser's languages."""
    runtime: Runtime = current_app.extensions["nidaa_runtime"]
    policy = runtime.policy
    asked = request.args.get("lang", "")
    locale = asked if asked in {"ar", "en"} else request.accept_languages.best_match(["ar", "en"], "ar") or "ar"
    now, hours, ways = contact.ways(runtime, f"{current_app.config['NIDAA_BASE_URL']}/public/")
    local = now.astimezone(runtime.zone)
    with force_locale(locale):
        page = render_template(
            "public/door.html",
            locale=locale,
            direction="rtl" if locale == "ar" else "ltr",
            institute=policy.name.in_(locale),
            hours=hours,
            until=_until(hours.until, local, closing=hours.open_now) if hours.until else None,
            usual=[(_days(days, locale), [_window(one) for one in days.hours]) for days in rules.usual_hours(policy)],
            during_classes=rules.open_during_classes(policy),
            ways=[way for way in ways if way.address and way.channel is not Channel.WEB],
            expected=expected,
            last_resort=rules.last_resort(policy),
            duration=duration,
            guides=bool(policy.guides),
        )
    answer = Response(page, content_type="text/html; charset=utf-8")
    answer.headers["Content-Language"] = locale
    answer.headers["Vary"] = "Accept-Language"
    answer.headers["Content-Security-Policy"] = _POLICY
    answer.headers["Cache-Control"] = "public, max-age=60"
    return answer


blueprint.add_url_rule("/report", "report", form.form, methods=["GET"])
blueprint.add_url_rule("/report", "report_sent", form.send, methods=["POST"])
blueprint.add_url_rule("/guides/", "guides", guides.listed, methods=["GET"])
blueprint.add_url_rule("/guides/<slug>", "guide", guides.one, methods=["GET"])
blueprint.add_url_rule("/proof", "proof", proof.challenge, methods=["GET"])


@blueprint.get("/door.css")
def stylesheet() -> Response:
    """The page's look."""
    return send_from_directory(_HERE / "static", "door.css", max_age=3600)


@blueprint.get("/icon.svg")
def mark() -> Response:
    """The mark in the browser's tab."""
    return send_from_directory(_HERE / "static", "icon.svg", max_age=86_400)


# Latin digits and a clock of 24 hours, as on all pages: beside a colon the Arabic zero reads as a dot.


def _until(moment: datetime, now: datetime, *, closing: bool) -> str:
    """When an office closes or opens, as people say it today; `now` is in the institute's zone."""
    at = moment.astimezone(now.tzinfo)
    if closing and (at.hour, at.minute) == (0, 0):
        # "Until tomorrow at 00:00" reads as a day more than it is.
        return _on(at.date() - timedelta(days=1), "24:00", now)
    return _on(at.date(), f"{at:%H:%M}", now)


def _on(day: date, time: str, now: datetime) -> str:
    if day == now.date():
        return time
    if day == now.date() + timedelta(days=1):
        return str(_("tomorrow at %(time)s", time=time))
    return str(_("%(day)s at %(time)s", day=format_date(day, "EEEE d MMMM", rebase=False), time=time))


def _days(days: Days, locale: str) -> str:
    names = get_day_names("wide", locale=locale)
    if days.first == days.last:
        return str(names[days.first])
    return str(_("%(first)s to %(last)s", first=names[days.first], last=names[days.last]))


def _window(hours: DayWindow) -> str:
    return "–".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (hours.start, hours.end))
