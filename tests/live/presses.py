"""Reports as a Moodle would forward them: signed, each with an id of its own, spread over rooms and people."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

SITE = "academy"
SECRET = "whsec_" + base64.b64encode(b"a secret of a site, for tests alone!").decode()
_KEY = base64.b64decode(SECRET.removeprefix("whsec_"))


@dataclass(frozen=True, slots=True)
class Press:
    """One report: its id and the bytes that every attempt sends unchanged."""

    id: uuid.UUID
    body: bytes

    def headers(self) -> dict[str, str]:
        """The headers of one attempt; each is signed anew."""
        at = str(int(time.time()))
        signed = hmac.new(_KEY, f"{self.id}.{at}.".encode() + self.body, hashlib.sha256).digest()
        return {
            "Content-Type": "application/json",
            "nidaa-site": SITE,
            "webhook-id": str(self.id),
            "webhook-timestamp": at,
            "webhook-signature": "v1," + base64.b64encode(signed).decode(),
        }

    def raw(self) -> bytes:
        """The attempt as HTTP/1.1 bytes, signed now."""
        return post("/v1/reports", self.body, self.headers())


def post(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """A POST as bytes, for a connection that is kept."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def press(*, course: int, room: int, person: int, symptom: str = "no_sound", group: int | None = None) -> Press:
    """A trainee's press in a live room."""
    return _made(
        kind="session_problem",
        symptom=symptom,
        channel="in_room",
        person=person,
        course=course,
        activity={"id": str(room), "module": "bigbluebuttonbn", "name": "القاعة المباشرة"},
        group=None if group is None else str(group),
    )


def request_for_support(*, course: int, person: int) -> Press:
    """Something that stands alone: no room, no incident."""
    return _made(kind="support_request", symptom=None, channel="web", person=person, course=course)


def _made(
    *,
    kind: str,
    symptom: str | None,
    channel: str,
    person: int,
    course: int,
    activity: dict[str, str] | None = None,
    group: str | None = None,
) -> Press:
    report_id = uuid.uuid4()
    document: dict[str, Any] = {
        "version": 1,
        "id": str(report_id),
        "kind": kind,
        "symptom": symptom,
        "category": None,
        "text": "",
        "locale": "ar",
        "occurred_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "channel": channel,
        "reporter": {"id": str(person), "role": "trainee", "name": "أحمد القحطاني", "email": None, "phone": None},
        "about": None,
        "place": {
            "page": "classroom" if activity else "course",
            "course": {"id": str(course), "idnumber": f"CRS-CYB-{course}", "name": "دورة الأمن السيبراني التأسيسية"},
            "activity": activity,
            "group": group,
            "session": None,
        },
        "affected": None,
        "action_taken": "",
        "ended_at": None,
        "remedy_sought": "",
        "gaps": [],
        "diagnostics": {"browser": "Firefox 140", "network": "wifi", "rtt_ms": 140, "loss": 0.02},
    }
    return Press(report_id, orjson.dumps(document))


ROOM_HOLDS = 300  # presses of one room and failure in one class: as many as a class has people (acceptance A1)
_ROOMS_AT_ONCE = 8


def busy_evening(count: int, *, first: int = 0) -> list[Press]:
    """Presses as on an evening on which room after room fails: eight rooms at once, then the next eight.

    Args:
        first: how many were made before, so that rooms and people go on from there.
    """
    made = []
    for n in range(first, first + count):
        block, within = divmod(n, ROOM_HOLDS * _ROOMS_AT_ONCE)
        room = block * _ROOMS_AT_ONCE + within % _ROOMS_AT_ONCE
        made.append(press(course=100 + room, room=1000 + room, person=10_000 + n))
    return made
