"""What the day holds, as a page."""

from __future__ import annotations

from sidecar.domain.access import StaffRole
from sidecar.domain.report import About, Kind, Role
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.desk.conftest import NUMBERS, AtDesk
from tests.staff import arrive
from tests.worlds import report


def complain(house: Callers, **changes: object):
    now = house.world.clock()
    plain = {"kind": Kind.COMPLAINT, "symptom": None, "category": "content", "channel": "web"}
    return arrive(house.world, report(**(plain | {"occurred_at": now, "received_at": now} | changes)))


def test_the_day_of_a_head_is_the_departments(house: Callers, at_desk: AtDesk) -> None:
    found = complain(house)
    head = at_desk(StaffRole.DEPARTMENT_HEAD)
    page = head.get("/desk/today/?lang=en").text
    assert "Due today" in page  # told within four hours
    assert f"/desk/cases/{found.id}" in page
    assert "Nothing waits today" in at_desk(StaffRole.DEPARTMENT_HEAD, sub="556", departments=["finance"]).get(
        "/desk/today/?lang=en"
    ).text  # fmt: skip
    house.world.clock.forward(hours=5)
    assert "Overdue" in at_desk(StaffRole.DEPARTMENT_HEAD).get("/desk/today/?lang=en").text


def test_the_accused_sees_the_same_day_as_before(house: Callers, at_desk: AtDesk) -> None:
    head = at_desk(StaffRole.DEPARTMENT_HEAD)
    before = head.get("/desk/today/").text
    complain(house, about=About(NUMBERS[StaffRole.DEPARTMENT_HEAD], Role.TRAINER))
    assert head.get("/desk/today/").text == before
