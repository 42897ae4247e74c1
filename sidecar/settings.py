"""Everything the environment may say, read once (contract.md, "Configuration"). A missing secret refuses to start."""

from __future__ import annotations

import base64
import binascii
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from adapters.channels.email import EmailSettings
from adapters.lms.moodle.profiles import DEFAULT_FIELDS
from adapters.lms.moodle.writing import unwritable
from adapters.lms.port import WRITABLE
from sidecar.channels_file import ChannelsError, email_of, registers_of

T = TypeVar("T")

# It travels in a header and stands in keys whose parts are joined by "|".
_SITE_ID = re.compile(r"(?!(?:local|nidaa)$)[A-Za-z0-9._-]{1,64}")  # those two name what is of no site


class SettingsError(Exception):
    """A setting is missing or makes no sense; the message names it and never holds its value."""


@dataclass(frozen=True, slots=True)
class Site:
    """One LMS of the institute.

    Attributes:
        secrets: `whsec_…` as written, newest first; any of them proves the site while it rotates.
        valid_from: tokens issued before it prove nothing.
        fields: which of the LMS's profile fields hold what certificates need, where they are not named as usual.
        writes: which of those are written when a trainer has confirmed what a trainee sent.
    """

    id: str
    kind: str
    url: str
    token: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)
    valid_from: datetime | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    writes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Settings:
    """The configuration of one process."""

    data_dir: Path
    database_url: str = field(repr=False)
    broker_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    base_url: str
    listen: str
    policy_dir: Path | None
    sites: Mapping[str, Site]
    email: EmailSettings | None = None
    registers: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)  # how each is reached
    proxies: int = 0

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Read `NIDAA_*`.

        Raises:
            SettingsError: naming the variable (or file and key) and the reason.
        """
        env = os.environ if env is None else env
        data_dir = Path(env.get("NIDAA_DATA_DIR") or ".nidaa").resolve()
        listen = env.get("NIDAA_LISTEN") or "127.0.0.1:8080"
        policy_dir = env.get("NIDAA_POLICY_DIR")
        return cls(
            data_dir=data_dir,
            database_url=_database_url(env.get("NIDAA_DATABASE_URL"), data_dir),
            broker_url=env.get("NIDAA_BROKER_URL") or "filesystem://",
            secret_key=_secret_key(env.get("NIDAA_SECRET_KEY", "")),
            base_url=(env.get("NIDAA_BASE_URL") or f"http://{listen}").rstrip("/"),
            listen=listen,
            policy_dir=Path(policy_dir) if policy_dir else None,
            sites=_sites(env.get("NIDAA_SITES")),
            email=_of_channels(email_of, env.get("NIDAA_CHANNELS")),
            registers=_of_channels(registers_of, env.get("NIDAA_CHANNELS")),
            proxies=_proxies(env.get("NIDAA_PROXIES", "")),
        )

    @property
    def embedded_broker(self) -> bool:
        """Whether Celery speaks through folders of `data_dir` instead of a server."""
        return self.broker_url.startswith("filesystem:")


def _proxies(given: str) -> int:
    if given and not (given.isascii() and given.isdigit() and int(given) <= 5):
        raise SettingsError("NIDAA_PROXIES: how many proxies of ours stand before the web process, 0 to 5")
    return int(given or 0)


def _of_channels(read: Callable[[str | None], T], file: str | None) -> T:
    try:
        return read(file)
    except ChannelsError as error:
        raise SettingsError(str(error)) from None


def _database_url(url: str | None, data_dir: Path) -> str:
    if not url:
        return f"sqlite:///{data_dir / 'nidaa.sqlite3'}"
    for plain in ("postgres://", "postgresql://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


def _secret_key(key: str) -> str:
    if len(key.encode()) < 32:
        raise SettingsError("NIDAA_SECRET_KEY: at least 32 bytes are needed; make one with `openssl rand -base64 48`")
    return key


def _sites(file: str | None) -> dict[str, Site]:
    if not file:
        return {}
    try:
        document = tomllib.loads(Path(file).read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"NIDAA_SITES: {file} cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"NIDAA_SITES: {file} is no TOML: {error}") from None
    tables = document.get("sites")
    if not isinstance(tables, dict) or not tables:
        raise SettingsError("NIDAA_SITES: no [sites.<id>] table")
    return {site_id: _site(site_id, table) for site_id, table in tables.items()}


def _site(site_id: str, table: Any) -> Site:
    where = f"NIDAA_SITES: sites.{site_id}"
    if not isinstance(table, dict) or not _SITE_ID.fullmatch(site_id):
        raise SettingsError(f"{where}: an id of at most 64 Latin letters, digits and .-_ and a table are needed")
    unknown = set(table) - {"kind", "url", "token", "secrets", "valid_from", "fields", "writes"}
    if unknown:
        raise SettingsError(f"{where}.{min(unknown)}: unknown key")
    kind, url, token = table.get("kind", "moodle"), table.get("url", ""), table.get("token", "")
    secrets = table.get("secrets")
    fields = table.get("fields", {})
    if kind not in ("moodle", "none"):
        raise SettingsError(f"{where}.kind: 'moodle' or 'none'")
    if not isinstance(url, str) or (kind == "moodle" and not url.startswith(("http://", "https://"))):
        raise SettingsError(f"{where}.url: the LMS's http(s) address")
    if not isinstance(token, str):
        raise SettingsError(f"{where}.token: text")
    if not isinstance(fields, dict):
        raise SettingsError(f"{where}.fields: a table")
    fields = {str(k): str(v) for k, v in fields.items()}
    if not isinstance(secrets, list) or not 1 <= len(secrets) <= 2:
        raise SettingsError(f"{where}.secrets: one secret, or two while rotating")
    valid_from = table.get("valid_from")
    if valid_from is not None and not isinstance(valid_from, datetime):
        raise SettingsError(f"{where}.valid_from: a date and time")
    if valid_from is not None and valid_from.tzinfo is None:
        valid_from = valid_from.replace(tzinfo=UTC)
    return Site(
        id=site_id,
        kind=kind,
        url=url.rstrip("/"),
        token=token,
        secrets=tuple(_whsec(where, secret) for secret in secrets),
        valid_from=valid_from,
        fields=fields,
        writes=_writes(where, table.get("writes", []), fields),
    )


def _writes(where: str, listed: object, fields: Mapping[str, str]) -> frozenset[str]:
    """Only telephone columns and custom fields: the function that writes them could change passwords as well."""
    if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
        raise SettingsError(f"{where}.writes: a list of {', '.join(WRITABLE)}")
    if (name := unwritable({**DEFAULT_FIELDS, **fields}, listed)) is not None:
        raise SettingsError(
            f"{where}.writes: {name[:40]!r} is never written; only {', '.join(WRITABLE)}, and only to phone1, phone2 "
            "or a custom profile field"
        )
    return frozenset(listed)


def _whsec(where: str, secret: object) -> str:
    """A Standard Webhooks secret of at least 32 bytes, as written."""
    if not isinstance(secret, str) or not secret.startswith("whsec_"):
        raise SettingsError(f"{where}.secrets: each begins with whsec_")
    text = secret.removeprefix("whsec_").rstrip("=")
    try:
        # Strictly: what one library skips and another refuses (`-`, `_`, a blank) makes two keys of one secret.
        decoded = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise SettingsError(f"{where}.secrets: base64 after whsec_") from None
    if len(decoded) < 32:
        raise SettingsError(f"{where}.secrets: at least 32 bytes behind whsec_")
    return secret


def whsec_key(secret: str) -> bytes:
    """The bytes behind `whsec_`: what signs webhooks and, shared safely, person tokens."""
    return base64.b64decode(secret.removeprefix("whsec_") + "==")
