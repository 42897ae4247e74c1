"""What the page of a case says of alerts that go inside the LMS."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from adapters.lms.fake import FakeLms
from sidecar.domain.access import StaffRole
from sidecar.domain.report import Channel, Kind
from sidecar.store import rota
from tests.desk import appoint
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.desk.conftest import AtDesk
from tests.staff import arrive
from tests.told import lms_of
from tests.worlds import SITE, report

HEAD = "63"


@pytest.fixture
def lms(house: Callers) -> FakeLms:
    """The platform; the head of training is reached by nothing else."""
    appoint(house.world, HEAD, StaffRole.DEPARTMENT_HEAD, departments=["training"], email=None, name="هدى")
    with house.world.runtime.db.write() as conn:
        post = {"place": "head:training", "staff_key": f"{SITE}:{HEAD}"}
        rota.enter(conn, "post", post, "test", house.world.clock())
    return lms_of(house.world)


def complain(house: Callers) -> int:
    return arrive(house.world, report(kind=Kind.COMPLAINT, symptom=None, category="content", channel=Channel.WEB)).id


def alerts_of(page: str) -> str:
    """The card of who was alerted."""
    (card,) = re.findall(r'<section[^>]*aria-labelledby="al">.*?</section>', page, re.DOTALL)
    return str(card)


def test_that_it_was_sent_stands_beside_the_alert_and_not_among_the_reporters(
    house: Callers, lms: FakeLms, at_desk: AtDesk
) -> None:
    number = complain(house)
    page = at_desk(StaffRole.ADMINISTRATIVE_MANAGER).get(f"/desk/cases/{number}?lang=en").text
    assert len([one for one in lms.told if one.person_id == HEAD]) == 1
    assert alerts_of(page).count("sent by platform message") == 1
    assert "هدى" in alerts_of(page)
    assert page.count("sent by platform message") == 1
    assert ">staff<" not in page


def test_while_the_platform_is_away_it_is_on_its_way(house: Callers, lms: FakeLms, at_desk: AtDesk) -> None:
    lms.mood = "down"
    page = at_desk(StaffRole.ADMINISTRATIVE_MANAGER).get(f"/desk/cases/{complain(house)}?lang=en").text
    assert "platform message on its way" in alerts_of(page)


def test_what_the_platform_refuses_is_said_and_sent_again(house: Callers, lms: FakeLms, at_desk: AtDesk) -> None:
    lms.bar(HEAD)
    number = complain(house)
    manager = at_desk(StaffRole.ADMINISTRATIVE_MANAGER)
    card = alerts_of(manager.get(f"/desk/cases/{number}?lang=en").text)
    assert "not reached by platform message" in card
    (way,) = re.findall(r'href="([^"]+)">Send it again', card)
    shown = manager.get(way).text
    assert f"An alert about case \u2068{number}\u2069" in shown
    assert "referred\n" not in shown  # the words, and not what the row keeps
    lms._barred.clear()
    assert manager.post(f"{way}/again", way).status_code == 303
    house.world.drain()
    assert "sent by platform message" in alerts_of(manager.get(f"/desk/cases/{number}?lang=en").text)


def test_whom_nothing_reaches_is_said_on_the_case_and_to_the_person(
    house: Callers, lms: FakeLms, at_desk: AtDesk
) -> None:
    house.world.runtime = replace(house.world.runtime, lms={})
    house.app.extensions["nidaa_runtime"] = house.world.runtime
    number = complain(house)
    manager = at_desk(StaffRole.ADMINISTRATIVE_MANAGER)
    assert alerts_of(manager.get(f"/desk/cases/{number}?lang=en").text).count("no way to reach") == 1
    assert lms.told == []
    words = "Alerts reach you on this page alone"
    head = at_desk(StaffRole.DEPARTMENT_HEAD, sub=HEAD, email=None)
    page = head.get("/desk/alerts/?lang=en").text
    assert words in page
    (taken,) = set(re.findall(r"/desk/alerts/\d+", page))
    assert head.post(taken, "/desk/alerts/").status_code == 303
    assert "no way to reach" not in alerts_of(manager.get(f"/desk/cases/{number}?lang=en").text)
    reached = at_desk(StaffRole.LEAD, phone="+966501234567")
    assert words not in reached.get("/desk/alerts/?lang=en").text
