"""A stored deadline explains itself, window by window (P10)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from sidecar.casework.pick_up import pick_up
from sidecar.casework.reply import pause, resume
from sidecar.domain.calendar import Why
from sidecar.domain.report import Kind
from sidecar.store import deadlines, timetable
from tests.staff import AGENT, arrive, clock_of
from tests.worlds import SITE, World, report

THURSDAY_20 = datetime(2026, 11, 26, 17, 0, tzinfo=UTC)
FRIDAY_19 = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def ask(world: World, at: datetime = THURSDAY_20):
    world.clock.at = at
    return arrive(world, report(kind=Kind.SUPPORT_REQUEST, symptom=None, channel="web", occurred_at=at, received_at=at))


def hold_class(world: World, at: datetime, hours: float = 2) -> None:
    found = {"key": f"s{at}", "course_id": "2", "activity_id": "3", "group_id": None, "starts_at": at,
             "ends_at": at + hours * HOUR, "platform": "x", "source": "meeting", "fetched_at": at}  # fmt: skip
    with world.runtime.db.write() as conn:
        timetable.replace_sessions(conn, SITE, ["2"], since=at - HOUR, until=at + HOUR, found=[found])


def explained(world: World, number: int, rung: str = "support_resolution_overdue", until: datetime | None = None):
    clock = clock_of(world, number, rung)
    with world.runtime.db.read() as conn:
        return clock, deadlines.explain(conn, clock, world.runtime.policy, until)


def test_it_tells_weekend_class_and_working_hours_without_a_hole_up_to_the_deadline(world: World) -> None:
    hold_class(world, FRIDAY_19)
    clock, steps = explained(world, ask(world).id)
    assert [step.why for step in steps[:5]] == [Why.WORKING, Why.CLOSED, Why.SESSION, Why.CLOSED, Why.WORKING]
    assert steps[0].start == clock.started_at
    assert steps[-1].end == clock.target_due_at
    assert all(one.end == two.start for one, two in pairwise(steps))
    assert sum((step.counted for step in steps), timedelta()) == 26 * HOUR


def test_it_tells_the_waits_for_the_reporter(world: World) -> None:
    opened = ask(world, datetime(2026, 11, 22, 6, 0, tzinfo=UTC))
    pick_up(world.runtime, AGENT, opened.id)
    world.clock.forward(hours=1)
    pause(world.runtime, AGENT, opened.id, "ما رقمك؟", reason="needs_data")
    world.clock.forward(hours=3)
    _, waiting = explained(world, opened.id, until=world.clock())
    assert [(step.why, step.counted) for step in waiting] == [(Why.WORKING, HOUR), (Why.PAUSED, timedelta())]
    resume(world.runtime, AGENT, opened.id, reason="answered")
    clock, steps = explained(world, opened.id)
    assert [step.why for step in steps[:3]] == [Why.WORKING, Why.PAUSED, Why.WORKING]
    assert steps[1].end - steps[1].start == 3 * HOUR
    assert steps[-1].end == clock.target_due_at


def test_an_elapsed_deadline_is_one_stretch(world: World) -> None:
    complaint = arrive(world, report(kind=Kind.COMPLAINT, symptom=None, category="fees"))
    clock, steps = explained(world, complaint.id, "escalation_management")
    assert [(step.why, step.counted) for step in steps] == [(Why.ELAPSED, 24 * HOUR)]
    assert steps[-1].end == clock.target_due_at


def test_a_target_that_the_policy_dropped_since_cannot_be_explained(world: World) -> None:
    opened = ask(world)
    clock = clock_of(world, opened.id, "support_resolution_overdue")
    with world.runtime.db.read() as conn, pytest.raises(KeyError):
        deadlines.explain(conn, replace(clock, target="gone"), world.runtime.policy)
