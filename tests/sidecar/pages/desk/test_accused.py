"""Whoever is complained about walks through the whole desk and finds nothing: no case, no count, no search, no file.

The same pages are read before and after somebody complains about them, and must be the same to the letter.
"""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote, quote_plus

import pytest

from sidecar.casework.name_accused import name
from sidecar.domain.access import StaffRole
from sidecar.domain.report import About, Channel, Kind, Reporter, Role, grouped
from sidecar.journey.escalation import raise_again, release_due
from sidecar.store import cases, reports
from sidecar.store.feed import lately
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.desk.conftest import NUMBERS, AtDesk
from tests.sidecar.pages.desk.test_doors import routes
from tests.sidecar.pages.visiting import Visitor
from tests.staff import ADMINISTRATIVE, HEAD, arrive
from tests.worlds import report

ROLES = [StaffRole.AGENT_1, StaffRole.LEAD, StaffRole.AGENT_2, StaffRole.DEPARTMENT_HEAD,
         StaffRole.ADMINISTRATIVE_MANAGER]  # fmt: skip
SECRET = "كلام لا يقرؤه المشكو منه"
STREAMS = ("/desk/live",)  # what they carry is `test_live_queue.py`'s
_FRESH = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
QUEUES = ("all", "ended", "mine", "verify", "tier-1", "tier-2", "management", "department-training", "questions")


def complain(house: Callers, about: str | None, category: str = "content"):
    who = Reporter(id="22", role=Role.TRAINEE, name="نورة الشمري", phone="+966501112233")
    sent = report(
        kind=Kind.COMPLAINT, symptom=None, category=category, channel=Channel.WEB, reporter=who, text=SECRET,
        about=About(about, Role.TRAINER) if about else None,
    )  # fmt: skip
    return sent, arrive(house.world, sent)


def pages(house: Callers, number: int, reference: str) -> list[str]:
    """Every page that is looked at, with what would lead to the case wherever an address takes something."""
    found = []
    for method, route in sorted(routes(house)):
        if method == "GET" and "{key}" not in route and "{what}" not in route and route not in STREAMS:
            path = route.replace("{number}", str(number)).replace("{reference}", reference)
            found.append(re.sub(r"\{\w+\}", "0198f3c2-7b1e-7c44-9d0a-6f2b1c3d4e5f", path))
    found += [f"/desk/cases/{number}/{what}" for what in ("reply", "note", "verify", "merge", "call")]
    found += [f"/desk/?queue={queue}" for queue in QUEUES]
    searched = (SECRET, "نورة", str(number), reference, grouped(reference), "0501112233")
    found += [f"/desk/search?q={words}" for words in searched] + [f"/desk/behalf/?q={words}" for words in searched]
    found += ["/desk/behalf/new?person=academy:22"]
    return [*found, "/desk/watch/", "/desk/oversight/register?month=2026-11"]


def read(visitor: Visitor, paths: list[str]) -> dict[str, tuple[int, str]]:
    """What stands on each, without the number that each new form gets."""
    return {path: (answer.status_code, _FRESH.sub("", answer.text)) for path in paths if (answer := visitor.get(path))}


def without_what_was_asked(path: str, text: str) -> str:
    """A page's own search box and language link say again what somebody typed; that is no leak."""
    asked = path.partition("q=")[2]
    for form in (path, quote(asked), quote_plus(asked), asked):
        text = text.replace(form, "") if form else text
    return text


@pytest.mark.parametrize("door", ["launch", "another account"])
@pytest.mark.parametrize("role", ROLES)
def test_nothing_changes_for_whom_it_is_about(house: Callers, at_desk: AtDesk, role: StaffRole, door: str) -> None:
    key = f"academy:{NUMBERS[role]}"
    accused = at_desk(role) if door == "launch" else at_desk(role, sub="777", lms_user=key)
    first = arrive(house.world, report())  # a room is called as its newest report calls it
    expected = pages(house, first.id + 1, "1234567890")
    before = read(accused, expected)
    sent, case = complain(house, NUMBERS[role])
    assert case.id == first.id + 1
    with house.world.runtime.db.read() as conn:
        reference = reports.references(conn, [sent.key])[sent.key]
    again = read(accused, expected)
    # Of the views, each look is a line more, this one's too.
    assert {path for path in again if again[path] != before[path]} <= {"/desk/oversight/views"}
    after = read(accused, pages(house, case.id, reference))
    for path, (_status, text) in after.items():
        bare = without_what_was_asked(path, text)
        for secret in (SECRET, "نورة الشمري", f'/desk/cases/{case.id}"', reference, grouped(reference)):
            assert secret not in bare, path


@pytest.mark.parametrize("role", ROLES)
def test_whom_staff_name_later_loses_sight_of_it(house: Callers, at_desk: AtDesk, role: StaffRole) -> None:
    _sent, case = complain(house, None, category="other_complaint")
    accused = at_desk(role)
    by = HEAD if role is StaffRole.ADMINISTRATIVE_MANAGER else ADMINISTRATIVE
    if by is HEAD:
        with house.world.runtime.db.write() as conn:
            locked = cases.get(conn, case.id, lock=True)
            assert locked is not None
            conn.execute(cases.cases.update().values(department="training"))
    name(house.world.runtime, by, case.id, f"academy:{NUMBERS[role]}")
    for path, (status, text) in read(accused, pages(house, case.id, "1234567890")).items():
        assert SECRET not in without_what_was_asked(path, text), path
        assert f'/desk/cases/{case.id}"' not in text, path
        if path.startswith(f"/desk/cases/{case.id}"):
            assert status == 404, path


@pytest.mark.parametrize("role", [StaffRole.DEPARTMENT_HEAD, StaffRole.ADMINISTRATIVE_MANAGER])
def test_no_alert_and_no_event_reaches_them(house: Callers, at_desk: AtDesk, role: StaffRole) -> None:
    accused = at_desk(role)
    complain(house, NUMBERS[role])
    began = house.world.clock() - timedelta(hours=1)
    for _ in range(4):
        house.world.clock.forward(hours=10)
        release_due(house.world.runtime)
        raise_again(house.world.runtime)
        house.world.drain()
    with house.world.runtime.db.read() as conn:
        assert lately(conn, began) == []
    assert SECRET not in accused.get("/desk/duty/").text


def test_the_walk_would_see_a_leak(house: Callers, at_desk: AtDesk) -> None:
    other = at_desk(StaffRole.ADMINISTRATIVE_MANAGER)
    before = read(other, pages(house, 1, "1234567890"))
    _sent, case = complain(house, "50")
    after = read(other, pages(house, case.id, "1234567890"))
    changed = {path for path in after if after[path] != before.get(path)}
    assert {"/desk/", "/desk/?queue=all", f"/desk/cases/{case.id}", "/desk/search?q=نورة", "/desk/calls/",
            "/desk/behalf/?q=نورة", "/desk/oversight/register", "/desk/oversight/pack"} <= changed  # fmt: skip
