"""Line 8: a broken class. 300 press within a minute while a manager works the board; then all are told it is solved."""

from __future__ import annotations

import http.client
import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tests.benchmarks import streams
from tests.benchmarks.at_the_board import Manager
from tests.benchmarks.verdicts import Verdict
from tests.live.deployment import Deployment
from tests.live.ledger import Ledger
from tests.live.letters import LmsWithLetters
from tests.live.presses import press

_PRESSES, _MINUTE = 300, 60.0
_COURSE, _ROOM = 880, 881
_FIRST = 2_000_000  # the robots' ids
_AT_ONCE = 32  # connections of the robots
_LATEST = 20.0  # seconds after the last press, for which the board is watched
_TOLD = 150.0  # seconds for all messages to go out; for the first 45 of them the status line has its turn (policy)
_CASE = f"cases.activity_id = '{_ROOM}' AND cases.symptom = 'no_sound'"


def measure(nidaa: Deployment, ledger: Ledger, lms: LmsWithLetters, *, say: Callable[[str], None]) -> list[Verdict]:
    """The line: how soon a press stands on the board, what becomes of 300 of them, and what open streams cost."""
    manager = Manager(nidaa.port, course=_COURSE, room=_ROOM)
    waited, missing = _press_and_watch(nidaa, ledger, manager)
    p50, p95 = _at(waited, 0.5), _at(waited, 0.95)
    say(
        f"  {_PRESSES} presses: p50 {p50:.2f} s, p95 {p95:.2f} s, worst {waited[-1]:.2f} s; the board was fetched"
        f" {len(manager.fetched)} times; {manager.logs} logs and {manager.tells} tells meanwhile"
    )
    manager.solve()
    outcome = _told(ledger, lms)
    say(f"  solved: {outcome.written} deliveries, {outcome.arrived} letters in the LMS, {outcome.wrong} people wrong")
    cards = ledger.number(f"SELECT count(*) FROM cases WHERE {_CASE}")
    reporters = ledger.number(
        "SELECT count(DISTINCT reports.sender) FROM case_reports JOIN reports ON reports.key = case_reports.report_key"
        f" JOIN cases ON cases.id = case_reports.case_id WHERE {_CASE}"
    )
    who = f"{_PRESSES} reports"
    return [
        Verdict(8, f"{_PRESSES} press in a minute: on the card, p95", f"{p95:.2f} s", f"p50 {p50:.2f} s", p95, 1.5,
                least=False),
        Verdict(8, "presses that the card never counted", str(missing), who, missing, 0, least=False),
        Verdict(8, "cards of one failure", str(cards), who, cards, 1, least=False),
        Verdict(8, "reporters on it", str(reporters), who, reporters, _PRESSES, least=True),
        Verdict(8, "people not told “solved” exactly once", str(outcome.wrong), f"{outcome.arrived} letters",
                outcome.wrong, 0, least=False),
        *streams.measure(nidaa, course=_COURSE, room=_ROOM, press=lambda: _send(nidaa.port, _PRESSES), say=say),
    ]  # fmt: skip


def _at(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _press_and_watch(nidaa: Deployment, ledger: Ledger, manager: Manager) -> tuple[list[float], int]:
    """For each press the seconds from when it was due until the card counts it, ordered; and how many it never did."""
    # At random moments: at a steady pace they would keep step with whatever looks once a second.
    dice = random.Random(8)
    moments = sorted(dice.uniform(0, _MINUTE) for _ in range(_PRESSES))
    manager.begin()
    time.sleep(2)
    began = time.monotonic()
    due = [began + moment for moment in moments]
    with ThreadPoolExecutor(_AT_ONCE) as robots:
        sent = []
        for number in range(_PRESSES):
            time.sleep(max(0.0, due[number] - time.monotonic()))
            sent.append(robots.submit(_send, nidaa.port, number))
        for one in sent:
            one.result()
    spread = time.monotonic() - due[0]
    if not 0.9 * _MINUTE <= spread <= 1.1 * _MINUTE or not (manager.logs and manager.tells):
        raise RuntimeError(
            f"pressed within {spread:.0f} s, {manager.logs} logs, {manager.tells} tells: no broken class"
        )
    ends = time.monotonic() + _LATEST
    while manager.fetched[-1][1] < _PRESSES and time.monotonic() < ends:
        time.sleep(0.05)
    fetched = list(manager.fetched)
    manager.stop()
    place = _places(ledger)
    waited, missing = [], 0
    for number, at in enumerate(due):
        needed = place.get(str(_FIRST + number), _PRESSES + 1)
        seen = next((when for when, people in fetched if people >= needed), None)
        missing += seen is None
        waited.append((ends if seen is None else seen) - at)
    return sorted(waited), missing


def _places(ledger: Ledger) -> dict[str, int]:
    """For each robot the number that the card has to show before it is surely counted: they do not join in the order
    in which they pressed, and who joined in one transaction appears at once."""
    rows = ledger.rows(
        "SELECT reports.reporter_id, case_reports.joined_at FROM case_reports"
        " JOIN reports ON reports.key = case_reports.report_key"
        f" JOIN cases ON cases.id = case_reports.case_id WHERE {_CASE} ORDER BY case_reports.joined_at"
    )
    last_of = {joined: position for position, (_who, joined) in enumerate(rows, start=1)}
    return {str(who): last_of[joined] for who, joined in rows}


def _send(port: int, number: int) -> None:
    one = press(course=_COURSE, room=_ROOM, person=_FIRST + number)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("POST", "/v1/reports", one.body, one.headers())
        status = connection.getresponse().status
    finally:
        connection.close()
    if status != 202:
        raise RuntimeError(f"press {number}: HTTP {status}")


@dataclass(frozen=True, slots=True)
class _Told:
    """How “solved” reached the reporters: rows written, letters that the LMS took, people with none or several."""

    written: int
    arrived: int
    wrong: int


def _told(ledger: Ledger, lms: LmsWithLetters) -> _Told:
    """Wait until nobody's “solved” is on its way any more; whoever is late is wrong."""
    try:
        ledger.wait(lambda now: len(_solved(now)) >= _PRESSES and _waiting(now) == 0, _TOLD)
    except TimeoutError as late:
        print(f"  not all were told: {late}")
    keys = {str(key).replace("-", ""): str(person) for key, person, _state in _solved(ledger)}
    letters = {key.replace("-", ""): times for key, times in lms.letters.items()}
    each = Counter(dict.fromkeys(keys.values(), 0))
    for key, person in keys.items():
        each[person] += letters.get(key, 0)
    everybody = [str(_FIRST + number) for number in range(_PRESSES)]
    wrong = sum(each.get(person, 0) != 1 for person in {*everybody, *each})
    return _Told(len(keys), sum(each.values()), wrong)


def _solved(ledger: Ledger) -> list[tuple[object, object, str]]:
    return ledger.rows(
        "SELECT deliveries.key, deliveries.person_id, deliveries.state FROM deliveries"
        " JOIN tellings ON tellings.id = deliveries.telling_id"
        f" JOIN cases ON cases.id = tellings.case_id WHERE {_CASE} AND tellings.cause = 'solved'"
    )


def _waiting(ledger: Ledger) -> int:
    return sum(state == "waiting" for _key, _person, state in _solved(ledger))
