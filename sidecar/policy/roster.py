"""The roster's rules: when it is looked at by itself, and what the gaps are called (P3, P11)."""

from __future__ import annotations

from datetime import timedelta

from sidecar.domain.report import Gap
from sidecar.domain.roster import RosterRules
from sidecar.policy.document import Document
from sidecar.policy.values import duration
from sidecar.policy.words import refuse_others, section


def roster(document: Document) -> RosterRules:
    """The table `roster`, with a label for every gap."""
    table = section(document, "roster")
    if table is None:
        never = timedelta(0)
        return RosterRules("", never, never, never)
    names = table.inner("gaps")
    found = RosterRules(
        clause=table.clause(),
        conditions_before=table.required("conditions_before", duration),
        remind_again=table.required("remind_again", duration),
        stale_after=table.required("stale_after", duration),
        gaps={str(gap): names.label(gap) for gap in Gap} if names else {},
    )
    if names is not None:
        names.clause()
        refuse_others(names, Gap, "gap")
    table.finish()
    return found
