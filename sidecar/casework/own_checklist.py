"""What stands between a trainee and the certificate, for whoever reported it."""

from __future__ import annotations

import uuid

from sidecar.runtime import Runtime
from sidecar.store import cases, checklists
from sidecar.store.checklists import Checklist


def of_report(runtime: Runtime, key: uuid.UUID) -> Checklist | None:
    """The checklist of the report's case, for a page that has proof that its reporter looks; None for other kinds."""
    with runtime.db.read() as conn:
        case = cases.of_report(conn, key)
        return checklists.of_case(conn, runtime.policy, case, runtime.clock()) if case is not None else None
