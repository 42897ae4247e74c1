"""The two callers of `/v1` as tests play them. Signs by hand, with no code of ours or a library's."""

from __future__ import annotations

import base64
import hmac
import json
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jwt
from flask import Flask
from werkzeug.test import TestResponse

from sidecar.app import create_app
from sidecar.settings import Settings, Site
from tests.worlds import SITE, World

NEW = "whsec_" + base64.b64encode(b"the new secret of the academy's site, 2026").decode()
OLD = "whsec_" + base64.b64encode(b"the old secret of the academy's site, 2025").decode()
OTHER = "whsec_" + base64.b64encode(b"a secret that belongs to quite another site").decode()
OTHER_SITE = "institute-2"


def site_of(site_id: str = SITE, *secrets: str, **changes: Any) -> Site:
    """A site that proves itself by `secrets`."""
    return Site(id=site_id, kind="none", url="", token="", secrets=secrets or (NEW, OLD), **changes)


def settings_of(*sites: Site, data_dir: Path = Path("/nonexistent")) -> Settings:
    """Settings for an application in process; nothing of it is read from the environment."""
    found = sites or (site_of(), site_of(OTHER_SITE, OTHER))
    return Settings(
        data_dir=data_dir, database_url="", broker_url="", secret_key="k" * 32, base_url="https://nidaa.example",
        listen="", policy_dir=None, sites={site.id: site for site in found},
    )  # fmt: skip


def key_of(secret: str) -> bytes:
    """The bytes behind `whsec_`."""
    return base64.b64decode(secret.removeprefix("whsec_"))


def signature(secret: str, message_id: str, timestamp: object, body: bytes) -> str:
    """Standard Webhooks: `v1,` and the HMAC-SHA256 of `id.timestamp.body`."""
    text = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key_of(secret), text, "sha256")).decode()


def signed(
    message_id: str, body: bytes = b"", *, secret: str = NEW, site: str = SITE, at: object = None, **more: str
) -> dict[str, str]:
    """A site's headers over a body; names in `more` have underscores for hyphens and overwrite."""
    at = int(time.time()) if at is None else at
    headers = {
        "nidaa-site": site,
        "webhook-id": message_id,
        "webhook-timestamp": str(at),
        "webhook-signature": signature(secret, message_id, at, body),
    }
    return headers | {name.replace("_", "-"): value for name, value in more.items()}


def claims(**changes: Any) -> dict[str, Any]:
    """What the LMS says of a person for the next hour; a change to None leaves the claim out."""
    now = int(time.time())
    said: dict[str, Any] = {
        "iss": SITE, "aud": "report", "sub": "21", "name": "أحمد القحطاني", "locale": "ar", "role": "trainee",
        "ctx": {"course": "2", "activity": "3", "group": None, "session": None},
        "scope": "report:create report:read-own", "iat": now, "exp": now + 3600, "jti": uuid.uuid4().hex,
    }  # fmt: skip
    return {name: value for name, value in (said | changes).items() if value is not None}


def token(*, secret: str = NEW, algorithm: str = "HS256", **changes: Any) -> str:
    """A person's token."""
    return jwt.encode(claims(**changes), key_of(secret), algorithm=algorithm)


def bearer(given: str | None = None, **changes: Any) -> dict[str, str]:
    """A person's header."""
    return {"Authorization": f"Bearer {token(**changes) if given is None else given}"}


def body(**changes: Any) -> dict[str, Any]:
    """A trainee's "I hear nothing" as the plugin sends it; dotted names reach inside (`place__group`)."""
    said: dict[str, Any] = {
        "version": 1, "id": str(uuid.uuid4()), "kind": "session_problem", "symptom": "no_sound", "category": None,
        "text": "", "locale": "ar", "occurred_at": "2026-11-22T17:03:11+03:00", "channel": "in_room",
        "reporter": {"id": "21", "role": "trainee", "name": "أحمد القحطاني"}, "about": None,
        "place": {
            "page": "classroom", "course": {"id": "2", "name": "دورة الأمن السيبراني التأسيسية"},
            "activity": {"id": "3", "module": "bigbluebuttonbn", "name": "القاعة المباشرة"}, "group": None,
        },
    }  # fmt: skip
    for name, value in changes.items():
        *way, last = name.split("__")
        inside = said
        for step in way:
            inside = inside[step]
        inside[last] = value
    return said


def dumps(document: object) -> bytes:
    """JSON as a browser or PHP might write it: ASCII escapes, lone surrogates included."""
    return json.dumps(document).encode()


class Callers:
    """An application and those who call it."""

    def __init__(self, world: World, settings: Settings) -> None:
        self.world = world
        self.app: Flask = create_app(settings, world.runtime)
        self.client = self.app.test_client()

    def post(
        self, raw: bytes, headers: Mapping[str, str], path: str = "/v1/reports", kind: str | None = "application/json"
    ) -> TestResponse:
        """POST bytes as they are."""
        return self.client.post(path, data=raw, headers=dict(headers), content_type=kind)

    def site(self, document: Mapping[str, Any], **changes: Any) -> TestResponse:
        """The site sends a report, signed under its id."""
        raw = dumps(document)
        return self.post(raw, signed(str(document.get("id")), raw, **changes))

    def person(self, document: Mapping[str, Any], **changes: Any) -> TestResponse:
        """A person's client sends a report."""
        return self.post(dumps(document), bearer(**changes))

    def read(self, report_id: str, headers: Mapping[str, str] | None = None) -> TestResponse:
        """The site, or whoever the headers prove, reads a report."""
        proof = signed(report_id) if headers is None else headers
        return self.client.get(f"/v1/reports/{report_id}", headers=dict(proof))

    def add(
        self, report_id: str, document: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> TestResponse:
        """The site, or whoever the headers prove, adds to a report."""
        raw = dumps(document)
        proof = signed(str(document.get("id")), raw) if headers is None else headers
        return self.post(raw, proof, f"/v1/reports/{report_id}/additions")


def faults(answer: TestResponse) -> dict[str, str]:
    """The fields that a problem names, with their codes."""
    return {fault["field"]: fault["code"] for fault in answer.get_json().get("errors", [])}
