from dataclasses import replace

import pytest

from sidecar.domain.access import MATRIX, REPORTERS_OWN, Involved, StaffRole, Viewer, may, may_see
from sidecar.domain.case import Action, Case, CaseKind, State
from sidecar.domain.policy import Tier
from tests.staff import (
    ADMINISTRATIVE,
    AGENT,
    HEAD,
    LEAD,
    MANAGER,
    OPERATOR,
    ROOM,
    TRAINEE,
    TRAINER,
    viewer,
)
from tests.worlds import NOON

INCIDENT = Case(
    id=1, site_id="academy", kind=CaseKind.ROOM_INCIDENT, state=State.RECEIVED, category="live_room",
    department="technical", tier=Tier.ROOM, severity=3, channel="in_room", opened_at=NOON, clock_started_at=NOON,
    last_report_at=NOON, version=1, policy_digest="d", room_key=ROOM, course_id="2",
)  # fmt: skip
REQUEST = replace(INCIDENT, kind=CaseKind.SUPPORT_REQUEST, tier=Tier.ONE, room_key=None)
QUESTION = replace(REQUEST, kind=CaseKind.INQUIRY, tier=Tier.TRAINER, department="training")
GAP = replace(REQUEST, kind=CaseKind.CERTIFICATE_GAP, tier=Tier.TWO, department="registration", person_id="21")
COMPLAINT = replace(
    REQUEST, kind=CaseKind.COMPLAINT, tier=Tier.DEPARTMENT, state=State.REFERRED, department="training",
    confidential=True, bars_room=True,
)  # fmt: skip
UNSORTED = replace(COMPLAINT, tier=Tier.ONE, state=State.ASSESSING)
PROPOSED = replace(COMPLAINT, state=State.RESOLVED, solved_by=HEAD.key)
NOBODY = Involved()

OTHER_MANAGER = viewer("70", StaffRole.ROOM_MANAGER, rooms=("academy|4|-",))
OTHER_TRAINER = viewer("80", StaffRole.TRAINER, courses=("academy:9",))
SAME_NUMBER_ELSEWHERE = viewer("81", StaffRole.TRAINER, courses=("other:2",))
OTHER_HEAD = viewer("local:h2", StaffRole.DEPARTMENT_HEAD, departments=("finance",))
DEPUTY = viewer("local:d", StaffRole.DEPUTY, departments=("training",))
REGISTRAR = viewer("local:r", StaffRole.REGISTRAR, departments=("registration",))
NOSY_REGISTRAR = viewer("local:r", StaffRole.REGISTRAR, departments=("training",))
SUPERVISOR = viewer("90", StaffRole.SUPERVISOR)
ADMINISTRATOR = viewer("local:root", StaffRole.ADMINISTRATOR)
VISITOR = viewer("local:v", StaffRole.VISITOR)
ALL = {
    "trainee": TRAINEE, "visitor": VISITOR, "trainer": TRAINER, "other trainer": OTHER_TRAINER, "manager": MANAGER,
    "trainer elsewhere": SAME_NUMBER_ELSEWHERE, "other manager": OTHER_MANAGER, "agent": AGENT, "lead": LEAD,
    "operator": OPERATOR, "head": HEAD, "deputy": DEPUTY, "other head": OTHER_HEAD, "registrar": REGISTRAR,
    "nosy registrar": NOSY_REGISTRAR, "administrative": ADMINISTRATIVE, "supervisor": SUPERVISOR,
    "administrator": ADMINISTRATOR,
}  # fmt: skip
DESK = {"agent", "lead", "operator", "administrative"}
WHO_SEES = [
    ("a room incident", INCIDENT, DESK | {"manager"}),
    ("a room incident handed to tier 1", replace(INCIDENT, tier=Tier.ONE), DESK | {"manager"}),
    ("a support request", REQUEST, DESK),
    ("a question to the trainer", QUESTION, DESK | {"trainer", "head", "deputy", "nosy registrar"}),
    ("a certificate gap", GAP, DESK | {"registrar"}),
    ("a referred complaint", COMPLAINT, {"head", "deputy", "administrative"}),
    ("a complaint that tier 1 sorts", UNSORTED, {"agent", "lead", "head", "deputy", "administrative"}),
    ("a complaint at tier 2", replace(COMPLAINT, tier=Tier.TWO),
     {"lead", "operator", "head", "deputy", "administrative"}),
    ("a complaint that waits for verification", PROPOSED, {"lead", "operator", "head", "deputy", "administrative"}),
    ("a complaint with a room", replace(COMPLAINT, room_key=ROOM), {"head", "deputy", "administrative"}),
    ("an incident that bars its room", replace(INCIDENT, bars_room=True), DESK),
]  # fmt: skip


