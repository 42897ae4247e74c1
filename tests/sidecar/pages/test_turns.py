"""A reporter withdraws, says that it is not solved, and rates: by cookie and by link, their own and nobody else's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sidecar.casework.reply import reply
from sidecar.casework.resolve import propose, verify
from sidecar.domain.case import State
from sidecar.domain.report import Channel, Kind, Reporter, Role
from sidecar.domain.tracking import token_of
from sidecar.store import ratings
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.conftest import Comes
from tests.sidecar.pages.visiting import Visitor
from tests.staff import AGENT, LEAD, arrive, case, timeline
from tests.worlds import report

Post = Callable[..., object]


def ask(house: Callers, by: str = "21"):
    who = Reporter(id=by, role=Role.TRAINEE, name="أحمد")
    sent = report(kind=Kind.SUPPORT_REQUEST, symptom=None, category="login", channel=Channel.WEB, reporter=who)
    return sent, arrive(house.world, sent)


def close(house: Callers, number: int) -> None:
    reply(house.world.runtime, AGENT, number, "جرّبوا الآن")
    propose(house.world.runtime, AGENT, number)
    verify(house.world.runtime, LEAD, number)
    house.world.drain()


@pytest.fixture(params=["cookie", "link"])
def way(request: pytest.FixtureRequest, house: Callers, comes: Comes) -> Callable[..., tuple[Visitor, str]]:
    """How somebody reaches their report: the visitor and the page's address."""

    def reach(sent, by: str = "21") -> tuple[Visitor, str]:
        if request.param == "cookie":
            return comes("mine", by, role="trainee"), f"/mine/{sent.id}"
        return Visitor(house), f"/t/{token_of(house.world.runtime.tracking_secret, sent.key)}"

    return reach


def test_withdrawn_once_and_only_when_sure(house: Callers, way: Callable[..., tuple[Visitor, str]]) -> None:
    sent, found = ask(house)
    visitor, here = way(sent)
    assert visitor.post(f"{here}/withdraw", here).status_code == 422
    assert visitor.post(f"{here}/withdraw", here, sure="1").status_code == 303
    assert case(house.world, found.id).state is State.WITHDRAWN
    assert visitor.post(f"{here}/withdraw", here, sure="1").status_code == 409
    assert f"{here}/withdraw" not in visitor.get(here).text


def test_not_satisfied_opens_it_again_with_the_words(house: Callers, way: Callable[..., tuple[Visitor, str]]) -> None:
    sent, found = ask(house)
    visitor, here = way(sent)
    assert visitor.post(f"{here}/reopen", here, text="لم تُحل").status_code == 409
    close(house, found.id)
    assert visitor.post(f"{here}/reopen", here, text=" ").status_code == 422
    assert visitor.post(f"{here}/reopen", here, text="ما زالت المشكلة").status_code == 303
    assert case(house.world, found.id).state is State.REOPENED
    close(house, found.id)
    house.world.clock.forward(days=15)
    visitor, here = way(sent)
    late = visitor.post(f"{here}/reopen", here, text="متأخر جداً")
    assert late.status_code == 409
    assert "متأخر جداً" in late.text or "متأخر" not in visitor.get(here).text


def test_rated_once(house: Callers, way: Callable[..., tuple[Visitor, str]]) -> None:
    sent, found = ask(house)
    visitor, here = way(sent)
    assert visitor.post(f"{here}/rate", here, score="5").status_code == 409
    close(house, found.id)
    for wrong in ("0", "6", "x", ""):
        assert visitor.post(f"{here}/rate", here, score=wrong).status_code == 422
    assert visitor.post(f"{here}/rate", here, score="4", text="شكراً").status_code == 303
    assert visitor.post(f"{here}/rate", here, score="1").status_code == 409
    assert f"{here}/rate" not in visitor.get(here).text
    with house.world.runtime.db.read() as conn:
        kept = ratings.of_report(conn, sent.key)
    assert kept is not None
    assert (kept.score, kept.text) == (4, "شكراً")
    assert [event.data for event in timeline(house.world, found.id) if event.action == "rate"] == [{"score": 4}]


@pytest.mark.parametrize("what", ["withdraw", "reopen", "rate"])
def test_nobody_elses(house: Callers, comes: Comes, what: str) -> None:
    sent, found = ask(house)
    other = comes("mine", "22", role="trainee")
    assert other.post(f"/mine/{sent.id}/{what}", "/mine/", sure="1", score="5", text="x").status_code == 404
    forged = "A" * 43
    assert Visitor(house).post(f"/t/{forged}/{what}", "/t/x", sure="1").status_code == 404
    assert case(house.world, found.id).version == found.version
