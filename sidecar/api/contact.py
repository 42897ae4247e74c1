"""`/v1/contact` and `/v1/forms`: what a page needs before anybody reports. No proof: none of it is a secret."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import orjson
from flask import Response, current_app, request
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from sidecar.api.problems import N_
from sidecar.domain.contact import Hours, Way, choosable
from sidecar.domain.institute import Label
from sidecar.domain.report import Channel
from sidecar.journey import contact
from sidecar.phrases import arabic_digits, expected
from sidecar.runtime import Runtime

blueprint = Blueprint("contact", __name__, url_prefix="/v1", description="Contact")

# A plugin links to these alone.
PAGES: tuple[str, ...] = ("room", "mine", "questions", "desk", "roster")
_UNCHANGED = {304: {"description": N_("Nothing has changed since the ETag that is known")}}
_FRESH = 60  # seconds for which nobody need ask again


class BilingualOut(Schema):
    """A text in both languages."""

    ar = fields.String(required=True)
    en = fields.String(required=True)


class WayOut(Schema):
    """One way of reaching the institute."""

    channel = fields.String(required=True)
    label = fields.Nested(BilingualOut, required=True)
    address = fields.String(required=True, allow_none=True)
    href = fields.String(required=True, allow_none=True)
    open_now = fields.Boolean(required=True)
    until = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": N_("when it closes; while closed, when it opens next")}
    )
    expected = fields.Nested(BilingualOut, required=True)


class OfficeOut(Schema):
    """The contact centre."""

    label = fields.Nested(BilingualOut, required=True)
    open_now = fields.Boolean(required=True)
    until = fields.AwareDateTime(required=True, allow_none=True)


class ContactOut(Schema):
    """The contact panel."""

    as_of = fields.AwareDateTime(required=True)
    office = fields.Nested(OfficeOut, required=True)
    ways = fields.List(fields.Nested(WayOut), required=True)


class CategoryOut(Schema):
    """A category that people may choose."""

    key = fields.String(required=True)
    label = fields.Nested(BilingualOut, required=True)
    kinds = fields.List(fields.String(), required=True)


class CertificateOut(Schema):
    """What a certificate needs."""

    required_fields = fields.List(fields.String(), required=True)
    attendance_threshold = fields.Float(required=True)


class FormsOut(Schema):
    """What a form offers."""

    categories = fields.List(fields.Nested(CategoryOut), required=True)
    certificate = fields.Nested(CertificateOut, required=True)
    pages = fields.List(
        fields.String(), required=True, metadata={"description": N_("the targets of `/launch` that are served here")}
    )


@blueprint.route("/contact", methods=["GET"])
@blueprint.alt_response(
    200, schema=ContactOut, description=N_("Every way, open or closed now, and what may be expected")
)
@blueprint.doc(summary=N_("How the institute can be reached"), security=[], responses=_UNCHANGED)
def how() -> Response:
    """The contact panel (P4)."""
    base = current_app.config["NIDAA_BASE_URL"]
    now, hours, ways = contact.ways(_runtime(), f"{base}/public/")
    label = _runtime().policy.offices["contact_centre"].label
    return _answer(
        {
            # To the minute: whoever asks twice within it has the same answer, and its ETag.
            "as_of": now.replace(second=0, microsecond=0),
            "office": {"label": _both(label), **_hours(hours)},
            "ways": [_way(way) for way in ways],
        }
    )


@blueprint.route("/forms", methods=["GET"])
@blueprint.alt_response(200, schema=FormsOut, description=N_("Categories by kind, and what a certificate needs"))
@blueprint.doc(summary=N_("What a form offers"), security=[], responses=_UNCHANGED)
def forms() -> Response:
    """The institute's categories and its rules for certificates, for whoever draws a form."""
    policy = _runtime().policy
    return _answer(
        {
            "categories": [
                {"key": one.key, "label": _both(one.label), "kinds": sorted(one.kinds)} for one in choosable(policy)
            ],
            "certificate": {
                "required_fields": list(policy.certificate.required_fields),
                "attendance_threshold": policy.certificate.attendance_threshold,
            },
            "pages": list(PAGES),
        }
    )


def _runtime() -> Runtime:
    runtime: Runtime = current_app.extensions["nidaa_runtime"]
    return runtime


def _both(label: Label) -> dict[str, str]:
    return {"ar": label.ar, "en": label.en}


def _hours(hours: Hours) -> dict[str, Any]:
    return {"open_now": hours.open_now, "until": hours.until}


def _way(way: Way) -> dict[str, Any]:
    return {
        "channel": way.channel,
        "label": _said(lambda: _("Contact page")) if way.channel is Channel.WEB else _both(way.label),
        "address": way.address,
        "href": way.href,
        **_hours(way.hours),
        "expected": _said(lambda: _promise(way)),
    }


def _promise(way: Way) -> str:
    # No form stands on the page yet, so it is neither called one nor promises what forms do.
    if way.channel is Channel.WEB:
        return str(_("Opens without signing in."))
    return expected(way.expectation, open_now=way.hours.open_now)


def _said(sentence: Callable[[], str]) -> dict[str, str]:
    said = {}
    for locale in ("ar", "en"):
        with force_locale(locale):
            said[locale] = sentence()
    return said | {"ar": arabic_digits(said["ar"])}


def _answer(document: dict[str, Any]) -> Response:
    answer = Response(orjson.dumps(document), content_type="application/json")
    answer.set_etag(hashlib.sha256(answer.get_data()).hexdigest()[:32])
    answer.headers["Cache-Control"] = f"public, max-age={_FRESH}"
    answer.make_conditional(request)
    return answer
