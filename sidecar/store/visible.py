"""Which cases somebody may know of, as a condition of a query: `access.may_see` for lists, counts, searches, exports.

A desk's roles alone: rooms and trainers have boards of their own. `tests/sidecar/store/test_visible.py` holds the two
to the same answers.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from sidecar.domain.access import StaffRole, Viewer
from sidecar.domain.case import State
from sidecar.domain.policy import Tier
from sidecar.store.accused import accused
from sidecar.store.cases import cases


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """The cases that this person may know to exist."""
    by_role = or_(false(), *(_of(role, viewer) for role in viewer.roles))
    # Few rows, read once and looked up by hash: a join would make the database sort anew what an index has in order.
    own = select(accused.c.case_id).where(accused.c.key.in_(sorted(viewer.keys)))
    return and_(by_role, cases.c.id.not_in(own))


def _of(role: StaffRole, viewer: Viewer) -> ColumnElement[bool]:
    within = cases.c.department.in_(sorted(viewer.departments))
    past = and_(cases.c.confidential, cases.c.tier == Tier.MANAGEMENT)
    resolved = cases.c.state == State.RESOLVED
    conditions: dict[StaffRole, ColumnElement[bool]] = {
        StaffRole.ADMINISTRATIVE_MANAGER: true(),
        StaffRole.DEPARTMENT_HEAD: and_(within, ~past),
        StaffRole.DEPUTY: and_(within, ~past),
        StaffRole.REGISTRAR: and_(within, ~cases.c.confidential),
        StaffRole.AGENT_1: or_(~cases.c.confidential, cases.c.tier == Tier.ONE),
        StaffRole.LEAD: or_(~cases.c.confidential, cases.c.tier.in_((Tier.ONE, Tier.TWO)), resolved),
        StaffRole.AGENT_2: or_(~cases.c.confidential, cases.c.tier == Tier.TWO, resolved),
    }
    return conditions.get(role, false())
