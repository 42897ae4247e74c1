"""The web application as gunicorn serves it, with a count of the database's statements at `/_statements`.

For the benchmark of open streams: it has to be one process, and all its database connections, that are counted.
"""

from __future__ import annotations

import time
from typing import Any

from flask import Flask
from sqlalchemy import Engine, event

from sidecar.wsgi import application

_SEEN: dict[str, Any] = {"statements": 0, "last": 0.0}


@event.listens_for(Engine, "before_cursor_execute")
def _executed(_conn: object, _cursor: object, statement: str, *_more: object) -> None:
    if not statement.startswith("BEGIN"):  # SQLite's is a statement of ours, PostgreSQL's the driver's own
        _SEEN["statements"] += 1
        _SEEN["last"] = time.monotonic()


def _counts(app: Flask) -> Flask:
    @app.get("/_statements")
    def _statements() -> dict[str, Any]:
        """How many so far, and when the last one was: a rate from one to another knows no edges."""
        return _SEEN

    return app


counted = _counts(application)
