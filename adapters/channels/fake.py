"""A mail server for tests and the demo: keeps what it takes, and refuses what a real one refuses."""

from __future__ import annotations

import re
from collections.abc import Callable

from adapters.channels.port import Mail
from adapters.errors import Refused, Unavailable

_ADDRESS = re.compile(r"[^@\s<>]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


class FakeMailer:
    """Takes mails in memory.

    Attributes:
        taken: every mail, in order; one that is sent twice stands there twice.
        is_up: whether it answers at all.
        unknown: addresses that it refuses as a server does that knows no such mailbox.
    """

    deadline = 1.0
    domain = "nidaa.example"

    def __init__(self) -> None:
        self.taken: list[Mail] = []
        self.is_up = True
        self.unknown: set[str] = set()
        self.after: Callable[[Mail], None] = lambda _mail: None

    def send(self, mail: Mail) -> None:
        """As the port says."""
        if not self.is_up:
            raise Unavailable("the mail server cannot be reached: ConnectionRefusedError")
        if not _ADDRESS.fullmatch(mail.to):
            raise Refused("this is no address", code="address")
        if mail.to in self.unknown:
            raise Refused("the mail server answered 550 to the recipient", code="550")
        self.taken.append(mail)
        self.after(mail)
