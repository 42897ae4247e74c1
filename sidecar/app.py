"""The Flask application: what is served, and the headers that every answer carries."""

from __future__ import annotations

import tempfile
from typing import IO, Any

from flask import Flask, Request, Response, current_app, g, redirect, request, url_for
from flask.sessions import SessionInterface, SessionMixin
from flask_babel import Babel
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, ValidationError

from sidecar import phrases
from sidecar.api import contact, documentation, health, known, limits, problems, reading, reports
from sidecar.identity import Proofs
from sidecar.journey.intake import Intake
from sidecar.pages import entry, live
from sidecar.pages.desk import (
    account,
    acts,
    alerts,
    behalf,
    bulk,
    calling,
    case,
    duty,
    files,
    filters,
    oversight,
    people,
    queue,
    registry,
    rota,
    today,
)
from sidecar.pages.mine import files as mine_files
from sidecar.pages.mine import views as mine
from sidecar.pages.public import views as public
from sidecar.pages.questions import views as questions
from sidecar.pages.room import served as room
from sidecar.pages.roster import views as roster
from sidecar.pages.session import MustChange
from sidecar.pages.shell import views as shell
from sidecar.pages.watch import views as watch
from sidecar.runtime import Runtime
from sidecar.settings import Settings
from sidecar.store import feed, proofs


def create_app(settings: Settings, runtime: Runtime) -> Flask:
    """The application of one web process."""
    app = Flask("sidecar", root_path=str(documentation.ROOT), template_folder="api/templates", static_folder=None)
    app.request_class = _WithFiles
    app.config.update(
        # One more than is taken: of a body in chunks Flask cuts off the rest without a word.
        MAX_CONTENT_LENGTH=reading.LARGEST + 1,
        NIDAA_BASE_URL=settings.base_url,
        NIDAA_SITES=frozenset(settings.sites),
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
    proofs_of_sites = _proofs(settings, runtime)
    app.extensions["nidaa_proofs"] = proofs_of_sites
    app.extensions["nidaa_intake"] = intake = Intake(runtime)
    app.extensions["nidaa_reports"] = reports.ReportsApi(runtime, intake, proofs_of_sites, limits.PerPerson())
    app.extensions["nidaa_known_limits"] = limits.PerPerson(limits.KNOWN)
    app.extensions["nidaa_checks"] = limits.PerPerson(limits.CHECKS)
    app.extensions["nidaa_feed"] = live.Feed(runtime)
    app.extensions["nidaa_desk_feed"] = live.Feed(runtime, feed.arrivals)
    app.url_map.converters["int"] = _Id
    Babel(app, locale_selector=lambda: phrases.language(None))
    api = documentation.interface(app)
    api.register_blueprint(reports.blueprint)
    api.register_blueprint(known.blueprint)
    api.register_blueprint(contact.blueprint)
    api.register_blueprint(health.blueprint)
    app.register_blueprint(documentation.blueprint(api))
    app.register_blueprint(public.blueprint)
    desk = (
        queue,
        filters,
        bulk,
        case,
        files,
        acts,
        behalf,
        calling,
        alerts,
        today,
        duty,
        rota,
        oversight,
        registry,
        account,
        people,
    )
    for pages in (shell, entry, room, watch, mine, mine_files, questions, roster, *desk):
        app.register_blueprint(pages.blueprint)
    app.add_url_rule("/", "start", lambda: redirect(url_for("documentation.docs")))
    # After flask-smorest, whose own error handler would answer in another shape.
    problems.install(app)
    app.register_error_handler(MustChange, lambda _: redirect(url_for("account.password"), 303))
    if settings.proxies:
        # Only as many as are ours: further ones are what a sender writes.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=0, x_host=0)  # type: ignore[method-assign]
    app.session_interface = _NoSessions()
    app.after_request(_headers)
    return app


class _WithFiles(Request):
    """A request whose files wait beside our other data, in no folder that other programs share."""

    def _get_file_stream(self, *_args: object, **_named: object) -> IO[bytes]:
        folder = str(current_app.extensions["nidaa_runtime"].data_dir)
        file: Any = tempfile.SpooledTemporaryFile(reading.LARGEST, dir=folder)  # noqa: SIM115 - Flask closes it
        g.setdefault("nidaa_files", []).append(file)  # for whoever stops reading half-way
        return file  # type: ignore[no-any-return]


def _proofs(settings: Settings, runtime: Runtime) -> Proofs:
    def revoked() -> frozenset[tuple[str, str]]:
        with runtime.db.read() as conn:
            return proofs.revoked(conn)

    return Proofs(settings.sites, revoked)


_LARGEST_ID = 2**63 - 1
_ALWAYS = [("X-Content-Type-Options", "nosniff")]
_NOTHING_RUNS = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
# `/v1` ignores cookies, so any origin may ask: a live room on another host has only its person's token.
_ANY_ORIGIN = [("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", "ETag, Retry-After")]
_PREFLIGHT = [
    ("Access-Control-Allow-Headers", "Authorization, Content-Type, If-None-Match, nidaa-sent-at"),
    ("Access-Control-Max-Age", "600"),
]


def _headers(response: Response) -> Response:
    """Everything here is data for machines or a static page: nothing may be framed, sniffed or scripted."""
    headers = response.headers
    headers.extend(_ALWAYS)
    headers.setdefault("Referrer-Policy", "no-referrer")
    if "Content-Security-Policy" not in headers:
        headers.add("Content-Security-Policy", _NOTHING_RUNS)
    if request.path.startswith("/v1/"):
        headers.extend(_ANY_ORIGIN)
        if request.method == "OPTIONS":
            headers.extend([*_PREFLIGHT, ("Access-Control-Allow-Methods", headers.get("Allow", "GET, POST, OPTIONS"))])
    return response


class _Id(IntegerConverter):
    """A number in an address: one that no database could hold, or Python would not read, names nothing."""

    def to_python(self, value: str) -> int:
        """The number; 404 for what is none of ours."""
        if len(value) > len(str(_LARGEST_ID)) or int(value) > _LARGEST_ID:
            raise ValidationError
        return int(value)


class _NoSessions(SessionInterface):
    """`/v1` ignores cookies: none is read, and none is ever set."""

    def open_session(self, app: Flask, request: Request) -> SessionMixin:
        """A session that nobody can write to."""
        return self.make_null_session(app)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Nothing to keep."""
