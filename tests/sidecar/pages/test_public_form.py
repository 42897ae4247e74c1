"""The public form: no account, no script; nothing typed is lost; machines and floods are held off."""

from __future__ import annotations

import re
import uuid

import pytest
from werkzeug.test import TestResponse

from sidecar.domain.case import CaseKind, State
from sidecar.domain.policy import Tier
from sidecar.domain.public_form import stamp
from sidecar.pages.public.proof import FIELD
from sidecar.store.reports import reports
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.proving import posted, solved
from tests.sidecar.pages.visiting import Visitor
from tests.staff import all_cases

SAID = {
    "category": "content", "text": "المادة قديمة منذ سنتين", "name": "نورة الشمري", "email": "noura@academy.sa",
    "phone": "", "role": "trainee", "course": "الأمن السيبراني", "remedy": "تحديثها", "preference": "", "website": "",
}  # fmt: skip


def send(
    house: Callers, kind: str = "complaint", *, wait: float = 10, proven: bool = True, **changes: str
) -> TestResponse:
    """Send it as a browser with a script does, or as one without does."""
    given = stamp(house.world.runtime.tracking_secret, house.world.clock())
    house.world.clock.forward(seconds=wait)
    proof = {FIELD: solved(house)} if proven and FIELD not in changes else {}
    form = SAID | {"id": str(uuid.uuid4()), "stamp": given} | proof | changes
    return posted(house, kind, form)


def test_a_complaint_without_an_account_is_referred_and_followed(house: Callers) -> None:
    answer = send(house)
    assert answer.status_code == 303
    house.world.drain()
    (case,) = all_cases(house.world)
    assert (case.kind, case.tier, case.state, case.confidential) == (
        CaseKind.COMPLAINT, Tier.DEPARTMENT, State.REFERRED, True,
    )  # fmt: skip
    page = Visitor(house).get(answer.headers["Location"]).text
    assert "المادة قديمة منذ سنتين" in page
    assert re.search(r"\d{3}-\d{3}-\d{3}-\d", page)
    assert "وصل" in page


@pytest.mark.parametrize(
    ("kind", "category", "becomes"),
    [("suggestion", "improve_content", CaseKind.SUGGESTION), ("question", "login", CaseKind.INQUIRY),
     ("cannot_get_in", "login", CaseKind.SUPPORT_REQUEST)],
)  # fmt: skip
def test_each_door_makes_its_kind(house: Callers, kind: str, category: str, becomes: CaseKind) -> None:
    page = Visitor(house).get(f"/public/report?kind={kind}&lang=en")
    assert page.status_code == 200
    assert f'value="{category}"' in page.text
    assert send(house, kind, category=category).status_code == 303
    house.world.drain()
    assert [one.kind for one in all_cases(house.world)] == [becomes]


def test_a_trainer_who_cannot_get_in_before_class_is_most_urgent(house: Callers) -> None:
    send(house, "cannot_get_in", category="trainer_access", role="trainer", class_soon="1")
    send(house, "cannot_get_in", category="trainer_access", role="trainer", email="x@academy.sa")
    house.world.drain()
    assert [one.severity for one in all_cases(house.world)] == [1, 2]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": "  "}, "text"), ({"text": "x" * 4001}, "text"), ({"text": "a\x00b"}, "text"),
        ({"email": "nobody"}, "email"), ({"email": "x@example.invalid"}, "email"), ({"email": ""}, "email"),
        ({"phone": "12"}, "phone"), ({"preference": "call"}, "phone"), ({"category": "supervisor_inquiry"}, "category"),
        ({"category": "login"}, "category"), ({"role": "room_manager"}, "role"),
        ({"preference": "pigeon"}, "preference"),
        ({"name": "x" * 301}, "name"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(
    house: Callers, changes: dict[str, str], field: str
) -> None:
    answer = send(house, **changes)
    assert answer.status_code == 422
    assert f'id="f-{field}"' in answer.text
    assert "نورة الشمري" in answer.text or field == "name"
    house.world.drain()
    assert all_cases(house.world) == []


def test_a_form_sent_twice_is_one_report(house: Callers) -> None:
    same = str(uuid.uuid4())
    first, second = send(house, id=same), send(house, id=same)
    assert first.headers["Location"] == second.headers["Location"]
    house.world.drain()
    assert len(all_cases(house.world)) == 1


@pytest.mark.parametrize(
    "changes", [{"website": "https://spam.example"}, {"stamp": "1.x"}, {"stamp": ""}, {"wait": 1}, {"wait": 4 * 3600}]
)
def test_a_machine_makes_no_case_and_a_person_keeps_the_words(house: Callers, changes: dict[str, object]) -> None:
    answer = send(house, **changes)  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert "المادة قديمة منذ سنتين" in answer.text
    house.world.drain()
    assert all_cases(house.world) == []


def test_a_flood_is_held_off_and_ends(house: Callers) -> None:
    codes = [send(house).status_code for _ in range(7)]
    assert codes == [303] * 6 + [429]
    assert send(house, email="other@academy.sa").status_code == 303
    codes = [send(house, email=f"x{one}@academy.sa").status_code for one in range(14)]
    assert codes[-1] == 429
    house.world.clock.forward(hours=2)
    assert send(house).status_code == 303


def test_no_cookie_is_needed(house: Callers) -> None:
    page = Visitor(house).get("/public/report?kind=complaint")
    assert "Set-Cookie" not in page.headers
    assert "report?kind=complaint" in Visitor(house).get("/public/").text
    assert Visitor(house).get("/public/report?kind=nonsense").status_code == 404


def test_somebodys_markup_is_text(house: Callers) -> None:
    answer = send(house, text="<script>alert(1)</script>", name='"><img src=x>')
    page = Visitor(house).get(answer.headers["Location"]).text
    assert "<script>alert" not in page
    with house.world.runtime.db.read() as conn:
        assert conn.execute(reports.select()).one().body["text"] == "<script>alert(1)</script>"


def test_the_number_of_somebodys_report_leads_nowhere(house: Callers) -> None:
    same = str(uuid.uuid4())
    theirs = send(house, id=same).headers["Location"]
    answer = send(house, id=same, text="كلام آخر", email="other@academy.sa")
    assert answer.status_code == 409
    assert "كلام آخر" in answer.text
    assert same not in answer.text
    assert theirs not in answer.text


def test_a_double_click_counts_once_and_those_without_a_name_do_not_share_a_limit(house: Callers) -> None:
    same = str(uuid.uuid4())
    given = stamp(house.world.runtime.tracking_secret, house.world.clock())
    for _ in range(8):
        assert send(house, id=same, stamp=given, wait=5).status_code == 303
    assert send(house).status_code == 303
    nobody = {"category": "improve_content", "name": "", "email": "", "phone": ""}
    assert [send(house, "suggestion", **nobody).status_code for _ in range(8)] == [303] * 8
