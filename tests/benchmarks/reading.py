"""Reports while an export of 200 000 rows is read: what they wait longer (`python -m tests.benchmarks.reading`).

A real deployment on an empty machine: twenty reports a second, first alone, then beside the reading. A report's wait is
from the first byte sent to the answer; a case's from the report's row to the end of its assessment, looked at from
outside. Prints also what the reading process holds at most. Exits 1 where that is more than 200 MB.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import re
import sys
import tempfile
import threading
import time
import urllib.parse
from datetime import UTC, datetime
from pathlib import Path

import psutil
from sqlalchemy import text

from sidecar.store import timetable
from sidecar.store.database import Database
from tests import servers
from tests.adapters.certificates import workbooks
from tests.browser.desks import OFFICES, appoint
from tests.browser.rooms import launch_token
from tests.live import load
from tests.live.deployment import Deployment, family
from tests.live.presses import SITE, request_for_support

_HEADINGS = ("رقم الهوية", "اسم المتدرب", "رمز الدورة", "حالة الشهادة")
_COURSES, _RATE = 200, 20
_AT_MOST = 200  # MB


def main() -> int:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.reading", description=__doc__)
    parser.add_argument("--on", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--kind", choices=["csv", "xlsx"], default="csv")
    parser.add_argument("--seconds", type=int, default=30, help="how long reports are sent, alone and beside")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nidaa-bench-") as name:
        postgres = servers.Postgres(durable=True) if told.on == "postgres" else None
        try:
            if postgres:
                postgres.sql("CREATE DATABASE bench")
            nidaa = Deployment(Path(name), database_url=postgres.url("bench") if postgres else "")
            _fill(nidaa, told.rows)
            appoint(nidaa)
            nidaa.start_web()
            nidaa.start_worker()
            try:
                return _measured(nidaa, told, Path(name))
            finally:
                nidaa.stop()
        finally:
            if postgres:
                postgres.stop()


def _name(n: int) -> str:
    return f"متدرب رقم {n} بن عبدالله القحطاني"


def _fill(nidaa: Deployment, rows: int) -> None:
    database, now = Database(nidaa.database_url), datetime.now(UTC)
    for course in range(_COURSES):
        people = [{"person_id": str(n), "role": "trainee", "name": _name(n), "fetched_at": now}
                  for n in range(course, rows, _COURSES)]  # fmt: skip
        with database.write() as conn:
            timetable.note_courses(conn, [{"site_id": SITE, "course_id": str(course), "seen_at": now}])
            timetable.record_course(conn, SITE, str(course), now, name=f"دورة {course}", idnumber=f"CRS-{course}",
                                    starts_at=now, ends_at=None)  # fmt: skip
            timetable.replace_roster(conn, SITE, str(course), people)
    database.dispose()


def _file(folder: Path, told: argparse.Namespace) -> Path:
    rows = ((str(1_000_000_000 + n), _name(n), f"CRS-{n % _COURSES}", "صدرت") for n in range(told.rows))
    path = folder / f"e.{told.kind}"
    if told.kind == "xlsx":
        return Path(workbooks.write(path, (_HEADINGS, *rows)))
    path.write_text("\n".join(",".join(row) for row in (_HEADINGS, *rows)), encoding="utf-8")
    return path


def _measured(nidaa: Deployment, told: argparse.Namespace, folder: Path) -> int:
    file, count = _file(folder, told), told.seconds * _RATE
    _reports(nidaa, 100, 0)  # what is warm is measured
    print("alone: ", _reports(nidaa, count, 1000))
    desk = _Desk(nidaa)
    form = desk.upload(file)
    watch = _Watch(nidaa)
    began = time.monotonic()
    presser = threading.Thread(target=lambda: print(f"pressing took {desk.press(form):.2f} s"), daemon=True)
    presser.start()
    print("beside:", _reports(nidaa, count, 100_000))
    while desk.state() == "uploaded":
        time.sleep(0.2)
    print(f"read after {time.monotonic() - began:.1f} s; the most that one process held: {watch.stop()}")
    return int(watch.reader > _AT_MOST)


def _reports(nidaa: Deployment, count: int, first: int) -> str:
    waits: list[float] = []
    ended = threading.Event()
    database = Database(nidaa.database_url)

    def look() -> None:
        while not ended.wait(0.02):
            with database.read() as conn:
                row = conn.execute(text("SELECT MIN(put_at) FROM outbox WHERE lane = 'assess'")).scalar()
            if row is not None:
                at = datetime.fromisoformat(row) if isinstance(row, str) else row
                waits.append((datetime.now(UTC) - at.replace(tzinfo=at.tzinfo or UTC)).total_seconds())

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    sent = [request_for_support(course=50_000 + n, person=first + n).raw() for n in range(count)]
    done = load.run(nidaa.port, sent, rate=_RATE)
    ended.set()
    watcher.join()
    database.dispose()
    waits = sorted(waits) or [0.0]
    return (
        f"report p50 {done.percentile(0.5) * 1000:.0f} ms, p99 {done.percentile(0.99) * 1000:.0f} ms, "
        f"max {max(done.latencies) * 1000:.0f} ms, failed {done.failed}; "
        f"waiting to be assessed p99 {waits[int(len(waits) * 0.99)] * 1000:.0f} ms, max {waits[-1] * 1000:.0f} ms"
    )


class _Watch:
    """How much memory the processes held."""

    def __init__(self, nidaa: Deployment) -> None:
        self._nidaa, self._ended = nidaa, threading.Event()
        self._most: dict[str, float] = {}
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    @property
    def reader(self) -> float:
        """Of the process that reads, in MB."""
        return self._most.get("reading", 0.0)

    def _look(self) -> None:
        while not self._ended.wait(0.5):
            for kind, first in (("web", self._nidaa.web), ("worker", self._nidaa.worker)):
                for one in family(first) if first else ():
                    with contextlib.suppress(psutil.NoSuchProcess):
                        name = "reading" if "sidecar.reading" in one.cmdline() else kind
                        self._most[name] = max(self._most.get(name, 0.0), one.memory_info().rss / (1 << 20))

    def stop(self) -> str:
        """Look no more."""
        self._ended.set()
        self._thread.join()
        return ", ".join(f"{name} {megabytes:.0f} MB" for name, megabytes in self._most.items())


class _Desk:
    """Somebody at the desk, by plain HTTP."""

    def __init__(self, nidaa: Deployment) -> None:
        self._port, self._url = nidaa.port, nidaa.database_url
        self._cookies: dict[str, str] = {}
        person, _role, name = OFFICES["manager"]
        token = launch_token(person, target="desk", role="trainee", name=name)
        status, where, _said = self._post("/launch", {"token": token, "target": "desk"})
        print("launch", status, where, list(self._cookies))

    def _ask(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> tuple[int, str, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=300)
        cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        connection.request(method, path, body, {"Cookie": cookie} | ({"Content-Type": kind} if kind else {}))
        answer = connection.getresponse()
        said = answer.read().decode()
        for one in answer.headers.get_all("Set-Cookie", []):
            name, _, value = one.split(";")[0].partition("=")
            self._cookies[name] = value
        connection.close()
        return answer.status, answer.headers.get("Location", ""), said

    def _post(self, path: str, fields: dict[str, str]) -> tuple[int, str, str]:
        return self._ask("POST", path, urllib.parse.urlencode(fields).encode(), "application/x-www-form-urlencoded")

    def upload(self, file: Path) -> tuple[str, dict[str, str]]:
        """Upload, and what the columns' form says; its address with it."""
        said = self._ask("GET", "/desk/registry/")[2]
        self._csrf = (re.search(r'name="csrf" value="([^"]+)"', said) or [""])[1]
        parts = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}'
                 for name, value in (("csrf", self._csrf), ("source", "manar"))]  # fmt: skip
        parts.append(f'--x\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n\r\n')
        body = "\r\n".join(parts).encode() + file.read_bytes() + b"\r\n--x--\r\n"
        status, where, said = self._ask("POST", "/desk/registry/", body, "multipart/form-data; boundary=x")
        if status != http.HTTPStatus.SEE_OTHER:
            raise RuntimeError(f"not taken: {status} {said[-500:]}")
        page = self._ask("GET", where)[2]
        form = dict(re.findall(r'name="(encoding|delimiter|read)" value="([^"]*)"', page))
        for name, options in re.findall(r'name="(column-\w+)">(.*?)</select>', page, re.DOTALL):
            found = re.search(r'value="(\d+)" selected', options)
            form[name] = found[1] if found else ""
        return where, form | {"csrf": self._csrf}

    def press(self, form: tuple[str, dict[str, str]]) -> float:
        """Have it read; how many seconds until the answer."""
        began = time.monotonic()
        status, _where, said = self._post(*form)
        if status != http.HTTPStatus.SEE_OTHER:
            raise RuntimeError(f"not read: {status} {said[-500:]}")
        return time.monotonic() - began

    def state(self) -> str:
        """How far the one import is."""
        database = Database(self._url)
        with database.read() as conn:
            found = str(conn.execute(text("SELECT state FROM registry_imports")).scalar_one())
        database.dispose()
        return found


if __name__ == "__main__":
    sys.exit(main())
