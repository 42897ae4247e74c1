"""The desk's own tables: `alerts`, `morning`, `calls`, `ready` (P7, P8, P12)."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Final

from sidecar.domain.case import CaseKind
from sidecar.domain.desk_rules import Calls, DeskRules, Morning, Raised, ReadyText
from sidecar.domain.institute import Label
from sidecar.policy.document import Document
from sidecar.policy.people import tell_of
from sidecar.policy.table import Table
from sidecar.policy.values import duration, local_time, member, whole
from sidecar.policy.words import labels, section

_NEVER: Final = Calls("", timedelta(hours=1), "", 1, timedelta(0), "management")
_LONGEST: Final = 4000  # letters of a ready text: as many as an answer may have


def desk(document: Document) -> DeskRules:
    """All of the desk's rules."""
    names = {str(one): label for one, label in labels(document, "alerts", Raised, "alert").items()}
    return DeskRules(_morning(document), _calls(document), names, _ready(document))


def _morning(document: Document) -> Morning:
    table = section(document, "morning")
    if table is None:
        return Morning("", time(0), ())
    found = Morning(
        table.clause(), table.required("at", local_time), table.listed("tells", tell_of(document), needed=True)
    )
    table.finish()
    for tell in found.tells:
        if tell in {"on_call", "substitute"}:
            table.fault("tells", f"{tell!r} has no day of its own: a lead, head:department or management")
    return found


def _calls(document: Document) -> Calls:
    table = section(document, "calls")
    if table is None:
        return _NEVER
    found = Calls(
        clause=table.clause(),
        within=table.required("within", duration),
        calendar=table.required("calendar", document.reference("calendars", "calendar")),
        tries=table.required("tries", whole(1, 20)),
        apart=table.required("apart", duration),
        tell=table.required("tell", tell_of(document)),
    )
    table.finish()
    return found


def _ready(document: Document) -> tuple[ReadyText, ...]:
    table = section(document, "ready")
    found = []
    for key, entry in table.entries() if table else ():
        entry.clause()
        one = ReadyText(
            key, entry.label(), _text(entry),
            frozenset(str(kind) for kind in entry.listed("kinds", member(CaseKind, "kind"))),
            frozenset(entry.listed("categories", document.reference("categories", "category"))),
        )  # fmt: skip
        entry.finish()
        if entry.sound:
            found.append(one)
    return tuple(found)


def _text(entry: Table) -> Label:
    label = entry.label("text")
    if entry.sound and max(len(label.ar), len(label.en)) > _LONGEST:
        entry.fault("text", f"is longer than an answer may be ({_LONGEST} letters)")
    return label
