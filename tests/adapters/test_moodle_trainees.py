"""Every awkward trainee of the recorded course, from recordings: what stock functions can tell, exactly."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.lms.moodle import Moodle
from adapters.lms.national_id import known_by
from adapters.lms.port import UNKNOWN, Pair

# The recorded numbers are invented and none has a right check digit, so each "needs review".
REVIEW = "invalid"
INACTIVE = "inactive"

TABLE: dict[str, tuple[str, dict[str, Any]]] = {
    "t01": ("6", {"profile.national_id_duplicate": True, "attendance.rate": 1.0}),
    "t02": ("7", {"attendance.rate": 1.0}),
    "t03 no phone, no English name": ("8", {"profile.phone": None, "profile.name_en": None}),
    "t04 no national id, no phone": ("9", {"profile.national_id": None, "profile.phone": None}),
    "t05 no custom fields": (
        "10",
        {"profile.national_id": None, "profile.name_ar": None, "profile.name_en": None, "attendance.rate": 0.5},
    ),
    "t06 an iqama, a phone with its country": ("11", {"profile.phone": "+966551000006"}),
    "t07 swapped names, nine digits, another phone": (
        "12",
        {
            "profile.name_ar": "Yousef Alenezi",
            "profile.name_en": "يوسف العنزي",
            "profile.phone": None,
            "attendance.attended": 0,
            "attendance.rate": 0.0,
        },
    ),
    "t08 hides the e-mail": ("13", {"profile.email": "t08@trainees.invalid"}),
    "t09 expired": ("14", {"enrolment.status": INACTIVE, "enrolment.groups": []}),
    "t10 suspended, duplicates t01's national id": (
        "15",
        {"enrolment.status": INACTIVE, "enrolment.groups": [], "profile.national_id_duplicate": True},
    ),
    "t11 starts in the future": ("16", {"enrolment.status": INACTIVE, "enrolment.groups": []}),
    "t12 not enrolled": (
        "17",
        {
            "enrolment.status": "not_enrolled",
            "enrolment.roles": [],
            "enrolment.groups": UNKNOWN,
            "enrolment.last_access": UNKNOWN,
            "attendance.held": UNKNOWN,
            "attendance.attended": UNKNOWN,
            "attendance.rate": UNKNOWN,
        },
    ),
}
USUAL = {
    "account.exists": True,
    "account.suspended": False,
    "account.confirmed": True,
    "account.auth": "manual",
    "account.last_login": None,
    "account.language": "en",
    "account.locked_out": UNKNOWN,
    "account.email_bouncing": UNKNOWN,
    "profile.national_id": REVIEW,
    "enrolment.status": "active",
    "enrolment.roles": ["student"],
    "enrolment.last_access": None,
    "enrolment.method": UNKNOWN,
    "enrolment.starts_at": UNKNOWN,
    "enrolment.ends_at": UNKNOWN,
    "attendance.held": 8,
    "completion.completed": UNKNOWN,
    "completion.completed_at": UNKNOWN,
}


@pytest.mark.parametrize("who", TABLE)
def test_what_stock_functions_tell(who: str, moodle: Moodle) -> None:
    everybody = [Pair(person_id, "2") for person_id, _ in TABLE.values()]
    person_id, special = TABLE[who]
    values = moodle.facts(everybody)[Pair(person_id, "2")].values
    told = {name: values[name].value for name in {**USUAL, **special}}
    assert told == {**USUAL, **special}
    if "profile.national_id_duplicate" not in special:
        assert "profile.national_id_duplicate" not in values  # never "no": only one course could be compared


def test_it_costs_seven_calls_for_all_of_them_and_fewer_soon_after(moodle: Moodle, stand_in: Any) -> None:
    everybody = [Pair(person_id, "2") for person_id, _ in TABLE.values()]
    moodle.facts(everybody)
    assert len(stand_in.calls) == 7
    moodle.facts(everybody)
    assert len(stand_in.calls) == 8


def test_certificates(moodle: Moodle) -> None:
    found = moodle.facts([Pair("6", "2"), Pair("7", "2")])
    issued = found[Pair("6", "2")].values["certificate.issued"]
    assert issued.value == [{"source": "customcert", "code": "Fq2IzoxAWF", "at": "2026-11-22T10:42:03+00:00"}]
    # The course has a certificate of the kind that no stock function reads: "none" cannot be told.
    nothing = found[Pair("7", "2")].values["certificate.issued"]
    assert (nothing.value, nothing.note) == (UNKNOWN, "function_missing")


def test_a_person_looked_at_alone_is_looked_at_thoroughly(moodle: Moodle) -> None:
    found = moodle.facts([Pair("6", "2"), Pair("15", "2"), Pair("17", "2")])
    assert found[Pair("6", "2")].values["completion.completed"].value is True
    for person in ("15", "17"):
        told = found[Pair(person, "2")].values["completion.completed"]
        assert (told.value, told.note) == (UNKNOWN, "not_offered")


def test_a_person_in_two_courses_is_asked_twice_because_moodle_answers_once(moodle: Moodle, stand_in: Any) -> None:
    first, second = Pair("6", "2"), Pair("6", "3")
    found = moodle.facts([first, second])
    assert found[first].values["enrolment.groups"].value == [{"id": "1", "name": "المجموعة أ"}]
    assert found[second].values["enrolment.status"].value == "active"
    assert len(stand_in.asked("core_user_get_course_user_profiles")) == 2


def test_one_closed_course_does_not_sink_the_others(moodle: Moodle) -> None:
    found = moodle.facts([Pair("6", "2"), Pair("7", "9999"), Pair("8", None)])
    assert found[Pair("6", "2")].values["enrolment.status"].value == "active"
    assert found[Pair("7", "9999")].values["enrolment.status"].value is UNKNOWN
    assert found[Pair("7", "9999")].values["account.exists"].value is True
    assert found[Pair("8", None)].values["account.exists"].value is True
    assert not any(name.startswith("enrolment") for name in found[Pair("8", None)].values)


def test_no_national_id_is_in_the_facts_in_clear(moodle: Moodle) -> None:
    everybody = [Pair(person_id, "2") for person_id, _ in TABLE.values()]
    assert "10987654" not in repr(moodle.facts(everybody))
    assert "10987654" not in repr(vars(moodle._readings._people))


class TestWhenSomethingMayNotBeSeen:
    def test_a_field_that_nobody_shows_is_unknown_not_missing(self, moodle: Moodle, stand_in: Any) -> None:
        def without(function: str) -> Any:
            original = getattr(stand_in, f"_{function}")
            hidden = {"phone1", "customfields", "email", "lastaccess", "suspended"}
            return lambda form: [{k: v for k, v in user.items() if k not in hidden} for user in original(form)]

        for function in ("core_user_get_course_user_profiles", "core_enrol_get_enrolled_users"):
            stand_in.answers[function] = without(function)
        values = moodle.facts([Pair("6", "2"), Pair("8", "2")])[Pair("6", "2")].values
        hidden = ("profile.phone", "profile.national_id", "profile.name_ar", "profile.email", "account.suspended")
        for name in (*hidden, "account.last_login"):
            assert (values[name].value, values[name].note) == (UNKNOWN, "capability_missing")

    def test_an_empty_roster_is_not_an_empty_course(self, moodle: Moodle, stand_in: Any) -> None:
        """Separate groups without `site:accessallgroups`: 0 participants, and no error."""
        stand_in.answers["core_enrol_get_enrolled_users"] = lambda form: []
        values = moodle.facts([Pair("6", "2")])[Pair("6", "2")].values
        assert (values["enrolment.status"].value, values["enrolment.status"].note) == (UNKNOWN, "silently_empty")
        assert moodle.courses(["2"])["2"].members is None

    def test_only_the_own_groups_people_prove_nothing(self, moodle: Moodle, stand_in: Any) -> None:
        """A token that is a member of group A: absent is not "not enrolled"."""
        original = stand_in._core_enrol_get_enrolled_users

        def own_group(form: dict[str, str]) -> Any:
            return [u for u in original(form) if any(group["id"] == 1 for group in u.get("groups", ()))]

        stand_in.answers["core_enrol_get_enrolled_users"] = own_group
        found = moodle.facts([Pair("10", "2"), Pair("17", "2"), Pair("6", "2")])
        assert found[Pair("6", "2")].values["enrolment.status"].value == "active"
        for person in ("10", "17"):
            assert found[Pair(person, "2")].values["enrolment.status"].value is UNKNOWN
        assert moodle.courses(["2"])["2"].members is None

    def test_without_enrolreview_active_and_ended_look_alike(
        self, moodle: Moodle, stand_in: Any, recording: Any
    ) -> None:
        original = stand_in._core_enrol_get_enrolled_users
        refused = recording("core_group_get_group_members__error_no_managegroups")["response"]

        def answer(form: dict[str, str]) -> Any:
            return refused if "onlyactive" in form.values() else original(form)

        stand_in.answers["core_enrol_get_enrolled_users"] = answer
        values = moodle.facts([Pair("6", "2")])[Pair("6", "2")].values
        assert (values["enrolment.status"].value, values["enrolment.status"].note) == (UNKNOWN, "capability_missing")
        assert values["profile.phone"].value == "0551000001"

    def test_only_the_courses_contacts_are_not_a_roster(self, moodle: Moodle, stand_in: Any) -> None:
        """Without `user:viewdetails` Moodle shows trainers alone."""
        original = stand_in._core_enrol_get_enrolled_users
        stand_in.answers["core_enrol_get_enrolled_users"] = lambda form: original(form)[:1]
        assert moodle.courses(["2"])["2"].members is None

    def test_attendance_without_takeattendances(self, moodle: Moodle, stand_in: Any, recording: Any) -> None:
        refused = recording("mod_attendance_get_sessions__error_no_takeattendances")["response"]
        stand_in.answers["mod_attendance_get_sessions"] = lambda form: refused
        values = moodle.facts([Pair("6", "2")])[Pair("6", "2")].values
        assert (values["attendance.rate"].value, values["attendance.rate"].note) == (UNKNOWN, "capability_missing")
        assert values["enrolment.status"].value == "active"
        assert "2" in moodle.sessions(["2"], *_always()).unknown_courses

    def test_functions_that_are_not_in_the_service(self, moodle: Moodle, stand_in: Any) -> None:
        stand_in.functions -= {"mod_attendance_get_sessions", "mod_customcert_list_issues"}
        values = moodle.facts([Pair("6", "2")])[Pair("6", "2")].values
        for name in ("attendance.held", "certificate.issued"):
            assert (values[name].value, values[name].note) == (UNKNOWN, "function_missing")


def _always() -> Any:
    return datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)


def test_sessions_are_never_an_opening_window(moodle: Moodle, stand_in: Any) -> None:
    told = moodle.sessions(["2"], *_always())
    assert {session.source for session in told.found} == {"attendance", "zoom"}
    assert len(told.found) == 9
    assert all(session.key != "calendar-1" for session in told.found)
    assert told.unknown_courses == frozenset()
    # A recurring meeting has no times in Moodle: the course is not told of, and the calendar's window does not count.
    stand_in.answers["mod_zoom_get_state"] = lambda form: {"start_time": 0, "duration": 0}
    stand_in.answers["mod_attendance_get_sessions"] = lambda form: []
    again = Moodle("lab", stand_in.url, "t", clock=moodle._clock)
    assert again.sessions(["2"], *_always()).found == ()
    assert again.sessions(["2"], *_always()).unknown_courses == {"2"}


def test_attendance_that_only_the_calendar_tells(moodle: Moodle, stand_in: Any) -> None:
    event = {
        "id": 9,
        "courseid": 2,
        "groupid": None,
        "modulename": "attendance",
        "instance": 1,
        "eventtype": "attendance",
    }
    window = {**event, "id": 8, "modulename": "bigbluebuttonbn", "timestart": 1795356000, "timeduration": 2592000}
    stand_in.functions -= {"mod_attendance_get_sessions", "mod_zoom_get_state"}
    stand_in.answers["core_calendar_get_calendar_events"] = lambda form: {
        "events": [{**event, "timestart": 1795356000, "timeduration": 7200}, window]
    }
    told = moodle.sessions(["2"], *_always())
    assert [(session.key, session.source) for session in told.found] == [("calendar-9", "calendar")]
    assert told.unknown_courses == {"2"}


def test_one_course_that_is_gone_does_not_hide_the_others(moodle: Moodle, stand_in: Any) -> None:
    assert set(moodle.courses(["2", "3", "9999"])) == {"2", "3"}
    assert len(stand_in.asked("core_course_get_courses_by_field")) == 4


def test_a_weak_token_gets_a_course_without_dates(moodle: Moodle, stand_in: Any, recording: Any) -> None:
    weak = recording("core_course_get_courses_by_field__weak_token")["response"]
    refused = recording("core_enrol_get_enrolled_users__error_missing_capability")["response"]
    stand_in.answers["core_course_get_courses_by_field"] = lambda form: weak
    stand_in.answers["core_enrol_get_enrolled_users"] = lambda form: refused
    course = moodle.courses(["2"])["2"]
    assert (course.starts_at, course.members) == (None, None)
    assert "dates: capability_missing" in course.notes
    assert "members: capability_missing" in course.notes


def test_without_the_plugin_the_number_is_hashed_in_memory(stand_in: Any) -> None:
    key = bytes(range(32))
    moodle = Moodle("academy", stand_in.url, "0123456789abcdef-the-token", clock=lambda: datetime.now(UTC), id_key=key)
    values = moodle.facts([Pair("6", "2")])[Pair("6", "2")].values
    hashed, end = values["profile.national_id_key"].value, values["profile.national_id_end"].value
    assert (len(hashed), len(end)) == (64, 2)
    assert values["profile.national_id"].value in {"present", "invalid"}
    texts = [one.value for one in values.values() if isinstance(one.value, str)]
    assert not any((known_by(key, text) or ("", ""))[0] == hashed for text in texts)  # the number itself is nowhere
