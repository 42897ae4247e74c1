"""Whether `cases.due_at` is what the clocks say, whatever a test did: asked at the end of tests that turn clocks."""

from __future__ import annotations

from sqlalchemy import select

from sidecar.store.cases import NEVER, cases
from sidecar.store.clocks import clocks
from sidecar.store.database import Database


def as_the_clocks_say(database: Database) -> None:
    """Fail where a case is due at another moment than its first clock that still waits. Counted here anew."""
    with database.read() as conn:
        kept = {row.id: row.due_at for row in conn.execute(select(cases.c.id, cases.c.due_at))}
        meant = dict.fromkeys(kept, NEVER)
        for clock in conn.execute(select(clocks)):
            if clock.stopped_at is None and clock.state in {"running", "fired"}:
                meant[clock.case_id] = min(meant[clock.case_id], clock.target_due_at)
    assert kept == meant
