"""`python -m tests.benchmarks.moodle`: what the plugin costs a real Moodle, against what that Moodle costs by itself.

Needs a seeded Moodle with the plugin and its sidecar running (CONTRIBUTING.md, "Against a real Moodle").
Measures in one run, interleaved, medians of 20. Exits 1 if a bar is missed.

- submitting through `/lib/ajax/service.php`: at most 2 × `core_fetch_notifications`, below local_edusupport's create
- `local_nidaa_get_facts` for 50 pairs: at most 3 × the time for one
- a course page for somebody with the button against somebody without it: no query more (where Moodle's performance
  footer is on: `$CFG->perfdebug = 15`), and no longer than the run's own spread
- a flood of presses while the sidecar hangs: other pages still answer
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import requests

from tests.live.moodle_visitor import AjaxError, TestMoodle, Visitor, report

_RIVAL = "local_edusupport_create_issue"
_RIVAL_SAYS = {
    "subject": "No sound",
    "description": "I cannot hear the trainer",
    "forum_group": "mail",
    "postto2ndlevel": 0,
    "image": "",
    "screenshotname": "",
    "url": "/course/view.php",
    "contactphone": "",
}
_READS = re.compile(r"DB reads/writes: (\d+)/\d+")


def main() -> int:
    """Measure what was asked for and print a table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.moodle", description=__doc__)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument(
        "--flood", type=int, default=0, metavar="PRESSES", help="press so often within a minute instead"
    )
    arguments = parser.parse_args()
    moodle = TestMoodle.named()
    lines = _flood(moodle, arguments.flood) if arguments.flood else _ratios(moodle, arguments.times)
    for line, met in lines:
        print(f"{line}  {'met' if met else 'NOT MET'}")
    return 0 if all(met for _, met in lines) else 1


def _ratios(moodle: TestMoodle, times: int) -> list[tuple[str, bool]]:
    trainee = moodle.visitor("trainee")
    room, context = str(moodle.accounts["room"]), int(moodle.accounts["room_context"])
    found = _interleaved(
        {
            "floor": lambda: trainee.timed("core_fetch_notifications", {"contextid": context}),
            "submit": lambda: trainee.timed("local_nidaa_submit_report", report(context, room=room)),
            "rival": lambda: _rival(trainee),
        },
        times,
    )
    floor, submit = found["floor"], found["submit"]
    lines = [
        (f"floor {_told(floor)}", True),
        (f"submit {_told(submit)} = {_ratio(submit, floor):.2f} × floor (bar 2)", _ratio(submit, floor) <= 2),
    ]
    if (rival := found["rival"]) and rival[0] >= 0:
        lines.append((f"local_edusupport {_told(rival)} (bar: above submit)", _ratio(submit, rival) < 1))
    if "token" in moodle.accounts:
        lines.append(_facts(moodle, times))
    if "without_button" in moodle.accounts:
        lines += _pages(moodle, times)
    return lines


def _pages(moodle: TestMoodle, times: int) -> list[tuple[str, bool]]:
    """Two people of the same role, of whom one may not report."""
    course = int(moodle.accounts["course"])
    pair = {"with": moodle.visitor("trainee"), "without": moodle.visitor("without_button")}
    pages = {name: one.page(f"/course/view.php?id={course}") for name, one in pair.items()}
    if ("local_nidaa" in pages["with"], "local_nidaa" in pages["without"]) != (True, False):
        raise AssertionError("the button is not where it should be, or where it should not")
    found = _interleaved({name: lambda one=one: _page(one, course) for name, one in pair.items()}, times)  # type: ignore[misc]
    spread = statistics.quantiles(found["without"], n=4)
    more = statistics.median(found["with"]) - statistics.median(found["without"])
    told = f"course page with {_told(found['with'])}, without {_told(found['without'])}"
    lines = [(f"{told}: {more:+.1f} ms (bar: the spread, {spread[2] - spread[0]:.1f})", more <= spread[2] - spread[0])]
    reads = {name: _READS.search(one.page(f"/course/view.php?id={course}")) for name, one in pair.items()}
    if reads["with"] and reads["without"]:
        counted = [int(reads["with"].group(1)), int(reads["without"].group(1))]
        lines.append(
            (f"queries on it: {counted[0]} with, {counted[1]} without (bar: no more)", counted[0] <= counted[1])
        )
    return lines


