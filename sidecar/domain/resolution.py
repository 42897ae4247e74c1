"""Who may say that it is over (P14): never the solver alone."""

from __future__ import annotations

from datetime import datetime

from sidecar.domain.access import StaffRole, Viewer
from sidecar.domain.case import Case, CaseKind, State
from sidecar.domain.policy import IncidentRules

_VERIFIERS = frozenset({StaffRole.AGENT_2, StaffRole.DEPARTMENT_HEAD, StaffRole.DEPUTY, StaffRole.LEAD})


def may_verify(case: Case, viewer: Viewer, *, others_at_level_2: int) -> bool:
    """Whether this person may verify that the handling has ended.

    Args:
        others_at_level_2: level-2 people besides the solver; with none, only the administrative manager verifies.
    """
    if case.state is not State.RESOLVED or viewer.key == case.solved_by:
        return False
    if StaffRole.ADMINISTRATIVE_MANAGER in viewer.roles:
        return True
    return others_at_level_2 > 0 and bool(viewer.roles & _VERIFIERS)


def quiet_verified(case: Case, rules: IncidentRules, now: datetime) -> bool:
    """Whether a solved room incident is verified by nobody having reported it again (P14)."""
    return (
        case.kind is CaseKind.ROOM_INCIDENT
        and case.state is State.RESOLVED
        and case.solved_at is not None
        and now - max(case.solved_at, case.last_report_at) >= rules.quiet_verifies
    )
