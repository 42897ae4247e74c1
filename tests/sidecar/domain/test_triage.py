from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from sidecar.domain.case import Case, CaseKind, State
from sidecar.domain.facts import Fact, Facts
from sidecar.domain.institute import Absence, Contact
from sidecar.domain.policy import Tier
from sidecar.domain.report import About, Kind, Reporter, Role, Symptom
from sidecar.domain.triage import Assessment, assess, referred_to, with_facts
from tests.staff import place
from tests.worlds import NOON, POLICY, report


def judge(*, role: Role = Role.TRAINEE, starts: float | None = None, policy=POLICY, **changes) -> Assessment:
    """`starts`: the class starts so many minutes after the report."""
    changes = {"symptom": None} | changes if changes.get("kind") else changes
    sent = report(reporter=Reporter("21", role), **changes)
    return assess(sent, policy, None if starts is None else NOON + timedelta(minutes=starts))


def about(role: Role) -> dict[str, object]:
    return {"about": About("8", role)}


DESTINATIONS = [
    # what arrives                                             kind              tier         state
    ("a trainee's problem in class", {}, "room_incident", "room", "received"),
    ("a trainer's problem in class", {"role": Role.TRAINER}, "room_incident", "room", "received"),
    ("the trainer is missing", {"symptom": Symptom.TRAINER_ABSENT}, "room_incident", "room", "received"),
    ("no captions", {"symptom": Symptom.NO_CAPTIONS}, "room_incident", "room", "received"),
    ("a room manager's log", {"kind": Kind.ROOM_LOG, "symptom": Symptom.SLOW}, "room_incident", "room", "received"),
    ("a problem in no activity", {"place": place(None)}, "support_request", "1", "received"),
    ("a log in no activity", {"kind": Kind.ROOM_LOG, "symptom": Symptom.SLOW, "place": place(None)}, "support_request",
     "1", "received"),
    ("a question on the subject matter", {"kind": Kind.INQUIRY, "category": "content_question"}, "inquiry", "trainer",
     "received"),
    ("such a question without a course", {"kind": Kind.INQUIRY, "category": "content_question", "place": place(None,
     course=None)}, "inquiry", "1", "received"),
    ("any other question", {"kind": Kind.INQUIRY}, "inquiry", "1", "received"),
    ("a request for help", {"kind": Kind.SUPPORT_REQUEST, "category": "login"}, "support_request", "1", "received"),
    ("a request of unclear nature", {"kind": Kind.SUPPORT_REQUEST}, "support_request", "1", "received"),
    ("a certificate gap", {"kind": Kind.CERTIFICATE_GAP}, "certificate_gap", "2", "received"),
    ("a clear complaint", {"kind": Kind.COMPLAINT, "category": "fees"}, "complaint", "department", "referred"),
    ("an unclear complaint", {"kind": Kind.COMPLAINT}, "complaint", "1", "assessing"),
    ("a complaint about the trainer", {"kind": Kind.COMPLAINT, "category": "conduct_trainer", **about(Role.TRAINER)},
     "complaint", "department", "referred"),
    ("an unclear one about the room manager", {"kind": Kind.COMPLAINT, **about(Role.ROOM_MANAGER)}, "complaint", "1",
     "assessing"),
    ("a supervisor's complaint", {"kind": Kind.COMPLAINT, "category": "fees", "role": Role.SUPERVISOR}, "complaint",
     "department", "referred"),
    ("a supervisor's inquiry", {"kind": Kind.INQUIRY, "role": Role.SUPERVISOR}, "inquiry", "management", "received"),
    ("a supervisor's request", {"kind": Kind.SUPPORT_REQUEST, "category": "login", "role": Role.SUPERVISOR},
     "support_request", "management", "received"),
    ("a clear suggestion", {"kind": Kind.SUGGESTION, "category": "improve_content"}, "suggestion", "department",
     "referred"),
    ("an unclear suggestion", {"kind": Kind.SUGGESTION}, "suggestion", "1", "received"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "kind", "tier", "state"), [row[1:] for row in DESTINATIONS], ids=[row[0] for row in DESTINATIONS]
)
def test_who_hears_of_it_first(sent, kind: str, tier: str, state: str) -> None:
    verdict = judge(**sent)
    assert (verdict.kind, verdict.tier, verdict.state) == (kind, tier, state)
    assert all(reason.clause.startswith("P") for reason in verdict.reasons)


