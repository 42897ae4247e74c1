"""The Flask application: what is served, and the headers that every answer carries."""

from __future__ import annotations

from flask import Flask, Response, request
from flask_babel import Babel
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from sidecar.api import documentation, health, problems, reading, reports
from sidecar.identity import Proofs
from sidecar.journey.intake import Intake
from sidecar.runtime import Runtime
from sidecar.settings import Settings
from sidecar.store import proofs


def create_app(settings: Settings, runtime: Runtime) -> Flask:
    """The application of one web process."""
    app = Flask("sidecar", root_path=str(documentation.ROOT), template_folder="api/templates", static_folder=None)
    app.config.update(
        # One more than is taken: of a body in chunks Flask cuts off the rest without a word.
        MAX_CONTENT_LENGTH=reading.LARGEST + 1,
        NIDAA_BASE_URL=settings.base_url,
        SECRET_KEY=settings.secret_key,
        BABEL_DEFAULT_LOCALE="ar",
        BABEL_TRANSLATION_DIRECTORIES=str(documentation.ROOT / "translations"),
        API_TITLE="Nidaa",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/v1",
        OPENAPI_JSON_PATH="openapi.json",
    )
    app.extensions["nidaa_runtime"] = runtime
    app.extensions["nidaa_reports"] = reports.ReportsApi(
        runtime, Intake(runtime), _proofs(settings, runtime), FixedWindowRateLimiter(MemoryStorage())
    )
    Babel(app, locale_selector=lambda: problems.language(None))
    api = documentation.interface(app)
    api.register_blueprint(reports.blueprint)
    api.register_blueprint(health.blueprint)
    app.register_blueprint(documentation.blueprint(api))
    # After flask-smorest, whose own error handler would answer in another shape.
    problems.install(app)
    app.after_request(_headers)
    return app


def _proofs(settings: Settings, runtime: Runtime) -> Proofs:
    def revoked() -> frozenset[tuple[str, str]]:
        with runtime.db.read() as conn:
            return proofs.revoked(conn)

    return Proofs(settings.sites, revoked)


def _headers(response: Response) -> Response:
    """Everything here is data for machines or a static page: nothing may be framed, sniffed or scripted."""
    headers = response.headers
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    headers.setdefault(
        "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
    if request.path.startswith("/v1/"):
        # `/v1` ignores cookies, so any origin may ask: a live room on another host has only its person's token.
        headers["Access-Control-Allow-Origin"] = "*"
        headers["Access-Control-Expose-Headers"] = "ETag, Retry-After"
        if request.method == "OPTIONS":
            headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type, If-None-Match, nidaa-sent-at"
            headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "GET, POST, OPTIONS")
            headers["Access-Control-Max-Age"] = "600"
    return response
