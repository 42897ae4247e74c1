"""`/v1/known`: what a room knows already, for a panel that opens there (acceptance B1)."""

from __future__ import annotations

import hashlib
from typing import Final

import orjson
from flask import Response, current_app, request
from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError

from sidecar.api import reading
from sidecar.api.described import ETAG, KNOWN_ALREADY, PROOFS, TEXT, UNCHANGED, answers, shaped
from sidecar.api.fields import canonical_uuid
from sidecar.api.limits import PerPerson
from sidecar.api.problems import N_, Problem, faults_of
from sidecar.api.schemas import KnownIn, RoomKnowsOut
from sidecar.identity import PersonCaller, Proofs, SiteCaller
from sidecar.journey.known import Known, known
from sidecar.runtime import Runtime

blueprint = Blueprint("known", __name__, url_prefix="/v1", description="What a room knows already")

_ROOM: Final[Schema] = KnownIn()
_FRESH: Final = 5  # seconds for which nobody need ask again


def _named(name: str, description: str) -> dict[str, object]:
    return {"in": "query", "name": name, "schema": {**TEXT, "maxLength": 64}, "description": description}


@blueprint.route("/known", methods=["GET"])
@blueprint.doc(
    summary=N_("What a room knows already"),
    description=N_(
        "Open failures that the room's manager has logged for the room, or that enough people there have reported. "
        "A person's room is the token's, and what that person has reported is left out; a site names the room, and "
        "signs the empty body under a fresh UUID."
    ),
    security=PROOFS,
    parameters=[
        _named("course", N_("The course's id; from a site")),
        _named("activity", N_("The room's id; from a site, which must name it")),
        _named("group", N_("The group's id; from a site, where the room has groups")),
        KNOWN_ALREADY,
    ],
    responses=answers(
        {200: shaped(N_("Oldest first"), RoomKnowsOut, headers=ETAG), 304: UNCHANGED}, 401, 403, 413, 422, 429, 503
    ),
)
def look() -> Response:
    """Prove, find the room, answer."""
    runtime: Runtime = current_app.extensions["nidaa_runtime"]
    proofs: Proofs = current_app.extensions["nidaa_proofs"]
    caller, _body = reading.prove(proofs, request, "report:read-own")
    if isinstance(caller, PersonCaller):
        _within_limits(caller, runtime)
        found = known(runtime, caller.site_id, caller.activity, caller.group, caller.sub) if caller.activity else []
    else:
        activity, group = _room(caller)
        found = known(runtime, caller.site_id, activity, group)
    answer = Response(orjson.dumps({"known": [_told(one) for one in found]}), content_type="application/json")
    answer.headers["Vary"] = "Authorization"
    answer.set_etag(hashlib.sha256(answer.get_data()).hexdigest()[:32])
    answer.headers["Cache-Control"] = f"private, max-age={_FRESH}"
    answer.make_conditional(request)
    return answer


def _within_limits(caller: PersonCaller, runtime: Runtime) -> None:
    limits: PerPerson = current_app.extensions["nidaa_known_limits"]
    now = runtime.clock()
    wait = limits.wait(caller.site_id, caller.sub, now)
    if wait is not None:
        raise Problem(429, locale=caller.locale, retry_after=wait)
    limits.count(caller.site_id, caller.sub, now)


def _room(caller: SiteCaller) -> tuple[str, str | None]:
    """The activity and the group that a site asks about; its id signs this question and no report's."""
    if canonical_uuid(caller.webhook_id) is None:
        raise Problem(401)
    try:
        asked = _ROOM.load(request.args.to_dict())
    except ValidationError as error:
        raise Problem(422, faults=sorted(faults_of(error.messages))) from None
    return asked["activity"], asked["group"] or None


def _told(one: Known) -> dict[str, object]:
    return {"symptom": one.symptom, "since": one.since, "people": one.people, "declared": one.declared}
