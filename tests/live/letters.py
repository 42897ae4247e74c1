"""The LMS stand-in, which here takes messages as well: what counts is what arrives, not what is to be sent."""

from __future__ import annotations

import io
import time
from collections import Counter
from typing import Any
from urllib.parse import parse_qsl

import orjson

from tests.live.lms import LmsStandIn

_NOTIFY = "local_nidaa_notify"


class LmsWithLetters(LmsStandIn):
    """Answers `local_nidaa_notify` as the plugin does: idempotent by key.

    Attributes:
        letters: how often each key was sent here; a key is a delivery's.
        addressed: for each key the person it went to.
    """

    def __init__(self, *, takes: float = 0.08) -> None:
        super().__init__(takes=takes)
        self.letters: Counter[str] = Counter()
        self.addressed: dict[str, str] = {}
        lms, plain = self, self._server.RequestHandlerClass

        class Handler(plain):  # type: ignore[misc,valid-type]
            def do_POST(self) -> None:  # noqa: N802  # the standard library names it
                body = self.rfile.read(int(self.headers["Content-Length"]))
                form = dict(parse_qsl(body.decode()))
                if form.get("wsfunction") != _NOTIFY or not lms.is_up:
                    line, self.rfile = self.rfile, io.BytesIO(body)
                    try:
                        super().do_POST()
                    finally:
                        self.rfile = line
                    return
                lms.calls[_NOTIFY] += 1
                time.sleep(lms.takes)
                answer = orjson.dumps(lms._taken(form))
                head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                self.wfile.write(head % len(answer) + answer)

        self._server.RequestHandlerClass = Handler

    def _taken(self, form: dict[str, str]) -> dict[str, Any]:
        results = []
        number = 0
        while (key := form.get(f"messages[{number}][key]")) is not None:
            self.letters[key] += 1
            self.addressed[key] = form[f"messages[{number}][userid]"]
            results.append({"key": key, "outcome": "already" if self.letters[key] > 1 else "sent"})
            number += 1
        return {"version": 1, "results": results}
