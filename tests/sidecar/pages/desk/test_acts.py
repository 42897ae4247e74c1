"""What people do with a case, by the pages: from the complaint to its verified end, by the right people alone."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy.exc import OperationalError

from adapters.channels.fake import FakeMailer
from sidecar.casework.pick_up import pick_up
from sidecar.domain.access import StaffRole
from sidecar.domain.case import Action, State
from sidecar.domain.policy import Tier
from sidecar.domain.report import About, Channel, Kind, Reporter, Role
from sidecar.store import resolutions
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.desk.conftest import NUMBERS, AtDesk
from tests.sidecar.pages.visiting import Visitor
from tests.staff import AGENT, actions, arrive, case, timeline
from tests.worlds import World, report


def ask(world: World, by: str = "22", **changes: object):
    who = Reporter(id=by, role=Role.TRAINEE, name="نورة الشمري", email=changes.pop("email", f"t{by}@academy.sa"))  # type: ignore[arg-type]
    plain = {
        "kind": Kind.SUPPORT_REQUEST,
        "symptom": None,
        "category": "login",
        "channel": Channel.WEB,
        "reporter": who,
    }
    return arrive(world, report(**(plain | changes)))


def complain(world: World, **changes: object):
    return ask(
        world, **({"kind": Kind.COMPLAINT, "category": "conduct_trainer", "about": About("50", Role.TRAINER)} | changes)
    )


def act(visitor: Visitor, number: int, what: str, **form: str):
    path = f"/desk/cases/{number}/{what}"
    return visitor.post(path, "/desk/", **form)


def merged(visitor: Visitor, number: int, **form: str):
    """Press, read what is shown, and press again."""
    shown = act(visitor, number, "merge", **form)
    if shown.status_code != 200:
        return shown
    hidden = dict(
        re.findall(r'<input type="hidden" name="(version|other|sure|others_version)" value="(\d+)"', shown.text)
    )
    return act(visitor, number, "merge", **hidden)


@pytest.fixture
def mailer(house: Callers) -> FakeMailer:
    found = FakeMailer()
    house.world.runtime = replace(house.world.runtime, mailer=found)
    house.app.extensions["nidaa_runtime"] = house.world.runtime
    return found


def test_a_complaint_from_its_head_to_its_verified_end(house: Callers, at_desk: AtDesk, mailer: FakeMailer) -> None:
    found = complain(house.world)
    head, agent_2 = at_desk(StaffRole.DEPARTMENT_HEAD), at_desk(StaffRole.AGENT_2)
    assert act(head, found.id, "pick-up").status_code == 303
    faults = act(head, found.id, "propose", decision="upheld")
    assert faults.status_code == 422
    assert {'id="f-root_cause"', 'id="f-answer"'} <= set(re.findall(r'id="f-\w+"', faults.text))
    done = act(head, found.id, "propose", decision="upheld", root_cause="تأخر التنبيه", answer="اعتذرنا", send="1")
    assert done.status_code == 303, done.text
    assert act(head, found.id, "verify").status_code in {404, 422}  # never the solver (P14)
    assert "تأخر التنبيه" in agent_2.get(f"/desk/cases/{found.id}/verify").text
    assert act(agent_2, found.id, "verify").status_code == 303
    house.world.drain()
    ended = case(house.world, found.id)
    assert (ended.state, ended.solved_by) == (State.CLOSED, f"academy:{NUMBERS[StaffRole.DEPARTMENT_HEAD]}")
    with house.world.runtime.db.read() as conn:
        kept = resolutions.latest(conn, found.id)
    assert kept is not None
    assert (kept.decision, kept.verified_by) == ("upheld", f"academy:{NUMBERS[StaffRole.AGENT_2]}")
    assert "اعتذرنا" in mailer.taken[-1].text


def test_an_unanswered_complaint_is_not_closed(house: Callers, at_desk: AtDesk, mailer: FakeMailer) -> None:
    found = complain(house.world)
    act(at_desk(StaffRole.DEPARTMENT_HEAD), found.id, "propose", decision="upheld", root_cause="س", answer="ج")
    refused = act(at_desk(StaffRole.AGENT_2), found.id, "verify", lang="en")
    assert refused.status_code == 422
    assert case(house.world, found.id).state is State.RESOLVED


def test_whoever_was_not_told_of_the_referral_needs_a_reason(house: Callers, at_desk: AtDesk) -> None:
    found = complain(house.world, email=None)
    form = {"decision": "upheld", "root_cause": "س", "answer": "ج", "send": "1"}
    act(at_desk(StaffRole.DEPARTMENT_HEAD), found.id, "propose", **form)
    agent_2 = at_desk(StaffRole.AGENT_2)
    assert 'id="f-untold"' in act(agent_2, found.id, "verify").text
    assert act(agent_2, found.id, "verify", untold="لا وسيلة لديه").status_code == 303
    assert any(event.reason == "untold" for event in timeline(house.world, found.id))


def test_a_preview_shows_the_letter_and_sends_nothing(house: Callers, at_desk: AtDesk, mailer: FakeMailer) -> None:
    found = ask(house.world)
    mailer.taken.clear()
    page = act(at_desk(StaffRole.AGENT_1), found.id, "reply", text="الحل <b>سهل</b>", preview="1")
    assert page.status_code == 200
    assert "نورة الشمري" in page.text
    assert "&lt;b&gt;" in page.text
    assert page.text.count("الحل") >= 2  # in the letter, and still in the form
    house.world.drain()
    assert mailer.taken == []


def test_an_update_that_others_overtook_is_refused_with_both_versions(house: Callers, at_desk: AtDesk) -> None:
    found = ask(house.world)
    visitor = at_desk(StaffRole.AGENT_1)
    pick_up(house.world.runtime, AGENT, found.id)
    page = act(visitor, found.id, "reply", text="كلامي المكتوب", version=str(found.version), lang="en")
    assert page.status_code == 409
    assert "كلامي المكتوب" in page.text
    now = case(house.world, found.id).version
    assert f'name="version" value="{now}"' in page.text
    assert Action.REPLY not in actions(house.world, found.id)
    assert act(visitor, found.id, "reply", text="كلامي المكتوب", version=str(now)).status_code == 303


def test_a_database_that_is_gone_keeps_the_words(
    house: Callers, at_desk: AtDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = ask(house.world)
    visitor = at_desk(StaffRole.AGENT_1)
    proof = visitor.csrf("/desk/")

    def gone(*_: object, **__: object) -> None:
        raise OperationalError("x", {}, Exception("gone"))

    monkeypatch.setattr("sidecar.casework.reply.reply", gone)
    answer = visitor.post(f"/desk/cases/{found.id}/reply", "/desk/", csrf=proof, text="جواب طويل")
    assert answer.status_code == 503
    assert "جواب طويل" in answer.text
    assert answer.headers["Retry-After"]


def test_handing_on_and_asking(house: Callers, at_desk: AtDesk, mailer: FakeMailer) -> None:
    found = ask(house.world)
    agent = at_desk(StaffRole.AGENT_1)
    assert act(agent, found.id, "pause", text="أي متصفح؟", reason="needs_detail").status_code == 303
    assert case(house.world, found.id).state is State.WAITING
    assert act(agent, found.id, "resume", reason="answered_elsewhere").status_code == 303
    assert act(agent, found.id, "transfer", to="nowhere", reason="load").status_code == 422
    assert act(agent, found.id, "transfer", to="2", reason="technical", text="انظروا السجل").status_code == 303
    assert case(house.world, found.id).tier is Tier.TWO
    operator = at_desk(StaffRole.AGENT_2)
    assert act(operator, found.id, "refer", department="technical").status_code == 303
    assert (case(house.world, found.id).tier, case(house.world, found.id).state) == (Tier.DEPARTMENT, State.REFERRED)
    assert act(agent, found.id, "escalate", text="تكرر ثلاث مرات").status_code == 303
    assert case(house.world, found.id).escalated
    house.world.drain()
    assert ["أي متصفح؟" in mail.text for mail in mailer.taken].count(True) == 1


def test_withdrawn_merged_and_split(house: Callers, at_desk: AtDesk) -> None:
    one, two = ask(house.world, "1"), ask(house.world, "2")
    agent = at_desk(StaffRole.AGENT_1)
    assert act(agent, one.id, "merge", other="999999").status_code == 422
    assert merged(agent, one.id, other=str(two.id)).status_code == 303
    assert case(house.world, two.id).state is State.MERGED
    page = agent.get(f"/desk/cases/{one.id}/split").text
    reports = re.findall(r'<option value="([0-9a-f-]{36})"', page)
    assert len(reports) == 2
    assert act(agent, one.id, "split", report=reports[1]).status_code == 303
    assert act(agent, one.id, "withdraw", report=reports[0], how="phone").status_code == 303
    assert case(house.world, one.id).state is State.WITHDRAWN


@pytest.mark.parametrize("what", ["merge", "split"])
def test_what_others_overtook_is_neither_merged_nor_split(house: Callers, at_desk: AtDesk, what: str) -> None:
    one, two, three = (ask(house.world, by) for by in "123")
    agent = at_desk(StaffRole.AGENT_1)
    assert merged(agent, one.id, other=str(two.id), version=str(case(house.world, one.id).version)).status_code == 303
    seen = case(house.world, one.id).version
    reports = re.findall(r'<option value="([0-9a-f-]{36})"', agent.get(f"/desk/cases/{one.id}/split").text)
    pick_up(house.world.runtime, AGENT, one.id)
    typed = {"other": str(three.id)} if what == "merge" else {"report": reports[1]}
    answer = act(agent, one.id, what, version=str(seen), **typed)
    assert answer.status_code == 409
    assert case(house.world, three.id).state is not State.MERGED
    assert case(house.world, one.id).reports == 2
    again = merged if what == "merge" else lambda *who, **form: act(*who, what, **form)
    assert again(agent, one.id, version=str(case(house.world, one.id).version), **typed).status_code == 303


def test_both_are_shown_before_they_are_one_and_each_as_it_was_read(house: Callers, at_desk: AtDesk) -> None:
    one, two = ask(house.world, "1", text="الأول"), ask(house.world, "2", text="الثاني")
    agent = at_desk(StaffRole.AGENT_1)
    shown = act(agent, two.id, "merge", other=str(one.id), lang="en")
    assert shown.status_code == 200
    for said in (f"/desk/cases/{one.id}", f"/desk/cases/{two.id}", "نورة الشمري", "الأول"):
        assert said in shown.text, said
    assert shown.text.index('id="stays"') < shown.text.index('id="goes"')
    assert case(house.world, two.id).state is not State.MERGED
    versions = {"version": str(two.version), "others_version": str(one.version)}
    pick_up(house.world.runtime, AGENT, one.id)  # the other one, while it is being looked at
    sure = {"other": str(one.id), "sure": str(one.id)}
    assert act(agent, two.id, "merge", **sure, **versions).status_code == 409
    assert case(house.world, two.id).state is not State.MERGED
    versions["others_version"] = str(case(house.world, one.id).version)
    # Another number than the one that was confirmed is asked about anew.
    assert act(agent, two.id, "merge", **(sure | {"other": "999"}), **versions).status_code == 422
    assert act(agent, two.id, "merge", **sure, **versions).status_code == 303
    page = agent.get(f"/desk/cases/{two.id}?lang=en").text
    assert f'<a class="nd-tag nd-tag--info" href="/desk/cases/{one.id}">Merged into {one.id}</a>' in page


def test_naming_whom_it_is_about_takes_it_from_them(house: Callers, at_desk: AtDesk) -> None:
    found = complain(house.world, about=None, category="other_complaint")
    lead = at_desk(StaffRole.LEAD)
    act(lead, found.id, "refer", department="training")
    head, manager = at_desk(StaffRole.DEPARTMENT_HEAD), at_desk(StaffRole.ADMINISTRATIVE_MANAGER)
    assert head.get(f"/desk/cases/{found.id}/reply").status_code == 200
    assert act(manager, found.id, "name", who=f"academy:{NUMBERS[StaffRole.ADMINISTRATIVE_MANAGER]}").status_code == 422
    assert act(manager, found.id, "name", who="nobody").status_code == 422
    assert act(manager, found.id, "name", who=f"academy:{NUMBERS[StaffRole.DEPARTMENT_HEAD]}").status_code == 303
    assert head.get(f"/desk/cases/{found.id}/reply").status_code == 404
    assert f"/cases/{found.id}" not in head.get("/desk/?queue=all").text
    assert case(house.world, found.id).tier is Tier.MANAGEMENT


@pytest.mark.parametrize(
    "what", ["reply", "note", "transfer", "refer", "propose", "verify", "escalate", "merge", "name"]
)
@pytest.mark.parametrize(
    "role", [StaffRole.AGENT_1, StaffRole.REGISTRAR, StaffRole.SUPERVISOR, StaffRole.ADMINISTRATOR]
)
def test_nobody_else_touches_a_complaint_with_its_department(
    house: Callers, at_desk: AtDesk, role: StaffRole, what: str
) -> None:
    found = complain(house.world)
    visitor = at_desk(role)
    proof = next(iter(re.findall(r'name="csrf" (?:value|content)="([^"]+)"', visitor.get("/desk/search").text)), "")
    assert visitor.get(f"/desk/cases/{found.id}/{what}").status_code == 404
    answer = visitor.post(f"/desk/cases/{found.id}/{what}", "/desk/", csrf=proof, text="x")
    assert answer.status_code in {400, 404}
    assert case(house.world, found.id).version == found.version


def test_an_action_that_is_none_is_not_there(house: Callers, at_desk: AtDesk) -> None:
    found = ask(house.world)
    agent = at_desk(StaffRole.AGENT_1)
    assert agent.get(f"/desk/cases/{found.id}/dance").status_code == 404
    assert act(agent, found.id, "dance").status_code == 404
    assert agent.get(f"/desk/cases/{found.id}/reopen").status_code == 404  # it is open
