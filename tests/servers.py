"""Real servers for tests, from the machine's own packages, on loopback and in temporary folders.

Each starts when a test first needs it and ends with the session. A machine that lacks one skips the tests that need
it and says so at the end; in CI (the environment names `CI`) they fail instead.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path


class NotInstalled(Exception):
    """The machine lacks a server; names the Debian package that brings it."""


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(ready: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait until `ready`, at most `seconds`."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError(f"{what} was not ready after {seconds} s")
        time.sleep(0.05)


def listening(port: int) -> bool:
    """Whether something accepts connections on a loopback port."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Postgres:
    """A PostgreSQL cluster in a folder of its own; runs as `postgres` where the tests run as root, which it refuses."""

    def __init__(self, *, durable: bool = False) -> None:
        binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
        if not binaries:
            raise NotInstalled("postgresql")
        self._bin = binaries[-1]
        # Not below pytest's folder: every pytest that starts takes that one away from other users again.
        self._home = Path(tempfile.mkdtemp(prefix="nidaa-postgres-"))
        self._data = self._home / "data"
        self._run = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        self.port = free_port()
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        if self._run:
            shutil.chown(self._home, "postgres")
        subprocess.run(
            [*self._run, str(self._bin / "initdb"), "-D", str(self._data), "-U", "nidaa", "-A", "trust", "--no-sync",
             "-E", "UTF8", "--locale=C.UTF-8"],
            check=True, capture_output=True,
        )  # fmt: skip
        self.start()

    def start(self) -> None:
        """Start, or start again after a kill."""
        safe = "on" if self._durable else "off"
        self._process = subprocess.Popen(
            [*self._run, str(self._bin / "postgres"), "-D", str(self._data), "-p", str(self.port),
             "-h", "127.0.0.1", "-k", "", "-c", f"fsync={safe}", "-c", f"full_page_writes={safe}",
             "-c", f"synchronous_commit={safe}", "-c", "max_connections=200"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        wait_for(self._accepts, 30, "PostgreSQL")

    def _accepts(self) -> bool:
        probe = [str(self._bin / "pg_isready"), "-h", "127.0.0.1", "-p", str(self.port), "-q"]
        return subprocess.run(probe, check=False).returncode == 0

    def sql(self, statement: str) -> None:
        """Run one statement in the `postgres` database."""
        subprocess.run(
            [str(self._bin / "psql"), "-h", "127.0.0.1", "-p", str(self.port), "-U", "nidaa", "-d", "postgres", "-qc",
             statement],
            check=True, capture_output=True,
        )  # fmt: skip

    def url(self, database: str) -> str:
        """An SQLAlchemy address."""
        return f"postgresql+psycopg://nidaa@127.0.0.1:{self.port}/{database}"

    @property
    def pid(self) -> int:
        """The postmaster's process id."""
        return int((self._data / "postmaster.pid").read_text().split()[0])

    def reap(self) -> None:
        """Wait for what was killed from outside."""
        if self._process is not None:
            self._process.wait(20)

    def stop(self) -> None:
        """End the cluster."""
        if self._process is not None:
            subprocess.run(
                [*self._run, str(self._bin / "pg_ctl"), "-D", str(self._data), "-m", "immediate", "stop"],
                check=False, capture_output=True,
            )  # fmt: skip
            self._process.wait(20)
        shutil.rmtree(self._home, ignore_errors=True)


class Redis:
    """A Redis with append-only on, as production's."""

    def __init__(self, folder: Path, *, fsync: str = "everysec") -> None:
        binary = shutil.which("redis-server")
        if binary is None:
            raise NotInstalled("redis-server")
        folder.mkdir(parents=True, exist_ok=True)
        self._command = [binary, "--bind", "127.0.0.1", "--dir", str(folder), "--appendonly", "yes", "--appendfsync",
                         fsync, "--save", "", "--daemonize", "no"]  # fmt: skip
        self.port = free_port()
        self.start()

    def start(self) -> None:
        """Start, or start again after a kill."""
        self.process = subprocess.Popen(
            [*self._command, "--port", str(self.port)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        wait_for(lambda: listening(self.port), 20, "Redis")

    @property
    def url(self) -> str:
        """A Celery broker address."""
        return f"redis://127.0.0.1:{self.port}/0"

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(20)
