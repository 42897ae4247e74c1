"""What a key means is done once, as the presser, when the time to undo it is over; until then it can be taken back."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy import select

from sidecar.casework.intend import intend, of_person, undo
from sidecar.casework.resolve import solve
from sidecar.domain.case import Action, NotAllowed, State
from sidecar.domain.policy import Tier
from sidecar.domain.report import Symptom
from sidecar.domain.steps import Lane
from sidecar.store import intents, outbox, tellings
from sidecar.store.permitted import NotPermitted, Unseen
from sidecar.tasks import drain as drains
from sidecar.tasks import intents as tasks
from tests.staff import AGENT, MANAGER, ROOM, TRAINEE, actions, all_cases, arrive, case, case_of, viewer
from tests.worlds import World, report

OTHER = replace(MANAGER, key="academy:70")


def after_undo(world: World) -> None:
    """Let the seconds pass in which it could be undone."""
    world.clock.forward(seconds=6)
    world.drain()


def states(world: World) -> list[tuple[str, str, str]]:
    table = intents.intents
    query = select(table.c.action, table.c.state, table.c.why).order_by(table.c.id)
    with world.runtime.db.read() as conn:
        return [(row.action, row.state, row.why) for row in conn.execute(query)]


def test_it_is_not_done_before_its_time_and_then_as_the_presser(world: World) -> None:
    found = arrive(world, report())
    intend(world.runtime, MANAGER, found.id, Action.SOLVE, {})
    world.clock.forward(seconds=4)
    world.drain()
    assert case(world, found.id).state is State.RECEIVED
    world.clock.forward(seconds=2)
    world.drain()
    solved = case(world, found.id)
    assert (solved.state, solved.solved_by) == (State.RESOLVED, MANAGER.key)
    assert states(world) == [("solve", "done", "")]


def test_undone_in_time_nothing_happens_and_it_can_be_pressed_again(world: World) -> None:
    found = arrive(world, report())
    first = intend(world.runtime, MANAGER, found.id, Action.SOLVE, {})
    assert undo(world.runtime, MANAGER, first) is True
    after_undo(world)
    assert case(world, found.id).state is State.RECEIVED
    assert undo(world.runtime, MANAGER, first) is False
    intend(world.runtime, MANAGER, found.id, Action.SOLVE, {})
    after_undo(world)
    assert case(world, found.id).state is State.RESOLVED
    assert states(world) == [("solve", "undone", ""), ("solve", "done", "")]


def test_too_late_to_undo(world: World) -> None:
    found = arrive(world, report())
    pressed = intend(world.runtime, MANAGER, found.id, Action.SOLVE, {})
    after_undo(world)
    assert undo(world.runtime, MANAGER, pressed) is False
    assert case(world, found.id).state is State.RESOLVED


def test_nobody_undoes_another_persons_press(world: World) -> None:
    found = arrive(world, report())
    pressed = intend(world.runtime, MANAGER, found.id, Action.SOLVE, {})
    for somebody in (OTHER, AGENT, TRAINEE):
        with pytest.raises(Unseen):
            undo(world.runtime, somebody, pressed)
    after_undo(world)
    assert case(world, found.id).state is State.RESOLVED


def test_two_managers_who_press_the_same_have_pressed_it_once(world: World) -> None:
    found = arrive(world, report())
    first = intend(world.runtime, MANAGER, found.id, Action.TELL, {"message": "ready"})
    assert intend(world.runtime, OTHER, found.id, Action.TELL, {"message": "ready"}) == first
    after_undo(world)
    with world.runtime.db.read() as conn:
        assert [row.message for row in tellings.of_cases(conn, [found.id])] == ["ready"]


def test_nobodys_own_words_are_swallowed_by_what_another_pressed(world: World) -> None:
    found = arrive(world, report())
    intend(world.runtime, MANAGER, found.id, Action.TELL, {"message": "ready"})
    intend(world.runtime, OTHER, found.id, Action.TELL, {"text": "أعيدوا تحميل الصفحة"})
    after_undo(world)
    with world.runtime.db.read() as conn:
        assert [row.text for row in tellings.of_cases(conn, [found.id])] == ["", "أعيدوا تحميل الصفحة"]


def test_two_people_are_split_out_at_once(world: World) -> None:
    pressed = [report(by=who) for who in ("21", "22", "23")]
    found = arrive(world, *pressed)
    for one in pressed[:2]:
        intend(world.runtime, MANAGER, found.id, Action.SPLIT, {"report": str(one.key)})
    after_undo(world)
    assert len({case_of(world, one).id for one in pressed}) == 3


def test_a_card_that_is_about_to_be_merged_is_not_merged_with_another(world: World) -> None:
    found, other, third = (
        arrive(world, report(symptom=symptom)) for symptom in (Symptom.NO_SOUND, Symptom.NO_VIDEO, Symptom.NO_MIC)
    )
    intend(world.runtime, MANAGER, found.id, Action.MERGE, {"other": other.id})
    with pytest.raises(NotAllowed):
        intend(world.runtime, OTHER, found.id, Action.MERGE, {"other": third.id})


def test_what_was_undone_or_said_is_not_kept_beside(world: World) -> None:
    found = arrive(world, report())
    undo(world.runtime, MANAGER, intend(world.runtime, MANAGER, found.id, Action.TELL, {"text": "سرّ"}))
    intend(world.runtime, MANAGER, found.id, Action.TELL, {"text": "علم"})
    after_undo(world)
    with world.runtime.db.read() as conn:
        assert [row.data for row in conn.execute(intents.intents.select())] == [{}, {}]


def test_who_may_not_do_it_cannot_mean_it_either(world: World) -> None:
    found = arrive(world, report(by="22"))
    stranger = viewer("90")
    for somebody, refusal in ((TRAINEE, Unseen), (stranger, Unseen)):
        with pytest.raises(refusal):
            intend(world.runtime, somebody, found.id, Action.SOLVE, {})
    with pytest.raises(NotPermitted):
        intend(world.runtime, viewer("22"), found.id, Action.SOLVE, {})  # it is that person's own report
    solve(world.runtime, MANAGER, found.id)
    with pytest.raises(NotAllowed):
        intend(world.runtime, MANAGER, found.id, Action.SOLVE, {})
    assert states(world) == []


def test_what_cannot_be_done_any_more_is_refused_and_said_to_its_presser(world: World) -> None:
    found = arrive(world, report())
    intend(world.runtime, MANAGER, found.id, Action.TRANSFER, {"to": Tier.ONE, "reason": "room_needs_help"})
    solve(world.runtime, OTHER, found.id)
    after_undo(world)
    assert states(world) == [("transfer", "refused", "state")]
    assert [(row.state, row.why) for row in of_person(world.runtime, MANAGER)] == [("refused", "state")]
    assert of_person(world.runtime, OTHER) == []
    with world.runtime.db.read() as conn:
        assert [row for row in outbox.listing(conn) if row.step == "intent"] == []


def test_each_key_does_what_it_says(world: World) -> None:
    sound = [report(by=str(number)) for number in range(21, 24)]
    slow = arrive(world, report(by="30", symptom=Symptom.SLOW))
    found = arrive(world, *sound)
    intend(world.runtime, MANAGER, found.id, Action.SPLIT, {"report": str(sound[2].key)})
    intend(world.runtime, MANAGER, found.id, Action.MERGE, {"other": slow.id})
    after_undo(world)
    merged = [one for one in all_cases(world) if one.state is State.MERGED]
    assert (len(merged), len(all_cases(world))) == (1, 3)
    left = case(world, merged[0].merged_into)
    intend(world.runtime, MANAGER, left.id, Action.TRANSFER, {"to": "1", "reason": "room_needs_help"})
    after_undo(world)
    assert case(world, left.id).tier is Tier.ONE
    assert {status for _, status, _ in states(world)} == {"done"}


def test_a_worker_that_dies_in_the_deed_has_done_nothing_and_the_next_does_it_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = arrive(world, report())
    intend(world.runtime, MANAGER, found.id, Action.TELL, {"message": "ready"})
    world.clock.forward(seconds=6)

    class Killed(BaseException):
        pass

    done = tasks.act

    def killed(*arguments) -> None:
        done(*arguments)
        raise Killed

    monkeypatch.setattr(tasks, "act", killed)
    with pytest.raises(Killed):
        drains.drain(world.runtime, Lane.CLOCKS)
    assert Action.TELL not in actions(world, found.id)
    monkeypatch.setattr(tasks, "act", done)
    world.clock.forward(seconds=60)  # its lease ends
    world.drain()
    assert actions(world, found.id).count(Action.TELL) == 1
    assert states(world) == [("tell", "done", "")]


def test_undone_or_done_but_never_both(postgres_world: World) -> None:
    world = postgres_world
    for number in range(12):
        found = arrive(world, report(by=str(100 + number), place=report().place.__class__(
            page=report().place.page, course=report().place.course,
            activity=replace(report().place.activity, id=str(300 + number)))))  # fmt: skip
        somebody = replace(MANAGER, rooms=frozenset({found.room_key or ROOM}))
        pressed = intend(world.runtime, somebody, found.id, Action.SOLVE, {})
        world.clock.forward(seconds=6)
        taken_back: list[bool] = []
        presser = threading.Thread(
            target=lambda p=pressed, s=somebody, t=taken_back: t.append(undo(world.runtime, s, p))
        )
        worker = threading.Thread(target=drains.drain, args=(world.runtime, Lane.CLOCKS))
        for one in (presser, worker) if number % 2 else (worker, presser):
            one.start()
        presser.join()
        worker.join()
        world.drain()
        solved = case(world, found.id).state is State.RESOLVED
        assert solved is not taken_back[0], number
