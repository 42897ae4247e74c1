"""A load client on epoll: prepared requests over kept connections, as fast as answers come or at a steady rate.

One thread sends bytes that were made before, and reads as little of an answer as tells that it is whole, so that the
client costs little beside the server it shares the machine with.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

_GIVE_UP = 60.0  # seconds for one request; a server that takes longer has failed it


@dataclass(slots=True)
class Outcome:
    """What a run showed. Latencies in seconds, from when a request was due."""

    seconds: float
    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)  # 0: the connection broke
    client_cpu: float = 0.0

    @property
    def rate(self) -> float:
        """Answers a second that said 2xx or 3xx."""
        return sum(count for status, count in self.statuses.items() if 200 <= status < 400) / self.seconds

    @property
    def failed(self) -> int:
        """Requests that got no 2xx or 3xx."""
        return sum(count for status, count in self.statuses.items() if not 200 <= status < 400)

    def percentile(self, share: float) -> float:
        """The latency that `share` of the answers did not exceed."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class _Line:
    """One connection and the request on it."""

    __slots__ = ("answer", "due", "port", "socket")

    def __init__(self, port: int) -> None:
        self.port = port
        self.answer = b""
        self.due = 0.0
        self.open()

    def open(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)


def run(port: int, requests: Sequence[bytes], *, connections: int = 64, rate: float | None = None) -> Outcome:
    """Send every request once.

    Args:
        rate: requests a second, whatever the answers take (an open loop: a request that finds no free connection
            waits, and the wait counts); None to send the next as soon as an answer has come.
    """
    poll = selectors.EpollSelector()
    idle = deque(_opened(poll, port) for _ in range(connections))
    started, cpu = time.perf_counter(), time.process_time()
    outcome = Outcome(0.0)
    sent = done = 0
    while done < len(requests):
        now = time.perf_counter()
        while idle and sent < len(requests):
            due = now if rate is None else started + sent / rate
            if due > now:
                break
            line = idle.popleft()
            line.due = due
            line.socket.send(requests[sent])
            sent += 1
        next_due = started + sent / rate if rate and sent < len(requests) and idle else now + 1
        for key, _ in poll.select(max(0.0, next_due - time.perf_counter())):
            line = key.data
            status = _read(poll, line)
            if status is None:
                continue
            done += 1
            outcome.statuses[status] += 1
            outcome.latencies.append(time.perf_counter() - line.due)
            idle.append(line)
        if time.perf_counter() - started > _GIVE_UP + (len(requests) / rate if rate else len(requests) / 20):
            raise TimeoutError(f"{len(requests) - done} requests were not answered")
    outcome.seconds = time.perf_counter() - started
    outcome.client_cpu = time.process_time() - cpu
    for line in idle:
        line.socket.close()
    poll.close()
    return outcome


def _opened(poll: selectors.EpollSelector, port: int) -> _Line:
    line = _Line(port)
    poll.register(line.socket, selectors.EVENT_READ, line)
    return line


def _reopen(poll: selectors.EpollSelector, line: _Line) -> None:
    poll.unregister(line.socket)
    line.socket.close()
    line.open()
    poll.register(line.socket, selectors.EVENT_READ, line)


def _read(poll: selectors.EpollSelector, line: _Line) -> int | None:
    """The status of an answer that is whole now; None while there is more to come."""
    try:
        chunk = line.socket.recv(65536)
    except BlockingIOError:
        return None
    except OSError:
        chunk = b""
    line.answer += chunk
    head, found, body = line.answer.partition(b"\r\n\r\n")
    lower = head.lower()
    length = _length(lower) if found else None
    if chunk and (length is None or len(body) < length):
        return None
    whole = bool(found) and (length is None or len(body) >= length)
    status = int(head[9:12]) if whole else 0
    line.answer = b""
    if not chunk or b"connection: close" in lower:
        _reopen(poll, line)
    return status


def _length(head: bytes) -> int | None:
    """Content-Length; None where the end of the connection is the end of the answer."""
    _, found, rest = head.partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0]) if found else None
