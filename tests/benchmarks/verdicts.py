"""What was measured, what it was measured against, and whether that meets the bar."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Verdict:
    """One line of the table.

    Attributes:
        line: of "Where the bar is" in speed-and-durability.md.
        measured, reference: in words, with their units.
        value: the number that the bar is about.
        least: whether the bar is the least it may be, rather than the most.
    """

    line: int
    what: str
    measured: str
    reference: str
    value: float
    bar: float
    least: bool
    aim: float | None = None

    @property
    def met(self) -> bool:
        """Whether the bar is met."""
        return self.value >= self.bar if self.least else self.value <= self.bar

    @property
    def aimed(self) -> bool | None:
        """Whether the aim is met; None without one."""
        if self.aim is None:
            return None
        return self.value >= self.aim if self.least else self.value <= self.aim


_HEADS = ("line", "what", "measured", "reference, same run", "value", "bar", "aim", "")


def table(verdicts: Sequence[Verdict]) -> str:
    """A table for a person to read."""
    rows = [_HEADS, *(_row(verdict) for verdict in verdicts)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])


def _row(verdict: Verdict) -> tuple[str, ...]:
    sign = "≥" if verdict.least else "≤"
    met = "met" if verdict.met else "NOT MET"
    return (
        str(verdict.line),
        verdict.what,
        verdict.measured,
        verdict.reference,
        f"{verdict.value:.3g}",
        f"{sign} {verdict.bar:g}",
        "" if verdict.aim is None else f"{sign} {verdict.aim:g}",
        met + (", aim met" if verdict.aimed else ""),
    )


def write(path: Path, on: str, verdicts: Sequence[Verdict]) -> None:
    """The same for a machine to read."""
    document = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "on": on,
        "python": platform.python_version(),
        "verdicts": [asdict(verdict) | {"met": verdict.met, "aim_met": verdict.aimed} for verdict in verdicts],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
