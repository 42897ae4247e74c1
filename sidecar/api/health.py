"""`/v1/health`: whether this process serves, and whether anything waits for a person. No proof, no personal data."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response, current_app
from flask_smorest import Blueprint
from sqlalchemy.exc import SQLAlchemyError

from sidecar.runtime import Runtime
from sidecar.store import outbox

blueprint = Blueprint("health", __name__, url_prefix="/v1", description="Health")


@blueprint.route("/health", methods=["GET"])
@blueprint.alt_response(200, description="Serving; parked rows and the oldest waiting one are told")
@blueprint.alt_response(503, description="The database does not answer")
@blueprint.doc(summary="Health", security=[])
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
