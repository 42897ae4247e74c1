"""The reference: the least a Flask application can do with a report, under the same server and settings."""

from __future__ import annotations

from flask import Flask, Response, request

application = Flask(__name__)


@application.post("/v1/reports")
def accept() -> Response:
    """Read the body, answer JSON."""
    return Response(f'{{"bytes": {len(request.get_data())}}}', 202, content_type="application/json")
