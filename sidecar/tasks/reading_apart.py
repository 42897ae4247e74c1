"""Exports are read in a process of their own, started when one waits: no lane stands behind it."""

from __future__ import annotations

import subprocess
import sys
import threading

import structlog

from sidecar.journey import registry_reading
from sidecar.runtime import Runtime

log = structlog.get_logger(__name__)

_END = 5.0  # seconds


class Apart:
    """Starts the process that reads (`sidecar/reading.py`) and waits for its end."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def __call__(self, runtime: Runtime) -> None:
        """Have what waits read; returns when that process has ended."""
        if not registry_reading.waits(runtime):
            return
        with self._lock:
            if self._stopped:
                return
            # A killed worker leaves it to itself: it reads to the end and renews its own claim.
            self._process = subprocess.Popen([sys.executable, "-m", "sidecar.reading"], stdin=subprocess.DEVNULL)
        code = self._process.wait()
        if code and not self._stopped:
            log.warning("reading_failed", code=code)

    def stop(self) -> None:
        """End the process; what it read is read anew by another worker when its claim has run out."""
        with self._lock:
            self._stopped = True
            if self._process is None or self._process.poll() is not None:
                return
            self._process.terminate()
        try:
            self._process.wait(_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
