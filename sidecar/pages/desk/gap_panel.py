"""The checklist beside a certificate case: what stands between its trainee and the certificate, what has changed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.engine import Connection

from sidecar.domain.access import may
from sidecar.domain.case import Action, Case
from sidecar.domain.certificate_words import listed, mended
from sidecar.domain.facts import FactsStatus
from sidecar.domain.registry import RegistryEntry
from sidecar.pages import checklist_words
from sidecar.pages.desk.panels import Panel
from sidecar.pages.session import Visitor, runtime
from sidecar.store import cases, checklists, permitted, reports


def panel(conn: Connection, case: Case, visitor: Visitor, registers: Sequence[RegistryEntry]) -> Panel | None:
    """The card; none beside a case of another kind.

    Args:
        registers: what each register says of the case's person.
    """
    found = checklists.of_case(conn, runtime().policy, case, runtime().clock(), registers)
    if found is None:
        return None
    rules, locale = runtime().policy.certificate, visitor.locale
    may_propose = case.is_open and may(visitor.viewer, Action.PROPOSE, case, permitted.involved(conn, case))
    context = {
        "pending": found.status is FactsStatus.PENDING,
        "claimed": listed(sorted(found.claimed), rules, locale),
        "answer": checklist_words.answer(found.readiness, locale) if found.readiness else "",
        "lines": checklist_words.lines(found.readiness, locale) if found.readiness else [],
        "mended": checklist_words.gap_words(found.mended, locale),
        "new": checklist_words.gap_words(found.new, locale),
        "closes": found.closes and case.is_open,
        "propose": f"/desk/cases/{case.id}/propose" if found.closes and may_propose else "",
        "version": case.version,
        "text": mended(found.claimed, rules, _reads(conn, case)),
    }
    return Panel("desk/gap_panel.html", context, leads=True)


def _reads(conn: Connection, case: Case) -> str:
    """The language of whoever reads the answer: that of the last report."""
    keys = cases.report_keys(conn, case.id)
    found = reports.load(conn, keys[-1:])
    return "en" if any(one.locale.lower().startswith("en") for one in found.values()) else "ar"
