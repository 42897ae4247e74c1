"""Email by SMTP (RFC 5321): one mail, one connection, one person.

What a server answers with 4xx, and every failure to reach it, is for later; 5xx is final.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final

from adapters.channels.port import Mail
from adapters.errors import Refused, Unavailable

_A_STEP: Final = 8.0  # seconds of silence that a server may keep at one step
_STEPS: Final = 8  # connect, EHLO, STARTTLS, EHLO, AUTH, MAIL, RCPT, DATA
_LOST: Final = (OSError, smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError, smtplib.SMTPHeloError)


@dataclass(frozen=True, slots=True)
class EmailSettings:
    """How the institute's mail server is reached.

    Attributes:
        security: `starttls`, `tls` from the first byte, or `none` (a relay on this very machine).
        sender: the address that mails come from. reply_to: a mailbox that people read, if there is one.
    """

    host: str
    port: int
    security: str
    sender: str
    sender_name: str = ""
    username: str = ""
    password: str = field(default="", repr=False)
    reply_to: str = ""


class Email:
    """Sends by one server.

    Args:
        context: trusted certificates; the system's own by default.
    """

    def __init__(self, settings: EmailSettings, *, context: ssl.SSLContext | None = None) -> None:
        self._settings = settings
        self._context = context or ssl.create_default_context()

    @property
    def deadline(self) -> float:
        """As the port says."""
        return _A_STEP * _STEPS

    @property
    def domain(self) -> str:
        """As the port says."""
        return self._settings.sender.rpartition("@")[2]

    def send(self, mail: Mail) -> None:
        """As the port says."""
        message = self._written(mail)
        self._talk(lambda server: server.send_message(message, from_addr=self._settings.sender, to_addrs=[mail.to]))

    def check(self) -> None:
        """Sign in and leave again.

        Raises:
            Unavailable, Refused
        """
        self._talk(lambda server: server.noop())

    def _talk(self, say: Callable[[smtplib.SMTP], object]) -> None:
        try:
            with self._connected() as server:
                say(server)
        except smtplib.SMTPRecipientsRefused as error:
            code, _words = next(iter(error.recipients.values()))
            raise _answered(code, "the recipient") from None
        except smtplib.SMTPNotSupportedError:
            raise Refused("the mail server lacks what the settings ask for", code="unsupported") from None
        except smtplib.SMTPResponseException as error:
            raise _answered(error.smtp_code, type(error).__name__) from None
        except ssl.SSLCertVerificationError:
            raise Refused("the mail server's certificate is not trusted", code="certificate") from None
        except _LOST as error:
            raise Unavailable(f"the mail server cannot be reached: {type(error).__name__}") from None

    def _connected(self) -> smtplib.SMTP:
        one = self._settings
        if one.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(one.host, one.port, timeout=_A_STEP, context=self._context)
        else:
            server = smtplib.SMTP(one.host, one.port, timeout=_A_STEP)
        try:
            if one.security == "starttls":
                server.starttls(context=self._context)
            if one.username:
                server.login(one.username, one.password)
        except BaseException:
            server.close()
            raise
        return server

    def _written(self, mail: Mail) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["Message-ID"] = mail.message_id
        message["From"] = _address(self._settings.sender, self._settings.sender_name)
        message["To"] = _address(mail.to, mail.to_name)
        message["Subject"] = _one_line(mail.subject)
        if self._settings.reply_to:
            message["Reply-To"] = _address(self._settings.reply_to, "")
        for name, value in mail.headers.items():
            message[name] = _one_line(value)
        message.set_content(mail.text)
        message.add_alternative(mail.html, subtype="html")
        return message


def _answered(code: int, what: str) -> Unavailable | Refused:
    kind = Refused if code >= 500 else Unavailable
    return kind(f"the mail server answered {code} to {what}", code=str(code))


def _address(address: str, name: str) -> Address:
    """An address with its name. A name is somebody's words: what would end the line is taken out.

    Raises:
        Refused: it is no address.
    """
    try:
        return Address(display_name=_one_line(name), addr_spec=address)
    except Exception:  # the library lets several kinds through; each means that this is no address
        raise Refused("this is no address", code="address") from None


def _one_line(text: str) -> str:
    return " ".join(text.split())
