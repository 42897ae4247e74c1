"""The desk's list: what is due first, the queues of each role, filters and pages."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from sidecar.casework.pick_up import pick_up
from sidecar.casework.reply import pause
from sidecar.domain.access import StaffRole
from sidecar.domain.report import About, Channel, Kind, Reporter, Role
from sidecar.store import desk, looks
from sidecar.store.cases import cases
from sidecar.store.desk import ALL, Filter
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.desk.conftest import NUMBERS, AtDesk
from tests.staff import AGENT, arrive
from tests.worlds import NOON, World, report


def ask(world: World, by: str = "21", *, minutes: float = 0, **changes: object):
    plain = {
        "kind": Kind.SUPPORT_REQUEST, "symptom": None, "channel": Channel.EMAIL, "category": "login",
        "received_at": NOON + timedelta(minutes=minutes), "text": f"طلب رقم {by}",
        "reporter": Reporter(id=by, role=Role.TRAINEE, name=f"متدرب {by}"),
    }  # fmt: skip
    return arrive(world, report(**(plain | changes)))


def complaint(world: World, accused: str | None = None, category: str = "conduct_trainer", by: str = "21"):
    about = About(accused, Role.TRAINER) if accused else None
    return ask(world, by, kind=Kind.COMPLAINT, category=category, about=about, text="كلام الشكوى")


def numbers(page: str) -> list[int]:
    return [int(one) for one in re.findall(r'class="nd-open" href="/desk/cases/(\d+)"', page)]


def test_what_is_due_first_stands_first_whoever_came_first(house: Callers, at_desk: AtDesk) -> None:
    slow = ask(house.world, "1", kind=Kind.SUGGESTION, category="other_suggestion")
    quick = ask(house.world, "2", minutes=1)
    page = at_desk(StaffRole.AGENT_1).get("/desk/?lang=en").text
    assert numbers(page) == [quick.id, slow.id]
    assert "left" in page
    house.world.clock.forward(days=3)
    page = at_desk(StaffRole.AGENT_1).get("/desk/?lang=en").text
    assert "late " in page
    assert 'class="c-clock"' in page.partition("<tbody")[2].partition("c-subj")[0]  # the clock is read first


def test_a_wait_for_the_reporter_says_so(house: Callers, at_desk: AtDesk) -> None:
    found = ask(house.world)
    pick_up(house.world.runtime, AGENT, found.id)
    pause(house.world.runtime, AGENT, found.id, "أي متصفح؟", reason="needs_detail")
    assert "waits for the reporter" in at_desk(StaffRole.AGENT_1).get("/desk/?lang=en").text


@pytest.mark.parametrize(
    ("role", "queues"),
    [
        (StaffRole.AGENT_1, ["tier-1", "mine", "all", "ended"]),
        (StaffRole.LEAD, ["tier-1", "tier-2", "mine", "verify", "questions", "all", "ended"]),
        (StaffRole.AGENT_2, ["tier-2", "mine", "verify", "all", "ended"]),
        (StaffRole.DEPARTMENT_HEAD, ["department-training", "mine", "verify", "questions", "all", "ended"]),
        (StaffRole.REGISTRAR, ["department-training", "tier-2", "mine", "all", "ended"]),
    ],
)
def test_each_role_has_its_own_queues(at_desk: AtDesk, role: StaffRole, queues: list[str]) -> None:
    visitor = at_desk(role)
    page = visitor.get("/desk/").text
    assert re.findall(r'href="/desk/\?queue=([\w-]+)"', page)[: len(queues)] == queues
    assert visitor.get("/desk/?queue=management").status_code == 404
    assert all(visitor.get(f"/desk/?queue={one}").status_code == 200 for one in queues)


def test_a_referred_complaint_is_its_heads_and_no_agent_knows_of_it(house: Callers, at_desk: AtDesk) -> None:
    found = complaint(house.world, "50")
    assert numbers(at_desk(StaffRole.DEPARTMENT_HEAD).get("/desk/").text) == [found.id]
    for role in (StaffRole.AGENT_1, StaffRole.AGENT_2, StaffRole.LEAD):
        for queue in ("all", "ended", "mine"):
            assert numbers(at_desk(role).get(f"/desk/?queue={queue}").text) == []
    page = at_desk(StaffRole.DEPARTMENT_HEAD).get("/desk/").text
    assert "كلام الشكوى" not in page  # a list may stand on a screen that others see


def test_the_accused_is_shown_neither_the_complaint_nor_its_count(house: Callers, at_desk: AtDesk) -> None:
    head = at_desk(StaffRole.DEPARTMENT_HEAD)
    before = head.get("/desk/").text
    complaint(house.world, NUMBERS[StaffRole.DEPARTMENT_HEAD])
    assert head.get("/desk/").text == before
    twin = at_desk(StaffRole.DEPARTMENT_HEAD, sub="555", lms_user=f"academy:{NUMBERS[StaffRole.DEPARTMENT_HEAD]}")
    assert numbers(twin.get("/desk/?queue=all").text) == []
    # It climbed past the department: whoever heads it knows nothing of it either, as long as it is with management.
    manager = at_desk(StaffRole.ADMINISTRATIVE_MANAGER)
    assert len(numbers(manager.get("/desk/").text)) == 1


def test_filters_narrow_and_an_unknown_value_is_not_there(house: Callers, at_desk: AtDesk) -> None:
    mail = ask(house.world, "1")
    phone = ask(house.world, "2", channel=Channel.PHONE, category="joining")
    visitor = at_desk(StaffRole.AGENT_1)
    assert numbers(visitor.get("/desk/?channel=phone").text) == [phone.id]
    assert numbers(visitor.get("/desk/?category=login&unowned=1").text) == [mail.id]
    assert numbers(visitor.get("/desk/?overdue=1").text) == []
    pick_up(house.world.runtime, AGENT, mail.id)
    assert numbers(visitor.get("/desk/?unowned=1").text) == [phone.id]
    for wrong in ("channel=pigeon", "kind=x", "state=x", "category=x", "department=x", "severity=9", "after=x.y",
                  "after=99999999999999999999999999.1"):  # fmt: skip
        assert visitor.get(f"/desk/?{wrong}").status_code == 404, wrong


def test_pages_follow_each_other_without_a_gap(
    house: Callers, at_desk: AtDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "PAGE", 3)
    opened = [ask(house.world, str(one), minutes=one // 2).id for one in range(8)]
    visitor, seen, path = at_desk(StaffRole.AGENT_1), [], "/desk/?lang=en"
    while path:
        page = visitor.get(path).text
        seen += numbers(page)
        more = re.search(r'href="([^"]+)" rel="next"', page)
        path = more.group(1).replace("&amp;", "&") if more else ""
    assert seen == opened


def test_what_has_ended_is_listed_and_counted_nowhere(house: Callers, at_desk: AtDesk) -> None:
    found = ask(house.world)
    with house.world.runtime.db.write() as conn:
        conn.execute(update(cases).where(cases.c.id == found.id).values(state="closed"))
    visitor = at_desk(StaffRole.AGENT_1)
    assert numbers(visitor.get("/desk/").text) == []
    assert numbers(visitor.get("/desk/?queue=ended").text) == [found.id]


def test_both_databases_page_alike(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for one in range(4):
        ask(world, str(one), minutes=one)
    with world.runtime.db.read() as conn:
        lines = desk.page(conn, AGENT, ALL, Filter()).lines
        monkeypatch.setattr(desk, "PAGE", 2)
        first = desk.page(conn, AGENT, ALL, Filter())
        again = desk.page(conn, AGENT, ALL, Filter(), after=first.more).lines
        counts = desk.counted(conn, AGENT, [ALL])
    assert [line.case.id for line in again] == [line.case.id for line in lines[2:]]
    assert counts == {"all": (4, 0)}


def test_a_queue_names_no_complainant_and_a_search_that_does_is_a_look(house: Callers, at_desk: AtDesk) -> None:
    found = complaint(house.world, by="هند")
    ask(house.world, "ريم")
    manager = at_desk(StaffRole.ADMINISTRATIVE_MANAGER)
    page = manager.get("/desk/?queue=all").text
    assert found.id in numbers(page)
    assert "متدرب ريم" in page
    assert "متدرب هند" not in page
    with house.world.runtime.db.read() as conn:
        assert looks.of_case(conn, found.id) == []
    assert "متدرب هند" in manager.get("/desk/search?q=هند").text
    with house.world.runtime.db.read() as conn:
        assert [row.how for row in looks.of_case(conn, found.id)] == ["search"]
