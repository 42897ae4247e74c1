"""Two administrators at the same moment: somebody is left who can mend it. On PostgreSQL, where they run at once."""

from __future__ import annotations

import contextlib
import threading

from sidecar.casework.accounts import add, end
from sidecar.domain.access import StaffRole
from sidecar.domain.accounts import Account, Refused
from sidecar.store import staff
from tests.worlds import World

ROUNDS = 12


def test_two_who_end_each_other_leave_one(postgres_world: World) -> None:
    world = postgres_world
    account = Account("ريم", "", "", "ar", frozenset({StaffRole.ADMINISTRATOR}), frozenset(), "", "")
    both = [add(world.runtime, "test", account, username=name, sites=())[0] for name in ("reem", "huda")]
    for _ in range(ROUNDS):
        ready = threading.Barrier(2)

        def ending(by: str, whom: str, ready: threading.Barrier = ready) -> None:
            ready.wait()
            with contextlib.suppress(Refused):
                end(world.runtime, by, whom)

        threads = [threading.Thread(target=ending, args=pair) for pair in (both, both[::-1])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with world.runtime.db.read() as conn:
            assert len(staff.holders(conn, StaffRole.ADMINISTRATOR)) == 1
        for one in both:
            end(world.runtime, "test", one, active=True)
