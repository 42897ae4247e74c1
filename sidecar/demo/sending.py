"""How presses reach the sidecar: the LMS posts each report, signed, as the Moodle plugin does (contract.md)."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from typing import Any

import jwt
from standardwebhooks import Webhook

from sidecar.demo.cast import Person
from sidecar.demo.home import SITE
from sidecar.settings import whsec_key

_TRIES = 5
_SECONDS = 5.0  # for one answer


class NotAccepted(Exception):
    """The sidecar would not take a report; the answer is told."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A report that is stored durably."""

    id: uuid.UUID
    reporter: Person
    answer: Mapping[str, Any]


class Sender:
    """Posts reports for the site and keeps what was accepted. Safe for threads."""

    def __init__(self, listen: str, secret: str) -> None:
        self._listen = listen
        self._secret = secret
        self._hook = Webhook(secret)
        self._lock = threading.Lock()
        self.accepted: list[Sent] = []

    def report(self, reporter: Person, kind: str, place: Mapping[str, Any], **said: Any) -> Sent:
        """Send one report until it is stored, under one id however often it is tried.

        Raises:
            NotAccepted: it was refused, or nobody answered for several tries.
        """
        report_id = uuid.uuid4()
        document = {
            "version": 1,
            "id": str(report_id),
            "kind": kind,
            "locale": "ar",
            "occurred_at": datetime.now(UTC).isoformat(),
            "channel": "in_room",
            "reporter": reporter.on_wire(),
            "place": place,
        } | said
        status, answer = self._post(report_id, json.dumps(document, ensure_ascii=False).encode())
        if status != 202:
            raise NotAccepted(f"{kind} of {reporter.name}: HTTP {status} {answer}")
        sent = Sent(report_id, reporter, answer)
        with self._lock:
            self.accepted.append(sent)
        return sent

    def _post(self, report_id: uuid.UUID, body: bytes) -> tuple[int, Any]:
        status, answer = 0, "no answer"
        for attempt in range(_TRIES):
            try:
                status, answer = self._once(report_id, body)
            except (OSError, HTTPException) as error:
                status, answer = 0, type(error).__name__
            if status not in {0, 503}:
                break
            time.sleep(0.2 * 2**attempt)  # the plugin's own outbox waits longer
        return status, answer

    def _once(self, report_id: uuid.UUID, body: bytes) -> tuple[int, Any]:
        now = datetime.now(UTC)
        connection = HTTPConnection(self._listen, timeout=_SECONDS)
        try:
            headers = {
                "Content-Type": "application/json",
                "nidaa-site": SITE,
                "nidaa-sent-at": now.isoformat(),
                "webhook-id": str(report_id),
                "webhook-timestamp": str(int(now.timestamp())),
                "webhook-signature": self._hook.sign(str(report_id), now, body.decode()),
            }
            connection.request("POST", "/v1/reports", body, headers)
            response = connection.getresponse()
            return response.status, json.loads(response.read() or b"null")
        finally:
            connection.close()

    def curl(self, sent: Sent) -> str:
        """A command that reads one report as its reporter may, by a token that is good for two hours."""
        now = datetime.now(UTC)
        claims = {
            "iss": SITE,
            "aud": "report",
            "sub": sent.reporter.id,
            "name": sent.reporter.name,
            "role": sent.reporter.role,
            "scope": "report:read-own",
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(hours=2)).timestamp()),
            "jti": str(uuid.uuid4()),
        }
        token = jwt.encode(claims, whsec_key(self._secret), algorithm="HS256")
        return f"curl -s -H 'Authorization: Bearer {token}' http://{self._listen}/v1/reports/{sent.id}"
