"""A proof of work is spent once, however many try at the same moment."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sidecar.store import public_limits
from tests.worlds import NOON, World


def test_of_many_who_use_one_proof_at_once_one_may(world: World) -> None:
    def spend(_: int) -> bool:
        with world.runtime.db.write() as conn:
            return public_limits.spend(conn, "a" * 64, uuid.uuid4(), NOON + timedelta(minutes=30))

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(spend, range(24))) == [False] * 23 + [True]


def test_the_same_report_may_use_it_again(world: World) -> None:
    report = uuid.uuid4()
    with world.runtime.db.write() as conn:
        until = NOON + timedelta(minutes=30)
        assert [public_limits.spend(conn, "b" * 64, one, until) for one in (report, report, uuid.uuid4())] == [
            True, True, False,
        ]  # fmt: skip
