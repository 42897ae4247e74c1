"""Who is on duty now: by the hour, and by who is away."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sidecar.domain.access import StaffRole
from sidecar.domain.institute import Absence
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.desk.conftest import AtDesk


def test_the_shift_of_the_hour_leads_and_the_document_number_is_there(house: Callers, at_desk: AtDesk) -> None:
    agent = at_desk(StaffRole.AGENT_1)
    page = agent.get("/desk/duty/?lang=en").text  # Sunday, 17:03
    assert "Evening shift lead" in page
    assert 'href="tel:+966501380380"' in page
    assert "Open until" in page
    assert "example.invalid" not in page
    house.world.clock.at = house.world.clock.at.replace(hour=6)
    assert "Morning shift lead" in agent.get("/desk/duty/?lang=en").text


def test_at_night_the_desk_is_closed_and_nobody_is_rung(house: Callers, at_desk: AtDesk) -> None:
    house.world.clock.at = house.world.clock.at.replace(day=26, hour=20)  # Thursday, 23:00 in Riyadh
    page = at_desk(StaffRole.AGENT_1).get("/desk/duty/?lang=en").text
    assert "Closed, opens 29 November at 08:00" in page
    assert "Quiet hours until" in page


def test_while_a_head_is_away_the_deputy_answers(house: Callers, at_desk: AtDesk) -> None:
    policy = house.world.runtime.policy
    training = policy.departments["training"]
    contact = replace(training.deputy.contact, email="deputy@academy.sa")
    away = replace(training.head, absences=(Absence(date(2026, 11, 20), date(2026, 11, 30)),))
    changed = replace(training, head=away, deputy=replace(training.deputy, contact=contact))
    departments = {**policy.departments, "training": changed}
    house.world.runtime = replace(house.world.runtime, policy=replace(policy, departments=departments))
    house.app.extensions["nidaa_runtime"] = house.world.runtime
    page = at_desk(StaffRole.LEAD).get("/desk/duty/?lang=en").text
    assert "Deputy head of training" in page
    assert "deputy, the head is away" in page
    assert "mailto:deputy@academy.sa" in page
