"""One failure, one incident, every report (acceptance A1, B1)."""

from datetime import timedelta

import pytest

from sidecar.casework.resolve import solve
from sidecar.domain.case import Action, CaseKind, State
from sidecar.domain.policy import Tier
from sidecar.domain.report import About, Kind, Reporter, Role, Symptom
from sidecar.journey.escalation import release_due
from sidecar.journey.status import status
from tests.staff import (
    MANAGER,
    actions,
    alerted,
    all_cases,
    arrive,
    case,
    case_of,
    clock_of,
    place,
    running,
    send,
    standing,
    timeline,
)
from tests.worlds import NOON, SITE, World, report

MINUTE = timedelta(minutes=1)


def log(**changes):
    """What a room manager logs for the whole room."""
    manager = Reporter("7", Role.ROOM_MANAGER, "مدير القاعة")
    return report(**({"kind": Kind.ROOM_LOG, "reporter": manager} | changes))


def later(minutes: float, **changes):
    """A report of so many minutes later."""
    at = NOON + minutes * MINUTE
    return report(occurred_at=at, received_at=at, **changes)


def test_three_hundred_reports_of_one_room_are_one_incident_and_one_alert(world: World) -> None:
    pressed = [report(by=str(number)) for number in range(300)]
    case_id = arrive(world, *pressed).id
    (only,) = all_cases(world)
    assert (only.id, only.kind, only.reports, standing(world, only.id)) == (case_id, CaseKind.ROOM_INCIDENT, 300, 300)
    world.clock.forward(minutes=3)
    release_due(world.runtime)
    world.drain()
    assert alerted(world, case_id) == [("room_seen.room_seen_unseen", "shift:contact_centre", 1)]
    found = status(world.runtime, SITE, pressed[17].id, "17")
    assert found is not None
    assert found.same_in_room == 299


@pytest.mark.parametrize(
    "other",
    [
        {"symptom": Symptom.NO_VIDEO},
        {"place": place("4")},
        {"place": place("3", group="9")},
        {"site_id": "other"},
    ],
    ids=["symptom", "room", "group", "site"],
)
def test_another_symptom_room_group_or_site_opens_another_incident(world: World, other) -> None:
    arrive(world, report(by="1"), report(by="2", **other))
    assert [one.reports for one in all_cases(world)] == [1, 1]


@pytest.mark.parametrize(("minutes", "incidents"), [(10, 1), (10.02, 2)])
def test_a_report_joins_within_ten_minutes_of_the_last_one(world: World, minutes: float, incidents: int) -> None:
    first = arrive(world, report())
    world.clock.forward(minutes=minutes)
    arrive(world, later(minutes, by="22"))
    assert len(all_cases(world)) == incidents
    if incidents == 2:
        old, new = all_cases(world)
        assert (old.id, old.state, old.join_key) == (first.id, State.RECEIVED, None)  # stale, but still to be solved
        assert new.join_key == old.incident_key


def test_the_window_counts_from_the_last_report_not_from_the_first(world: World) -> None:
    for minutes in range(0, 60, 9):
        arrive(world, later(minutes, by=str(minutes)))
    assert [one.reports for one in all_cases(world)] == [7]


def test_reports_worked_late_in_one_batch_join_as_they_would_have_one_by_one(world: World) -> None:
    arrive(world, report(by="1"))
    arrive(world, later(8, by="2"), later(16, by="3"), later(24, by="4"))
    assert [one.reports for one in all_cases(world)] == [4]


def test_a_backlog_with_two_failures_of_one_room_makes_two_incidents(world: World) -> None:
    arrive(world, report(by="1"), later(1, by="2"), later(60, by="3"), later(61, by="4"))
    assert [one.reports for one in all_cases(world)] == [2, 2]


def test_a_report_dated_before_the_solution_attaches_to_it_and_a_later_one_is_a_new_failure(world: World) -> None:
    solved = arrive(world, report())
    world.clock.forward(minutes=5)
    solve(world.runtime, MANAGER, solved.id)
    world.clock.forward(minutes=1)
    slow, new = later(4, by="22"), later(6, by="23")
    arrive(world, slow, new)
    assert case_of(world, slow).id == solved.id
    assert case_of(world, slow).reports == standing(world, solved.id) == 2
    assert [e.reason for e in timeline(world, solved.id) if e.action is Action.JOIN] == ["already_known"]
    told = status(world.runtime, SITE, slow.id, "22")
    assert told is not None
    assert told.state is State.RESOLVED
    assert case_of(world, new).id != solved.id