def _interleaved(ways: Mapping[str, Callable[[], float]], times: int) -> dict[str, list[float]]:
    """Each way `times` times, in turn, after two rounds that are not counted; milliseconds."""
    found: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(times + 2):
        for name, way in ways.items():
            took = way()
            if turn >= 2:
                found[name].append(took)
    return found


def _rival(visitor: Visitor) -> float:
    """Milliseconds, or -1 where local_edusupport is not installed."""
    try:
        return visitor.timed(_RIVAL, _RIVAL_SAYS)
    except AjaxError as error:
        if error.code == "invalidrecord":
            return -1
        raise


def _facts(moodle: TestMoodle, times: int) -> tuple[str, bool]:
    course, people = int(moodle.accounts["course"]), [int(one) for one in moodle.accounts["people"]]
    http = requests.Session()

    def ask(count: int) -> float:
        data: dict[str, Any] = {"wstoken": moodle.accounts["token"], "moodlewsrestformat": "json"}
        data["wsfunction"] = "local_nidaa_get_facts"
        for at in range(count):
            data[f"pairs[{at}][userid]"] = people[at % len(people)] if count <= len(people) else 2 + at
            data[f"pairs[{at}][courseid]"] = course
        began = time.perf_counter()
        told = http.post(f"{moodle.url}/webservice/rest/server.php", data=data, timeout=60).json()
        took = (time.perf_counter() - began) * 1000
        if len(told["facts"]) != count:
            raise AssertionError(f"{len(told['facts'])} of {count} pairs were answered")
        return took

    found = _interleaved({"one": lambda: ask(1), "fifty": lambda: ask(50)}, times)
    ratio = _ratio(found["fifty"], found["one"])
    return f"facts: 1 pair {_told(found['one'])}, 50 pairs {_told(found['fifty'])} = {ratio:.2f} × (bar 3)", ratio <= 3


def _flood(moodle: TestMoodle, presses: int) -> list[tuple[str, bool]]:
    """Presses spread over a minute by twelve people at once, while somebody else opens pages."""
    course, context = int(moodle.accounts["course"]), int(moodle.accounts["room_context"])
    other = moodle.visitor("trainer")
    quiet = [_page(other, course) for _ in range(10)]
    people = [moodle.visitor("trainee") for _ in range(12)]
    took: list[float] = []
    refused: list[str] = []
    started = time.monotonic()

    def press(number: int) -> None:
        while time.monotonic() - started < number * 60 / presses:
            time.sleep(0.01)
        try:
            said = report(context, room=str(moodle.accounts["room"]))
            took.append(people[number % 12].timed("local_nidaa_submit_report", said))
        except (AjaxError, requests.RequestException) as error:
            refused.append(str(error)[:80])

    threads = [threading.Thread(target=press, args=(number,)) for number in range(presses)]
    for thread in threads:
        thread.start()
    meanwhile = []
    while any(thread.is_alive() for thread in threads):
        meanwhile.append(_page(other, course))
        time.sleep(0.5)
    worst = max(meanwhile)
    return [
        (f"presses {len(took)} of {presses} stored, {_told(took)}, longest {max(took):.0f} ms", not refused),
        (f"course page before {_told(quiet)}", True),
        (f"course page meanwhile {_told(meanwhile)}, longest {worst:.0f} ms (bar 5000)", worst < 5000),
    ]


def _page(visitor: Visitor, course: int) -> float:
    began = time.perf_counter()
    visitor.page(f"/course/view.php?id={course}")
    return (time.perf_counter() - began) * 1000


def _ratio(these: list[float], those: list[float]) -> float:
    return statistics.median(these) / statistics.median(those)


def _told(took: list[float]) -> str:
    ordered = sorted(took)
    return f"{statistics.median(ordered):.1f} ms (p95 {ordered[int(len(ordered) * 0.95) - 1]:.1f})"


if __name__ == "__main__":
    sys.exit(main())
