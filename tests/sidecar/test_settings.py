"""The environment, read once: what is missing or senseless refuses to start and names itself (contract.md)."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sidecar.settings import Settings, SettingsError, whsec_key

KEY = "a text of thirty-two bytes, at least"
NEW = "whsec_" + base64.b64encode(b"n" * 32).decode()
OLD = "whsec_" + base64.b64encode(b"o" * 40).decode()
GOOD = f"""
[sites.academy]
kind = "moodle"
url = "https://lms.example/moodle/"
token = "0123456789abcdef"
secrets = ["{NEW}", "{OLD}"]
"""


def read(tmp_path: Path, sites: str | bytes | None = None, **env: str) -> Settings:
    """Settings from this environment alone."""
    if sites is not None:
        file = tmp_path / "sites.toml"
        file.write_bytes(sites if isinstance(sites, bytes) else sites.encode())
        env["NIDAA_SITES"] = str(file)
    return Settings.from_env({"NIDAA_SECRET_KEY": KEY, "NIDAA_DATA_DIR": str(tmp_path)} | env)


def test_a_key_alone_is_enough_and_the_rest_has_defaults(tmp_path: Path) -> None:
    found = read(tmp_path)
    assert found.database_url == f"sqlite:///{tmp_path}/nidaa.sqlite3"
    assert found.embedded_broker
    assert (found.listen, found.base_url) == ("127.0.0.1:8080", "http://127.0.0.1:8080")
    assert (found.policy_dir, dict(found.sites)) == (None, {})


def test_everything_may_be_said(tmp_path: Path) -> None:
    found = read(
        tmp_path, GOOD, NIDAA_DATABASE_URL="postgresql://u:p@db/nidaa", NIDAA_BROKER_URL="redis://:p@r/0",
        NIDAA_BASE_URL="https://nidaa.example/", NIDAA_LISTEN="0.0.0.0:9", NIDAA_POLICY_DIR="/etc/nidaa/policy",
    )  # fmt: skip
    assert found.database_url == "postgresql+psycopg://u:p@db/nidaa"
    assert not found.embedded_broker
    assert (found.base_url, found.listen, found.policy_dir) == (
        "https://nidaa.example", "0.0.0.0:9", Path("/etc/nidaa/policy"),
    )  # fmt: skip
    site = found.sites["academy"]
    assert (site.kind, site.url, site.secrets) == ("moodle", "https://lms.example/moodle", (NEW, OLD))
    assert whsec_key(site.secrets[1]) == b"o" * 40


@pytest.mark.parametrize("url", ["postgres://db/n", "postgresql://db/n", "postgresql+psycopg://db/n"])
def test_postgresql_is_spoken_to_by_psycopg_however_it_is_written(tmp_path: Path, url: str) -> None:
    assert read(tmp_path, NIDAA_DATABASE_URL=url).database_url == "postgresql+psycopg://db/n"


@pytest.mark.parametrize("key", ["", "short", "k" * 31])
def test_a_missing_or_short_key_refuses_to_start(tmp_path: Path, key: str) -> None:
    with pytest.raises(SettingsError, match=r"^NIDAA_SECRET_KEY: at least 32 bytes"):
        read(tmp_path, NIDAA_SECRET_KEY=key)


def test_the_keys_length_is_counted_in_bytes(tmp_path: Path) -> None:
    assert read(tmp_path, NIDAA_SECRET_KEY="م" * 16).secret_key == "م" * 16


def secrets(*texts: str) -> str:
    return f'[sites.a]\nkind = "none"\nsecrets = {list(texts)!r}\n'.replace("'", '"')


REFUSED: dict[str, tuple[str | bytes, str]] = {
    "no TOML": ("[sites", "is no TOML"),
    "no UTF-8": (b'x = "\xff"', "is no TOML"),
    "no sites": ("", "NIDAA_SITES: no [sites.<id>] table"),
    "sites no table": ("sites = 1", "NIDAA_SITES: no [sites.<id>] table"),
    "site no table": ("[sites]\na = 1", "NIDAA_SITES: sites.a: an id"),
    "id with a bar": ('[sites."a|b"]\nsecrets = []', "NIDAA_SITES: sites.a|b: an id"),
    "id that no header carries": ('[sites."أ"]\nsecrets = []', "NIDAA_SITES: sites.أ: an id"),
    "id too long": (f"[sites.{'a' * 65}]\nsecrets = []", "an id of at most 64"),
    "unknown key": ("[sites.a]\nsecret = 1", "NIDAA_SITES: sites.a.secret: unknown key"),
    "unknown kind": ('[sites.a]\nkind = "canvas"', "NIDAA_SITES: sites.a.kind"),
    "kind a list": ('[sites.a]\nkind = ["moodle"]', "NIDAA_SITES: sites.a.kind"),
    "no url": ("[sites.a]\n", "NIDAA_SITES: sites.a.url"),
    "url no web address": ('[sites.a]\nurl = "ftp://x"', "NIDAA_SITES: sites.a.url"),
    "url a number": ('[sites.a]\nkind = "none"\nurl = 7', "NIDAA_SITES: sites.a.url"),
    "token a number": ('[sites.a]\nkind = "none"\ntoken = 7', "NIDAA_SITES: sites.a.token"),
    "fields no table": ('[sites.a]\nkind = "none"\nfields = "x"', "NIDAA_SITES: sites.a.fields"),
    "no secrets": ('[sites.a]\nkind = "none"', "NIDAA_SITES: sites.a.secrets"),
    "no secret among them": (secrets(), "NIDAA_SITES: sites.a.secrets: one secret, or two"),
    "three secrets": (secrets(NEW, OLD, NEW), "NIDAA_SITES: sites.a.secrets: one secret, or two"),
    "no prefix": (secrets(NEW[6:]), "NIDAA_SITES: sites.a.secrets: each begins with whsec_"),
    "secret a number": ('[sites.a]\nkind = "none"\nsecrets = [7]', "NIDAA_SITES: sites.a.secrets: each begins"),
    "too short": (secrets("whsec_" + base64.b64encode(b"n" * 31).decode()), "at least 32 bytes behind whsec_"),
    "no base64": (secrets("whsec_" + "!" * 60), "NIDAA_SITES: sites.a.secrets: base64"),
    "base64 for addresses": (secrets("whsec_" + "-_" * 30), "NIDAA_SITES: sites.a.secrets: base64"),
    "writes no list": (f'{secrets(NEW)}writes = "phone"', "NIDAA_SITES: sites.a.writes: a list"),
    "writes an address": (f'{secrets(NEW)}writes = ["phone", "email"]', "sites.a.writes: 'email' is never written"),
    "writes a number of identity to a column": (
        f'{secrets(NEW)}writes = ["national_id"]\nfields = {{ national_id = "idnumber" }}',
        "'national_id' is never",
    ),
    "writes over a log-in name": (
        f'{secrets(NEW)}writes = ["phone"]\nfields = {{ phone = "username" }}',
        "'phone' is never written",
    ),
    "valid_from no time": (f'{secrets(NEW)}valid_from = "soon"', "NIDAA_SITES: sites.a.valid_from"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_site_that_makes_no_sense_refuses_to_start_and_names_the_key(tmp_path: Path, what: str) -> None:
    text, reason = REFUSED[what]
    with pytest.raises(SettingsError) as refused:
        read(tmp_path, text)
    assert reason in str(refused.value)
    assert NEW[6:] not in str(refused.value)


def test_nothing_is_written_to_a_site_that_does_not_say_so(tmp_path: Path) -> None:
    assert read(tmp_path, secrets(NEW)).sites["a"].writes == frozenset()
    listed = f'{secrets(NEW)}writes = ["phone", "name_ar"]\nfields = {{ phone = "mobile" }}'
    assert read(tmp_path, listed).sites["a"].writes == {"phone", "name_ar"}


def test_a_file_that_is_not_there_refuses_to_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"NIDAA_SITES: .*nowhere.* cannot be read"):
        read(tmp_path, NIDAA_SITES=str(tmp_path / "nowhere.toml"))


@pytest.mark.parametrize("written", ["2026-11-22T10:00:00Z", "2026-11-22T13:00:00+03:00", "2026-11-22T10:00:00"])
def test_valid_from_is_an_aware_time_whatever_is_written(tmp_path: Path, written: str) -> None:
    site = read(tmp_path, f"{secrets(NEW)}valid_from = {written}").sites["a"]
    assert site.valid_from == datetime(2026, 11, 22, 10, tzinfo=UTC)


@pytest.mark.parametrize("padded", [True, False])
def test_padding_of_a_secret_may_be_left_out(tmp_path: Path, padded: bool) -> None:
    secret = NEW if padded else NEW.rstrip("=")
    assert whsec_key(read(tmp_path, secrets(secret)).sites["a"].secrets[0]) == b"n" * 32


def test_no_secret_is_shown_when_settings_are(tmp_path: Path) -> None:
    env: dict[str, Any] = {"NIDAA_DATABASE_URL": "postgresql://u:geheim@db/n", "NIDAA_BROKER_URL": "redis://:leise@r/0"}
    shown = repr(read(tmp_path, GOOD, **env))
    assert [s for s in (KEY, NEW, OLD, "0123456789abcdef", "geheim", "leise") if s in shown] == []
