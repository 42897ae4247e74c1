"""A number of identity that waits to be entered in the LMS: sealed in its row, and erased with what it waits for."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken


def close(key: bytes, number: str) -> str:
    """The number as a row keeps it; `key` is of 32 bytes (`Runtime.seal_key`)."""
    return _of(key).encrypt(number.encode()).decode()


def opened(key: bytes, sealed: str | None) -> str | None:
    """The number; None where there is none any more, or the secret has changed since."""
    try:
        return _of(key).decrypt(sealed.encode()).decode() if sealed else None
    except InvalidToken:
        return None


def _of(key: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(key))
