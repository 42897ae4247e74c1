"""Line 3: five hundred press at once; how often the LMS is asked, and how soon all facts are there."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.benchmarks.verdicts import Verdict
from tests.live import load
from tests.live.deployment import Deployment
from tests.live.ledger import Ledger
from tests.live.lms import LmsStandIn
from tests.live.presses import press

_PRESSES = 500
_TAKES = 0.08  # seconds that the LMS takes for each answer


def measure(nidaa: Deployment, ledger: Ledger, lms: LmsStandIn, *, say: Callable[[str], None]) -> list[Verdict]:
    """The line, for one course and for fifty. The watch runs from the first press to the last fact."""
    lms.takes = _TAKES
    verdicts = []
    for courses in (1, 50):
        took, calls = zip(*(_burst(nidaa, ledger, lms, courses, number) for number in range(3)), strict=True)
        say(f"  {courses} courses: {', '.join(f'{seconds:.2f} s' for seconds in took)}; {list(calls)} calls")
        who = f"{_PRESSES} from {courses} course{'s' if courses > 1 else ''}"
        best = sorted(took)[1]
        verdicts += [
            Verdict(3, f"{who}: all facts, s", f"{best:.2f} s", f"LMS {_TAKES} s", best, 1.5, least=False, aim=1),
            Verdict(3, f"{who}: LMS calls", str(max(calls)), "", max(calls), 20, least=False),
        ]  # fmt: skip
    return verdicts


def _burst(nidaa: Deployment, ledger: Ledger, lms: LmsStandIn, courses: int, number: int) -> tuple[float, int]:
    base = 1_000_000 * (number + 1) + 100_000 * courses
    requests = [
        press(course=base + n % courses, room=base + n % courses, person=base + n).raw() for n in range(_PRESSES)
    ]
    before = sum(lms.calls.values())
    started = time.monotonic()
    outcome = load.run(nidaa.port, requests)
    if outcome.failed:
        raise RuntimeError(f"{outcome.failed} of {_PRESSES} presses were refused: {dict(outcome.statuses)}")
    ledger.wait(lambda now: now.without_facts() == 0, 60, every=0.02)
    took = time.monotonic() - started
    ledger.wait(lambda now: now.backlog() == 0, 60)
    return took, sum(lms.calls.values()) - before
