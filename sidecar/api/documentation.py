"""What describes the API: an OpenAPI document for machines, and a page for people made from that very document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, render_template, send_from_directory
from flask_babel import get_locale
from flask_smorest import Api

from sidecar.api.fields import shape_of
from sidecar.api.problems import N_, title_of
from sidecar.api.schemas import ProblemOut

ROOT = Path(__file__).resolve().parent.parent

_SECURITY_SCHEMES = {
    "site": ("webhook-signature", N_("Standard Webhooks signature over `<webhook-id>.<webhook-timestamp>.<raw body>`")),
    "site_id": ("nidaa-site", N_("The site's id")),
    "site_time": ("webhook-timestamp", N_("Unix seconds, at most five minutes off")),
    "site_message": ("webhook-id", N_("The id of the report or addition")),
}


class Interface(Api):
    """flask-smorest with our problem documents instead of its own error shape, which nothing here ever answers."""

    ERROR_SCHEMA = ProblemOut
    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_pagination_header(self) -> None:
        """Nothing here answers in numbered pages."""


def interface(app: Flask) -> Api:
    """The OpenAPI document of `app`, at `/v1/openapi.json`, without any call yet."""
    api = Interface(app)
    api.ma_plugin.converter.add_attribute_function(shape_of)
    for name, (header, description) in _SECURITY_SCHEMES.items():
        api.spec.components.security_scheme(
            name, {"type": "apiKey", "in": "header", "name": header, "description": description}
        )
    api.spec.components.security_scheme("person", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    return api


def blueprint(api: Api) -> Blueprint:
    """`/v1/docs` and its stylesheet."""
    pages = Blueprint("documentation", __name__, url_prefix="/v1")

    @pages.get("/docs")
    def docs() -> Response:
        spec: dict[str, Any] = api.spec.to_dict()
        locale = str(get_locale() or "ar")
        page = render_template(
            "api.html",
            spec=spec,
            locale=locale,
            direction="rtl" if locale.startswith("ar") else "ltr",
            title_of=title_of,
        )
        answer = Response(page, content_type="text/html; charset=utf-8")
        answer.headers["Content-Language"] = locale
        answer.headers["Vary"] = "Accept-Language"
        answer.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
        )
        return answer

    @pages.get("/docs.css")
    def stylesheet() -> Response:
        return send_from_directory(ROOT / "api" / "static", "api.css")

    return pages
