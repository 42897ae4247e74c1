from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.domain.certificate_rules import CertificateRules
from sidecar.domain.facts import Fact, Facts
from sidecar.domain.readiness import MENDERS, Mark, Mender, Readiness, Sure, Why, cause, readiness
from sidecar.domain.registry import RegistryEntry, RegistryState
from sidecar.domain.report import Gap
from tests.worlds import NOON

RULES = CertificateRules("P3", ("national_id", "name_ar", "name_en", "phone"), 0.75, None, "not verified")
ISSUED = [{"source": "customcert", "code": "Fq2I", "at": "2026-11-22T10:42:03+00:00"}]
WELL: Mapping[str, Any] = {
    "enrolment.status": "active",
    "enrolment.ends_at": None,
    "attendance.held": 8,
    "attendance.attended": 8,
    "attendance.rate": 1.0,
    "completion.completed": True,
    "grade.course": 0.78,
    "grade.points": 78.0,
    "grade.max": 100.0,
    "grade.pass_mark": 60.0,
    "grade.passed": True,
    "grade.shown": True,
    "certificate.issued": ISSUED,
    "course.ended": True,
    "profile.national_id": "present",
    "profile.national_id_duplicate": False,
    "profile.name_ar": "يوسف العنزي",
    "profile.name_en": "Yousef Alenezi",
    "profile.phone": "0551000001",
}


def told(unknown: frozenset[str] = frozenset(), **changes: Any) -> Facts:
    values = {**WELL, **{name.replace("__", "."): value for name, value in changes.items()}}
    return Facts(
        "21", "2", NOON,
        {name: Fact(None if name in unknown else value, "lms", NOON, name not in unknown, "why" * (name in unknown))
         for name, value in values.items()},
    )  # fmt: skip


def judge(facts: Facts, rules: CertificateRules = RULES, **more: Any) -> Readiness:
    return readiness(facts, rules, now=NOON, **more)


def gaps(checklist: Readiness) -> set[Gap | None]:
    return {item.gap for item in checklist.gaps}


def entry(state: RegistryState, reason: str = "") -> RegistryEntry:
    return RegistryEntry(state, reason, NOON, "manar")


def test_nothing_is_missing() -> None:
    found = judge(told())
    assert (found.gaps, found.unknown) == ((), ())
    assert {item.mark for item in found.items} == {Mark.IN_ORDER}
    answer = cause(found)
    assert (answer.why, answer.item and answer.item.detail["code"]) == (Why.ISSUED, "Fq2I")


@pytest.mark.parametrize(
    ("changes", "gap", "mender"),
    [
        ({"profile__national_id": None}, Gap.NATIONAL_ID_MISSING, Mender.TRAINEE),
        ({"profile__national_id": "invalid"}, Gap.NATIONAL_ID_INVALID, Mender.TRAINEE),
        ({"profile__national_id_duplicate": True}, Gap.NATIONAL_ID_DUPLICATE, Mender.REGISTRAR),
        ({"profile__name_ar": None}, Gap.NAME_AR_MISSING, Mender.TRAINEE),
        ({"profile__name_en": " "}, Gap.NAME_EN_MISSING, Mender.TRAINEE),
        ({"profile__phone": ""}, Gap.PHONE_MISSING, Mender.TRAINEE),
        ({"profile__name_en": "Khalid Alharbi"}, Gap.NAME_MISMATCH, Mender.REGISTRAR),
        ({"profile__name_ar": "Yousef Alenezi"}, Gap.NAME_MISMATCH, Mender.REGISTRAR),
        ({"profile__name_en": "يوسف العنزي"}, Gap.NAME_MISMATCH, Mender.REGISTRAR),
    ],
)
def test_gaps_in_the_data_stand_whatever_is_issued(changes: dict[str, Any], gap: Gap, mender: Mender) -> None:
    (only,) = judge(told(**changes)).gaps
    assert (only.gap, only.mender, only.source, only.at) == (gap, mender, "lms", NOON)


