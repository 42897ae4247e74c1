"""What only the fake has: moods, slowness, counting."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from adapters.errors import Malformed, Refused, Unavailable
from adapters.lms.fake import FakeLms
from adapters.lms.port import UNKNOWN, CourseInfo, Lms, Member, Notice, Pair

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def a_fake(slept: list[float]) -> FakeLms:
    fake = FakeLms(clock=lambda: NOW, deadline=5.0, sleep=slept.append)
    fake.set_facts("6", "2", enrolment__status="active")
    return fake


def test_it_is_an_lms() -> None:
    lms: Lms = a_fake([])
    assert lms.facts([Pair("6", "2")])[Pair("6", "2")].values["enrolment.status"].at == NOW


def test_being_slow_takes_time_and_too_slow_is_unavailable() -> None:
    slept: list[float] = []
    fake = a_fake(slept)
    fake.slow = 0.08
    fake.courses(["2"])
    fake.slow = 60.0
    with pytest.raises(Unavailable):
        fake.courses(["2"])
    assert slept == [0.08, 5.0]
    assert fake.calls["courses"] == 2


def test_moods() -> None:
    fake = a_fake([])
    fake.mood = "breaker_open"
    with pytest.raises(Unavailable) as caught:
        fake.facts([Pair("6", "2")])
    assert caught.value.attempted is False
    fake.mood = "maintenance"
    with pytest.raises(Unavailable, match="sitemaintenance"):
        fake.facts([Pair("6", "2")])
    fake.mood = "malformed"
    with pytest.raises(Malformed):
        fake.facts([Pair("6", "2")])
    fake.mood = "refusing"
    with pytest.raises(Refused):
        fake.facts([Pair("6", "2")])
    fake.mood = "well"
    assert fake.facts([Pair("6", "2")])


def test_facts_add_up_and_may_be_unknown() -> None:
    fake = a_fake([])
    fake.set_facts("6", "2", attendance__rate=UNKNOWN, profile__national_id=None)
    values = fake.facts([Pair("6", "2")])[Pair("6", "2")].values
    assert values["enrolment.status"].value == "active"
    assert (values["attendance.rate"].value, values["attendance.rate"].note) == (UNKNOWN, "not_offered")
    assert values["profile.national_id"].value is None


def test_notices_go_to_people_it_knows_once_each() -> None:
    fake = a_fake([])
    fake.set_course(CourseInfo("2", None, None, None, None, (Member("4", "trainer"),)))
    fake.bar("6")
    notices = [Notice("a", "4", "s", "t"), Notice("b", "6", "s", "t"), Notice("c", "9", "s", "t")]
    assert fake.notify(notices) == {"a": "sent", "b": "refused", "c": "refused"}
    assert fake.notify(notices[:1]) == {"a": "already"}
    assert [notice.key for notice in fake.told] == ["a"]


def test_who_cannot_sign_in_is_not_told() -> None:
    fake = a_fake([])
    fake.set_facts("6", None, account__suspended=True)
    assert fake.notify([Notice("a", "6", "s", "t")]) == {"a": "refused"}


def test_an_answer_may_be_lost_after_the_deed_and_a_call_half_tried() -> None:
    fake = a_fake([])
    fake.mood = "answer_lost"
    with pytest.raises(Unavailable):
        fake.notify([Notice("a", "6", "s", "t")])
    assert [notice.key for notice in fake.told] == ["a"]
    fake.mood, fake.tries = "well", 1
    assert fake.notify([Notice("a", "6", "s", "t"), Notice("b", "6", "s", "t")]) == {"a": "already"}
    fake.keeps_keys = False
    assert fake.notify([Notice("a", "6", "s", "t")]) == {"a": "sent"}


def test_eight_threads_deliver_each_key_once() -> None:
    fake = a_fake([])
    notices = [Notice(f"k{number}", "6", "s", "t") for number in range(50)]
    threads = [threading.Thread(target=fake.notify, args=(notices,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(fake.told) == 50
    assert fake.calls["notify"] == 8
