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
from sidecar.domain.means import Means, Reach, means_of
from sidecar.domain.policy import Policy
from sidecar.domain.report import ContactPreference
from sidecar.store import mails, preferences, reached, said, tellings
from sidecar.store.people import people


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
            tellings.settle(conn, [row.key], "failed", now, error=NEEDS_CALL)
        elif means is None:
            tellings.settle(conn, [row.key], "failed", now, error=NO_ADDRESS)


NEEDS_CALL = "needs_call"
"""The error of a delivery that only a telephone call can make."""
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
