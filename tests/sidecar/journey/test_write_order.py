"""Of two answers to the same the later one stands in the LMS, whichever worker is slow, stalled or unheard."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select

from sidecar.casework import own_certificate
from sidecar.domain.access import StaffRole
from sidecar.domain.report import Course, Gap, Kind, Page, Place
from sidecar.domain.steps import Lane
from sidecar.store import sent_data
from sidecar.tasks.drain import drain
from tests.sidecar.journey.test_write_back import lms_of
from tests.sidecar.pages import rostered
from tests.sidecar.pages.visiting import COURSE, TRAINEE
from tests.staff import all_cases, send, timeline, viewer
from tests.worlds import SITE, World, report

OLD, NEW, OTHER = "+966501234567", "+966507654321", "77"


@dataclass
class Slow:
    """An LMS to which a value takes its time: it is held until it may go."""

    lms: Any
    value: str
    reached: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.lms, name)

    def write(self, person_id: str, values: Mapping[str, str]) -> None:
        if self.value in values.values():
            self.reached.set()
            assert self.go.wait(20)
        self.lms.write(person_id, values)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as made:
        yield made


@pytest.fixture
def asked(world: World) -> World:
    rostered.knows(world, TRAINEE, profile__phone=None)
    lms_of(world).set_facts(TRAINEE, OTHER, **(rostered.SOUND | {"profile__phone": None}))
    lms_of(world).writes = frozenset({"phone"})
    return world


def confirmed(world: World, value: str, course: str = COURSE, *, right: bool = True) -> int:
    """An answer that a trainer has confirmed; its number."""
    key = uuid.uuid4()
    one = report(
        id=key, by=TRAINEE, kind=Kind.CERTIFICATE_GAP, symptom=None, gaps=frozenset({Gap.PHONE_MISSING}),
        place=Place(Page.COURSE, Course(course, "CRS", "دورة")), text=value,
        occurred_at=world.clock(), received_at=world.clock(),
    )  # fmt: skip
    send(world, one)
    drain(world.runtime, Lane.ASSESS)
    with world.runtime.db.write() as conn:
        sent_data.send(conn, (SITE, course), TRAINEE, {"phone": value}, one.key, world.clock())
        number = conn.scalars(select(sent_data.sent_data.c.id).order_by(sent_data.sent_data.c.id.desc())).first()
    if right:
        confirm(world, number, course)
    return int(number)


def confirm(world: World, number: int, course: str = COURSE) -> None:
    trainer = viewer(f"{SITE}:8", StaffRole.TRAINER, courses=(f"{SITE}:{course}",))
    own_certificate.judge(world.runtime, trainer, (SITE, course), [number], right=True)


def states(world: World) -> list[str]:
    with world.runtime.db.read() as conn:
        return list(conn.scalars(select(sent_data.sent_data.c.writing).order_by(sent_data.sent_data.c.id)))


def written(world: World) -> list[str]:
    return [value for _person, _field, value in lms_of(world).written]


def said(world: World) -> list[str]:
    reasons = {"written", "stood", "not_written", "overtaken"}
    return [e.reason for case in all_cases(world) for e in timeline(world, case.id) if e.reason in reasons]


@pytest.mark.parametrize("course", [COURSE, OTHER])
def test_the_later_one_waits_while_the_earlier_is_on_its_way(
    asked: World, pool: ThreadPoolExecutor, course: str
) -> None:
    slow = Slow(lms_of(asked), OLD)
    asked.runtime.lms[SITE] = slow  # type: ignore[index]
    confirmed(asked, OLD)
    first = pool.submit(drain, asked.runtime, Lane.WRITE)
    assert slow.reached.wait(10)
    confirmed(asked, NEW, course)
    drain(asked.runtime, Lane.WRITE)  # another worker
    assert slow.lms.written == [], "it would be overwritten in a moment"
    slow.go.set()
    first.result(20)
    asked.clock.forward(seconds=2)
    asked.runtime.lms[SITE] = slow.lms  # type: ignore[index]
    asked.drain()
    assert written(asked) == [OLD, NEW]
    assert states(asked) == ["written", "written"]


@pytest.mark.parametrize("course", [COURSE, OTHER])
def test_a_stalled_worker_that_comes_back_after_the_later_one_is_put_right(
    asked: World, pool: ThreadPoolExecutor, course: str
) -> None:
    slow = Slow(lms_of(asked), OLD)
    asked.runtime.lms[SITE] = slow  # type: ignore[index]
    confirmed(asked, OLD)
    first = pool.submit(drain, asked.runtime, Lane.WRITE)
    assert slow.reached.wait(10)
    asked.clock.forward(seconds=70)  # its lease is over
    confirmed(asked, NEW, course)
    asked.runtime.lms[SITE] = slow.lms  # type: ignore[index]
    drain(asked.runtime, Lane.WRITE)
    assert written(asked) == [NEW]
    slow.go.set()
    first.result(20)
    asked.drain()
    assert written(asked) == [NEW, OLD, NEW]
    assert states(asked) == ["overtaken", "written"]


def test_an_earlier_answer_that_arrives_after_nobody_waited_for_it_is_put_right(asked: World) -> None:
    lms_of(asked).mood = "answer_lost"
    confirmed(asked, OLD)
    drain(asked.runtime, Lane.WRITE)
    lms_of(asked).mood = "well"
    confirmed(asked, NEW)
    drain(asked.runtime, Lane.WRITE)
    asked.clock.forward(seconds=5)
    drain(asked.runtime, Lane.WRITE)
    assert states(asked) == ["overtaken", "written"]
    lms_of(asked).write(TRAINEE, {"phone": OLD})  # what was given up arrives
    asked.clock.forward(seconds=70)
    asked.drain()
    assert written(asked) == [OLD, NEW, OLD, NEW]
    assert sorted(said(asked)) == ["overtaken", "written", "written"]
    asked.clock.forward(seconds=600)
    asked.drain()
    assert len(written(asked)) == 4, "and then it rests"


def test_looking_again_at_what_stands_says_nothing(asked: World) -> None:
    lms_of(asked).mood = "answer_lost"
    confirmed(asked, OLD)
    drain(asked.runtime, Lane.WRITE)
    lms_of(asked).mood = "well"
    confirmed(asked, NEW)
    for _ in range(4):
        asked.clock.forward(seconds=70)
        asked.drain()
    assert written(asked) == [OLD, NEW]
    assert sorted(said(asked)) == ["overtaken", "written"]


def test_the_first_waits_for_an_lms_that_is_away_and_finds_the_later_one(asked: World) -> None:
    lms_of(asked).mood = "down"
    confirmed(asked, OLD)
    drain(asked.runtime, Lane.WRITE)
    lms_of(asked).mood = "well"
    confirmed(asked, NEW, OTHER)
    asked.drain()
    asked.clock.forward(seconds=61)
    asked.drain()
    assert written(asked) == [NEW]
    assert states(asked) == ["overtaken", "written"]


def test_what_was_sent_earlier_and_confirmed_later_in_another_course_is_not_written(asked: World) -> None:
    first = confirmed(asked, OLD, right=False)
    confirmed(asked, NEW, OTHER)
    asked.drain()
    confirm(asked, first)
    asked.drain()
    assert written(asked) == [NEW]
    assert states(asked) == ["overtaken", "written"]
