import threading
from datetime import timedelta
from typing import Any

import pytest

from sidecar.domain.steps import Lane, Step
from sidecar.store import outbox
from sidecar.store.database import Database
from tests.worlds import NOON

LEASE = timedelta(seconds=6)


def put(database: Database, *subjects: str, step: Step = Step.ASSESS, at=NOON) -> None:
    with database.write() as conn:
        outbox.put(conn, step, subjects, at)


def claim(database: Database, *, limit: int = 10, now=NOON, lane: Lane = Lane.ASSESS) -> outbox.Claim | None:
    with database.write() as conn:
        return outbox.claim(conn, lane, limit=limit, lease=LEASE, now=now)


def subjects(claimed: outbox.Claim | None) -> list[str]:
    return [item.subject for item in claimed.items] if claimed else []


def held(database: Database, claimed: outbox.Claim) -> int:
    with database.write() as conn:
        return len(outbox.held(conn, claimed.token, [item.id for item in claimed.items]))


def finish(database: Database, claimed: outbox.Claim) -> int:
    with database.write() as conn:
        return outbox.finish(conn, claimed.token, [item.id for item in claimed.items])


def listing(database: Database, **which: Any) -> list[outbox.Waiting]:
    with database.read() as conn:
        return outbox.listing(conn, **which)


def test_rows_are_claimed_in_batches_oldest_due_first(database: Database) -> None:
    put(database, "late", at=NOON)
    put(database, "early", "early too", at=NOON - timedelta(seconds=1))
    first = claim(database, limit=2)
    assert subjects(first) == ["early", "early too"]
    assert subjects(claim(database, limit=2)) == ["late"]
    assert claim(database) is None


def test_a_row_is_not_claimed_before_it_is_due_nor_by_another_lane(database: Database) -> None:
    put(database, "tomorrow", at=NOON + timedelta(days=1))
    put(database, "facts", step=Step.ENRICH)
    assert claim(database) is None
    assert subjects(claim(database, lane=Lane.ENRICH)) == ["facts"]
    assert subjects(claim(database, now=NOON + timedelta(days=1))) == ["tomorrow"]


def test_a_lease_that_has_ended_is_claimed_again_and_the_late_worker_finishes_nothing(database: Database) -> None:
    put(database, "a", "b")
    dead = claim(database)
    assert dead is not None
    assert claim(database, now=NOON + timedelta(seconds=5.9)) is None
    alive = claim(database, now=NOON + timedelta(seconds=6))
    assert alive is not None
    assert subjects(alive) == ["a", "b"]
    assert [item.attempts for item in alive.items] == [2, 2]

    ids = [item.id for item in dead.items]
    with database.write() as conn:
        assert outbox.held(conn, dead.token, ids) == frozenset()
        assert outbox.finish(conn, dead.token, ids) == 0
        outbox.again(conn, dead.token, ids, due_at=NOON, error="late", spend=True)
        outbox.park(conn, dead.token, ids, error="late")
    assert held(database, alive) == 2
    assert [row.last_error for row in listing(database)] == [None, None]
    assert finish(database, alive) == 2
    assert listing(database) == []


@pytest.mark.parametrize(("spend", "attempts"), [(True, 2), (False, 1)])
def test_a_row_given_back_comes_when_it_is_due_and_counts_its_attempt_if_it_was_one(
    database: Database, spend: bool, attempts: int
) -> None:
    put(database, "a")
    claimed = claim(database)
    assert claimed is not None
    later = NOON + timedelta(seconds=3)
    with database.write() as conn:
        outbox.again(conn, claimed.token, [claimed.items[0].id], due_at=later, error="Unavailable", spend=spend)
    assert claim(database, now=NOON + timedelta(seconds=2)) is None
    again = claim(database, now=later)
    assert again is not None
    assert again.items[0].attempts == attempts
    assert listing(database)[0].last_error == "Unavailable"


def test_a_parked_row_waits_for_a_person_and_replays_with_fresh_attempts(database: Database) -> None:
    put(database, "a", "b")
    claimed = claim(database)
    assert claimed is not None
    with database.write() as conn:
        outbox.park(conn, claimed.token, [item.id for item in claimed.items], error="Refused")
    assert claim(database, now=NOON + timedelta(days=30)) is None
    parked = listing(database, state="parked")
    assert [(row.subject, row.last_error, row.attempts) for row in parked] == [("a", "Refused", 1), ("b", "Refused", 1)]

    with database.write() as conn:
        assert outbox.replay(conn, NOON, [parked[0].id]) == 1
    replayed = claim(database)
    assert replayed is not None
    assert [(item.subject, item.attempts) for item in replayed.items] == [("a", 1)]
    with database.write() as conn:
        assert outbox.replay(conn, NOON) == 1


def test_replay_leaves_alone_what_is_not_parked(database: Database) -> None:
    put(database, "waiting")
    row = listing(database)[0]
    with database.write() as conn:
        assert outbox.replay(conn, NOON + timedelta(days=1), [row.id]) == 0
    assert listing(database)[0].due_at == NOON


def test_the_sweep_sees_lanes_with_due_rows_that_nobody_works_on(database: Database) -> None:
    def due(seconds: float) -> frozenset[Lane]:
        with database.read() as conn:
            return outbox.due_lanes(conn, NOON + timedelta(seconds=seconds))

    put(database, "a")
    put(database, "b", step=Step.ENRICH, at=NOON + timedelta(seconds=2))
    assert due(0) == {Lane.ASSESS}
    claim(database)
    assert due(0) == frozenset()
    assert due(2) == {Lane.ENRICH}
    assert due(6) == {Lane.ASSESS, Lane.ENRICH}


def test_the_backlog_counts_by_lane_and_state_and_lists_page_by_page(database: Database) -> None:
    put(database, "a", at=NOON - timedelta(minutes=1))
    put(database, "b", "c")
    with database.read() as conn:
        assert outbox.backlog(conn) == {("assess", "waiting"): (3, NOON - timedelta(minutes=1))}
    first = listing(database, limit=2)
    rest = listing(database, after=first[-1].id)
    assert [row.subject for row in first + rest] == ["a", "b", "c"]


def test_a_step_that_does_not_commit_leaves_no_next_step(database: Database) -> None:
    def dies() -> None:
        with database.write() as conn:
            outbox.put(conn, Step.ASSESS, ["a"], NOON)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        dies()
    assert listing(database) == []


def test_two_workers_at_once_never_take_the_same_row(postgres_database: Database) -> None:
    put(postgres_database, *(str(number) for number in range(400)))
    taken: list[str] = []
    lock, start = threading.Lock(), threading.Barrier(8)

    def work() -> None:
        start.wait()
        while (claimed := claim(postgres_database, limit=7)) is not None:
            with lock:
                taken.extend(subjects(claimed))

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert sorted(taken, key=int) == [str(number) for number in range(400)]


def test_a_claim_passes_by_what_another_worker_is_just_taking(postgres_database: Database) -> None:
    put(postgres_database, "a", "b")
    with postgres_database.write() as first:
        mine = outbox.claim(first, Lane.ASSESS, limit=1, lease=LEASE, now=NOON)
        theirs = claim(postgres_database)
    assert (subjects(mine), subjects(theirs)) == (["a"], ["b"])
