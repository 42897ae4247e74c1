"""A sidecar that fails as it is told, and refuses what the real one refuses: an unsigned or wrongly signed request."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError


class FakeSidecar:
    """Listens on a port of loopback. `mode` is ok, hang, or a status; `secrets` are what it accepts."""

    def __init__(self, port: int, *secrets: str) -> None:
        self.port = port
        self.secrets = list(secrets)
        self.mode: str | int = "ok"
        self.received: Counter[str] = Counter()
        self.stored: dict[str, dict[str, Any]] = {}
        self.order: list[str] = []
        self.tries = 0
        self.server: ThreadingHTTPServer | None = None
        self.start()

    def start(self) -> None:
        """Open the port."""
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                fake.answer(self, b"")

            def do_POST(self) -> None:
                fake.answer(self, self.rfile.read(int(self.headers["Content-Length"])))

            def log_message(self, *_arguments: object) -> None:
                pass

        ThreadingHTTPServer.allow_reuse_address = True
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Close the port: connections are refused."""
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    def answer(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        """One request."""
        self.tries += 1
        if self.mode == "hang":
            time.sleep(20)
            return
        status, document = self._of(handler, body)
        told = json.dumps(document).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json" if status < 400 else "application/problem+json")
        handler.send_header("Content-Length", str(len(told)))
        if status == 429:
            handler.send_header("Retry-After", "1")
        handler.end_headers()
        handler.wfile.write(told)

    def _of(self, handler: BaseHTTPRequestHandler, body: bytes) -> tuple[int, dict[str, Any]]:
        if not any(self._proves(secret, handler, body) for secret in self.secrets):
            return 401, {"title": "not proven"}
        if isinstance(self.mode, int):
            return self.mode, {"title": f"told to answer {self.mode}"}
        item = handler.headers["webhook-id"]
        if handler.command == "POST":
            self.received[item] += 1
            self.stored[item] = json.loads(body)
            self.order.append(item)
        return 202, {"id": item, "reference": None, "state": "received", "case": None, "same_in_room": 0}

    @staticmethod
    def _proves(secret: str, handler: BaseHTTPRequestHandler, body: bytes) -> bool:
        names = ("webhook-id", "webhook-timestamp", "webhook-signature")
        proof = {name: handler.headers.get(name, "") for name in names}
        try:
            Webhook(secret).verify(body.decode(), proof, json_parse=False)
        except (WebhookVerificationError, ValueError):
            return False
        return True