@pytest.mark.parametrize(
    ("changes", "wanted", "key"),
    [
        ({"enrolment__status": "ended"}, {Gap.ENROLMENT_ENDED}, "enrolment_ended"),
        ({"enrolment__status": "suspended"}, {Gap.ENROLMENT_SUSPENDED}, "enrolment_suspended"),
        ({"enrolment__status": "not_started"}, {Gap.ENROLMENT_NOT_STARTED}, "enrolment_not_started"),
        (
            {"enrolment__status": "not_enrolled", "completion__completed": False, "attendance__rate": 0.0},
            {Gap.NOT_ENROLLED},
            "not_enrolled",
        ),
        ({"attendance__rate": 0.68}, {Gap.ATTENDANCE_BELOW}, "attendance_below"),
        ({"attendance__rate": 0.75}, {Gap.CERTIFICATE_NOT_ISSUED}, "certificate_not_issued"),
        ({"attendance__rate": 0.7499}, {Gap.ATTENDANCE_BELOW}, "attendance_below"),
        ({"completion__completed": False}, {Gap.NOT_COMPLETED}, "not_completed"),
        ({"completion__completed": False, "course__ended": False}, set(), "running"),
        ({"completion__completed": False, "course__ended": None}, {Gap.NOT_COMPLETED}, "not_completed"),
        ({}, {Gap.CERTIFICATE_NOT_ISSUED}, "certificate_not_issued"),
        (
            {"attendance__rate": 0.5, "completion__completed": False},
            {Gap.ATTENDANCE_BELOW, Gap.NOT_COMPLETED},
            "attendance_below",
        ),
        ({"enrolment__ends_at": (NOON - timedelta(1)).isoformat()}, {Gap.ENROLMENT_ENDED}, "enrolment_ended"),
        (
            {"enrolment__ends_at": (NOON + timedelta(1)).isoformat()},
            {Gap.CERTIFICATE_NOT_ISSUED},
            "certificate_not_issued",
        ),
    ],
)
def test_gaps_in_the_course(changes: dict[str, Any], wanted: set[Gap], key: str) -> None:
    found = judge(told(certificate__issued=[], **changes))
    assert gaps(found) == wanted
    assert cause(found).key == key
    # A certificate that is there settles what the course asked for, and says so.
    settled = judge(told(**changes))
    assert gaps(settled) == set()
    assert cause(settled).why is Why.ISSUED


def test_which_certificate_counts() -> None:
    other = [{"source": "coursecertificate", "code": "x", "at": None}]
    found = judge(told(certificate__issued=other), replace(RULES, counts=("customcert",)))
    assert gaps(found) == {Gap.CERTIFICATE_NOT_ISSUED}
    line = found.of("certificate")
    assert line is not None
    assert (line.mender, line.detail) == (
        Mender.TRAINEE, {"issued": False, "of_other_kinds": ["coursecertificate"], "opens": "only"},
    )  # fmt: skip
    assert gaps(judge(told(certificate__issued=other))) == set()
    never_opened = judge(told(certificate__issued=[]), replace(RULES, counts=("coursecertificate",))).of("certificate")
    assert never_opened is not None
    assert (never_opened.mender, never_opened.detail) == (Mender.TIER_2, {"issued": False})


def test_only_what_the_policy_asks_for() -> None:
    rules = replace(RULES, required_fields=("national_id",))
    blank = {"profile__name_ar": None, "profile__name_en": None, "profile__phone": None}
    assert gaps(judge(told(**blank), rules)) == set()
    assert {item.what for item in judge(told(), rules).items} == {
        "enrolment", "attendance", "completion", "grade", "certificate", "national_id", "national_id_duplicate",
    }  # fmt: skip


def test_minutes_lost_stand_beside_the_attendance_for_the_trainer() -> None:
    found = judge(told(certificate__issued=[], attendance__rate=0.68), minutes_lost=40).of("attendance")
    assert found is not None
    assert (found.mender, found.detail["minutes_lost"], found.detail["threshold"]) == (Mender.TRAINER, 40, 0.75)


@pytest.mark.parametrize(
    ("state", "gap", "why"),
    [
        (RegistryState.NOT_SUBMITTED, Gap.REGISTRY_NOT_SUBMITTED, Why.GAP),
        (RegistryState.SUBMITTED, Gap.REGISTRY_PENDING, Why.GAP),
        (RegistryState.REJECTED, Gap.REGISTRY_REJECTED, Why.GAP),
        (RegistryState.ISSUED, None, Why.REGISTERED),
        (RegistryState.UNKNOWN, None, Why.ISSUED),
    ],
)
def test_the_registry(state: RegistryState, gap: Gap | None, why: Why) -> None:
    found = judge(told(), registers=[entry(state, "name differs")])
    assert gaps(found) == ({gap} if gap else set())
    answer = cause(found)
    assert answer.why is why
    line = found.of("registry")
    assert line is not None
    assert (line.source, line.at, line.sure is Sure.UNKNOWN) == ("manar", NOON, state is RegistryState.UNKNOWN)


def test_the_registry_is_owed_nothing_before_a_certificate_is_issued() -> None:
    line = judge(told(certificate__issued=[]), registers=[entry(RegistryState.NOT_SUBMITTED)]).of("registry")
    assert line is not None
    assert (line.gap, line.mark) == (None, Mark.WAITS)
    unread = told(frozenset({"certificate.issued"}))
    assert judge(unread, registers=[entry(RegistryState.NOT_SUBMITTED)]).of("registry").mark is Mark.UNKNOWN  # type: ignore[union-attr]


def test_what_the_registry_has_issued_needs_nothing_more_of_the_course() -> None:
    facts = told(certificate__issued=[], completion__completed=False, attendance__rate=0.1)
    found = judge(facts, registers=[entry(RegistryState.ISSUED)])
    assert gaps(found) == set()
    assert cause(found).why is Why.REGISTERED


def test_a_reason_is_never_taken_from_what_was_not_read() -> None:
    answer = cause(judge(told(frozenset({"certificate.issued"}), profile__phone=None)))
    assert (answer.why, answer.exact) == (Why.UNKNOWN, False)
    assert [item.gap for item in answer.also] == [Gap.PHONE_MISSING]
    assert [item.what for item in answer.unread] == ["certificate"]


