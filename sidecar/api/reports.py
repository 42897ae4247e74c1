"""`/v1/reports`: send a report, read it back, add to it."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime
from typing import Any

import orjson
from flask import Response, current_app, request
from flask_babel import force_locale
from flask_smorest import Blueprint

from sidecar.api import reading
from sidecar.api.described import ETAG, KNOWN_ALREADY, PROOFS, UNCHANGED, answers, shaped
from sidecar.api.fields import canonical_uuid
from sidecar.api.limits import ADDITIONS, PerPerson
from sidecar.api.problems import N_, Problem
from sidecar.api.schemas import AcceptedOut, AddedOut, AdditionIn, ReportIn, StatusOut
from sidecar.domain.report import Report, grouped, report_key
from sidecar.identity import Caller, PersonCaller, Proofs, SiteCaller
from sidecar.journey.intake import Accepted, Contradicts, Intake
from sidecar.journey.naming import Naming, naming
from sidecar.journey.status import Status, mark_shown, status
from sidecar.phrases import language, step_words
from sidecar.runtime import Runtime
from sidecar.store.group_commit import Busy, Unstorable
from sidecar.store.reports import Addition

blueprint = Blueprint("reports", __name__, url_prefix="/v1", description="Reports from sites and people's clients")

_RETRY_AFTER = 2  # seconds, for 503: as long as intake itself waits for the database

_JSON_IN = {"required": True}
_PATH = [
    {"in": "path", "name": "report_id", "required": True, "description": "The report's id",
     "schema": {"type": "string", "format": "uuid"}}
]  # fmt: skip
_SENT_AT = {
    "in": "header", "name": "nidaa-sent-at", "schema": {"type": "string", "format": "date-time"},
    "description": "The sender's clock, new with each attempt: corrects `occurred_at` where that clock is wrong",
}  # fmt: skip


class ReportsApi:
    """What the views need, kept on the application."""

    def __init__(self, runtime: Runtime, intake: Intake, proofs: Proofs, limits: PerPerson) -> None:
        self.additions = PerPerson(ADDITIONS)
        self.runtime = runtime
        self.intake = intake
        self.proofs = proofs
        self.limits = limits


def _api() -> ReportsApi:
    api: ReportsApi = current_app.extensions["nidaa_reports"]
    return api


@blueprint.route("/reports", methods=["POST"])
@blueprint.doc(
    responses=answers({202: shaped(N_("Stored durably"), AcceptedOut)}, 400, 401, 403, 409, 413, 415, 422, 429, 503),
    summary=N_("Send a report"),
    description=N_("Idempotent: a retry of the same id by the same sender saying the same gets 202 again."),
    security=PROOFS,
    parameters=[_SENT_AT],
    requestBody={**_JSON_IN, "content": {"application/json": {"schema": ReportIn}}},
)
def send() -> Response:
    """Prove, validate, store durably, answer."""
    api = _api()
    caller, body = reading.prove(api.proofs, request, "report:create")
    data = reading.parse(request, caller, body, reading.REPORT)
    now = api.runtime.clock()
    report = reading.report_of(data, caller, now, reading.clock_skew(request, now))
    _within_limits(api, report, now)
    _may_name(api, report, caller)
    try:
        accepted = api.intake.accept(report)
    except Contradicts:
        raise Problem(409, locale=report.locale) from None
    except Unstorable:
        raise Problem(422, faults=[("body", "unstorable_text")], locale=report.locale) from None
    except Busy:
        raise Problem(503, locale=report.locale, retry_after=_RETRY_AFTER) from None
    if accepted.stored_now:
        api.limits.count(report.site_id, report.sender, now)
    return _json(_accepted(accepted), 202)


def _within_limits(api: ReportsApi, report: Report, now: datetime) -> None:
    """New reports are limited for each person after the proof; retries are free."""
    wait = api.limits.wait(report.site_id, report.sender, now)
    if wait is not None and not api.intake.known(report):
        raise Problem(429, locale=report.locale, retry_after=wait)


def _may_name(api: ReportsApi, report: Report, caller: Caller) -> None:
    """A person's own client names people of the course and of that person's groups; retries are free."""
    if not isinstance(caller, PersonCaller):
        return
    groups = None if caller.groups is None else frozenset(caller.groups)
    found = naming(api.runtime, report, groups)
    if found is Naming.FINE or api.intake.known(report):
        return
    if found is Naming.NOT_HERE:
        raise Problem(422, faults=[("about", "not_here")], locale=report.locale)
    raise Problem(403, locale=report.locale)


@blueprint.route("/reports/<report_id>", methods=["GET"], parameters=_PATH)
@blueprint.doc(
    summary=N_("Read a report back"),
    security=PROOFS,
    parameters=[KNOWN_ALREADY],
    responses=answers(
        {
            200: shaped(N_("Where it stands"), StatusOut, headers=ETAG),
            304: UNCHANGED,
        },
        401, 403, 404, 413, 503,
    ),
)  # fmt: skip
def read(report_id: str) -> Response:
    """State, reference, case, timeline, and when to ask again."""
    api = _api()
    caller, _body = reading.prove(api.proofs, request, "report:read-own")
    if isinstance(caller, SiteCaller):
        reading.signed_for(caller, report_id)
    wanted = _wanted(report_id, caller)
    found = status(api.runtime, caller.site_id, wanted, caller.sub if isinstance(caller, PersonCaller) else None)
    if found is None:
        raise Problem(404, locale=_locale(caller))
    mark_shown(api.runtime, found)
    locale = language(_locale(caller))
    answer = _json(_status(found, locale), 200)
    answer.headers["Content-Language"] = locale
    answer.headers["Vary"] = "Accept-Language"
    answer.set_etag(hashlib.sha256(answer.get_data()).hexdigest()[:32])
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.make_conditional(request)
    return answer


@blueprint.route("/reports/<report_id>/additions", methods=["POST"], parameters=_PATH)
@blueprint.doc(
    responses=answers({202: shaped(N_("Stored durably"), AddedOut)}, 400, 401, 403, 404, 409, 413, 415, 422, 429, 503),
    summary=N_("Add to a report"),
    description=N_("A report itself never changes. Idempotent by the addition's id."),
    security=PROOFS,
    requestBody={**_JSON_IN, "content": {"application/json": {"schema": AdditionIn}}},
)
def add(report_id: str) -> Response:
    """Store what was added afterwards."""
    api = _api()
    caller, body = reading.prove(api.proofs, request, "report:create")
    data = reading.parse(request, caller, body, reading.ADDITION)
    wanted = _wanted(report_id, caller)
    own = caller.sub if isinstance(caller, PersonCaller) else None
    if status(api.runtime, caller.site_id, wanted, own) is None:
        raise Problem(404, locale=_locale(caller))
    key = report_key(caller.site_id, wanted)
    addition = Addition(
        key=uuid.uuid5(key, str(data["id"])),
        report_key=key,
        id=data["id"],
        text=data["text"] or "",
        diagnostics=data["diagnostics"] or {},
        received_at=api.runtime.clock(),
        works=data["works"],
    )
    who = own or str(key)  # a site adds for the report's own sender
    wait = api.additions.wait(caller.site_id, who, addition.received_at)
    if wait is not None and not api.intake.added(addition):
        raise Problem(429, locale=_locale(caller), retry_after=wait)
    try:
        stored_now = api.intake.add(addition)
    except Contradicts:
        raise Problem(409, locale=_locale(caller)) from None
    except Unstorable:
        raise Problem(422, faults=[("body", "unstorable_text")], locale=_locale(caller)) from None
    except Busy:
        raise Problem(503, locale=_locale(caller), retry_after=_RETRY_AFTER) from None
    if stored_now:
        api.additions.count(caller.site_id, who, addition.received_at)
    return _json({"id": str(data["id"]), "report": str(wanted)}, 202)


def _wanted(text: str, caller: Caller) -> uuid.UUID:
    """The id in the path; whatever is no UUID is nobody's report."""
    wanted = canonical_uuid(text)
    if wanted is None:
        raise Problem(404, locale=_locale(caller))
    return wanted


def _locale(caller: Caller) -> str | None:
    return caller.locale if isinstance(caller, PersonCaller) else None


def _json(document: Any, code: int) -> Response:
    return Response(orjson.dumps(document), code, content_type="application/json")


def _accepted(accepted: Accepted | Status) -> dict[str, Any]:
    base: str = current_app.config["NIDAA_BASE_URL"]
    return {
        "id": str(accepted.id),
        "reference": grouped(accepted.reference),
        "state": accepted.state,
        "case": None if accepted.case is None else str(accepted.case),
        "same_in_room": accepted.same_in_room,
        "links": {"status": f"{base}/v1/reports/{accepted.id}"},
    }


def _status(found: Status, locale: str) -> dict[str, Any]:
    with force_locale(locale):
        timeline = [{"at": at, "what": what, "text": step_words(what)} for at, what in found.timeline]
    said = [{"at": one.at, "cause": one.cause, "text": one.text.in_(locale)} for one in found.said]
    return _accepted(found) | {
        "timeline": timeline,
        "facts": found.facts,
        "poll_after": found.poll_after,
        "said": said,
        "asks_works": found.asks_works,
        "since": found.since,
        "already_known": found.already_known,
        "joined_known": found.joined_known,
    }
