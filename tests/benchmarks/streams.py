"""What two hundred open event streams cost a web process; all stay open to the end, and all are told of news."""

from __future__ import annotations

import contextlib
import http.client
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import servers
from tests.benchmarks.at_the_board import launched, lines_of_stream
from tests.benchmarks.verdicts import Verdict
from tests.live.deployment import Deployment, end

_ROOT = Path(__file__).resolve().parents[2]
_STREAMS, _WATCHED = 200, 30.0  # streams; seconds for which they are watched
_TABS = 4  # of each login: a process ends the streams of who has too many
_SOON = 10.0  # seconds in which everybody has heard of a press


@dataclass(frozen=True, slots=True)
class _Count:
    statements: int
    last: float


class _Ears:
    """Streams that are read, each by a thread."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self.open: set[int] = set()
        self.told: set[int] = set()  # who has heard news since this was last emptied

    def listen(self, number: int, cookie: str) -> None:
        threading.Thread(target=self._read, args=(number, cookie), daemon=True).start()

    def _read(self, number: int, cookie: str) -> None:
        # Whatever ends a stream, it is open no more, and never opened again: that is what is counted.
        with contextlib.suppress(OSError, http.client.HTTPException, RuntimeError):
            for line in lines_of_stream(self._port, cookie, self._stop):
                with self._lock:
                    if line.startswith(b"event: hello"):
                        self.open.add(number)
                    elif line.startswith(b"event: news"):
                        self.told.add(number)
        with self._lock:
            self.open.discard(number)

    def stop(self) -> None:
        self._stop.set()


def measure(
    nidaa: Deployment, *, course: int, room: int, press: Callable[[], None], say: Callable[[str], None]
) -> list[Verdict]:
    """Statements a second of one web process while nothing happens, and who hears of the press that follows."""
    port = servers.free_port()
    with (nidaa.folder / "counting.log").open("ab") as log:
        web = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "tests.benchmarks.counting:counted", "--worker-class", "gevent",
             "--workers", "1", "--bind", f"127.0.0.1:{port}", "--worker-connections", "1000", "--no-control-socket",
             "--graceful-timeout", "1", "--log-level", "warning"],
            cwd=_ROOT, env=nidaa.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
    ears = _Ears(port)
    try:
        servers.wait_for(lambda: _counted(port) is not None, 30, "the counting web process")
        for first in range(0, _STREAMS, _TABS):
            cookie = launched(port, person=str(7000 + first), course=course, room=room)
            for number in range(first, min(first + _TABS, _STREAMS)):
                ears.listen(number, cookie)
        with contextlib.suppress(TimeoutError):  # how many are open is told below
            servers.wait_for(lambda: len(ears.open) == _STREAMS, 30, "every stream")
        time.sleep(2)
        cost = _watched(port)
        still = len(ears.open)
        ears.told.clear()
        press()
        with contextlib.suppress(TimeoutError):
            servers.wait_for(lambda: len(ears.told) == _STREAMS, _SOON, "news for everybody")
        told = len(ears.told)
    finally:
        ears.stop()
        end(web)
    say(f"  {_STREAMS} streams: {cost:.4f} statements a second; {still} open after {_WATCHED:.0f} s; {told} heard news")
    return [
        Verdict(8, f"{_STREAMS} open streams: statements a second", f"{cost:.4f}", "one process", cost, 1, least=False),
        Verdict(8, f"of them open after {_WATCHED:.0f} s", str(still), "", still, _STREAMS, least=True),
        Verdict(8, f"and told of a press within {_SOON:.0f} s", str(told), "", told, _STREAMS, least=True),
    ]


def _watched(port: int) -> float:
    """The rate from the last statement before the watch to the last within it."""
    before = _counted(port)
    time.sleep(_WATCHED)
    after = _counted(port)
    if before is None or after is None:
        raise RuntimeError("the counting web process does not answer")
    made, took = after.statements - before.statements, after.last - before.last
    return made / took if took > 0 else 0.0


def _counted(port: int) -> _Count | None:
    with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/_statements")
            found: dict[str, Any] = json.loads(connection.getresponse().read())
            return _Count(**found)
        finally:
            connection.close()
    return None
