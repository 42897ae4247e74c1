"""The tables `registry.manar` and `registry.nelc`: who minds a register's exports, and what its words mean (P11)."""

from __future__ import annotations

from datetime import timedelta

from sidecar.domain.registry import MANAR, NELC, RegistryRules, RegistryState, name_key
from sidecar.policy.document import Document
from sidecar.policy.people import tell_of
from sidecar.policy.table import Table
from sidecar.policy.values import duration, flag, text, whole

_SOURCES = (MANAR, NELC)
_SHORTEST = timedelta(days=1)


def registries(document: Document) -> dict[str, RegistryRules]:
    """Every register that the policy names; a policy without any has none."""
    table = Table(document, (), document.data).inner("registry", needed=False)
    found = {}
    for key, entry in table.entries() if table else ():
        if key not in _SOURCES:
            entry.fault(None, f"unknown register; there are {', '.join(_SOURCES)}")
            continue
        rules = _rules(key, entry, document)
        entry.finish()
        if entry.sound:
            found[key] = rules
    return found


def _rules(key: str, entry: Table, document: Document) -> RegistryRules:
    rules = RegistryRules(
        key=key,
        clause=entry.clause(),
        label=entry.label(),
        on=entry.required("on", flag),
        department=entry.required("department", document.reference("departments", "department")),
        stale_after=entry.required("stale_after", duration),
        remind_every=entry.required("remind_every", duration),
        tell=entry.required("tell", tell_of(document)),
        largest=entry.required("largest_megabytes", whole(1, 100)),
        rows=entry.required("rows", whole(1, 500_000)),
        states=_states(entry) if key == MANAR else {},
    )
    if entry.sound:
        for name in ("stale_after", "remind_every"):
            if getattr(rules, name) < _SHORTEST:
                entry.fault(name, "must be a day or more")
    return rules


def _states(entry: Table) -> dict[str, RegistryState]:
    """The register's words by what they mean; a word means one thing."""
    table = entry.inner("states")
    found: dict[str, RegistryState] = {}
    for state in RegistryState if table else ():
        for word in table.listed(state, text) if table else ():
            if found.setdefault(name_key(word), state) is not state and table:
                table.fault(state, f"{word!r} means {found[name_key(word)]} already")
    if table:
        table.finish()
    return found
