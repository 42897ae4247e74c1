"""The tables `registry.<name>`: what a register is called, how it is asked, what its words mean, who minds it (P11)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from sidecar.domain.institute import Label
from sidecar.domain.registry import MANAR, NELC, RegistryRules, RegistryState, name_key
from sidecar.policy.document import Document
from sidecar.policy.people import tell_of
from sidecar.policy.table import Table
from sidecar.policy.values import duration, flag, one_of, text, whole

_EXPORTED = (MANAR, NELC)
"""Whose files can be read."""
_SHORTEST = timedelta(days=1)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")


def registries(document: Document) -> dict[str, RegistryRules]:
    """Every register that the policy names; a policy without any has none."""
    table = Table(document, (), document.data).inner("registry", needed=False)
    found = {}
    for key, entry in table.entries() if table else ():
        if not _NAME.fullmatch(key):
            entry.fault(None, "a register's name: at most 32 of a-z, 0-9 and _, a letter first")
            continue
        rules = _rules(key, entry, document)
        entry.finish()
        if entry.sound:
            found[key] = rules
    return found


def _rules(key: str, entry: Table, document: Document) -> RegistryRules:
    exported = key in _EXPORTED
    by = entry.optional("by", one_of(("exports", "interface"), "way"), "exports" if exported else "interface")
    if by == "exports" and not exported:
        entry.fault("by", f"only exports of {', '.join(_EXPORTED)} can be read; 'interface'")
    rules = RegistryRules(
        key=key,
        clause=entry.clause(),
        label=entry.label(),
        on=entry.required("on", flag),
        explains=entry.optional("explains", flag, key == NELC),
        stale_after=entry.required("stale_after", duration),
        says=_says(key, entry),
        imported=by == "exports",
        **(_exports(key, entry, document) if by == "exports" else {}),
    )
    for name in ("stale_after", "remind_every") if entry.sound and rules.imported else ():
        if getattr(rules, name) < _SHORTEST:
            entry.fault(name, "must be a day or more")
    return rules


def _exports(key: str, entry: Table, document: Document) -> dict[str, Any]:
    return {
        "department": entry.required("department", document.reference("departments", "department")),
        "remind_every": entry.required("remind_every", duration),
        "tell": entry.required("tell", tell_of(document)),
        "largest": entry.required("largest_megabytes", whole(1, 100)),
        "rows": entry.required("rows", whole(1, 500_000)),
        "states": _states(entry) if key == MANAR else {},
    }


def _says(key: str, entry: Table) -> dict[RegistryState, Label]:
    """How its states are told; Manar's are told by the names of the gaps where nothing stands here."""
    table = entry.inner("says", needed=key != MANAR)
    said: list[RegistryState] = [state for state in RegistryState if state != RegistryState.UNKNOWN]
    found = {state: table.label(state) for state in said if key != MANAR or state in table.data} if table else {}
    if table:
        table.finish()
    return found


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
