"""By what people are known to registers outside: the keyed hash of their national ID, and their names.

Whoever holds this table and not the secret learns the last two digits of each. The number itself is nowhere, unless
the policy asks for it (`national_id = "encrypted"`): then it is sealed beside its hash, for registers asked by it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, String, Table, Text, select, update
from sqlalchemy.engine import Connection, Row

from sidecar.domain.plain_text import storable_whole
from sidecar.domain.registry import name_key
from sidecar.store.base import UtcTime, metadata, upserting

identities = Table(
    "identities",
    metadata,
    Column("site_id", String(64), primary_key=True),
    Column("person_id", String(64), primary_key=True),
    Column("number_key", String(64)),
    Column("number_end", String(2), nullable=False),
    Column("sealed", Text),  # `store/sealed`; the number of `number_key`, never of another
    Column("name_ar", String(300), nullable=False),  # folded, as names are compared
    Column("name_en", String(300), nullable=False),
    Column("at", UtcTime, nullable=False),
    Index("ix_identities_number", "number_key"),
)


def note(conn: Connection, site_id: str, told: Sequence[tuple[str, Mapping[str, Any], datetime]]) -> None:
    """Keep by what people are known now.

    What no database takes counts as what the LMS could not say.

    Args:
        told: for each person: the LMS's id, the facts that are known (name → value) and when they were read. Where the
            LMS could not say, a name of `profile.…` is absent, and what stands stays.
    """
    before = _held(conn, site_id, [person_id for person_id, _, _ in told])
    rows: dict[str, dict[str, Any]] = {}
    for person_id, values, at in told:
        row = _row(rows.get(person_id) or before.get(person_id), values)
        if row is None:
            continue
        rows[person_id] = row | {"site_id": site_id, "person_id": person_id, "at": at}
    if rows:
        new = upserting(conn, identities)
        replaced = {c.name: new.excluded[c.name] for c in identities.c if not c.primary_key}
        statement = new.on_conflict_do_update(index_elements=["site_id", "person_id"], set_=replaced)
        conn.execute(statement, [rows[person_id] for person_id in sorted(rows)])


def _held(conn: Connection, site_id: str, person_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """What stands of them; nobody else changes it until the transaction ends."""
    which = (identities.c.site_id == site_id, identities.c.person_id.in_(sorted(person_ids)))
    query = select(identities).where(*which).order_by(identities.c.person_id).with_for_update()
    return {row["person_id"]: dict(row) for row in conn.execute(query).mappings()}


def _row(before: Mapping[str, Any] | None, values: Mapping[str, Any]) -> dict[str, Any] | None:
    """What stands, with what is known now in its place; None where that is not known by which somebody is known.

    A number goes where it is known that there is none, or another: not where its hash was not told.
    """
    values = {name: value for name, value in values.items() if storable_whole(value)}
    key, state = values.get("profile.national_id_key"), values.get("profile.national_id")
    if before is None and not key and "profile.national_id" not in values:
        return None  # whose number nobody could read is asked about again
    row = dict(before or {"number_key": None, "number_end": "", "sealed": None, "name_ar": "", "name_en": ""})
    end = values.get("profile.national_id_end") or ""
    if key:
        # Who tells the hash alone (the plugin) leaves what is sealed of the same number.
        sealed = values.get("profile.national_id_sealed") or (row["sealed"] if key == row["number_key"] else None)
        row |= {"number_key": key, "number_end": end, "sealed": sealed}
    elif ("profile.national_id" in values and not state) or (end and end != row["number_end"]):
        row |= {"number_key": None, "number_end": end, "sealed": None}
    for name in ("name_ar", "name_en"):
        if f"profile.{name}" in values:
            row[name] = name_key(str(values[f"profile.{name}"] or ""))[:300]
    return row


def of(conn: Connection, site_id: str, person_ids: Collection[str]) -> dict[str, Row[Any]]:
    """Of these people, as far as they are known."""
    which = (identities.c.site_id == site_id, identities.c.person_id.in_(list(person_ids)))
    return {row.person_id: row for row in conn.execute(select(identities).where(*which))}


def holders(conn: Connection, number_keys: Collection[str]) -> dict[str, list[tuple[str, str]]]:
    """Whose each number is: (site, person); more than one of a site is a duplicate."""
    found: dict[str, list[tuple[str, str]]] = {}
    which = identities.c.number_key.in_(list(number_keys))
    for row in conn.execute(select(identities).where(which).order_by(identities.c.site_id, identities.c.person_id)):
        found.setdefault(row.number_key, []).append((row.site_id, row.person_id))
    return found


def unsealed(conn: Connection, number_keys: Collection[str]) -> set[str]:
    """Of these hashes, those that somebody has here without the number."""
    which = (identities.c.number_key.in_(list(number_keys)), identities.c.sealed.is_(None))
    return set(conn.scalars(select(identities.c.number_key).where(*which)))


def seal(conn: Connection, sealed: Mapping[str, str]) -> None:
    """Keep numbers beside the hashes of theirs that stand here without: hash → sealed number."""
    table = identities
    for key in sorted(sealed):
        lacks = (table.c.number_key == key, table.c.sealed.is_(None))
        conn.execute(update(table).where(*lacks).values(sealed=sealed[key]))


def unseal_all(conn: Connection, most: int) -> int:
    """Erase some of the sealed numbers; returns how many."""
    table = identities
    some = select(table.c.site_id, table.c.person_id).where(table.c.sealed.is_not(None)).limit(most)
    found = conn.execute(some).all()
    for row in found:
        conn.execute(
            update(table).where(table.c.site_id == row.site_id, table.c.person_id == row.person_id).values(sealed=None)
        )
    return len(found)


def renumber(
    conn: Connection, site_id: str, person_id: str, number_key: str, end: str, sealed: str, now: datetime
) -> None:  # fmt: skip
    """Somebody's number is this one now."""
    new = upserting(conn, identities)
    told = {"number_key": number_key, "number_end": end, "sealed": sealed, "at": now}
    row = {"site_id": site_id, "person_id": person_id, "name_ar": "", "name_en": "", **told}
    conn.execute(new.on_conflict_do_update(index_elements=["site_id", "person_id"], set_=told), row)
