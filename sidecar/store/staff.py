"""Who works here: the roles and departments that a person holds, whether the LMS or a local account lets them in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Boolean, Column, String, Table, select
from sqlalchemy.engine import Connection, Row

from sidecar.domain.access import StaffRole, Viewer
from sidecar.store.base import Json, UtcTime, metadata, upserting

LOCAL: Final = "local"
"""Stands where a site's id does in the keys and logins of people without an LMS account. No site may be called so."""

staff = Table(
    "staff",
    metadata,
    Column("key", String(130), primary_key=True),  # `<site>:<LMS user id>`, or `local:<id>`
    Column("name", String(300), nullable=False),
    Column("email", String(254)),
    Column("phone", String(32)),
    Column("locale", String(16), nullable=False),
    Column("roles", Json, nullable=False),  # values of StaffRole
    Column("departments", Json, nullable=False),  # keys of the policy's
    Column("body", String(64)),  # the government body of a supervisor
    # The same human at the LMS: whom a complaint accuses there must not read it here (P16).
    Column("lms_user", String(130), index=True),
    Column("active", Boolean, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    Column("changed_by", String(130), nullable=False),
)


def put(conn: Connection, values: Mapping[str, Any], by: str, now: datetime) -> None:
    """Keep who somebody is; all columns but the two of the change are the caller's."""
    row = {**values, "changed_at": now, "changed_by": by}
    new = upserting(conn, staff)
    kept = {name: new.excluded[name] for name in row if name != "key"}
    conn.execute(new.on_conflict_do_update(index_elements=["key"], set_=kept), row)


def get(conn: Connection, key: str) -> Row[Any] | None:
    """One person, whether active or not."""
    return conn.execute(select(staff).where(staff.c.key == key)).one_or_none()


def everybody(conn: Connection) -> Sequence[Row[Any]]:
    """All who ever worked here, by name: tens of them, so who holds what is for the reader to sort out."""
    return conn.execute(select(staff).order_by(staff.c.name, staff.c.key)).all()


def holders(conn: Connection, role: StaffRole, department: str | None = None) -> list[Row[Any]]:
    """The active people of a role; with a department, those of them who belong to it."""
    return [
        row
        for row in everybody(conn)
        if row.active and role in row.roles and (department is None or department in row.departments)
    ]


def names(conn: Connection, keys: Collection[str]) -> dict[str, str]:
    """What the people behind these keys are called, as far as they are staff."""
    found = conn.execute(select(staff.c.key, staff.c.name).where(staff.c.key.in_(list(keys))))
    return {row.key: row.name for row in found}


def locale_of(conn: Connection, key: str | None) -> str:
    """The language of somebody here; Arabic, the institute's, for whom nothing is known."""
    found = conn.scalar(select(staff.c.locale).where(staff.c.key == key)) if key else None
    return "en" if found and found.lower().startswith("en") else "ar"


def viewer_of(row: Row[Any]) -> Viewer:
    """A person as access decides about them."""
    return Viewer(
        row.key,
        frozenset(StaffRole(role) for role in row.roles),
        departments=frozenset(row.departments),
        also=frozenset({row.lms_user}) if row.lms_user else frozenset(),
        body=row.body,
    )


def others_at_level_2(conn: Connection, but_not: str | None) -> int:
    """How many active people of level 2 there are besides somebody: with none, the manager verifies (P14)."""
    return sum(but_not not in {row.key, row.lms_user} for row in holders(conn, StaffRole.AGENT_2))
