"""Intake: a report and its next two steps become durable together, many in one commit (architecture.md, journey 3)."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from sidecar.domain.report import Channel, Kind, Reporter, Role, Symptom
from sidecar.domain.steps import Lane
from sidecar.journey.intake import Contradicts, Intake
from sidecar.journey.status import status
from sidecar.store import outbox, reports
from sidecar.store.group_commit import Unstorable
from tests.worlds import SITE, World, report


def steps(world: World) -> list[tuple[str, str]]:
    with world.runtime.db.read() as conn:
        return sorted((row.step, row.subject) for row in conn.execute(select(outbox.outbox)))


def test_a_report_and_its_two_steps_are_one_commit(world: World) -> None:
    sent = report()
    accepted = Intake(world.runtime).accept(sent)
    assert accepted.stored_now
    assert steps(world) == [("assess", str(sent.key)), ("enrich", str(sent.key))]
    assert world.woken == [Lane.ASSESS, Lane.ENRICH]


def test_what_is_stored_is_what_was_sent(world: World) -> None:
    sent = report(
        kind=Kind.ROOM_LOG, text="نص", category="c", action_taken="x", affected=0, diagnostics={"a": [1, {"b": None}]},
        channel=Channel.PHONE, reporter=Reporter(None, Role.VISITOR, "زائر", "v@example.org", "+966500000000"),
    )  # fmt: skip
    Intake(world.runtime).accept(sent)
    with world.runtime.db.read() as conn:
        assert reports.load(conn, [sent.key]) == {sent.key: sent}


def test_a_retry_is_recognised_and_wakes_nobody(world: World) -> None:
    intake, sent = Intake(world.runtime), report()
    first, woken = intake.accept(sent), len(world.woken)
    again = intake.accept(replace(sent, locale="en"))
    assert again == replace(first, stored_now=False)
    assert len(world.woken) == woken
    assert len(steps(world)) == 2


@pytest.mark.parametrize(
    "change",
    [{"text": "غيره"}, {"symptom": Symptom.SLOW}, {"reporter": Reporter("22", Role.TRAINEE)}, {"affected": 0}],
    ids=lambda change: next(iter(change)),
)
def test_a_contradiction_stores_nothing(world: World, change: dict[str, Any]) -> None:
    intake, sent = Intake(world.runtime), report()
    intake.accept(sent)
    with pytest.raises(Contradicts):
        intake.accept(replace(sent, **change))
    with world.runtime.db.read() as conn:
        assert reports.load(conn, [sent.key]) == {sent.key: sent}
    assert len(steps(world)) == 2


@pytest.mark.parametrize(
    "poison",
    [{"affected": 10**30}, {"text": "\ud800"}, {"diagnostics": {"a": "\ud800"}}, {"locale": "\ud800"}],
    ids=["huge", "text", "diagnostics", "locale"],
)
def test_a_poisoned_report_does_not_sink_a_hundred_others(world: World, poison: dict[str, Any]) -> None:
    intake = Intake(world.runtime)
    crowd = [report(by=str(n)) for n in range(100)]
    crowd.insert(50, report(by="guilty", **poison))

    def press(sent: Any) -> Any:
        try:
            return intake.accept(sent).reference
        except Unstorable:
            return Unstorable

    with ThreadPoolExecutor(101) as pool:
        told = list(pool.map(press, crowd))
    assert told[50] is Unstorable or (poison == {"affected": 10**30} and isinstance(told[50], str))
    assert Unstorable not in [*told[:50], *told[51:]]
    with world.runtime.db.read() as conn:
        stored = reports.load(conn, [one.key for one in crowd])
    assert len(stored) == len([one for one in told if one is not Unstorable])


def test_fifty_first_presses_of_a_room_are_all_stored_with_references_of_their_own(world: World) -> None:
    intake = Intake(world.runtime)
    crowd = [report(by=str(n)) for n in range(50)]
    with ThreadPoolExecutor(50) as pool:
        told = list(pool.map(intake.accept, crowd))
    assert len({one.reference for one in told}) == 50
    assert len(steps(world)) == 100
    assert max(one.same_in_room or 0 for one in told) == 49


def test_two_processes_storing_overlapping_crowds_store_each_once(world: World) -> None:
    intakes = [Intake(world.runtime), Intake(world.runtime)]
    crowd = [report(by=str(n)) for n in range(40)]
    pairs = [(intakes[0], one) for one in crowd] + [(intakes[1], one) for one in reversed(crowd)]
    with ThreadPoolExecutor(80) as pool:
        told = list(pool.map(lambda pair: pair[0].accept(pair[1]), pairs))
    assert sum(one.stored_now for one in told) == 40
    assert len(steps(world)) == 80
    assert {one.id: one.reference for one in told[:40]} == {one.id: one.reference for one in told[40:]}


def test_wishing_for_one_reference_at_once_ends_in_different_ones(world: World) -> None:
    intake = Intake(world.runtime)
    wishes = [report(by=str(n), id=uuid.UUID(int=((n + 1) << 64) + 77)) for n in range(20)]
    with ThreadPoolExecutor(20) as pool:
        told = list(pool.map(intake.accept, wishes))
    assert sorted(int(one.reference[:9]) for one in told) == list(range(77, 97))
    again = {one.id: intake.accept(one).reference for one in wishes}
    assert again == {one.id: one.reference for one in told}


def test_others_are_counted_from_this_class_and_not_from_last_weeks(world: World) -> None:
    intake = Intake(world.runtime)
    intake.accept(report(by="1"))
    world.clock.forward(hours=13)
    later = report(by="2", received_at=world.clock(), occurred_at=world.clock())
    assert intake.accept(later).same_in_room == 0


def test_a_later_press_counts_those_who_stand_in_the_open_case(world: World) -> None:
    intake = Intake(world.runtime)
    for who in ("1", "2", "3"):
        intake.accept(report(by=who))
    world.drain()
    last = report(by="4")
    assert status(world.runtime, SITE, last.id, None) is None
    assert intake.accept(last).same_in_room == 3


def test_a_status_says_what_the_answer_said(world: World) -> None:
    intake, sent = Intake(world.runtime), report()
    intake.accept(report(by="22"))
    accepted = intake.accept(sent)
    found = status(world.runtime, SITE, sent.id, "21")
    assert found is not None
    for name in ("id", "reference", "state", "case", "same_in_room"):
        assert getattr(found, name) == getattr(accepted, name), name
    assert status(world.runtime, SITE, sent.id, "22") is None
    assert status(world.runtime, "elsewhere", sent.id, None) is None
