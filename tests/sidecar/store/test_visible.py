"""A list shows what `access.may_see` says, for every role and kind of case, and never the accused's own."""

from __future__ import annotations

from itertools import product

import pytest
from sqlalchemy import insert, select

from sidecar.domain.access import Involved, StaffRole, Viewer, may_see
from sidecar.domain.case import CaseKind, State
from sidecar.domain.policy import Tier
from sidecar.store import accused
from sidecar.store.cases import cases, from_row
from sidecar.store.visible import visible
from tests.worlds import NOON, SITE, World

ROLES = [role for role in StaffRole if role not in {StaffRole.ROOM_MANAGER, StaffRole.TRAINER}]
_PLAIN = {
    "site_id": SITE, "category": "x", "severity": 3, "channel": "web", "opened_at": NOON, "clock_started_at": NOON,
    "last_report_at": NOON, "policy_digest": "d",
}  # fmt: skip


def fill(world: World) -> None:
    kinds = (CaseKind.COMPLAINT, CaseKind.SUPPORT_REQUEST)
    states = (State.RECEIVED, State.RESOLVED, State.CLOSED)
    every = product(kinds, states, Tier, ("training", "finance"), (True, False))
    rows = [
        {"kind": kind, "state": state, "tier": tier, "department": department, "confidential": confidential} | _PLAIN
        for kind, state, tier, department, confidential in every
    ]
    with world.runtime.db.write() as conn:
        conn.execute(insert(cases), rows)


@pytest.mark.parametrize("role", ROLES)
def test_a_list_shows_what_the_person_may_see(world: World, role: StaffRole) -> None:
    fill(world)
    viewer = Viewer("local:x", frozenset({role}), departments=frozenset({"training"}))
    with world.runtime.db.read() as conn:
        shown = set(conn.scalars(select(cases.c.id).where(visible(viewer))))
        meant = {c.id for row in conn.execute(select(cases)) if may_see(viewer, c := from_row(row), Involved())}
    assert shown == meant
    assert bool(shown) is (role not in {StaffRole.TRAINEE, StaffRole.VISITOR, StaffRole.SUPERVISOR,
                                        StaffRole.ADMINISTRATOR})  # fmt: skip


@pytest.mark.parametrize("key", ["local:x", f"{SITE}:5"])
def test_the_accused_is_shown_no_complaint_by_whatever_key(world: World, key: str) -> None:
    fill(world)
    viewer = Viewer("local:x", frozenset(StaffRole), departments=frozenset({"training"}), also=frozenset({f"{SITE}:5"}))
    with world.runtime.db.write() as conn:
        before = set(conn.scalars(select(cases.c.id).where(visible(viewer))))
        accused.note(conn, min(before), [key, key])
        accused.copy(conn, min(before), max(before))
        accused.copy(conn, min(before), max(before))
        assert before - set(conn.scalars(select(cases.c.id).where(visible(viewer)))) == {min(before), max(before)}
