"""`POST /v1/reports/{id}/additions`: what is added afterwards; a report itself never changes (contract.md)."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from sidecar.api.limits import ADDITIONS
from sidecar.store import reports
from tests.sidecar.api.callers import OTHER, OTHER_SITE, Callers, bearer, body, dumps, faults, signed

ID = "0198f3c2-7b1e-7c44-9d0a-6f2b1c3d4e5f"
ADDITION = "0198f3c2-7b1e-7c44-9d0a-000000000001"


def added(api: Callers) -> int:
    with api.world.runtime.db.read() as conn:
        return int(conn.scalar(select(func.count()).select_from(reports.additions)) or 0)


def test_an_addition_is_stored_once_however_often_and_through_whichever_caller_it_comes(both: Callers) -> None:
    both.site(body(id=ID))
    document = {"id": ADDITION, "text": "والصورة أيضاً", "diagnostics": {"rtt": 0.25, "n": [1, None, "أ"]}}
    for proof in (None, None, bearer(), signed(ADDITION, dumps(document))):
        answer = both.add(ID, document, proof)
        assert (answer.status_code, answer.get_json()) == (202, {"id": ADDITION, "report": ID})
    assert added(both) == 1
    both.world.drain()
    assert both.add(ID, document).status_code == 202


AGAIN: list[tuple[dict[str, Any], dict[str, Any], int]] = [
    ({"text": "أ"}, {"text": "ب"}, 409),
    ({"text": "أ"}, {"text": "أ", "diagnostics": {"a": 1}}, 409),
    ({"text": "أ"}, {"text": "أ", "diagnostics": None}, 202),
    ({"text": "أ"}, {"text": "أ", "diagnostics": {}}, 202),
    ({"diagnostics": {"a": 1, "b": 2}}, {"text": None, "diagnostics": {"b": 2, "a": 1}}, 202),
    ({"diagnostics": {"a": 1}}, {"diagnostics": {"a": 2}}, 409),
    ({"works": True}, {"works": True, "text": None}, 202),
    ({"works": True}, {"works": False}, 409),
    ({"text": "أ"}, {"text": "أ", "works": None}, 202),
    ({"text": "أ"}, {"text": "أ", "works": False}, 409),
]


def test_the_same_addition_saying_something_else_is_409(both: Callers) -> None:
    both.site(body(id=ID))
    for first, again, status in AGAIN:
        addition = {"id": str(uuid.uuid4())}
        assert both.add(ID, addition | first).status_code == 202
        assert both.add(ID, addition | again).status_code == status, (first, again)
    assert added(both) == len(AGAIN)


def test_only_the_reporter_and_the_site_add_to_a_report(api: Callers) -> None:
    api.site(body(id=ID))
    document = {"id": ADDITION, "text": "x"}
    assert api.add(ID, document, bearer(sub="22")).status_code == 404
    foreign = signed(ADDITION, dumps(document), secret=OTHER, site=OTHER_SITE)
    assert api.add(ID, document, foreign).status_code == 404
    assert api.add(str(uuid.uuid4()), document).status_code == 404
    assert api.add("nonsense", document).status_code == 404
    assert added(api) == 0
    assert api.add(ID, document, bearer()).status_code == 202


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ({"id": ADDITION}, {"text": "required"}),
        ({"id": ADDITION, "text": "", "diagnostics": {}}, {"text": "required"}),
        ({"id": ADDITION, "text": "x" * 20_001}, {"text": "too_long"}),
        ({"id": ADDITION, "text": "\x00"}, {"text": "unstorable_text"}),
        ({"id": ADDITION, "text": "\ud800"}, {"text": "unstorable_text"}),
        ({"id": ADDITION, "diagnostics": {"n": 10**30}}, {"diagnostics": "out_of_range"}),
        ({"text": "x"}, {"id": "required"}),
        ({"id": ADDITION, "works": None}, {"text": "required"}),
        ({"id": ADDITION, "works": 1}, {"works": "wrong_type"}),
        ({"id": ADDITION, "works": "true"}, {"works": "wrong_type"}),
    ],
)
def test_an_addition_is_bounded_as_a_report_is(api: Callers, document: dict[str, Any], named: dict[str, str]) -> None:
    api.site(body(id=ID))
    answer = api.add(ID, document, bearer())
    assert (answer.status_code, faults(answer)) == (422, named)


def test_one_addition_id_may_serve_two_reports(api: Callers) -> None:
    other = body()
    api.site(body(id=ID))
    api.site(other)
    assert api.add(ID, {"id": ADDITION, "text": "أ"}).status_code == 202
    assert api.add(other["id"], {"id": ADDITION, "text": "ب"}).status_code == 202
    assert added(api) == 2


def test_the_same_addition_from_thirty_threads_is_one_row(both: Callers) -> None:
    both.site(body(id=ID))
    document = {"id": ADDITION, "text": "أ"}
    raw, proof = dumps(document), signed(ADDITION, dumps(document))

    def press(_: int) -> int:
        path = f"/v1/reports/{ID}/additions"
        client = both.app.test_client()
        return client.post(path, data=raw, headers=proof, content_type="application/json").status_code

    with ThreadPoolExecutor(30) as pool:
        assert set(pool.map(press, range(30))) == {202}
    assert added(both) == 1


def test_an_addition_leaves_the_report_as_it_was(api: Callers) -> None:
    first = api.site(body(id=ID, text="أصل")).get_json()
    api.add(ID, {"id": ADDITION, "text": "إضافة"})
    assert api.site(body(id=ID, text="أصل")).get_json() == first


def test_a_person_that_adds_without_end_is_asked_to_wait_and_retries_are_free(api: Callers) -> None:
    api.site(body(id=ID))
    documents = [{"id": str(uuid.uuid4()), "text": "x"} for _ in range(ADDITIONS)]
    assert {api.add(ID, one).status_code for one in documents} == {202}
    assert {api.add(ID, one).status_code for one in documents[:20]} == {202}
    refused = api.add(ID, {"id": ADDITION, "text": "x"})
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 600
    assert added(api) == ADDITIONS
    api.world.clock.forward(minutes=10)
    assert api.add(ID, {"id": ADDITION, "text": "x"}).status_code == 202
