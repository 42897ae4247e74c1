"""People of the desk, launched into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.certificates.manar import ExportFiles, Manar
from adapters.lms.fake import FakeLms
from adapters.lms.national_id import known_by
from sidecar.domain.access import StaffRole
from sidecar.register_imports import imported
from tests.desk import appoint
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.conftest import Comes
from tests.sidecar.pages.desk import exports
from tests.sidecar.pages.visiting import Visitor
from tests.worlds import SITE

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


@pytest.fixture
def desk(house: Callers, tmp_path: Path) -> Callers:
    """An institute whose LMS knows the numbers of its trainees, as keyed hashes."""
    world = house.world
    lms = world.runtime.lms[SITE]
    assert isinstance(lms, FakeLms)
    for person, number in exports.NUMBERS.items():
        key, end = known_by(exports.KEY, number) or ("", "")
        if person != "23":  # whose number the LMS does not tell
            lms.set_facts(person, "2", profile__national_id="present", profile__national_id_key=key,
                          profile__national_id_end=end)  # fmt: skip
    changed = replace(
        world.runtime, data_dir=tmp_path, id_key=exports.KEY, registry_files=ExportFiles(),
        registries={"manar": Manar("manar", imported(world.runtime.db))},
    )  # fmt: skip
    world.runtime = changed
    house.app.extensions["nidaa_runtime"] = changed
    return house
