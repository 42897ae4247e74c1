"""The adapter against a running Moodle that was seeded as `moodle/seed` does (course CYB-101, trainees t01 to t12).

NIDAA_TEST_MOODLE_URL and NIDAA_TEST_MOODLE_TOKEN name it; NIDAA_TEST_MOODLE_IDS is the path of the `ids.json` that
the seed wrote. NIDAA_TEST_MOODLE_WEAK_TOKEN, if given, is a token without any capability.
"""

from __future__ import annotations

import json
import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.errors import Refused
from adapters.lms.moodle import Moodle
from adapters.lms.port import UNKNOWN, Notice, Pair
from tests.adapters.awkward_gaps import WITH_PLUGIN, WITHOUT_PLUGIN, found
from tests.adapters.awkward_trainees import COURSES, TRAINEES, compared, expected

_WANTED = ("NIDAA_TEST_MOODLE_URL", "NIDAA_TEST_MOODLE_TOKEN", "NIDAA_TEST_MOODLE_IDS")

pytestmark = [
    pytest.mark.real_moodle,
    pytest.mark.skipif(
        not all(os.environ.get(name) for name in _WANTED),
        reason=f"no running Moodle was named: set {', '.join(_WANTED)}",
    ),
]


def _moodle(token: str, **kwargs: Any) -> Moodle:
    return Moodle("lab", os.environ["NIDAA_TEST_MOODLE_URL"], token, clock=lambda: datetime.now(UTC), **kwargs)


@pytest.fixture(scope="module")
def ids() -> Any:
    return json.loads(Path(os.environ["NIDAA_TEST_MOODLE_IDS"]).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def real() -> Moodle:
    return _moodle(os.environ["NIDAA_TEST_MOODLE_TOKEN"])


@pytest.fixture(scope="module")
def plugin(real: Moodle) -> bool:
    return real._service.offers("local_nidaa_get_facts", real._service.budget(10))


@pytest.fixture(scope="module")
def told(real: Moodle, ids: Any) -> dict[str, dict[str, Any]]:
    pairs = {f"t{n:02d}": Pair(str(ids["users"][f"t{n:02d}"]), str(ids["c1"])) for n in range(1, 13)}
    answer = real.facts(list(pairs.values()))
    return {name: {fact: t.value for fact, t in answer[pair].values.items()} for name, pair in pairs.items()}


STATUS_WITH_PLUGIN = {"t09": "ended", "t10": "suspended", "t11": "not_started", "t12": "not_enrolled"}
STATUS_WITHOUT = {"t09": "inactive", "t10": "inactive", "t11": "inactive", "t12": "not_enrolled"}


@pytest.mark.parametrize("who", [f"t{n:02d}" for n in range(1, 13)])
def test_enrolment(who: str, told: dict[str, dict[str, Any]], plugin: bool) -> None:
    expected = STATUS_WITH_PLUGIN if plugin else STATUS_WITHOUT
    assert told[who]["enrolment.status"] == expected.get(who, "active")
    assert told[who]["account.exists"] is True


def test_gaps(told: dict[str, dict[str, Any]]) -> None:
    assert {who for who, facts in told.items() if facts["profile.phone"] is None} == {"t03", "t04", "t07"}
    assert {who for who, facts in told.items() if facts["profile.national_id"] is None} == {"t04", "t05"}
    assert {who for who, facts in told.items() if facts["profile.name_ar"] is None} == {"t05"}
    assert {who for who, facts in told.items() if facts["profile.name_en"] is None} == {"t03", "t05"}
    assert told["t07"]["profile.name_en"] == "يوسف العنزي"
    assert {who for who, facts in told.items() if facts.get("profile.national_id_duplicate") is True} == {"t01", "t10"}
    assert "109876" not in repr(told)


def test_attendance(told: dict[str, dict[str, Any]]) -> None:
    assert told["t01"]["attendance.held"] == 8
    assert told["t05"]["attendance.rate"] == 0.5
    assert told["t07"]["attendance.rate"] == 0.0


@pytest.mark.parametrize("course", COURSES)
def test_everything_that_the_plugin_tells(course: str, real: Moodle, ids: Any, plugin: bool) -> None:
    if not plugin:
        pytest.skip("local_nidaa is not in the token's service")
    pairs = {who: Pair(str(ids["users"][who]), str(ids[course])) for who in TRAINEES}
    answer = real.facts(list(pairs.values()))
    for who, pair in pairs.items():
        wanted = expected(who, course)
        assert compared(dict(answer[pair].values), wanted) == wanted, who


@pytest.mark.parametrize("course", COURSES)
def test_gaps_of_every_awkward_trainee(course: str, real: Moodle, ids: Any, plugin: bool) -> None:
    if not plugin and course not in WITHOUT_PLUGIN:
        pytest.skip("stock functions were recorded for the running course alone")
    pairs = {who: Pair(str(ids["users"][who]), str(ids[course])) for who in TRAINEES}
    answer = real.facts(list(pairs.values()))
    now = datetime.now(UTC)
    wanted = WITH_PLUGIN[course] if plugin else WITHOUT_PLUGIN[course]
    assert {who: found(answer[pair], now) for who, pair in pairs.items()} == dict(wanted)


def test_unknown_people_and_courses(real: Moodle, ids: Any) -> None:
    nobody, nowhere = Pair("99999999", str(ids["c1"])), Pair(str(ids["users"]["t01"]), "99999999")
    both = [Pair(str(ids["users"]["t01"]), str(ids[course])) for course in ("c1", "c2")]
    answer = real.facts([nobody, nowhere, *both])
    assert answer[nobody].values["account.exists"].value in (UNKNOWN, False)
    assert answer[nowhere].values["enrolment.status"].value is UNKNOWN
    assert [answer[pair].values["enrolment.status"].value for pair in both] == ["active", "active"]


def test_sessions(real: Moodle, ids: Any) -> None:
    now = datetime.now(UTC)
    told = real.sessions([str(ids["c1"]), "99999999"], now - timedelta(days=60), now + timedelta(days=60))
    assert len(told.found) >= 8
    assert all(session.ends_at - session.starts_at <= timedelta(hours=3) for session in told.found)
    assert "99999999" in told.unknown_courses


def test_courses(real: Moodle, ids: Any) -> None:
    courses = real.courses([str(ids["c1"]), str(ids["c2"]), "99999999"])
    assert set(courses) == {str(ids["c1"]), str(ids["c2"])}
    course = courses[str(ids["c1"])]
    assert course.starts_at is not None
    roles = {member.person_id: member.role for member in course.members or ()}
    assert roles[str(ids["users"]["trainer"])] == "trainer"
    assert roles[str(ids["users"]["room"])] == "room_manager"
    assert roles[str(ids["users"]["t10"])] == "trainee"


def test_notices(real: Moodle, ids: Any) -> None:
    told = real.notify(
        [
            Notice(f"a-{datetime.now(UTC).timestamp()}", str(ids["users"]["t01"]), "نداء", "رسالة تجريبية"),
            Notice("b", "99999999", "s", "t"),
        ]
    )
    assert list(told.values()) == ["sent", "refused"]


def test_the_same_key_at_the_same_moment_is_sent_once(ids: Any, plugin: bool) -> None:
    if not plugin:
        pytest.skip("without local_nidaa nobody keeps keys")
    notice = Notice(f"p-{datetime.now(UTC).timestamp()}", str(ids["users"]["t02"]), "نداء", "مرة واحدة")
    start = threading.Barrier(4)
    told: list[str] = []

    def work() -> None:
        one = _moodle(os.environ["NIDAA_TEST_MOODLE_TOKEN"])
        one._service.offers("local_nidaa_notify", one._service.budget(10))
        start.wait()
        told.append(one.notify([notice]).get(notice.key, "absent"))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told).count("sent") == 1
    assert set(told) <= {"sent", "already", "absent"}


