"""What stands between a trainee and the certificate, for whoever reported it."""

from __future__ import annotations

import uuid

from sidecar import registered
from sidecar.domain.case import Case, CaseKind
from sidecar.domain.registry import RegistryEntry
from sidecar.runtime import Runtime
from sidecar.store import cases, checklists, reports
from sidecar.store.checklists import Checklist


def of_report(runtime: Runtime, key: uuid.UUID) -> Checklist | None:
    """The checklist of the report's case, for a page that has proof that its reporter looks.

    None for other kinds, and wherever it is not the reporter's own: who flags what somebody else lacks is shown nothing
    of what the LMS knows of that person, and of cases that were merged nobody is shown another one's.
    """
    with runtime.db.read() as conn:
        case, report = cases.of_report(conn, key), reports.load(conn, [key]).get(key)
    if case is None or report is None or not checklists.is_ones_own(case, report):
        return None
    said = registers_of(runtime, case)
    with runtime.db.read() as conn:
        return checklists.of_case(conn, runtime.policy, case, runtime.clock(), said)


def registers_of(runtime: Runtime, case: Case) -> tuple[RegistryEntry, ...]:
    """What registers say of a certificate case's person, by what is known here. No transaction may be open."""
    if case.kind is not CaseKind.CERTIFICATE_GAP or case.person_id is None or case.course_id is None:
        return ()
    place = (case.site_id, case.person_id, case.course_id)
    return registered.entries(runtime, [place]).get(place, ())
