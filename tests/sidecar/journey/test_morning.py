"""The morning digest: who gets it, when, and what it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.channels.fake import FakeMailer
from sidecar.casework.call import promise
from sidecar.domain.access import StaffRole
from sidecar.domain.report import About, Channel, Kind, Reporter, Role
from sidecar.domain.steps import Lane
from sidecar.journey.escalation import release_due
from sidecar.journey.morning import send_digests
from sidecar.store import rota
from sidecar.tasks.drain import drain
from tests.desk import appoint
from tests.staff import AGENT, arrive, hold
from tests.worlds import SITE, World, report

NIGHT = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)  # Wednesday, 23:00 in Riyadh
MORNING = datetime(2026, 11, 26, 5, 0, tzinfo=UTC)  # Thursday, 08:00


@pytest.fixture
def mailer(world: World) -> FakeMailer:
    found = FakeMailer()
    world.runtime = replace(world.runtime, mailer=found)
    return found


def holds(world: World, post: str, key: str, *roles: StaffRole, **changes: object) -> None:
    appoint(world, key, *roles, **({"email": f"{key}@academy.sa"} | changes))
    with world.runtime.db.write() as conn:
        rota.enter(conn, "post", {"place": post, "staff_key": f"{SITE}:{key}"}, "test", world.clock())


def complain(world: World, at: datetime, by: str = "21", **changes: object):
    world.clock.at = at
    plain = {"kind": Kind.COMPLAINT, "symptom": None, "category": "content", "channel": Channel.WEB, "by": by,
             "reporter": Reporter(id=by, role=Role.TRAINEE, name="نورة", email=f"{by}@academy.sa")}  # fmt: skip
    return arrive(world, report(**(plain | {"occurred_at": at, "received_at": at} | changes)))


def digests(world: World, mailer: FakeMailer, at: datetime) -> dict[str, str]:
    world.clock.at = at
    release_due(world.runtime)
    drain(world.runtime, Lane.CLOCKS)
    world.drain()
    mailer.taken.clear()
    send_digests(world.runtime)
    world.drain()
    return {mail.to: mail.subject + "\n" + mail.text for mail in mailer.taken}


def test_each_gets_their_own_day_once_and_in_their_language(world: World, mailer: FakeMailer) -> None:
    holds(world, "head:training", "63", StaffRole.DEPARTMENT_HEAD, departments=["training"])
    holds(world, "administrative_manager", "65", StaffRole.ADMINISTRATIVE_MANAGER, locale="en")
    holds(world, "head:finance", "64", StaffRole.DEPARTMENT_HEAD, departments=["finance"])
    found = complain(world, NIGHT)
    assert digests(world, mailer, MORNING - timedelta(minutes=1)) == {}
    sent = digests(world, mailer, MORNING)
    assert sorted(sent) == ["63@academy.sa", "65@academy.sa"]  # finance has nothing, and no mail
    assert "ملخص الصباح" in sent["63@academy.sa"]
    assert "موعده اليوم" in sent["63@academy.sa"]
    assert f"{found.id} · شكوى" in sent["63@academy.sa"]
    assert "Due today" in sent["65@academy.sa"]
    assert f"{found.id} · Complaint · Thursday 26 November at 23:00" in sent["65@academy.sa"]
    assert "نورة" not in sent["63@academy.sa"]
    assert "/desk/today/" in sent["63@academy.sa"]
    assert digests(world, mailer, MORNING + timedelta(minutes=5)) == {}


def test_thursday_names_what_the_weekend_would_make_late(world: World, mailer: FakeMailer) -> None:
    holds(world, "head:training", "63", StaffRole.DEPARTMENT_HEAD, departments=["training"], locale="en")
    found = complain(world, MORNING - timedelta(minutes=10))  # 24 hours end on Friday, and the desk opens on Sunday
    text = digests(world, mailer, MORNING)["63@academy.sa"]
    assert "Due before the desk opens again" in text
    assert f"{found.id} · Complaint · Friday 27 November at 7:50" in text.replace("07:50", "7:50")
    assert digests(world, mailer, MORNING + timedelta(days=1)) == {}  # Friday: the departments are closed


def test_the_accused_reads_nothing_of_it(world: World, mailer: FakeMailer) -> None:
    holds(world, "head:training", "63", StaffRole.DEPARTMENT_HEAD, departments=["training"])
    holds(world, "administrative_manager", "65", StaffRole.ADMINISTRATIVE_MANAGER)
    complain(world, NIGHT, about=About("63", Role.TRAINER))
    assert sorted(digests(world, mailer, MORNING)) == ["65@academy.sa"]


def test_a_deputy_gets_it_while_the_head_is_away(world: World, mailer: FakeMailer) -> None:
    holds(world, "head:training", "63", StaffRole.DEPARTMENT_HEAD, departments=["training"])
    holds(world, "deputy:training", "66", StaffRole.DEPUTY, departments=["training"])
    away = {"place": "", "staff_key": f"{SITE}:63", "first": MORNING.date(), "last": MORNING.date()}
    with world.runtime.db.write() as conn:
        rota.enter(conn, "absence", away, "test", world.clock())
    complain(world, NIGHT)
    assert sorted(digests(world, mailer, MORNING)) == ["66@academy.sa"]


def test_the_lead_hears_of_callbacks_and_of_classes_that_nobody_manages(world: World, mailer: FakeMailer) -> None:
    holds(world, "lead:contact_centre", "60", StaffRole.LEAD, locale="en")
    week = {"place": "contact_centre", "staff_key": f"{SITE}:60", "weekdays": [3], "start": 0, "end": 1440}
    with world.runtime.db.write() as conn:
        rota.enter(conn, "shift", week, "test", world.clock())
    asked = complain(world, NIGHT, kind=Kind.SUPPORT_REQUEST, category="login")
    promise(world.runtime, AGENT, asked.id, f"{SITE}:21", MORNING + timedelta(hours=3))
    world.clock.at = MORNING
    hold(world, ("s1", None, 11 * 60, 13 * 60))
    text = digests(world, mailer, MORNING)["60@academy.sa"]
    assert "Callbacks promised" in text
    assert f"{asked.id} · Support request · Thursday 26 November at 11:00" in text
    assert "Classes of today without a room manager" in text
    assert "Thursday 26 November at 19:00" in text


def test_a_worker_that_starts_in_the_evening_sends_no_morning_mail(world: World, mailer: FakeMailer) -> None:
    holds(world, "head:training", "63", StaffRole.DEPARTMENT_HEAD, departments=["training"])
    complain(world, NIGHT)
    assert digests(world, mailer, MORNING + timedelta(hours=6)) == {}
