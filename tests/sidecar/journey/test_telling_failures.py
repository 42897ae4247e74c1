"""Who was not reached is named with the reason and sent it again; nobody is told twice (A2; decision 0017)."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from adapters.errors import Refused
from adapters.lms.fake import FakeLms
from adapters.lms.port import Notice, NoticeOutcome
from sidecar.casework.resolve import solve
from sidecar.casework.tell import again, tell
from sidecar.domain.report import Reporter, Role, Symptom
from sidecar.domain.steps import Lane, Step
from sidecar.store import outbox, tellings
from sidecar.tasks.drain import drain
from tests.staff import MANAGER, arrive
from tests.told import later, lms_of, outbox_rows, read, states, the_telling, told_people
from tests.worlds import World, report


@pytest.fixture
def lms(world: World) -> FakeLms:
    """The world's LMS, with people 1 to 399."""
    return lms_of(world)


@pytest.mark.parametrize(
    ("lms_kind", "error"),
    [("none", "no_lms"), ("visitor", "no_account"), ("barred", "refused"), ("unknown", "refused")],
)
def test_who_cannot_be_reached_is_named_with_the_reason(world: World, lms: FakeLms, lms_kind: str, error: str) -> None:
    who = Reporter(None, Role.VISITOR, "زائر", email="v@example.org") if lms_kind == "visitor" else None
    pressed = report(reporter=who) if who else report(by="999" if lms_kind == "unknown" else "21")
    if lms_kind == "none":
        world.runtime = replace(world.runtime, lms={})
    if lms_kind == "barred":
        lms.bar("21")
    solve(world.runtime, MANAGER, arrive(world, pressed).id)
    later(world)
    assert list(states(world, the_telling(world)).values()) == [("failed", error)]
    assert outbox_rows(world) == []
    read(world, pressed)
    assert list(states(world, the_telling(world)).values()) == [("shown", "")], "read after all"


def test_only_those_who_failed_are_sent_it_again(world: World, lms: FakeLms) -> None:
    lms.bar("22")
    opened = arrive(world, *(report(by=str(number)) for number in range(21, 25)))
    solve(world.runtime, MANAGER, opened.id)
    later(world)
    telling = the_telling(world)
    assert {who for who, (state, _) in states(world, telling).items() if state == "failed"} == {"22"}
    lms._barred.clear()
    assert again(world.runtime, MANAGER, telling) == 1
    world.drain()
    assert told_people(lms) == ["21", "22", "23", "24"]
    assert again(world.runtime, MANAGER, telling) == 0


def test_an_lms_that_is_away_for_hours_delays_and_loses_nothing(world: World, lms: FakeLms) -> None:
    opened = arrive(world, report(by="21"))
    lms.mood = "down"
    solve(world.runtime, MANAGER, opened.id)
    for _ in range(60):
        later(world, 120)
    assert states(world, the_telling(world)) == {"21": ("waiting", "")}
    assert [row.state for row in outbox_rows(world)] == ["waiting"]
    lms.mood = "well"
    later(world, 120)
    assert told_people(lms) == ["21"]


def test_an_answer_that_is_lost_tells_nobody_twice(world: World, lms: FakeLms) -> None:
    opened = arrive(world, *(report(by=str(number)) for number in range(1, 121)))
    solve(world.runtime, MANAGER, opened.id)
    lms.mood = "answer_lost"
    later(world)
    assert len(lms.told) == 50
    lms.mood = "well"
    later(world, 120)
    assert told_people(lms) == [str(number) for number in range(1, 121)]
    assert set(states(world, the_telling(world)).values()) == {("sent", "")}


def test_what_the_lms_did_not_try_is_tried_again_and_in_the_end_said_to_have_failed(world: World, lms: FakeLms) -> None:
    opened = arrive(world, *(report(by=str(number)) for number in range(1, 81)))
    solve(world.runtime, MANAGER, opened.id)
    lms.tries = 30
    later(world)
    for _ in range(5):
        later(world, 10)
    assert told_people(lms) == [str(number) for number in range(1, 81)]
    tell(world.runtime, MANAGER, opened.id, text="بعد")
    lms.tries = 0
    later(world)
    for _ in range(10):
        later(world, 10)
    assert set(states(world, the_telling(world, "told")).values()) == {("failed", "no_answer")}
    assert outbox_rows(world) == []


@pytest.mark.parametrize(("mood", "tries"), [("refusing", 1), ("malformed", 12)])
def test_an_lms_that_only_a_person_can_mend_is_a_failure_that_a_person_sees(
    world: World, lms: FakeLms, mood: str, tries: int
) -> None:
    opened = arrive(world, report(by="21"))
    lms.mood = mood  # type: ignore[assignment]
    solve(world.runtime, MANAGER, opened.id)
    for _ in range(tries):
        later(world, 120)
    (state, error) = states(world, the_telling(world))["21"]
    assert state == "failed"
    assert error
    lms.mood = "well"
    again(world.runtime, MANAGER, the_telling(world))
    later(world)
    assert told_people(lms) == ["21"]


