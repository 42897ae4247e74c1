"""When the database cannot store it now: 503 with `Retry-After` in good time, and nothing half stored (contract.md)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select, text

from sidecar.store import outbox, reports
from sidecar.store.database import Database
from tests import servers
from tests.sidecar.api.callers import Callers, body, dumps, settings_of, signed
from tests.worlds import world as make_world

ID = "0198f3c2-7b1e-7c44-9d0a-6f2b1c3d4e5f"
PATIENCE = 0.4  # seconds here; 2 when it runs


@pytest.fixture
def impatient(database: Database) -> Iterator[Callers]:
    """An application whose intake waits for the database as little as tests can bear."""
    intake_db = Database(database.url, busy_timeout=PATIENCE)
    callers = Callers(make_world(database, intake_db=intake_db), settings_of())
    intake = callers.app.extensions["nidaa_reports"].intake
    for commits in (intake._reports, intake._additions):
        commits._patience = PATIENCE
    yield callers
    intake_db.dispose()


@contextmanager
def locked(database: Database, tables: str = "reports, additions") -> Iterator[None]:
    """Another process in the middle of a long write; it lets others read."""
    with database.write() as conn:
        if conn.dialect.name == "postgresql":
            conn.execute(text(f"LOCK TABLE {tables} IN EXCLUSIVE MODE"))
        yield


def count(callers: Callers) -> tuple[int, int]:
    with callers.world.runtime.db.read() as conn:
        found = [conn.scalar(select(func.count()).select_from(t)) or 0 for t in (reports.reports, outbox.outbox)]
    return found[0], found[1]


def test_a_locked_database_is_503_in_time_for_everyone_who_waits(impatient: Callers) -> None:
    def press(document: dict[str, object]) -> tuple[int, str | None, float]:
        raw = dumps(document)
        begun = time.monotonic()
        answer = impatient.app.test_client().post(
            "/v1/reports", data=raw, headers=signed(str(document["id"]), raw), content_type="application/json"
        )
        return answer.status_code, answer.headers.get("Retry-After"), time.monotonic() - begun

    documents = [body(reporter__id=str(n)) for n in range(20)]
    with locked(impatient.world.runtime.db), ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(press, documents))
    assert {(status, after) for status, after, _ in answers} == {(503, "2")}
    assert max(took for *_, took in answers) < PATIENCE + 1.6
    # What a hung commit stored after all, whole, is what the retries find; the rest they store.
    with ThreadPoolExecutor(20) as pool:
        assert {status for status, *_ in pool.map(press, documents)} == {202}
    assert count(impatient) == (20, 40)


def test_an_addition_waits_no_longer(impatient: Callers) -> None:
    assert impatient.site(body(id=ID)).status_code == 202
    addition = {"id": ID, "text": "x"}
    with locked(impatient.world.runtime.db, "additions"):
        begun = time.monotonic()
        answer = impatient.add(ID, addition)
        took = time.monotonic() - begun
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert took < PATIENCE + 1.6
    assert impatient.add(ID, addition).status_code == 202


def test_reading_waits_for_no_writer(impatient: Callers) -> None:
    assert impatient.site(body(id=ID)).status_code == 202
    with locked(impatient.world.runtime.db):
        begun = time.monotonic()
        assert impatient.read(ID).status_code == 200
        assert time.monotonic() - begun < 0.3


def test_a_database_that_is_gone_is_503_wherever_it_is_asked() -> None:
    gone = make_world(Database(f"postgresql+psycopg://nidaa@127.0.0.1:{servers.free_port()}/nidaa"))
    callers = Callers(gone, settings_of())
    answers = [
        callers.site(body()),
        callers.person(body()),
        callers.read(ID),
        callers.add(ID, {"id": ID, "text": "x"}),
    ]
    for answer in answers:
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
        assert answer.content_type == "application/problem+json"
        assert "psycopg" not in answer.get_data(as_text=True)
    health = callers.client.get("/v1/health")
    assert (health.status_code, health.get_json()["status"]) == (503, "database_unavailable")


def test_a_commit_that_fails_midway_leaves_neither_report_nor_steps(
    both: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> list[dict[str, object]]:
        raise OSError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(outbox, "rows", broken)
        assert both.site(body(id=ID)).status_code == 503
        assert count(both) == (0, 0)
    assert both.site(body(id=ID)).status_code == 202
    assert count(both) == (1, 2)


def test_nobody_is_woken_for_what_was_not_stored(both: Callers, monkeypatch: pytest.MonkeyPatch) -> None:
    both.site(body(id=ID))
    woken = len(both.world.woken)
    assert woken == 2
    both.site(body(id=ID))
    both.site(body(id=ID, text="غيره"))
    both.site(body(kind="wish"))
    assert len(both.world.woken) == woken
