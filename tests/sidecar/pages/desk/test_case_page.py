"""The page of a case, and that a look at a complaint is kept (P16)."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from sidecar.casework import prefer
from sidecar.domain.access import StaffRole
from sidecar.domain.facts import Fact, Facts
from sidecar.domain.report import About, Channel, Kind, Reporter, Role
from sidecar.store import cases, facts, reports
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


def ask(house: Callers, by: str = "22", **changes: object):
    who = Reporter(id=by, role=Role.TRAINEE, name="نورة الشمري", email="noura@academy.sa")
    plain = {"kind": Kind.SUPPORT_REQUEST, "symptom": None, "category": "login", "channel": Channel.WEB}
    return arrive(house.world, report(**(plain | {"reporter": who, "text": "لا أستطيع الدخول"} | changes)))


def test_everything_that_is_known_stands_there_in_words(house: Callers, at_desk: AtDesk) -> None:
    case = ask(house)
    first = ask(house, text="بلاغ سابق", category="joining")
    agent = at_desk(StaffRole.AGENT_1, name="هند السالم")
    agent.post(f"/desk/cases/{case.id}/note", "/desk/", text="اتصلت به")
    agent.post(f"/desk/cases/{case.id}/reply", "/desk/", text="جرّبوا <script>الآن</script>")
    house.world.drain()
    page = agent.get(f"/desk/cases/{case.id}?lang=en").text
    for said in ("لا أستطيع الدخول", "اتصلت به", "Note among staff", "هند السالم", "Why this deadline?", "Who was told",
                 "Who hears of it when", "What the platform says", "Judged by policy"):  # fmt: skip
        assert said in page, said
    assert "<script>الآن" not in page
    assert f'href="/desk/cases/{first.id}"' in page  # the same person's
    assert "first_answer" not in page
    assert "academy:" not in page


def test_what_may_not_be_done_is_not_offered(house: Callers, at_desk: AtDesk) -> None:
    case = ask(house)
    page = at_desk(StaffRole.AGENT_1).get(f"/desk/cases/{case.id}").text
    assert f"/desk/cases/{case.id}/transfer" in page
    for none in ("verify", "reopen", "split", "accept", "name"):
        assert f"/desk/cases/{case.id}/{none}" not in page, none
    watcher = at_desk(StaffRole.REGISTRAR, departments=["registration"])
    assert watcher.get(f"/desk/cases/{case.id}").status_code == 404


def test_the_platform_is_asked_again_and_what_changed_is_shown(house: Callers, at_desk: AtDesk) -> None:
    case = ask(house)
    agent = at_desk(StaffRole.AGENT_1)
    with house.world.runtime.db.write() as conn:
        key = cases.report_keys(conn, case.id)[0]
        for suspended in (True, False):
            values = {"account.suspended": Fact(suspended, "moodle", house.world.clock())}
            told = Facts("22", None, house.world.clock(), values)
            facts.record_all(conn, facts.rows("academy", {key: told}))
    page = agent.get(f"/desk/cases/{case.id}?lang=en").text
    assert "Suspended" in page
    assert "was yes" in page
    assert agent.post(f"/desk/cases/{case.id}/look-again", "/desk/").status_code == 303
    assert "has not answered yet" in agent.get(f"/desk/cases/{case.id}?lang=en").text
    house.world.drain()
    assert "has not answered yet" not in agent.get(f"/desk/cases/{case.id}?lang=en").text


def test_a_national_id_is_never_shown(house: Callers, at_desk: AtDesk) -> None:
    case = ask(house)
    with house.world.runtime.db.write() as conn:
        key = cases.report_keys(conn, case.id)[0]
        values = {"profile.national_id": Fact("1234567890", "moodle", house.world.clock())}
        facts.record_all(conn, facts.rows("academy", {key: Facts("22", None, house.world.clock(), values)}))
    page = at_desk(StaffRole.AGENT_1).get(f"/desk/cases/{case.id}?lang=en").text
    assert "1234567890" not in page
    assert "on record" in page


def test_two_on_one_case_see_each_other(house: Callers, at_desk: AtDesk) -> None:
    case = ask(house)
    hind = at_desk(StaffRole.AGENT_1, name="هند السالم")
    faisal = at_desk(StaffRole.LEAD, name="فيصل الحمدان")
    here = f"/desk/cases/{case.id}/here"
    assert hind.post(here, "/desk/", writing="1").get_json()["others"] == []
    hind.post(here, "/desk/", writing="1")
    told = faisal.post(here, "/desk/", writing="").get_json()
    assert any("هند السالم" in one for one in told["others"])
    assert "هند السالم" in faisal.get(f"/desk/cases/{case.id}").text
    faisal.post(f"/desk/cases/{case.id}/note", "/desk/", text="س")
    faisal.post(f"/desk/cases/{case.id}/pick-up", "/desk/")
    assert hind.post(here, "/desk/", writing="").get_json()["version"] > told["version"]
    house.world.clock.forward(minutes=2)
    assert hind.post(here, "/desk/", writing="").get_json()["others"] == []


def test_a_reference_leads_to_its_case(house: Callers, at_desk: AtDesk) -> None:
    case = ask(house)
    with house.world.runtime.db.read() as conn:
        reference = next(iter(reports.references(conn, cases.report_keys(conn, case.id)).values()))
    agent = at_desk(StaffRole.AGENT_1)
    assert agent.get(f"/desk/find/{reference}").headers["Location"] == f"/desk/cases/{case.id}"
    assert agent.get("/desk/find/1").status_code in {303, 404}


def test_a_look_that_cannot_be_kept_is_not_given(
    house: Callers, at_desk: AtDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = ask(house, kind=Kind.COMPLAINT, category="content", text="سر")
    head = at_desk(StaffRole.DEPARTMENT_HEAD)

    def gone(*_: object, **__: object) -> None:
        raise OperationalError("x", {}, Exception("gone"))

    monkeypatch.setattr("sidecar.store.looks.note", gone)
    answer = head.get(f"/desk/cases/{case.id}")
    assert answer.status_code == 503
    assert "سر" not in re.sub(r"<title>.*?</title>", "", answer.text).replace("أسرع", "")


def test_staff_read_how_the_reporter_wants_to_be_answered_and_no_address(house: Callers, at_desk: AtDesk) -> None:
    sent = report(kind=Kind.SUPPORT_REQUEST, symptom=None, category="login", channel=Channel.WEB)
    found = arrive(house.world, sent)
    prefer.prefer(house.world.runtime, sent.key, "21", "call", phone="0501234567")
    page = at_desk(StaffRole.AGENT_1).get(f"/desk/cases/{found.id}?lang=en").text
    assert "Wants to be called" in page
    assert "501234567" not in page


def test_a_telephone_number_that_somebody_wrote_reads_from_left_to_right(house: Callers, at_desk: AtDesk) -> None:
    case = ask(house, text="رقم جوالك: +966551234567")
    agent = at_desk(StaffRole.AGENT_1)
    for address in (f"/desk/cases/{case.id}", "/desk/"):
        assert 'رقم جوالك: <bdi dir="ltr">+966551234567</bdi>' in agent.get(address).text, address
