"""The LMS stand-in, asked by the adapter that the product asks every Moodle with."""

from __future__ import annotations

import itertools
import threading
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from adapters.errors import Refused, Unavailable
from adapters.lms.moodle import Moodle
from adapters.lms.national_id import known_by
from adapters.lms.port import UNKNOWN, Notice, Pair
from sidecar.demo import lms
from sidecar.demo.cast import COURSE, TRAINEES
from sidecar.domain.readiness import readiness
from sidecar.journey.enrichment import facts_of
from sidecar.policy.load import load, shipped

TOKEN = "the-only-token"
NOW = datetime.now(UTC).replace(microsecond=0)
CLASS_START = NOW - timedelta(minutes=3)


@pytest.fixture
def url() -> Iterator[str]:
    server = lms.server(0, TOKEN, int(CLASS_START.timestamp()))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def moodle(url: str, token: str = TOKEN) -> Moodle:
    return Moodle("academy", url, token, clock=lambda: NOW, deadline=5.0)


def asked(url: str, **form: str) -> tuple[int, str, str]:
    with urllib.request.urlopen(url + lms.ENDPOINT, urlencode(form).encode()) as answer:
        return answer.status, answer.headers["Content-Type"], answer.read().decode()


@pytest.mark.parametrize(
    ("person", "status"), [("6", "active"), ("14", "ended"), ("15", "suspended"), ("17", "not_enrolled")]
)
def test_it_tells_who_is_shut_out(url: str, person: str, status: str) -> None:
    pair = Pair(person, "2")
    told = moodle(url).facts([pair])[pair].values["enrolment.status"]
    assert told.value == status
    assert told.source == "local_nidaa_get_facts"


def test_a_burst_is_told_in_one_go(url: str) -> None:
    pairs = [Pair(str(person), "2") for person in range(6, 17)]
    assert {pair for pair, facts in moodle(url).facts(pairs).items() if facts.values["account.exists"].value} == set(
        pairs
    )


@pytest.mark.parametrize(("person", "field"), [("8", "profile.phone"), ("9", "profile.national_id")])
def test_a_gap_is_proven_and_no_guess(url: str, person: str, field: str) -> None:
    pair = Pair(person, "2")
    told = moodle(url).facts([pair])[pair].values[field]
    assert told.value is None
    assert told.source == "local_nidaa_get_facts"


STANDING = {
    "6": set(), "11": set(), "13": set(), "7": {"certificate_not_issued"}, "8": {"name_en_missing", "phone_missing"},
    "9": {"national_id_missing", "phone_missing"},
    "10": {"attendance_below", "national_id_missing", "name_ar_missing", "name_en_missing"},
    "12": {"attendance_below", "national_id_invalid", "phone_missing", "name_mismatch"},
    "14": {"enrolment_ended", "national_id_duplicate"}, "15": {"enrolment_suspended", "national_id_duplicate"},
    "16": {"attendance_below"},
}  # fmt: skip
NEVER_IN = {"16"}


def test_the_class_is_one_that_could_be(url: str) -> None:
    rules, pairs = load(shipped()).certificate, [Pair(person, "2") for person in STANDING]
    told = moodle(url).facts(pairs)
    ready = {pair.person_id: readiness(facts_of(told[pair], NOW), rules, now=NOW) for pair in pairs}
    assert {person: {str(item.gap) for item in one.gaps} for person, one in ready.items()} == STANDING
    assert {person for person, one in ready.items() if one.unknown} == set()
    assert all("points" in item.detail for one in ready.values() if (item := one.of("grade")))
    issued = {person for person, one in ready.items() if (item := one.of("certificate")) and "code" in item.detail}
    assert issued == {"6"}
    values = {pair.person_id: told[pair].values for pair in pairs}
    assert {person for person, facts in values.items() if facts["account.last_login"].value is None} == NEVER_IN
    for person, facts in values.items():
        assert (facts["attendance.attended"].value == 0) == (person in NEVER_IN), "who was in class has logged in"
    assert not {person.id for person in TRAINEES.values()} & NEVER_IN, "nor does who presses in it never log in"


