"""What every channel serves. Its errors are `adapters/errors.py`'s."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Mail:
    """One email to one person.

    Attributes:
        message_id: with its angle brackets; a mail that is sent twice has the same one.
        to: an address. to_name: whose, or empty.
        text, html: the same words, for programs that show the one or the other.
        headers: further ones, by name; a value holds no line break.
    """

    message_id: str
    to: str
    subject: str
    text: str
    html: str
    to_name: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class Mailer(Protocol):
    """Sends email."""

    @property
    def deadline(self) -> float:
        """Seconds after which a try has ended, one way or the other."""

    @property
    def domain(self) -> str:
        """What the ids of our messages end with."""

    def send(self, mail: Mail) -> None:
        """Hand a mail to the server, which has taken it when this returns.

        Raises:
            Unavailable: not now; the same mail may be taken later.
            Refused: never: no such address, or not from us. `code` is the server's (`550`).
        """
