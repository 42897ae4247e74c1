"""Somebody wants to know what the LMS says now, and who else has the case open."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from sidecar import registered
from sidecar.domain.access import Viewer
from sidecar.domain.case import Action, Case, CaseKind
from sidecar.domain.facts import FactsStatus
from sidecar.domain.steps import Lane, Step
from sidecar.runtime import Runtime
from sidecar.store import cases, desk_presence, facts, outbox, permitted


def look_again(runtime: Runtime, viewer: Viewer, case_id: int) -> int:
    """Ask the LMS anew for the facts of a case's reports, and registers with an interface; returns for how many.

    Raises:
        NotAllowed, permitted.Unseen, permitted.NotPermitted
    """
    now = runtime.clock()
    with runtime.db.write() as conn:
        case = permitted.take(conn, viewer, case_id, Action.LOOK_AGAIN)
        cases.change(conn, case, Action.LOOK_AGAIN, touched=True)
        keys = [key for key in cases.report_keys(conn, case_id) if facts.get(conn, key)[0] is not _NOBODY]
        facts.set_status(conn, keys, FactsStatus.PENDING)
        outbox.put(conn, Step.ENRICH, [str(key) for key in keys], now)
        if case.kind is CaseKind.CERTIFICATE_GAP and registered.outside(runtime):
            outbox.put(conn, Step.REGISTER, [str(key) for key in keys], now)  # the LMS may be away, and they not
        cases.record(conn, case_id, Action.LOOK_AGAIN, now, actor=viewer.key, data={"reports": len(keys)})
    runtime.wake(Lane.ENRICH)
    return len(keys)


_NOBODY = FactsStatus.NOT_APPLICABLE


def here(runtime: Runtime, viewer: Viewer, case_id: int, *, writing: bool) -> tuple[Case, Sequence[Any]]:
    """Say that this person has the case open; the case as it is, and who else has it open.

    Raises:
        permitted.Unseen
    """
    now = runtime.clock()
    with runtime.db.read() as conn:
        case, _relation = permitted.seen(conn, viewer, case_id)
        others = desk_presence.others(conn, case_id, viewer.key, now)
    # Looking goes on where nothing can be written; then nobody notes that this person is here.
    with suppress(OperationalError, PoolTimeout), runtime.db.write() as conn:
        desk_presence.here(conn, case_id, viewer.key, now, writing=writing)
    return case, others
