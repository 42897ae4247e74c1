"""Calls that tell, and what is written down for somebody who calls."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace

import pytest

from adapters.channels.fake import FakeMailer
from sidecar.casework.merge import merge
from sidecar.domain.access import StaffRole
from sidecar.domain.case import Action
from sidecar.domain.report import About, Channel, Kind, Reporter, Role
from sidecar.journey.escalation import raise_again, release_due
from sidecar.journey.overdue_calls import raise_overdue
from sidecar.store import callbacks, calls, on_behalf
from sidecar.store.cases import report_keys
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.desk.conftest import NUMBERS, AtDesk
from tests.sidecar.pages.visiting import Visitor
from tests.staff import HEAD, actions, alerted, all_cases, arrive, running
from tests.worlds import report

FORM = {"about": "support_request.login", "text": "لا تصله رسالة", "name": "سعد القرني", "phone": "٠٥٠ ١٢٣ ٤٥٦٧",
        "channel": "phone", "role": "trainee", "preference": "", "email": "", "course": "", "person": ""}  # fmt: skip


def complain(house: Callers, by: str = "22", **changes: object):
    who = Reporter(id=by, role=Role.TRAINEE, name="نورة الشمري", phone="+966501112233")
    plain = {"kind": Kind.COMPLAINT, "symptom": None, "category": "conduct_trainer", "channel": Channel.WEB}
    return arrive(house.world, report(**(plain | {"reporter": who, "about": About("50", Role.TRAINER)} | changes)))


def write(visitor: Visitor, **form: str):
    return visitor.post("/desk/behalf/new", "/desk/behalf/new", **(FORM | {"id": str(uuid.uuid4())} | form))


def test_who_has_only_a_telephone_is_listed_until_a_call_tells_them(house: Callers, at_desk: AtDesk) -> None:
    found = complain(house)
    head = at_desk(StaffRole.DEPARTMENT_HEAD)
    page = head.get("/desk/calls/?lang=en").text
    assert "نورة الشمري" in page
    assert 'href="tel:+966501112233"' in page
    assert "told" in running(house.world, found.id)
    assert head.post(f"/desk/cases/{found.id}/call", "/desk/", result="no_answer").status_code == 303
    assert "نورة الشمري" in head.get("/desk/calls/").text
    assert head.post(f"/desk/cases/{found.id}/call", "/desk/", result="spoken").status_code == 422
    told = head.post(f"/desk/cases/{found.id}/call", "/desk/", result="spoken", text="أُبلغت بالإحالة")
    assert told.status_code == 303
    assert "نورة الشمري" not in head.get("/desk/calls/").text
    assert "told" not in running(house.world, found.id)
    assert Action.REPLY not in actions(house.world, found.id)
    assert "escalation" in running(house.world, found.id)


def test_an_answer_by_telephone_ends_the_24_hours(house: Callers, at_desk: AtDesk) -> None:
    found = complain(house)
    head = at_desk(StaffRole.DEPARTMENT_HEAD)
    head.post(f"/desk/cases/{found.id}/call", "/desk/", result="answered", text="هذا هو الرد")
    assert "escalation" not in running(house.world, found.id)
    assert Action.REPLY in actions(house.world, found.id)


def test_the_call_list_is_no_way_around_confidentiality(house: Callers, at_desk: AtDesk) -> None:
    complain(house, about=About(NUMBERS[StaffRole.DEPARTMENT_HEAD], Role.TRAINER))
    for role in (StaffRole.AGENT_1, StaffRole.DEPARTMENT_HEAD, StaffRole.AGENT_2):
        assert "نورة الشمري" not in at_desk(role).get("/desk/calls/").text
    assert "نورة الشمري" in at_desk(StaffRole.ADMINISTRATIVE_MANAGER).get("/desk/calls/").text


def test_somebody_unknown_is_written_down_and_found_the_next_time(house: Callers, at_desk: AtDesk) -> None:
    agent = at_desk(StaffRole.AGENT_1)
    done = write(agent)
    assert done.status_code == 303, re.findall(r'class="nd-err".*?</p>', done.text)
    house.world.drain()
    (case,) = all_cases(house.world)
    assert (case.channel, case.category) == (Channel.PHONE, "login")
    with house.world.runtime.db.read() as conn:
        keys = report_keys(conn, case.id)
        assert on_behalf.of_reports(conn, keys) == {keys[0]: f"academy:{NUMBERS[StaffRole.AGENT_1]}"}
    assert re.search(r"\d{3}-\d{3}-\d{3}-\d", agent.get(done.headers["Location"]).text)
    assert str(case.id) in agent.get("/desk/search?q=0501234567").text


@pytest.mark.parametrize("asked", ["0501112233", "نوره", "+966 50 111 2233"])
def test_somebody_known_is_found_with_their_open_cases(house: Callers, at_desk: AtDesk, asked: str) -> None:
    case = complain(house, kind=Kind.SUPPORT_REQUEST, category="login", about=None)
    secret = complain(house)
    agent = at_desk(StaffRole.AGENT_1)
    page = agent.get(f"/desk/behalf/?q={asked}".replace("+", "%2B")).text
    assert "نورة الشمري" in page
    assert f"/desk/cases/{case.id}" in page
    assert f"/desk/cases/{secret.id}" not in page
    assert "966501112233" not in page  # the last four digits are enough to ask "is it you?"
    assert "نورة الشمري" not in agent.get("/desk/behalf/?q=0509999999").text
    form = agent.get("/desk/behalf/new?person=academy:22").text
    assert 'value="نورة الشمري"' in form
    assert write(agent, person="academy:22", name="نورة الشمري", phone="").status_code == 303
    house.world.drain()
    assert len(all_cases(house.world)) == 3
    assert agent.get("/desk/behalf/new?person=academy:999").status_code == 404


def test_a_form_sent_twice_is_one_report_and_a_bad_one_keeps_its_words(house: Callers, at_desk: AtDesk) -> None:
    agent, same = at_desk(StaffRole.AGENT_1), str(uuid.uuid4())
    assert [write(agent, id=same).status_code for _ in range(2)] == [303, 303]
    house.world.drain()
    assert len(all_cases(house.world)) == 1
    for field, value in (("about", "complaint.login"), ("text", ""), ("name", ""), ("phone", ""), ("phone", "12"),
                         ("channel", "in_room"), ("email", "x@example.invalid"), ("role", "room")):  # fmt: skip
        bad = write(agent, **{field: value})
        assert bad.status_code == 422, field
        assert f'id="f-{field}"' in bad.text
        assert field == "text" or FORM["text"] in bad.text


def test_whoever_was_written_down_for_gets_a_receipt(house: Callers, at_desk: AtDesk) -> None:
    mailer = FakeMailer()
    house.world.runtime = replace(house.world.runtime, mailer=mailer)
    write(at_desk(StaffRole.AGENT_1), email="saad@academy.sa")
    house.world.drain()
    assert [mail.to for mail in mailer.taken] == ["saad@academy.sa"]


def test_one_call_tells_one_person(house: Callers, at_desk: AtDesk) -> None:
    first, second = complain(house), complain(house, by="23")
    merge(house.world.runtime, HEAD, first.id, second.id)
    head = at_desk(StaffRole.DEPARTMENT_HEAD)
    (kept,) = [one.id for one in all_cases(house.world) if one.is_open]
    where = f"/desk/cases/{kept}/call"
    page = head.get(where).text
    assert 'value="academy:22"' in page
    assert 'value="academy:23"' in page
    head.post(f"/desk/cases/{kept}/reply", "/desk/", text="سنراجع المادة")
    house.world.drain()
    spoken = {"result": "spoken", "text": "أُبلغت بالإحالة"}
    assert head.post(where, "/desk/", whom="academy:9", **spoken).status_code == 422
    assert head.post(where, "/desk/", whom="academy:22", **spoken).status_code == 303
    with house.world.runtime.db.read() as conn:
        assert {person for _site, person in calls.of_case(conn, kept)} == {"23"}
    assert head.post(where, "/desk/", whom="other", **spoken).status_code == 303
    with house.world.runtime.db.read() as conn:
        assert {person for _site, person in calls.of_case(conn, kept)} == {"23"}
    assert "told" in running(house.world, kept)
    assert head.post(where, "/desk/", whom="academy:23", **spoken).status_code == 303
    assert "told" not in running(house.world, kept)


def test_other_words_under_the_same_form_are_not_lost(house: Callers, at_desk: AtDesk) -> None:
    agent, same = at_desk(StaffRole.AGENT_1), str(uuid.uuid4())
    assert write(agent, id=same).status_code == 303
    again = write(agent, id=same, text="كلام آخر")
    assert again.status_code == 409
    assert "كلام آخر" in again.text
    assert same not in again.text


def test_a_complaint_about_oneself_makes_nobody_just_here(house: Callers, at_desk: AtDesk) -> None:
    complain(house, kind=Kind.SUPPORT_REQUEST, category="login", about=None)
    agent = at_desk(StaffRole.AGENT_1)
    house.world.clock.forward(hours=2)
    before = on_behalf_page(agent)
    complain(house, about=About(NUMBERS[StaffRole.AGENT_1], Role.TRAINER))
    assert on_behalf_page(agent) == before
    complain(house, by="24", about=About(NUMBERS[StaffRole.AGENT_1], Role.TRAINER))
    assert agent.get("/desk/behalf/new?person=academy:24").status_code == 404


def on_behalf_page(visitor: Visitor) -> str:
    text = visitor.get("/desk/behalf/?q=نورة").text
    assert "نورة الشمري" in text
    return text


def test_whose_mail_came_back_is_said_before_they_are_promised_one(house: Callers, at_desk: AtDesk) -> None:
    mailer = FakeMailer()
    house.world.runtime = replace(house.world.runtime, mailer=mailer)
    house.app.extensions["nidaa_runtime"] = house.world.runtime
    who = Reporter(id="22", role=Role.TRAINEE, name="نورة الشمري", email="noura@academy.sa")
    agent = at_desk(StaffRole.AGENT_1)
    complain(house, reporter=who, kind=Kind.SUPPORT_REQUEST, category="login", about=None)
    assert "Email bounces" not in agent.get("/desk/behalf/?q=نورة&lang=en").text
    mailer.unknown.add("noura@academy.sa")
    complain(house, reporter=who, kind=Kind.SUPPORT_REQUEST, category="login", about=None)
    assert "Email bounces" in agent.get("/desk/behalf/?q=نورة&lang=en").text


def test_whoever_has_no_account_is_called_by_name(house: Callers, at_desk: AtDesk) -> None:
    who = Reporter(id=None, role=Role.VISITOR, name="سعد القرني", phone="+966501234567")
    found = complain(house, reporter=who)
    head = at_desk(StaffRole.DEPARTMENT_HEAD)
    page = head.get(f"/desk/cases/{found.id}/call").text
    assert ">سعد القرني</option>" in page
    assert ">visitor:" not in page
    head.post(f"/desk/cases/{found.id}/call", "/desk/", result="spoken", text="أُبلغ")
    assert "سعد القرني" not in head.get("/desk/calls/").text
    told = head.get(f"/desk/cases/{found.id}").text.partition("من أُبلغ")[2]
    assert "سعد القرني" in told.partition("</section>")[0]


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
