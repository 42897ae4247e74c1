"""What every LMS must do, over Moodle with its plugin, Moodle without it, and the fake."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from werkzeug import Response

from adapters.errors import AdapterError, Malformed, Refused, Unavailable
from adapters.lms.fake import FakeLms
from adapters.lms.moodle import Moodle
from adapters.lms.port import UNKNOWN, CourseInfo, LiveRoom, LiveSession, Lms, Member, Notice, Pair, Told

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DAY_AGO, IN_A_DAY = NOW - timedelta(days=1), NOW + timedelta(days=1)
SINCE, UNTIL = NOW - timedelta(days=40), NOW + timedelta(days=40)
ACTIVE, NO_PHONE, NOBODY = Pair("6", "2"), Pair("8", "2"), Pair("999999", "2")

Misbehave = Callable[[str], None]


def page(status: int, body: str, content_type: str) -> Response:
    return Response(body, status=status, content_type=content_type)


@pytest.fixture
def writing_moodle(stand_in: Any, token: str) -> Moodle:
    """One whose site lets telephone numbers be written, and whose service holds the function for it."""
    stand_in.functions.add("core_user_update_users")
    nobody = {"item": "user", "itemid": 1, "warningcode": "invaliduserid", "message": "error/invaliduserid"}
    stand_in.answers["core_user_update_users"] = lambda form: {
        "warnings": [nobody] if int(form["users[0][id]"]) > 100 else []
    }
    return Moodle("lab", stand_in.url, token, clock=lambda: NOW, deadline=5.0, writes=("phone",))


@pytest.fixture(params=["plugin", "stock", "fake"])
def lms(request: pytest.FixtureRequest, stand_in: Any, writing_moodle: Moodle) -> Lms:
    if request.param == "fake":
        return _fake()
    if request.param == "plugin":
        stand_in.with_plugin()
    return writing_moodle


def _fake() -> FakeLms:
    fake = FakeLms("lab", clock=lambda: NOW, sleep=lambda _: None)
    fake.writes = frozenset({"phone"})
    fake.set_facts("6", "2", enrolment__status="active", profile__phone="0551000001", account__exists=True)
    fake.set_facts("8", "2", enrolment__status="active", profile__phone=None)
    fake.set_course(
        CourseInfo(
            "2",
            "دورة",
            None,
            DAY_AGO,
            IN_A_DAY,
            (Member("6", "trainee"), Member("4", "trainer"), Member("5", "room_manager")),
        )
    )
    fake.set_sessions("2", [LiveSession("a", "2", None, None, NOW, NOW + timedelta(hours=2), "zoom", "zoom")])
    return fake


@pytest.fixture
def misbehave(lms: Lms, stand_in: Any, recording: Callable[[str], Any]) -> Misbehave:
    def become(mood: Any) -> None:
        if isinstance(lms, FakeLms):
            lms.mood = mood
            return
        maintenance = recording("core_webservice_get_site_info__error_maintenance_mode")["response"]
        refused = recording("core_webservice_get_site_info__error_bad_token")["response"]
        stand_in.mood = {
            "down": page(503, "<html>", "text/html"),
            "maintenance": page(200, json.dumps(maintenance), "application/json"),
            "refusing": page(200, json.dumps(refused), "application/json"),
            "malformed": page(200, "<!DOCTYPE html><title>Gateway</title>", "text/html"),
            "well": None,
        }[mood]

    return become


QUESTIONS: dict[str, Callable[[Lms], object]] = {
    "facts": lambda lms: lms.facts([ACTIVE]),
    "sessions": lambda lms: lms.sessions(["2"], SINCE, UNTIL),
    "courses": lambda lms: lms.courses(["2"]),
    "running_courses": lambda lms: lms.running_courses(),
    "notify": lambda lms: lms.notify([Notice("k", "6", "s", "t")]),
    "write": lambda lms: lms.write("6", {"phone": "+966501234567"}),
}


def test_every_pair_is_answered_and_every_value_can_be_stored(lms: Lms) -> None:
    found = lms.facts([ACTIVE, NO_PHONE, NOBODY])
    assert list(found) == [ACTIVE, NO_PHONE, NOBODY]
    for facts in found.values():
        for told in facts.values.values():
            assert told.at.tzinfo is not None
            assert told.source
            if told.value is UNKNOWN:
                assert told.note in {
                    "function_missing",
                    "capability_missing",
                    "silently_empty",
                    "not_offered",
                    "failed",
                }
            else:
                json.dumps(told.value)


def test_a_value_a_gap_and_the_unknown_are_three_things(lms: Lms) -> None:
    found = lms.facts([ACTIVE, NO_PHONE, NOBODY])
    assert found[ACTIVE].values["profile.phone"].value == "0551000001"
    assert found[ACTIVE].values["enrolment.status"].value == "active"
    assert found[NO_PHONE].values["profile.phone"].value is None
    assert unknown(found[NOBODY].values, "profile.phone")
    assert unknown(found[NOBODY].values, "account.exists")
    assert unknown(found[NOBODY].values, "enrolment.status")


def unknown(values: Any, name: str) -> bool:
    told: Told | None = values.get(name)
    return told is None or told.value is UNKNOWN


def test_only_what_the_site_lets_us_is_written_and_only_to_who_is_there(lms: Lms) -> None:
    assert lms.writes == {"phone"}
    lms.write("6", {"phone": "+966501234567"})
    with pytest.raises(ValueError, match="written"):
        lms.write("6", {"name_ar": "نورة"})
    with pytest.raises(Refused) as caught:
        lms.write("999999", {"phone": "+966501234567"})
    assert caught.value.code == "invaliduserid"


def test_more_than_fifty_pairs_are_a_programming_error(lms: Lms) -> None:
    lms.facts([Pair(str(number), "2") for number in range(1000, 1050)])
    with pytest.raises(ValueError, match="50"):
        lms.facts([Pair(str(number), "2") for number in range(1000, 1051)])


def test_ids_of_elsewhere_are_unknown_and_do_not_spoil_the_rest(lms: Lms) -> None:
    strange = [Pair("visitor-1", None), Pair("6", "1 OR 1=1"), Pair("٦", "2"), Pair("0", "2"), Pair("9" * 40, "2")]
    found = lms.facts([*strange, ACTIVE])
    assert all(unknown(found[pair].values, "account.exists") for pair in strange)
    assert found[ACTIVE].values["enrolment.status"].value == "active"


def test_sessions_have_true_times_and_untold_courses_are_named(lms: Lms) -> None:
    told = lms.sessions(["2", "9999"], SINCE, UNTIL)
    assert told.found
    assert {session.course_id for session in told.found} == {"2"}
    assert all(timedelta(0) < s.ends_at - s.starts_at <= timedelta(hours=8) for s in told.found)
    assert told.unknown_courses == {"9999"}
    assert len({session.key for session in told.found}) == len(told.found)
    assert lms.sessions(["2"], NOW - timedelta(days=999), NOW - timedelta(days=998)).found == ()


def test_courses_have_people_and_untold_ones_are_absent(lms: Lms) -> None:
    told = lms.courses(["2", "9999"])
    assert set(told) == {"2"}
    roles = {member.person_id: member.role for member in told["2"].members or ()}
    assert roles["6"] == "trainee"
    assert roles["4"] == "trainer"
    assert roles["5"] == "room_manager"


def test_running_courses_have_dates_and_those_that_are_over_are_no_part_of_them(lms: Lms) -> None:
    if isinstance(lms, FakeLms):
        lms.set_course(CourseInfo("3", None, None, DAY_AGO, DAY_AGO, ()))
        lms.set_course(CourseInfo("4", None, None, NOW + timedelta(days=22), None, ()))
    (course,) = lms.running_courses()
    assert (course.course_id, course.members) == ("2", None)
    assert course.starts_at is not None
    assert course.ends_at is not None
    assert course.starts_at < NOW < course.ends_at


def test_notices_have_an_outcome_per_key(lms: Lms) -> None:
    told = lms.notify([Notice("a", "6", "s", "t", "https://x.invalid/"), Notice("b", "999999", "s", "t")])
    assert told == {"a": "sent", "b": "refused"}
    assert lms.notify([Notice("c", "somebody", "s", "t")]) == {"c": "refused"}


def test_a_key_is_told_once_and_nobody_is_led_to_what_is_no_page(lms: Lms, stand_in: Any) -> None:
    if isinstance(lms, Moodle) and "local_nidaa_notify" not in stand_in.functions:
        pytest.skip("stock messages keep no keys and lead nowhere")
    assert lms.notify([Notice("a", "6", "s", "t")]) == {"a": "sent"}
    again = [Notice("a", "6", "s", "t"), Notice("b", "6", "s", "t", "javascript:alert(1)"), Notice("", "6", "s", "t")]
    assert lms.notify(again) == {"a": "already", "b": "refused", "": "refused"}


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(
    ("mood", "error"),
    [("down", Unavailable), ("maintenance", Unavailable), ("refusing", Refused), ("malformed", Malformed)],
)
def test_failures_are_told_apart(
    lms: Lms, misbehave: Misbehave, question: str, mood: str, error: type[AdapterError]
) -> None:
    misbehave(mood)
    with pytest.raises(error) as caught:
        QUESTIONS[question](lms)
    assert type(caught.value) is error
    misbehave("well")
    QUESTIONS[question](lms)


@pytest.mark.parametrize("mood", ["down", "maintenance", "refusing", "malformed"])
def test_check_tells_what_is_wrong_instead_of_failing(lms: Lms, misbehave: Misbehave, mood: str) -> None:
    assert next(iter(lms.check())).level == "ok"
    if isinstance(lms, Moodle):
        lms._service.forget_site()
    misbehave(mood)
    (finding,) = lms.check()
    assert finding.level == "error"
    assert finding.costs


def test_eight_threads(lms: Lms) -> None:
    errors: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(3):
                assert lms.facts([ACTIVE])[ACTIVE].values["enrolment.status"].value == "active"
                assert lms.courses(["2"])
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors


def test_it_says_its_site_and_deadline(lms: Lms) -> None:
    assert lms.site_id == "lab"
    assert lms.deadline > 0


def test_how_many_are_in_a_room(lms: Lms) -> None:
    hall, unknown = LiveRoom("2", "3"), LiveRoom("2", "99")
    if isinstance(lms, FakeLms):
        lms.set_presence(hall, 1)
    zoom, odd = LiveRoom("2", "7"), LiveRoom("2", "x", "y")
    assert lms.presence([hall, unknown, zoom, odd]) == {hall: 1, unknown: None, zoom: None, odd: None}
    assert lms.presence([]) == {}
    with pytest.raises(ValueError, match="at most 10"):
        lms.presence([LiveRoom("2", str(number)) for number in range(11)])


def test_it_leads_to_its_own_page_that_lets_people_in(lms: Lms) -> None:
    if isinstance(lms, FakeLms):
        assert lms.way_in("mine", "2") is None
        lms.address = "https://lms.example"
    of_course, of_none = lms.way_in("roster", "2"), lms.way_in("mine", None)
    assert of_course is not None
    assert of_none is not None
    assert re.search(r"launch(\.php)?\?target=roster&course=2$", of_course)
    assert re.search(r"launch(\.php)?\?target=mine(&course=)?$", of_none)
    if isinstance(lms, Moodle):
        home = of_none.partition("/local/nidaa/")[0]
        assert lms.way_in("room", None) == home
        assert lms.way_in("roster", "2&target=desk") == home, "no id of Moodle's"
