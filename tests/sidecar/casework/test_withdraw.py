"""Withdrawing: the own part alone, and the case with the last one."""

import uuid

import pytest

from sidecar.casework.merge import merge
from sidecar.casework.withdraw import NotInCase, withdraw, withdraw_own
from sidecar.domain.case import Action, NotAllowed, State
from sidecar.domain.report import Kind
from sidecar.store import cases, permitted
from tests.staff import AGENT, LEAD, OPERATOR, arrive, case, running, timeline, viewer
from tests.worlds import World, report


def request(world: World, **changes):
    plain = {"kind": Kind.SUPPORT_REQUEST, "symptom": None, "category": "login", "channel": "email"}
    return arrive(world, report(**(plain | changes)))


def keys(world: World, number: int) -> list[uuid.UUID]:
    with world.runtime.db.read() as conn:
        return cases.report_keys(conn, number)


def test_the_only_reporter_ends_the_case(world: World) -> None:
    opened = request(world)
    gone = withdraw_own(world.runtime, keys(world, opened.id)[0])
    assert (gone.id, gone.state, gone.closed_at) == (opened.id, State.WITHDRAWN, world.clock())
    assert running(world, opened.id) == set()
    last = timeline(world, opened.id)[-1]
    assert (last.action, last.reason, last.public) == (Action.WITHDRAW, "tracking_page", True)
    with pytest.raises(NotAllowed):
        withdraw_own(world.runtime, keys(world, opened.id)[0])


def test_one_of_two_takes_only_the_own_report_out(world: World) -> None:
    one, two = request(world), request(world)
    stays = merge(world.runtime, LEAD, one.id, two.id)
    first, second = keys(world, stays.id)
    with pytest.raises(NotInCase):
        withdraw(world.runtime, AGENT, stays.id, how="phone")
    gone = withdraw(world.runtime, AGENT, stays.id, how="phone", report_key=first)
    assert gone.id != stays.id
    assert gone.state is State.WITHDRAWN
    assert case(world, stays.id).is_open
    assert keys(world, stays.id) == [second]
    assert running(world, stays.id)
    withdraw_own(world.runtime, second)
    assert case(world, stays.id).state is State.WITHDRAWN


def test_refusals_change_nothing(world: World) -> None:
    opened = request(world)
    with pytest.raises(ValueError, match="how"):
        withdraw(world.runtime, AGENT, opened.id, how="because")
    with pytest.raises(cases.Stale):
        withdraw(world.runtime, AGENT, opened.id, how="phone", version=opened.version - 1)
    with pytest.raises(permitted.Unseen):
        withdraw(world.runtime, viewer("99"), opened.id, how="phone")
    with pytest.raises(permitted.Unseen):
        withdraw_own(world.runtime, uuid.uuid4())
    with pytest.raises(NotInCase):
        withdraw(world.runtime, OPERATOR, opened.id, how="phone", report_key=uuid.uuid4())
    assert case(world, opened.id) == opened
