"""Registers with an interface: asked apart, their word kept with its age, and away without holding anybody up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from adapters.certificates.fake import FakeRegistry
from adapters.certificates.port import Asked, Entry
from sidecar.casework.look_again import look_again
from sidecar.domain.case import Case
from sidecar.domain.checklist import Item, Mark
from sidecar.domain.registry import RegistryState
from sidecar.domain.report import Gap
from sidecar.domain.steps import Lane, Step
from sidecar.journey import registers
from sidecar.journey import roster as fetching
from sidecar.registered import entries, updates
from sidecar.store import checklists, register_answers, roster
from sidecar.store.outbox import outbox, put
from sidecar.tasks.drain import drain
from tests.sidecar.journey.test_certificate_answers import REGISTRAR, answers, asks, know
from tests.sidecar.pages import rostered
from tests.sidecar.registers import with_atlas
from tests.staff import arrive, send
from tests.worlds import SITE, World

LINE = "registry.atlas"
PLACE = (SITE, "21", "2")


@pytest.fixture
def atlas(world: World) -> FakeRegistry:
    return with_atlas(world)


def waiting(world: World) -> list[str]:
    with world.runtime.db.read() as conn:
        return list(conn.scalars(select(outbox.c.step).where(outbox.c.state == "waiting")))


def line(world: World, case: Case, what: str = LINE) -> Item:
    said = entries(world.runtime, [PLACE])[PLACE]
    with world.runtime.db.read() as conn:
        found = checklists.of_case(conn, world.runtime.policy, case, world.clock(), said)
    assert found is not None
    assert found.readiness is not None
    item = found.readiness.of(what)
    assert item is not None
    return item


def roster_line(world: World, person: str = "23", what: str = LINE) -> Mapping[str, Any]:
    with world.runtime.db.read() as conn:
        row = roster.one(conn, (SITE, "2"), person)
    assert row is not None
    return next(item for item in row.checklist if item["what"] == what)


def test_nobody_is_asked_where_a_case_is_judged(world: World, atlas: FakeRegistry) -> None:
    know(world)
    atlas.set_entry(*PLACE, "submitted", as_of=world.clock())
    sent = asks()
    send(world, sent)
    drain(world.runtime, Lane.ASSESS)
    assert atlas.asked == []
    drain(world.runtime, Lane.ENRICH, batches=1)
    drain(world.runtime, Lane.ASSESS)
    assert (atlas.asked, answers(world, sent)) == ([], []), "the LMS alone says: issued"
    drain(world.runtime, Lane.ENRICH)
    assert [[one.person_id for one in people] for people in atlas.asked] == [["21"]]
    world.drain()
    assert len(atlas.asked) == 1, "judging asked again"
    (answer,) = answers(world, sent)
    assert "sent to the Atlas register and is not confirmed" in answer


def test_a_register_beside_manar_has_a_line_and_a_gap_of_its_own(world: World, atlas: FakeRegistry) -> None:
    know(world)
    atlas.set_entry(*PLACE, "rejected", reason="الاسم 1000000008", as_of=world.clock())
    case = arrive(world, asks())
    found = line(world, case)
    assert (found.gap, found.source, found.at) == (Gap.REGISTRY_REJECTED, "atlas", world.clock())
    assert found.detail["reason"] == "الاسم ••••••08", "a number in a register's own words"
    assert line(world, case, "registry").detail["state"] == "unknown"


def test_what_explains_only_is_never_a_gap(world: World) -> None:
    atlas = with_atlas(world, explains=True)
    know(world)
    atlas.set_entry(*PLACE, "rejected", reason="duplicate")
    sent = asks()
    found = line(world, arrive(world, sent))
    assert (found.gap, found.mark) == (None, Mark.WARNING)
    (answer,) = answers(world, sent)[-1:]
    assert "The certificate was issued" in answer
    assert "the Atlas register: sent back" in answer
    assert "duplicate" in answer


def test_an_outage_waits_and_what_was_known_stands_with_its_age(world: World, atlas: FakeRegistry) -> None:
    know(world)
    atlas.down = True
    sent = asks()
    case = arrive(world, sent)
    (answer,) = answers(world, sent)
    assert "The certificate was issued" in answer, "who asked is answered at once by what is known"
    found = line(world, case)
    assert (found.mark, found.gap, found.detail["reason"]) == (Mark.UNKNOWN, None, "not_asked")
    assert waiting(world) == [Step.REGISTER]
    atlas.down = False
    atlas.set_entry(*PLACE, "submitted")
    world.clock.forward(minutes=2)
    world.drain()
    assert waiting(world) == []
    known = world.clock()
    assert (line(world, case).gap, line(world, case).at) == (Gap.REGISTRY_PENDING, known)
    assert "not confirmed yet" in answers(world, sent)[-1]

    atlas.down = True
    world.clock.forward(days=3)
    look_again(world.runtime, REGISTRAR, case.id)
    world.drain()
    found = line(world, case)
    assert (found.gap, found.at, found.detail["updated_at"]) == (Gap.REGISTRY_PENDING, known, known.isoformat())
    (old,) = [one for one in updates(world.runtime, (SITE, "2")) if one.register == "atlas"]
    assert (old.at, old.stale) == (known, True)
    atlas.down = False
    atlas.set_entry(*PLACE, "issued")
    world.clock.forward(minutes=2)
    world.drain()
    assert (line(world, case).gap, line(world, case).at) == (None, world.clock())


def test_an_adapter_that_breaks_holds_up_neither_facts_nor_answer(
    world: World, atlas: FakeRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(people: Sequence[Asked]) -> Mapping[Asked, Entry]:
        raise KeyError(f"1000000008 of {len(people)}")

    monkeypatch.setattr(atlas, "lookup", breaks)
    know(world)
    sent = asks()
    with capture_logs() as logs:
        case = arrive(world, sent)
        rostered.course(world)
        rostered.fetch(world)
    assert "The certificate was issued" in answers(world, sent)[-1]
    assert line(world, case).mark is Mark.UNKNOWN
    assert "KeyError" in str(logs)
    assert "1000000008" not in str(logs)


def test_look_again_asks_a_register_though_the_lms_is_away(world: World, atlas: FakeRegistry) -> None:
    know(world)
    case = arrive(world, asks())
    assert line(world, case).mark is Mark.UNKNOWN
    atlas.set_entry(*PLACE, "issued")
    rostered.lms_of(world).mood = "down"
    world.clock.forward(hours=1)
    look_again(world.runtime, REGISTRAR, case.id)
    world.drain()
    assert line(world, case).detail["state"] == RegistryState.ISSUED


def test_a_register_that_has_answered_is_not_asked_again_for_one_that_is_away(
    world: World, atlas: FakeRegistry
) -> None:
    other = FakeRegistry("other")
    rules = replace(world.runtime.policy.registries["atlas"], key="other")
    policy = replace(world.runtime.policy, registries={**world.runtime.policy.registries, "other": rules})
    world.runtime = replace(world.runtime, policy=policy, registries={**world.runtime.registries, "other": other})
    know(world)
    other.down = True
    arrive(world, asks())
    for _ in range(4):
        world.clock.forward(minutes=2)
        world.drain()
    assert len(other.asked) == 5
    assert len(atlas.asked) == 2, "twice, since the clock stood still between the wish and the first answer"


def test_a_roster_is_judged_by_what_is_known_and_the_register_is_asked_again(world: World, atlas: FakeRegistry) -> None:
    rostered.course(world)
    for person in ("21", "22", "23", "24"):
        rostered.knows(world, person, **rostered.ISSUED)
    atlas.set_entry(SITE, "23", "2", "submitted")
    rostered.fetch(world)
    assert roster_line(world)["gap"] == "registry_pending"
    assert len(atlas.asked) == 1, "one question for a course"

    atlas.down = True
    world.clock.forward(hours=2)
    rostered.fetch(world)
    assert roster_line(world)["gap"] == "registry_pending", "its last word stands"
    before = rostered.lms_of(world).calls["facts"]
    atlas.down = False
    atlas.set_entry(SITE, "23", "2", "issued")
    assert registers.ask_again(world.runtime) == 0, "not yet"
    world.clock.forward(minutes=2)
    assert registers.ask_again(world.runtime) == 1
    assert registers.ask_again(world.runtime) == 0
    assert rostered.lms_of(world).calls["facts"] == before, "an LMS is not asked for a register"
    assert fetching.refresh(world.runtime) == 1
    assert roster_line(world)["gap"] is None


def test_two_workers_take_a_course_once(world: World, atlas: FakeRegistry) -> None:
    with world.runtime.db.write() as conn:
        register_answers.wait(conn, (SITE, "2"), world.clock())
    now = world.clock()
    with world.runtime.db.write() as conn:
        assert register_answers.take_due(conn, now, now.replace(hour=23)) == (SITE, "2")
        assert register_answers.take_due(conn, now, now.replace(hour=23)) is None


def test_a_report_that_is_gone_is_asked_about_no_more(world: World, atlas: FakeRegistry) -> None:
    with world.runtime.db.write() as conn:
        put(conn, Step.REGISTER, ["0198f3c2-7b1e-7c44-9d0a-6f2b1c3d4e5f"], world.clock())
    world.drain()
    assert (waiting(world), atlas.asked) == ([], [])


def test_a_word_that_is_none_stays_unknown(world: World, atlas: FakeRegistry) -> None:
    know(world)
    case = arrive(world, asks())
    found = line(world, case)
    assert found.detail["state"] == RegistryState.UNKNOWN
    assert found.gap is None
