"""One poller for all streams: once a second, each thing told once, to whom it concerns, and nothing secret."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from sqlalchemy.exc import OperationalError

from sidecar.casework.intend import intend
from sidecar.casework.pick_up import see
from sidecar.domain.case import Action
from sidecar.domain.report import About, Kind, Role
from sidecar.pages import live
from sidecar.pages.live import STREAMS_OF_ONE, Feed
from sidecar.store import feed as store
from sidecar.store.feed import News
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.conftest import Comes
from tests.sidecar.pages.visiting import MANAGER, TRAINER, pressed
from tests.staff import MANAGER as ACTING
from tests.staff import arrive, send
from tests.worlds import report

FAST = 0.02


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "EVERY", FAST)


@pytest.fixture
def feed(house: Callers) -> Iterator[Feed]:
    found: Feed = house.app.extensions["nidaa_feed"]
    yield found
    for listener in list(found._listeners):
        found.close(listener)
    until = time.monotonic() + 2
    while found._poller is not None and time.monotonic() < until:
        time.sleep(FAST)


def ready(feed: Feed) -> None:
    """Wait until it has begun to look."""
    at = feed.looks
    while feed.looks < at + 2:
        time.sleep(FAST)


def test_however_many_listen_it_looks_once_each_time(feed: Feed) -> None:
    for _ in range(200):
        feed.open(lambda _news: True)
    began, looks = time.monotonic(), feed.looks
    time.sleep(20 * FAST)
    passed = (time.monotonic() - began) / FAST
    assert 1 < feed.looks - looks <= passed + 1


def test_nobody_listens_nobody_looks(feed: Feed) -> None:
    listener = feed.open(lambda _news: True)
    ready(feed)
    feed.close(listener)
    time.sleep(4 * FAST)
    looks = feed.looks
    time.sleep(4 * FAST)
    assert feed.looks == looks
    again = feed.open(lambda _news: True)
    ready(feed)
    assert feed.looks > looks
    feed.close(again)


def test_a_press_is_news_before_it_is_assessed_and_each_thing_is_news_once(house: Callers, feed: Feed) -> None:
    told: list[str | None] = []
    feed.open(lambda news: bool(told.append(news.room_key)))
    ready(feed)
    send(house.world, pressed())
    ready(feed)
    assert told == ["academy|3|-"]
    house.world.drain()
    ready(feed)
    once = len(told)
    ready(feed)
    assert len(told) == once > 1


def test_what_people_do_is_news_and_so_is_taking_it_back(house: Callers, feed: Feed) -> None:
    found = arrive(house.world, pressed())
    listener = feed.open(lambda news: news.room_key == "academy|3|-")
    ready(feed)
    for act in (
        lambda: see(house.world.runtime, ACTING, found.id),
        lambda: intend(house.world.runtime, ACTING, found.id, Action.SOLVE, {}),
    ):
        listener.called.clear()
        act()
        assert listener.called.wait(2)


def test_a_confidential_case_is_no_news_to_anybody(house: Callers, feed: Feed) -> None:
    told: list[object] = []
    feed.open(lambda news: bool(told.append(news)))
    ready(feed)
    arrive(house.world, report(by="22", kind=Kind.COMPLAINT, symptom=None, category="conduct",
                               about=About(MANAGER, Role.ROOM_MANAGER), place=pressed().place))  # fmt: skip
    ready(feed)
    assert told == []


def test_a_database_that_is_away_is_told_and_its_return_too(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    listener = feed.open(lambda _news: False)
    ready(feed)
    lately = store.lately

    def away(*_arguments: object) -> list[store.News]:
        raise OperationalError("", {}, Exception())

    monkeypatch.setattr(store, "lately", away)
    assert listener.called.wait(2)
    assert listener.blind
    listener.called.clear()
    monkeypatch.setattr(store, "lately", lately)
    until = time.monotonic() + 2
    while listener.blind and time.monotonic() < until:
        listener.called.wait(0.1)
    assert not listener.blind


def test_a_stream_says_that_there_is_news_and_nothing_of_it(house: Callers, comes: Comes, feed: Feed) -> None:
    manager = comes("room", MANAGER)
    answer = manager.client.get("/rooms/live", base_url="https://nidaa.example", buffered=False)
    assert answer.mimetype == "text/event-stream"
    chunks = iter(answer.response)
    assert b"event: hello" in next(chunks)
    ready(feed)
    send(house.world, pressed(text="سرّ"))
    assert next(chunks) == b"event: news\ndata:\n\n"
    answer.close()
    assert not feed._listeners


def test_another_rooms_news_is_not_told(house: Callers, comes: Comes, feed: Feed) -> None:
    elsewhere = comes("room", "77", ctx={"course": "55"})
    answer = elsewhere.client.get("/rooms/live", base_url="https://nidaa.example", buffered=False)
    wanted = list(feed._listeners)
    assert len(wanted) == 1
    ready(feed)
    send(house.world, pressed())
    ready(feed)
    assert [one.called.is_set() for one in wanted] == [False]
    answer.close()


def test_a_question_is_news_to_its_trainer_alone(house: Callers, comes: Comes, feed: Feed) -> None:
    trainer, manager = comes("questions", TRAINER), comes("room", MANAGER)
    answers, by_path = [], []
    for one, path in ((trainer, "/questions/live"), (manager, "/rooms/live")):
        before = set(feed._listeners)
        answers.append(one.client.get(path, base_url="https://nidaa.example", buffered=False))
        by_path += set(feed._listeners) - before
    assert len(by_path) == 2
    ready(feed)
    question = report(by="22", kind=Kind.INQUIRY, symptom=None, category="content_question", text="متى؟")
    arrive(house.world, question)
    ready(feed)
    assert [one.called.is_set() for one in by_path] == [True, False]
    for answer in answers:
        answer.close()


def test_too_many_tabs_of_one_login_let_go_of_the_oldest(feed: Feed) -> None:
    mine = [feed.open(lambda _news: False, "login") for _ in range(STREAMS_OF_ONE + 1)]
    other = feed.open(lambda _news: False, "another")
    assert [one.over for one in mine] == [True] + [False] * STREAMS_OF_ONE
    assert mine[0].called.is_set()
    assert not other.over


def test_a_feed_that_fails_in_any_way_looks_again(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = threading.Event()
    real = feed._look
    times = iter([RuntimeError(), RuntimeError()])

    def look() -> list[News]:
        for error in times:
            raise error
        looked.set()
        return real()

    monkeypatch.setattr(feed, "_look", look)
    listener = feed.open(lambda _news: True)
    assert looked.wait(10)
    assert listener.called.is_set()
