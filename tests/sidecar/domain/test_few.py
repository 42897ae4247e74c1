"""What is told of a course to those who may know no names: nobody works out one or two people from it (C3)."""

from __future__ import annotations

import itertools
from collections import defaultdict

import pytest

from sidecar.domain.few import FEWEST, Course, Told, course, summed
from sidecar.domain.roster import Standing

MOST = 9


def told_of(ready: int, gap: int, unknown: int, **gaps: int) -> Course:
    return course({Standing.READY: ready, Standing.GAP: gap, Standing.UNKNOWN: unknown}, gaps)


def seen(one: Course) -> str:
    """All that somebody who looks has."""
    return repr((sorted(one.standings.items()), sorted(one.gaps.items()), one.people))


def test_every_small_number_could_be_any_other_small_one() -> None:
    """For every course there is: whatever is not told could be nought, one or two, each beside all that is told."""
    possible: dict[str, set[tuple[int, int, int]]] = defaultdict(set)
    for numbers in itertools.product(range(MOST), repeat=3):
        possible[seen(told_of(*numbers))].add(numbers)
    for numbers in itertools.product(range(MOST), repeat=3):
        others = possible[seen(told_of(*numbers))]
        for place, number in enumerate(numbers):
            if number < FEWEST:
                like = {one[place] for one in others if all(one[i] == numbers[i] for i in range(3) if i != place)}
                assert like == {0, 1, 2}, numbers


def test_no_sum_of_small_numbers_is_told_by_another_way() -> None:
    possible: dict[str, set[int]] = defaultdict(set)
    for ready, gap, unknown in itertools.product(range(MOST), repeat=3):
        possible[seen(told_of(ready, gap, unknown))].add(gap + unknown)
    for ready, gap, unknown in itertools.product(range(MOST), repeat=3):
        if gap + unknown < FEWEST:
            assert possible[seen(told_of(ready, gap, unknown))] >= {0, 1, 2}


def test_neither_who_has_a_gap_nor_who_has_not_is_told_where_they_are_few() -> None:
    possible: dict[str, set[int]] = defaultdict(set)
    for with_gap in range(MOST + 6):
        for number in range(with_gap + 1):
            possible[seen(told_of(20, with_gap, 20, phone_missing=number))].add(number)
    for with_gap in range(MOST + 6):
        for number in range(with_gap + 1):
            others = possible[seen(told_of(20, with_gap, 20, phone_missing=number))]
            if number < FEWEST:
                assert {one for one in range(FEWEST) if one <= with_gap} <= others
            if 0 <= with_gap - number < FEWEST:
                assert {with_gap - one for one in range(FEWEST) if one <= with_gap} <= others


@pytest.mark.parametrize(
    ("gap", "number", "told"),
    [(4, 4, None), (5, 2, None), (5, 3, Told(3, False)), (5, 5, Told(3, False)), (9, 3, Told(3)), (9, 6, Told(6)),
     (9, 7, Told(7, False)), (9, 9, Told(7, False)), (200, 41, Told(41))],
)  # fmt: skip
def test_a_named_gap(gap: int, number: int, told: Told | None) -> None:
    assert told_of(0, gap, 0, phone_missing=number).gaps.get("phone_missing") == told


def test_a_sum_is_one_of_told_numbers_alone() -> None:
    assert told_of(9, 5, 3).people == Told(17)
    assert told_of(9, 2, 0).people == Told(9, exactly=False)
    assert told_of(2, 2, 2).people == Told(None, exactly=False)
    assert summed((Told(5), Told(7, exactly=False))) == Told(12, exactly=False)
    assert summed((Told(5), Told(None))) == Told(5, exactly=False)
