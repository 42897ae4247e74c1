"""Deadlines that hold: a budget for a whole errand, and a watchdog that ends a call whatever the server does.

A read timeout is no deadline: a server that sends a byte a second never meets it, in the headers as little as in the
body, and Celery's own time limits do nothing in a threads pool [measured]. So each call's socket is recorded and a
timer shuts it down. Only `threading` is assumed, so it holds under gevent's patching as in plain threads.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self

import requests.adapters
import urllib3
import urllib3.connection
import urllib3.connectionpool

from adapters.errors import Unavailable


class Budget:
    """The seconds that one errand, of one or of many calls, may take in all."""

    def __init__(self, name: str, seconds: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._name = name
        self._monotonic = monotonic
        self._ends = monotonic() + seconds

    def left(self) -> float:
        """Seconds left, always positive.

        Raises:
            Unavailable: nothing is left.
        """
        seconds = self._ends - self._monotonic()
        if seconds <= 0:
            raise Unavailable(f"{self._name}: its total deadline has passed")
        return seconds


class _Line:
    """A second handle on a connection's socket.

    A duplicate, because TLS takes the first one away when it wraps it; shutting down either ends both.
    """

    def __init__(self, sock: socket.socket, owner: FirmDeadline) -> None:
        self._sock = sock.dup()
        self._lock = threading.Lock()
        self._owner: FirmDeadline | None = owner
        self._retired = False

    def hand_to(self, owner: FirmDeadline) -> None:
        with self._lock:
            self._owner = owner

    def cut(self, owner: FirmDeadline) -> None:
        """Shut the line down, unless the pool has given it to another call meanwhile."""
        with self._lock:
            if self._owner is owner:
                with contextlib.suppress(OSError):
                    self._sock.shutdown(socket.SHUT_RDWR)

    def let_go(self, owner: FirmDeadline) -> None:
        """The call is over."""
        with self._lock:
            if self._owner is owner:
                self._owner = None
                if self._retired:
                    self._sock.close()

    def retire(self) -> None:
        """The connection was closed: after the headers already, when the body ends with the connection."""
        with self._lock:
            self._retired = True
            if self._owner is None:
                self._sock.close()


_current = threading.local()


class FirmDeadline:
    """`with FirmDeadline(seconds) as call:` every watched connection used inside is cut when the time is over.

    `expired` tells afterwards: an answer without a length ends as properly when it is cut as when it is complete.
    """

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._lines: list[_Line] = []
        self._over = False
        self.expired = False
        self._timer = threading.Timer(seconds, self._expire)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        _current.call = self
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _current.call = None
        self._timer.cancel()
        with self._lock:
            self._over = True
            lines = tuple(self._lines)
            self._lines.clear()
        for line in lines:
            line.let_go(self)

    def left(self) -> float:
        """Seconds left; at least a millisecond, because a socket takes 0 for "do not block"."""
        return max(0.001, self._ends - time.monotonic())

    def watch(self, line: _Line) -> None:
        with self._lock:
            self._lines.append(line)
            late = self.expired
        if late:
            line.cut(self)

    def _expire(self) -> None:
        with self._lock:
            if self._over:
                return
            self.expired = True
            lines = tuple(self._lines)
        for line in lines:
            line.cut(self)


_AddressInfo = tuple[Any, Any, int, str, tuple[Any, ...]]


def _addresses(host: str, port: int, seconds: float) -> Sequence[_AddressInfo]:
    """Look a name up within `seconds`: a resolver that does not answer blocks where no socket can be shut down."""
    with contextlib.suppress(OSError):
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    found: list[Any] = []
    done = threading.Event()

    def look_up() -> None:
        with contextlib.suppress(OSError, UnicodeError):
            found.extend(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        done.set()

    threading.Thread(target=look_up, name="name lookup", daemon=True).start()
    done.wait(seconds)
    if not found:
        raise OSError("the host's name could not be resolved")
    return found


class _Watched:
    """Mixed into urllib3's connections: each socket is known to the deadline of the call that uses it."""

    _line: _Line | None = None

    def _new_conn(self) -> socket.socket:
        call: FirmDeadline = _current.call
        host, port = self._dns_host, self.port  # type: ignore[attr-defined]
        problem: OSError = OSError("no address")
        for family, kind, protocol, _, address in _addresses(host, port, call.left()):
            sock = socket.socket(family, kind, protocol)
            line = _Line(sock, call)
            try:
                call.watch(line)
                sock.settimeout(call.left())
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                sock.connect(address)
            except OSError as error:
                problem = error
                line.retire()
                sock.close()
            else:
                self._line = line
                return sock
        raise problem

    def request(self, *args: Any, **kwargs: Any) -> None:
        if self._line is not None:  # a pooled connection: from here on it belongs to this call
            self._line.hand_to(_current.call)
            _current.call.watch(self._line)
        super().request(*args, **kwargs)  # type: ignore[misc]

    def close(self) -> None:
        super().close()  # type: ignore[misc]
        if self._line is not None:
            self._line.retire()
            self._line = None


class _WatchedHTTP(_Watched, urllib3.connection.HTTPConnection):
    pass


class _WatchedHTTPS(_Watched, urllib3.connection.HTTPSConnection):
    pass


class _HTTPPool(urllib3.connectionpool.HTTPConnectionPool):
    ConnectionCls = _WatchedHTTP


class _HTTPSPool(urllib3.connectionpool.HTTPSConnectionPool):
    ConnectionCls = _WatchedHTTPS


class WatchedAdapter(requests.adapters.HTTPAdapter):
    """A `requests` transport whose connections obey the `FirmDeadline` around the call. It never tries again."""

    def __init__(self, pool: int) -> None:
        super().__init__(pool_connections=4, pool_maxsize=pool, max_retries=0, pool_block=False)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}
