"""Text that people wrote, before it is kept or shown: what no database takes, and what would turn a line round."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

# Embeddings, overrides and isolates: they would turn, or close, what stands around a name.
_TURNING: Final = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def storable(text: str) -> bool:
    """Whether every database takes it: no NUL, no lone surrogate."""
    if "\x00" in text:
        return False
    return text.isascii() or _encodes(text)


def storable_whole(value: Any) -> bool:
    """The same of every text in a value as JSON has it."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, Mapping):
        return all(storable_whole(key) and storable_whole(one) for key, one in value.items())
    return all(map(storable_whole, value)) if isinstance(value, (list, tuple)) else True


def unturned(text: str) -> str:
    """A name or a line without the controls that turn text round: to isolate it is the page's to do."""
    return _TURNING.sub("", text)


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
