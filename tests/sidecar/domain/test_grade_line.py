"""The course's grade on the checklist: told besides, deciding nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sidecar.domain.readiness import Mark, Why, cause
from tests.sidecar.domain.test_readiness import NOON, RULES, WELL, judge, told


@pytest.mark.parametrize(
    ("changes", "mark"),
    [
        ({}, Mark.IN_ORDER),
        ({"grade__passed": False, "grade__course": 0.5, "grade__points": 50.0}, Mark.TOLD),
        ({"grade__passed": None, "grade__pass_mark": None}, Mark.TOLD),
        ({"grade__passed": None, "grade__course": None, "grade__points": None}, Mark.TOLD),
    ],
)
def test_a_grade_is_told_besides_and_is_never_a_gap(changes: dict[str, Any], mark: Mark) -> None:
    found = judge(told(**changes))
    line = found.of("grade")
    assert line is not None
    assert (line.gap, line.mender, line.mark, line.source, line.at) == (None, None, mark, "lms", NOON)
    assert (found.gaps, found.unknown, cause(found).why) == ((), (), Why.ISSUED)


def test_a_grade_with_its_figures() -> None:
    line = judge(told()).of("grade")
    assert line is not None
    wanted = {"share": 0.78, "points": 78.0, "max": 100.0, "pass_mark": 60.0, "passed": True, "shown": True}
    assert line.detail == wanted


def test_a_grade_that_could_not_be_read_leaves_nobody_in_doubt() -> None:
    hidden = frozenset(name for name in WELL if name.startswith("grade."))
    found = judge(told(hidden))
    line = found.of("grade")
    assert line is not None
    assert (line.mark, line.detail) == (Mark.UNKNOWN, {"why": "why"})
    assert found.unknown == ()
    ready = told(hidden, certificate__issued=[], completion__completed=True)
    assert cause(judge(ready, replace(RULES, counts=("coursecertificate",)))).key == "certificate_not_issued"
