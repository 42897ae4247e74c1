"""The signed link by which a reporter without a login reads one report and no other.

The link grants reading that report and adding to it, so it goes to its reporter alone. It is not kept anywhere: whoever
has the secret can make it again, and a new secret ends every link there is.
"""

from __future__ import annotations

import hmac
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

_LABEL: Final = b"nidaa tracking link 1:"
_PROOF: Final = 16  # bytes: as hard to guess as the key of a report itself
_LENGTH: Final = 43  # characters of a token: 32 bytes in base64 without padding


def token_of(secret: bytes, report_key: uuid.UUID) -> str:
    """The token of a report: its key and the proof that we made it, in letters that a link may hold."""
    return urlsafe_b64encode(report_key.bytes + _proof(secret, report_key)).decode().rstrip("=")


def report_of(secret: bytes, token: str) -> uuid.UUID | None:
    """The report's key, if we made this token with this secret."""
    if len(token) != _LENGTH or not token.isascii():
        return None
    try:
        told = urlsafe_b64decode(token + "=")
    except ValueError:
        return None
    if len(told) != 16 + _PROOF:
        return None
    key = uuid.UUID(bytes=told[:16])
    # Compared as text too: base64 has several spellings of one token, and only ours is good.
    return key if hmac.compare_digest(token, token_of(secret, key)) else None


def _proof(secret: bytes, report_key: uuid.UUID) -> bytes:
    return hmac.digest(secret, _LABEL + report_key.bytes, "sha256")[:_PROOF]
