"""The order of a queue, two days, filters that somebody keeps, and what a long look finds."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import update

from sidecar.casework import saving
from sidecar.domain.access import StaffRole
from sidecar.store import desk
from sidecar.store.cases import cases
from sidecar.store.saved_filters import saved_filters
from tests.desk import appoint
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.desk.conftest import NUMBERS, AtDesk
from tests.sidecar.pages.desk.test_queue import ask, complaint, numbers
from tests.sidecar.pages.visiting import Visitor
from tests.staff import AGENT


def all_pages(visitor: Visitor, path: str) -> list[int]:
    seen: list[int] = []
    while path:
        page = visitor.get(path).text
        seen += numbers(page)
        more = re.search(r'href="([^"]+)" rel="next"', page)
        path = more.group(1).replace("&amp;", "&") if more else ""
    return seen


def change(house: Callers, number: int, **values: object) -> None:
    with house.world.runtime.db.write() as conn:
        conn.execute(update(cases).where(cases.c.id == number).values(**values))


@pytest.mark.parametrize("queue", ["tier-1", "all"])
def test_each_order_pages_without_a_gap(both: Callers, queue: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "PAGE", 3)
    found = [ask(both.world, str(one), minutes=one // 2).id for one in range(8)]
    for place, one in enumerate(found):
        change(both, one, severity=1 + place % 3)
    by_severity = sorted(found, key=lambda one: (found.index(one) % 3, found.index(one)))
    visitor = _let_in(both, StaffRole.AGENT_1)
    wanted = {"due": found, "oldest": found, "newest": found[::-1], "severity": by_severity}
    for order, meant in wanted.items():
        assert all_pages(visitor, f"/desk/?queue={queue}&sort={order}") == meant, order
    for one in found:
        change(both, one, state="closed")
    assert all_pages(visitor, "/desk/?queue=ended") == found[::-1]
    assert all_pages(visitor, "/desk/?queue=ended&sort=oldest") == found
    assert all_pages(visitor, "/desk/?queue=ended&sort=severity") == found[::-1]  # what has ended is due no more


def _let_in(house: Callers, role: StaffRole) -> Visitor:
    appoint(house.world, "100", role)
    visitor = Visitor(house)
    assert visitor.launch("desk", "100").status_code == 303
    return visitor


def test_a_mark_of_another_order_is_not_there(house: Callers, at_desk: AtDesk) -> None:
    visitor = at_desk(StaffRole.AGENT_1)
    assert visitor.get("/desk/?sort=severity&after=1.2").status_code == 404
    assert visitor.get("/desk/?sort=severity&after=1.2.3").status_code == 200
    assert visitor.get("/desk/?after=1.2.3").status_code == 404
    assert visitor.get("/desk/?sort=sideways").status_code == 404


def test_days_are_the_institutes_and_typed_in_any_digits(house: Callers, at_desk: AtDesk) -> None:
    # 2026-11-22 17:03 in Riyadh; an hour to midnight there is eight in the evening in UTC.
    today = ask(house.world, "1")
    late = ask(house.world, "2", minutes=6 * 60 + 50)  # 23:53 in Riyadh
    tomorrow = ask(house.world, "3", minutes=7 * 60 + 5)  # 00:08 there, the same day in UTC
    visitor = at_desk(StaffRole.AGENT_1)

    def found(query: str) -> list[int]:
        return sorted(numbers(visitor.get(f"/desk/?{query}").text))

    assert found("from=2026-11-22&to=2026-11-22") == [today.id, late.id]
    assert found("from=2026-11-23") == [tomorrow.id]
    assert found("from=٢٠٢٦-١١-٢٣&to=٢٣/١١/٢٠٢٦") == [tomorrow.id]
    assert found("to=22.11.2026") == [today.id, late.id]
    page = visitor.get("/desk/?lang=en&from=yesterday&to=2026-11-22").text
    assert "Write a day as" in page
    assert sorted(numbers(page)) == [today.id, late.id]
    assert 'value="yesterday"' in page


def test_a_filter_that_fits_little_is_told_how_far_it_looked(
    house: Callers, at_desk: AtDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "LOOKED", 3)
    found = [ask(house.world, str(one), minutes=one).id for one in range(8)]
    change(house, found[7], severity=4)
    for one in found[:7]:
        change(house, one, severity=2)
    visitor = at_desk(StaffRole.AGENT_1)
    page = visitor.get("/desk/?lang=en&severity=4").text
    assert numbers(page) == []
    assert "Look further" in page
    assert all_pages(visitor, "/desk/?severity=4") == [found[7]]
    assert "Look further" not in visitor.get("/desk/?lang=en&state=closed").text  # nothing open is closed


def test_counts_end_at_a_thousand(house: Callers, at_desk: AtDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "COUNTED", 3)
    for one in range(4):
        ask(house.world, str(one), minutes=one)
    with house.world.runtime.db.read() as conn:
        assert desk.counted(conn, AGENT, [desk.ALL, desk.MINE]) == {"all": (3, 0), "mine": (0, 0)}


def test_a_filter_is_kept_shown_renamed_and_removed(house: Callers, at_desk: AtDesk) -> None:
    phone = ask(house.world, "1")
    visitor = at_desk(StaffRole.AGENT_1)
    page = visitor.get("/desk/?lang=en&category=login&sort=newest&from=22/11/2026").text
    form = page.partition('action="/desk/filters/"')[2].partition("</form>")[0]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    assert fields["from"] == "2026-11-22"
    answer = visitor.post("/desk/filters/", "/desk/", name="  دخول   الأسبوع ", **fields)
    assert answer.status_code == 303
    kept = visitor.get("/desk/?lang=en").text
    assert "دخول الأسبوع" in kept
    number = re.findall(r'href="/desk/filters/(\d+)"', kept)[0]
    used = visitor.get(f"/desk/filters/{number}")
    assert used.status_code == 303
    assert numbers(visitor.get(used.location).text) == [phone.id]
    assert 'aria-current="page"' in visitor.get(used.location).text.partition("nd-saved")[2]

    visitor.post("/desk/filters/", "/desk/", name="other", queue="all", overdue="1")
    assert visitor.post(f"/desk/filters/{number}", "/desk/filters/", name="other").status_code == 422
    assert visitor.post(f"/desk/filters/{number}", "/desk/filters/", name="logins").status_code == 303
    visitor.post("/desk/filters/", "/desk/", name="other", queue="all", escalated="1")  # takes the place of the first
    assert visitor.get("/desk/filters/").text.count('<li>\n    <a href="/desk/filters/') == 2
    assert visitor.post(f"/desk/filters/{number}/remove", "/desk/filters/").status_code == 303
    assert "logins" not in visitor.get("/desk/").text


def test_filters_are_their_owners_alone(house: Callers, at_desk: AtDesk) -> None:
    visitor = at_desk(StaffRole.AGENT_1)
    visitor.post("/desk/filters/", "/desk/", name="سرّي", queue="all")
    with house.world.runtime.db.read() as conn:
        number = conn.execute(saved_filters.select()).one().id
    other = at_desk(StaffRole.LEAD)
    assert "سرّي" not in other.get("/desk/").text + other.get("/desk/filters/").text
    assert other.get(f"/desk/filters/{number}").status_code == 404
    assert other.post(f"/desk/filters/{number}", "/desk/filters/", name="x").status_code == 404
    assert other.post(f"/desk/filters/{number}/remove", "/desk/filters/").status_code == 404
    assert visitor.post("/desk/filters/", "/desk/", csrf="forged", name="x").status_code == 400
    assert visitor.post("/desk/filters/", "/desk/", name="x", queue="management").status_code == 404
    assert visitor.post("/desk/filters/", "/desk/", name="x", category="nothing").status_code == 404


def test_there_is_an_end_to_how_many(house: Callers, at_desk: AtDesk) -> None:
    visitor = at_desk(StaffRole.AGENT_1)
    visitor.get("/desk/?lang=en")
    for one in range(saving.MOST):
        assert visitor.post("/desk/filters/", "/desk/", name=f"f{one}", queue="all").status_code == 303
    answer = visitor.post("/desk/filters/", "/desk/", name="one more", queue="all")
    assert answer.status_code == 422
    assert "as many filters" in answer.text
    assert visitor.post("/desk/filters/", "/desk/", name="f3", queue="mine").status_code == 303


def test_a_filter_whose_category_has_left_the_policy_says_so(house: Callers, at_desk: AtDesk) -> None:
    visitor = at_desk(StaffRole.AGENT_1)
    visitor.get("/desk/?lang=en")
    visitor.post("/desk/filters/", "/desk/", name="old", queue="all", category="login", overdue="1")
    with house.world.runtime.db.write() as conn:
        row = conn.execute(saved_filters.select()).one()
        gone = dict(row.query) | {"category": "fax_machines"}
        conn.execute(update(saved_filters).values(query=gone))
    page = visitor.get(f"/desk/filters/{row.id}")
    assert page.status_code == 200
    assert "not there any more" in page.text
    assert "fax_machines" in page.text
    rest = re.findall(r'href="(/desk/\?[^"]+)"', page.text.partition("any more")[2])[0].replace("&amp;", "&")
    assert "overdue=1" in rest
    assert visitor.get(rest).status_code == 200


def test_the_number_of_new_ones_is_of_what_this_reader_may_see(house: Callers, at_desk: AtDesk) -> None:
    head = at_desk(StaffRole.DEPARTMENT_HEAD)
    page = head.get("/desk/?lang=en").text
    address = re.findall(r'data-new="([^"]+)"', page)[0].replace("&amp;", "&")
    house.world.clock.forward(seconds=30)
    complaint(house.world, NUMBERS[StaffRole.DEPARTMENT_HEAD], by="30")
    assert head.get(address).json == {"new": 0, "words": ""}
    complaint(house.world, by="31")
    assert head.get(address).json == {"new": 1, "words": "1 new"}
    assert head.get("/desk/new?since=1").json["new"] == 1  # a tab that was left open asks for the last day's
    assert head.get("/desk/new?since=x").status_code == 404
