"""PHP signs and Python verifies, and back: with the sidecar's own code on one side and the plugin's on the other."""

from __future__ import annotations

import base64
import time
import uuid
from typing import Any

import jwt
import pytest

from sidecar.identity import Proofs, SiteCaller, Unproven
from sidecar.settings import whsec_key
from tests.lms_plugin.php_side import speak
from tests.sidecar.api.callers import NEW, OLD, OTHER, Callers, body, dumps, signature, site_of
from tests.worlds import SITE

BODIES = [b"", '{"text":"شكراً 🙂\\n"}'.encode(), b'{"text":"\xff\xfe"}', b"x" * 65536]


def encoded(raw: bytes) -> str:
    """Bytes on their way through JSON."""
    return base64.b64encode(raw).decode()


def headers(message: str, raw: bytes, *secrets: str, at: int | None = None) -> dict[str, str]:
    """A message's headers as the plugin signs it."""
    at = int(time.time()) if at is None else at
    return {
        "nidaa-site": SITE,
        "webhook-id": message,
        "webhook-timestamp": str(at),
        "webhook-signature": speak("sign", secrets=secrets, id=message, time=at, body=encoded(raw)),
    }


@pytest.mark.parametrize("raw", BODIES, ids=["empty", "arabic", "no-utf-8", "64-kib"])
@pytest.mark.parametrize("secrets", [(NEW,), (OLD,), (NEW, OLD), (OTHER, NEW)], ids=["new", "old", "both", "half"])
def test_php_signs_and_python_verifies(raw: bytes, secrets: tuple[str, ...]) -> None:
    proofs = Proofs({SITE: site_of()}, frozenset)
    message = str(uuid.uuid4())
    assert proofs.prove(headers(message, raw, *secrets), raw, "report:create") == SiteCaller(SITE, message)


def test_what_php_signs_with_a_foreign_secret_or_too_long_ago_proves_nothing() -> None:
    proofs = Proofs({SITE: site_of()}, frozenset)
    message = str(uuid.uuid4())
    old = int(time.time()) - 400
    for wrong in (headers(message, b"{}", OTHER), headers(message, b"{}", NEW, at=old), headers(message, b"{ }", NEW)):
        with pytest.raises(Unproven):
            proofs.prove(wrong, b"{}", "report:create")


@pytest.mark.parametrize("raw", BODIES, ids=["empty", "arabic", "no-utf-8", "64-kib"])
def test_python_signs_and_php_verifies(raw: bytes) -> None:
    now = int(time.time())
    good = signature(NEW, "message", now, raw)
    asked: dict[str, Any] = {"id": "message", "time": str(now), "body": encoded(raw), "now": now}
    assert speak("verify", secrets=[OLD, NEW], header=f"v1,AAAA {good}", **asked) is True
    assert speak("verify", secrets=[OTHER], header=good, **asked) is False
    assert speak("verify", secrets=[NEW], header=good, **(asked | {"body": encoded(raw + b" ")})) is False
    assert speak("verify", secrets=[NEW], header=good, **(asked | {"now": now + 301})) is False


PERSON = {"sub": 21, "name": "أحمد القحطاني", "locale": "ar", "role": "trainee"}


def test_a_clients_token_of_the_plugin_reports_and_reads_back(api: Callers) -> None:
    now = int(time.time())
    ctx = {"course": 2, "activity": 3, "group": None, "session": "bbb-3"}
    for secret, status in ((NEW, 202), (OLD, 202), (OTHER, 401)):
        given = speak("token", person=PERSON, ctx=ctx, now=now, expires=now + 7200, jti=uuid.uuid4().hex, secret=secret)
        proof = {"Authorization": f"Bearer {given}"}
        report = body()
        assert api.post(dumps(report), proof).status_code == status
        if status == 202:
            assert api.read(report["id"], proof).status_code == 200


@pytest.mark.parametrize("target", ["room", "roster", "desk", "mine", "questions"])
def test_a_launch_token_opens_one_page_for_a_minute(api: Callers, target: str) -> None:
    now = int(time.time())
    given = speak(
        "launch", target=target, person=PERSON | {"role": "room_manager"}, ctx={"course": "2", "activity": "3"},
        now=now, jti="once", secret=NEW,
    )  # fmt: skip
    claims = jwt.decode(
        given, whsec_key(NEW), algorithms=["HS256"], audience="launch", issuer=SITE,
        options={"require": ["iss", "aud", "sub", "iat", "exp", "jti"], "strict_aud": True},
    )  # fmt: skip
    assert claims == {
        "iss": SITE, "aud": "launch", "sub": "21", "name": "أحمد القحطاني", "locale": "ar", "role": "room_manager",
        "ctx": {"course": "2", "activity": "3", "group": None, "session": None}, "scope": f"launch:{target}",
        "iat": now, "exp": now + 60, "jti": "once",
    }  # fmt: skip
    # A token for a page is none for the API.
    assert api.post(dumps(body()), {"Authorization": f"Bearer {given}"}).status_code == 401
