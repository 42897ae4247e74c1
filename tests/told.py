"""Short ways to see who was told what, and how it reached them."""

from __future__ import annotations

from adapters.lms.fake import FakeLms
from adapters.lms.port import CourseInfo, Member
from sidecar.domain.report import Report
from sidecar.domain.steps import Step
from sidecar.journey.status import Status, mark_shown, status
from sidecar.store import outbox, tellings
from tests.worlds import SITE, World


def lms_of(world: World) -> FakeLms:
    """The world's LMS, with people 1 to 399."""
    fake = world.runtime.lms[SITE]
    assert isinstance(fake, FakeLms)
    members = tuple(Member(str(number), "trainee") for number in range(1, 400))
    fake.set_course(CourseInfo("2", "دورة", None, None, None, members))
    return fake


def told_people(fake: FakeLms) -> list[str]:
    """Who got a message inside the LMS, each time it was one."""
    return sorted((notice.person_id for notice in fake.told), key=int)


def the_telling(world: World, cause: str = "solved") -> int:
    """The number of the one telling of this cause."""
    with world.runtime.db.read() as conn:
        (one,) = conn.execute(tellings.tellings.select().where(tellings.tellings.c.cause == cause)).all()
    return int(one.id)


def states(world: World, telling: int) -> dict[str, tuple[str, str]]:
    """Each recipient's state and error."""
    with world.runtime.db.read() as conn:
        return {row.person_id: (row.state, row.error) for row in tellings.recipients(conn, telling)}


def later(world: World, seconds: float = 45) -> None:
    """Let time pass and work what is due."""
    world.clock.forward(seconds=seconds)
    world.drain()


def read(world: World, of: Report, by: str | None = None) -> Status:
    """Read a report's status as it is answered, and be shown it."""
    found = status(world.runtime, SITE, of.id, by)
    assert found is not None
    mark_shown(world.runtime, found)
    return found


def outbox_rows(world: World) -> list[outbox.Waiting]:
    """The rows that send tellings."""
    with world.runtime.db.read() as conn:
        return [row for row in outbox.listing(conn) if row.step == Step.TELL]
