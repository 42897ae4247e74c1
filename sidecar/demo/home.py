"""Where the demo lives: a folder of its own, secrets made for it, and the environment that its children see."""

from __future__ import annotations

import base64
import os
import secrets
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sidecar.demo import lms
from sidecar.settings import Settings

SITE: Final = "academy"
SECRET_VARIABLE: Final = "NIDAA_DEMO_SITE_SECRET"  # noqa: S105  # the name of a variable


class PortTaken(Exception):
    """Somebody listens there already."""


@dataclass(frozen=True, slots=True)
class Home:
    """One evening's folder and addresses.

    Attributes:
        keep: whether the folder stays (the person named it by NIDAA_DATA_DIR).
        secret: the site's `whsec_…`, with which the demo signs what people send.
    """

    folder: Path
    keep: bool
    listen: str
    lms_port: int
    campus_port: int
    secret: str
    env: Mapping[str, str]

    @property
    def base_url(self) -> str:
        """Where the sidecar answers."""
        return f"http://{self.listen}"

    @property
    def lms_url(self) -> str:
        """Where the LMS stand-in answers."""
        return f"http://127.0.0.1:{self.lms_port}"

    @property
    def campus_url(self) -> str:
        """Where the start page is."""
        return f"http://127.0.0.1:{self.campus_port}"

    @property
    def settings(self) -> Settings:
        """What the children read, for the demo's own looking and doing."""
        return Settings.from_env(self.env)

    def clear(self) -> None:
        """Remove the folder, unless it is the person's own."""
        if not self.keep:
            shutil.rmtree(self.folder, ignore_errors=True)


def make(port: int) -> Home:
    """A folder with fresh secrets and free ports.

    Raises:
        PortTaken: `port` is not free.
    """
    web_port = _free_port(port)
    lms_port = _free_port(0)
    folder, keep = _folder()
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    token = secrets.token_hex(16)
    sites = folder / "sites.toml"
    sites.touch(mode=0o600)
    sites.write_text(
        f'[sites.{SITE}]\nkind = "moodle"\nurl = "http://127.0.0.1:{lms_port}"\ntoken = "{token}"\n'
        f'secrets = ["{secret}"]\n',
        encoding="utf-8",
    )
    listen = f"127.0.0.1:{web_port}"
    # What the person has set for a real deployment must not leak into a play: the embedded default, and nothing else.
    env = {name: value for name, value in os.environ.items() if not name.startswith("NIDAA_")}
    env |= {
        "NIDAA_DATA_DIR": str(folder),
        "NIDAA_SECRET_KEY": secrets.token_urlsafe(48),
        "NIDAA_SITES": str(sites),
        "NIDAA_LISTEN": listen,
        "NIDAA_BASE_URL": f"http://{listen}",
        lms.TOKEN_VARIABLE: token,
        SECRET_VARIABLE: secret,
        "PYTHONUNBUFFERED": "1",
    }
    return Home(folder, keep, listen, lms_port, _free_port(0), secret, env)


def _folder() -> tuple[Path, bool]:
    """A temporary folder, or the person's: used as it is when new or empty, else with a fresh folder inside.

    A class is never played into a database that is there already: it might be a real one.
    """
    named = os.environ.get("NIDAA_DATA_DIR")
    if not named:
        return Path(tempfile.mkdtemp(prefix="nidaa-demo-")), False
    folder = Path(named).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        folder = Path(tempfile.mkdtemp(prefix=time.strftime("demo-%Y%m%d-%H%M%S-"), dir=folder))
    return folder, True


def _free_port(wanted: int) -> int:
    with socket.socket() as probe:
        # As servers do: a port that only waits for its last packets is free.
        if sys.platform != "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            raise PortTaken(f"port {wanted} of 127.0.0.1 is taken; name another one with --port") from None
        port: int = probe.getsockname()[1]
        return port
