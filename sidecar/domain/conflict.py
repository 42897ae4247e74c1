"""A complaint climbs past whomever it is about: nobody's own desk, and nobody's subordinates, get it (P16)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sidecar.domain.access import StaffRole
from sidecar.domain.policy import Policy, Tier

_ANSWER_FOR_IT: Final = frozenset({StaffRole.DEPARTMENT_HEAD, StaffRole.DEPUTY})
_DESKS: Final = {
    Tier.ONE: frozenset({StaffRole.AGENT_1, StaffRole.LEAD}),
    Tier.TWO: frozenset({StaffRole.AGENT_2, StaffRole.LEAD}),
}


@dataclass(frozen=True, slots=True)
class Accused:
    """Somebody whom a complaint is about.

    Attributes:
        keys: by which this human is known, at the LMS and here.
        roles, departments: what they hold here; empty for who does not work here.
    """

    keys: frozenset[str]
    roles: frozenset[StaffRole] = frozenset()
    departments: frozenset[str] = frozenset()


def past(policy: Policy, tier: Tier, department: str, people: Collection[Accused]) -> Tier | None:
    """Where a complaint goes that would stand at `tier` with one of these people; None where it may stay.

    Past an agent or a shift lead it goes to the department, whose head answers; past a head or deputy, to management.

    Args:
        policy: with the people who are there now.
    """
    if tier is Tier.DEPARTMENT:
        return Tier.MANAGEMENT if any(_answers_for(policy, department, one) for one in people) else None
    if any(one.roles & _DESKS.get(tier, frozenset()) for one in people):
        return past(policy, Tier.DEPARTMENT, department, people) or Tier.DEPARTMENT
    return None


def _answers_for(policy: Policy, department: str, one: Accused) -> bool:
    if one.roles & _ANSWER_FOR_IT and department in one.departments:
        return True
    competent = policy.departments.get(department)
    return competent is not None and any(
        person.contact.is_any_of(one.keys) for person in (competent.head, competent.deputy)
    )
