"""Servers that misbehave, and a search for what must not leak."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from adapters.errors import AdapterError

SECRET = "wstoken-6c1f-very-secret"


@contextlib.contextmanager
def serving(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that does whatever it likes with its connections."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def run() -> None:
        while not over.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=one, args=(connection,), daemon=True).start()

    def one(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            serve(connection)

    threading.Thread(target=run, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/api"
    finally:
        over.set()
        listener.close()


def dribble(prefix: bytes, piece: bytes, pause: float = 0.02) -> Callable[[socket.socket], None]:
    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(prefix)
        for _ in range(500):
            connection.sendall(piece)
            time.sleep(pause)

    return serve


HANGING: dict[str, Callable[[socket.socket], None]] = {
    "dribbling headers": dribble(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"),
    "dribbling one endless header": dribble(b"HTTP/1.1 200 OK\r\nX-A: ", b"b"),
    "dribbling body with a length": dribble(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x"),
    "dribbling body without a length": dribble(b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
    "dribbling chunks": dribble(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "never answering": lambda connection: time.sleep(5),
    "endless 1xx": dribble(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
}


def assert_nothing_leaks(error: BaseException) -> None:
    """Walk the whole chain, `__context__` too, and the locals of every frame that hangs on it."""
    seen: list[BaseException] = []
    todo: list[BaseException | None] = [error]
    while todo:
        one = todo.pop()
        if one is None or one in seen:
            continue
        seen.append(one)
        todo += [one.__cause__, one.__context__]
        told = traceback.TracebackException.from_exception(one, capture_locals=True)
        ours = [frame for frame in told.stack if "/tests/" not in frame.filename]
        assert SECRET not in f"{one} {one!r} {vars(one)} {[(f.locals, f.name) for f in ours]}"
    assert all(isinstance(one, AdapterError) for one in seen), seen


@pytest.fixture
def secret() -> str:
    return SECRET


@pytest.fixture
def raw_server() -> Callable[[Callable[[socket.socket], None]], Any]:
    """`with raw_server(serve) as url:` where `serve` gets each connection."""
    return serving


@pytest.fixture
def endless() -> Callable[[socket.socket], None]:
    """Serves a body that never ends, as fast as it is read."""
    return dribble(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536, 0)


@pytest.fixture(params=sorted(HANGING))
def hanging(request: pytest.FixtureRequest) -> Callable[[socket.socket], None]:
    """Serves an answer that never gets complete, each in its own way."""
    return HANGING[request.param]


@pytest.fixture
def no_leak() -> Callable[[BaseException], None]:
    return assert_nothing_leaks
