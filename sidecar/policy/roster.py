"""The roster's rules: when its people are told something (P3, P11)."""

from __future__ import annotations

from sidecar.domain.roster_rules import NEVER, RosterRules
from sidecar.policy.document import Document
from sidecar.policy.values import duration
from sidecar.policy.words import section


def roster(document: Document) -> RosterRules:
    """The table `roster`."""
    table = section(document, "roster")
    if table is None:
        return NEVER
    found = RosterRules(
        clause=table.clause(),
        conditions_before=table.required("conditions_before", duration),
        remind_again=table.required("remind_again", duration),
        stale_after=table.required("stale_after", duration),
    )
    table.finish()
    return found
