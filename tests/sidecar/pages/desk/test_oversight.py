"""Government bodies file with the administrative manager, and see their own filings and no names (P9)."""

from __future__ import annotations

import re
import uuid

import pytest

from sidecar.casework.reply import reply
from sidecar.domain.access import StaffRole
from sidecar.domain.case import State
from sidecar.domain.policy import Tier
from sidecar.domain.report import About, Kind, Role
from sidecar.store import ratings
from sidecar.store.cases import report_keys
from sidecar.store.reports import additions
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.desk.conftest import NUMBERS, AtDesk
from tests.sidecar.pages.visiting import Visitor
from tests.staff import ADMINISTRATIVE, all_cases, arrive, running
from tests.worlds import report

HOME = "/desk/oversight/"


def file(visitor: Visitor, text: str = "كم شكوى لم يُرد عليها؟", **form: str) -> str:
    answer = visitor.post(f"{HOME}file", f"{HOME}file", **({"category": "supervisor_evidence", "text": text} | form))
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_a_filing_goes_to_the_manager_with_a_clock_and_comes_back_answered(house: Callers, at_desk: AtDesk) -> None:
    tvtc = at_desk(StaffRole.SUPERVISOR)
    where = file(tvtc)
    house.world.drain()
    (case,) = all_cases(house.world)
    assert (case.tier, case.category, case.state) == (Tier.MANAGEMENT, "supervisor_evidence", State.RECEIVED)
    assert "supervisor_answer" in running(house.world, case.id)
    manager = at_desk(StaffRole.ADMINISTRATIVE_MANAGER)
    assert where.rpartition("/")[2] in manager.get(HOME).text
    page = tvtc.get(f"{HOME}?lang=en").text
    assert "Request for evidence" in page
    assert "answered" not in page
    reply(house.world.runtime, ADMINISTRATIVE, case.id, "ثلاث شكاوى، وهذه أسبابها.")
    house.world.drain()
    assert "answered" in tvtc.get(f"{HOME}?lang=en").text
    assert tvtc.get(where).status_code == 200


def test_another_body_sees_nothing_of_it_and_a_colleague_does(house: Callers, at_desk: AtDesk) -> None:
    where = file(at_desk(StaffRole.SUPERVISOR))
    other = at_desk(StaffRole.SUPERVISOR, sub="301", body="nelc")
    colleague = at_desk(StaffRole.SUPERVISOR, sub="302", body="tvtc")
    assert other.get(where).status_code == 404
    assert where.rpartition("/")[2] not in other.get(HOME).text
    assert colleague.get(where).status_code == 200
    assert "كم شكوى" in colleague.get(where).text


def test_a_form_sent_twice_files_once_and_a_bad_one_keeps_its_words(house: Callers, at_desk: AtDesk) -> None:
    visitor, same = at_desk(StaffRole.SUPERVISOR), str(uuid.uuid4())
    assert file(visitor, id=same) == file(visitor, id=same)
    house.world.drain()
    assert len(all_cases(house.world)) == 1
    bad = visitor.post(f"{HOME}file", f"{HOME}file", category="complaint", text="نصّي محفوظ")
    assert bad.status_code == 422
    assert "نصّي محفوظ" in bad.text
    empty = visitor.post(f"{HOME}file", f"{HOME}file", category="supervisor_inquiry", text="  ")
    assert empty.status_code == 422
    assert 'aria-invalid="true"' in empty.text


def test_a_detail_is_added(house: Callers, at_desk: AtDesk) -> None:
    visitor = at_desk(StaffRole.SUPERVISOR)
    where = file(visitor)
    path = re.sub(r"https?://[^/]+", "", where)
    assert visitor.post(path, path, text="").status_code == 422
    assert visitor.post(path, path, text="ونرجو إرفاق السجل").status_code == 303
    house.world.drain()
    with house.world.runtime.db.read() as conn:
        assert [row.text for row in conn.execute(additions.select())] == ["ونرجو إرفاق السجل"]


