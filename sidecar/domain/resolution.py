"""Who may say that it is over (P14): never the solver alone."""

from __future__ import annotations

from datetime import datetime, timedelta

from sidecar.domain.access import StaffRole, Viewer
from sidecar.domain.case import Case, CaseKind, State
from sidecar.domain.policy import IncidentRules

# For a day a reporter may say that it is not solved, though quiet or others have verified it: who reads late, too.
_ASKED_FOR = timedelta(days=1)
_VERIFIERS = frozenset({StaffRole.AGENT_2, StaffRole.DEPARTMENT_HEAD, StaffRole.DEPUTY, StaffRole.LEAD})


def may_verify(case: Case, viewer: Viewer, *, others_at_level_2: int) -> bool:
    """Whether this person may verify that the handling has ended.

    Args:
        others_at_level_2: level-2 people besides the solver; with none, only the administrative manager verifies.
    """
    if case.state is not State.RESOLVED or case.solved_by in viewer.keys:
        return False
    if StaffRole.ADMINISTRATIVE_MANAGER in viewer.roles:
        return True
    return others_at_level_2 > 0 and bool(viewer.roles & _VERIFIERS)


def verified_by_reporters(yes: int, no: int, reporters: int) -> bool:
    """Whether a solved room incident is verified by its reporters (P14): nobody says no, and half of them say yes.

    Args:
        yes, no: how many of them have said so since it was solved; a later answer replaces an earlier one.
    """
    return yes > 0 and no == 0 and 2 * yes >= reporters


def still_asked(case: Case, now: datetime) -> bool:
    """Whether its reporters are asked if it works again: it is solved, and not long ago."""
    if case.kind is not CaseKind.ROOM_INCIDENT or case.state not in {State.RESOLVED, State.CLOSED}:
        return False
    return case.solved_at is not None and now - case.solved_at <= _ASKED_FOR


def quiet_verified(case: Case, rules: IncidentRules, now: datetime) -> bool:
    """Whether a solved room incident is verified by nobody having reported it again (P14)."""
    return (
        case.kind is CaseKind.ROOM_INCIDENT
        and case.state is State.RESOLVED
        and case.solved_at is not None
        and now - max(case.solved_at, case.last_report_at) >= rules.quiet_verifies
    )
