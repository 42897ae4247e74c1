"""The page of a case, and that a look at a complaint is kept (P16)."""

from __future__ import annotations

from sqlalchemy import select

from sidecar.domain.access import StaffRole
from sidecar.domain.report import About, Kind, Role
from sidecar.store.looks import looks
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.desk.conftest import NUMBERS, AtDesk
from tests.staff import all_cases, arrive
from tests.worlds import report


def looked(house: Callers) -> list[str]:
    with house.world.runtime.db.read() as conn:
        return list(conn.scalars(select(looks.c.viewer_key)))


def test_a_complaint_is_shown_to_its_handler_and_the_look_is_kept(house: Callers, at_desk: AtDesk) -> None:
    arrive(house.world, report(kind=Kind.COMPLAINT, text="لم يرد علي أحد"))
    (case,) = all_cases(house.world)
    manager = at_desk(StaffRole.ADMINISTRATIVE_MANAGER)
    page = manager.get(f"/desk/cases/{case.id}?lang=en")
    assert page.status_code == 200
    assert "لم يرد علي أحد" in page.text
    assert "Why this deadline?" in page.text
    assert "Who looked" in page.text
    assert len(looked(house)) == 1


def test_whom_it_is_about_finds_nothing_and_leaves_no_look(house: Callers, at_desk: AtDesk) -> None:
    role = StaffRole.ADMINISTRATIVE_MANAGER
    arrive(house.world, report(kind=Kind.COMPLAINT, text="شكوى", about=About(NUMBERS[role], Role.TRAINER)))
    (case,) = all_cases(house.world)
    accused = at_desk(role)
    assert accused.get(f"/desk/cases/{case.id}").status_code == 404
    assert accused.get("/desk/cases/999").status_code == 404
    assert looked(house) == []