def complaint(house: Callers, about: str = "50", text: str = "كلام لا يقرؤه أحد"):
    accused = About(about, Role.TRAINER)
    sent = report(kind=Kind.COMPLAINT, symptom=None, category="conduct_trainer", text=text, about=accused)
    return arrive(house.world, sent)


def test_the_register_has_no_names_no_words_and_no_subject_of_what_is_confidential(
    house: Callers, at_desk: AtDesk
) -> None:
    opened = complaint(house)
    visitor = at_desk(StaffRole.SUPERVISOR)
    for path in ("register", "pack", "register.csv"):
        page = visitor.get(f"{HOME}{path}?month=2026-11&lang=ar")
        assert page.status_code == 200
        assert str(opened.id) in page.text
        assert "شكوى" in page.text
        for secret in ("القحطاني", "كلام لا يقرؤه أحد", "academy"):
            assert secret not in page.text
    rows = visitor.get(f"{HOME}register.csv?lang=ar").data
    assert rows.startswith(("\ufeffالمعاملة".encode(), "\ufeffCase".encode()))
    assert "سلوك المدرب".encode() not in rows


def test_the_register_tells_kept_from_missed(house: Callers, at_desk: AtDesk) -> None:
    complaint(house)
    house.world.clock.forward(hours=25)
    visitor = at_desk(StaffRole.SUPERVISOR)
    page = visitor.get(f"{HOME}register?month=2026-11&lang=en").text
    assert "missed: " in page
    assert re.search(r"answer before escalation</td><td[^>]*>0</td><td[^>]*><b>1</b>", page)
    assert re.search(r"referral</td><td[^>]*>1</td><td[^>]*>0</td>", page)  # at receipt (P7)


def test_a_manager_who_is_complained_about_does_not_find_it_in_the_register(house: Callers, at_desk: AtDesk) -> None:
    manager = at_desk(StaffRole.ADMINISTRATIVE_MANAGER)
    before = manager.get(f"{HOME}register?month=2026-11").text
    complaint(house, about=NUMBERS[StaffRole.ADMINISTRATIVE_MANAGER])
    assert manager.get(f"{HOME}register?month=2026-11").text == before
    assert "شكوى" in at_desk(StaffRole.SUPERVISOR).get(f"{HOME}register?month=2026-11&lang=ar").text


def test_every_view_is_kept_and_shown_to_the_manager(house: Callers, at_desk: AtDesk) -> None:
    visitor = at_desk(StaffRole.SUPERVISOR, name="سعد المتابع")
    for path in ("pack", "register", "register.csv"):
        visitor.get(f"{HOME}{path}")
    page = at_desk(StaffRole.ADMINISTRATIVE_MANAGER).get(f"{HOME}views?lang=en").text
    assert page.count("سعد المتابع") == 3
    assert "Evidence pack" in page


@pytest.mark.parametrize("month", ["2026-13", "x", "1900-01", "2026-1", "9999-01"])
def test_a_month_that_is_none_is_not_there(at_desk: AtDesk, month: str) -> None:
    assert at_desk(StaffRole.SUPERVISOR).get(f"{HOME}register?month={month}").status_code == 404


def test_how_content_reporters_are_is_said_without_what_concerns_who_reads(house: Callers, at_desk: AtDesk) -> None:
    opened, about_manager = complaint(house), complaint(house, NUMBERS[StaffRole.ADMINISTRATIVE_MANAGER], text="آخر")
    with house.world.runtime.db.write() as conn:
        for case, score in ((opened, 4), (about_manager, 1)):
            (key,) = report_keys(conn, case.id)
            ratings.rate(conn, key, case.id, score, "", house.world.clock())
    body = at_desk(StaffRole.SUPERVISOR).get(f"{HOME}pack?month=2026-11&lang=en").text
    assert "Content: 2.5 of 5, by 2 answers" in body
    manager = at_desk(StaffRole.ADMINISTRATIVE_MANAGER).get(f"{HOME}pack?month=2026-11&lang=en").text
    assert "Content: 4.0 of 5, by 1 answer" in manager
