"""What the LMS signs for its people: a token for the classroom's button, and one for each way into our pages."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from sidecar.demo.cast import COURSE, Person, Room
from sidecar.demo.home import SITE
from sidecar.settings import whsec_key


def for_button(secret: str, who: Person, room: Room, language: str) -> str:
    """A person's token for the button in class: two hours."""
    return _signed(secret, who, room, "report", "report:create report:read-own", timedelta(hours=2), language)


def for_page(secret: str, target: str, who: Person, room: Room | None, language: str) -> str:
    """A launch: one minute, once."""
    return _signed(secret, who, room, "launch", f"launch:{target}", timedelta(seconds=60), language)


def _signed(
    secret: str, who: Person, room: Room | None, audience: str, scope: str, life: timedelta, language: str
) -> str:
    now = datetime.now(UTC)
    claims: dict[str, Any] = {
        "iss": SITE, "aud": audience, "sub": who.id, "name": who.name, "locale": language, "role": who.role,
        "ctx": {"course": COURSE["id"], "activity": room and room.activity, "group": room and room.group},
        "scope": scope, "iat": int(now.timestamp()), "exp": int((now + life).timestamp()), "jti": str(uuid.uuid4()),
    }  # fmt: skip
    return jwt.encode(claims, whsec_key(secret), algorithm="HS256")
