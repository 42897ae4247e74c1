"""What is done to a deployment, and when: drawn from a seed, printed, and so the same again for the same seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Blow:
    """At `at` seconds, `what` is killed (or the LMS goes down) and stays so for `for_seconds`."""

    at: float
    what: str
    for_seconds: float

    def __str__(self) -> str:
        return f"{self.at:7.2f} s  {self.what:10} back after {self.for_seconds:.2f} s"


def drawn(seed: int, seconds: float, victims: Sequence[str], *, every: float, lms_down: float) -> list[Blow]:
    """Blows over `seconds` of load, about one `every` so many seconds, and the LMS down now and then.

    Each victim is hit at least once, in an order that the seed decides; the last blow leaves a tenth of the time.

    Args:
        lms_down: seconds for which the LMS is down each time.
    """
    draw = random.Random(seed)
    count = max(len(victims), round(seconds / every))
    order = list(victims)
    draw.shuffle(order)
    whats = order + [draw.choice(victims) for _ in range(count - len(order))]
    moments = sorted(draw.uniform(0.05, 0.9) * seconds for _ in whats)
    blows = [Blow(at, what, draw.uniform(0.1, 1.5)) for at, what in zip(moments, whats, strict=True)]
    outages = max(1, round(seconds / (10 * lms_down)))
    blows += [Blow(draw.uniform(0.1, 0.7) * seconds, "lms", lms_down) for _ in range(outages)]
    return sorted(blows, key=lambda blow: blow.at)
