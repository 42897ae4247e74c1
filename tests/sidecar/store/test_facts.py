import threading
import uuid

import pytest

from sidecar.domain.facts import Fact, Facts, FactsStatus
from sidecar.store import facts
from tests.staff import arrive
from tests.worlds import NOON, SITE, World, report

FOUND = Facts("21", "2", NOON, {"enrolment.status": Fact("active", "fake", NOON)})


def expect(world: World, *keys: uuid.UUID) -> None:
    rows = [{"report_key": key, "site_id": SITE, "person_id": "21", "status": FactsStatus.PENDING} for key in keys]
    with world.runtime.db.write() as conn:
        facts.expect(conn, rows)


def record(world: World, *keys: uuid.UUID) -> None:
    with world.runtime.db.write() as conn:
        facts.record_all(conn, facts.rows(SITE, dict.fromkeys(keys, FOUND)))


@pytest.fixture
def pressed(world: World) -> uuid.UUID:
    """A report without any facts yet."""
    sent = report()
    arrive(world, sent)
    with world.runtime.db.write() as conn:
        conn.execute(facts.facts.delete())
    return sent.key


def test_what_was_found_is_read_back_as_it_was(world: World, pressed: uuid.UUID) -> None:
    record(world, pressed)
    with world.runtime.db.read() as conn:
        assert facts.get(conn, pressed) == (FactsStatus.COMPLETE, FOUND)


def test_awaiting_facts_that_have_come_already_changes_nothing(world: World, pressed: uuid.UUID) -> None:
    record(world, pressed)
    expect(world, pressed)
    with world.runtime.db.read() as conn:
        assert facts.get(conn, pressed)[0] is FactsStatus.COMPLETE


def test_of_a_report_that_nobody_noted_facts_are_pending(world: World, pressed: uuid.UUID) -> None:
    with world.runtime.db.read() as conn:
        assert facts.get(conn, pressed) == (FactsStatus.PENDING, None)


def test_two_lanes_that_write_the_same_reports_in_other_orders_never_deadlock(postgres_world: World) -> None:
    world = postgres_world
    sent = [report(by=str(n)) for n in range(120)]
    arrive(world, *sent)
    keys = [one.key for one in sent]
    for _ in range(5):
        with world.runtime.db.write() as conn:
            conn.execute(facts.facts.delete())
        failed: list[Exception] = []
        start = threading.Barrier(2)

        def write(work, keys: list[uuid.UUID], start=start, failed=failed) -> None:
            start.wait()
            try:
                work(world, *keys)
            except Exception as error:
                failed.append(error)

        lanes = [
            threading.Thread(target=write, args=(expect, keys)),
            threading.Thread(target=write, args=(record, keys[::-1])),
        ]
        for lane in lanes:
            lane.start()
        for lane in lanes:
            lane.join(20)
        assert failed == []
