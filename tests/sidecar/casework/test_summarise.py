"""What a class lost, confirmed by its room manager, and put beside gaps in attendance."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Connection

from sidecar.casework import summarise
from sidecar.casework.pick_up import see
from sidecar.casework.resolve import solve
from sidecar.casework.summarise import Confirmed, Moved, NotOver, confirm, summary
from sidecar.domain.case import Action
from sidecar.domain.report import About, Gap, Kind, Reporter, Role, Symptom
from sidecar.domain.summary import Incident, lost, minutes_of
from sidecar.store import cases, rooms
from sidecar.store import evidence as store_evidence
from sidecar.store.database import Database
from sidecar.store.permitted import Unseen
from tests.staff import AGENT, MANAGER, ROOM, TRAINER, arrive, hold, timeline, viewer
from tests.worlds import NOON, SITE, World, report

FIVE, SEVEN = NOON, NOON + timedelta(hours=2)


def at(minutes: int) -> datetime:
    return FIVE + timedelta(minutes=minutes)


def incident(case_id: int, began: int, ended: int | None, *people: str, whole_room: bool = False) -> Incident:
    return Incident(case_id, at(began), None if ended is None else at(ended), frozenset(people), whole_room)


@pytest.mark.parametrize(
    ("incidents", "roster", "found"),
    [
        ([incident(1, 0, 10, "a")], (), {"a": 10}),
        ([incident(1, 0, 10, "a"), incident(2, 5, 15, "a", "b")], (), {"a": 15, "b": 10}),
        ([incident(1, 0, 10, "a"), incident(2, 20, 30, "a")], (), {"a": 20}),
        ([incident(1, 110, None, "a")], (), {"a": 10}),
        ([incident(1, -20, 5, "a")], (), {"a": 5}),
        ([incident(1, 0, 7, whole_room=True)], ("a", "b"), {"a": 7, "b": 7}),
        ([incident(1, 0, 7, "x", whole_room=True)], ("a",), {"a": 7, "x": 7}),
        ([incident(1, 130, 140, "a")], (), {}),
        ([], ("a",), {}),
    ],
)
def test_minutes_are_counted_once_and_within_the_class(incidents, roster, found) -> None:
    assert {one.person_id: one.minutes for one in lost(incidents, roster, FIVE, SEVEN)} == found


def test_an_incident_that_goes_on_lasts_to_the_end() -> None:
    assert minutes_of(incident(1, 100, None), FIVE, SEVEN) == 20


def test_a_summary_is_confirmed_once_and_by_the_rooms_manager_alone(world: World) -> None:
    hold(world, ("s1", None, 0, 40))
    found = arrive(world, *(report(by=str(number)) for number in (21, 22)))
    world.clock.forward(minutes=12)
    solve(world.runtime, MANAGER, found.id)
    world.clock.forward(minutes=30)
    told = summary(world.runtime, MANAGER, ROOM)
    assert [(line.card.case.id, line.minutes) for line in told.lines] == [(found.id, 12)]
    assert (told.minutes, told.confirmed, told.works) == (24, None, True)
    assert summary(world.runtime, AGENT, ROOM).works is False
    for somebody in (AGENT, TRAINER, viewer("21"), viewer("9")):
        with pytest.raises(Unseen):
            confirm(world.runtime, somebody, ROOM, told.session_key)
    confirm(world.runtime, MANAGER, ROOM, told.session_key, "انقطع الصوت")
    with pytest.raises(Confirmed):
        confirm(world.runtime, MANAGER, ROOM, told.session_key)
    again = summary(world.runtime, MANAGER, ROOM).confirmed
    assert again is not None
    assert (again.note, again.confirmed_by) == ("انقطع الصوت", MANAGER.key)
    with world.runtime.db.read() as conn:
        assert [(row["minutes"], row["cases"]) for row in rooms.lost_by(conn, SITE, "2", "21")] == [(12, [found.id])]


def gap(person: str):
    """The trainer flags that somebody lacks attendance."""
    return report(
        kind=Kind.CERTIFICATE_GAP, symptom=None, gaps=frozenset({Gap.ATTENDANCE_BELOW}),
        reporter=Reporter("8", Role.TRAINER, "خالد"), about=About(person, Role.TRAINEE),
    )  # fmt: skip


def evidence(world: World, case_id: int) -> list[int]:
    return [event.data["minutes"] for event in timeline(world, case_id) if event.action is Action.EVIDENCE]


def test_minutes_lost_stand_beside_gaps_that_are_open_and_that_come_later(world: World) -> None:
    hold(world, ("s1", None, 0, 12))
    flagged = arrive(world, gap("21"))
    arrive(world, *(report(by=str(number)) for number in (21, 22)))
    world.clock.forward(minutes=12)
    confirm(world.runtime, MANAGER, ROOM, summary(world.runtime, MANAGER, ROOM).session_key)
    assert evidence(world, flagged.id) == [12]
    later = arrive(world, gap("22"))
    assert evidence(world, later.id) == [12]
    arrive(world, gap("22"))
    assert evidence(world, later.id) == [12], "flagging again adds nothing"
    assert evidence(world, arrive(world, gap("23")).id) == []


def test_other_gaps_get_no_evidence(world: World) -> None:
    hold(world, ("s1", None, 0, 5))
    arrive(world, report(by="21", symptom=Symptom.SLOW))
    world.clock.forward(minutes=5)
    confirm(world.runtime, MANAGER, ROOM, summary(world.runtime, MANAGER, ROOM).session_key)
    other = report(
        kind=Kind.CERTIFICATE_GAP, symptom=None, gaps=frozenset({Gap.PHONE_MISSING}),
        reporter=Reporter("8", Role.TRAINER, "خالد"), about=About("21", Role.TRAINEE),
    )  # fmt: skip
    assert evidence(world, arrive(world, other).id) == []


def test_a_room_without_a_timetable_is_summed_up_by_its_day(world: World) -> None:
    arrive(world, report())
    told = summary(world.runtime, MANAGER, ROOM)
    assert told.session_key == f"{ROOM}|2026-11-22"
    assert told.starts_at == datetime(2026, 11, 21, 21, 0, tzinfo=UTC)
    with pytest.raises(Unseen):
        summary(world.runtime, MANAGER, ROOM, f"{ROOM}|2020-01-01")
    with pytest.raises(NotOver):
        confirm(world.runtime, MANAGER, ROOM, told.session_key)
    world.clock.forward(hours=12)
    assert summary(world.runtime, MANAGER, ROOM).session_key == f"{ROOM}|2026-11-23"
    confirm(world.runtime, MANAGER, ROOM, told.session_key)
    yesterday = summary(world.runtime, MANAGER, ROOM, told.session_key)
    assert yesterday.confirmed is not None
    assert [key for key, _ in yesterday.others] == [told.session_key, f"{ROOM}|2026-11-23"]


def test_an_incident_counts_in_every_class_that_it_lasts_into(world: World) -> None:
    hold(world, ("s1", None, -60, 10), ("s2", None, 10, 70))
    found = arrive(world, report(by="21"))
    world.clock.forward(minutes=30)
    solve(world.runtime, MANAGER, found.id)
    world.clock.forward(minutes=1)
    own = arrive(world, report(by="22", symptom=Symptom.SLOW, occurred_at=world.clock(), received_at=world.clock()))
    world.clock.forward(minutes=50)
    lines = {
        key: [(line.card.case.id, line.minutes) for line in summary(world.runtime, MANAGER, ROOM, key).lines]
        for key in ("s1", "s2")
    }
    assert lines == {"s1": [(found.id, 10)], "s2": [(found.id, 20), (own.id, 39)]}


def test_what_was_over_before_the_class_is_none_of_it(world: World) -> None:
    hold(world, ("s1", None, 10, 70))
    found = arrive(world, report(by="21"))
    world.clock.forward(minutes=10)
    solve(world.runtime, MANAGER, found.id)
    world.clock.forward(minutes=60)
    assert summary(world.runtime, MANAGER, ROOM, "s1").lines == ()


def test_a_class_that_is_on_is_not_confirmed(world: World) -> None:
    hold(world, ("s1", None, 0, 60))
    arrive(world, report(by="21"))
    world.clock.forward(minutes=59)
    with pytest.raises(NotOver):
        confirm(world.runtime, MANAGER, ROOM, "s1")
    world.clock.forward(minutes=1)
    confirm(world.runtime, MANAGER, ROOM, "s1")
    with world.runtime.db.read() as conn:
        assert [row["minutes"] for row in rooms.lost_by(conn, SITE, "2", "21")] == [60]


def test_what_changes_while_it_is_summed_up_is_summed_up_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(world, ("s1", None, 0, 60))
    found = arrive(world, report(by="21"))
    world.clock.forward(minutes=61)
    plain, times = summarise.summary, []

    def meanwhile(*given: object, **more: object) -> object:
        told = plain(*given, **more)  # type: ignore[arg-type]
        times.append(told)
        if len(times) <= changes:
            world.clock.forward(seconds=1)
            see(world.runtime, MANAGER, found.id)
        return told

    monkeypatch.setattr(summarise, "summary", meanwhile)
    changes = 3
    with pytest.raises(Moved):
        confirm(world.runtime, MANAGER, ROOM, "s1")
    times.clear()
    changes = 1
    confirm(world.runtime, MANAGER, ROOM, "s1")
    assert len(times) == 2


def test_nothing_is_summed_up_while_the_database_is_locked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(world, ("s1", None, 0, 30))
    people = [str(number) for number in range(100, 130)]
    arrive(world, *(report(by=one) for one in people))
    arrive(world, *(gap(one) for one in people))
    world.clock.forward(minutes=31)
    plain, said, writing = Database.write, [], []

    @contextmanager
    def write(self: Database) -> Iterator[Connection]:
        with plain(self) as conn:
            writing.append(conn)
            yield conn
            writing.clear()

    def note(_conn: object, _cursor: object, statement: str, *_more: object) -> None:
        if writing:
            said.append(statement.split(maxsplit=1)[0])

    monkeypatch.setattr(Database, "write", write)
    event.listen(world.runtime.db.engine, "before_cursor_execute", note)
    try:
        confirm(world.runtime, MANAGER, ROOM, "s1")
    finally:
        event.remove(world.runtime.db.engine, "before_cursor_execute", note)
    assert said.count("INSERT") == 3, "a question a kind, however many people"
    assert said.count("SELECT") <= (2 if world.runtime.db.is_sqlite else 5), "the check that nothing has changed"
    with world.runtime.db.read() as conn:
        found = conn.execute(cases.events.select().where(cases.events.c.action == Action.EVIDENCE)).all()
    assert len(found) == len(people)


def test_a_gap_that_is_opened_while_a_class_is_summed_up_has_its_minutes_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(world, ("s1", None, 0, 30))
    arrive(world, report(by="21"))
    world.clock.forward(minutes=31)
    plain, opened = store_evidence.about_attendance, []

    def meanwhile(*given: Any) -> frozenset[int]:
        found = plain(*given)
        if not opened:
            opened.append(None)
            opened[0] = arrive(world, gap("21"))
        return found

    monkeypatch.setattr(store_evidence, "about_attendance", meanwhile)
    confirm(world.runtime, MANAGER, ROOM, "s1")
    assert evidence(world, opened[0].id) == [30]
