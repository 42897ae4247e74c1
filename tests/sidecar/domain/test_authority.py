"""The authority matrix says what access answers, and nothing else."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from sidecar.domain import access, authority
from sidecar.domain.access import MATRIX, StaffRole
from sidecar.domain.authority import Reach, Sort
from sidecar.domain.case import Action


def row(role: StaffRole) -> authority.Row:
    return next(one for one in authority.matrix() if one.role is role)


def test_who_sees_what() -> None:
    head = row(StaffRole.DEPARTMENT_HEAD)
    assert head.sees[Sort.COMPLAINT] is Reach.OWN
    assert row(StaffRole.AGENT_1).sees[Sort.COMPLAINT] is Reach.NONE
    assert row(StaffRole.AGENT_1).sees[Sort.COMPLAINT_UNSORTED] is Reach.ALL
    assert row(StaffRole.ROOM_MANAGER).sees[Sort.ROOM] is Reach.OWN
    assert row(StaffRole.ADMINISTRATIVE_MANAGER).sees[Sort.COMPLAINT] is Reach.ALL
    assert set(row(StaffRole.SUPERVISOR).sees.values()) == {Reach.NONE}


def test_who_may_what_and_only_on_what_is_seen() -> None:
    agent = row(StaffRole.AGENT_1)
    assert Action.VERIFY not in agent.may
    assert Sort.COMPLAINT not in agent.may[Action.REPLY]
    assert Sort.COMPLAINT in row(StaffRole.DEPARTMENT_HEAD).may[Action.VERIFY]
    for one in authority.matrix():
        for sorts in one.may.values():
            assert all(one.sees[sort] is not Reach.NONE for sort in sorts)


def test_a_change_of_access_changes_the_matrix(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = MappingProxyType({**MATRIX, StaffRole.AGENT_1: MATRIX[StaffRole.AGENT_1] | {Action.VERIFY}})
    monkeypatch.setattr(access, "MATRIX", changed)
    assert Action.VERIFY in row(StaffRole.AGENT_1).may
