"""How people chose to be answered on the page where they follow a report (P6), and under which address.

Of somebody with an account it holds for the person. A visitor is known by what was typed into a form, which anybody may
type: there it holds for the one report whose link its sender has.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, String, Table, func, select
from sqlalchemy.engine import Connection, Row

from sidecar.domain.report import ContactPreference
from sidecar.store.base import UtcTime, chosen, metadata, upserting
from sidecar.store.reports import reports

preferences = Table(
    "preferences",
    metadata,
    Column("whose", String(130), primary_key=True),
    chosen("preference", ContactPreference, nullable=True),  # None: however is easiest
    Column("email", String(254)),
    Column("phone", String(32)),
    Column("at", UtcTime, nullable=False),
)


def whose(site_id: str, person_id: str, report_key: uuid.UUID | None) -> str:
    """Under what somebody's choice is kept."""
    return f"report:{report_key}" if person_id.startswith("visitor:") else f"{site_id}:{person_id}"


def choose(conn: Connection, values: dict[str, Any]) -> None:
    """Keep a choice: whose, preference, email, phone, at. An address that is not given anew stays."""
    new = upserting(conn, preferences)
    kept = {name: func.coalesce(new.excluded[name], preferences.c[name]) for name in ("email", "phone")}
    changed = {name: new.excluded[name] for name in ("preference", "at")}
    conn.execute(new.on_conflict_do_update(index_elements=["whose"], set_=kept | changed), values)


def of(conn: Connection, who: str) -> Row[Any] | None:
    """What somebody chose."""
    return conn.execute(select(preferences).where(preferences.c.whose == who)).one_or_none()


def outweighing(conn: Connection, rows: Sequence[Any]) -> dict[tuple[str, str, uuid.UUID | None], Any]:
    """The choices that outweigh what a report said, by site, person and report.

    What a later report says by itself is newer than the choice.

    Args:
        rows: anything with site_id, person_id and report_key.
    """
    wanted = {(row.site_id, row.person_id, row.report_key) for row in rows}
    found = _chosen(conn, {whose(*one) for one in wanted})
    if not found:
        return {}
    keys = [key for _site, _person, key in wanted if key is not None]
    query = select(reports.c.key, reports.c.received_at, reports.c.body).where(reports.c.key.in_(keys))
    said = {row.key: row for row in conn.execute(query)}
    return {
        one: choice
        for one in wanted
        if (choice := found.get(whose(*one))) is not None and not _newer(said.get(one[2]), choice.at)
    }


def _newer(report: Any, at: datetime) -> bool:
    return report is not None and bool(report.body.get("contact_preference")) and report.received_at > at


def _chosen(conn: Connection, who: Collection[str]) -> dict[str, Any]:
    rows = conn.execute(select(preferences).where(preferences.c.whose.in_(list(who))))
    return {row.whose: row for row in rows}
