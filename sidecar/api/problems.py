"""One problem document for everything that is refused (RFC 9457), in the sender's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson
import structlog
from flask import Flask, Response, request
from flask_babel import force_locale, lazy_gettext
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from sidecar.phrases import language

log = structlog.get_logger(__name__)

_TITLES: Mapping[int, Any] = {
    400: lazy_gettext("The request is not valid JSON."),
    401: lazy_gettext("The caller could not be proven."),
    403: lazy_gettext("This is not allowed here."),
    404: lazy_gettext("There is no such report, or it is not yours."),
    405: lazy_gettext("This method is not served here."),
    409: lazy_gettext("This id is known already, from another sender or with other content."),
    413: lazy_gettext("The request is too large."),
    415: lazy_gettext("Only application/json is read here."),
    422: lazy_gettext("Some fields cannot be accepted."),
    429: lazy_gettext("Too many reports in a short time. Please wait a little."),
    500: lazy_gettext("Something went wrong on our side."),
    503: lazy_gettext("It cannot be stored just now. Please try again shortly; nothing is lost."),
}
_REASONS: Mapping[str, Any] = {
    "required": lazy_gettext("this is needed"),
    "wrong_type": lazy_gettext("this has the wrong type"),
    "unknown_value": lazy_gettext("this value is not known"),
    "too_long": lazy_gettext("at most %(bound)s characters"),
    "out_of_range": lazy_gettext("a whole number from %(bound)s to %(other)s"),
    "not_a_time": lazy_gettext("this is not a time in ISO 8601"),
    "time_without_offset": lazy_gettext("a time needs its offset from UTC"),
    "not_a_uuid": lazy_gettext("this is not a UUID"),
    "has_a_bar": lazy_gettext("this holds a | that no id may hold"),
    "unstorable_text": lazy_gettext("this holds characters that cannot be stored"),
    "not_here": lazy_gettext("this person is not of this course"),
    "too_deep": lazy_gettext("this is nested too deeply"),
}


def N_(message: str) -> str:  # noqa: N802  # gettext's own name for it
    """Marks a string of the OpenAPI document, which is English for machines, as one that the page translates."""
    return message


def title_of(status: int) -> str:
    """What a refusal means, in the reader's language."""
    return str(_TITLES.get(status, _TITLES[500]))


class Problem(Exception):
    """A refusal.

    Args:
        faults: (field, code) pairs; a code may carry bounds, `too_long|300`.
        locale: the sender's language, if known already; otherwise Accept-Language decides.
        retry_after: seconds.
    """

    def __init__(
        self,
        status: int,
        *,
        faults: Sequence[tuple[str, str]] = (),
        locale: str | None = None,
        retry_after: int | None = None,
        detail: str = "",
    ) -> None:
        super().__init__(status)
        self.status = status
        self.faults = faults
        self.locale = locale
        self.retry_after = retry_after
        self.detail = detail


def faults_of(messages: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """marshmallow's nested messages as (dotted field, code) pairs."""
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            here = path if key == "_schema" else f"{path}.{key}" if path else str(key)
            yield from faults_of(inner, here)
    elif isinstance(messages, (list, tuple)):
        for message in messages:
            yield from faults_of(message, path)
    else:
        yield path or "body", str(messages)


def _reason(code: str) -> str:
    name, *bounds = code.split("|")
    text = str(_REASONS.get(name, _REASONS["wrong_type"]))
    return text % {"bound": bounds[0] if bounds else "", "other": bounds[1] if len(bounds) > 1 else ""}


def render(problem: Problem) -> Response:
    """The problem as an HTTP answer."""
    locale = language(problem.locale)
    with force_locale(locale):
        body: dict[str, Any] = {
            "type": "about:blank",
            "title": str(_TITLES.get(problem.status, _TITLES[500])),
            "status": problem.status,
        }
        if problem.detail:
            body["detail"] = problem.detail
        if problem.faults:
            body["errors"] = [
                {"field": field, "code": code.split("|")[0], "reason": _reason(code)} for field, code in problem.faults
            ]
    response = Response(orjson.dumps(body), problem.status, content_type="application/problem+json")
    response.headers["Content-Language"] = locale
    if problem.retry_after is not None:
        response.headers["Retry-After"] = str(problem.retry_after)
    return response


def install(app: Flask) -> None:
    """Let every refusal under `/v1`, ours or the framework's, be a problem document."""
    app.register_error_handler(Problem, render)

    def of_database(error: SQLAlchemyError) -> Response:
        log.warning("database_unavailable", error=type(error).__name__)
        return render(Problem(503, retry_after=2))

    app.register_error_handler(SQLAlchemyError, of_database)

    def of_http(error: HTTPException) -> Response | HTTPException:
        if not request.path.startswith("/v1"):
            return error
        answer = render(Problem(error.code or 500))
        for name, value in error.get_headers():
            if name.lower() == "allow":
                answer.headers[name] = value
        return answer

    app.register_error_handler(HTTPException, of_http)
