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
from sidecar.domain.registry import number_key
from sidecar.domain.report import About, Channel, Kind, Reporter, Role
from sidecar.store import calls, identities, on_behalf
from sidecar.store.cases import report_keys
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.desk.conftest import NUMBERS, AtDesk
from tests.sidecar.pages.visiting import Visitor
from tests.staff import HEAD, actions, all_cases, arrive, running
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


def test_what_somebody_adds_by_telephone_goes_to_their_open_case(house: Callers, at_desk: AtDesk) -> None:
    case = complain(house, kind=Kind.SUPPORT_REQUEST, category="login", about=None)
    other = complain(house, by="23", kind=Kind.SUPPORT_REQUEST, category="login", about=None)
    agent, same = at_desk(StaffRole.AGENT_1), str(uuid.uuid4())
    assert f'<option value="{case.id}"' in agent.get("/desk/behalf/new?person=academy:22").text
    form = {"person": "academy:22", "name": "نورة الشمري", "phone": "0501112233", "text": "ما زالت لا تصلها الرسالة"}
    assert write(agent, **form, case=str(other.id)).status_code == 422  # none of hers
    assert write(agent, **form, case="x").status_code == 422
    for _ in range(2):
        done = write(agent, **form, case=str(case.id), id=same)
        assert done.headers["Location"].startswith(f"/desk/cases/{case.id}")
    house.world.drain()
    assert len(all_cases(house.world)) == 2
    page = agent.get(f"/desk/cases/{case.id}").text
    assert page.count("ما زالت لا تصلها الرسالة") == 1
    assert page.count('الهاتف: <bdi dir="ltr">0501112233</bdi>') == 1
    assert actions(house.world, case.id).count(Action.ADD) == 1


def test_somebody_is_found_by_a_national_id_that_stands_nowhere(house: Callers, at_desk: AtDesk) -> None:
    complain(house, kind=Kind.SUPPORT_REQUEST, category="login", about=None)
    world, number = house.world, "1000000008"
    world.runtime = replace(world.runtime, id_key=b"k" * 32)
    house.app.extensions["nidaa_runtime"] = world.runtime
    said = {"profile.national_id": "present", "profile.national_id_key": number_key(b"k" * 32, number),
            "profile.national_id_end": "08"}  # fmt: skip
    with world.runtime.db.write() as conn:
        identities.note(conn, "academy", [("22", said, world.clock())])
    agent = at_desk(StaffRole.AGENT_1)
    for typed in (number, "١٠٠٠٠٠٠٠٠٨", "1000-000-008"):
        page = agent.post("/desk/behalf/", "/desk/behalf/", q=typed).text
        assert "نورة الشمري" in page
        assert typed not in page
    assert "نورة الشمري" not in agent.post("/desk/behalf/", "/desk/behalf/", q="1000000016").text
    assert "نورة الشمري" not in agent.get(f"/desk/behalf/?q={number}").text  # no number stands in an address
    assert "نورة الشمري" in agent.post("/desk/behalf/", "/desk/behalf/", q="نوره").text