def test_a_report_from_long_before_the_incident_is_not_called_known(world: World) -> None:
    solved = arrive(world, report())
    world.clock.forward(minutes=5)
    solve(world.runtime, MANAGER, solved.id)
    of_yesterday = later(-60, by="22")
    arrive(world, of_yesterday)
    assert case_of(world, of_yesterday).id != solved.id


def test_an_incident_that_the_room_manager_declares_first_is_joined_and_seen(world: World) -> None:
    declared = arrive(world, log())
    assert (declared.declared, declared.touched, declared.tier) == (True, True, Tier.ROOM)
    assert "room_seen" not in running(world, declared.id)
    assert "room_resolution" in running(world, declared.id)
    world.clock.forward(minutes=45)
    joined = later(45)
    arrive(world, joined)
    assert case_of(world, joined).id == declared.id
    assert len(all_cases(world)) == 1


def test_a_declared_incident_that_was_solved_is_not_joined_any_more(world: World) -> None:
    declared = arrive(world, log())
    world.clock.forward(minutes=5)
    solve(world.runtime, MANAGER, declared.id)
    world.clock.forward(minutes=1)
    after = later(6)
    arrive(world, after)
    assert case_of(world, after).id != declared.id


def test_a_log_with_an_end_solves_the_incident_at_that_time(world: World) -> None:
    opened = arrive(world, report())
    world.clock.forward(minutes=8)
    ended = NOON + 5 * MINUTE
    arrive(world, log(occurred_at=NOON + 8 * MINUTE, received_at=NOON + 8 * MINUTE, ended_at=ended, affected=12))
    solved = case(world, opened.id)
    assert (solved.state, solved.solved_at, solved.solved_by) == (State.RESOLVED, ended, MANAGER.key)
    assert (solved.affected, solved.reports, solved.declared, solved.join_key) == (12, 2, False, None)
    assert running(world, opened.id) == set()


def test_a_log_about_one_trainee_declares_nothing_for_the_room(world: World) -> None:
    one = arrive(world, log(about=About("21", Role.TRAINEE)))
    assert not one.declared
    assert "room_seen" not in running(world, one.id)


def test_without_an_activity_there_is_no_incident_and_tier_one_hears_of_it(world: World) -> None:
    arrive(world, report(place=place(None)), report(place=place(None), by="22"))
    assert [(one.kind, one.tier, one.reports) for one in all_cases(world)] == [(CaseKind.SUPPORT_REQUEST, "1", 1)] * 2


def test_a_heavier_report_makes_the_incident_heavier_and_a_lighter_one_never_lighter(world: World) -> None:
    trainer = Reporter("8", Role.TRAINER)
    first = arrive(world, report())
    assert first.severity == 3
    arrive(world, report(reporter=trainer, affected=4))
    arrive(world, report(by="22", affected=2))
    assert (case(world, first.id).severity, case(world, first.id).affected) == (2, 4)


def test_a_certificate_gap_flagged_again_joins_however_long_after(world: World) -> None:
    gap = {"kind": Kind.CERTIFICATE_GAP, "symptom": None}
    first = arrive(world, report(**gap))
    world.clock.forward(days=3)
    arrive(world, later(3 * 24 * 60, **gap))
    assert case(world, first.id).reports == 2
    arrive(world, report(by="22", **gap))
    assert len(all_cases(world)) == 2


def test_the_clock_of_an_incident_counts_from_receipt_however_late_it_is_worked(world: World) -> None:
    pressed = report()
    send(world, pressed)
    world.clock.forward(minutes=30)
    world.drain()
    found = case_of(world, pressed)
    assert clock_of(world, found.id, "room_seen_unseen").due_at == NOON + 2 * MINUTE


def test_the_opening_says_by_which_clauses_it_was_judged_and_by_which_policy(world: World) -> None:
    opened = arrive(world, report())
    event = timeline(world, opened.id)[0]
    assert event.action is Action.OPEN
    assert event.data["reasons"] == [["category_of_symptom", "P2"], ["to_room", "P2"]]
    assert opened.policy_digest == world.runtime.policy.digest
    assert actions(world, opened.id) == [Action.OPEN]
