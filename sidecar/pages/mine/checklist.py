"""The checklist on one's own report about a certificate."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _

from sidecar.casework import own_checklist
from sidecar.domain.facts import FactsStatus
from sidecar.pages import checklist_words
from sidecar.pages.session import runtime


def _in_words(line: checklist_words.Line) -> checklist_words.Line:
    """The same with sources in words: which function of the platform told it is of no use to a trainee."""
    names = [(label, name, _("your profile on the learning platform")) for label, name, _source in line.names]
    return replace(line, names=names, source=_("The learning platform") if "_" in line.source else line.source)


def shown(key: uuid.UUID, locale: str) -> dict[str, Any] | None:
    """What the template needs; None beside a report of another kind."""
    found = own_checklist.of_report(runtime(), key)
    if found is None:
        return None
    return {
        "pending": found.status is FactsStatus.PENDING,
        "answer": checklist_words.answer(found.readiness, locale) if found.readiness else "",
        "lines": [_in_words(one) for one in checklist_words.lines(checklist_words.ones_own(found.readiness), locale)]
        if found.readiness
        else [],
        "mended": checklist_words.gap_words(found.mended, locale),
    }
