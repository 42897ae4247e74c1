"""A complaint climbs past whom it is about (P16)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sidecar.domain.access import StaffRole
from sidecar.domain.conflict import Accused, past
from sidecar.domain.institute import Contact
from sidecar.domain.policy import Tier
from sidecar.policy.load import load, shipped

POLICY = load(shipped())
STRANGER = Accused(frozenset({"academy:50"}))


def works(role: StaffRole, *departments: str) -> Accused:
    return Accused(frozenset({"local:x"}), frozenset({role}), frozenset(departments))


@pytest.mark.parametrize(
    ("tier", "people", "to"),
    [
        (Tier.ONE, [STRANGER], None),
        (Tier.ONE, [works(StaffRole.AGENT_1)], Tier.DEPARTMENT),
        (Tier.ONE, [works(StaffRole.LEAD)], Tier.DEPARTMENT),
        (Tier.ONE, [works(StaffRole.AGENT_2)], None),
        (Tier.TWO, [works(StaffRole.AGENT_2)], Tier.DEPARTMENT),
        (Tier.DEPARTMENT, [works(StaffRole.AGENT_1)], None),
        (Tier.DEPARTMENT, [works(StaffRole.DEPARTMENT_HEAD, "quality")], Tier.MANAGEMENT),
        (Tier.DEPARTMENT, [works(StaffRole.DEPUTY, "quality")], Tier.MANAGEMENT),
        (Tier.DEPARTMENT, [works(StaffRole.DEPARTMENT_HEAD, "finance")], None),
        (Tier.DEPARTMENT, [works(StaffRole.REGISTRAR, "quality")], None),
        (Tier.ONE, [works(StaffRole.AGENT_1), works(StaffRole.DEPUTY, "quality")], Tier.MANAGEMENT),
        (Tier.MANAGEMENT, [works(StaffRole.ADMINISTRATIVE_MANAGER)], None),
    ],
)
def test_past_whom_it_is_about(tier: Tier, people: list[Accused], to: Tier | None) -> None:
    assert past(POLICY, tier, "quality", people) is to


def test_a_head_whom_only_the_document_names_is_known_by_the_lms_too() -> None:
    quality = POLICY.departments["quality"]
    head = replace(quality.head, contact=Contact(email="h@example.invalid", lms_user="academy:50"))
    policy = replace(POLICY, departments={**POLICY.departments, "quality": replace(quality, head=head)})
    assert past(policy, Tier.DEPARTMENT, "quality", [STRANGER]) is Tier.MANAGEMENT
