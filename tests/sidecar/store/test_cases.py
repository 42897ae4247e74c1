import re
from pathlib import Path

import pytest

import sidecar
from sidecar.domain.case import Action, NotAllowed, State
from sidecar.store import cases
from sidecar.store.database import Database
from tests.staff import AGENT, all_cases, arrive, case, place, timeline
from tests.worlds import NOON, World, report


def test_every_event_names_its_time_its_actor_and_its_reason(world: World) -> None:
    opened = arrive(world, report())
    with world.runtime.db.write() as conn:
        cases.record(
            conn, opened.id, Action.TRANSFER, NOON, actor=AGENT.key, reason="why", public=True, data={"to": "1"}
        )
    first, second = timeline(world, opened.id)
    assert (first.at, first.actor) == (NOON, "nidaa")
    assert (second.actor, second.reason, second.public, second.data) == (AGENT.key, "why", True, {"to": "1"})
    with world.runtime.db.read() as conn:
        assert [event.id for event in cases.timeline(conn, opened.id, public_only=True)] == [second.id]


def test_nothing_in_the_house_changes_or_deletes_what_is_in_a_timeline() -> None:
    changing = re.compile(
        r"(update|delete)\(\s*(cases\.)?events\b|\bevents\.(update|delete)\(|(UPDATE|DELETE FROM) events\b"
    )
    offenders = [
        str(file) for file in Path(sidecar.__file__).parent.rglob("*.py") if changing.search(file.read_text("utf-8"))
    ]
    assert offenders == []


def test_a_change_moves_by_the_table_and_counts_its_version(world: World) -> None:
    opened = arrive(world, report())
    with world.runtime.db.write() as conn:
        changed = cases.change(conn, opened, Action.PICK_UP, version=opened.version, owner=AGENT.key)
    assert (changed.state, changed.version, changed.owner) == (State.IN_PROGRESS, opened.version + 1, AGENT.key)
    with world.runtime.db.write() as conn, pytest.raises(cases.Stale):
        cases.change(conn, opened, Action.PICK_UP)  # what was read before the change
    with world.runtime.db.write() as conn, pytest.raises(cases.Stale):
        cases.change(conn, changed, Action.PICK_UP, version=opened.version)
    with world.runtime.db.write() as conn, pytest.raises(NotAllowed):
        cases.change(conn, changed, Action.VERIFY)
    assert case(world, opened.id) == changed


def test_a_queue_shows_the_most_severe_and_longest_waiting_first(world: World) -> None:
    def request(category: str, by: str):
        return report(kind="support_request", symptom=None, category=category, by=by)

    arrive(
        world, request("platform_training", "1"), request("login", "2"), request("login", "3"), report(place=place())
    )
    with world.runtime.db.read() as conn:
        waiting = cases.queue(conn, all_cases(world)[0].tier)
    assert [one.severity for one in waiting] == [3, 3, 4]
    assert waiting[0].opened_at <= waiting[1].opened_at
    with world.runtime.db.read() as conn:
        assert [one.department for one in cases.queue(conn, waiting[0].tier, department="training")] == ["training"]


def test_a_report_stands_in_one_case_at_a_time(database: Database) -> None:
    assert [column.name for column in cases.case_reports.primary_key] == ["report_key"]
