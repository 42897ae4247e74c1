"""`make bench`: measures Nidaa against its bars (speed-and-durability.md); exits 1 if one is missed.

Everything is real: gunicorn with gevent, a worker draining, a database that syncs. Ratios within a run count, absolute
figures do not. Line 5 (nothing lost, recovery) is measured by `make torture`.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tests import servers
from tests.benchmarks import accepting, bursts, desk, idling, room, verdicts
from tests.benchmarks.verdicts import Verdict
from tests.live.deployment import Deployment
from tests.live.ledger import Ledger
from tests.live.letters import LmsWithLetters

_ROOT = Path(__file__).resolve().parents[2]
_LINES = (1, 3, 7, 8, 9)  # line 2 is measured with line 1, line 9 on PostgreSQL alone


def _say(line: str) -> None:
    print(line, flush=True)


def main() -> int:
    """Measure the lines asked for, print the table, write it down."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    build = _ROOT / "build"
    cache = os.environ.get("NIDAA_BENCH_CACHE") or build / "benchmarks" / "cache"
    parser.add_argument("--on", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--rounds", type=int, default=5, help="interleaved runs of line 1")
    parser.add_argument("--lines", type=int, nargs="*", choices=_LINES, default=list(_LINES))
    parser.add_argument("--json", type=Path, default=None, help="default: build/benchmarks/<on>.json")
    parser.add_argument("--cache", type=Path, default=Path(cache), help="keeps django-helpdesk's virtual environment")
    parser.add_argument("--without-helpdesk", action="store_true")
    parser.add_argument("--open", type=int, default=desk.LARGE_OPEN, help="open cases of the million of line 9")
    parser.add_argument("--asked", type=int, default=300, help="requests of each kind of line 9, at each size")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nidaa-bench-") as name:
        found = _measured(arguments, Path(name))
    print("\n" + verdicts.table(found))
    path = arguments.json or build / "benchmarks" / f"{arguments.on}.json"
    verdicts.write(path, arguments.on, found)
    print(f"\nwritten to {path}")
    return 0 if all(verdict.met for verdict in found) else 1


def _measured(arguments: argparse.Namespace, folder: Path) -> list[Verdict]:
    postgres = servers.Postgres(durable=True) if arguments.on == "postgres" else None
    redis = servers.Redis(folder / "redis") if arguments.on == "postgres" else None
    try:
        found: list[Verdict] = []
        if 9 in arguments.lines and postgres is not None:
            _say("the desk at a million cases")
            found += desk.measure(postgres, large_open=arguments.open, asked=arguments.asked, say=_say)
        if set(arguments.lines) - {9}:
            found += _of_deployment(arguments, folder, postgres, redis)
        return found
    finally:
        for server in (postgres, redis):
            if server is not None:
                server.stop()


def _of_deployment(
    arguments: argparse.Namespace, folder: Path, postgres: servers.Postgres | None, redis: servers.Redis | None
) -> list[Verdict]:
    lms = LmsWithLetters()
    if postgres is not None:
        postgres.sql("CREATE DATABASE bench")
    nidaa = Deployment(
        folder / "nidaa", lms_url=lms.url, database_url=postgres.url("bench") if postgres else "",
        broker_url=redis.url if redis else "",
    )  # fmt: skip
    ledger = Ledger(nidaa.database_url)
    try:
        nidaa.start_web()
        nidaa.start_worker()
        found: list[Verdict] = []
        if 7 in arguments.lines and postgres is None:
            _say("idling")
            found += idling.measure(nidaa, seconds=30, say=_say)
        if 8 in arguments.lines:
            _say("a broken class")
            found += room.measure(nidaa, ledger, lms, say=_say)
        if 3 in arguments.lines:
            _say("bursts")
            found += bursts.measure(nidaa, ledger, lms, say=_say)
        if 1 in arguments.lines:
            _say("accepting")
            found += _accepting(arguments, folder, nidaa, ledger)
        return sorted(found, key=lambda verdict: verdict.line)
    finally:
        nidaa.stop()
        ledger.close()
        lms.stop()


def _accepting(arguments: argparse.Namespace, folder: Path, nidaa: Deployment, ledger: Ledger) -> list[Verdict]:
    helpdesk = None
    if not arguments.without_helpdesk:
        helpdesk = accepting.helpdesk_in(arguments.cache, folder / "helpdesk", _say)
    try:
        return accepting.measure(nidaa, ledger, rounds=arguments.rounds, helpdesk=helpdesk, say=_say)
    finally:
        if helpdesk is not None:
            helpdesk.stop()


if __name__ == "__main__":
    sys.exit(main())
