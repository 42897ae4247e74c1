"""How many new reports one person may send; counted after the proof, and only what was really stored.

Each process counts for itself, so that intake waits for no other server: a person spread over n processes may send up
to n times as many. Thirty in ten minutes are promised to everybody (contract.md).
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

REPORTS = 30
KNOWN = 240  # a panel asks when it opens: nobody opens one so often
ADDITIONS = 120  # a person who explains at length is heard; one that writes without end is not
CHECKS = 600  # a field is checked at each pause in typing
WINDOW = 600  # seconds


class PerPerson:
    """Fixed windows, the same for everybody; what a window counted is dropped when the next begins.

    The `limits` package's memory store walks all its keys on a timer of 10 ms, which is felt at hundreds of presses a
    second; nothing of what else it can do is needed here.
    """

    def __init__(self, most: int = REPORTS, window: int = WINDOW) -> None:
        self._most = most
        self._window = window
        self._number = -1.0
        self._counts: Counter[tuple[str, str]] = Counter()

    def wait(self, site_id: str, sender: str, now: datetime) -> int | None:
        """Seconds until this person may send a new report; None when that is now."""
        number, into = divmod(now.timestamp(), self._window)
        if number != self._number or self._counts[site_id, sender] < self._most:
            return None
        return max(1, round(self._window - into))

    def count(self, site_id: str, sender: str, now: datetime) -> None:
        """A new report of this person was stored."""
        number = now.timestamp() // self._window
        if number != self._number:
            self._number = number
            self._counts = Counter()
        self._counts[site_id, sender] += 1
