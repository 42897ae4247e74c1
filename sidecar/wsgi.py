"""What gunicorn serves. Imported in each web worker after gevent has patched the standard library."""

from __future__ import annotations

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
    return lambda work, *args: thread.apply(work, args)


logs.configure()
_settings = Settings.from_env()
_run_write = _writer(_settings)
_runtime = wiring.build(
    _settings,
    wake=celery_app.Hints(celery_app.make_celery(_settings)).wake,
    run_write=_run_write,
)
application = create_app(_settings, _runtime)
