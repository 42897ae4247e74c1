"""The plugin's four functions, as `plugin_wire` defines them."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from werkzeug import Response

from adapters.errors import Refused, Unavailable
from adapters.lms.moodle import Moodle
from adapters.lms.port import UNKNOWN, Notice, Pair

GONE = "no_such_function__error_unknown_function"


@pytest.fixture(autouse=True)
def _plugin(stand_in: Any) -> None:
    stand_in.with_plugin()


@pytest.mark.parametrize("courses", [1, 50])
def test_a_burst_of_500_reports_costs_at_most_twenty_calls(moodle: Moodle, stand_in: Any, courses: int) -> None:
    """Claimed in batches of 50 by eight threads, as the enriching lane does."""
    pairs = [Pair(str(1000 + number), str(2 + number % courses)) for number in range(500)]
    batches = [pairs[start : start + 50] for start in range(0, 500, 50)]
    found: dict[Pair, Any] = {}

    def work() -> None:
        while batches:
            try:
                batch = batches.pop()
            except IndexError:
                return
            found.update(moodle.facts(batch))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 500
    assert all(facts.values["enrolment.status"].value == "active" for facts in found.values())
    assert len(stand_in.calls) == 11  # ten batches, and once what the token may call
    assert {call["wsfunction"] for call in stand_in.calls} == {
        "core_webservice_get_site_info",
        "local_nidaa_get_facts",
    }


def test_a_burst_without_the_plugin_stays_small_too(moodle: Moodle, stand_in: Any) -> None:
    stand_in.functions = {name for name in stand_in.functions if not name.startswith("local_nidaa")}
    for start in range(0, 500, 50):
        moodle.facts([Pair(str(1000 + number), "2") for number in range(start, start + 50)])
    assert len(stand_in.calls) <= 30  # per batch one for people in the course and one for those not found there


def test_what_it_tells(moodle: Moodle) -> None:
    pairs = {name: Pair(person, "2") for name, person in (("t01", "6"), ("t09", "14"), ("t12", "17"))}
    found = moodle.facts([*pairs.values(), Pair("6", None)])
    told = {name: fact.value for name, fact in found[pairs["t01"]].values.items()}
    assert told["enrolment.status"] == "active"
    assert told["enrolment.starts_at"] == "2026-11-02T10:40:41+00:00"
    assert told["enrolment.ends_at"] is None  # without limit
    assert told["account.last_login"] is None  # never
    assert told["attendance.rate"] == 0.875
    assert told["attendance.definition"]["late"] == "attended"
    assert told["completion.completed_at"] == "2026-11-22T10:42:03+00:00"
    assert told["profile.national_id"] == "present"
    assert told["profile.national_id_duplicate"] is False
    assert told["profile.name_en"] is UNKNOWN
    certificate = found[pairs["t01"]].values["certificate.issued"]
    assert (certificate.value, certificate.note) == (UNKNOWN, "function_missing")  # empty, and a kind was not readable
    assert found[pairs["t09"]].values["enrolment.status"].value == "ended"
    assert "enrolment.starts_at" in found[pairs["t12"]].values
    assert found[pairs["t12"]].values["enrolment.starts_at"].value is UNKNOWN
    assert not any(name.startswith("enrolment") for name in found[Pair("6", None)].values)


def test_a_national_id_in_clear_is_reduced_on_arrival(moodle: Moodle, stand_in: Any) -> None:
    original = stand_in._local_nidaa_get_facts

    def careless(form: dict[str, str]) -> Any:
        told = original(form)
        told["facts"][0]["profile"][0]["value"] = "1098765401"
        return told

    stand_in.answers["local_nidaa_get_facts"] = careless
    found = moodle.facts([Pair("6", "2")])
    assert found[Pair("6", "2")].values["profile.national_id"].value == "invalid"
    assert "1098765401" not in repr(found)


def test_a_pair_that_it_leaves_out_is_unknown(moodle: Moodle, stand_in: Any) -> None:
    stand_in.answers["local_nidaa_get_facts"] = lambda form: {"version": 1, "facts": []}
    told = moodle.facts([Pair("6", "2")])[Pair("6", "2")].values["enrolment.status"]
    assert (told.value, told.note) == (UNKNOWN, "silently_empty")


def test_a_plugin_that_was_removed_is_noticed_at_once(moodle: Moodle, stand_in: Any, recording: Any) -> None:
    moodle.facts([Pair("6", "2")])
    stand_in.functions = {name for name in stand_in.functions if not name.startswith("local_nidaa")}
    stand_in.answers["local_nidaa_get_facts"] = lambda form: recording(GONE)["response"]
    told = moodle.facts([Pair("6", "2")])[Pair("6", "2")].values["enrolment.status"]
    assert told.source == "core_enrol_get_enrolled_users"


def test_a_plugin_that_arrives_is_noticed_within_minutes(stand_in: Any) -> None:
    now = [0.0]
    stand_in.functions = {name for name in stand_in.functions if not name.startswith("local_nidaa")}
    moodle = Moodle(
        "lab", stand_in.url, "t", clock=lambda: datetime(2026, 11, 22, tzinfo=UTC), monotonic=lambda: now[0]
    )
    moodle.facts([Pair("6", "2")])
    stand_in.with_plugin()
    now[0] = 301.0
    told = moodle.facts([Pair("6", "2")])[Pair("6", "2")].values["enrolment.status"]
    assert told.source == "local_nidaa_get_facts"


def test_a_plugin_that_refuses_is_not_worked_around(moodle: Moodle, stand_in: Any, recording: Any) -> None:
    refused = recording("core_group_get_group_members__error_no_managegroups")["response"]
    stand_in.answers["local_nidaa_get_facts"] = lambda form: refused
    with pytest.raises(Refused) as caught:
        moodle.facts([Pair("6", "2")])
    assert caught.value.code == "nopermissions"


def test_many_courses_go_in_pages_of_fifty(moodle: Moodle, stand_in: Any) -> None:
    since = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    told = moodle.sessions([str(number) for number in range(2, 122)], since, since + timedelta(hours=9))
    assert [session.activity_id for session in told.found] == ["3"]
    assert len(told.unknown_courses) == 119
    assert len(stand_in.asked("local_nidaa_get_sessions")) == 3


def test_many_days_go_in_pages_that_the_plugin_answers(moodle: Moodle, stand_in: Any) -> None:
    middle = datetime.fromtimestamp(1795344722 + 3600, UTC)  # of the class, which runs on into the second page
    since = middle - timedelta(days=60)
    told = moodle.sessions(["2"], since, since + timedelta(days=150))
    assert [session.key for session in told.found] == ["attendance-1"]
    pages = [(int(call["since"]), int(call["until"])) for call in stand_in.asked("local_nidaa_get_sessions")]
    assert [(until - start) // 86400 for start, until in pages] == [60, 60, 30]
    assert [start for start, _ in pages[1:]] == [until for _, until in pages[:-1]]
    assert moodle.sessions(["2"], since, since).found == ()


def test_a_month_long_window_is_no_session_even_from_the_plugin(moodle: Moodle, stand_in: Any) -> None:
    original = stand_in._local_nidaa_get_sessions

    def windowed(form: dict[str, str]) -> Any:
        told = original(form)
        told["sessions"][0]["ends_at"] += 30 * 86400
        return told

    stand_in.answers["local_nidaa_get_sessions"] = windowed
    since = datetime(2026, 11, 1, tzinfo=UTC)
    assert moodle.sessions(["2"], since, since + timedelta(days=40)).found == ()


def test_members_that_were_not_readable_are_none(moodle: Moodle, stand_in: Any) -> None:
    original = stand_in._local_nidaa_get_course

    def closed(form: dict[str, str]) -> Any:
        told = original(form)
        told["courses"][0]["trainees"] = None
        return told

    stand_in.answers["local_nidaa_get_course"] = closed
    course = moodle.courses(["2"])["2"]
    assert course.members is None
    assert course.notes == ("trainees: capability_missing",)
    assert course.idnumber == "CRS-CYB-101-R7"


class TestNotices:
    def test_they_are_idempotent_by_key(self, moodle: Moodle, stand_in: Any) -> None:
        notices = [Notice(f"k{number}", str(1 + number % 90), "s", "t") for number in range(120)]
        assert set(moodle.notify(notices).values()) == {"sent"}
        assert set(moodle.notify(notices).values()) == {"already"}
        assert len(stand_in.asked("local_nidaa_notify")) == 6

    def test_what_was_sent_before_a_failure_is_told(self, moodle: Moodle, stand_in: Any) -> None:
        original = stand_in._local_nidaa_notify
        times: list[int] = []

        def once(form: dict[str, str]) -> Any:
            times.append(1)
            return original(form) if len(times) == 1 else Response("<html>", 503)

        stand_in.answers["local_nidaa_notify"] = once
        told = moodle.notify([Notice(f"k{number}", "6", "s", "t") for number in range(60)])
        assert len(told) == 50  # the ten that are absent were not told of

    def test_nothing_sent_is_a_failure(self, moodle: Moodle, stand_in: Any) -> None:
        stand_in.answers["local_nidaa_notify"] = lambda form: Response("<html>", 503)
        with pytest.raises(Unavailable):
            moodle.notify([Notice("k", "6", "s", "t")])


class TestNoticesWithoutThePlugin:
    @pytest.fixture(autouse=True)
    def _stock(self, stand_in: Any, _plugin: None) -> None:
        stand_in.functions.discard("local_nidaa_notify")

    def test_one_recipient_a_call_and_never_again_for_who_is_unknown(self, moodle: Moodle, stand_in: Any) -> None:
        told = moodle.notify([Notice("a", "999999", "s", "t"), Notice("b", "6", "s", "<b>t</b>", "https://x.invalid/")])
        assert told == {"a": "refused", "b": "sent"}
        sent = stand_in.asked("core_message_send_instant_messages")
        assert [call["messages[0][touserid]"] for call in sent] == ["999999", "6"]
        assert not any("messages[1]" in key for call in sent for key in call)
        assert sent[1]["messages[0][textformat]"] == "2"
        assert sent[1]["messages[0][text]"] == "s\n\n<b>t</b>\n\nhttps://x.invalid/"

    def test_minus_one_is_a_refusal(self, moodle: Moodle, stand_in: Any) -> None:
        """What a running 4.5.5 says of a single unknown recipient."""
        stand_in.answers["core_message_send_instant_messages"] = lambda form: [{"msgid": -1, "errormessage": "no"}]
        assert moodle.notify([Notice("a", "99", "s", "t")]) == {"a": "refused"}

    def test_what_was_sent_before_a_failure_is_told(self, moodle: Moodle, stand_in: Any) -> None:
        original = stand_in._core_message_send_instant_messages

        def down_for_seven(form: dict[str, str]) -> Any:
            return Response("", 503) if form["messages[0][touserid]"] == "7" else original(form)

        stand_in.answers["core_message_send_instant_messages"] = down_for_seven
        told = moodle.notify([Notice("a", "6", "s", "t"), Notice("b", "7", "s", "t"), Notice("c", "8", "s", "t")])
        assert told == {"a": "sent"}


class TestCheck:
    def test_with_everything(self, moodle: Moodle, stand_in: Any) -> None:
        stand_in.functions.discard("mod_bigbluebuttonbn_get_join_url")
        assert [finding.level for finding in moodle.check()] == ["ok"]

    def test_it_names_what_is_missing_and_what_that_costs(self, moodle: Moodle, stand_in: Any) -> None:
        stand_in.functions -= {"local_nidaa_get_facts", "mod_attendance_get_sessions"}
        told = {finding.subject: finding.costs for finding in moodle.check() if finding.level == "warning"}
        assert "function local_nidaa_get_facts is missing (local_nidaa)" in told
        assert "attendance" in told["function mod_attendance_get_sessions is missing"]
        assert any("get_join_url" in subject for subject in told)
        assert all(told.values())

    def test_it_tries_capabilities_out(self, moodle: Moodle, stand_in: Any, recording: Any) -> None:
        stand_in.functions -= {"local_nidaa_get_facts"}
        refused = recording("mod_attendance_get_sessions__error_no_takeattendances")["response"]
        stand_in.answers["mod_attendance_get_sessions"] = lambda form: refused
        original = stand_in._core_enrol_get_enrolled_users

        def without_phones(form: dict[str, str]) -> Any:
            if "onlyactive" in form.values():
                return recording("core_group_get_group_members__error_no_managegroups")["response"]
            return [{key: value for key, value in user.items() if key != "phone1"} for user in original(form)]

        stand_in.answers["core_enrol_get_enrolled_users"] = without_phones
        told = " ".join(finding.subject for finding in moodle.check())
        for named in ("mod/attendance:takeattendances", "moodle/course:enrolreview", "phone1"):
            assert named in told

    def test_no_participants_point_to_the_groups(self, moodle: Moodle, stand_in: Any) -> None:
        stand_in.functions -= {"local_nidaa_get_facts"}
        stand_in.answers["core_enrol_get_enrolled_users"] = lambda form: []
        assert any("moodle/site:accessallgroups" in finding.subject for finding in moodle.check())


def test_national_ids_are_hashed_in_moodle_with_a_key_that_nothing_prints(
    stand_in: Any, caplog: pytest.LogCaptureFixture
) -> None:
    key = bytes(range(32))
    moodle = Moodle("academy", stand_in.url, "0123456789abcdef-the-token", clock=lambda: datetime.now(UTC), id_key=key)
    plain = moodle.facts([Pair("6", "2")])[Pair("6", "2")].values
    assert "idkey" not in stand_in.asked("local_nidaa_get_facts")[-1]  # an older plugin would refuse it
    assert "profile.national_id_key" not in plain

    version = {"local_nidaa_get_facts": "2026112701.00"}
    stand_in.answers["core_webservice_get_site_info"] = lambda _form: {
        "userid": 2, "release": "4.5", "userissiteadmin": False,
        "functions": [{"name": name, "version": version.get(name, "1")} for name in sorted(stand_in.functions)],
    }  # fmt: skip
    before = stand_in._local_nidaa_get_facts

    def with_hash(form: dict[str, str]) -> Any:
        told = before(form)
        for row in told["facts"]:
            row |= {"national_id_key": "ab" * 32, "national_id_end": "08"}
        return told

    stand_in.answers["local_nidaa_get_facts"] = with_hash
    moodle = Moodle("academy", stand_in.url, "0123456789abcdef-the-token", clock=lambda: datetime.now(UTC), id_key=key)
    told = moodle.facts([Pair("6", "2")])[Pair("6", "2")].values
    assert stand_in.asked("local_nidaa_get_facts")[-1]["idkey"] == key.hex()
    assert told["profile.national_id_key"].value == "ab" * 32
    assert told["profile.national_id_end"].value == "08"
    assert key.hex() not in caplog.text + repr(moodle)
