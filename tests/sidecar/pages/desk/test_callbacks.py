"""Calls with a clock: whom to call, by when, and how it ends."""

from __future__ import annotations

import re
from dataclasses import replace

from adapters.channels.fake import FakeMailer
from sidecar.domain.access import StaffRole
from sidecar.domain.case import Action
from sidecar.domain.report import About, Channel, Kind, Reporter, Role
from sidecar.journey.escalation import raise_again, release_due
from sidecar.journey.overdue_calls import raise_overdue
from sidecar.store import callbacks
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.desk.conftest import NUMBERS, AtDesk
from tests.staff import actions, alerted, arrive, running
from tests.worlds import report


def complain(house: Callers, by: str = "22", **changes: object):
    who = Reporter(id=by, role=Role.TRAINEE, name="نورة الشمري", phone="+966501112233")
    plain = {"kind": Kind.COMPLAINT, "symptom": None, "category": "conduct_trainer", "channel": Channel.WEB}
    return arrive(house.world, report(**(plain | {"reporter": who, "about": About("50", Role.TRAINER)} | changes)))


def test_a_call_is_due_within_two_working_hours_and_the_lead_hears_when_nobody_makes_it(
    house: Callers, at_desk: AtDesk
) -> None:
    found = complain(house)  # 17:03
    head = at_desk(StaffRole.DEPARTMENT_HEAD)
    assert "19:03" in head.get("/desk/calls/").text
    house.world.clock.forward(hours=2)
    for _ in range(3):
        raise_overdue(house.world.runtime)
    assert ("call_overdue", "shift:contact_centre", 1) in alerted(house.world, found.id)


def test_who_never_answers_is_given_up_after_three_tries_and_the_case_says_so(house: Callers, at_desk: AtDesk) -> None:
    found = complain(house)
    head = at_desk(StaffRole.DEPARTMENT_HEAD)
    where = f"/desk/cases/{found.id}/call"
    for tries in (1, 2):
        assert head.post(where, "/desk/", result="no_answer").status_code == 303
        page = head.get("/desk/calls/?lang=en").text
        assert f"tried {tries} time" in page
        assert "not again before 18:03" in page
    head.post(where, "/desk/", result="no_answer")
    assert "نورة الشمري" not in head.get("/desk/calls/").text
    assert "called, and nobody answered" in head.get(f"/desk/cases/{found.id}?lang=en").text
    assert "told" in running(house.world, found.id)  # P7 was not kept


def test_a_wrong_number_is_not_tried_again(house: Callers, at_desk: AtDesk) -> None:
    found = complain(house)
    head = at_desk(StaffRole.DEPARTMENT_HEAD)
    head.post(f"/desk/cases/{found.id}/call", "/desk/", result="wrong_number")
    assert "نورة الشمري" not in head.get("/desk/calls/").text
    assert "wrong number" in head.get(f"/desk/cases/{found.id}?lang=en").text


def test_a_promised_call_stands_in_the_list_until_it_is_made(house: Callers, at_desk: AtDesk) -> None:
    found = complain(house, kind=Kind.SUPPORT_REQUEST, category="login", about=None)
    agent = at_desk(StaffRole.AGENT_1)
    where = f"/desk/cases/{found.id}/callback"
    assert "نورة الشمري" in agent.get(where).text
    promised = {"whom": "academy:22", "day": "2026-11-23", "time": "١٠:٣٠", "text": "بعد تفعيل الحساب"}
    for wrong in ({"time": "25:00"}, {"time": "soon"}, {"day": "2026-12-30"}, {"whom": "academy:23"},
                  {"day": "2026-11-22", "time": "16:00"}):  # fmt: skip
        assert agent.post(where, "/desk/", **promised | wrong).status_code == 422
    assert agent.post(where, "/desk/", **promised).status_code == 303
    assert agent.post(where, "/desk/", **promised | {"time": "11:00"}).status_code == 303  # moved, not doubled
    page = agent.get("/desk/calls/?lang=en").text
    assert page.count("a call was promised") == 1
    assert "23 November at 11:00" in page
    assert "بعد تفعيل الحساب" in agent.get(f"/desk/cases/{found.id}").text
    spoken = {"result": "spoken", "text": "فُعّل الحساب"}
    assert agent.post(f"/desk/cases/{found.id}/call", "/desk/", **spoken).status_code == 303
    assert "a call was promised" not in agent.get("/desk/calls/?lang=en").text


def escalate(house: Callers) -> int:
    found = complain(house)
    house.world.clock.forward(hours=24)
    release_due(house.world.runtime)
    house.world.drain()
    return found.id


