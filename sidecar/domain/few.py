"""Numbers of people that point at nobody: what of a course's readiness is told to those who may know no names (C3).

A number is told only where it counts three or more. A sum is told only of numbers that are told, so that nothing comes
out by subtracting; nought is told no otherwise than one or two. A named gap divides those with a gap in two: it is told
only where neither part can be told to be one or two people, and as "or more" where the other part is that small.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sidecar.domain.roster import Standing

FEWEST: Final = 3
"""Less than this is told as "fewer than three"."""


@dataclass(frozen=True, slots=True)
class Told:
    """A number of people.

    Attributes:
        number: None: fewer than `FEWEST`.
        exactly: False: that many or more.
    """

    number: int | None
    exactly: bool = True


@dataclass(frozen=True, slots=True)
class Course:
    """How a course's people stand, as far as it is told: `gaps` by name, without those of too few."""

    standings: Mapping[Standing, Told]
    gaps: Mapping[str, Told]

    @property
    def people(self) -> Told:
        """How many there are: the sum of what is told."""
        return summed(tuple(self.standings.values()))


def course(standings: Mapping[str, int], gaps: Mapping[str, int]) -> Course:
    """What is told of a course.

    Args:
        standings: how many stand how.
        gaps: how many have which gap; somebody may have several.
    """
    told = {one: _told(standings.get(one, 0)) for one in Standing}
    with_gap = told[Standing.GAP].number or 0
    named = {gap: _part(number, with_gap) for gap, number in gaps.items()}
    return Course(told, {gap: number for gap, number in named.items() if number.number is not None})


def summed(numbers: tuple[Told, ...]) -> Told:
    """The sum of the numbers that are told; "or more" where one of them is not told exactly."""
    known = sum(one.number or 0 for one in numbers)
    return Told(known if known >= FEWEST else None, all(one.number is not None and one.exactly for one in numbers))


def _told(number: int) -> Told:
    return Told(number if number >= FEWEST else None)


def _part(number: int, of: int) -> Told:
    """A part of so many people, of whom the others are a part, too."""
    nearly_all = of - FEWEST + 1
    if number < FEWEST or nearly_all < FEWEST:
        return Told(None)
    return Told(min(number, nearly_all), number < nearly_all)
