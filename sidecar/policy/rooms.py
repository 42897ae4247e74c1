"""The room board's rules and the words that people of a room are told (P1, P2, P14)."""

from __future__ import annotations

import string
from datetime import timedelta
from typing import Final

from sidecar.domain.institute import Label
from sidecar.domain.policy import RoomRules
from sidecar.policy.document import Document
from sidecar.policy.people import tell_of
from sidecar.policy.table import Table
from sidecar.policy.values import duration, whole
from sidecar.policy.words import refuse_others, section

FILLED: Final = frozenset({"reference", "symptom", "since", "room", "course", "text", "link"})
MESSAGES: Final = (
    "subject", "subject_room", "told", "told_desk", "solved", "known", "backup", "answer", "staff",
    "ready", "ready_trainer_absent", "ready_major", "no_manager", "unseen",
)  # fmt: skip


def rooms(document: Document) -> RoomRules:
    """How the board works, and every message it can send."""
    table = section(document, "rooms")
    if table is None:
        nothing = timedelta(0)
        return RoomRules("", nothing, nothing, nothing, "management", nothing, nothing, {}, 1)
    rules = RoomRules(
        clause=table.clause(),
        undo=table.required("undo", duration),
        manager_before=table.required("manager_before", duration),
        manager_seen_within=table.required("manager_seen_within", duration),
        manager_missing_tells=table.required("manager_missing_tells", tell_of(document)),
        status_line_first=table.required("status_line_first", duration),
        presence_fresh=table.required("presence_fresh", duration),
        messages=_messages(table.inner("messages")),
        known_from=table.required("known_from", whole(1)),
    )
    table.finish()
    return rules


def _messages(table: Table | None) -> dict[str, Label]:
    found: dict[str, Label] = {}
    for key in MESSAGES if table else ():
        entry = table.inner(key) if table else None
        if entry is None:
            continue
        entry.clause()
        label = entry.label()
        entry.finish()
        if entry.sound and (reason := _unfillable(label)):
            entry.fault("label", reason)
        found[key] = label
    if table is not None:
        refuse_others(table, MESSAGES, "message")
    return found


def _unfillable(label: Label) -> str | None:
    for text in (label.ar, label.en):
        try:
            names = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
        except ValueError:
            return "has a brace that is neither opened nor closed"
        if names - FILLED:
            return f"{{{min(names - FILLED)}}} cannot be filled in; there are {', '.join(sorted(FILLED))}"
    return None
