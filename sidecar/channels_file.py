"""`NIDAA_CHANNELS`: how each outside channel and register is reached. What the file does not name is off."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, Final

from adapters.channels.email import EmailSettings

_SECURITY: Final = {"starttls": 587, "tls": 465, "none": 25}
_ADDRESS: Final = re.compile(r"[^@\s<>\"]+@[A-Za-z0-9.-]+")
_KIND: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")
_TEXTS: Final = ("host", "from", "from_name", "username", "password", "reply_to", "security")


class ChannelsError(Exception):
    """The file makes no sense; the message names the key and never holds a value."""


def email_of(file: str | None) -> EmailSettings | None:
    """The mail server of `[channels.email]`; None where there is none.

    Raises:
        ChannelsError: naming the key and the reason.
    """
    table = _document(file).get("channels", {}).get("email")
    if table is None:
        return None
    where = "NIDAA_CHANNELS: channels.email"
    if not isinstance(table, dict):
        raise ChannelsError(f"{where}: a table")
    if unknown := set(table) - {*_TEXTS, "port"}:
        raise ChannelsError(f"{where}.{min(unknown)}: unknown key")
    texts = _texts(table, where)
    security = texts["security"] or "starttls"
    if security not in _SECURITY:
        raise ChannelsError(f"{where}.security: 'starttls', 'tls' or 'none'")
    port = table.get("port", _SECURITY[security])
    if not isinstance(port, int) or isinstance(port, bool) or not 0 < port < 65536:
        raise ChannelsError(f"{where}.port: a number below 65536")
    return EmailSettings(
        host=texts["host"], port=port, security=security, sender=texts["from"], sender_name=texts["from_name"],
        username=texts["username"], password=texts["password"], reply_to=texts["reply_to"],
    )  # fmt: skip


def _texts(table: dict[str, Any], where: str) -> dict[str, str]:
    texts = {name: table.get(name, "") for name in _TEXTS}
    for name, value in texts.items():
        if not isinstance(value, str):
            raise ChannelsError(f"{where}.{name}: text")
    if not texts["host"]:
        raise ChannelsError(f"{where}.host: the mail server's name")
    for name in ("from", "reply_to"):
        if (name == "from" or texts[name]) and not _ADDRESS.fullmatch(texts[name]):
            raise ChannelsError(f"{where}.{name}: an email address")
    if bool(texts["username"]) != bool(texts["password"]):
        raise ChannelsError(f"{where}.password: with a user's name, and only with one")
    return texts


def registers_of(file: str | None) -> dict[str, dict[str, str]]:
    """How each register with an interface is reached, by its name in the policy: texts that its adapter asks for.

    Raises:
        ChannelsError: naming the key and the reason.
    """
    found = _document(file).get("registers", {})
    for name, table in found.items():
        where = f"NIDAA_CHANNELS: registers.{name[:40]}"
        if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
            raise ChannelsError(f"{where}: a table of texts")
        if not _KIND.fullmatch(table.get("kind", name)):
            raise ChannelsError(f"{where}.kind: the name of a file in adapters/certificates")
    return {name: dict(table) for name, table in found.items()}


def _document(file: str | None) -> dict[str, Any]:
    if not file:
        return {}
    try:
        document = tomllib.loads(Path(file).read_text(encoding="utf-8"))
    except OSError as error:
        raise ChannelsError(f"NIDAA_CHANNELS: {file} cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ChannelsError(f"NIDAA_CHANNELS: {file} is no TOML: {error}") from None
    if not document or set(document) - {"channels", "registers"}:
        raise ChannelsError("NIDAA_CHANNELS: tables [channels.<name>] and [registers.<name>]")
    if not all(isinstance(table, dict) for table in document.values()):
        raise ChannelsError("NIDAA_CHANNELS: tables [channels.<name>] and [registers.<name>]")
    if unknown := set(document.get("channels", {})) - {"email"}:
        raise ChannelsError(f"NIDAA_CHANNELS: channels.{min(unknown)}: no such channel")
    return document
