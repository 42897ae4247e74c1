"""Whom of a course each of its staff sees: from the plugin, and from stock functions where groups are kept apart."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.lms.moodle import Moodle
from adapters.lms.port import UNKNOWN

ENROLLED = "core_enrol_get_enrolled_users"
COURSES = "core_course_get_courses_by_field"
_NO_ROLE_REVIEW = "core_group_get_group_members__error_no_managegroups"


def sights(moodle: Moodle) -> dict[str, Any]:
    return {one.person_id: one.sees for one in moodle.courses(["2"])["2"].members or () if one.role != "trainee"}


def grouped(stand_in: Any, *, all_groups: Any, mode: int | None = 1, **groups: int) -> None:
    """The recorded course, which keeps its groups apart; `p5=2` is in the second, `all_groups` answers who sees all."""
    courses, users = getattr(stand_in, f"_{COURSES}"), getattr(stand_in, f"_{ENROLLED}")

    def course(form: dict[str, str]) -> Any:
        told = courses(form)
        kept = [{key: value for key, value in one.items() if key != "groupmode"} for one in told["courses"]]
        return {**told, "courses": kept if mode is None else [{**one, "groupmode": mode} for one in kept]}

    def enrolled(form: dict[str, str]) -> Any:
        if "moodle/site:accessallgroups" in form.values():
            return all_groups
        own = {
            key: {"id": group, "name": "ب", "description": "", "descriptionformat": 1} for key, group in groups.items()
        }
        return [
            {**user, "groups": [own[f"p{user['id']}"]]} if f"p{user['id']}" in own else user for user in users(form)
        ]

    stand_in.answers |= {COURSES: course, ENROLLED: enrolled}


TRAINER = {"id": 4, "fullname": "خالد الشمري"}


def test_who_may_see_all_groups_sees_everybody_and_the_others_their_own(moodle: Moodle, stand_in: Any) -> None:
    grouped(stand_in, all_groups=[TRAINER], p4=1, p5=2)
    assert sights(moodle) == {"4": None, "5": frozenset({"2"})}


def test_who_is_in_no_group_and_may_not_see_all_sees_nobody(moodle: Moodle, stand_in: Any) -> None:
    grouped(stand_in, all_groups=[TRAINER])
    assert sights(moodle) == {"4": None, "5": frozenset()}


def test_a_token_that_may_not_ask_who_sees_all_believes_it_of_nobody(
    moodle: Moodle, stand_in: Any, recording: Any
) -> None:
    grouped(stand_in, all_groups=recording(_NO_ROLE_REVIEW)["response"], p4=1, p5=2)
    assert sights(moodle) == {"4": frozenset({"1"}), "5": frozenset({"2"})}


@pytest.mark.parametrize("mode", [0, 2])
def test_where_groups_are_not_kept_apart_nobody_is_asked_for(moodle: Moodle, stand_in: Any, mode: int) -> None:
    grouped(stand_in, all_groups=[], mode=mode, p4=1)
    assert sights(moodle) == {"4": None, "5": None}
    assert not any("moodle/site:accessallgroups" in call.values() for call in stand_in.asked(ENROLLED))


def test_where_nobodys_groups_are_shown_nobodys_sight_is_known(moodle: Moodle, stand_in: Any) -> None:
    grouped(stand_in, all_groups=[TRAINER])
    told = stand_in.answers[ENROLLED]

    def without(form: dict[str, str]) -> Any:
        return [{key: value for key, value in user.items() if key != "groups"} for user in told(form)]

    stand_in.answers[ENROLLED] = without
    assert sights(moodle) == {"4": None, "5": UNKNOWN}


def test_a_token_that_does_not_see_the_group_mode_knows_nothing(moodle: Moodle, stand_in: Any) -> None:
    grouped(stand_in, all_groups=[], mode=None, p4=1)
    assert sights(moodle) == {"4": UNKNOWN, "5": UNKNOWN}


def test_the_plugin_tells_it_and_an_older_one_does_not(moodle: Moodle, stand_in: Any, recording: Any) -> None:
    stand_in.with_plugin()
    told = recording("local_nidaa_get_course__ok")["response"]
    stand_in.answers["local_nidaa_get_course"] = lambda form: told
    assert sights(moodle) == {"4": UNKNOWN, "5": UNKNOWN}, "recorded before 0.5.0"
    (course,) = [one for one in told["courses"] if one["id"] == 2]
    course["trainers"] = [{**TRAINER, "userid": 4, "groups": None}, {"userid": 41, "fullname": "م", "groups": []}]
    course["roommanagers"] = [{"userid": 5, "fullname": "منى", "groups": [1, 7]}]
    assert sights(moodle) == {"4": None, "41": frozenset(), "5": frozenset({"1", "7"})}
