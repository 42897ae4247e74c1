"""Proof of work on the public form (P6.6): how hard it is, how long it holds, and the terms of sending without. Pure.

A browser with a script works a proof out by itself. Whoever has none waits longer and sends less. A class that is about
to begin waits for nothing: whoever says so is asked for no proof and is counted apart from everybody else (P11).
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sidecar.domain.public_form import QUICKEST, Door, Said

ALGORITHM: Final = "PBKDF2/SHA-256"
COST: Final = 5_000
COUNTERS: Final = (200, 400)
"""Where the answer lies, from and to: the work is never more than twice another's. Measured in decision 0032."""
HOLDS: Final = timedelta(minutes=30)
UNPROVEN_WAITS: Final = timedelta(seconds=20)

_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` of those that are counted under `what`, within `within`."""

    what: str
    most: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class Terms:
    """On which somebody may send.

    Attributes:
        waits: from being given the form to sending it, at least.
        limits: how many may come; each is counted.
    """

    waits: timedelta
    limits: tuple[Limit, ...]


def terms(said: Said, address: str, *, proven: bool, class_soon: bool) -> Terms:
    """The terms of one form.

    Args:
        address: where it comes from.
        class_soon: its sender says that class begins within half an hour.
    """
    contact = (said.email or said.phone or said.name).casefold()
    if said.door is Door.CANNOT_GET_IN and class_soon:
        # By both together: who knows a trainer's address must not be able to use up the trainer's turns.
        mine = Limit(f"urgent of {contact} from {address}", 6, _HOUR)
        return Terms(QUICKEST, (Limit(f"urgent from {address}", 20, _HOUR), mine))
    limits = [Limit(f"from {address}", 20, _HOUR)]  # a school behind one address has many senders
    if contact:
        limits.append(Limit(f"of {contact}", 6, _HOUR))
    if proven:
        return Terms(QUICKEST, tuple(limits))
    if said.door is not Door.CANNOT_GET_IN:  # what floods the other doors must not shut this one
        limits += [Limit(f"unproven from {address}", 5, _HOUR), Limit("unproven", 60, _HOUR)]
    return Terms(UNPROVEN_WAITS, tuple(limits))


def challenge_key(secret: bytes) -> bytes:
    """What signs challenges."""
    return hmac.digest(secret, b"nidaa proof of work", "sha256")


def answer_key(secret: bytes) -> bytes:
    """What signs their answers, so that one is known to be right without being worked out again."""
    return hmac.digest(secret, b"nidaa proof of work, answers", "sha256")