def test_not_active_for_a_reason_that_nobody_tells_is_no_gap() -> None:
    line = judge(told(enrolment__status="inactive", certificate__issued=[])).of("enrolment")
    assert line is not None
    assert (line.gap, line.mark, line.detail) == (None, Mark.UNKNOWN, {"status": "inactive"})


def test_every_gap_has_somebody_who_mends_it() -> None:
    assert set(MENDERS) == set(Gap)


RELIES_ON = {
    Gap.NATIONAL_ID_MISSING: {"profile.national_id"},
    Gap.NATIONAL_ID_INVALID: {"profile.national_id"},
    Gap.NATIONAL_ID_DUPLICATE: {"profile.national_id_duplicate"},
    Gap.NAME_AR_MISSING: {"profile.name_ar"},
    Gap.NAME_EN_MISSING: {"profile.name_en"},
    Gap.NAME_MISMATCH: {"profile.name_ar", "profile.name_en"},
    Gap.PHONE_MISSING: {"profile.phone"},
    Gap.ATTENDANCE_BELOW: {"attendance.rate"},
    Gap.NOT_COMPLETED: {"completion.completed"},
    Gap.CERTIFICATE_NOT_ISSUED: {"certificate.issued", "completion.completed"},
    **{gap: {"enrolment.status"} for gap in Gap if "enrol" in gap},
}
ANYTHING: Mapping[str, list[Any]] = {
    "enrolment.status": ["active", "ended", "suspended", "not_started", "not_enrolled", "inactive", None],
    "enrolment.ends_at": [None, "2026-01-01T00:00:00+00:00", "2030-01-01T00:00:00+00:00"],
    "attendance.held": [0, 8],
    "attendance.attended": [0, 8],
    "attendance.rate": [None, 0.0, 0.68, 0.75, 1.0],
    "completion.completed": [True, False, None],
    "grade.course": [None, 0.0, 0.78],
    "grade.passed": [True, False, None],
    "certificate.issued": [[], ISSUED, [{"source": "coursecertificate", "code": "c", "at": None}], None],
    "course.ended": [True, False],
    "profile.national_id": ["present", "invalid", None, ""],
    "profile.national_id_duplicate": [True, False],
    "profile.name_ar": ["يوسف العنزي", "Yousef", None, "Ахмед", ""],
    "profile.name_en": ["Yousef Alenezi", "يوسف", "Khalid", None],
    "profile.phone": ["0551000001", None, ""],
}


@given(
    values=st.fixed_dictionaries({name: st.sampled_from(values) for name, values in ANYTHING.items()}),
    hidden=st.sets(st.sampled_from(sorted(ANYTHING))),
    absent=st.booleans(),
    state=st.sampled_from([None, *RegistryState]),
    counts=st.sampled_from([("customcert",), ("coursecertificate",), ("customcert", "coursecertificate")]),
)
def test_a_fact_that_is_unknown_never_gives_a_gap(
    values: dict[str, Any], hidden: set[str], *, absent: bool, state: RegistryState | None, counts: tuple[str, ...]
) -> None:
    facts = told(frozenset(hidden), **values)
    if absent:
        facts = replace(facts, values={name: fact for name, fact in facts.values.items() if name not in hidden})
    found = judge(facts, replace(RULES, counts=counts), registers=[entry(state)] if state else ())
    for item in found.items:
        assert item.gap is None or item.sure is Sure.KNOWN
        assert not (RELIES_ON.get(item.gap, set()) if item.gap else set()) & hidden
        assert (item.mender is None) == (item.gap is None)
    if state is RegistryState.UNKNOWN:
        assert found.of("registry").gap is None  # type: ignore[union-attr]
    answer = cause(found)
    assert answer.item is None or answer.item.sure is Sure.KNOWN
    without = replace(facts, values={name: fact for name, fact in facts.values.items() if "grade" not in name})
    other = judge(without, replace(RULES, counts=counts), registers=[entry(state)] if state else ())
    assert cause(other) == answer  # no grade, known or not, moves anything else
    assert (other.gaps, other.unknown) == (found.gaps, found.unknown)


def test_an_export_of_before_the_certificate_says_nothing_of_it() -> None:
    issued = told(
        certificate__issued=[{"source": "customcert", "code": "A1", "at": (NOON + timedelta(days=9)).isoformat()}]
    )
    line = judge(issued, registers=[entry(RegistryState.NOT_SUBMITTED)]).of("registry")
    assert line is not None
    assert (line.gap, line.sure) == (None, Sure.UNKNOWN)


def test_whom_the_registry_has_issued_a_certificate_needs_nothing_but_a_number_of_their_own() -> None:
    facts = told(
        profile__phone=None, profile__national_id="invalid", profile__national_id_duplicate=True, attendance__rate=0.0
    )
    found = judge(facts, registers=[entry(RegistryState.ISSUED)])
    assert gaps(found) == {Gap.NATIONAL_ID_DUPLICATE}, "Manar may have meant the other person of that number"
    assert gaps(judge(facts, registers=[entry(RegistryState.SUBMITTED)])) > {Gap.PHONE_MISSING}
