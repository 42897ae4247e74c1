"""Who is to be called: tellings that only a telephone can make, of the cases that somebody may see (P6.3, P7).

No table of its own: a delivery that needs a call says so, and is settled by the call that is logged.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.engine import Connection

from sidecar.domain.access import Viewer
from sidecar.store import preferences
from sidecar.store.cases import case_reports, cases
from sidecar.store.people import people
from sidecar.store.reports import reports
from sidecar.store.tellings import NEEDS_CALL, deliveries, tellings
from sidecar.store.visible import visible


def waiting(conn: Connection, viewer: Viewer, limit: int = 200) -> Sequence[Any]:
    """Whom to call, who has waited longest first, each once for a case.

    Columns: case_id, cause, at, site_id, person_id, report_key, locale, name, phone, body, reference.
    """
    same = and_(people.c.site_id == deliveries.c.site_id, people.c.person_id == deliveries.c.person_id)
    query = (
        select(
            _stands_in().label("case_id"), tellings.c.cause, tellings.c.at, deliveries.c.site_id,
            deliveries.c.person_id, deliveries.c.report_key, deliveries.c.locale, people.c.name, people.c.phone,
            reports.c.body, reports.c.reference,
        )
        .join(tellings, tellings.c.id == deliveries.c.telling_id)
        .join(cases, cases.c.id == tellings.c.case_id)
        .outerjoin(reports, reports.c.key == deliveries.c.report_key)
        .outerjoin(people, same)
        .where(deliveries.c.state == "failed", deliveries.c.error == NEEDS_CALL, visible(viewer))
    )  # fmt: skip
    return conn.execute(query.order_by(tellings.c.at, deliveries.c.key).limit(limit)).all()


def numbers(conn: Connection, rows: Sequence[Any]) -> list[str]:
    """Under which number each of `waiting` or `bodies` is called: chosen since, else the report's, else a known one."""
    chosen = preferences.outweighing(conn, rows)
    newer = (chosen.get((row.site_id, row.person_id, row.report_key)) for row in rows)
    return [
        (choice.phone if choice else None) or (row.body or {}).get("phone") or row.phone or ""
        for row, choice in zip(rows, newer, strict=True)
    ]


def count(conn: Connection, viewer: Viewer) -> int:
    """How many tellings wait for a call."""
    query = (
        select(func.count())
        .select_from(deliveries)
        .join(tellings, tellings.c.id == deliveries.c.telling_id)
        .join(cases, cases.c.id == tellings.c.case_id)
        .where(deliveries.c.state == "failed", deliveries.c.error == NEEDS_CALL, visible(viewer))
    )
    return int(conn.scalar(query) or 0)


def of_case(conn: Connection, case_id: int) -> dict[tuple[str, str], str]:
    """Who of a case waits for a call: site and person, with the name that they gave; empty where they gave none."""
    query = (
        select(deliveries.c.site_id, deliveries.c.person_id, reports.c.body)
        .outerjoin(reports, reports.c.key == deliveries.c.report_key)
        .where(_waits(case_id))
        .order_by(deliveries.c.person_id, deliveries.c.key)
    )
    return {(row.site_id, row.person_id): (row.body or {}).get("name") or "" for row in conn.execute(query)}


def reporters(conn: Connection, case_id: int) -> dict[tuple[str, str], str]:
    """Everybody who reported a case, with the name that they gave."""
    query = (
        select(reports.c.site_id, reports.c.sender, reports.c.body)
        .join(case_reports, case_reports.c.report_key == reports.c.key)
        .where(case_reports.c.case_id == case_id)
        .order_by(reports.c.received_at, reports.c.key)
        .limit(50)
    )
    return {(row.site_id, row.sender): (row.body or {}).get("name") or "" for row in conn.execute(query)}


def bodies(conn: Connection, case_ids: Collection[int]) -> dict[tuple[int, str, str], Any]:
    """What the reporters of these cases said of themselves, by case, site and person: their latest report of it."""
    query = (
        select(
            case_reports.c.case_id,
            reports.c.key.label("report_key"),
            reports.c.site_id,
            reports.c.sender.label("person_id"),
            reports.c.body,
            reports.c.reference,
            people.c.name,
            people.c.phone,
        )
        .join(reports, case_reports.c.report_key == reports.c.key)
        .outerjoin(people, and_(people.c.site_id == reports.c.site_id, people.c.person_id == reports.c.sender))
        .where(case_reports.c.case_id.in_(list(case_ids)))
        .order_by(reports.c.received_at, reports.c.key)
    )
    return {(row.case_id, row.site_id, row.person_id): row for row in conn.execute(query)}


def reached(conn: Connection, case_id: int, whom: tuple[str, str] | None, now: datetime) -> int:
    """Somebody of a case has been spoken to: what waited for a call to them is told; how many still wait.

    Args:
        whom: site and person; None for somebody who was not waiting for it.
    """
    if whom is not None:
        which = and_(_waits(case_id), deliveries.c.site_id == whom[0], deliveries.c.person_id == whom[1])
        conn.execute(update(deliveries).where(which).values(state="sent", error="", at=now))
    return int(conn.scalar(select(func.count()).select_from(deliveries).where(_waits(case_id))) or 0)


def give_up(conn: Connection, case_id: int, whom: tuple[str, str], error: str, now: datetime) -> None:
    """Nobody is called any more: what waited for it is not told, and why."""
    which = and_(_waits(case_id), deliveries.c.site_id == whom[0], deliveries.c.person_id == whom[1])
    conn.execute(update(deliveries).where(which).values(error=error, at=now))


def _stands_in() -> ColumnElement[int]:
    return func.coalesce(cases.c.merged_into, cases.c.id)


def _waits(case_id: int) -> ColumnElement[bool]:
    """Of a case and of those that were merged into it: their people wait still, and nobody acts on those any more."""
    merged = select(cases.c.id).where(cases.c.merged_into == case_id)
    about = select(tellings.c.id).where(or_(tellings.c.case_id == case_id, tellings.c.case_id.in_(merged)))
    return and_(deliveries.c.telling_id.in_(about), deliveries.c.state == "failed", deliveries.c.error == NEEDS_CALL)
