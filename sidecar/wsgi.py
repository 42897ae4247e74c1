"""What gunicorn serves. Imported in each web worker after gevent has patched the standard library."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from gevent import monkey
from gevent.threadpool import ThreadPool

from sidecar import celery_app, logs, wiring
from sidecar.app import create_app
from sidecar.runtime import call_here
from sidecar.settings import Settings


def _writer(settings: Settings) -> Callable[..., Any]:
    """How this process commits.

    SQLite's busy wait blocks in C: on a greenlet it would freeze them all (measured 1.96 s), so the process writes
    through one real thread. psycopg waits cooperatively by itself.
    """
    if not settings.database_url.startswith("sqlite") or not monkey.is_module_patched("socket"):
        return call_here
    thread = ThreadPool(1)

    def run(work: Callable[..., Any], *args: Any) -> Any:
        result, error = thread.apply(_outcome, (work, *args))
        if error is not None:
            raise error
        return result

    return run


def _outcome(work: Callable[..., Any], *args: Any) -> tuple[Any, Exception | None]:
    """What came of it, told rather than raised.

    gevent prints whatever leaves its thread, past every redaction of ours, and a driver's words quote the row.
    """
    try:
        return work(*args), None
    except Exception as error:
        return None, error


# The writing thread asks for the interpreter after each statement, while it holds SQLite's lock. Waiting the usual 5 ms
# for a busy loop each time, it would hold that lock for tens of milliseconds, and with it every other process.
sys.setswitchinterval(0.0005)

logs.configure()
_settings = Settings.from_env()
_run_write = _writer(_settings)
_runtime = wiring.build(
    _settings,
    wake=celery_app.Hints(celery_app.make_celery(_settings)).wake,
    run_write=_run_write,
)
application = create_app(_settings, _runtime)
