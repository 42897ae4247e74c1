"""What gunicorn serves. Imported in each web worker after gevent has patched the standard library."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from gevent import monkey
from gevent.threadpool import ThreadPool

from sidecar import celery_app, logs, wiring
from sidecar.app import create_app
from sidecar.runtime import Apart, at_once
from sidecar.settings import Settings
from sidecar.store.database import Commit, commit_here


def _commit(settings: Settings) -> Commit:
    """How this process commits: SQLite's wait for the disk, in a real thread; psycopg waits cooperatively by itself."""
    if not settings.database_url.startswith("sqlite") or not monkey.is_module_patched("socket"):
        return commit_here
    threads = ThreadPool(2)

    def carried_out(commit: Callable[[], None]) -> None:
        error = threads.apply(_outcome, (commit,))
        if error is not None:
            raise error

    return carried_out


def _outcome(commit: Callable[[], None]) -> Exception | None:
    """What came of it, told rather than raised.

    gevent prints whatever leaves its threads, past every redaction of ours.
    """
    try:
        commit()
    except Exception as error:
        return error
    return None


T = TypeVar("T")


def _apart() -> Apart:
    """Pictures are drawn anew in one real thread: one at a time, so that memory holds one, and no greenlet waits."""
    if not monkey.is_module_patched("socket"):
        return at_once
    threads = ThreadPool(1)

    def carried_out(work: Callable[[], T]) -> T:
        made: list[T] = []
        error = threads.apply(_outcome, (lambda: made.append(work()),))
        if error is not None:
            raise error
        return made[0]

    return carried_out


logs.configure()
_settings = Settings.from_env()
_hints = celery_app.Hints(celery_app.make_celery(_settings))
_runtime = wiring.build(_settings, wake=_hints.wake, commit=_commit(_settings), apart=_apart())
application = create_app(_settings, _runtime)
