"""Staff whom the LMS alone reaches get their alerts and their morning there, by the same rules as the mails."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.channels.fake import FakeMailer
from adapters.lms.fake import FakeLms
from adapters.lms.port import Notice
from sidecar.casework.name_accused import name
from sidecar.casework.tell import again
from sidecar.domain.access import StaffRole
from sidecar.domain.institute import Contact
from sidecar.domain.report import About, Channel, Kind, Reporter, Role
from sidecar.journey.escalation import release_due
from sidecar.journey.morning import send_digests
from sidecar.journey.status import status
from sidecar.store import callbacks, mails, rota, staff_messages, tellings
from tests.desk import appoint
from tests.staff import ADMINISTRATIVE, alerted, arrive
from tests.told import lms_of
from tests.worlds import SITE, World, report

MORNING = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # Monday, 09:00 in Riyadh


@pytest.fixture
def mailer(world: World) -> FakeMailer:
    found = FakeMailer()
    world.runtime = replace(world.runtime, mailer=found)
    return found


@pytest.fixture
def lms(world: World, mailer: FakeMailer) -> FakeLms:
    return lms_of(world)


def heads(world: World, key: str = "63", post: str = "head:training", **changes: Any) -> None:
    role = StaffRole.DEPARTMENT_HEAD if post.startswith("head") else StaffRole.ADMINISTRATIVE_MANAGER
    appoint(world, key, role, **({"email": None, "departments": ["training"]} | changes))
    full = f"{SITE}:{key}" if key.isdigit() else key
    with world.runtime.db.write() as conn:
        rota.enter(conn, "post", {"place": post, "staff_key": full}, "test", world.clock())


def complain(world: World, at: datetime = MORNING, by: str = "21", **changes: Any):
    world.clock.at = at
    who = Reporter(id=by, role=Role.TRAINEE, name="نورة", email=f"{by}@academy.sa")
    plain = {"kind": Kind.COMPLAINT, "symptom": None, "category": "content", "channel": Channel.WEB, "by": by,
             "reporter": who, "text": "كلام الشكوى", "occurred_at": at, "received_at": at}  # fmt: skip
    return arrive(world, report(**(plain | changes)))


def beat(world: World, **passed: float) -> None:
    world.clock.forward(**passed)
    release_due(world.runtime)
    world.drain()


def to(lms: FakeLms, person: str) -> list[Notice]:
    return [one for one in lms.told if one.person_id == person]


def outcome(world: World, case_id: int) -> list[tuple[str, str]]:
    """How far each alert came that went inside the LMS."""
    with world.runtime.db.read() as conn:
        mine = [one for one in tellings.of_cases(conn, [case_id]) if staff_messages.alert_of(one) is not None]
        return [(row.person_id, row.state) for one in mine for row in tellings.recipients(conn, one.id)]


@pytest.mark.parametrize(
    ("key", "changes"),
    [("63", {}), ("63", {"email": "head@academy.invalid"}), ("local:huda", {"lms_user": f"{SITE}:63"})],
)
def test_who_has_no_mail_is_alerted_by_a_message_with_the_number_alone(
    world: World, lms: FakeLms, mailer: FakeMailer, key: str, changes: dict[str, Any]
) -> None:
    heads(world, key, **changes)
    found = complain(world)
    (referred,) = to(lms, "63")
    assert referred.subject == f"المعاملة \u2068{found.id}\u2069: \u2068أُحيلت إليكم\u2069"
    assert referred.url == f"https://nidaa.example/desk/cases/{found.id}"
    beat(world, hours=20)
    assert len(to(lms, "63")) == 2
    for one in to(lms, "63"):
        assert "كلام" not in one.text + one.subject
        assert "نورة" not in one.text + one.subject
    world.drain()
    assert len(to(lms, "63")) == 2  # each once
    assert outcome(world, found.id) == [("63", "sent"), ("63", "sent")]
    assert {mail.to for mail in mailer.taken} == {"21@academy.sa"}
    with world.runtime.db.read() as conn:
        assert [row for row in mails.of_case(conn, found.id) if row.alert_id is not None] == []


def test_it_is_in_the_language_of_its_reader(world: World, lms: FakeLms) -> None:
    heads(world, locale="en")
    found = complain(world)
    assert [one.subject for one in to(lms, "63")] == [f"Case \u2068{found.id}\u2069: \u2068Referred to you\u2069"]


def test_who_has_a_mail_gets_that_alone_and_while_mail_is_off_the_message(
    world: World, lms: FakeLms, mailer: FakeMailer
) -> None:
    heads(world, email="head@academy.sa")
    complain(world)
    assert to(lms, "63") == []
    assert [mail.to for mail in mailer.taken].count("head@academy.sa") == 1
    world.runtime = replace(world.runtime, mailer=None)
    complain(world, by="22")
    assert len(to(lms, "63")) == 1


def test_whom_no_mail_reaches_is_called_all_the_same(world: World, lms: FakeLms) -> None:
    heads(world, phone="+966501234567")
    found = complain(world)
    assert len(to(lms, "63")) == 1
    with world.runtime.db.read() as conn:
        assert [row.why for row in conn.execute(callbacks.callbacks.select())] == ["alert"]
        assert alerted(world, found.id) == [("referred", "head:training", 1)]


def test_an_account_of_a_site_that_is_not_ours_and_none_at_all_reach_nobody(world: World, lms: FakeLms) -> None:
    heads(world, "local:huda", lms_user="elsewhere:63")
    found = complain(world)
    assert outcome(world, found.id) == []
    assert alerted(world, found.id) == [("referred", "head:training", 1)]  # it stands, for /desk/alerts/


def test_it_waits_while_the_lms_is_away_and_comes_once(world: World, lms: FakeLms) -> None:
    heads(world)
    lms.mood = "down"
    found = complain(world)
    for _ in range(12):
        beat(world, minutes=2)
    assert outcome(world, found.id) == [("63", "waiting")]
    lms.mood = "answer_lost"  # told, and we do not hear that it was
    beat(world, minutes=5)
    lms.mood = "well"
    beat(world, minutes=5)
    assert len(to(lms, "63")) == 1
    assert outcome(world, found.id) == [("63", "sent")]


def test_it_goes_to_whom_it_was_addressed_when_raised(world: World, lms: FakeLms) -> None:
    heads(world)
    lms.mood = "down"
    complain(world)
    heads(world, "64")  # the post has gone over to another
    lms.mood = "well"
    beat(world, minutes=5)
    assert (len(to(lms, "63")), len(to(lms, "64"))) == (1, 0)


def test_the_accused_gets_none(world: World, lms: FakeLms) -> None:
    heads(world, "local:huda", lms_user=f"{SITE}:63")
    found = complain(world, about=About("63", Role.TRAINER))
    for _ in range(4):
        beat(world, hours=10)
    assert to(lms, "63") == []
    assert outcome(world, found.id) == []


def test_who_is_named_while_it_waits_does_not_get_it_either_nor_when_it_is_sent_again(
    world: World, lms: FakeLms
) -> None:
    heads(world, "local:huda", lms_user=f"{SITE}:63")
    lms.mood = "down"
    found = complain(world)
    name(world.runtime, ADMINISTRATIVE, found.id, "local:huda")
    lms.mood = "well"
    beat(world, minutes=5)
    assert to(lms, "63") == []
    assert outcome(world, found.id) == [("63", "cancelled")]


def test_sent_again_it_reaches_whom_it_failed_and_not_whom_it_turned_out_to_be_about(
    world: World, lms: FakeLms
) -> None:
    heads(world)
    lms.bar("63")
    first, second = complain(world), complain(world, by="22")
    assert outcome(world, first.id) == outcome(world, second.id) == [("63", "failed")]
    lms._barred.clear()
    name(world.runtime, ADMINISTRATIVE, first.id, f"{SITE}:63")
    with world.runtime.db.read() as conn:
        numbers = [one.id for one in tellings.of_cases(conn, [first.id, second.id])
                   if staff_messages.alert_of(one) is not None]  # fmt: skip
    for number in numbers:
        again(world.runtime, ADMINISTRATIVE, number)
    world.drain()
    (only,) = to(lms, "63")
    assert only.url == f"https://nidaa.example/desk/cases/{second.id}"


def test_a_reporter_who_is_alerted_too_reads_nothing_of_it_on_the_own_page(world: World, lms: FakeLms) -> None:
    heads(world)
    world.clock.at = MORNING
    own = report(kind=Kind.COMPLAINT, symptom=None, category="content", channel=Channel.WEB, by="63",
                 occurred_at=MORNING, received_at=MORNING)  # fmt: skip
    arrive(world, own)
    assert any("أُحيلت إليكم" in one.subject for one in to(lms, "63"))
    found = status(world.runtime, SITE, own.id, "63")
    assert found is not None
    assert "staff" not in {one.cause for one in found.said}


def test_the_morning_goes_there_too_once_and_says_what_the_mail_says(
    world: World, lms: FakeLms, mailer: FakeMailer
) -> None:
    heads(world, locale="en")
    heads(world, "65", "administrative_manager", email="65@academy.sa", departments=[])
    found = complain(world)
    lms.told.clear()
    mailer.taken.clear()
    world.clock.at = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
    assert send_digests(world.runtime) == 2
    assert send_digests(world.runtime) == 0
    world.drain()
    (digest,) = [one for one in to(lms, "63") if "This morning" in one.subject]
    assert f"{found.id} · Complaint" in digest.text.replace("\u2068", "").replace("\u2069", "")
    assert "Details" not in digest.text  # the way there goes beside the words
    assert digest.url == "https://nidaa.example/desk/today/"
    assert "نورة" not in digest.text
    assert [mail.to for mail in mailer.taken] == ["65@academy.sa"]


def test_the_accused_reads_of_it_in_no_digest_and_an_empty_one_is_not_sent(world: World, lms: FakeLms) -> None:
    heads(world)
    complain(world, about=About("63", Role.TRAINER))
    world.clock.at = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
    send_digests(world.runtime)
    world.drain()
    assert to(lms, "63") == []


def test_whom_the_document_names_by_the_account_alone_is_told_there(world: World, lms: FakeLms) -> None:
    policy = world.runtime.policy
    there = policy.departments["training"]
    named = replace(there, head=replace(there.head, contact=Contact(email="h@x.invalid", lms_user=f"{SITE}:63")))
    world.runtime = replace(
        world.runtime, policy=replace(policy, departments={**policy.departments, "training": named})
    )
    complain(world)
    assert len(to(lms, "63")) == 1
    world.clock.at = MORNING + timedelta(days=1) - timedelta(hours=1)
    send_digests(world.runtime)
    world.drain()
    assert any("ملخص الصباح" in one.subject for one in to(lms, "63"))