def test_check(real: Moodle, plugin: bool) -> None:
    findings = real.check()
    if plugin:
        assert [finding.level for finding in findings] == ["ok"], findings
    assert findings[0].level == "ok"
    assert not any(finding.level == "error" for finding in findings)
    assert plugin or any("local_nidaa_get_facts" in finding.subject for finding in findings)


def test_a_wrong_token_is_refused(ids: Any) -> None:
    with pytest.raises(Refused) as caught:
        _moodle("0" * 32).facts([Pair(str(ids["users"]["t01"]), None)])
    assert caught.value.code == "invalidtoken"


@pytest.mark.skipif(
    not os.environ.get("NIDAA_TEST_MOODLE_WEAK_TOKEN"), reason="NIDAA_TEST_MOODLE_WEAK_TOKEN is not set"
)
def test_a_weak_token_knows_nothing_and_says_so(ids: Any) -> None:
    weak = _moodle(os.environ["NIDAA_TEST_MOODLE_WEAK_TOKEN"])
    pair = Pair(str(ids["users"]["t01"]), str(ids["c1"]))
    assert all(told.value is UNKNOWN for told in weak.facts([pair])[pair].values.values())
    assert weak.courses([str(ids["c1"])])[str(ids["c1"])].members is None
    now = datetime.now(UTC)
    assert weak.sessions([str(ids["c1"])], now, now + timedelta(days=1)).unknown_courses == {str(ids["c1"])}
    assert any("moodle/course:view" in finding.subject for finding in weak.check())
