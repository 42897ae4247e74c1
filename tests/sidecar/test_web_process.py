"""The real web process: `nidaa web`, gunicorn with gevent over SQLite, as the embedded default runs."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import servers
from tests.sidecar.api.callers import NEW, OLD, OTHER, bearer, body, dumps, signed, token


@dataclass(frozen=True)
class Answer:
    """What came back, and after how long."""

    status: int
    headers: Mapping[str, str]
    text: str
    took: float


@dataclass
class Web:
    """The process and its files."""

    port: int
    database: Path
    log: Path

    def call(self, method: str, path: str, raw: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
        """One request on a connection of its own; an iterable body is sent in chunks."""
        begun = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        try:
            chunked = raw is not None and not isinstance(raw, bytes)
            sent = {"Content-Type": "application/json"} | dict(headers or {})
            connection.request(method, path, raw, sent | ({"Transfer-Encoding": "chunked"} if chunked else {}),
                               encode_chunked=chunked)  # fmt: skip
            answer = connection.getresponse()
            text = answer.read().decode()
            return Answer(answer.status, answer.headers, text, time.monotonic() - begun)
        finally:
            connection.close()

    def press(self, document: Mapping[str, Any]) -> Answer:
        """A site's signed report."""
        raw = dumps(document)
        return self.call("POST", "/v1/reports", raw, signed(str(document["id"]), raw))

    def rows(self) -> tuple[int, int]:
        """How many reports and outbox rows stand in the database."""
        with sqlite3.connect(self.database) as conn:
            found = conn.execute("SELECT (SELECT count(*) FROM reports), (SELECT count(*) FROM outbox)").fetchone()
        conn.close()
        return int(found[0]), int(found[1])

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Another process in the middle of a write."""
        conn = sqlite3.connect(self.database, isolation_level=None, check_same_thread=False)
        conn.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            conn.execute("ROLLBACK")
            conn.close()


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Web]:
    """One `nidaa web` with a single worker, so that whatever stalls it stalls everything."""
    folder = tmp_path_factory.mktemp("web")
    shutil.copy(sqlite_template, folder / "nidaa.sqlite3")
    (folder / "sites.toml").write_text(f'[sites.academy]\nkind = "none"\nsecrets = ["{NEW}", "{OLD}"]\n')
    port = servers.free_port()
    env = {name: value for name, value in os.environ.items() if not name.startswith("NIDAA_")} | {
        "NIDAA_DATA_DIR": str(folder), "NIDAA_SECRET_KEY": "k" * 32, "NIDAA_SITES": str(folder / "sites.toml"),
        "NIDAA_LISTEN": f"127.0.0.1:{port}", "WEB_CONCURRENCY": "1",
    }  # fmt: skip
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "sidecar", "web"], env=env, stdout=log, stderr=log, stdin=subprocess.DEVNULL
        )
    found = Web(port, folder / "nidaa.sqlite3", folder / "log")
    try:
        servers.wait_for(lambda: servers.listening(port), 30, "nidaa web")
        assert found.call("GET", "/v1/health").status == 200
        yield found
    finally:
        process.terminate()
        process.wait(20)


def test_a_report_is_accepted_and_read_back(web: Web) -> None:
    document = body(reporter__id="reader")
    accepted = web.press(document)
    assert accepted.status == 202
    read = web.call("GET", f"/v1/reports/{document['id']}", None, bearer(sub="reader"))
    assert (read.status, json.loads(read.text)["reference"]) == (200, json.loads(accepted.text)["reference"])
    known = bearer(sub="reader") | {"If-None-Match": read.headers["ETag"]}
    again = web.call("GET", f"/v1/reports/{document['id']}", None, known)
    assert (again.status, again.text) == (304, "")


@pytest.mark.parametrize(("size", "status"), [(60_000, 202), (70_000, 413)])
def test_a_body_in_chunks_is_measured_as_any_other(web: Web, size: int, status: int) -> None:
    raw = dumps(document := body(reporter__id=f"chunks {size}"))
    raw += b" " * (size - len(raw))
    pieces = iter([raw[at : at + 8000] for at in range(0, len(raw), 8000)])
    answer = web.call("POST", "/v1/reports", pieces, signed(document["id"], raw))
    assert answer.status == status


def test_one_id_pressed_fifty_times_at_once_is_one_row(web: Web) -> None:
    before, document = web.rows(), body(reporter__id="fifty")
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: web.press(document), range(50)))
    assert {answer.status for answer in answers} == {202}
    assert len({json.loads(answer.text)["reference"] for answer in answers}) == 1
    assert web.rows() == (before[0] + 1, before[1] + 2)


def test_while_another_process_holds_the_lock_the_web_process_still_answers(web: Web) -> None:
    before = web.rows()
    stored = body(reporter__id="stored before")
    assert web.press(stored).status == 202
    with ThreadPoolExecutor(21) as pool:
        with web.locked():
            waiting = [pool.submit(web.press, body(reporter__id=f"waits {n}")) for n in range(20)]
            time.sleep(0.2)  # so that the writer stands before the lock
            watched = [web.call("GET", "/v1/health") for _ in range(10)]
            watched += [web.call("GET", f"/v1/reports/{stored['id']}", None, signed(stored["id"])) for _ in range(5)]
            watched += [web.call("POST", "/v1/reports", b"{}", {}) for _ in range(5)]
            assert not any(future.done() for future in waiting), "they really wait"
        answers = [future.result() for future in waiting]
    assert {answer.status for answer in watched} == {200, 401}
    assert max(answer.took for answer in watched) < 0.3
    assert {answer.status for answer in answers} == {202}, "the lock was gone in time"
    assert web.rows() == (before[0] + 21, before[1] + 42)


def test_a_lock_that_outlasts_the_patience_is_503_in_time_and_stores_nothing(web: Web) -> None:
    before = web.rows()
    documents = [body(reporter__id=f"patience {n}") for n in range(20)]
    released = threading.Event()

    def press(document: Mapping[str, Any]) -> Answer:
        released.wait(int(document["reporter"]["id"].split()[1]) * 0.04)  # some come while others wait
        return web.press(document)

    with ThreadPoolExecutor(20) as pool, web.locked():
        answers = list(pool.map(press, documents))
    assert {(answer.status, answer.headers["Retry-After"]) for answer in answers} == {(503, "2")}
    assert max(answer.took for answer in answers) < 3.0
    assert web.rows() == before
    with ThreadPoolExecutor(20) as pool:
        assert {answer.status for answer in pool.map(web.press, documents)} == {202}
    assert web.rows() == (before[0] + 20, before[1] + 40)


def test_no_secret_and_nothing_anybody_said_is_in_the_processs_log(web: Web) -> None:
    # The tests above have filled it: with a database that was locked, and senders who proved nothing.
    words = "كلام لا يخص أحداً"
    wrong, document = token(secret=OTHER), body(text=words, reporter__id="logged")
    raw = dumps(document)
    assert web.press(document).status == 202
    assert web.call("POST", "/v1/reports", raw, bearer(wrong)).status == 401
    assert web.call("POST", "/v1/reports", raw, signed(document["id"], raw, secret=OTHER)).status == 401
    assert web.call("POST", "/v1/reports", b"{", signed("x", b"{")).status == 400
    written = web.log.read_text()
    assert '"event": "unproven"' in written
    assert [s for s in (NEW, OLD, OTHER, wrong, words, "القحطاني", "k" * 32, "Traceback") if s in written] == []
