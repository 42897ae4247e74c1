"""The institute's rules for rosters: when their people are told something (P3, P11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final


@dataclass(frozen=True, slots=True)
class RosterRules:
    """When people of a roster are told something (P3, P11).

    Attributes:
        conditions_before: so long before a class trainees get the conditions, each once, before their first one.
        remind_again: who was reminded of the same gaps within this is not reminded again.
        stale_after: facts older than this are fetched again when somebody opens the page.
    """

    clause: str
    conditions_before: timedelta
    remind_again: timedelta
    stale_after: timedelta


NEVER: Final = RosterRules("", timedelta(0), timedelta(0), timedelta(0))
