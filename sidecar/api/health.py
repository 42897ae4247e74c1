"""`/v1/health`: whether this process serves, and whether anything waits for a person. No proof, no personal data."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response, current_app
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from sqlalchemy.exc import SQLAlchemyError

from sidecar.api.problems import N_
from sidecar.runtime import Runtime
from sidecar.store import outbox

blueprint = Blueprint("health", __name__, url_prefix="/v1", description="Health")


class LaneOut(Schema):
    """What stands in one lane."""

    lane = fields.String(required=True)
    state = fields.String(required=True, metadata={"description": "waiting, or parked: set aside for a person to see"})
    rows = fields.Integer(required=True)
    oldest_seconds = fields.Integer(required=True)


class HealthOut(Schema):
    """Whether it serves, and what waits."""

    status = fields.String(required=True, metadata={"description": "ok or database_unavailable"})
    policy = fields.String(metadata={"description": "the first digits of the policy's digest"})
    lanes = fields.List(fields.Nested(LaneOut))
    error = fields.String()


@blueprint.route("/health", methods=["GET"])
@blueprint.alt_response(200, schema=HealthOut, description=N_("Serving; what waits and what is parked is told"))
@blueprint.alt_response(503, schema=HealthOut, description=N_("The database does not answer"))
@blueprint.doc(summary=N_("Health"), security=[])
def health() -> Response:
    """200 while the database answers, with how much waits and how much is parked."""
    runtime: Runtime = current_app.extensions["nidaa_runtime"]
    document: dict[str, Any] = {"status": "ok", "policy": runtime.policy.digest[:16]}
    code = 200
    try:
        with runtime.db.read() as conn:
            lanes = outbox.backlog(conn)
    except SQLAlchemyError as error:
        document, code = {"status": "database_unavailable", "error": type(error).__name__}, 503
    else:
        now = runtime.clock()
        document["lanes"] = [
            {"lane": lane, "state": state, "rows": rows, "oldest_seconds": round((now - oldest).total_seconds())}
            for (lane, state), (rows, oldest) in sorted(lanes.items())
        ]
    return Response(orjson.dumps(document), code, content_type="application/json")
