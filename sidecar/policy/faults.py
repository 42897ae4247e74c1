"""What is wrong with a policy, and where: the loader's only way of saying no."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that does not make sense.

    Attributes:
        file: the file's name; `.` when no file holds it (a table that is missing altogether).
        line: counted from 1; 0 when no file holds it.
        key: the dotted key, with list positions from 0, as in `targets.referral.rungs[1].after`.
        reason: what is wrong, in words that name the remedy where there is one.
    """

    file: str
    line: int
    key: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key}: {self.reason}"


class PolicyError(Exception):
    """The policy does not make sense; start-up stops. Holds every fault found in one go, by file and line."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.faults,)
