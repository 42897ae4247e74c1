"""Live pages: one poller for each process tells every open stream that something it shows has changed.

A stream says only that there is news; the browser then asks for what it may see. Streams end after some minutes and
the browser opens another, so that whoever signed out, or lost a room, is not told for ever.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from flask import Response, current_app
from sqlalchemy import Connection

from sidecar.runtime import Runtime
from sidecar.store import feed

log = structlog.get_logger(__name__)

EVERY: Final = 1.0  # seconds between looks, however many streams are open
OVERLAP: Final = timedelta(seconds=10)  # what commits late has an earlier time [measured: `seq > last` misses rows]
_LIVES: Final = 240.0  # seconds of one stream
_BREATH: Final = 0.25  # seconds for which more news joins what is being told
STREAMS_OF_ONE: Final = 12  # tabs that one login may keep live
_STILL_HERE: Final = 20.0  # seconds of silence after which a proxy would hang up

Wanted = Callable[[Any], bool]  # of a `News`, or on the desk of an `Arrival`
Lately = Callable[[Connection, datetime], Sequence[Any]]
Really = Callable[[], bool]


class Listener:
    """One open stream."""

    def __init__(self, wanted: Wanted, owner: str) -> None:
        self.wanted = wanted
        self.owner = owner
        self.over = False
        self.called = threading.Event()
        self.blind = False


class Feed:
    """Looks once a second while anybody listens, and wakes whom it concerns.

    Args:
        lately: what happened since a moment, each with an `id`; of live rooms and trainers' questions unless told.
    """

    def __init__(self, runtime: Runtime, lately: Lately | None = None) -> None:
        self._runtime = runtime
        self._lately = lately
        self._listeners: dict[Listener, None] = {}  # oldest first
        self._lock = threading.Lock()
        self._poller: threading.Thread | None = None
        self._seen: dict[str, float] = {}
        self.looks = 0

    def open(self, wanted: Wanted, owner: str = "") -> Listener:
        """Begin to listen; whoever has too many streams open loses the oldest."""
        listener = Listener(wanted, owner)
        with self._lock:
            own = [one for one in self._listeners if owner and one.owner == owner]
            for one in own[: max(0, len(own) + 1 - STREAMS_OF_ONE)]:
                self._listeners.pop(one)
                one.over = True
                one.called.set()
            self._listeners[listener] = None
            if self._poller is None:
                self._poller = threading.Thread(target=self._poll, name="feed", daemon=True)
                self._poller.start()
        return listener

    def close(self, listener: Listener) -> None:
        """Listen no more."""
        with self._lock:
            self._listeners.pop(listener, None)

    def _poll(self) -> None:
        # What happened before anybody listened is on their pages already; unless it cannot be asked, which is told.
        with suppress(Exception):
            self._look()
        while True:
            time.sleep(EVERY)
            with self._lock:
                listeners = list(self._listeners)
                if not listeners:
                    self._poller = None
                    return
            try:
                news = self._look()
            except Exception as error:  # whatever it was: a feed that ended would leave every page alone for good
                log.warning("feed_blind", error=type(error).__name__)
                self._tell(listeners, [], blind=True)
            else:
                self._tell(listeners, news, blind=False)

    def _look(self) -> list[Any]:
        self.looks += 1
        with self._runtime.db.read() as conn:
            found = (self._lately or feed.lately)(conn, self._runtime.clock() - OVERLAP)
        now = time.monotonic()
        fresh = [one for one in found if one.id not in self._seen]
        self._seen = {key: at for key, at in self._seen.items() if now - at < 3 * OVERLAP.total_seconds()}
        self._seen.update({one.id: now for one in fresh})
        return fresh

    @staticmethod
    def _tell(listeners: list[Listener], news: list[Any], *, blind: bool) -> None:
        for listener in listeners:
            if blind or listener.blind or any(map(listener.wanted, news)):
                listener.blind = blind
                listener.called.set()


def stream(
    wanted: Wanted, owner: str, *, source: str = "nidaa_feed", really: Really | None = None, lives: float = _LIVES
) -> Response:
    """Server-sent events: `news` when something that the page shows has changed, `blind` while nobody can tell.

    Args:
        owner: the login whose stream it is.
        source: the extension that is the feed.
        really: asked before anything is said, where `wanted` cannot tell what this reader may know of.
    """
    found: Feed = current_app.extensions[source]
    answer = Response(_told(found, wanted, owner, really, lives), content_type="text/event-stream")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Accel-Buffering"] = "no"  # nginx would gather them
    return answer


def _told(source: Feed, wanted: Wanted, owner: str, really: Really | None, lives: float) -> Iterator[str]:
    listener = source.open(wanted, owner)
    try:
        ends = time.monotonic() + lives
        yield "retry: 2000\nevent: hello\ndata:\n\n"
        # From what was said last: news that is not for this reader must not even shift the silence.
        silent = time.monotonic()
        while (now := time.monotonic()) < ends:
            if listener.called.wait(max(0.0, min(silent + _STILL_HERE, ends) - now)):
                if listener.over:
                    return
                listener.called.clear()
                if not listener.blind and really is not None and not really():
                    continue
                yield f"event: {'blind' if listener.blind else 'news'}\ndata:\n\n"
                silent = time.monotonic()
                time.sleep(_BREATH)
            else:
                yield ": still here\n\n"
                silent = time.monotonic()
    finally:
        source.close(listener)