def test_the_manager_is_called_on_the_mobile_that_the_document_names(house: Callers, at_desk: AtDesk) -> None:
    number = escalate(house)
    agent = at_desk(StaffRole.AGENT_1)  # who may not read the complaint
    page = agent.get("/desk/calls/?lang=en").text
    assert 'href="tel:+966501380380"' in page
    assert f"/desk/cases/{number}" not in page
    assert agent.get(f"/desk/cases/{number}").status_code == 404
    row = int(re.findall(r'action="/desk/calls/(\d+)"', page)[0])
    assert agent.post(f"/desk/calls/{row}", "/desk/calls/", result="no_answer").status_code == 303
    assert "tried 1 time" in agent.get("/desk/calls/?lang=en").text
    raise_again(house.world.runtime)
    assert agent.post(f"/desk/calls/{row}", "/desk/calls/", result="reached").status_code == 303
    assert "501380380" not in agent.get("/desk/calls/").text
    house.world.clock.forward(hours=3)
    raise_again(house.world.runtime)
    raised = [times for cause, _who, times in alerted(house.world, number) if cause.endswith("escalation_management")]
    assert raised == [1]  # reached: not raised again
    assert agent.post(f"/desk/calls/{row}", "/desk/calls/", result="reached").status_code == 404
    assert "Told of an alert by telephone" in at_desk(StaffRole.ADMINISTRATIVE_MANAGER).get(
        f"/desk/cases/{number}?lang=en"
    ).text  # fmt: skip


def test_an_accused_agent_is_not_asked_to_call_the_manager_about_it(house: Callers, at_desk: AtDesk) -> None:
    agent = at_desk(StaffRole.AGENT_1)
    before = agent.get("/desk/calls/").text
    complain(house, about=About(NUMBERS[StaffRole.AGENT_1], Role.VISITOR))
    house.world.clock.forward(hours=24)
    release_due(house.world.runtime)
    house.world.drain()
    with house.world.runtime.db.read() as conn:
        (row,) = [one for one in conn.execute(callbacks.callbacks.select()) if one.why == "alert"]
    agent = at_desk(StaffRole.AGENT_1)
    assert re.sub(r"csrf.*", "", agent.get("/desk/calls/").text) == re.sub(r"csrf.*", "", before)
    assert agent.post(f"/desk/calls/{row.id}", "/desk/calls/", result="reached").status_code == 404
    assert "501380380" in at_desk(StaffRole.AGENT_1, sub="601").get("/desk/calls/").text


def test_who_is_alerted_takes_note_and_is_not_reminded(house: Callers, at_desk: AtDesk) -> None:
    number = escalate(house)
    manager = at_desk(StaffRole.ADMINISTRATIVE_MANAGER)
    page = manager.get("/desk/alerts/?lang=en").text
    assert f"/desk/cases/{number}" in page
    (alert,) = re.findall(r'action="/desk/alerts/(\d+)"', page)
    head = at_desk(StaffRole.DEPARTMENT_HEAD)
    assert f'action="/desk/alerts/{alert}"' not in head.get("/desk/alerts/").text
    assert head.post(f"/desk/alerts/{alert}", "/desk/alerts/").status_code == 404
    assert manager.post(f"/desk/alerts/{alert}", "/desk/alerts/").status_code == 303
    assert f'action="/desk/alerts/{alert}"' not in manager.get("/desk/alerts/").text
    assert "501380380" not in manager.get("/desk/calls/").text
    assert Action.REPLY not in actions(house.world, number)  # an acknowledgement answers nothing
    assert manager.post(f"/desk/alerts/{alert}", "/desk/alerts/").status_code == 303


def test_an_answer_makes_the_call_to_the_manager_needless(house: Callers, at_desk: AtDesk) -> None:
    number = escalate(house)
    head = at_desk(StaffRole.DEPARTMENT_HEAD)
    assert "501380380" in head.get("/desk/calls/").text
    assert head.post(f"/desk/cases/{number}/reply", "/desk/", text="هذا هو الرد").status_code == 303
    assert "501380380" not in head.get("/desk/calls/").text


def test_whom_a_mail_does_not_reach_is_called_instead(house: Callers, at_desk: AtDesk) -> None:
    mailer = FakeMailer()
    mailer.unknown.add("gone@academy.sa")
    house.world.runtime = replace(house.world.runtime, mailer=mailer)
    house.app.extensions["nidaa_runtime"] = house.world.runtime
    who = Reporter(id="22", role=Role.TRAINEE, name="نورة الشمري", phone="+966501112233", email="gone@academy.sa")
    found = complain(house, reporter=who)
    house.world.drain()
    head = at_desk(StaffRole.DEPARTMENT_HEAD)
    assert "نورة الشمري" in head.get("/desk/calls/").text
    assert "told" in running(house.world, found.id)