KINDS_AND_ROLES = [(kind, role) for kind in Kind for role in Role]


@pytest.mark.parametrize(("kind", "role"), KINDS_AND_ROLES, ids=[f"{k}-{r}" for k, r in KINDS_AND_ROLES])
def test_every_kind_of_every_role_finds_a_department_and_a_tier_in_every_category(kind: Kind, role: Role) -> None:
    for category in [None, "no such category", *POLICY.categories]:
        verdict = judge(kind=kind, role=role, category=category, symptom=Symptom.OTHER)
        assert verdict.department in POLICY.departments
        assert kind in POLICY.categories[verdict.category].kinds
        if verdict.kind is CaseKind.COMPLAINT:
            assert verdict.confidential
            assert verdict.room_key is None
            assert verdict.tier in {Tier.DEPARTMENT, Tier.ONE}


@pytest.mark.parametrize(
    ("sent", "category"),
    [
        ({"kind": Kind.COMPLAINT, "category": "fees"}, "fees"),
        ({"kind": Kind.COMPLAINT, "category": "login"}, "other_complaint"),  # not for complaints
        ({"kind": Kind.COMPLAINT, "category": "invented"}, "other_complaint"),
        ({"kind": Kind.INQUIRY, "category": "invented"}, "general_inquiry"),
        ({"kind": Kind.SUGGESTION, "category": "fees"}, "other_suggestion"),
        ({"category": "invented"}, "live_room"),
        ({"symptom": Symptom.TRAINER_ABSENT}, "trainer_absent"),
        ({"symptom": Symptom.NO_CAPTIONS}, "live_accessibility"),
    ],
)
def test_an_unknown_category_falls_back_to_the_symptoms_or_the_kinds_own(sent, category: str) -> None:
    assert judge(**sent).category == category


@pytest.mark.parametrize(
    ("sent", "bars"),
    [
        ({"category": "fees"}, False),
        ({"category": "conduct_trainer"}, True),
        ({"category": "conduct_room_manager"}, True),
        ({"category": "fees", **about(Role.ROOM_MANAGER)}, True),
        ({"category": "fees", **about(Role.TRAINER)}, True),
        ({"category": "fees", **about(Role.TRAINEE)}, False),
    ],
)
def test_a_complaint_about_the_room_manager_or_trainer_passes_the_room_by(sent, bars: bool) -> None:
    verdict = judge(kind=Kind.COMPLAINT, **sent)
    assert verdict.bars_room is bars
    assert verdict.tier is not Tier.ROOM


CANNOT_JOIN = {"symptom": Symptom.CANNOT_JOIN}
AT_LOGIN = {"kind": Kind.SUPPORT_REQUEST, "category": "login"}
OUTSIDE = {"kind": Kind.SUPPORT_REQUEST, "category": "trainer_access", "role": Role.VISITOR}
SEVERITIES = [
    # what, minutes until the class starts, severity
    ({}, None, 3),
    ({}, 0, 2),
    ({}, 15, 2),
    ({}, 16, 3),
    ({}, -15, 2),
    ({}, -16, 3),
    ({"symptom": Symptom.SLOW}, None, 4),
    ({"symptom": Symptom.SLOW}, -5, 2),
    ({"symptom": Symptom.TRAINER_ABSENT}, None, 2),
    ({"symptom": Symptom.TRAINER_ABSENT}, -30, 1),
    ({"symptom": Symptom.TRAINER_ABSENT}, -31, 2),
    (CANNOT_JOIN, 20, 3),
    (CANNOT_JOIN | {"role": Role.TRAINER}, 30, 1),
    (CANNOT_JOIN | {"role": Role.TRAINER}, -30, 1),
    (CANNOT_JOIN | {"role": Role.TRAINER}, 31, 3),
    (CANNOT_JOIN | {"role": Role.TRAINER}, None, 3),
    (AT_LOGIN | {"role": Role.TRAINER}, 29, 1),
    (AT_LOGIN | {"role": Role.TRAINER}, 31, 3),
    (AT_LOGIN, 10, 3),
    (OUTSIDE, 30, 1),
    (OUTSIDE, 45, 2),
    (OUTSIDE, None, 2),
    ({"role": Role.TRAINER, "symptom": Symptom.NO_MIC}, None, 2),
    ({"role": Role.TRAINER, "symptom": Symptom.NO_SOUND}, 300, 2),
]


