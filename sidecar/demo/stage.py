"""What the acts play on: the sender, the staff's runtime, the children, and waiting for what must happen."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from sidecar.demo.cast import Person, Room, place
from sidecar.demo.home import SITE
from sidecar.demo.sending import Sender, Sent
from sidecar.domain.case import Case
from sidecar.domain.facts import FactsStatus
from sidecar.domain.institute import Label
from sidecar.domain.report import report_key
from sidecar.runtime import Runtime
from sidecar.store import cases
from sidecar.store.facts import facts

_LOOK_EVERY = 0.1
_PACE = 1.3  # so that a reader can follow
_PATIENCE = 10.0  # seconds that an act waits for what the house does by itself


class CurtainFell(Exception):
    """The play was stopped; whoever plays goes home."""


class Stage:
    """One evening's stage.

    Attributes:
        class_start: when the class begins, as everybody's page says.
        start_page: where somebody may look on, and press.
        marks: reports that the checks ask for, by name.
        seen: moments that pass (the LMS away, facts pending), noted when the database showed them.
        scene: what is being played.
        lms_up: whether the LMS stand-in runs.
    """

    def __init__(
        self, runtime: Runtime, sender: Sender, class_start: datetime, *, stop: threading.Event, start_page: str = ""
    ) -> None:
        self.runtime = runtime
        self.sender = sender
        self.class_start = class_start
        self.start_page = start_page
        self.marks: dict[str, list[Sent]] = {}
        self.seen: set[str] = set()
        self.scene = Label("", "")
        self.lms_up = True
        self.curtain_at = datetime.now(UTC)
        self.picture_wanted = threading.Event()
        self._stop = stop

    def say(self, ar: str, en: str) -> None:
        """Announce what is about to happen."""
        self.scene = Label(ar, en)

    def pause(self, seconds: float) -> None:
        """Let time pass, as people do.

        Raises:
            CurtainFell
        """
        if self._stop.wait(seconds * _PACE):
            raise CurtainFell

    def until(self, holds: Callable[[Connection], bool], seconds: float = _PATIENCE) -> bool:
        """Wait until the database shows something; whether it did."""
        until = time.monotonic() + seconds
        while True:
            with self.runtime.db.read() as conn:
                if holds(conn):
                    return True
            if time.monotonic() > until:
                return False
            if self._stop.wait(_LOOK_EVERY):
                raise CurtainFell

    def press(
        self, mark: str, who: Person, symptom: str, room: Room, *, kind: str = "session_problem", **said: Any
    ) -> Sent:
        """Somebody presses in a live room."""
        where = place(room, "live_room", self.class_start)
        return self._mark(mark, self.sender.report(who, kind, where, symptom=symptom, **said))

    def write(self, mark: str, who: Person, kind: str, where: Mapping[str, Any], **said: Any) -> Sent:
        """Somebody reports from a page."""
        return self._mark(mark, self.sender.report(who, kind, where, **said))

    def together(self, presses: list[Callable[[], object]], gap: float) -> None:
        """Many at once: each in a thread of its own, `gap` seconds apart."""
        with ThreadPoolExecutor(len(presses), thread_name_prefix="press") as people:
            under_way = []
            for press in presses:
                under_way.append(people.submit(press))
                self.pause(gap)
            for one in under_way:
                one.result()

    def case(self, sent: Sent) -> Case:
        """The case of a report, as soon as it is assessed.

        Raises:
            TimeoutError: nobody assessed it.
        """
        if not self.until(lambda conn: self.case_now(conn, sent) is not None):
            raise TimeoutError(f"the report {sent.id} of {sent.reporter.name} was not assessed")
        with self.runtime.db.read() as conn:
            found = self.case_now(conn, sent)
        assert found is not None  # noqa: S101  # a report never leaves the cases
        return found

    def case_now(self, conn: Connection, sent: Sent) -> Case | None:
        """The case that a report stands in at this moment."""
        return cases.of_report(conn, self.key(sent))

    @staticmethod
    def key(sent: Sent) -> uuid.UUID:
        """The report's key inside the house."""
        return report_key(SITE, sent.id)

    def facts_are(self, mark: str, status: FactsStatus) -> Callable[[Connection], bool]:
        """A condition: the facts of every report of a mark stand so."""
        keys = [self.key(sent) for sent in self.marks[mark]]

        def holds(conn: Connection) -> bool:
            query = select(facts.c.report_key).where(facts.c.report_key.in_(keys), facts.c.status == status)
            return len(conn.execute(query).all()) == len(keys)

        return holds

    def _mark(self, mark: str, sent: Sent) -> Sent:
        self.marks.setdefault(mark, []).append(sent)
        return sent
