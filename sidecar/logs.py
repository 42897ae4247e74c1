"""Logs as JSON lines with ids and codes; no secret and no personal data reaches them."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

_SECRET = re.compile(
    r"whsec_[A-Za-z0-9+/=_-]+"
    r"|eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"  # a JWT
    r"|(?<=://)[^/@\s:]*:[^/@\s]+(?=@)"  # a URL's user and password; redis:// has no user
    r"|(?<=wstoken=)\w+"
    r"|(?<=/t/)[A-Za-z0-9_-]{40,}"  # a tracking link
    r"|(?<=[?&]q=)[^&\s\"']+"  # what somebody searched for: a name, a telephone number
)


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The last processor before writing: what looks like a secret never passes, wherever it came from."""
    return {name: _clean(value) for name, value in event.items()}


def _clean(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, Mapping):
        return {str(name): _clean(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_clean(inner) for inner in value]
    return _SECRET.sub("[redacted]", value if isinstance(value, str) else repr(value))


class RedactingFormatter(logging.Formatter):
    """The same for libraries that log by themselves."""

    def format(self, record: logging.LogRecord) -> str:
        """The formatted record without secrets."""
        return _SECRET.sub("[redacted]", super().format(record))


def configure(level: int = logging.INFO) -> None:
    """JSON lines on standard error."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            redact,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    # A broker of folders has no host name, and kombu warns of it at every connection.
    logging.getLogger("kombu.connection").setLevel(logging.ERROR)
