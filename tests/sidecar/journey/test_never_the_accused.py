"""Whom a complaint is about is told nothing of it, by whatever post, address or moment (P16)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.channels.fake import FakeMailer
from sidecar.casework.merge import merge
from sidecar.casework.name_accused import name
from sidecar.casework.transfer import transfer
from sidecar.casework.withdraw import withdraw
from sidecar.domain.access import StaffRole
from sidecar.domain.case import State
from sidecar.domain.institute import Contact
from sidecar.domain.policy import Tier
from sidecar.domain.report import About, Channel, Kind, Reporter, Role
from sidecar.journey.escalation import raise_again, release_due
from sidecar.journey.morning import send_digests
from sidecar.store import accused, cases, rota
from tests.desk import appoint
from tests.staff import ADMINISTRATIVE, arrive, case
from tests.worlds import SITE, World, report

MORNING = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # Monday, 09:00 in Riyadh
LEADS = "sara@academy.sa"


@pytest.fixture
def mailer(world: World) -> FakeMailer:
    found = FakeMailer()
    world.runtime = replace(world.runtime, mailer=found)
    return found


def complain(world: World, at: datetime = MORNING, by: str = "21", **changes: object):
    world.clock.at = at
    who = Reporter(id=by, role=Role.TRAINEE, name="نورة", email=f"{by}@academy.sa")
    plain = {"kind": Kind.COMPLAINT, "symptom": None, "category": "content", "channel": Channel.WEB, "by": by,
             "reporter": who, "occurred_at": at, "received_at": at}  # fmt: skip
    return arrive(world, report(**(plain | changes)))


def beat(world: World, hours: float) -> None:
    world.clock.forward(hours=hours)
    while release_due(world.runtime):
        world.drain()
    raise_again(world.runtime)
    world.drain()


def leads_all_week(world: World, key: str) -> None:
    week = {"place": "contact_centre", "staff_key": f"{SITE}:{key}", "weekdays": list(range(7)), "start": 0,
            "end": 1440}  # fmt: skip
    with world.runtime.db.write() as conn:
        rota.enter(conn, "shift", week, "test", world.clock())


def known_by_address(world: World, email: str, department: str = "training") -> None:
    """As the shipped policy does it: a head with an address and nothing else."""
    policy = world.runtime.policy
    there = policy.departments[department]
    changed = replace(there, head=replace(there.head, contact=Contact(email=email)))
    world.runtime = replace(
        world.runtime, policy=replace(policy, departments={**policy.departments, department: changed})
    )


def test_an_alert_that_was_another_s_is_not_sent_to_whom_it_is_about_when_they_take_the_shift(
    world: World, mailer: FakeMailer
) -> None:
    appoint(world, "60", StaffRole.LEAD, email=LEADS)
    complain(world, category="other_complaint", about=About("60", Role.VISITOR))
    other = complain(world, by="22", category="other_complaint")
    leads_all_week(world, "60")
    for _ in range(6):
        beat(world, 5)
    told = [mail for mail in mailer.taken if mail.to == LEADS]
    assert told  # of the other one, which is the lead's to hear of
    assert {f"/desk/cases/{other.id}" in mail.text for mail in told} == {True}


def test_who_is_named_later_hears_no_more_of_it(world: World, mailer: FakeMailer) -> None:
    appoint(world, "60", StaffRole.LEAD, email=LEADS)
    leads_all_week(world, "60")
    found = complain(world, category="other_complaint")
    beat(world, 25)
    assert [mail for mail in mailer.taken if mail.to == LEADS]
    name(world.runtime, ADMINISTRATIVE, found.id, f"{SITE}:60")
    world.drain()
    mailer.taken.clear()
    for _ in range(4):
        beat(world, 5)
    assert [mail for mail in mailer.taken if mail.to == LEADS] == []


def test_a_head_whom_the_document_knows_by_an_address_alone_is_not_alerted_either(
    world: World, mailer: FakeMailer
) -> None:
    known_by_address(world, "head@academy.sa")
    appoint(world, "61", StaffRole.DEPARTMENT_HEAD, departments=["training"], email="other@academy.sa")
    complain(world, about=About("61", Role.TRAINER))
    for _ in range(8):
        beat(world, 10)
    assert "head@academy.sa" not in {mail.to for mail in mailer.taken}


def test_the_digest_of_an_address_leaves_out_what_is_about_whoever_may_read_it(
    world: World, mailer: FakeMailer
) -> None:
    known_by_address(world, "head@academy.sa")
    appoint(world, "61", StaffRole.DEPARTMENT_HEAD, departments=["training"])
    secret = complain(world, category="content")
    with world.runtime.db.write() as conn:
        accused.note(conn, secret.id, [f"{SITE}:61"])
    plain = complain(world, by="22")
    mailer.taken.clear()
    world.clock.at = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
    send_digests(world.runtime)
    world.drain()
    (digest,) = [mail for mail in mailer.taken if mail.to == "head@academy.sa"]
    assert f"{plain.id} ·" in digest.text
    assert f"{secret.id} ·" not in digest.text


def test_nobody_hands_it_back_to_the_desk_that_it_climbed_past(world: World) -> None:
    appoint(world, "60", StaffRole.AGENT_1)
    found = complain(world, category="other_complaint", about=About("60", Role.VISITOR))
    assert found.tier is Tier.DEPARTMENT
    with pytest.raises(ValueError, match="whom it is about"):
        transfer(world.runtime, ADMINISTRATIVE, found.id, Tier.ONE, reason="mistaken")
    assert transfer(world.runtime, ADMINISTRATIVE, found.id, Tier.TWO, reason="technical").tier is Tier.TWO


def test_a_merge_takes_both_past_whom_either_is_about(world: World) -> None:
    appoint(world, "61", StaffRole.DEPARTMENT_HEAD, departments=["training"])
    older = complain(world)
    newer = complain(world, MORNING + timedelta(minutes=5), by="22", about=About("61", Role.TRAINER))
    assert (older.tier, newer.tier) == (Tier.DEPARTMENT, Tier.MANAGEMENT)
    assert merge(world.runtime, ADMINISTRATIVE, older.id, newer.id).tier is Tier.MANAGEMENT


def test_somebody_is_named_on_a_complaint_that_is_over(world: World) -> None:
    found = complain(world)
    with world.runtime.db.read() as conn:
        (key,) = cases.report_keys(conn, found.id)
    withdraw(world.runtime, ADMINISTRATIVE, found.id, how="phone", report_key=key)
    assert case(world, found.id).state is State.WITHDRAWN
    name(world.runtime, ADMINISTRATIVE, found.id, f"{SITE}:61")
    with world.runtime.db.read() as conn:
        assert accused.of_case(conn, found.id) == {f"{SITE}:61"}