@pytest.mark.parametrize(("sent", "starts", "severity"), SEVERITIES)
def test_how_heavy_it_weighs_around_the_start_of_class(sent, starts, severity: int) -> None:
    assert judge(starts=starts, **sent).severity == severity


def test_the_judgement_says_which_rule_made_it_weigh_more() -> None:
    codes = [reason.code for reason in judge(starts=5, role=Role.TRAINER, **CANNOT_JOIN).reasons]
    assert codes == ["category_of_symptom", "severity_trainer_cannot_join", "to_room"]


# -- facts have come -------------------------------------------------------------------------------------------------


def case(**changes) -> Case:
    plain = Case(
        id=1, site_id="academy", kind=CaseKind.ROOM_INCIDENT, state=State.RECEIVED, category="live_room",
        department="technical", tier=Tier.ROOM, severity=3, channel="in_room", opened_at=NOON, clock_started_at=NOON,
        last_report_at=NOON, version=1, policy_digest="d", symptom=Symptom.CANNOT_JOIN, reports=1,
    )  # fmt: skip
    return replace(plain, **changes)


def told(**values: object) -> Facts:
    return Facts("21", "2", NOON, {k.replace("__", "."): Fact(v, "fake", NOON) for k, v in values.items()})


SHUT_OUT = told(enrolment__status="ended")


@pytest.mark.parametrize(
    ("facts", "category"),
    [
        (SHUT_OUT, "joining"),
        (told(enrolment__status="not_enrolled"), "joining"),
        (told(account__suspended=True), "login"),
        (told(account__locked_out=True), "login"),
    ],
)
def test_a_lone_person_whom_the_lms_shuts_out_is_tier_ones(facts: Facts, category: str) -> None:
    verdict = with_facts(judge(**CANNOT_JOIN), case(), facts, POLICY)
    assert verdict is not None
    assert (verdict.kind, verdict.tier, verdict.category) == (CaseKind.SUPPORT_REQUEST, Tier.ONE, category)
    assert (verdict.incident_key, verdict.room_key, verdict.platform) == (None, None, None)
    assert verdict.department == POLICY.categories[category].department


@pytest.mark.parametrize(
    "unmoved",
    [
        {"touched": True},
        {"reports": 2},
        {"declared": True},
        {"parent_id": 9},
        {"symptom": Symptom.NO_SOUND},
        {"kind": CaseKind.SUPPORT_REQUEST},
        {"state": State.RESOLVED},
        {"state": State.MERGED},
    ],
)
def test_what_stands_for_more_than_one_person_or_was_touched_never_moves(unmoved) -> None:
    assert with_facts(judge(**CANNOT_JOIN), case(**unmoved), SHUT_OUT, POLICY) is None


def test_facts_that_shut_nobody_out_move_nothing() -> None:
    assert with_facts(judge(**CANNOT_JOIN), case(), told(enrolment__status="active"), POLICY) is None


# -- referral --------------------------------------------------------------------------------------------------------

THAT_DAY = datetime(2026, 12, 7, 22, 30, tzinfo=UTC)  # the eighth in Riyadh


def away(*, head: date | None = None, deputy: date | None = None, head_is: str | None = None):
    training = POLICY.departments["training"]

    def absent(person, day: date | None, contact: Contact | None = None):
        return replace(person, absences=(Absence(day, day),) if day else (), contact=contact or person.contact)

    changed = replace(
        training,
        head=absent(training.head, head, Contact(email="h@example.invalid", lms_user=head_is) if head_is else None),
        deputy=absent(training.deputy, deputy),
    )
    return replace(POLICY, departments={**POLICY.departments, "training": changed})


@pytest.mark.parametrize(
    ("policy", "barred", "to"),
    [
        (away(), (), "head"),
        (away(head=date(2026, 12, 8)), (), "deputy"),
        (away(head=date(2026, 12, 7)), (), "head"),  # local days, not UTC
        (away(head=date(2026, 12, 8), deputy=date(2026, 12, 8)), (), "head"),
        (away(head_is="academy:99"), ("academy:99",), "deputy"),
        (away(head_is="academy:99"), ("academy:98",), "head"),
        (away(head_is="academy:99", deputy=date(2026, 12, 8)), ("academy:99",), "management"),
    ],
)
def test_a_complaint_is_referred_to_the_head_or_the_deputy_but_never_to_the_accused(policy, barred, to: str) -> None:
    assert referred_to(policy, "training", THAT_DAY, barred) == to
