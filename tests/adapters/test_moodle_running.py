"""Which courses run, as Moodle lists them."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.errors import Refused
from adapters.lms.moodle import Moodle, roster

NOW = 1795348800  # 2026-11-22 12:00 UTC, as the fixture's clock
DAY = 86400
LISTING = "core_course_get_courses_by_field"


def listed(number: int, start: Any = -DAY, end: Any = DAY, **more: Any) -> dict[str, Any]:
    return {"id": number, "fullname": f"c{number}", "startdate": NOW + start, "enddate": NOW + end, **more}


def running(stand_in: Any, moodle: Moodle, *courses: dict[str, Any]) -> list[str]:
    stand_in.answers[LISTING] = lambda form: {"courses": list(courses), "warnings": []}
    return [course.course_id for course in moodle.running_courses()]


def test_what_runs_or_begins_soon_and_can_be_seen(stand_in: Any, moodle: Moodle) -> None:
    assert running(
        stand_in,
        moodle,
        listed(1),  # the front page
        listed(2),
        listed(3, end=0),
        listed(4, end=-NOW),  # open-ended
        listed(5, start=21 * DAY, end=30 * DAY),
        listed(6, start=21 * DAY + 1, end=30 * DAY),
        listed(7, visible=0),
        listed(8, start=-NOW),
    ) == ["5", "2", "4"]
    assert "field" not in stand_in.asked(LISTING)[0]


def test_one_odd_course_does_not_hide_the_others(stand_in: Any, moodle: Moodle) -> None:
    odd = listed(3) | {"startdate": "soon"}
    assert running(stand_in, moodle, odd, {"fullname": "no id"}, listed(2)) == ["2"]


def test_a_token_that_sees_no_dates_can_not_tell(stand_in: Any, moodle: Moodle, recording: Any) -> None:
    stand_in.answers[LISTING] = lambda form: recording(f"{LISTING}__weak_token")["response"]
    assert moodle.running_courses() == []


def test_a_token_that_may_not_ask_is_refused(stand_in: Any, moodle: Moodle) -> None:
    stand_in.functions.discard(LISTING)
    with pytest.raises(Refused):
        moodle.running_courses()
    assert any("which courses run" in finding.costs for finding in moodle.check())


def test_no_more_than_can_be_looked_after(stand_in: Any, moodle: Moodle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster, "RUNNING_AT_MOST", 2)
    assert running(stand_in, moodle, *(listed(n, start=-n * DAY) for n in range(2, 6))) == ["2", "3"]
