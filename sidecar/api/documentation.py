"""The API as a page for people, rendered from the very OpenAPI document that machines read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, render_template, send_from_directory
from flask_babel import get_locale
from flask_smorest import Api

ROOT = Path(__file__).resolve().parent.parent


def blueprint(api: Api) -> Blueprint:
    """`/v1/docs` and its stylesheet."""
    pages = Blueprint("documentation", __name__, url_prefix="/v1")

    @pages.get("/docs")
    def docs() -> Response:
        spec: dict[str, Any] = api.spec.to_dict()
        locale = str(get_locale() or "ar")
        page = render_template(
            "api.html", spec=spec, locale=locale, direction="rtl" if locale.startswith("ar") else "ltr"
        )
        answer = Response(page, content_type="text/html; charset=utf-8")
        answer.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
        )
        return answer

    @pages.get("/docs.css")
    def stylesheet() -> Response:
        return send_from_directory(ROOT / "api" / "static", "api.css")

    return pages