def test_a_parked_row_that_is_replayed_reaches_whom_it_had_given_up(world: World, lms: FakeLms) -> None:
    solve(world.runtime, MANAGER, arrive(world, report(by="21")).id)
    lms.mood = "malformed"
    for _ in range(12):
        later(world, 120)
    assert [row.state for row in outbox_rows(world)] == ["parked"]
    lms.mood = "well"
    with world.runtime.db.write() as conn:
        outbox.replay(conn, world.clock())
    world.drain()
    assert states(world, the_telling(world)) == {"21": ("sent", "")}


def test_two_workers_at_once_tell_everybody_once(postgres_world: World) -> None:
    world = postgres_world
    lms = lms_of(world)
    opened = arrive(world, *(report(by=str(number)) for number in range(1, 201)))
    solve(world.runtime, MANAGER, opened.id)
    telling = the_telling(world)
    with world.runtime.db.write() as conn:
        # A second row of the same telling, as when it is sent again: both workers see the same people.
        outbox.put(conn, Step.TELL, [str(telling)] * 3, world.clock())
    world.clock.forward(seconds=45)
    threads = [threading.Thread(target=drain, args=(world.runtime, Lane.NOTIFY)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    world.drain()
    assert told_people(lms) == [str(number) for number in range(1, 201)]
    assert set(states(world, telling).values()) == {("sent", "")}


def test_a_worker_that_dies_after_the_call_leaves_what_the_next_one_finds_told(world: World, lms: FakeLms) -> None:
    solve(world.runtime, MANAGER, arrive(world, report(by="21")).id)
    telling = the_telling(world)
    world.clock.forward(seconds=45)
    with world.runtime.db.read() as conn:
        (row,) = tellings.waiting(conn, telling, 9)
    with world.runtime.db.write() as conn:
        claim = outbox.claim(conn, Lane.NOTIFY, limit=1, lease=timedelta(seconds=30), now=world.clock())
        tellings.trying(conn, [row.key])
    assert claim is not None
    lms.notify([Notice(str(row.key), "21", "s", "t")])
    world.drain()
    assert states(world, telling) == {"21": ("waiting", "")}, "its lease is not over"
    later(world, 31)
    assert states(world, telling) == {"21": ("sent", "")}
    assert len(lms.told) == 1


def test_an_outage_however_long_gives_nobody_up(world: World, lms: FakeLms) -> None:
    """Tries that are lost to an LMS that is away say nothing about a message; only silence about it does."""
    solve(world.runtime, MANAGER, arrive(world, *(report(by=str(who)) for who in range(40, 60))).id)
    lms.mood = "down"
    for _ in range(12):
        later(world, 120)
    lms.mood = "well"
    later(world, 600)
    assert {state for state, _ in states(world, the_telling(world)).values()} == {"sent"}
    with world.runtime.db.read() as conn:
        assert max(row.attempts for row in tellings.recipients(conn, the_telling(world))) == 1


def many_solved(world: World) -> list[int]:
    """Three incidents of one room that are solved, and the tellings of that."""
    kinds = (Symptom.NO_SOUND, Symptom.NO_VIDEO, Symptom.SLOW)
    for one in [arrive(world, report(by=str(21 + number), symptom=kind)) for number, kind in enumerate(kinds)]:
        solve(world.runtime, MANAGER, one.id)
    with world.runtime.db.read() as conn:
        return list(conn.scalars(select(tellings.tellings.c.id).order_by(tellings.tellings.c.id)))


def test_several_tellings_share_a_call(world: World, lms: FakeLms) -> None:
    assert len(many_solved(world)) == 3
    later(world)
    assert told_people(lms) == ["21", "22", "23"]
    assert lms.calls["notify"] == 1
    assert outbox_rows(world) == []


def test_an_lms_that_is_away_is_asked_once_for_all_of_them(world: World, lms: FakeLms) -> None:
    many_solved(world)
    lms.mood = "down"
    later(world)
    assert lms.calls["notify"] == 1
    assert [row.state for row in outbox_rows(world)] == ["waiting"] * 3
    lms.mood = "well"
    later(world, 120)
    assert told_people(lms) == ["21", "22", "23"]


def test_a_refusal_of_one_telling_is_not_the_others(
    world: World, lms: FakeLms, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *others = many_solved(world)
    takes = lms.notify

    def notify(notices: Sequence[Notice]) -> Mapping[str, NoticeOutcome]:
        if any(notice.person_id == "21" for notice in notices):
            raise Refused("invalidparameter", code="invalidparameter")
        return takes(notices)

    monkeypatch.setattr(lms, "notify", notify)
    later(world)
    assert states(world, first) == {"21": ("failed", "invalidparameter")}
    assert [set(states(world, one).values()) for one in others] == [{("sent", "")}] * 2
    assert outbox_rows(world) == []