@pytest.mark.parametrize(("case", "seers"), [row[1:] for row in WHO_SEES], ids=[row[0] for row in WHO_SEES])
def test_who_may_know_that_a_case_exists(case: Case, seers: set[str]) -> None:
    assert {name for name, one in ALL.items() if may_see(one, case, NOBODY)} == seers


EVERY_ROLE = Viewer(
    "academy:8", frozenset(StaffRole), frozenset({ROOM}), frozenset({"academy:2"}), frozenset({"training"})
)


@pytest.mark.parametrize("case", [COMPLAINT, UNSORTED, PROPOSED, replace(COMPLAINT, tier=Tier.MANAGEMENT)])
def test_the_accused_sees_nothing_and_may_nothing_whatever_else_that_person_is(case: Case) -> None:
    accused = Involved(about=frozenset({EVERY_ROLE.key}))
    both = Involved(reporters=frozenset({EVERY_ROLE.key}), about=frozenset({EVERY_ROLE.key}))
    for involved in (accused, both):
        assert not may_see(EVERY_ROLE, case, involved)
        assert not any(may(EVERY_ROLE, action, case, involved) for action in Action)


def test_a_trainee_named_in_a_gap_is_no_accused() -> None:
    assert may_see(TRAINEE, GAP, Involved(reporters=frozenset({TRAINEE.key}), about=frozenset({TRAINEE.key})))


@pytest.mark.parametrize("case", [INCIDENT, REQUEST, COMPLAINT, PROPOSED])
def test_reporters_see_their_own_and_may_add_withdraw_refuse_and_verify_and_nothing_else(case: Case) -> None:
    own = Involved(reporters=frozenset({TRAINEE.key}))
    assert may_see(TRAINEE, case, own)
    assert {action for action in Action if may(TRAINEE, action, case, own)} == REPORTERS_OWN
    assert not may_see(TRAINEE, case, Involved(reporters=frozenset({"other:21"})))


@pytest.mark.parametrize("role", StaffRole)
def test_a_role_may_do_what_the_matrix_says_and_only_where_it_sees(role: StaffRole) -> None:
    somebody = Viewer(
        "local:x", frozenset({role}), frozenset({ROOM}), frozenset({"academy:2"}), frozenset({"training"})
    )
    for case in (INCIDENT, REQUEST, QUESTION, COMPLAINT, UNSORTED, PROPOSED):
        sees = may_see(somebody, case, NOBODY)
        for action in Action:
            assert may(somebody, action, case, NOBODY) is (sees and action in MATRIX[role])


def test_a_second_role_gives_its_actions_only_where_that_role_sees() -> None:
    both = Viewer("local:x", frozenset({StaffRole.AGENT_1, StaffRole.DEPARTMENT_HEAD}), departments=frozenset({"x"}))
    assert may(both, Action.REFER, REQUEST, NOBODY)
    assert not may(both, Action.VERIFY, REQUEST, NOBODY)  # a head verifies only in the head's own department


@pytest.mark.parametrize("action", [Action.VERIFY, Action.CLOSE])
@pytest.mark.parametrize("solver", [LEAD, OPERATOR, ADMINISTRATIVE])
def test_the_solver_never_verifies_not_even_as_a_reporter(solver: Viewer, action: Action) -> None:
    solved = replace(REQUEST, tier=Tier.TWO, state=State.RESOLVED, solved_by=solver.key)
    assert not may(solver, action, solved, NOBODY)
    assert not may(solver, action, solved, Involved(reporters=frozenset({solver.key})))
    assert may(solver, action, replace(solved, solved_by="local:somebody-else"), NOBODY)


def test_supervisors_and_administrators_of_the_system_handle_no_case() -> None:
    for role in (StaffRole.SUPERVISOR, StaffRole.ADMINISTRATOR, StaffRole.TRAINEE, StaffRole.VISITOR):
        assert MATRIX[role] == frozenset()


def test_only_the_administrative_manager_accepts_an_escalation() -> None:
    assert {r for r in StaffRole if Action.ACCEPT_ESCALATION in MATRIX[r]} == {StaffRole.ADMINISTRATIVE_MANAGER}


def test_a_trainer_can_answer_a_question_and_bring_it_to_an_end() -> None:
    assert {Action.REPLY, Action.PROPOSE} <= {a for a in Action if may(TRAINER, a, QUESTION, NOBODY)}
