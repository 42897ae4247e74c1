"""The demo's children: real processes, each with its log, ended by their own ids and never by name.

Every child leads a process group of its own: Ctrl-C in the terminal reaches the demo alone, which then ends each child
with everything that child has started.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

_GENTLY: Final = 6.0  # seconds in which a child may finish what it is at
_POLL: Final = 0.05


class ChildDied(Exception):
    """A child ended that should be running. Says which, how, and what it said last."""

    def __init__(self, name: str, code: int, tail: str) -> None:
        super().__init__(f"`{name}` ended by itself with exit code {code}; the end of its log:\n{tail or '(empty)'}")
        self.name = name


class Child:
    """One running process.

    Args:
        name: what people call it.
        command: arguments for this very Python.
        log: file that takes what it prints.
    """

    def __init__(self, name: str, command: Sequence[str], env: Mapping[str, str], log: Path) -> None:
        self.name = name
        self.log = log
        self.is_to_end = False  # set before it is signalled, so that its end is never taken for an accident
        with log.open("ab") as out:
            self._process = subprocess.Popen(  # noqa: S603  # our own interpreter and modules
                [sys.executable, *command],
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Its process id, which is its group's too."""
        return self._process.pid

    @property
    def ended(self) -> int | None:
        """Its exit code, or None while it runs."""
        return self._process.poll()

    def tail(self, lines: int = 12) -> str:
        """The end of its log."""
        text = self.log.read_text(encoding="utf-8", errors="replace")
        return "\n".join(text.splitlines()[-lines:])

    def signal(self, number: int) -> None:
        """Signal it and what it started; nothing, if all of that has gone."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)

    def wait(self, seconds: float) -> bool:
        """Whether it has ended within `seconds`."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True


class Children:
    """All of them, in the order in which they were started."""

    def __init__(self) -> None:
        self._running: list[Child] = []

    def start(self, name: str, command: Sequence[str], env: Mapping[str, str], log: Path) -> Child:
        """Start a child and watch it from now on."""
        child = Child(name, command, env, log)
        self._running.append(child)
        return child

    def check(self) -> None:
        """Look after them.

        Raises:
            ChildDied: one that nobody has ended is gone.
        """
        for child in self._running:
            code = child.ended
            if code is not None and not child.is_to_end:
                raise ChildDied(child.name, code, child.tail())

    def end(self, *children: Child) -> None:
        """End these, or all; returns when nothing of them runs."""
        ending = list(children) or list(self._running)
        for child in ending:
            child.is_to_end = True
            child.signal(signal.SIGTERM)
        self._running = [child for child in self._running if child not in ending]
        until = time.monotonic() + _GENTLY
        for child in ending:
            child.wait(max(_POLL, until - time.monotonic()))
        for child in ending:
            # Also where the child itself has gone: what it had started may still be there.
            child.signal(signal.SIGKILL)
            child.wait(_GENTLY)


def finish(child: Child, seconds: float) -> None:
    """Wait for a child that is to end by itself.

    Raises:
        ChildDied: it failed, or did not end in time.
    """
    if not child.wait(seconds):
        raise ChildDied(child.name, -1, f"(it did not end within {seconds:.0f} seconds)\n{child.tail()}")
    if child.ended:
        raise ChildDied(child.name, child.ended, child.tail())
