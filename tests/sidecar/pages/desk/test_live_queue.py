"""An open queue hears of what comes into it, and whoever is complained about hears nothing, not even a ping."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from sidecar.casework.pick_up import pick_up
from sidecar.casework.transfer import transfer
from sidecar.domain.access import StaffRole
from sidecar.domain.policy import Tier
from sidecar.pages import live
from sidecar.pages.live import Feed
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.desk.conftest import NUMBERS, AtDesk
from tests.sidecar.pages.desk.test_queue import ask, complaint
from tests.sidecar.pages.visiting import Visitor
from tests.staff import AGENT

FAST = 0.02
NEWS = b"event: news\ndata:\n\n"


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "EVERY", FAST)
    monkeypatch.setattr(live, "_BREATH", FAST)


class Ear:
    """Somebody's open stream, listened to by a thread."""

    def __init__(self, visitor: Visitor, path: str) -> None:
        self.heard: list[bytes] = []
        self._answer = visitor.client.get(path, base_url="https://nidaa.example", buffered=False)
        assert self._answer.mimetype == "text/event-stream"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for chunk in self._answer.response:
            self.heard.append(chunk if isinstance(chunk, bytes) else chunk.encode())

    def hears(self, seconds: float = 3) -> bool:
        until = time.monotonic() + seconds
        while NEWS not in self.heard and time.monotonic() < until:
            time.sleep(FAST)
        return NEWS in self.heard


@pytest.fixture
def feed(house: Callers) -> Iterator[Feed]:
    found: Feed = house.app.extensions["nidaa_desk_feed"]
    yield found
    for listener in list(found._listeners):
        listener.over = True
        found.close(listener)
        listener.called.set()
    until = time.monotonic() + 2
    while found._poller is not None and time.monotonic() < until:
        time.sleep(FAST)


def ready(feed: Feed) -> None:
    at = feed.looks
    while feed.looks < at + 2:
        time.sleep(FAST)


def test_what_comes_into_the_queue_is_heard_and_what_does_not_is_not(
    house: Callers, at_desk: AtDesk, feed: Feed
) -> None:
    mine = Ear(at_desk(StaffRole.AGENT_1), "/desk/live?queue=tier-1")
    second = Ear(at_desk(StaffRole.AGENT_2), "/desk/live?queue=tier-2")
    narrowed = Ear(at_desk(StaffRole.LEAD), "/desk/live?queue=tier-1&category=joining")
    ready(feed)
    found = ask(house.world)
    assert mine.hears()
    assert not second.hears(0.3)
    pick_up(house.world.runtime, AGENT, found.id)
    transfer(house.world.runtime, AGENT, found.id, Tier.TWO, reason="needs_operations")
    assert second.hears()
    assert not narrowed.hears(0.3)


def test_whoever_is_complained_about_hears_nothing_at_all(house: Callers, at_desk: AtDesk, feed: Feed) -> None:
    accused = Ear(at_desk(StaffRole.DEPARTMENT_HEAD), "/desk/live?queue=department-training")
    twin = Ear(
        at_desk(StaffRole.DEPARTMENT_HEAD, sub="555", lms_user=f"academy:{NUMBERS[StaffRole.DEPARTMENT_HEAD]}"),
        "/desk/live?queue=all",
    )
    agent = Ear(at_desk(StaffRole.AGENT_1), "/desk/live?queue=all")
    # It climbs past the department (P16): management hears of it, and no colleague of the accused.
    other = Ear(at_desk(StaffRole.ADMINISTRATIVE_MANAGER), "/desk/live?queue=management")
    ready(feed)
    complaint(house.world, NUMBERS[StaffRole.DEPARTMENT_HEAD])
    assert other.hears()
    assert not accused.hears(0.5)
    for ear in (accused, twin, agent):
        assert len(ear.heard) == 1, ear.heard  # the greeting, and not even a breath besides


def test_silence_is_broken_at_the_same_moments_whatever_is_kept_quiet(
    house: Callers, at_desk: AtDesk, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "_STILL_HERE", 0.6)
    accused = Ear(at_desk(StaffRole.DEPARTMENT_HEAD), "/desk/live?queue=department-training")
    began = time.monotonic()
    ready(feed)
    complaint(house.world, NUMBERS[StaffRole.DEPARTMENT_HEAD])
    while len(accused.heard) < 2 and time.monotonic() < began + 5:
        time.sleep(FAST / 2)
    assert accused.heard[1] == b": still here\n\n"
    assert time.monotonic() - began < 1.1  # begun anew by the complaint, it would be later
