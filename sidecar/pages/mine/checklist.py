"""The checklist on one's own report about a certificate."""

from __future__ import annotations

import uuid
from typing import Any

from sidecar.casework import own_checklist
from sidecar.domain.facts import FactsStatus
from sidecar.pages import checklist_words
from sidecar.pages.session import runtime


def shown(key: uuid.UUID, locale: str) -> dict[str, Any] | None:
    """What the template needs; None beside a report of another kind."""
    found = own_checklist.of_report(runtime(), key)
    if found is None:
        return None
    return {
        "pending": found.status is FactsStatus.PENDING,
        "answer": checklist_words.answer(found.readiness, locale) if found.readiness else "",
        "lines": checklist_words.lines(checklist_words.ones_own(found.readiness), locale) if found.readiness else [],
        "mended": checklist_words.gap_words(found.mended, locale),
    }
