"""No secret passes the log, wherever it came from."""

from __future__ import annotations

import json
import logging

import pytest
import structlog

from sidecar import logs

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIyMSJ9.c2lnbmF0dXJl"
WHSEC = "whsec_bmV2ZXIgc2hvdyB0aGlz/+A="
SECRETS = [
    (WHSEC, [WHSEC]),
    (f"Bearer {JWT}", [JWT]),
    ("postgresql+psycopg://nidaa:geheim@db:5432/nidaa", ["geheim"]),
    ("redis://:geheim@redis:6379/0", ["geheim"]),
    ("GET /webservice/rest/server.php?wstoken=0123456789abcdef&x=1", ["0123456789abcdef"]),
]


@pytest.mark.parametrize(("text", "hidden"), SECRETS)
@pytest.mark.parametrize("shape", ["text", "list", "dict", "exception", "key"])
def test_a_secret_is_redacted_in_whatever_shape_it_is_logged(text: str, hidden: list[str], shape: str) -> None:
    value: object = {
        "text": text, "list": ["x", (text,)], "dict": {"a": {"b": text}}, "exception": RuntimeError(text), "key": text,
    }[shape]  # fmt: skip
    written = structlog.processors.JSONRenderer()(None, "info", logs.redact(None, "info", {"event": "e", "x": value}))
    assert "[redacted]" in str(written)
    assert [secret for secret in hidden if secret in str(written)] == []


def test_what_is_no_secret_stays_as_it_is() -> None:
    event = {"event": "stored", "n": 3, "ok": True, "none": None, "took": 0.5, "url": "https://lms.example/a?id=7"}
    assert logs.redact(None, "info", dict(event)) == event
    assert json.dumps(event)


@pytest.mark.parametrize(("text", "hidden"), SECRETS)
def test_what_libraries_log_by_themselves_is_redacted_too(text: str, hidden: list[str]) -> None:
    try:
        raise RuntimeError(text)
    except RuntimeError as error:
        info = (type(error), error, error.__traceback__)
    record = logging.LogRecord("celery", logging.ERROR, "x.py", 1, "failed with %s", (text,), info)
    written = logs.RedactingFormatter("%(message)s").format(record)
    assert [secret for secret in hidden if secret in written] == []
