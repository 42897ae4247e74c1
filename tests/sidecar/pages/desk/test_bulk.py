"""One thing done to several cases, ready texts, and answers in the language of who reads them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.channels.fake import FakeMailer
from sidecar.casework.pick_up import pick_up
from sidecar.domain.access import StaffRole
from sidecar.domain.case import Action
from sidecar.domain.policy import Tier
from sidecar.domain.report import About, Channel, Kind, Reporter, Role
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.desk.conftest import NUMBERS, AtDesk
from tests.staff import AGENT, actions, arrive, case
from tests.worlds import World, report

HOME = "/desk/"
BULK = "/desk/bulk"


@pytest.fixture
def mailer(house: Callers) -> FakeMailer:
    found = FakeMailer()
    house.world.runtime = replace(house.world.runtime, mailer=found)
    house.app.extensions["nidaa_runtime"] = house.world.runtime
    return found


def ask(world: World, by: str, **changes: object):
    who = Reporter(id=by, role=Role.TRAINEE, name=f"متدرب {by}", email=f"{by}@academy.sa")
    plain = {"kind": Kind.SUPPORT_REQUEST, "symptom": None, "category": "login", "channel": Channel.WEB, "by": by}
    return arrive(world, report(**(plain | {"reporter": who} | changes)))


def test_each_failure_is_told_by_itself_and_the_others_are_done(
    house: Callers, at_desk: AtDesk, mailer: FakeMailer
) -> None:
    good, stale, ended = (ask(house.world, by) for by in ("31", "32", "33"))
    secret = ask(house.world, "34", kind=Kind.COMPLAINT, category="conduct_trainer", about=About("50", Role.TRAINER))
    agent = at_desk(StaffRole.AGENT_1)
    page = agent.get(f"{BULK}?case={good.id}&case={stale.id}&case={ended.id}&case={secret.id}&what=reply").text
    assert f'name="version-{good.id}" value="{good.version}"' in page
    assert f"/desk/cases/{secret.id}" not in page  # as if it were not there
    pick_up(house.world.runtime, AGENT, stale.id)
    form = {"what": "reply", "text": "عُولجت المشكلة", "english": "",
            "case": [str(one.id) for one in (good, stale, ended, secret)],
            f"version-{good.id}": str(good.version), f"version-{stale.id}": str(stale.version)}  # fmt: skip
    agent.post(f"/desk/cases/{ended.id}/withdraw", HOME, report=str(_key(house, ended.id)), how="phone")
    mailer.taken.clear()
    done = agent.post(BULK, HOME, **form, lang="en")
    assert done.status_code == 200
    house.world.drain()
    assert Action.REPLY in actions(house.world, good.id)
    assert Action.REPLY not in actions(house.world, stale.id)
    assert Action.REPLY not in actions(house.world, secret.id)
    assert [mail.to for mail in mailer.taken if "عُولجت" in mail.text] == ["31@academy.sa"]
    assert done.text.count("nd-err") == 2
    assert "عُولجت المشكلة" in done.text  # what was typed is not lost with those that failed
    again = agent.post(BULK, HOME, **form)  # a page loaded again answers nobody twice
    house.world.drain()
    assert [mail.to for mail in mailer.taken if "عُولجت" in mail.text] == ["31@academy.sa"]
    assert again.text.count("nd-err") == 3


def _key(house: Callers, number: int):
    from sidecar.store.cases import report_keys  # noqa: PLC0415

    with house.world.runtime.db.read() as conn:
        return report_keys(conn, number)[0]


def test_several_are_handed_on_or_taken_over(house: Callers, at_desk: AtDesk) -> None:
    first, second = ask(house.world, "31"), ask(house.world, "32")
    lead = at_desk(StaffRole.LEAD)
    numbers = [str(first.id), str(second.id)]
    assert lead.post(BULK, HOME, what="transfer", case=numbers, to="2", reason="").status_code == 422
    done = lead.post(BULK, HOME, what="transfer", case=numbers, to="2", reason="technical", text="")
    assert done.status_code == 200
    assert {case(house.world, one.id).tier for one in (first, second)} == {Tier.TWO}
    lead.post(BULK, HOME, what="pick-up", case=numbers)
    assert case(house.world, first.id).owner == f"academy:{NUMBERS[StaffRole.LEAD]}"


def test_what_is_none_of_the_bulk_is_not_there_and_there_is_a_bound(house: Callers, at_desk: AtDesk) -> None:
    found = ask(house.world, "31")
    agent = at_desk(StaffRole.AGENT_1)
    assert agent.post(BULK, HOME, what="verify", case=[str(found.id)]).status_code == 404
    assert agent.post(BULK, HOME, what="reply", case=["x", "9" * 30, "0"]).status_code == 404
    many = "&".join(f"case={n}" for n in range(1, 60))
    assert "At most 50 at once" in agent.get(f"{BULK}?{many}&lang=en").text


def test_a_ready_text_is_filled_in_to_be_changed_before_it_goes(
    house: Callers, at_desk: AtDesk, mailer: FakeMailer
) -> None:
    found = ask(house.world, "31")
    agent = at_desk(StaffRole.AGENT_1)
    where = f"/desk/cases/{found.id}/reply"
    page = agent.get(f"{where}?lang=en").text
    assert "Recovering the password" in page
    assert "The complaint is being studied" not in page  # for complaints
    mailer.taken.clear()
    filled = agent.post(where, HOME, fill="1", ready="password", text="")
    assert "نسيت كلمة المرور" in filled.text
    house.world.drain()
    assert mailer.taken == []
    assert agent.post(where, HOME, fill="1", ready="complaint_studied", text="").status_code == 422


def test_whoever_reads_english_is_answered_in_english(house: Callers, at_desk: AtDesk, mailer: FakeMailer) -> None:
    arabic, english = ask(house.world, "31"), ask(house.world, "32", locale="en")
    agent = at_desk(StaffRole.AGENT_1)
    assert 'name="english"' not in agent.get(f"/desk/cases/{arabic.id}/reply").text
    agent.post(f"/desk/cases/{arabic.id}/merge", HOME, other=str(english.id), sure=str(english.id))
    kept = next(one for one in (arabic.id, english.id) if case(house.world, one).is_open)
    where = f"/desk/cases/{kept}/reply"
    assert 'name="english"' in agent.get(where).text
    house.world.drain()
    mailer.taken.clear()
    assert agent.post(where, HOME, text="تم الحل").status_code == 422  # nobody is answered in half
    shown = agent.post(where, HOME, text="تم الحل", english="It is solved", preview="1").text
    assert "تم الحل" in shown
    assert "It is solved" in shown
    assert agent.post(where, HOME, text="تم الحل", english="It is solved").status_code == 303
    house.world.drain()
    assert {mail.to: ("تم الحل" in mail.text, "It is solved" in mail.text) for mail in mailer.taken} == {
        "31@academy.sa": (True, False), "32@academy.sa": (False, True),
    }  # fmt: skip
