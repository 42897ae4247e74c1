"""Opening a case again: by a reporter who is not satisfied, by staff, and within the policy's time alone."""

from datetime import timedelta

import pytest

from sidecar.casework.note import note
from sidecar.casework.reopen import UNSATISFIED, TooLate, reopen, reopen_own
from sidecar.casework.resolve import propose, verify
from sidecar.domain.case import Action, NotAllowed, State
from sidecar.domain.report import Kind
from sidecar.store import cases, messages, permitted, reports
from tests.staff import AGENT, LEAD, OPERATOR, TRAINEE, actions, arrive, case, timeline, viewer
from tests.worlds import World, report


def closed(world: World):
    sent = report(kind=Kind.SUPPORT_REQUEST, symptom=None, category="login", channel="email")
    opened = arrive(world, sent)
    propose(world.runtime, OPERATOR, opened.id)
    return verify(world.runtime, LEAD, opened.id)


def key_of(world: World, number: int):
    with world.runtime.db.read() as conn:
        return cases.report_keys(conn, number)[0]


def test_who_is_not_satisfied_opens_it_again_with_words(world: World) -> None:
    over = closed(world)
    key = key_of(world, over.id)
    with pytest.raises(ValueError, match="why"):
        reopen_own(world.runtime, key, " ")
    opened = reopen_own(world.runtime, key, "ما زال لا يعمل")
    assert (opened.state, opened.solved_by, opened.closed_at) == (State.REOPENED, None, None)
    assert [e.reason for e in timeline(world, over.id) if e.action is Action.REOPEN] == [UNSATISFIED]
    with world.runtime.db.read() as conn:
        assert [one.text for one in reports.additions_of(conn, key)] == ["ما زال لا يعمل"]
    with pytest.raises(NotAllowed):
        reopen_own(world.runtime, key, "again")


def test_the_policy_s_time_ends_for_both(world: World) -> None:
    over = closed(world)
    world.clock.forward(minutes=world.runtime.policy.reopen_within / timedelta(minutes=1) + 1)
    with pytest.raises(TooLate):
        reopen_own(world.runtime, key_of(world, over.id), "late")
    with pytest.raises(TooLate):
        reopen(world.runtime, AGENT, over.id, reason="new_facts")
    assert case(world, over.id).state is State.CLOSED


def test_staff_reopen_with_a_reason_and_the_version_they_saw(world: World) -> None:
    over = closed(world)
    with pytest.raises(ValueError, match="reason"):
        reopen(world.runtime, AGENT, over.id, reason="")
    with pytest.raises(cases.Stale):
        reopen(world.runtime, AGENT, over.id, reason="new_facts", version=over.version - 1)
    assert reopen(world.runtime, AGENT, over.id, reason="new_facts", version=over.version).state is State.REOPENED


def test_a_note_is_among_staff_and_moves_nothing(world: World) -> None:
    over = closed(world)
    note(world.runtime, AGENT, over.id, " اتصلت به ")
    assert actions(world, over.id)[-1] is Action.NOTE
    assert not timeline(world, over.id)[-1].public
    with world.runtime.db.read() as conn:
        assert messages.last_of(conn, over.id, "note") == (AGENT.key, "اتصلت به")
    assert case(world, over.id).version == over.version
    for text in ("", "x" * 4001):
        with pytest.raises(ValueError, match="letters"):
            note(world.runtime, AGENT, over.id, text)
    with pytest.raises((permitted.Unseen, permitted.NotPermitted)):
        note(world.runtime, TRAINEE, over.id, "mine")
    with pytest.raises(permitted.Unseen):
        note(world.runtime, viewer("99"), over.id, "no")
