"""The plugin's answers as a running Moodle 4.5 gave them to its service user: they keep both sides to `plugin_wire`."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.errors import Refused
from adapters.lms.moodle import Moodle, plugin_wire
from adapters.lms.moodle.wire import shaped
from adapters.lms.port import UNKNOWN, Notice, Pair
from tests.adapters.awkward_trainees import COURSES, TRAINEES, compared, expected
from tests.adapters.conftest import RECORDINGS

ANSWERS = sorted(path.stem for path in RECORDINGS.glob("local_nidaa_*.json") if "__error" not in path.stem)
SCHEMAS = {
    "local_nidaa_get_facts": plugin_wire.FACTS,
    "local_nidaa_get_sessions": plugin_wire.SESSIONS,
    "local_nidaa_get_course": plugin_wire.COURSES,
    "local_nidaa_get_presence": plugin_wire.PRESENCE,
    "local_nidaa_notify": plugin_wire.RESULTS,
}
COURSE_IDS = {"c1": "2", "c2": "3"}


@pytest.fixture(autouse=True)
def _plugin(stand_in: Any) -> None:
    stand_in.with_plugin()


def _answering(stand_in: Any, recording: Any, name: str) -> None:
    told = recording(name)
    stand_in.answers[told["function"]] = lambda form: told["response"]


def test_every_function_was_recorded() -> None:
    assert {name.partition("__")[0] for name in ANSWERS} == set(SCHEMAS)


@pytest.mark.parametrize("name", ANSWERS)
def test_they_have_the_shape_that_was_agreed(name: str, recording: Any) -> None:
    told = recording(name)
    shaped(SCHEMAS[told["function"]], told["response"], told["function"])
    assert told["http_status"] == 200


@pytest.mark.parametrize("name", sorted(path.stem for path in RECORDINGS.glob("local_nidaa_*.json")))
def test_no_number_and_no_token_is_among_them(name: str) -> None:
    text = (RECORDINGS / f"{name}.json").read_text(encoding="utf-8")
    for secret in ("10987654", "22345678", "whsec_", "wstoken"):
        assert secret not in text


def test_a_key_that_is_missing_would_be_noticed(recording: Any) -> None:
    told = recording("local_nidaa_get_facts__c1")["response"]
    broken = json.loads(json.dumps(told))
    del broken["facts"][0]["enrolment"]["timeend"]
    with pytest.raises(Exception, match=r"facts\.0\.enrolment\.timeend"):
        shaped(plugin_wire.FACTS, broken, "local_nidaa_get_facts")


@pytest.mark.parametrize("course", COURSES)
@pytest.mark.parametrize("who", TRAINEES)
def test_facts(who: str, course: str, moodle: Moodle, stand_in: Any, recording: Any) -> None:
    _answering(stand_in, recording, f"local_nidaa_get_facts__{course}")
    pairs = {name: Pair(str(6 + place), COURSE_IDS[course]) for place, name in enumerate(TRAINEES)}
    values = dict(moodle.facts(list(pairs.values()))[pairs[who]].values)
    wanted = expected(who, course)
    assert compared(values, wanted) == wanted
    assert set(values["attendance.definition"].value) == {"sessions", "late", "excused"}
    assert all(told.source == "local_nidaa_get_facts" for told in values.values())


def test_why_an_enrolment_is_not_active(moodle: Moodle, stand_in: Any, recording: Any) -> None:
    _answering(stand_in, recording, "local_nidaa_get_facts__c1")
    found = moodle.facts([Pair(str(number), "2") for number in range(6, 18)])
    notes = {pair.person_id: facts.values["enrolment.status"].note for pair, facts in found.items()}
    assert {person: note for person, note in notes.items() if note} == {
        "14": "the end of the enrolment has passed",
        "15": "the enrolment is suspended",
        "16": "the enrolment begins later",
    }


def test_nobody_nowhere_and_the_account_alone(moodle: Moodle, stand_in: Any, recording: Any) -> None:
    _answering(stand_in, recording, "local_nidaa_get_facts__nobody_nowhere_account")
    nobody, nowhere, alone = Pair("99999999", "2"), Pair("6", "99999999"), Pair("6", None)
    found = moodle.facts([nobody, nowhere, alone])
    assert found[nobody].values["account.exists"].value is False
    for name in ("account.suspended", "account.last_login", "profile.phone", "enrolment.status", "attendance.held"):
        assert found[nobody].values[name].value is UNKNOWN
    assert found[nobody].values["enrolment.status"].note == "silently_empty"
    assert found[nowhere].values["account.exists"].value is True
    assert found[nowhere].values["certificate.issued"].value is UNKNOWN
    assert not any(name.startswith("enrolment") for name in found[alone].values)


def test_sessions(moodle: Moodle, stand_in: Any, recording: Any) -> None:
    _answering(stand_in, recording, "local_nidaa_get_sessions__ok")
    asked = recording("local_nidaa_get_sessions__ok")["params"]
    since = datetime.fromtimestamp(asked["since"], UTC)
    told = moodle.sessions(["2", "3", "99999999"], since, since + timedelta(days=60))
    assert [session.source for session in told.found] == ["attendance"] * 8 + ["zoom"]
    assert {session.ends_at - session.starts_at for session in told.found} == {timedelta(hours=2)}
    assert told.found[-1].activity_id == "7"
    assert {session.activity_id for session in told.found[:-1]} == {None}  # two rooms: none is guessed
    assert told.unknown_courses == {"99999999"}


def test_courses(moodle: Moodle, stand_in: Any, recording: Any) -> None:
    _answering(stand_in, recording, "local_nidaa_get_course__ok")
    courses = moodle.courses(["2", "3", "99999999"])
    assert set(courses) == {"2", "3"}
    roles = {member.person_id: member.role for member in courses["2"].members or ()}
    trainees = {str(number): "trainee" for number in range(6, 17)}  # t09, t10 and t11 too; t12 is not enrolled
    assert roles == {"4": "trainer", "5": "room_manager", **trainees}
    assert courses["3"].ends_at is not None


def test_notices(moodle: Moodle, stand_in: Any, recording: Any) -> None:
    first = recording("local_nidaa_notify__sent_and_refused")
    notices = [Notice(m["key"], str(m["userid"]), m["subject"], m["text"]) for m in first["params"]["messages"]]
    _answering(stand_in, recording, "local_nidaa_notify__sent_and_refused")
    assert list(moodle.notify(notices).values()) == ["sent", "refused", "refused"]
    _answering(stand_in, recording, "local_nidaa_notify__already")
    assert moodle.notify(notices[:1]) == {notices[0].key: "already"}


@pytest.mark.parametrize("name", ["local_nidaa_get_facts__error_too_many", "local_nidaa_get_sessions__error_too_long"])
def test_beyond_the_bounds(name: str, moodle: Moodle, stand_in: Any, recording: Any) -> None:
    _answering(stand_in, recording, name)
    since = datetime(2026, 11, 22, tzinfo=UTC)
    asks: dict[str, Callable[[], Any]] = {
        "local_nidaa_get_facts": lambda: moodle.facts([Pair("6", "2")]),
        "local_nidaa_get_sessions": lambda: moodle.sessions(["2"], since, since + timedelta(days=1)),
    }
    ask = asks[name.partition("__")[0]]
    with pytest.raises(Refused, match="nidaa_toomuch"):
        ask()
