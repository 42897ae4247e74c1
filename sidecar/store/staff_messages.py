"""What staff are told inside the LMS who have no email: alerts and the morning digest, in the words of their mails."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.engine import Connection, Row

from sidecar.domain import letters
from sidecar.domain.institute import Contact
from sidecar.domain.means import account_of, usable
from sidecar.domain.policy import Policy
from sidecar.domain.steps import Step
from sidecar.store import outbox, staff, tellings
from sidecar.store.cases import ITSELF

ALERT: Final = "alert"
MORNING: Final = "morning"
MESSAGES: Final = frozenset({ALERT, MORNING})
"""Tellings of the cause `staff` that are written from the templates of these mails."""

Account = tuple[str, str]  # site, and the person's id there


def account(contact: Contact, sites: Collection[str]) -> Account | None:
    """The account by which somebody on duty is told inside the LMS.

    Args:
        sites: whose LMS can be asked.
    """
    return account_of((contact.lms_user, contact.key), sites)


def reaches(contact: Contact, sites: Collection[str], *, email_on: bool) -> bool:
    """Whether an alert reaches somebody by itself, or by a call; if not, it stands on the pages alone."""
    mail = email_on and usable(contact.email) is not None
    return mail or bool(contact.phone) or account(contact, sites) is not None


def locale_of(conn: Connection, contact: Contact) -> str:
    """The language of somebody on duty, whom the document may name by the account alone."""
    return staff.locale_of(conn, contact.key or contact.lms_user)


def alert(conn: Connection, whom: Account, locale: str, row: Row[Any], link: str, now: datetime) -> None:
    """Put an alert on its way: the number of the case and why, and nothing of what it says.

    Args:
        row: of `alerts`.
    """
    _put(conn, whom, locale, {"case_id": row.case_id, "message": ALERT, "text": f"{row.cause}\n{row.id}"}, link, now)


def morning(conn: Connection, whom: Account, locale: str, values: Mapping[str, str], link: str, now: datetime) -> None:
    """Put a morning's digest on its way, as it is now."""
    text = json.dumps({**values, "link": ""}, ensure_ascii=False)
    _put(conn, whom, locale, {"message": MORNING, "text": text}, link, now)


def _put(
    conn: Connection, whom: Account, locale: str, values: Mapping[str, Any], link: str, now: datetime
) -> None:  # fmt: skip
    site, person = whom
    told = {**values, "cause": "staff", "link": link, "author": ITSELF}
    to = {"site_id": site, "person_id": person, "report_key": None, "locale": locale}
    number, _people = tellings.tell(conn, told, [to], now)
    outbox.put(conn, Step.TELL, [str(number)], now)


def withhold(conn: Connection, told: Row[Any], barred: Collection[str], now: datetime) -> None:
    """Whom the case turned out to be about while an alert of it waited does not get it (P16).

    Args:
        barred: keys of those who must not be told.
    """
    rows = tellings.recipients(conn, told.id)
    about = [row.key for row in rows if f"{row.site_id}:{row.person_id}" in barred]
    if about:
        tellings.settle(conn, about, "cancelled", now)


def letter(policy: Policy, told: Row[Any], locale: str) -> letters.Written:
    """The words of such a telling; its link goes beside them."""
    language = "en" if locale == "en" else "ar"
    return letters.write(policy.letters[told.message, language], _values(policy, told, locale), language)


def _values(policy: Policy, told: Row[Any], locale: str) -> Mapping[str, str]:
    if told.message == MORNING:
        return {str(name): str(value) for name, value in json.loads(told.text).items()}
    label = policy.alert_label(told.text.partition("\n")[0])
    return {"case": str(told.case_id), "what": label.in_(locale) if label else ""}


def alert_of(told: Row[Any]) -> int | None:
    """The number of the alert that this telling is of; None where it is of none."""
    number: str = told.text.partition("\n")[2]
    return int(number) if told.cause == "staff" and told.message == ALERT and number else None
