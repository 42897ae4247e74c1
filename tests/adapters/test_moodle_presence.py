"""How many are in a BigBlueButton room, from the recorded answers of a real Moodle."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.errors import Unavailable
from adapters.lms.moodle import Moodle
from adapters.lms.port import LiveRoom
from tests.adapters.conftest import answer, raw

HALL = LiveRoom("2", "3")
MEETING = "mod_bigbluebuttonbn_meeting_info"


@pytest.mark.parametrize(
    ("recording", "people"),
    [
        ("running", 1), ("not_running", 0), ("ended", 0), ("error_unknown", None), ("error_missing_capability", None),
        ("error_bbb_unreachable", None),
    ],
)  # fmt: skip
def test_moderators_and_the_others_together(stand_in: Any, moodle: Moodle, recording: str, people: int | None) -> None:
    stand_in.answers[MEETING] = lambda _form: answer(f"{MEETING}__{recording}")
    assert moodle.presence([HALL]) == {HALL: people}


def test_a_group_is_asked_for_by_its_id_and_the_activity_by_its_instance(stand_in: Any, moodle: Moodle) -> None:
    moodle.presence([LiveRoom("2", "3", "9")])
    (asked,) = stand_in.asked(MEETING)
    assert (asked["bigbluebuttonbnid"], asked["groupid"]) == ("1", "9")


def test_of_other_platforms_nothing_is_asked(stand_in: Any, moodle: Moodle) -> None:
    assert moodle.presence([LiveRoom("2", "7")]) == {LiveRoom("2", "7"): None}
    assert stand_in.asked(MEETING) == []


def test_without_the_function_nobody_knows_and_the_check_says_what_that_costs(stand_in: Any, moodle: Moodle) -> None:
    stand_in.functions -= {MEETING}
    assert moodle.presence([HALL]) == {HALL: None}
    assert any(MEETING in finding.subject and "stays unknown" in finding.costs for finding in moodle.check())


def test_a_moodle_that_is_away_is_asked_again_later(stand_in: Any, moodle: Moodle) -> None:
    stand_in.answers[MEETING] = lambda _form: raw(503, "", "text/html")
    with pytest.raises(Unavailable):
        moodle.presence([HALL])
