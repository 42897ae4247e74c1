"""How somebody wants to be answered is chosen where they follow a report, and the next telling goes that way (P6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from adapters.channels.email import Email, EmailSettings
from sidecar.casework import call
from sidecar.casework.reply import reply
from sidecar.domain.case import Action
from sidecar.domain.report import Channel, ContactPreference, Kind, Reporter, Role
from sidecar.domain.tracking import token_of
from sidecar.store.preferences import preferences
from tests.mailbox import Mailbox, serving, text_of
from tests.sidecar.api.callers import Callers
from tests.sidecar.pages.conftest import Comes
from tests.sidecar.pages.visiting import Visitor
from tests.staff import AGENT, arrive, timeline
from tests.worlds import report


@pytest.fixture
def box(house: Callers) -> Iterator[Mailbox]:
    """A real mail server, to which the house sends."""
    with serving() as (found, port):
        mailer = Email(EmailSettings("127.0.0.1", port, "none", "desk@academy.sa"))
        house.world.runtime = replace(house.world.runtime, mailer=mailer)
        house.app.extensions["nidaa_runtime"] = house.world.runtime
        yield found


def ask(house: Callers, *, by: str | None = "21", **who: object):
    person = {"name": "أحمد القحطاني", "email": "ahmad@academy.sa"} | who
    reporter = Reporter(id=by, role=Role.TRAINEE, **person)  # type: ignore[arg-type]
    site = {} if by else {"site_id": "nidaa"}
    sent = report(kind=Kind.SUPPORT_REQUEST, symptom=None, category="login", channel=Channel.WEB, reporter=reporter,
                  received_at=house.world.clock(), **site)  # fmt: skip
    return sent, arrive(house.world, sent)


def link(house: Callers, sent) -> str:
    return f"/t/{token_of(house.world.runtime.tracking_secret, sent.key)}"


def answer(house: Callers, number: int, text: str) -> None:
    house.world.clock.forward(minutes=5)
    reply(house.world.runtime, AGENT, number, text)
    house.world.drain()


def subjects(box: Mailbox, to: str) -> list[str]:
    return [text_of(mail) for mail in box.to(to)]


def choose(visitor: Visitor, here: str, preference: str, **form: str):
    return visitor.post(f"{here}/prefer", here, preference=preference, **form)


def test_a_new_address_is_written_to_from_now_on(house: Callers, comes: Comes, box: Mailbox) -> None:
    sent, found = ask(house)
    answer(house, found.id, "الرد الأول")
    assert "الرد الأول" in "".join(subjects(box, "ahmad@academy.sa"))
    visitor, here = comes("mine", "21", role="trainee"), f"/mine/{sent.id}"
    assert choose(visitor, here, "email", email="ahmad.new@academy.sa").status_code == 303
    answer(house, found.id, "الرد الثاني")
    assert "الرد الثاني" in "".join(subjects(box, "ahmad.new@academy.sa"))
    assert "الرد الثاني" not in "".join(subjects(box, "ahmad@academy.sa"))
    house.world.clock.forward(days=1)
    _, later = ask(house)
    answer(house, later.id, "بلاغ آخر")
    assert "بلاغ آخر" in "".join(subjects(box, "ahmad.new@academy.sa")), "it is kept for the person"


def test_who_wants_to_be_called_is_on_the_call_list_with_the_new_number(
    house: Callers, comes: Comes, box: Mailbox
) -> None:
    sent, found = ask(house, phone="0112223344")
    visitor, here = comes("mine", "21", role="trainee"), f"/mine/{sent.id}"
    assert choose(visitor, here, "call", phone="٠٥٠ ١٢٣ ٤٥٦٧").status_code == 303
    before = len(box.arrived)
    answer(house, found.id, "اتصلوا بي")
    assert len(box.arrived) == before
    owed = call.waiting(house.world.runtime, AGENT)
    (row,) = owed.rows
    assert row.case_id == found.id
    assert list(owed.numbers.values()) == ["+966501234567"]


def test_the_way_is_in_the_timeline_and_the_address_is_not(house: Callers, comes: Comes, box: Mailbox) -> None:
    sent, found = ask(house)
    choose(comes("mine", "21", role="trainee"), f"/mine/{sent.id}", "call", phone="0501234567")
    (event,) = [one for one in timeline(house.world, found.id) if one.action is Action.PREFER]
    assert event.actor == "academy:21"
    assert event.data == {"means": "call"}


@pytest.mark.parametrize(
    ("preference", "form", "words"),
    [
        ("call", {"phone": "123"}, "رقم هاتف"), ("call", {"phone": "not a number"}, "رقم هاتف"), ("call", {}, "رقم"),
        ("email", {"email": "nobody"}, "بريد"), ("email", {"email": "x@example.invalid"}, "بريد"),
        ("whatsapp", {"phone": "0501234567"}, "من القائمة"), ("sms", {"phone": "0501234567"}, "من القائمة"),
        ("pigeon", {}, "من القائمة"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_kept_in_the_form(
    house: Callers, comes: Comes, box: Mailbox, preference: str, form: dict[str, str], words: str
) -> None:
    sent, _ = ask(house)
    refused = choose(comes("mine", "21", role="trainee"), f"/mine/{sent.id}", preference, **form)
    assert refused.status_code == 422
    assert words in refused.text
    assert all(f'value="{one}"' in refused.text for one in form.values())
    with house.world.runtime.db.read() as conn:
        assert conn.execute(preferences.select()).all() == []


def test_by_a_link_alone_nobody_changes_where_an_accounts_mail_goes(house: Callers, box: Mailbox) -> None:
    sent, found = ask(house)
    visitor, here = Visitor(house), link(house, sent)
    assert 'name="email"' not in visitor.get(here).text
    assert "ahmad@academy.sa" not in visitor.get(here).text
    choose(visitor, here, "email", email="thief@evil.sa", lang="ar")
    answer(house, found.id, "سرّ")
    assert box.to("thief@evil.sa") == []
    assert "سرّ" in "".join(subjects(box, "ahmad@academy.sa"))


def test_a_visitor_chooses_for_the_report_and_for_nobody_elses(house: Callers, box: Mailbox) -> None:
    mine, mine_case = ask(house, by=None)
    theirs, their_case = ask(house, by=None)
    assert mine.sender == theirs.sender, "anybody may type that address into a form"
    assert choose(Visitor(house), link(house, mine), "email", email="other@academy.sa", lang="ar").status_code == 303
    answer(house, mine_case.id, "لك وحدك")
    answer(house, their_case.id, "لغيرك")
    assert "لك وحدك" in "".join(subjects(box, "other@academy.sa"))
    assert "لغيرك" not in "".join(subjects(box, "other@academy.sa"))
    assert "لغيرك" in "".join(subjects(box, "ahmad@academy.sa"))


def test_what_a_later_report_says_is_newer(house: Callers, comes: Comes, box: Mailbox) -> None:
    sent, _ = ask(house)
    choose(comes("mine", "21", role="trainee"), f"/mine/{sent.id}", "call", phone="0501234567")
    house.world.clock.forward(hours=1)
    _, later = ask(house, contact_preference=ContactPreference.EMAIL)
    answer(house, later.id, "بالبريد")
    assert "بالبريد" in "".join(subjects(box, "ahmad@academy.sa"))


def test_back_to_however_is_easiest(house: Callers, comes: Comes, box: Mailbox) -> None:
    sent, found = ask(house, contact_preference=ContactPreference.CALL, phone="0501234567")
    visitor, here = comes("mine", "21", role="trainee"), f"/mine/{sent.id}"
    assert choose(visitor, here, "").status_code == 303
    answer(house, found.id, "بأي وسيلة")
    assert "بأي وسيلة" in "".join(subjects(box, "ahmad@academy.sa"))


def test_nobody_chooses_for_another(house: Callers, comes: Comes, box: Mailbox) -> None:
    sent, _ = ask(house)
    other = comes("mine", "22", role="trainee")
    asked = other.post(f"/mine/{sent.id}/prefer", "/mine/", preference="call", phone="0501234567")
    assert asked.status_code == 404
    with house.world.runtime.db.read() as conn:
        assert conn.execute(preferences.select()).all() == []


def test_only_ways_that_there_are_are_offered(house: Callers, comes: Comes) -> None:
    sent, _ = ask(house)
    page = comes("mine", "21", role="trainee").get(f"/mine/{sent.id}").text
    assert 'value="call"' in page
    assert 'value="lms"' in page
    assert 'value="email"' not in page, "mail is off"
    assert 'value="whatsapp"' not in page
