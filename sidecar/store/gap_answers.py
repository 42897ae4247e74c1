"""Facts about a certificate have come: the trainee is answered at once, and a gap that is gone is noted on its case.

The answer is the house's own: it is a telling like a receipt, no person's answer, and stops no clock (P8). A gap that
is gone closes nothing by itself: it suggests that, and a person proposes and another verifies (P14).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.engine import Connection

from sidecar.domain.case import Action, Case, CaseKind
from sidecar.domain.certificate_words import kept
from sidecar.domain.policy import Policy
from sidecar.domain.readiness import cause
from sidecar.domain.registry import RegistryEntry
from sidecar.domain.report import Report, Role
from sidecar.store import announce, cases, checklists, sent_data
from sidecar.store.tellings import deliveries, tellings

GONE, BACK = "gap_gone", "gap_back"
"""Reasons of an event."""


def heard(
    conn: Connection, policy: Policy, case: Case, report: Report, now: datetime, registers: Sequence[RegistryEntry]
) -> bool:
    """Judge a certificate case by the facts that have come; whether somebody is told something."""
    found = checklists.of_case(conn, policy, case, now, registers)
    if found is None or found.readiness is None or not case.is_open:
        return False
    _note(conn, case, now, closes=found.closes)
    answer = cause(found.readiness)
    if not answer.exact or not _about_oneself(case, report):
        return False
    told = kept(answer)
    if told["key"] in _told(conn, case) and (_answered(conn, report) or sent_data.known(conn, report.key)):
        return False
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    number = announce.announce(conn, case, "certificate", now, text=text, only=[report.key])
    if number is None:
        return False
    data = {"telling": number, "cause": told["key"]}
    cases.record(conn, case.id, Action.TELL, now, actor=cases.ITSELF, reason="certificate", data=data)
    return True


def _about_oneself(case: Case, report: Report) -> bool:
    return report.reporter.role is Role.TRAINEE and checklists.is_ones_own(case, report)


def _told(conn: Connection, case: Case) -> set[str]:
    """Causes that were told already: the same answer is not sent twice, however often somebody looks again."""
    query = select(tellings.c.text).where(tellings.c.case_id == case.id, tellings.c.cause == "certificate")
    return {json.loads(text)["key"] for text in conn.scalars(query)}


def _answered(conn: Connection, report: Report) -> bool:
    """Whether this very report was answered: who asks anew is told again, though it be the same."""
    here = and_(deliveries.c.telling_id == tellings.c.id, deliveries.c.report_key == report.key)
    query = select(tellings.c.id).join(deliveries, here).where(tellings.c.cause == "certificate")
    return conn.scalar(query.limit(1)) is not None


def _note(conn: Connection, case: Case, now: datetime, *, closes: bool) -> None:
    last = [event.reason for event in cases.timeline(conn, case.id) if event.reason in {GONE, BACK}][-1:]
    if closes and last != [GONE]:
        cases.record(conn, case.id, Action.EVIDENCE, now, actor=cases.ITSELF, reason=GONE, data={})
    elif not closes and last == [GONE]:
        cases.record(conn, case.id, Action.EVIDENCE, now, actor=cases.ITSELF, reason=BACK, data={})


def gone_of(conn: Connection, listed: Collection[Case]) -> frozenset[int]:
    """Those of these cases, still open, whose gap the facts last said to be gone."""
    numbers = [case.id for case in listed if case.kind is CaseKind.CERTIFICATE_GAP and case.is_open]
    if not numbers:
        return frozenset()
    table = cases.events
    query = select(table.c.case_id, table.c.reason).where(
        table.c.case_id.in_(numbers), table.c.action == Action.EVIDENCE, table.c.reason.in_((GONE, BACK))
    )
    last = {row.case_id: row.reason for row in conn.execute(query.order_by(table.c.id))}
    return frozenset(number for number, reason in last.items() if reason == GONE)
