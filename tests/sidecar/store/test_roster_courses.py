"""Of which courses somebody waits: a wish that comes during a fetch, or before a retry, is none that is lost."""

from datetime import timedelta

import pytest

from sidecar.store import roster_courses
from tests.worlds import SITE, World

COURSE = (SITE, "2")
LEASE = timedelta(minutes=3)


@pytest.mark.parametrize("asked_meanwhile", [False, True])
def test_who_asks_while_it_is_fetched_gets_another_look(world: World, asked_meanwhile: bool) -> None:
    with world.runtime.db.write() as conn:
        roster_courses.want(conn, *COURSE, world.clock())
    began = world.clock.forward(seconds=2)
    with world.runtime.db.write() as conn:
        assert roster_courses.claim(conn, [SITE], began, began - LEASE) == COURSE
    later = world.clock.forward(seconds=5)
    with world.runtime.db.write() as conn:
        if asked_meanwhile:
            roster_courses.want(conn, *COURSE, later)
            assert roster_courses.claim(conn, [SITE], later, later - LEASE) is None, "it is being fetched"
        roster_courses.fetched(conn, COURSE, began, world.clock.forward(seconds=5))
        assert roster_courses.claim(conn, [SITE], world.clock(), world.clock() - LEASE) == (
            COURSE if asked_meanwhile else None
        )


def test_who_asks_before_a_retry_brings_it_forward_and_who_asks_after_another_waits_no_longer(world: World) -> None:
    now = world.clock()
    with world.runtime.db.write() as conn:
        roster_courses.want(conn, *COURSE, now)
        roster_courses.not_fetched(conn, COURSE, "down", now + timedelta(minutes=1))
        assert not roster_courses.waits(conn, [SITE], now)
        roster_courses.want(conn, *COURSE, now)
        roster_courses.want(conn, *COURSE, now + timedelta(seconds=9))
        assert roster_courses.waits(conn, [SITE], now)