def test_a_number_is_known_by_its_hash_where_it_is_whole(url: str) -> None:
    key = b"k" * 32
    asking = Moodle("academy", url, TOKEN, clock=lambda: NOW, deadline=5.0, id_key=key)
    told = asking.facts([Pair("6", "2"), Pair("12", "2")])
    assert told[Pair("6", "2")].values["profile.national_id_key"].value == known_by(key, "1000010064")[0]  # type: ignore[index]
    assert told[Pair("12", "2")].values.get("profile.national_id_key") is None


def test_the_course_is_called_by_its_code(url: str) -> None:
    assert moodle(url).courses(["2"])["2"].idnumber == COURSE["idnumber"]


def test_nobody_it_does_not_know_is_missing(url: str) -> None:
    pair = Pair("4711", "2")
    assert moodle(url).facts([pair])[pair].values["account.exists"].value is UNKNOWN


def test_the_class_is_on_now_and_earlier_ones_keep_their_distance(url: str) -> None:
    found = moodle(url).sessions(["2"], NOW - timedelta(days=30), NOW + timedelta(days=1)).found
    (zoom,) = [session for session in found if session.source == "zoom"]
    assert zoom.starts_at == CLASS_START
    assert zoom.ends_at == CLASS_START + timedelta(hours=2)
    held = [session for session in found if session.source == "attendance"]
    assert [later.starts_at - earlier.starts_at for earlier, later in itertools.pairwise(held)] == [
        timedelta(days=2)
    ] * 7


def test_the_course_is_running_and_has_its_people(url: str) -> None:
    course = moodle(url).courses(["2"])["2"]
    assert course.starts_at is not None
    assert course.ends_at is not None
    assert course.starts_at < NOW < course.ends_at
    assert {member.person_id for member in course.members or () if member.role == "room_manager"} == {"5"}


def test_it_delivers_a_message(url: str) -> None:
    assert moodle(url).notify([Notice("k", "6", "بلاغك", "حُلّت")]) == {"k": "sent"}


def test_a_wrong_token_is_refused_before_anything_else(url: str) -> None:
    with pytest.raises(Refused) as refused:
        moodle(url, "another-token").facts([Pair("6", "2")])
    assert refused.value.code == "invalidtoken"
    status, _, body = asked(url, wstoken="x", wsfunction="no_such_function", moodlewsrestformat="json")
    assert (status, "invalidtoken" in body) == (200, True)


def test_an_unlisted_function_is_an_access_exception_with_status_200(url: str) -> None:
    status, content_type, body = asked(
        url, wstoken=TOKEN, wsfunction="core_course_delete_courses", moodlewsrestformat="json"
    )
    assert (status, content_type) == (200, "application/json")
    assert '"accessexception"' in body


def test_who_does_not_ask_for_json_gets_xml(url: str) -> None:
    _, content_type, body = asked(url, wstoken=TOKEN, wsfunction="core_webservice_get_site_info")
    assert content_type.startswith("application/xml")
    assert body.startswith("<?xml")


def test_a_token_in_the_address_proves_nothing(url: str) -> None:
    with urllib.request.urlopen(f"{url}{lms.ENDPOINT}?wstoken={TOKEN}", b"moodlewsrestformat=json") as answer:
        assert "invalidtoken" in answer.read().decode()


def test_an_lms_that_is_down_is_unavailable() -> None:
    server = lms.server(0, TOKEN, 0)
    port = server.server_port
    server.server_close()
    with pytest.raises(Unavailable):
        moodle(f"http://127.0.0.1:{port}").facts([Pair("6", "2")])


def test_ids_and_numbers_are_not_moved() -> None:
    answer = {"id": 7, "ok": True, "size": 104_857_600, "timestart": 1_795_344_722, "phone": "1795344722"}
    assert lms.moved(answer, 10) == answer | {"timestart": 1_795_344_732}
