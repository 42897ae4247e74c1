"""Two administrators at the same moment: somebody is left who can mend it. On PostgreSQL, where they run at once."""

from __future__ import annotations

import contextlib
import threading
from typing import Any

import pytest
from sqlalchemy.engine import Connection, Row

from sidecar.casework.accounts import add, end
from sidecar.domain.access import StaffRole
from sidecar.domain.accounts import Account, Refused, Wrong
from sidecar.store import credentials, staff
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


def test_a_name_that_two_give_at_once_is_given_once(postgres_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account("ريم", "", "", "ar", frozenset({StaffRole.AGENT_1}), frozenset(), "", "")
    looked, look = threading.Barrier(2), credentials.of_username
    refused: list[Refused] = []

    def both_look(conn: Connection, username: str) -> Row[Any] | None:
        found = look(conn, username)
        looked.wait(10)  # neither writes before both have seen that nobody has it
        return found

    def adding() -> None:
        try:
            add(postgres_world.runtime, "test", account, username="reem", sites=())
        except Refused as error:
            refused.append(error)

    monkeypatch.setattr(credentials, "of_username", both_look)
    threads = [threading.Thread(target=adding) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [error.faults for error in refused] == [{"username": Wrong.TAKEN}]
    with postgres_world.runtime.db.read() as conn:
        assert list(credentials.usernames(conn).values()) == ["reem"]
