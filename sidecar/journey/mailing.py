"""Emails go out, and what becomes of each is recorded (P7, P8); alerts are addressed, whatever they go by.

A mail is marked as being sent before the server hears of it. A worker that is ended in between leaves that mark: the
mail is sent once more under the same id, and the case shows that it may have come twice. None is ever lost.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import structlog
from sqlalchemy.engine import Connection

from adapters.channels.port import Mail
from adapters.errors import Refused, Unavailable
from sidecar.domain import letters
from sidecar.domain.case import Action
from sidecar.domain.escalation import told_now
from sidecar.domain.means import usable
from sidecar.domain.steps import Lane
from sidecar.domain.targets import Happening
from sidecar.runtime import Runtime
from sidecar.store import (
    alerts,
    callbacks,
    cases,
    deadlines,
    mails,
    outbox,
    posting,
    reached,
    referral,
    rota,
    staff,
    staff_messages,
    tellings,
)

log = structlog.get_logger(__name__)

_CODE: Final = 64  # letters of a reason
_CALLED_WITHIN: Final = timedelta(minutes=15)
"""In which somebody at the desk calls whom an alert tells; after that the desk's lead hears of it."""
_ALWAYS_SENT: Final = frozenset({"received", "referred"})
"""Sent though its reader has seen it on the status page: P7 asks for the email, and people keep a receipt."""


def send_mails(runtime: Runtime, claim: outbox.Claim) -> None:
    """Send each claimed mail.

    Raises:
        Unavailable: the server cannot take it now; the row comes back later.
    """
    for item in claim.items:
        mail_id = int(item.subject)
        with runtime.db.write() as conn:
            mail = mails.begin(conn, mail_id, runtime.clock())
            if mail is not None and _needless(conn, mail):
                mails.settle(conn, mail_id, "cancelled", runtime.clock())
                mail = None
        if mail is not None:
            _send(runtime, mail)
        with runtime.db.write() as conn:
            outbox.finish(conn, claim.token, [item.id])


def _needless(conn: Connection, mail: Any) -> bool:
    """Whether its reader has read the same on the status page, or it is no longer so."""
    if mail.delivery_key is None:
        return False
    state = reached.state_of(conn, mail.delivery_key)
    return state == "cancelled" or (state == "shown" and mail.cause not in _ALWAYS_SENT)


def _send(runtime: Runtime, mail: Any) -> None:
    if runtime.mailer is None:
        raise Unavailable("email is off", attempted=False)
    try:
        runtime.mailer.send(_of(mail))
    except Unavailable:
        with runtime.db.write() as conn:
            mails.not_now(conn, mail.id, runtime.clock())
        raise
    except Refused as refused:
        log.warning("mail_refused", mail=mail.id, case=mail.case_id, code=refused.code)
        _record(runtime, mail, error=(refused.code or "refused")[:_CODE])
    else:
        _record(runtime, mail)


def _of(mail: Any) -> Mail:
    headers = {
        "Auto-Submitted": "auto-replied" if mail.cause == "received" else "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": mail.locale,
    }
    if mail.in_reply_to:
        headers |= {"In-Reply-To": mail.in_reply_to, "References": mail.in_reply_to}
    return Mail(
        message_id=mail.message_id, to=mail.address, to_name=mail.to_name, subject=mail.subject, text=mail.text,
        html=mail.html, headers=headers,
    )  # fmt: skip


def _record(runtime: Runtime, mail: Any, *, error: str = "") -> None:
    now = runtime.clock()
    with runtime.db.write() as conn:
        # The case first, as everybody locks it who changes what is owed to its people.
        case = cases.get(conn, mail.case_id, lock=True) if mail.case_id is not None else None
        if not mails.settle(conn, mail.id, "failed" if error else "sent", now, error=error):
            return
        if mail.delivery_key is not None:
            if error:
                instead = posting.call_instead(conn, runtime.policy, mail.delivery_key, now)
                why = tellings.NEEDS_CALL if instead else error
                tellings.settle(conn, [mail.delivery_key], "failed", now, error=why)
            else:
                reached.by_mail(conn, mail.delivery_key, now)
        if case is not None and mail.delivery_key is not None:
            data = {"mail": mail.id, "means": "email", "cause": mail.cause} | ({"error": error} if error else {})
            cases.record(conn, case.id, Action.TELL, now, reason="not_reached" if error else "by_email", data=data)
            if mail.cause == "referred" and not error:
                deadlines.happened(conn, case.id, Happening.TOLD_BY_EMAIL, now)


def alert(runtime: Runtime, claim: outbox.Claim) -> None:
    """Whom an alert tells is sent the number of the case and the way to it, and nothing of what it says.

    By email; who has none is sent the same inside the LMS.
    """
    now, messages = runtime.clock(), False
    for item in claim.items:
        with runtime.db.write() as conn:
            row = alerts.get(conn, int(item.subject))
            if row is not None and row.acknowledged_at is None:
                messages = _post_alert(runtime, conn, row) or messages
            outbox.finish(conn, claim.token, [item.id])
    if messages:
        runtime.wake(Lane.NOTIFY)
    log.debug("alerts_mailed", rows=len(claim.items), at=now.isoformat())


def _post_alert(runtime: Runtime, conn: Connection, row: Any) -> bool:
    """Whether it goes as a message inside the LMS."""
    now = runtime.clock()
    case = cases.get(conn, row.case_id)
    if case is None:
        return False
    # Who holds the post may have changed since it was raised, and may be whom the case is about (P16).
    who = told_now(
        rota.on_duty(conn, runtime.policy), row.tell, now, department=case.department, severity=case.severity,
        category=case.category, barred=referral.barred(conn, case),
    )  # fmt: skip
    if who is None:
        return False
    address = usable(who.contact.email) if runtime.mailer else None
    if who.contact.phone and (address is None or runtime.policy.escalates(row.cause)):
        # P8 says that the manager is contacted on the mobile; and whom no email reaches is called, too.
        due = now + _CALLED_WITHIN
        callbacks.need(conn, row.case_id, "alert", (f"alert:{row.id}", row.tell), due, now, by=cases.ITSELF,
                       alert_id=row.id)  # fmt: skip
    link = f"{runtime.base_url}/desk/cases/{row.case_id}"
    if runtime.mailer is None or address is None:
        # A call that is owed stands all the same: a message waits until its reader signs in there.
        account = staff_messages.account(who.contact, runtime.lms)
        if account is not None:
            staff_messages.alert(conn, account, staff_messages.locale_of(conn, who.contact), row, link, now)
        return account is not None
    locale = staff.locale_of(conn, who.contact.key)
    label = runtime.policy.alert_label(row.cause)
    values = {"case": str(row.case_id), "what": label.in_(locale) if label else "", "link": link}
    written = letters.write(runtime.policy.letters["alert", locale], values, locale)
    mails.post(
        conn,
        {"case_id": row.case_id, "alert_id": row.id, "cause": "alert", "to_key": row.tell, "address": address,
         "to_name": who.label.in_(locale), "locale": locale, "subject": written.subject, "text": written.text,
         "html": letters.html(written, locale, link)},
        runtime.mailer.domain, now,
    )  # fmt: skip
    return False
