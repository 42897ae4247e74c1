"""What people are told arrives by email, once, and satisfies P7; nobody is lost, no placeholder is written to."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from adapters.channels.fake import FakeMailer
from sidecar.casework.reply import pause, reply
from sidecar.casework.resolve import propose, verify
from sidecar.domain.case import Case
from sidecar.domain.policy import Measure
from sidecar.domain.report import About, ContactPreference, Kind, Reporter, Role
from sidecar.journey.escalation import release_due
from sidecar.store import mails
from sidecar.store.tellings import deliveries
from tests.staff import ADMINISTRATIVE, HEAD, arrive, case, clocks_of, running, timeline
from tests.worlds import NOON, World, report

NOURA = "noura@academy.sa"


@pytest.fixture
def mailer(world: World) -> FakeMailer:
    """The world's mail server."""
    found = FakeMailer()
    world.runtime = replace(world.runtime, mailer=found)
    return found


def complain(world: World, *, email: str | None = NOURA, phone: str | None = None, **changes: object) -> Case:
    who = Reporter(
        id=changes.pop("by", "22"), role=Role.TRAINEE, name="نورة الشمري", email=email, phone=phone,  # type: ignore[arg-type]
        contact_preference=changes.pop("preference", None),  # type: ignore[arg-type]
    )  # fmt: skip
    plain = {
        "kind": Kind.COMPLAINT, "symptom": None, "category": "conduct_trainer", "reporter": who, "text": "كلام الشكوى",
        "received_at": world.clock(), "about": About("50", Role.TRAINER),
    }  # fmt: skip
    return arrive(world, report(**(plain | changes)))


def words(mail) -> str:
    return re.sub("[\u2068\u2069]", "", mail.text)


def outcome(world: World) -> list[tuple[str, str | None, str]]:
    with world.runtime.db.read() as conn:
        return [(row.state, row.means, row.error) for row in conn.execute(deliveries.select())]


def test_a_complaint_is_acknowledged_and_its_referral_told_by_email(world: World, mailer: FakeMailer) -> None:
    found = complain(world)
    received, referred = mailer.taken
    assert received.to == referred.to == NOURA
    assert "تم استلامه" in received.subject
    assert "نورة الشمري" in words(received)
    assert "سلوك المدرب" in words(received)
    assert "https://nidaa.example/t/" in words(received)
    assert "+966 50 138 0380" in words(referred)
    assert "كلام الشكوى" not in received.text + referred.text
    assert "told" not in running(world, found.id)
    told = next(clock for clock in clocks_of(world, found.id) if clock.measure is Measure.TOLD)
    assert told.stopped_at == world.clock()
    assert [(e.reason, e.data["means"]) for e in timeline(world, found.id) if e.reason == "by_email"] == [
        ("by_email", "email"), ("by_email", "email"),
    ]  # fmt: skip


def test_mail_of_one_case_is_one_thread_and_says_that_a_machine_wrote_it(world: World, mailer: FakeMailer) -> None:
    complain(world)
    received, referred = mailer.taken
    assert received.headers["Auto-Submitted"] == "auto-replied"
    assert referred.headers["Auto-Submitted"] == "auto-generated"
    assert referred.headers["In-Reply-To"] == referred.headers["References"] == received.message_id
    assert 'dir="rtl"' in received.html
    assert "unicode-bidi:plaintext" in received.html


def test_an_answer_a_question_and_the_end_are_told(world: World, mailer: FakeMailer) -> None:
    found = complain(world)
    mailer.taken.clear()
    reply(world.runtime, HEAD, found.id, "اعتذرنا واستبدلنا المدرب.\n<b>شكراً</b>")
    pause(world.runtime, HEAD, found.id, "هل يناسبكم موعد الغد؟", reason="needs_detail")
    world.drain()
    assert ["اعتذرنا" in words(mailer.taken[0]), "موعد الغد" in words(mailer.taken[1])] == [True, True]
    assert "&lt;b&gt;" in mailer.taken[0].html
    propose(world.runtime, HEAD, found.id)
    verify(world.runtime, ADMINISTRATIVE, found.id)
    world.drain()
    assert "انتهت المعالجة" in mailer.taken[2].subject
    assert len(mailer.taken) == 3


def test_out_of_hours_the_receipt_says_when_the_desk_opens(world: World, mailer: FakeMailer) -> None:
    world.clock.at = NOON.replace(day=26, hour=20)  # Thursday, 23:00 in Riyadh
    complain(world)
    assert "الأحد ٢٩ نوفمبر الساعة ٨ صباحاً" in words(mailer.taken[0])
    complain(world, by="23", locale="en")
    english = next(mail for mail in mailer.taken if mail.subject.startswith("Your report"))
    assert "Sunday 29 November at 08:00" in words(english)
    assert "https://nidaa.example/public/guides/?lang=en" in words(english)


