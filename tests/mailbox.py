"""A real SMTP server on this machine, whose mailboxes tests read."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests import servers


class Mailbox:
    """What arrives.

    Attributes:
        arrived: every mail, parsed, with the envelope's recipient in `X-To`.
        refused: addresses that no mailbox has (550). later: those that are busy (450).
    """

    def __init__(self) -> None:
        self.arrived: list[EmailMessage] = []
        self.refused: set[str] = set()
        self.later: set[str] = set()
        self.after: Callable[[], None] = lambda: None

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if address in self.refused:
            return "550 5.1.1 no such mailbox"
        if address in self.later:
            return "450 4.2.1 mailbox busy"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content, policy=policy.default)
        message["X-To"] = ", ".join(envelope.rcpt_tos)
        self.arrived.append(message)  # type: ignore[arg-type]
        self.after()
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        """What arrived for an address."""
        return [mail for mail in self.arrived if mail["X-To"] == address]


def text_of(mail: EmailMessage) -> str:
    """The words of a mail as they are read, without the marks that isolate them."""
    part = mail.get_body(("plain",))
    assert part is not None
    return "".join(letter for letter in str(part.get_content()) if letter not in "\u2068\u2069")


def html_of(mail: EmailMessage) -> str:
    """The page in a mail."""
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for `localhost`, and its key."""
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", cert],
        check=True, capture_output=True,
    )  # fmt: skip
    return cert, key


@contextmanager
def serving(
    *, user: tuple[str, str] | None = None, tls: tuple[Path, Path] | None = None
) -> Iterator[tuple[Mailbox, int]]:
    """A server and its port. With `user`, only who signs in may send; with `tls`, only after STARTTLS."""
    box = Mailbox()
    options: dict[str, Any] = {}
    if user is not None:

        def authenticate(_server: Any, _session: Any, _envelope: Any, _how: str, data: object) -> AuthResult:
            given = (data.login.decode(), data.password.decode()) if isinstance(data, LoginPassword) else None
            return AuthResult(success=given == user, handled=False)

        options |= {"authenticator": authenticate, "auth_required": True, "auth_require_tls": tls is not None}
    if tls is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*tls)
        options |= {"tls_context": context, "require_starttls": True}
    port = servers.free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()
