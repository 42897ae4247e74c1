"""`nidaa demo`: set up, play the class, see that everything was seen, stay until Ctrl-C, leave nothing behind."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Final

from sidecar import celery_app, wiring
from sidecar.demo import home as homes
from sidecar.demo import offices, words
from sidecar.demo.home import Home
from sidecar.demo.processes import Child, ChildDied, Children, finish
from sidecar.demo.sending import Sender
from sidecar.demo.show import Show
from sidecar.demo.stage import Stage
from sidecar.demo.story import Story

_STARTING: Final = 60.0  # seconds that a slow machine may take to start a child
_BEFORE_CLASS: Final = timedelta(seconds=10)
_FRAME: Final = 0.25
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """A signal asks the demo to end."""


class Ending:
    """Takes note of a signal. The handler does no more than that: the house is tidied in the open, not inside it."""

    def __init__(self) -> None:
        self.by: int | None = None

    def ask(self, number: int, _frame: FrameType | None) -> None:
        """The signal handler."""
        self.by = number

    def check(self) -> None:
        """Raises Stopped once a signal has come."""
        if self.by is not None:
            raise Stopped

    @contextmanager
    def listening(self) -> Iterator[None]:
        """While the demo runs, these signals end it in order; afterwards they mean what they meant before."""
        before = {number: signal.signal(number, self.ask) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def play(*, once: bool, port: int, picture: Path | None = None) -> int:
    """Play the demo; the exit code is 0 when everything that was to be seen was.

    Args:
        once: leave when the class has been played.
        port: of the sidecar; 0 takes a free one.
        picture: file for an SVG of the terminal, taken while the class is at its liveliest.
    """
    try:
        home = homes.make(port)
    except homes.PortTaken as error:
        print(f"nidaa demo: {error}", file=sys.stderr)
        return 2
    ending, children, show = Ending(), Children(), Show(words.language())
    with ending.listening():
        try:
            code, why = _evening(home, children, ending, show, once=once, picture=picture), ""
        except Stopped:
            code, why = 128 + (ending.by or 0), "stopped; nothing is left running"
        except (ChildDied, TimeoutError) as error:
            code, why = 1, str(error)
        finally:
            show.close()
            children.end()
            home.clear()
    if why:
        print(f"nidaa demo: {why}", file=sys.stderr)
    return code


def _evening(home: Home, children: Children, ending: Ending, show: Show, *, once: bool, picture: Path | None) -> int:
    show.say(words.text("preparing", show.lang))
    class_start = datetime.now(UTC) + _BEFORE_CLASS

    def start_lms() -> Child:
        command = ["-m", "sidecar.demo.lms", "--port", str(home.lms_port), "--class-start",
                   str(int(class_start.timestamp()))]  # fmt: skip
        child = children.start("lms", command, home.env, home.folder / "lms.log")
        _until(lambda: _answers(home.lms_url + "/"), children, ending)
        return child

    running_lms = [start_lms()]
    _start_sidecar(home, children, ending)
    _open_campus(home, children, ending, class_start, once=once)
    show.serves(home.campus_url)
    runtime = wiring.build(home.settings, wake=celery_app.Hints(celery_app.make_celery(home.settings)).wake)
    with runtime.db.write() as conn:
        offices.appoint(conn, runtime.clock())
    sender, fallen = Sender(home.listen, home.secret), threading.Event()
    stage = Stage(runtime, sender, class_start, stop=fallen, start_page=home.campus_url)
    # Called by the story's thread: it waits for the LMS by itself, and a signal meanwhile ends the story first.
    story = Story(stage, lambda: children.end(running_lms.pop()), lambda: running_lms.append(start_lms()))
    try:
        show.open(stage)
        story.start()
        while story.is_alive():
            ending.check()
            children.check()
            show.frame(picture)
            time.sleep(_FRAME)
        show.frame(picture)
        show.close(last=True)
        code = _verdict(story)
        if not once and story.failure is None:
            print(_addresses(home, sender))
            _stay(children, ending)
        return code
    finally:
        fallen.set()
        story.join(_STARTING)
        runtime.db.dispose()
        runtime.intake_db.dispose()


def _open_campus(home: Home, children: Children, ending: Ending, class_start: datetime, *, once: bool) -> None:
    """The start page; opened in a browser where somebody sits before one."""
    command = ["-m", "sidecar.demo.campus", "--port", str(home.campus_port), "--class-start",
               str(int(class_start.timestamp()))]  # fmt: skip
    children.start("campus", command, home.env, home.folder / "campus.log")
    _until(lambda: _answers(home.campus_url + "/"), children, ending)
    if not once and sys.stdout.isatty() and (sys.platform == "darwin" or os.environ.get("DISPLAY")):
        webbrowser.open(home.campus_url)


def _start_sidecar(home: Home, children: Children, ending: Ending) -> None:
    """`nidaa db upgrade`, then `nidaa web` and `nidaa worker`, as anybody would start them."""
    upgrade = Child("nidaa db upgrade", ["-m", "sidecar", "db", "upgrade"], home.env, home.folder / "db.log")
    try:
        while upgrade.ended is None:
            ending.check()
            time.sleep(0.05)
        finish(upgrade, 1)
    finally:
        upgrade.signal(signal.SIGKILL)
    children.start("nidaa web", ["-m", "sidecar", "web"], home.env, home.folder / "web.log")
    worker = children.start("nidaa worker", ["-m", "sidecar", "worker"], home.env, home.folder / "worker.log")
    _until(lambda: _answers(home.base_url + "/v1/health"), children, ending)
    _until(lambda: "worker_ready" in worker.tail(200), children, ending)


def _until(ready: Callable[[], bool], children: Children, ending: Ending) -> None:
    """Wait for a child to be ready.

    Raises:
        Stopped, ChildDied, TimeoutError
    """
    until = time.monotonic() + _STARTING
    while not ready():
        ending.check()
        children.check()
        if time.monotonic() > until:
            raise TimeoutError(f"not ready within {_STARTING:.0f} seconds")
        time.sleep(0.05)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310  # our own http address
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _verdict(story: Story) -> int:
    if story.failure is not None:
        print(f"nidaa demo: the class broke off: {type(story.failure).__name__}: {story.failure}", file=sys.stderr)
        return 1
    if story.missing is None:
        return 1
    for what in story.missing:
        print(f"nidaa demo: not seen: {what}", file=sys.stderr)
    if not story.missing:
        print("Everything that was to be seen was seen in the database.")
    return 1 if story.missing else 0


def _addresses(home: Home, sender: Sender) -> str:
    rows = {
        "start page": home.campus_url,
        "sidecar": home.base_url,
        "API": f"{home.base_url}/v1/docs",
        "OpenAPI": f"{home.base_url}/v1/openapi.json",
        "health": f"{home.base_url}/v1/health",
        "LMS stand-in": home.lms_url,
        "data": f"{home.folder}" + ("" if home.keep else "  (removed when you leave)"),
    }
    listed = "\n".join(f"  {name:<13} {where}" for name, where in rows.items())
    example = sender.curl(sender.accepted[0])
    read = "Read one report as its reporter may (good for two hours):"
    return f"\nIt stays up until Ctrl-C:\n{listed}\n\n{read}\n  {example}\n"


def _stay(children: Children, ending: Ending) -> None:
    """Until a signal comes, which is then the ordinary end."""
    while ending.by is None:
        children.check()
        time.sleep(_FRAME)
