"""The rota entered by page, and whom it lets alerts reach."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sidecar.domain.access import StaffRole
from sidecar.domain.report import Kind
from sidecar.journey.escalation import release_due
from sidecar.store import rota
from tests.desk import appoint
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.desk.conftest import AtDesk
from tests.sidecar.pages.visiting import Visitor
from tests.staff import alerted, arrive
from tests.worlds import SITE, report

HOME = "/desk/duty/rota/"
TODAY = "2026-11-22"  # Sunday, 17:03 in Riyadh


def enter(visitor: Visitor, what: str, **form: object):
    return visitor.post(f"{HOME}{what}", HOME, **form)


def complain(house: Callers):
    now = house.world.clock()
    return arrive(house.world, report(kind=Kind.COMPLAINT, symptom=None, category="content", channel="web",
                                      occurred_at=now, received_at=now))  # fmt: skip


def standing(house: Callers) -> list[str]:
    with house.world.runtime.db.read() as conn:
        return [row.what for row in rota.standing(conn)]


def test_a_head_who_is_away_is_stood_in_for_from_the_next_complaint_on(house: Callers, at_desk: AtDesk) -> None:
    head = at_desk(StaffRole.DEPARTMENT_HEAD)  # of training
    assert enter(head, "absence", whose="head:training", first=TODAY, last="٢٠٢٦-١١-٢٤").status_code == 303
    assert ("referred", "deputy:training", 1) in alerted(house.world, complain(house).id)
    page = head.get(f"{HOME}?lang=en").text
    assert "22 November until 24 November" in page
    assert "deputy, the head is away" in head.get("/desk/duty/?lang=en").text
    house.world.clock.forward(days=3)
    assert "deputy, the head is away" not in head.get("/desk/duty/?lang=en").text


def test_a_head_enters_nothing_for_another_department_and_no_shift(house: Callers, at_desk: AtDesk) -> None:
    head = at_desk(StaffRole.DEPARTMENT_HEAD)
    appoint(house.world, "60", StaffRole.LEAD)
    assert enter(head, "absence", whose="head:finance", first=TODAY, last=TODAY).status_code == 404
    shift = {"office": "contact_centre", "who": f"{SITE}:60", "days": ["6"], "start": "08:00", "end": "12:00"}
    assert enter(head, "shift", **shift).status_code == 404
    assert enter(head, "post", post="head:training", who="").status_code == 404
    assert standing(house) == []


def test_anybody_enters_the_own_absence(house: Callers, at_desk: AtDesk) -> None:
    agent = at_desk(StaffRole.AGENT_2, sub="60")
    appoint(house.world, "61", StaffRole.AGENT_2)
    assert enter(agent, "absence", whose=f"{SITE}:60", first=TODAY, last=TODAY).status_code == 303
    assert enter(agent, "absence", whose=f"{SITE}:61", first=TODAY, last=TODAY).status_code == 404


def test_who_leads_is_shown_at_their_own_hours(house: Callers, at_desk: AtDesk) -> None:
    lead = at_desk(StaffRole.LEAD, sub="60", name="Sara", email="sara@academy.sa", locale="en")
    shift = {"office": "contact_centre", "who": f"{SITE}:60", "days": ["6", "0"], "start": "16:00", "end": "00:00"}
    assert enter(lead, "shift", **shift).status_code == 303
    page = lead.get("/desk/duty/?lang=en").text
    assert "Sara" in page
    assert "leads this shift" in page
    house.world.clock.at = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)  # Tuesday: the document's own lead
    assert "Evening shift lead" in at_desk(StaffRole.AGENT_1).get("/desk/duty/?lang=en").text


def test_two_do_not_lead_one_office_at_once(house: Callers, at_desk: AtDesk) -> None:
    lead = at_desk(StaffRole.LEAD, sub="60")
    appoint(house.world, "61", StaffRole.LEAD)
    first = {"office": "contact_centre", "who": f"{SITE}:60", "days": ["6"], "start": "08:00", "end": "14:00"}
    assert enter(lead, "shift", **first).status_code == 303
    answer = enter(lead, "shift", **first | {"who": f"{SITE}:61", "start": "13:59", "end": "20:00"})
    assert answer.status_code == 422
    assert "f-shift-start" in answer.text
    assert 'value="20:00"' in answer.text  # what was typed is still there
    for apart in (
        {"start": "14:00", "end": "20:00"},
        {"days": ["1"]},
        {"office": "operations"},
    ):
        assert enter(lead, "shift", **first | apart).status_code == 303
    assert len(standing(house)) == 4


@pytest.mark.parametrize(
    ("what", "form", "field"),
    [
        ("absence", {"whose": "", "first": TODAY, "last": TODAY}, "whose"),
        ("absence", {"whose": "head:training", "first": TODAY}, "last"),
        ("absence", {"whose": "head:training", "first": TODAY, "last": "2026-11-21"}, "last"),
        ("absence", {"whose": "head:training", "first": "2026-11-01", "last": "2026-11-21"}, "last"),
        ("absence", {"whose": "head:training", "first": "yesterday", "last": TODAY}, "first"),
        ("shift", {"office": "contact_centre", "who": f"{SITE}:60", "start": "08:00", "end": "12:00"}, "days"),
        ("shift", {"office": "contact_centre", "who": f"{SITE}:60", "days": "6", "start": "12", "end": "1"}, "start"),
        ("shift", {"office": "contact_centre", "who": "", "days": "6", "start": "08:00", "end": "12:00"}, "who"),
        ("on_call", {"who": f"{SITE}:62", "severity": "1"}, "who"),
        ("on_call", {"who": f"{SITE}:60", "severity": "9"}, "severity"),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field(
    house: Callers, at_desk: AtDesk, what: str, form: dict[str, str], field: str
) -> None:
    manager = at_desk(StaffRole.ADMINISTRATIVE_MANAGER)
    appoint(house.world, "60", StaffRole.LEAD)
    appoint(house.world, "62", StaffRole.LEAD, email=None)
    answer = enter(manager, what, **form)
    assert answer.status_code == 422
    assert f'id="f-{what}-{field}"' in answer.text
    assert standing(house) == []


def test_who_is_entered_as_on_call_is_rung_before_whom_the_document_names(house: Callers, at_desk: AtDesk) -> None:
    manager = at_desk(StaffRole.ADMINISTRATIVE_MANAGER)
    appoint(house.world, "60", StaffRole.AGENT_2, name="محمد", phone="+966500000001")
    assert enter(manager, "on_call", who=f"{SITE}:60", severity="1", last=TODAY).status_code == 303
    assert "محمد" in manager.get("/desk/duty/").text
    now = house.world.clock()
    arrive(house.world, report(occurred_at=now, received_at=now))
    house.world.clock.forward(days=1)
    assert "محمد" not in manager.get("/desk/duty/").text


def test_a_post_goes_over_and_comes_back_and_each_change_stays_on_record(house: Callers, at_desk: AtDesk) -> None:
    manager = at_desk(StaffRole.ADMINISTRATIVE_MANAGER)
    appoint(house.world, "63", StaffRole.DEPARTMENT_HEAD, name="فهد الحربي", email="fahd@academy.sa",
            departments=["training"])  # fmt: skip
    assert enter(manager, "post", post="head:training", who=f"{SITE}:63").status_code == 303
    assert "فهد الحربي" in manager.get("/desk/duty/").text
    assert ("referred", "head:training", 1) in alerted(house.world, complain(house).id)
    # Nobody of another department, and nobody who is no head.
    assert enter(manager, "post", post="head:finance", who=f"{SITE}:63").status_code == 422
    assert enter(manager, "post", post="head:nowhere", who=f"{SITE}:63").status_code == 422
    assert enter(manager, "post", post="head:training", who="").status_code == 303
    assert "فهد الحربي" not in manager.get("/desk/duty/").text
    with house.world.runtime.db.read() as conn:
        rows = conn.execute(rota.entries.select()).all()
    assert [(row.place, row.ended_by is not None) for row in rows] == [("head:training", True)]


def test_an_account_that_ended_holds_no_post(house: Callers, at_desk: AtDesk) -> None:
    manager = at_desk(StaffRole.ADMINISTRATIVE_MANAGER)
    appoint(house.world, "63", StaffRole.DEPARTMENT_HEAD, name="فهد الحربي", departments=["training"])
    enter(manager, "post", post="head:training", who=f"{SITE}:63")
    appoint(house.world, "63", StaffRole.DEPARTMENT_HEAD, name="فهد الحربي", departments=["training"], active=False)
    assert "فهد الحربي" not in manager.get("/desk/duty/").text


def test_what_is_taken_back_holds_no_more(house: Callers, at_desk: AtDesk) -> None:
    head = at_desk(StaffRole.DEPARTMENT_HEAD)
    enter(head, "absence", whose="head:training", first=TODAY, last=TODAY)
    other = at_desk(StaffRole.DEPARTMENT_HEAD, sub="64", departments=["finance"])
    assert other.post(f"{HOME}1/end", HOME).status_code == 404
    assert head.post(f"{HOME}1/end", HOME).status_code == 303
    assert head.post(f"{HOME}1/end", HOME).status_code == 303
    assert ("referred", "head:training", 1) in alerted(house.world, complain(house).id)


def test_head_and_deputy_both_away_is_said(house: Callers, at_desk: AtDesk) -> None:
    manager = at_desk(StaffRole.ADMINISTRATIVE_MANAGER)
    enter(manager, "absence", whose="head:training", first="2026-12-01", last="2026-12-10")
    said = "Head and deputy are away on the same days"
    assert said not in manager.get(f"{HOME}?lang=en").text
    enter(manager, "absence", whose="deputy:training", first="2026-12-10", last="2026-12-12")
    assert said in manager.get(f"{HOME}?lang=en").text


def test_a_clocks_rung_goes_to_the_entered_lead(house: Callers, at_desk: AtDesk) -> None:
    lead = at_desk(StaffRole.LEAD, sub="60")
    week = [str(day) for day in range(7)]
    shift = {"office": "contact_centre", "who": f"{SITE}:60", "days": week, "start": "00:00", "end": "00:00"}
    assert enter(lead, "shift", **shift).status_code == 303
    house.world.clock.at = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)  # 23:00: the document has no shift then
    now = house.world.clock()
    opened = arrive(house.world, report(occurred_at=now, received_at=now))
    house.world.clock.forward(minutes=2)
    release_due(house.world.runtime)
    house.world.drain()
    assert alerted(house.world, opened.id)[0][1] == "shift:contact_centre"
    assert house.world.clock() - now == timedelta(minutes=2)


def test_a_lead_enters_no_absence_of_a_head_by_their_account(house: Callers, at_desk: AtDesk) -> None:
    lead = at_desk(StaffRole.LEAD, sub="60")
    appoint(house.world, "61", StaffRole.AGENT_1)
    appoint(house.world, "63", StaffRole.DEPARTMENT_HEAD, departments=["training"])
    appoint(house.world, "65", StaffRole.ADMINISTRATIVE_MANAGER)
    for key in ("63", "65"):
        assert enter(lead, "absence", whose=f"{SITE}:{key}", first=TODAY, last=TODAY).status_code == 404
    assert enter(lead, "absence", whose=f"{SITE}:61", first=TODAY, last=TODAY).status_code == 303
    own = at_desk(StaffRole.DEPARTMENT_HEAD, sub="63", departments=["training"])
    assert enter(own, "absence", whose=f"{SITE}:63", first=TODAY, last=TODAY).status_code == 303
    assert lead.post(f"{HOME}2/end", HOME).status_code == 404


def test_the_page_stands_whoever_left_and_whatever_the_policy_dropped(house: Callers, at_desk: AtDesk) -> None:
    manager = at_desk(StaffRole.ADMINISTRATIVE_MANAGER)
    appoint(house.world, "61", StaffRole.AGENT_2, name="محمد")
    enter(manager, "absence", whose=f"{SITE}:61", first=TODAY, last=TODAY)
    enter(manager, "absence", whose="head:finance", first=TODAY, last=TODAY)
    appoint(house.world, "61", StaffRole.AGENT_2, name="محمد", active=False)
    world = house.world
    kept = {key: one for key, one in world.runtime.policy.departments.items() if key != "finance"}
    world.runtime = replace(world.runtime, policy=replace(world.runtime.policy, departments=kept))
    house.app.extensions["nidaa_runtime"] = world.runtime
    assert manager.get(HOME).status_code == 200


def test_who_leads_by_the_rota_takes_note_of_what_they_were_alerted_to(house: Callers, at_desk: AtDesk) -> None:
    agent = at_desk(StaffRole.AGENT_1, sub="60")
    manager = at_desk(StaffRole.ADMINISTRATIVE_MANAGER)
    week = [str(day) for day in range(7)]
    shift = {"office": "contact_centre", "who": f"{SITE}:60", "days": week, "start": "00:00", "end": "00:00"}
    assert enter(manager, "shift", **shift).status_code == 303
    now = house.world.clock()
    opened = arrive(house.world, report(occurred_at=now, received_at=now))
    house.world.clock.forward(minutes=2)
    release_due(house.world.runtime)
    house.world.drain()
    assert f"/desk/cases/{opened.id}" in agent.get("/desk/alerts/").text
    assert agent.post("/desk/alerts/1", "/desk/alerts/").status_code == 303
