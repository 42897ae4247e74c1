"""The form for somebody without an account (P6.6, P11): what it takes, and what makes it a machine's. Pure."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from sidecar.domain.means import usable
from sidecar.domain.plain_text import storable
from sidecar.domain.report import Kind, Role

HOUSE: Final = "nidaa"
"""The site of reports that no LMS sends."""
LONGEST: Final = 4000
_SHORT: Final = 300
QUICKEST: Final = timedelta(seconds=3)  # nobody reads and writes faster
SLOWEST: Final = timedelta(hours=3)


class Door(StrEnum):
    """What somebody comes with."""

    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    QUESTION = "question"
    CANNOT_GET_IN = "cannot_get_in"


KIND_OF: Final[Mapping[Door, Kind]] = MappingProxyType(
    {
        Door.COMPLAINT: Kind.COMPLAINT, Door.SUGGESTION: Kind.SUGGESTION, Door.QUESTION: Kind.INQUIRY,
        Door.CANNOT_GET_IN: Kind.SUPPORT_REQUEST,
    }
)  # fmt: skip


class Wrong(StrEnum):
    """Why a field is refused."""

    NEEDED = "needed"
    TOO_LONG = "too_long"
    UNSTORABLE = "unstorable"
    NO_ADDRESS = "no_address"
    NO_NUMBER = "no_number"
    NO_WAY_BACK = "no_way_back"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody typed."""

    door: Door
    name: str
    email: str
    phone: str
    role: str
    category: str
    course: str
    text: str
    remedy: str
    preference: str


_ROLES: Final = frozenset({Role.TRAINEE, Role.TRAINER, Role.VISITOR})


def wrong(said: Said, categories: frozenset[str]) -> dict[str, Wrong]:
    """Which fields are wrong, and why.

    Args:
        categories: those that this door offers.
    """
    found = _wrong_words(said)
    if said.email and usable(said.email) is None:
        found.setdefault("email", Wrong.NO_ADDRESS)
    if said.phone and not 7 <= sum(one.isdigit() for one in said.phone) <= 15:
        found.setdefault("phone", Wrong.NO_NUMBER)
    if not said.email and not said.phone and said.door is not Door.SUGGESTION:
        found["email"] = Wrong.NO_WAY_BACK  # P7: who complains is told by email or telephone
    if said.preference == "call" and not said.phone:
        found.setdefault("phone", Wrong.NEEDED)
    chosen = {
        "category": (said.category, categories), "role": (said.role, _ROLES), "preference": (said.preference, _WAYS),
    }  # fmt: skip
    return found | {name: Wrong.UNKNOWN for name, (value, known) in chosen.items() if value not in known}


_WAYS: Final = frozenset({"", "email", "call"})


def _wrong_words(said: Said) -> dict[str, Wrong]:
    bounds = {"name": _SHORT, "email": _SHORT, "phone": _SHORT, "course": _SHORT, "remedy": LONGEST, "text": LONGEST}
    found: dict[str, Wrong] = {} if said.text else {"text": Wrong.NEEDED}
    for name, longest in bounds.items():
        value = str(getattr(said, name))
        if not storable(value):
            found[name] = Wrong.UNSTORABLE
        elif len(value) > longest:
            found[name] = Wrong.TOO_LONG
    return found


def stamp(secret: bytes, now: datetime) -> str:
    """What a form carries that says when it was given out, and by us."""
    seconds = str(int(now.timestamp()))
    return f"{seconds}.{_mac(secret, seconds)}"


def stamped_at(secret: bytes, given: str) -> datetime | None:
    """When a form was given out; None where it was not ours."""
    seconds, _, mac = given.partition(".")
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 12 and mac.isascii()):
        return None
    if not hmac.compare_digest(mac, _mac(secret, seconds)):
        return None
    return datetime.fromtimestamp(int(seconds), UTC)


def _mac(secret: bytes, seconds: str) -> str:
    return hmac.digest(secret, b"nidaa public form " + seconds.encode(), "sha256").hex()[:32]
