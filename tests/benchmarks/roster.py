"""A roster of a thousand trainees with cached facts: how long its pages take (`python -m tests.benchmarks.roster`).

A real deployment: gunicorn with gevent, a database on a disk. Every figure is a page as a trainer's browser gets it,
from the first byte sent to the last one read. Exits 1 where a page takes more than a second.
"""

from __future__ import annotations

import argparse
import http.client
import statistics
import sys
import tempfile
import time
import urllib.parse
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sidecar.domain import roster as rules
from sidecar.domain.facts import Fact, Facts
from sidecar.domain.readiness import readiness
from sidecar.policy.load import load, shipped
from sidecar.store import roster, roster_courses, timetable
from sidecar.store.database import Database
from tests import servers
from tests.browser.rooms import launch_token
from tests.live.deployment import Deployment
from tests.live.presses import SITE

_PEOPLE, _COURSE, _AT_MOST = 1000, "77000", 1.0
_SHEETS = 3.0  # seconds for all of a thousand people at once
_TIMES = 15
_PATHS = {
    "opened": f"/roster/{_COURSE}", "all": f"/roster/{_COURSE}?show=all",
    "sorted by attendance": f"/roster/{_COURSE}?show=all&sort=attendance&part=list",
    "page 20": f"/roster/{_COURSE}?show=all&page=20&part=list",
    "searched": f"/roster/{_COURSE}?show=all&q=0777&part=list",
    "print, all of them": f"/roster/{_COURSE}/print?show=all", "CSV, all of them": f"/roster/{_COURSE}/csv?show=all",
}  # fmt: skip


def main() -> int:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.roster", description=__doc__)
    parser.add_argument("--on", choices=["sqlite", "postgres"], default="sqlite")
    on = parser.parse_args().on
    with tempfile.TemporaryDirectory(prefix="nidaa-bench-") as name:
        postgres = servers.Postgres(durable=True) if on == "postgres" else None
        try:
            if postgres:
                postgres.sql("CREATE DATABASE bench")
            nidaa = Deployment(Path(name), database_url=postgres.url("bench") if postgres else "")
            return _measured(nidaa, on)
        finally:
            if postgres:
                postgres.stop()


def _measured(nidaa: Deployment, on: str) -> int:
    _fill(nidaa)
    nidaa.start_web()
    try:
        cookie = _come(nidaa)
        worst = 0.0
        print(f"{_PEOPLE} trainees on {on}; seconds, median and worst of {_TIMES}")
        for name, path in _PATHS.items():
            taken = sorted(_get(nidaa, path, cookie)[0] for _ in range(_TIMES))
            size = _get(nidaa, path, cookie)[1]
            worst = max(worst, taken[-1] / (_SHEETS if "all of them" in name else _AT_MOST))
            print(f"  {name:22} {statistics.median(taken):.3f}  {taken[-1]:.3f}  ({size / 1024:.0f} KiB)")
    finally:
        nidaa.stop()
    return 0 if worst <= 1 else 1


def _fill(nidaa: Deployment) -> None:
    policy, now = load(shipped()), datetime.now(UTC)
    rows = [_row(policy, n, now) for n in range(_PEOPLE)]
    database = Database(nidaa.database_url)
    with database.write() as conn:
        timetable.note_courses(conn, [{"site_id": SITE, "course_id": _COURSE, "seen_at": now}])
        timetable.record_course(
            conn, SITE, _COURSE, now, name="دورة", idnumber="C-1", starts_at=now, ends_at=now + timedelta(days=5)
        )
        members = [{"person_id": row["person_id"], "role": "trainee", "name": row["name"], "fetched_at": now}
                   for row in rows]  # fmt: skip
        timetable.replace_roster(conn, SITE, _COURSE, members)
        roster.keep(conn, rows)
        roster_courses.want(conn, SITE, _COURSE, now)
        roster_courses.fetched(conn, (SITE, _COURSE), now, now)
    database.dispose()


def _row(policy: Any, n: int, now: datetime) -> dict[str, Any]:
    told: dict[str, Any] = {
        "account.last_login": "2026-11-20T10:00:00+00:00", "enrolment.status": "active", "completion.completed": False,
        "attendance.rate": (n % 100) / 100, "certificate.issued": [], "course.ended": False,
        "profile.national_id": "present" if n % 3 else None, "profile.phone": "+966501234567" if n % 4 else None,
        "profile.name_ar": "أحمد القحطاني", "profile.name_en": "Ahmad Alqahtani",
    }  # fmt: skip
    known = Facts(str(n), _COURSE, now, {name: Fact(value, "bench", now) for name, value in told.items()})
    ready = readiness(known, policy.certificate, now=now)
    return roster.row_of(
        (SITE, _COURSE), str(n), f"متدرب رقم {n:04}", taken_at=now,
        snapshot={name: {"value": value, "source": "bench", "at": now.isoformat(), "known": True, "note": ""}
                  for name, value in told.items()},
        items=[rules.as_json(item) for item in ready.items],
        standing=rules.standing([str(i.gap) for i in ready.gaps], [i.what for i in ready.unknown]),
        rate=(n % 100) / 100, never_in=False, digest=policy.digest,
    )  # fmt: skip


def _come(nidaa: Deployment) -> str:
    token = launch_token("8", target="roster", role="trainer", course=int(_COURSE))
    body = urllib.parse.urlencode({"token": token, "target": "roster"})
    connection = http.client.HTTPConnection("127.0.0.1", nidaa.port, timeout=10)
    connection.request("POST", "/launch", body, {"Content-Type": "application/x-www-form-urlencoded"})
    answer = connection.getresponse()
    answer.read()
    cookies = [one.split(";")[0] for one in answer.headers.get_all("Set-Cookie", [])]
    connection.close()
    return next(one for one in cookies if one.startswith("nidaa_roster="))


def _get(nidaa: Deployment, path: str, cookie: str) -> tuple[float, int]:
    connection = http.client.HTTPConnection("127.0.0.1", nidaa.port, timeout=30)
    began = time.monotonic()
    connection.request("GET", path, headers={"Cookie": cookie})
    answer = connection.getresponse()
    body = answer.read()
    taken = time.monotonic() - began
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    return taken, len(body)


if __name__ == "__main__":
    sys.exit(main())
