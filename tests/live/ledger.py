"""What stands in a deployment's database, counted with plain SQL: the judge of benchmarks and torture."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select, text

from sidecar.domain.steps import Lane
from sidecar.store.cases import events
from sidecar.store.database import Database
from sidecar.store.outbox import outbox


class Ledger:
    """Reads a deployment's database from outside of it."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)

    def rows(self, query: str) -> list[Any]:
        """The rows of a query."""
        with self.database.read() as conn:
            return list(conn.execute(text(query)))

    def number(self, query: str) -> int:
        """The one number of a query."""
        return int(self.rows(query)[0][0])

    def events(self, action: str) -> list[tuple[int, Any]]:
        """(case, data) of every event of an action."""
        with self.database.read() as conn:
            query = select(events.c.case_id, events.c.data).where(events.c.action == action)
            return [(row.case_id, row.data) for row in conn.execute(query)]

    def backlog(self) -> int:
        """Rows of the outbox."""
        return self.number("SELECT count(*) FROM outbox")

    def busy_lanes(self, put_before: datetime) -> set[Lane]:
        """Lanes that hold rows put before a moment."""
        with self.database.read() as conn:
            query = select(outbox.c.lane).where(outbox.c.put_at <= put_before).distinct()
            return {Lane(lane) for lane in conn.scalars(query)}

    def without_facts(self) -> int:
        """Reports whose facts are not complete."""
        return self.number(
            "SELECT count(*) FROM reports LEFT JOIN facts ON facts.report_key = reports.key"
            " WHERE facts.status IS NULL OR facts.status <> 'complete'"
        )

    def wait(self, reached: Callable[[Ledger], bool], seconds: float, *, every: float = 0.1) -> float:
        """Wait until `reached`, at most `seconds`; returns the seconds it took.

        Raises:
            TimeoutError: it was not reached.
        """
        started = time.monotonic()
        while not reached(self):
            if time.monotonic() - started > seconds:
                raise TimeoutError(f"not reached after {seconds:.0f} s; {self.backlog()} outbox rows wait")
            time.sleep(every)
        return time.monotonic() - started

    def close(self) -> None:
        """Let go of the database."""
        self.database.dispose()
