"""`nidaa demo` as anybody starts it: in a process of its own, without a terminal and without a variable."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


class Demo:
    """A running demo whose temporary folders are made in `folder`, so that what it leaves can be seen."""

    def __init__(self, folder: Path, *arguments: str, **env: str) -> None:
        self.folder = folder
        self._mark = f"test-{os.getpid()}-{time.monotonic_ns()}"
        plain = {name: value for name, value in os.environ.items() if not name.startswith("NIDAA_")}
        self.out = folder.parent / "demo.out"
        with self.out.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-W", "error", "-m", "sidecar", "demo", *arguments],
                # Children inherit the mark, so that ours are told from anybody else's.
                env=plain | {"TMPDIR": str(folder), "DEMO_TEST_MARK": self._mark} | env,
                stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
            )  # fmt: skip

    @property
    def said(self) -> str:
        return self.out.read_text(encoding="utf-8", errors="replace")

    def running(self) -> list[psutil.Process]:
        """Every process that carries the mark."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("DEMO_TEST_MARK") == self._mark and process.status() != "zombie":
                    found.append(process)
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return found

    def wait_for(self, text: str, seconds: float = 60) -> re.Match[str]:
        until = time.monotonic() + seconds
        while not (found := re.search(text, self.said)):
            assert self.process.poll() is None, self.said
            assert time.monotonic() < until, f"{text} was not said:\n{self.said}"
            time.sleep(0.1)
        return found

    def left_nothing(self) -> bool:
        return not self.running() and not list(self.folder.iterdir())


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as made:
        inner = Path(made) / "tmp"
        inner.mkdir()
        yield inner


def test_the_whole_class_is_played_seen_and_cleared_away(folder: Path) -> None:
    demo = Demo(folder, "--once")
    code = demo.process.wait(120)
    assert code == 0, demo.said
    assert "Everything that was to be seen was seen" in demo.said
    assert demo.left_nothing()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_stopped_in_the_middle_it_leaves_nothing(folder: Path, number: signal.Signals) -> None:
    demo = Demo(folder)
    demo.wait_for("logs the fault before")
    start = demo.wait_for(r"start page +(http://127\.0\.0\.1:\d+)\n", 1)[1]  # long before the class has ended
    with urllib.request.urlopen(start) as page:
        assert page.status == 200
    assert len(demo.running()) >= 5  # itself, LMS, gunicorn and its workers, worker
    demo.process.send_signal(number)
    assert demo.process.wait(30) == 128 + number, demo.said
    assert demo.left_nothing()


def test_stopped_while_it_sets_up_it_leaves_nothing(folder: Path) -> None:
    demo = Demo(folder)
    demo.wait_for("setting the stage")
    time.sleep(0.5)
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(30) == 130, demo.said
    assert demo.left_nothing()


def test_it_stays_up_with_its_addresses_until_ctrl_c(folder: Path) -> None:
    kept = folder / "mine"
    demo = Demo(folder, NIDAA_DATA_DIR=str(kept), NIDAA_DEMO_LANG="ar")
    base = demo.wait_for(r"sidecar +(http://127\.0\.0\.1:\d+)", 120)[1]
    token, report = demo.wait_for(r"Bearer ([\w.-]+)' (http://\S+)").groups()
    for path in ("/v1/docs", "/v1/openapi.json", "/v1/health"):
        with urllib.request.urlopen(base + path) as answer:
            assert answer.status == 200
    request = urllib.request.Request(report, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request) as answer:
        assert b'"state"' in answer.read()
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(report)
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(30) == 0, demo.said
    assert not demo.running()
    assert (kept / "nidaa.sqlite3").exists()  # the person's own folder stays


def test_a_child_that_dies_early_is_named_with_the_end_of_its_log(folder: Path) -> None:
    demo = Demo(folder)
    demo.wait_for("logs the fault before")
    (worker,) = [p for p in demo.running() if p.cmdline()[-2:] == ["sidecar", "worker"]]
    worker.kill()
    assert demo.process.wait(30) == 1, demo.said
    assert "`nidaa worker` ended by itself with exit code -9; the end of its log:" in demo.said
    assert demo.left_nothing()


def test_a_port_that_is_taken_is_said_and_nothing_started(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        demo = Demo(folder, "--port", str(port))
        assert demo.process.wait(30) == 2
    assert f"port {port} of 127.0.0.1 is taken" in demo.said
    assert demo.left_nothing()
