"""A telling at the desk's turns is sorted: who is told by email, who by a call, and who inside the LMS (P6, P7)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, false, or_, select
from sqlalchemy.engine import Connection

from sidecar.domain import letters
from sidecar.domain.case import CaseKind
from sidecar.domain.means import Means, Reach, means_of, worth_a_call
from sidecar.domain.policy import Policy
from sidecar.domain.report import ContactPreference
from sidecar.store import callbacks, cases, mails, preferences, reached, said, tellings
from sidecar.store.people import people
from sidecar.store.reports import reports


def post(
    conn: Connection,
    policy: Policy,
    told: Any,
    rows: Sequence[Any],
    now: datetime,
    *,
    link_of: Callable[[uuid.UUID], str],
    domain: str | None,
    lms_sites: frozenset[str],
) -> None:
    """Put on its way by email what goes by email, and set apart what is told by telephone. The rest waits for the LMS.

    Args:
        rows: of `tellings.waiting`.
        domain: of the mailer; None where email is off.
        lms_sites: sites whose LMS can be asked to tell somebody.
    """
    known, chosen = _people(conn, rows), preferences.outweighing(conn, rows)
    for row in rows:
        body, person = row.body or {}, known.get((row.site_id, row.person_id))
        reach = _reach(row, body, person, chosen.get((row.site_id, row.person_id, row.report_key)), lms_sites)
        means = means_of(told.cause, CaseKind(row.case_kind or CaseKind.INQUIRY), reach, email_on=domain is not None)
        if means is Means.EMAIL and domain is not None:
            reached.goes_by(conn, [row.key], means)
            link = link_of(row.report_key) if row.report_key else ""
            written = said.letter(policy, told, row, row.locale, link)
            mails.post(
                conn,
                {"case_id": told.case_id, "delivery_key": row.key, "cause": told.cause,
                 "to_key": f"{row.site_id}:{row.person_id}", "to_name": body.get("name") or "",
                 "address": reach.email, "locale": row.locale, "subject": written.subject, "text": written.text,
                 "html": letters.html(written, row.locale, link)},
                domain, now,
            )  # fmt: skip
        elif means is Means.CALL:
            reached.goes_by(conn, [row.key], means)
            tellings.settle(conn, [row.key], "failed", now, error=tellings.NEEDS_CALL)
            whom = (row.site_id, row.person_id)
            due = callbacks.due_of(conn, policy, now)
            callbacks.need(conn, told.case_id, "told", whom, due, now, by=told.author)
        elif means is None:
            tellings.settle(conn, [row.key], "failed", now, error=NO_ADDRESS)


def call_instead(conn: Connection, policy: Policy, key: uuid.UUID, now: datetime) -> bool:
    """A mail was refused for good: who has a telephone is called instead; whether they are."""
    query = (
        select(tellings.deliveries, tellings.tellings.c.case_id, tellings.tellings.c.cause, reports.c.body)
        .join(tellings.tellings, tellings.tellings.c.id == tellings.deliveries.c.telling_id)
        .outerjoin(reports, reports.c.key == tellings.deliveries.c.report_key)
        .where(tellings.deliveries.c.key == key)
    )
    row = conn.execute(query).one_or_none()
    if row is None or row.case_id is None:
        return False
    person = _people(conn, [row]).get((row.site_id, row.person_id))
    chosen = preferences.outweighing(conn, [row]).get((row.site_id, row.person_id, row.report_key))
    reach = _reach(row, row.body or {}, person, chosen, frozenset())
    if not reach.phone or not worth_a_call(row.cause):
        return False
    due = callbacks.due_of(conn, policy, now)
    callbacks.need(conn, row.case_id, "told", (row.site_id, row.person_id), due, now, by=cases.ITSELF)
    return True


NO_ADDRESS = "no_address"


def _reach(row: Any, body: Any, person: Any, chosen: Any, lms_sites: frozenset[str]) -> Reach:
    """What was chosen since, before what the report says of its sender, before what was known of the person."""
    said = body.get("contact_preference") or (person.contact_preference if person else None)
    preference = chosen.preference if chosen else said
    email, phone = (
        (getattr(chosen, name) if chosen else None) or body.get(name) or (getattr(person, name) if person else None)
        for name in ("email", "phone")
    )
    return Reach(
        account=not row.person_id.startswith("visitor:") and row.site_id in lms_sites,
        email=email,
        phone=bool(phone),
        preference=ContactPreference(preference) if preference else None,
    )


def _people(conn: Connection, rows: Sequence[Any]) -> dict[tuple[str, str], Any]:
    which = [and_(people.c.site_id == row.site_id, people.c.person_id == row.person_id) for row in rows]
    found = conn.execute(select(people).where(or_(false(), *which)))
    return {(row.site_id, row.person_id): row for row in found}