def test_while_the_desk_is_open_nobody_is_sent_to_the_guides(world: World, mailer: FakeMailer) -> None:
    complain(world)
    assert "/public/guides/" not in words(mailer.taken[0])


@pytest.mark.parametrize("address", ["head@example.invalid", "x@example.com", "noreply@academy.sa", "x@localhost", "y"])
def test_a_placeholder_is_no_address(world: World, mailer: FakeMailer, address: str) -> None:
    found = complain(world, email=address, phone="+966501234567")
    assert mailer.taken == []
    assert "told" in running(world, found.id)
    assert ("failed", "call", "needs_call") in outcome(world)


def test_a_message_inside_the_lms_does_not_satisfy_p7(world: World, mailer: FakeMailer) -> None:
    found = complain(world, email=None, preference=ContactPreference.LMS)
    assert mailer.taken == []
    assert "told" in running(world, found.id)
    with_mail = complain(world, by="23", preference=ContactPreference.LMS)
    assert [mail.subject for mail in mailer.taken if "الإحالة" in mail.subject]
    assert "told" not in running(world, with_mail.id)


def test_a_mailbox_that_is_none_is_shown_and_tells_nobody(world: World, mailer: FakeMailer) -> None:
    mailer.unknown.add(NOURA)
    found = complain(world)
    assert {state for state, _, _ in outcome(world)} == {"failed"}
    assert {error for _, _, error in outcome(world)} == {"550"}
    assert "told" in running(world, found.id)
    with world.runtime.db.read() as conn:
        assert mails.bounced(conn, NOURA)


def test_mail_waits_while_the_server_is_away_and_goes_once(world: World, mailer: FakeMailer) -> None:
    mailer.is_up = False
    found = complain(world)
    assert mailer.taken == []
    for _ in range(12):
        world.clock.forward(minutes=2)
        world.drain()
    mailer.is_up = True
    world.clock.forward(minutes=2)
    world.drain()
    assert len(mailer.taken) == 2
    with world.runtime.db.read() as conn:
        assert [(row.state, row.again) for row in mails.of_case(conn, found.id)] == [("sent", False)] * 2


class Killed(BaseException):
    """A worker ends here."""


def test_a_worker_killed_between_sending_and_recording_sends_once_more_and_says_so(
    world: World, mailer: FakeMailer
) -> None:
    def kill(_mail: object) -> None:
        mailer.after = lambda _mail: None
        raise Killed

    mailer.after = kill
    with pytest.raises(Killed):
        complain(world)
    world.clock.forward(minutes=10)  # its lease ends
    world.drain()
    ids = [mail.message_id for mail in mailer.taken]
    assert len(ids) == 3
    assert len(set(ids)) == 2
    with world.runtime.db.read() as conn:
        rows = mails.of_case(conn, 1)
    assert sorted((row.state, row.again) for row in rows) == [("sent", False), ("sent", True)]


def test_a_loop_of_receipts_ends_and_no_case_is_lost(world: World, mailer: FakeMailer) -> None:
    opened = {complain(world, text=str(number)).id for number in range(13)}
    assert len(opened) == 13
    assert sum("تم استلامه" in mail.subject for mail in mailer.taken) == 10


def test_whom_an_alert_tells_gets_a_mail_without_what_the_complaint_says(world: World, mailer: FakeMailer) -> None:
    policy = world.runtime.policy
    training = policy.departments["training"]
    head = replace(training.head, contact=replace(training.head.contact, email="head@academy.sa"))
    departments = {**policy.departments, "training": replace(training, head=head)}
    world.runtime = replace(world.runtime, policy=replace(policy, departments=departments))
    found = complain(world)
    world.clock.forward(hours=20)
    release_due(world.runtime)
    world.drain()
    alerts = [mail for mail in mailer.taken if mail.to == "head@academy.sa"]
    assert [mail.subject for mail in alerts] == [
        f"المعاملة \u2068{found.id}\u2069: \u2068أُحيلت إليكم\u2069",
        f"المعاملة \u2068{found.id}\u2069: \u2068اقترب موعد تصعيد الشكوى\u2069",
    ]
    for mail in alerts:
        assert f"/desk/cases/{found.id}" in mail.text
        assert "كلام" not in mail.text
        assert "نورة" not in mail.text + mail.subject
    assert case(world, found.id).escalated is False


def test_after_a_day_without_an_answer_the_reporter_reads_the_managers_number_once(
    world: World, mailer: FakeMailer
) -> None:
    found = complain(world)
    mailer.taken.clear()
    for _ in range(3):
        world.clock.forward(hours=12, minutes=1)
        release_due(world.runtime)
        world.drain()
    told = [mail for mail in mailer.taken if "التصعيد" in mail.subject]
    assert [mail.to for mail in told] == [NOURA]
    assert "+966 50 138 0380" in words(told[0])
    assert case(world, found.id).escalated
