"""The institute itself and its words: kinds, states, roles, channels (P15, P16, P6); and the closing of cases (P14)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar

from sidecar.domain.case import State
from sidecar.domain.institute import Body, Label
from sidecar.policy.document import Document, unknown
from sidecar.policy.table import Table
from sidecar.policy.values import duration, whole, zone

E = TypeVar("E", bound=StrEnum)


def section(document: Document, key: str) -> Table | None:
    """A top-level table; its absence is a fault, unless a file that might hold it cannot be read."""
    top = Table(document, (), document.data)
    return top.inner(key, needed=document.complete)


def institute(document: Document) -> tuple[Label, str, str]:
    """Its name, the clause, and its time zone."""
    table = section(document, "institute")
    if table is None:
        return Label("", ""), "", "UTC"
    found = table.label("name"), table.clause(), table.required("timezone", zone)
    table.finish()
    return found


def labels(document: Document, key: str, names: type[E], thing: str) -> dict[E, Label]:
    """A table with one label for each member of an enumeration, all of them and no other."""
    table = section(document, key)
    if table is None:
        return {}
    table.clause()
    found = {name: table.label(name) for name in names}
    refuse_others(table, names, thing)
    return found


def cited_labels(document: Document, key: str, names: type[E], thing: str) -> dict[E, Label]:
    """The same where each member is a table that cites its own clause."""
    table = section(document, key)
    found = {}
    for name in names if table else ():
        entry = table.inner(name) if table else None
        if entry is not None:
            entry.clause()
            found[name] = entry.label()
            entry.finish()
    if table is not None:
        refuse_others(table, names, thing)
    return found


def refuse_others(table: Table, names: Iterable[str], thing: str) -> None:
    """Refuse the entries of a closed table that are none of its names."""
    known = frozenset(names)
    for key in table.data:
        if key not in known and key != "clause":
            table.fault(key, unknown(thing, key, known))


def bodies(document: Document) -> dict[str, Body]:
    """The government bodies served, "such as" those of P9: any number."""
    table = section(document, "bodies")
    found = {}
    for key, entry in table.entries() if table else ():
        found[key] = Body(key, entry.label(), entry.clause())
        entry.finish()
    return found


def closing(document: Document) -> timedelta:
    """How long after closure a case may be reopened."""
    table = section(document, "closing")
    if table is None:
        return timedelta(0)
    table.clause()
    reopen_within = table.required("reopen_within", duration)
    table.finish()
    return reopen_within


def poll_seconds(document: Document) -> dict[str, int]:
    """By state, after how many seconds a client may ask again; every state has one."""
    table = section(document, "poll_seconds")
    if table is None:
        return {}
    table.clause()
    found = {str(state): table.required(state, whole(1, 86_400)) for state in State}
    refuse_others(table, State, "state")
    return found
