"""The institute itself and its words: kinds, states, roles, channels (P15, P16, P6); and the closing of cases (P14)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeVar

from sidecar.domain.case import State
from sidecar.domain.institute import Body, Label
from sidecar.domain.report import Channel
from sidecar.policy.document import Document, unknown
from sidecar.policy.table import Table
from sidecar.policy.values import duration, handle, link, phone, text, whole, zone

E = TypeVar("E", bound=StrEnum)

# Telephone and email are the contact centre's (offices); the room and the web are places of our own.
_ADDRESSES: Final[Mapping[Channel, Callable[[object], str]]] = MappingProxyType(
    {
        Channel.WHATSAPP: phone,
        Channel.SMS: phone,
        Channel.MESSENGER: handle,
        Channel.X: handle,
        Channel.REMOTE_SUPPORT: link,
        Channel.IN_PERSON: text,
    }
)


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


def channels(document: Document) -> tuple[dict[Channel, Label], dict[Channel, str]]:
    """Every channel's label, and the addresses of those that have one (P6): a table each, citing its clause."""
    table = section(document, "channels")
    found: dict[Channel, Label] = {}
    addresses: dict[Channel, str] = {}
    for name in table.data if table else ():  # in the policy's order: the panel's, too
        if table is None or name not in list(Channel):
            continue
        entry, channel = table.inner(name), Channel(name)
        if entry is None:
            continue
        entry.clause()
        found[channel] = entry.label()
        if channel in _ADDRESSES and (address := entry.optional("address", _ADDRESSES[channel], "")):
            addresses[channel] = address
        entry.finish()
    if table is not None:
        for channel in Channel:
            if channel not in table.data:
                table.fault(channel, "missing")
        refuse_others(table, Channel, "channel")
    return found, addresses


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
