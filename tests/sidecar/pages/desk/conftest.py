"""People of the desk, launched into it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sidecar.domain.access import StaffRole
from tests.desk import appoint
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.conftest import Comes
from tests.sidecar.pages.visiting import Visitor

AtDesk = Callable[..., Visitor]
# One person for each role, by a number at the LMS.
NUMBERS = {role: str(100 + place) for place, role in enumerate(StaffRole)}


@pytest.fixture
def at_desk(house: Callers, comes: Comes) -> AtDesk:
    """Lets somebody of a role in: `at_desk(StaffRole.LEAD)`; keywords as `tests.desk.appoint`, and `sub`."""

    def visit(*roles: StaffRole, sub: str = "", **changes: Any) -> Visitor:
        sub = sub or NUMBERS[roles[0]]
        if {StaffRole.DEPARTMENT_HEAD, StaffRole.DEPUTY, StaffRole.REGISTRAR} & set(roles):
            changes.setdefault("departments", ["training"])
        if StaffRole.SUPERVISOR in roles:
            changes.setdefault("body", "tvtc")
        appoint(house.world, sub, *roles, **changes)
        return comes("desk", sub)

    return visit
