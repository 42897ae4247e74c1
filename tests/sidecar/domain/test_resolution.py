from dataclasses import replace
from datetime import timedelta

import pytest

from sidecar.domain.case import Case, CaseKind, State
from sidecar.domain.policy import Tier
from sidecar.domain.resolution import may_verify, quiet_verified
from tests.staff import ADMINISTRATIVE, AGENT, HEAD, LEAD, MANAGER, OPERATOR, OTHER_OPERATOR, TRAINEE
from tests.worlds import NOON, POLICY

SOLVED = Case(
    id=1, site_id="academy", kind=CaseKind.SUPPORT_REQUEST, state=State.RESOLVED, category="login",
    department="technical", tier=Tier.TWO, severity=3, channel="web", opened_at=NOON, clock_started_at=NOON,
    last_report_at=NOON, version=1, policy_digest="d", solved_by=OPERATOR.key, solved_at=NOON,
)  # fmt: skip


@pytest.mark.parametrize(
    ("somebody", "others", "allowed"),
    [
        (OPERATOR, 5, False),  # the solver
        (OTHER_OPERATOR, 1, True),
        (LEAD, 1, True),
        (HEAD, 1, True),
        (OTHER_OPERATOR, 0, False),  # a level 2 of one person
        (ADMINISTRATIVE, 0, True),
        (ADMINISTRATIVE, 3, True),
        (AGENT, 3, False),
        (MANAGER, 3, False),
        (TRAINEE, 3, False),
    ],
)
def test_who_verifies_that_the_handling_has_ended(somebody, others: int, allowed: bool) -> None:
    assert may_verify(SOLVED, somebody, others_at_level_2=others) is allowed


def test_the_administrative_manager_who_solved_it_does_not_verify_it_either() -> None:
    own = replace(SOLVED, solved_by=ADMINISTRATIVE.key)
    assert not may_verify(own, ADMINISTRATIVE, others_at_level_2=0)


@pytest.mark.parametrize("state", [s for s in State if s is not State.RESOLVED])
def test_nothing_is_verified_that_is_not_solved(state: State) -> None:
    assert not may_verify(replace(SOLVED, state=state), OTHER_OPERATOR, others_at_level_2=1)


ROOM = replace(SOLVED, kind=CaseKind.ROOM_INCIDENT, tier=Tier.ROOM)


@pytest.mark.parametrize(
    ("case", "minutes", "verified"),
    [
        (ROOM, 10, True),
        (ROOM, 9.99, False),
        (replace(ROOM, last_report_at=NOON + timedelta(minutes=5)), 14, False),  # reported after it "ended"
        (replace(ROOM, last_report_at=NOON + timedelta(minutes=5)), 15, True),
        (replace(ROOM, state=State.REOPENED), 60, False),
        (replace(ROOM, solved_at=None), 60, False),
        (SOLVED, 60, False),  # quiet verifies rooms alone
    ],
)
def test_ten_quiet_minutes_verify_a_room_incident(case: Case, minutes: float, verified: bool) -> None:
    assert quiet_verified(case, POLICY.incidents, NOON + timedelta(minutes=minutes)) is verified
