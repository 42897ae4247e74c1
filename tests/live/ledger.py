"""What stands in a deployment's database, counted with plain SQL: the judge of benchmarks and torture."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import text

from sidecar.store.database import Database


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

    def backlog(self) -> int:
        """Rows of the outbox."""
        return self.number("SELECT count(*) FROM outbox")

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
