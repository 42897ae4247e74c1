"""People who press, and a plugin that forwards what they pressed until it is told that it is stored."""

from __future__ import annotations

import contextlib
import http.client
import random
import threading
import time
import uuid
from dataclasses import dataclass, field

import orjson

from tests.live.presses import Press, press, request_for_support

_SYMPTOMS = ("no_sound", "no_mic", "no_video", "slow")
_ROOMS = 6


@dataclass(slots=True)
class Answers:
    """What was answered: the references of every id that got a 202, and every id that was ever tried."""

    tried: set[uuid.UUID] = field(default_factory=set)
    accepted: dict[uuid.UUID, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


class Senders:
    """Threads that send until told to stop, and then until each id has its answer.

    Args:
        pace: seconds between the presses of one thread.
    """

    def __init__(self, port: int, seed: int, *, threads: int = 8, pace: float = 0.05) -> None:
        self._port = port
        self._seed = seed
        self._pace = pace
        self._no_more = threading.Event()
        self._lock = threading.Lock()
        self.answers = Answers()
        self._threads = [
            threading.Thread(target=self._send, args=(number,), daemon=True, name=f"sender-{number}")
            for number in range(threads)
        ]

    def start(self) -> None:
        """Begin to press."""
        for thread in self._threads:
            thread.start()

    def finish(self, seconds: float) -> None:
        """Press no more, and forward what has no answer yet.

        Raises:
            TimeoutError: something has no answer after `seconds`.
        """
        self._no_more.set()
        end = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        waiting = len(self.answers.tried) - len(self.answers.accepted)
        if waiting or any(thread.is_alive() for thread in self._threads):
            raise TimeoutError(f"{waiting} reports have no answer after {seconds:.0f} s")

    def _send(self, number: int) -> None:
        draw = random.Random(self._seed * 1000 + number)
        person = 10_000 * (number + 1)
        line: http.client.HTTPConnection | None = None
        while not self._no_more.is_set():
            person += 1
            made = _made(draw, person)
            with self._lock:
                self.answers.tried.add(made.id)
            line = self._forward(made, line)
            if draw.random() < 0.05:  # an answer that was lost on its way: the plugin asks again
                line = self._forward(made, line)
            time.sleep(self._pace * draw.uniform(0.2, 1.8))
        if line is not None:
            line.close()

    def _forward(self, made: Press, line: http.client.HTTPConnection | None) -> http.client.HTTPConnection | None:
        """Try until there is an answer; bounded, so that a server that never comes back ends the test."""
        for attempt in range(600):
            if line is None:
                line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
            try:
                line.request("POST", "/v1/reports", made.body, made.headers())
                answer = line.getresponse()
                body = answer.read()
            except (OSError, http.client.HTTPException):
                with contextlib.suppress(OSError):
                    line.close()
                line = None
            else:
                if self._told(made, answer.status, body):
                    return line
            time.sleep(min(0.5, 0.05 * (attempt + 1)))
        return line

    def _told(self, made: Press, status: int, body: bytes) -> bool:
        """Whether this answer ends the forwarding."""
        if status in {500, 503}:
            # 500 is a fault of ours, and told as one; the plugin would try again all the same.
            if status == 500:
                self._wrong(f"500 for {made.id}: {body[:200]!r}")
            return False
        if status != 202:
            self._wrong(f"{status} for {made.id}: {body[:200]!r}")
            return True
        reference = orjson.loads(body)["reference"]
        with self._lock:
            first = self.answers.accepted.setdefault(made.id, reference)
        if first != reference:
            self._wrong(f"{made.id} was told {first}, then {reference}")
        return True

    def _wrong(self, what: str) -> None:
        with self._lock:
            self.answers.wrong.append(what)


def _made(draw: random.Random, person: int) -> Press:
    room = draw.randrange(_ROOMS)
    if draw.random() < 0.1:
        return request_for_support(course=100 + room, person=person)
    return press(course=100 + room, room=1000 + room, person=person, symptom=draw.choice(_SYMPTOMS))
