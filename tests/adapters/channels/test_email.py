"""One contract for the mail server of tests and a real one; and what only a real one shows."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.channels.email import Email, EmailSettings
from adapters.channels.fake import FakeMailer
from adapters.channels.port import Mail, Mailer
from adapters.errors import Refused, Unavailable
from tests.mailbox import certificate, html_of, serving, text_of

MAIL = Mail(
    message_id="<1@nidaa.example>", to="noura@academy.sa", to_name="نورة الشمري", subject="بلاغك 208-226-399-3",
    text="مرحباً نورة،\n\nوصل بلاغك.", html='<html dir="rtl"><p>وصل بلاغك.</p></html>',
    headers={"Auto-Submitted": "auto-generated"},
)  # fmt: skip


def settings(port: int, **changes: Any) -> EmailSettings:
    plain = EmailSettings("127.0.0.1", port, "none", "desk@academy.sa", sender_name="مركز الاتصال")
    return replace(plain, **changes)


@pytest.fixture(params=["fake", "real"])
def mailer(request: pytest.FixtureRequest) -> Iterator[tuple[Mailer, Any]]:
    """A mailer and what stands behind it: `arrived` or `taken`, `refused` or `unknown`."""
    if request.param == "fake":
        fake = FakeMailer()
        yield fake, fake
        return
    with serving() as (box, port):
        box.taken, box.unknown = box.arrived, box.refused  # type: ignore[attr-defined]
        yield Email(settings(port)), box


def test_a_mail_is_taken_once(mailer: tuple[Mailer, Any]) -> None:
    mailer[0].send(MAIL)
    assert len(mailer[1].taken) == 1


def test_a_mailbox_that_is_none_is_refused_for_good(mailer: tuple[Mailer, Any]) -> None:
    mailer[1].unknown.add(MAIL.to)
    with pytest.raises(Refused) as refused:
        mailer[0].send(MAIL)
    assert refused.value.code == "550"
    assert MAIL.to not in str(refused.value)


@pytest.mark.parametrize("address", ["nobody", "a b@academy.sa", "a@b\r\nBcc: x@y.sa", ""])
def test_what_is_no_address_is_refused(mailer: tuple[Mailer, Any], address: str) -> None:
    with pytest.raises(Refused):
        mailer[0].send(replace(MAIL, to=address))


def test_a_server_that_is_away_is_for_later() -> None:
    with serving() as (_, port):
        pass
    with pytest.raises(Unavailable):
        Email(settings(port)).send(MAIL)
    fake = FakeMailer()
    fake.is_up = False
    with pytest.raises(Unavailable):
        fake.send(MAIL)


def test_a_mailbox_that_is_busy_is_for_later() -> None:
    with serving() as (box, port):
        box.later.add(MAIL.to)
        with pytest.raises(Unavailable) as later:
            Email(settings(port)).send(MAIL)
    assert later.value.code == "450"


def test_what_arrives_is_what_was_written() -> None:
    with serving() as (box, port):
        Email(settings(port, reply_to="help@academy.sa")).send(MAIL)
    (mail,) = box.arrived
    assert mail["Subject"] == MAIL.subject
    assert "نورة الشمري" in mail["To"]
    assert "desk@academy.sa" in mail["From"]
    assert mail["Reply-To"] == "help@academy.sa"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "multipart/alternative"
    assert text_of(mail).replace("\r\n", "\n").strip() == MAIL.text
    assert 'dir="rtl"' in html_of(mail)


def test_no_words_end_a_header() -> None:
    with serving() as (box, port):
        Email(settings(port)).send(replace(MAIL, to_name="نورة\r\nBcc: x@y.sa", subject="س\nBcc: x@y.sa"))
    (mail,) = box.arrived
    assert mail["Bcc"] is None
    assert mail["X-To"] == MAIL.to


def test_by_starttls_and_a_password(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path)
    trusting = ssl.create_default_context(cafile=cert)
    with serving(user=("desk", "long secret"), tls=(cert, key)) as (box, port):
        given = settings(port, security="starttls", username="desk", password="long secret")
        Email(given, context=trusting).send(MAIL)
        Email(given, context=trusting).check()
        with pytest.raises(Refused) as wrong:
            Email(replace(given, password="wrong"), context=trusting).send(MAIL)
        with pytest.raises(Refused) as untrusted:
            Email(given).send(MAIL)
        with pytest.raises(Refused):
            Email(replace(given, security="none", username="", password="")).send(MAIL)
    assert len(box.arrived) == 1
    assert wrong.value.code == "535"
    assert untrusted.value.code == "certificate"
    assert "long secret" not in repr(given)


def test_a_server_without_starttls_is_no_server_for_a_password() -> None:
    with serving() as (_, port), pytest.raises(Refused):
        Email(settings(port, security="starttls", username="desk", password="x")).send(MAIL)
