"""What a sender is told: 202 for ever the same, 409 for a contradiction, 429 for too many (contract.md, "answer")."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from sidecar.domain.report import luhn_digit, reference_of, report_key
from sidecar.store import outbox, reports
from tests.sidecar.api.callers import OTHER, OTHER_SITE, Callers, body, dumps, signed
from tests.worlds import SITE

ID = "0198f3c2-7b1e-7c44-9d0a-6f2b1c3d4e5f"


def rows(api: Callers, table: Any = reports.reports) -> int:
    with api.world.runtime.db.read() as conn:
        return int(conn.scalar(select(func.count()).select_from(table)) or 0)


def test_the_answer_to_a_first_press_is_complete(both: Callers) -> None:
    answer = both.site(body(id=ID))
    assert answer.status_code == 202
    assert answer.content_type == "application/json"
    assert answer.get_json() == {
        "id": ID, "reference": "208-226-399-3", "state": "received", "case": None, "same_in_room": 0,
        "links": {"status": f"https://nidaa.example/v1/reports/{ID}"},
    }  # fmt: skip


def test_same_in_room_is_null_outside_a_room(api: Callers) -> None:
    assert api.site(body(place__activity=None)).get_json()["same_in_room"] is None
    assert api.site(body(kind="inquiry", symptom=None)).get_json()["same_in_room"] is None


def test_others_of_this_room_and_symptom_are_counted_once_each_and_never_oneself(both: Callers) -> None:
    said = [both.site(body(reporter__id=who)).get_json()["same_in_room"] for who in ("1", "2", "2", "3")]
    assert said == [0, 1, 1, 2]
    assert both.site(body(reporter__id="4", place__group="9")).get_json()["same_in_room"] == 0, "another room"
    assert both.site(body(reporter__id="4", symptom="trainer_absent")).get_json()["same_in_room"] == 0
    both.world.drain()
    assert both.site(body(reporter__id="5")).get_json()["same_in_room"] == 3


def test_a_retry_through_either_caller_gets_the_same_answer_and_stores_nothing(both: Callers) -> None:
    first = both.site(body(id=ID))
    for retry in (both.site(body(id=ID)), both.person(body(id=ID)), both.site(body(id=ID.upper()))):
        assert (retry.status_code, retry.get_json()) == (202, first.get_json())
    assert rows(both) == 1
    assert rows(both, outbox.outbox) == 2


def test_a_retry_tells_the_state_as_it_is_now(both: Callers) -> None:
    first = both.site(body(id=ID)).get_json()
    both.world.drain()
    both.site(body(reporter__id="22"))
    again = both.site(body(id=ID)).get_json()
    assert {name: again[name] for name in ("id", "reference", "links")} == {
        name: first[name] for name in ("id", "reference", "links")
    }
    assert (first["case"], again["case"]) == (None, "1")
    assert isinstance(again["case"], str)


@pytest.mark.parametrize(
    "change",
    [
        {"locale": "en"}, {"channel": "web"}, {"occurred_at": None}, {"stored_at": "2026-11-22T13:00:00Z"},
        {"place__activity": None}, {"place__page": "course"}, {"diagnostics": {"browser": "x"}}, {"remedy_sought": "y"},
        {"reporter__name": "غيره"}, {"reporter__role": "trainer"}, {"ended_at": "2026-11-22T15:00:00Z"},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_what_is_no_part_of_what_was_said_may_change_between_tries(api: Callers, change: dict[str, Any]) -> None:
    first = api.site(body(id=ID)).get_json()
    again = api.site(body(id=ID, **change))
    assert (again.status_code, again.get_json()) == (202, first)


SAID = {
    "kind": "certificate_gap", "symptom": "other", "category": "certificates", "text": "نص", "affected": 3,
    "about": {"id": "30", "role": "trainee"}, "action_taken": "اتصلت", "gaps": ["phone_missing", "name_mismatch"],
}  # fmt: skip
CONTRADICTIONS = [
    {"kind": "complaint"}, {"symptom": "slow"}, {"symptom": None}, {"category": None}, {"category": "other"},
    {"text": "نص "}, {"text": None}, {"affected": 0}, {"affected": None}, {"about": None},
    {"about": {"id": "31", "role": "trainee"}}, {"about": {"id": "30", "role": "trainer"}},
    {"action_taken": ""}, {"gaps": ["phone_missing"]}, {"gaps": []}, {"reporter__id": "22"},
    {"reporter__id": None},
]  # fmt: skip


@pytest.mark.parametrize("change", CONTRADICTIONS, ids=str)
def test_the_same_id_saying_something_else_or_from_another_is_409(api: Callers, change: dict[str, Any]) -> None:
    first = api.site(body(id=ID, **SAID))
    assert first.status_code == 202
    answer = api.site(body(id=ID, **(SAID | change)))
    assert (answer.status_code, answer.content_type) == (409, "application/problem+json")
    assert api.site(body(id=ID, **SAID)).get_json() == first.get_json(), "and nothing has changed"
    assert rows(api) == 1


def test_gaps_are_a_set_and_empty_is_missing(api: Callers) -> None:
    gaps = ["name_mismatch", "phone_missing", "name_mismatch"]
    assert api.site(body(id=ID, **SAID)).status_code == 202
    assert api.site(body(id=ID, **(SAID | {"gaps": gaps}))).status_code == 202
    plain = body()
    assert api.site(plain).status_code == 202
    assert api.site(plain | {"category": "", "gaps": None, "action_taken": "", "affected": None}).status_code == 202


def test_another_person_with_the_same_id_learns_nothing_but_409(api: Callers) -> None:
    api.site(body(id=ID, text="سر"))
    answer = api.person(body(id=ID, text="سر"), sub="22", locale="en")
    assert answer.status_code == 409
    assert "سر" not in answer.get_data(as_text=True)
    assert "208-226" not in answer.get_data(as_text=True)


def test_two_sites_may_use_the_same_id_and_do_not_meet(both: Callers) -> None:
    assert both.site(body(id=ID)).status_code == 202
    other = both.site(body(id=ID, text="غيره", reporter__id="99"), secret=OTHER, site=OTHER_SITE)
    assert (other.status_code, other.get_json()["reference"]) == (202, "208-226-399-3")
    assert rows(both) == 2


def test_where_two_references_would_collide_the_server_takes_the_next(both: Callers) -> None:
    # The last 60 bits, modulo 10**9, are the number: these four wish for the same one, and 31 for the next.
    space = 10**9
    twins = [str(uuid.UUID(int=(7 << 64) + 30 + n * space)) for n in range(4)]
    neighbour = str(uuid.UUID(int=(9 << 64) + 31))
    said = [both.site(body(id=i, reporter__id=i)).get_json()["reference"] for i in (twins[0], neighbour, *twins[1:])]
    numbers = [reference.replace("-", "") for reference in said]
    assert [number[:9] for number in numbers] == [f"{n:09d}" for n in (30, 31, 32, 33, 34)]
    assert all(luhn_digit(number[:9]) == int(number[9]) for number in numbers)
    assert both.site(body(id=twins[2], reporter__id=twins[2])).get_json()["reference"] == said[3], "its answer wins"


def test_the_highest_number_is_followed_by_the_lowest() -> None:
    last = uuid.UUID(int=(5 << 64) + 10**9 - 1)
    assert [reference_of(last, bump)[:9] for bump in (0, 1)] == ["999999999", "000000000"]


def test_one_id_from_fifty_threads_at_once_is_one_row_and_one_answer(both: Callers) -> None:
    raw = dumps(body(id=ID))
    proof = signed(ID, raw)

    def press(_: int) -> tuple[int, str]:
        answer = both.app.test_client().post("/v1/reports", data=raw, headers=proof, content_type="application/json")
        return answer.status_code, answer.get_json()["reference"]

    with ThreadPoolExecutor(50) as pool:
        assert set(pool.map(press, range(50))) == {(202, "208-226-399-3")}
    assert rows(both) == 1
    assert rows(both, outbox.outbox) == 2


def test_of_fifty_contradicting_each_other_at_once_exactly_one_is_stored(both: Callers) -> None:
    def press(who: int) -> int:
        raw = dumps(body(id=ID, reporter__id=str(who)))
        client = both.app.test_client()
        return client.post(
            "/v1/reports", data=raw, headers=signed(ID, raw), content_type="application/json"
        ).status_code

    with ThreadPoolExecutor(50) as pool:
        statuses = list(pool.map(press, range(50)))
    assert sorted(set(statuses)) == [202, 409]
    assert statuses.count(202) == 1
    assert rows(both) == 1


def test_thirty_in_ten_minutes_are_free_and_the_next_waits(api: Callers) -> None:
    sent = [body() for _ in range(31)]
    assert [api.site(one).status_code for one in sent[:30]] == [202] * 30
    for refused in (api.site(sent[30]), api.person(sent[30])):
        assert (refused.status_code, refused.content_type) == (429, "application/problem+json")
        assert 1 <= int(refused.headers["Retry-After"]) <= 600
    assert rows(api) == 30
    assert api.site(sent[3]).status_code == 202, "a retry is free"
    assert api.site(sent[3] | {"text": "غيره"}).status_code == 409
    assert api.site(body(reporter__id="22")).status_code == 202, "another person is unaffected"
    assert api.site(body(), secret=OTHER, site=OTHER_SITE).status_code == 202, "so is 21 of another site"
    assert api.add(sent[3]["id"], {"id": ID, "text": "إضافة"}).status_code == 202


def test_retries_and_refusals_cost_nothing(api: Callers) -> None:
    one = body()
    for _ in range(40):
        assert api.site(one).status_code == 202
    for _ in range(40):
        assert api.site(body(kind="wish")).status_code == 422
    assert [api.site(body()).status_code for _ in range(29)] == [202] * 29
    assert api.site(body()).status_code == 429


def test_the_stored_report_is_found_under_its_sites_key(api: Callers) -> None:
    api.site(body(id=ID))
    with api.world.runtime.db.read() as conn:
        assert list(reports.load(conn, [report_key(SITE, uuid.UUID(ID))])) == [report_key(SITE, uuid.UUID(ID))]
