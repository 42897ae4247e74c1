"""Whom a trainer may flag from a client of one's own: people of the course, and of the groups that one sees."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sidecar.api.callers import Callers, body
from tests.sidecar.pages import rostered
from tests.sidecar.pages.visiting import COURSE, TRAINER


def flags(api: Callers, about: str, **ctx: Any) -> Any:
    return api.person(gap(about), sub=TRAINER, role="trainer", ctx={"course": COURSE, **ctx})


def gap(about: str) -> dict[str, Any]:
    named = {"id": about, "role": "trainee"}
    return body(kind="certificate_gap", symptom=None, about=named, gaps=["phone_missing"])


@pytest.fixture
def grouped(api: Callers) -> Callers:
    """Two groups of a course whose roster is known."""
    rostered.course(api.world)
    for person, group in {"21": "7", "22": "8"}.items():
        rostered.knows(api.world, person, enrolment__groups=[{"id": group, "name": group}])
    rostered.fetch(api.world)
    return api


def test_somebody_of_the_course_and_of_one_s_groups_is_named(grouped: Callers) -> None:
    assert flags(grouped, "21").status_code == 202
    assert flags(grouped, "21", groups=["7", "9"]).status_code == 202
    assert flags(grouped, TRAINER, groups=[]).status_code == 202, "oneself"


def test_somebody_of_no_such_course_is_refused_by_name_of_the_field(grouped: Callers) -> None:
    refused = flags(grouped, "999")
    assert refused.status_code == 422
    assert [(one["field"], one["code"]) for one in refused.get_json()["errors"]] == [("about", "not_here")]
    assert refused.get_json()["errors"][0]["reason"] == "هذا الشخص ليس من هذه الدورة"


def test_somebody_of_another_group_is_refused(grouped: Callers) -> None:
    assert flags(grouped, "22", groups=["7"]).status_code == 403
    assert flags(grouped, "21", groups=[]).status_code == 403


def test_where_no_roster_is_known_nobody_is_refused_and_a_retry_never_is(api: Callers) -> None:
    sent = gap("999")
    assert api.person(sent, sub=TRAINER, role="trainer", ctx={"course": COURSE}).status_code == 202
    rostered.fetched(api.world)
    assert api.person(sent, sub=TRAINER, role="trainer", ctx={"course": COURSE}).status_code == 202
    assert flags(api, "999").status_code == 422


def test_what_the_lms_signs_is_always_kept(grouped: Callers) -> None:
    assert grouped.site(gap("999") | {"reporter": {"id": TRAINER, "role": "trainer", "name": "t"}}).status_code == 202
