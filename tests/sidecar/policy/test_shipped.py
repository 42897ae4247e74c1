"""The institute's own policy: complete, in the glossary's words, and with the document's numbers."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sidecar.domain.access import StaffRole
from sidecar.domain.case import CaseKind, State
from sidecar.domain.institute import Contact
from sidecar.domain.policy import ClockKind, InQuietHours, Measure, Policy, Start, Target, Tier
from sidecar.domain.report import Channel, Kind, Role, Symptom
from sidecar.policy.check import CLAUSES, UNRECOGNISED, citations, report, unrecognised
from sidecar.policy.document import gathered
from sidecar.policy.load import contents, load, shipped

KINDS = """support_request طلب دعم · room_incident عطل في القاعة · certificate_gap نقص في متطلبات الشهادة ·
complaint شكوى · suggestion مقترح · inquiry استفسار"""
STATES = """received تم الاستلام · assessing قيد الفرز · in_progress قيد المعالجة · referred لدى مدير القسم ·
waiting بانتظار ردّكم · resolved بانتظار التحقق من الحل · closed تم الإغلاق · reopened أُعيد الفتح ·
withdrawn سُحب بطلب مقدّمه · merged ضُمّ إلى"""
ROLES = """trainee متدرب · trainer مدرب · room_manager مدير القاعة · agent_1 موظف مركز الاتصال · lead قائد المناوبة ·
agent_2 موظف القسم التشغيلي · department_head مدير القسم المختص · deputy المكلَّف · registrar مسؤول التسجيل والشهادات ·
administrative_manager المدير الإداري · supervisor مشرف الجهة الحكومية · visitor زائر · administrator مسؤول النظام"""
SYMPTOMS = """no_mic لا أحد يسمعني · no_sound لا أسمع الصوت · no_video لا يظهر الفيديو ·
cannot_join لا أستطيع الدخول أو خرجت من القاعة · no_screen_share لا تظهر الشاشة المشتركة · slow بطء أو تقطيع ·
trainer_absent المدرب لم يدخل · no_captions لا تظهر الترجمة أو لغة الإشارة · other مشكلة أخرى"""


def glossary(row: str) -> dict[str, str]:
    return dict(term.strip().split(" ", 1) for term in row.replace("\n", " ").split("·"))


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load(shipped())


@pytest.fixture(scope="module")
def targets(policy: Policy) -> dict[str, Target]:
    return {target.key: target for target in policy.targets}


def test_every_clause_is_cited() -> None:
    cited = citations(gathered(shipped()))
    assert {clause.partition(".")[0] for clause in cited} == {f"P{number}" for number in range(1, 17)}
    assert set(CLAUSES) == set(cited)


def test_the_words_are_the_glossarys(policy: Policy) -> None:
    assert {key: label.ar for key, label in policy.kinds.items()} == glossary(KINDS)
    assert {key: label.ar for key, label in policy.states.items()} == glossary(STATES)
    assert {key: label.ar for key, label in policy.roles.items()} == glossary(ROLES)
    assert {key: rule.label.ar for key, rule in policy.symptoms.items()} == glossary(SYMPTOMS)
    assert {
        key: policy.offices[key].label.ar for key in ("contact_centre", "operations", "administrative_manager")
    } == {
        "contact_centre": "مركز الاتصال",
        "operations": "القسم التشغيلي المساند",
        "administrative_manager": "المدير الإداري",
    }
    assert policy.bodies["tvtc"].label.ar == "المؤسسة العامة للتدريب التقني والمهني"
    assert policy.bodies["nelc"].label.ar == "المركز الوطني للتعليم الإلكتروني"
    assert "تذكرة" not in contents(shipped())
    # «مشرف» is only a government supervisor, «تصعيد» only hierarchical escalation.
    assert set(re.findall(r"\w*مشرف\w*", contents(shipped()))) == {"مشرف"}


def test_every_member_is_labelled(policy: Policy) -> None:
    assert set(policy.kinds) == set(CaseKind)
    assert set(policy.states) == set(policy.poll_seconds) == set(State)
    assert set(policy.roles) == set(StaffRole)
    assert set(Role) <= set(policy.roles)
    assert set(policy.channels) == set(Channel)
    assert set(policy.symptoms) == set(Symptom)
    assert set(policy.default_category) == set(Kind)


def test_each_symptom_is_a_failure_of_its_own(policy: Policy) -> None:
    assert len({rule.failure for rule in policy.symptoms.values()}) == len(Symptom)


def test_every_covered_service_has_a_category(policy: Policy) -> None:
    services = "joining technical_problem platform_training user_preparation login account_follow_up attending_live"
    for key in (*services.split(), "trainer_access", "certificate_manar"):
        assert "P11" in policy.categories[key].clause
        assert policy.categories[key].tier is Tier.ONE
        assert policy.categories[key].clear


def test_complaints_are_confidential_and_conduct_bars_the_room(policy: Policy) -> None:
    complaints = {key: c for key, c in policy.categories.items() if Kind.COMPLAINT in c.kinds}
    assert all(category.confidential for category in complaints.values())
    assert {key for key, category in policy.categories.items() if category.bars_room} == {
        "conduct_trainer",
        "conduct_staff",
        "conduct_room_manager",
    }
    assert {key for key, category in complaints.items() if not category.clear} == {"other_complaint"}
    assert complaints["other_complaint"].tier is Tier.ONE


def test_content_questions_go_to_the_trainer_and_late_to_training(policy: Policy, targets: dict[str, Target]) -> None:
    category = policy.categories["content_question"]
    assert (category.tier, category.department, set(category.kinds)) == (Tier.TRAINER, "training", {Kind.INQUIRY})
    assert targets["content_answer"].rungs[-1].tell == "head:department"


def test_complaints_run_on_elapsed_time(targets: dict[str, Target]) -> None:
    referral, told, escalation = targets["referral"], targets["told"], targets["escalation"]
    for target in (referral, told, escalation):
        assert target.clock is ClockKind.ELAPSED
        assert target.applies_to.kinds == {"complaint"}
        assert not target.pauses
    assert (referral.measure, referral.within, referral.start) == (
        Measure.REFERRAL,
        timedelta(hours=24),
        Start.RECEIVED,
    )
    assert (told.measure, told.start) == (Measure.TOLD, Start.REFERRED)
    assert (escalation.measure, escalation.within) == (Measure.ESCALATION, timedelta(hours=24))
    warning, alert = escalation.rungs
    assert warning.after < timedelta(0)
    assert (alert.tell, alert.escalates, alert.in_quiet_hours) == ("management", True, InQuietHours.ADVANCE)
    assert alert.reraise == timedelta(minutes=30)
    assert referral.rungs[0].after < timedelta(0)


def test_the_administrative_managers_mobile_is_the_documents(policy: Policy) -> None:
    assert policy.offices["administrative_manager"].contact.phone == "+966501380380"


@pytest.mark.parametrize(
    ("channel", "measure", "minutes", "start"),
    [
        (Channel.WHATSAPP, Measure.FIRST_ANSWER, 15, Start.RECEIVED),
        (Channel.X, Measure.FIRST_ANSWER, 10, Start.RECEIVED),
        (Channel.MESSENGER, Measure.FIRST_ANSWER, 10, Start.RECEIVED),
        (Channel.EMAIL, Measure.PICK_UP, 30, Start.RECEIVED),
        (Channel.EMAIL, Measure.FIRST_ANSWER, 30, Start.PICKED_UP),
    ],
)
def test_expected_response_counts_service_hours(
    policy: Policy, channel: Channel, measure: Measure, minutes: int, start: Start
) -> None:
    (target,) = [t for t in policy.targets if channel in t.applies_to.channels and t.measure is measure]
    assert (target.within, target.start) == (timedelta(minutes=minutes), start)
    assert (target.clock, target.calendar) == (ClockKind.SERVICE_HOURS, "contact_centre")


def test_every_channel_has_an_answer_target(policy: Policy) -> None:
    answered = {c for t in policy.targets if t.measure is Measure.FIRST_ANSWER for c in t.applies_to.channels}
    assert answered == set(Channel)


def test_only_the_contact_centre_works_during_sessions(policy: Policy) -> None:
    assert {key for key, calendar in policy.calendars.items() if calendar.includes_sessions} == {"contact_centre"}
    assert set(policy.calendars["contact_centre"].weekly) == {6, 0, 1, 2, 3}
    assert policy.calendars["contact_centre"].weekly == policy.calendars["plain"].weekly


def test_a_locked_out_trainer_before_class_is_severity_1(policy: Policy) -> None:
    rules = [r for r in policy.severity_rules if r.severity == 1 and "P11" in r.clause]
    assert all(r.around_start == timedelta(minutes=30) for r in rules)
    assert any(not r.roles and "trainer_access" in r.categories for r in rules)  # the path that needs no login
    assert any(r.roles == {Role.TRAINER} and Symptom.CANNOT_JOIN in r.symptoms for r in rules)


def test_the_report_shows_each_clause_and_what_is_still_to_be_replaced() -> None:
    lines, sound = report(shipped())
    assert sound
    assert [line.split()[0] for line in lines if line.startswith("P")] == list(CLAUSES)
    assert "      targets: referral, told" in lines
    assert not any("no table cites it" in line for line in lines)
    assert any(line.endswith("offices.contact_centre.email") for line in lines)


def test_the_report_names_everybody_who_cannot_be_recognised_when_accused(policy: Policy) -> None:
    lines, _ = report(shipped())
    (heading,) = [at for at, line in enumerate(lines) if line.startswith("warning:") and UNRECOGNISED in line]
    assert lines[heading + 1 :] == list(unrecognised(policy))
    assert {
        "departments.quality.head",
        "departments.quality.deputy",
        "offices.contact_centre.lead",
        "offices.administrative_manager",
        "duty.shifts[1].person",
        "duty.on_call[1].person",
    } <= set(lines)
    quality = policy.departments["quality"]
    known = replace(quality, head=replace(quality.head, contact=Contact(lms_user="academy:17")))
    named = list(unrecognised(replace(policy, departments={"quality": known})))
    assert "departments.quality.head" not in named
    assert "departments.quality.deputy" in named


def test_the_report_of_a_broken_policy_names_every_fault(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text("[incidents]\nclause = 'P1'\nwindow = 3\n", encoding="utf-8")
    lines, sound = report(tmp_path)
    assert not sound
    assert any(line.startswith("p.toml:3: incidents.window: must be a duration") for line in lines)
    assert lines[-1].endswith("faults")
