"""A whole Nidaa as processes: `nidaa web` (gunicorn, gevent) and `nidaa worker`, in a folder of their own."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil

from tests import servers
from tests.live.presses import SECRET, SITE

_ROOT = Path(__file__).resolve().parents[2]


class Deployment:
    """The processes of one deployment; embedded default unless given a database and a broker.

    Args:
        folder: its data, its logs.
        lms_url: what it asks for facts; None for a site without an LMS to ask.
        writes: the fields that it may write there.
    """

    def __init__(
        self, folder: Path, *, lms_url: str | None = None, database_url: str = "", broker_url: str = "",
        writes: Sequence[str] = (),
    ) -> None:  # fmt: skip
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.port = servers.free_port()
        self.database_url = database_url or f"sqlite:///{folder / 'data' / 'nidaa.sqlite3'}"
        lms = f'url = "{lms_url}"\ntoken = "0123456789abcdef"\n' if lms_url else 'kind = "none"\n'
        lms += f"writes = {json.dumps(list(writes))}\n" if writes else ""
        sites = folder / "sites.toml"
        sites.write_text(f'[sites.{SITE}]\n{lms}secrets = ["{SECRET}"]\n', encoding="utf-8")
        kept = {name: value for name, value in os.environ.items() if not name.startswith("NIDAA_")}
        self.environment = {
            **kept,
            "NIDAA_DATA_DIR": str(folder / "data"),
            "NIDAA_DATABASE_URL": self.database_url,
            "NIDAA_SECRET_KEY": "a key for tests, and for nothing else",
            "NIDAA_SITES": str(sites),
            "NIDAA_LISTEN": f"127.0.0.1:{self.port}",
            "PYTHONWARNINGS": "ignore",
        }
        if broker_url:
            self.environment["NIDAA_BROKER_URL"] = broker_url
        self.web: subprocess.Popen[bytes] | None = None
        self.worker: subprocess.Popen[bytes] | None = None
        self._run("db", "upgrade")

    def _run(self, *arguments: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "sidecar", *arguments], cwd=_ROOT, env=self.environment, capture_output=True,
            text=True, check=False, timeout=60,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"nidaa {' '.join(arguments)}: {done.stderr[-2000:]}")

    def _spawn(self, command: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{command}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "sidecar", command], cwd=_ROOT, env=self.environment,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    def start_web(self, *, wait: bool = True) -> None:
        """Start `nidaa web`, and wait until it serves unless told otherwise."""
        self.web = self._spawn("web")
        if wait:
            servers.wait_for(self.serves, 30, f"nidaa web (see {self.folder / 'web.log'})")

    def start_worker(self, *, wait: bool = True) -> None:
        """Start `nidaa worker`, and wait until it is ready unless told otherwise."""
        self.worker = self._spawn("worker")
        if wait:
            servers.wait_for(self._worker_is_ready, 30, f"nidaa worker (see {self.folder / 'worker.log'})")

    def _worker_is_ready(self) -> bool:
        return "worker_ready" in self.log("worker")

    def log(self, command: str) -> str:
        """What `web` or `worker` wrote."""
        file = self.folder / f"{command}.log"
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""

    def serves(self) -> bool:
        """Whether the web process answers, and its database answers it."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            try:
                connection.request("GET", "/v1/health")
                return connection.getresponse().status == 200
            finally:
                connection.close()
        return False

    def stop(self) -> None:
        """End what runs, its children included."""
        for process in (self.web, self.worker):
            if process is not None:
                end(process)
        self.web = self.worker = None


def family(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """A process and all that it started; empty when it has ended."""
    try:
        first = psutil.Process(process.pid)
        return [first, *first.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def kill(process: subprocess.Popen[bytes]) -> None:
    """`kill -9` a process and all that it started."""
    for member in family(process):
        with contextlib.suppress(psutil.NoSuchProcess):
            member.kill()
    process.wait(10)


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask a process to end; after ten seconds, kill it with all that it started."""
    members = family(process)
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(10)
    for member in members:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.kill()
    process.wait(10)
