"""Somebody calls or comes by: whom we know by number, name or reference, and what of theirs is open (P6.3)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.engine import Connection

from sidecar.domain.access import Viewer
from sidecar.domain.case import OPEN_STATES, Case
from sidecar.domain.facts import Facts
from sidecar.domain.registry import number_key, number_of
from sidecar.runtime import Runtime
from sidecar.store import cases, facts, identities, mails
from sidecar.store import on_behalf as kept
from sidecar.store.accused import accused
from sidecar.store.cases import case_reports
from sidecar.store.people import people
from sidecar.store.reports import reports
from sidecar.store.search import of_people, search_keys
from sidecar.store.visible import visible

_MOST: Final = 10
_WORDS: Final = 4
_LATEST: Final = func.max(reports.c.received_at)


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody whom a report has named.

    Attributes:
        open: their open cases that the asking person may see.
        facts: what the LMS said last, if it was asked.
        bounced: whether the last mail to their address was refused.
    """

    site_id: str
    person_id: str
    name: str
    phone: str
    email: str
    role: str
    seen_at: datetime
    open: Sequence[Case]
    facts: Facts | None
    bounced: bool


def is_identity(asked: str) -> bool:
    """Whether that may be a national ID or iqama."""
    return number_of(asked) is not None


def find(runtime: Runtime, viewer: Viewer, asked: str, *, by_identity: bool = False) -> list[Known]:
    """The people of a telephone, a reference or a name's beginning; who was here last first.

    Args:
        by_identity: also those of a national ID.
    """
    number = number_of(asked) if by_identity else None
    with runtime.db.read() as conn:
        found = list(_people(conn, viewer, asked))
        if number is not None and runtime.id_key:
            # The number itself is compared by its keyed hash, and kept nowhere.
            there = {(row.site_id, row.person_id) for row in found}
            key = number_key(runtime.id_key, number)
            for site_id, person_id in identities.holders(conn, [key]).get(key, ())[:_MOST]:
                row = _person(conn, viewer, site_id, person_id)
                if row is not None and (site_id, person_id) not in there:
                    found.append(row)
        return [_known(conn, viewer, row) for row in found]


def one(runtime: Runtime, viewer: Viewer, site_id: str, person_id: str) -> Known | None:
    """One of them."""
    with runtime.db.read() as conn:
        row = _person(conn, viewer, site_id, person_id)
        return _known(conn, viewer, row) if row else None


def _person(conn: Connection, viewer: Viewer, site_id: str, person_id: str) -> Any:
    query = _known_to(viewer).where(people.c.site_id == site_id, people.c.person_id == person_id)
    return conn.execute(query).one_or_none()


def _people(conn: Connection, viewer: Viewer, asked: str) -> Sequence[Any]:
    which = of_people(asked, _WORDS)
    if not which:
        return []
    query = _known_to(viewer)
    for condition in which:
        query = query.where(reports.c.key.in_(select(search_keys.c.report_key).where(condition)))
    return conn.execute(query.order_by(_LATEST.desc(), people.c.person_id).limit(_MOST)).all()


def _known_to(viewer: Viewer) -> Select[Any]:
    """People, and when they last wrote, by what this person may know: a confidential complaint that they may not
    read, or one about themselves, makes nobody known and nobody "just here" (P16)."""
    theirs = and_(reports.c.site_id == people.c.site_id, reports.c.reporter_id == people.c.person_id)
    columns = [column for column in people.c if column.name != "seen_at"]
    return (
        select(*columns, _LATEST.label("seen_at"))
        .join(reports, theirs)
        .where(reports.c.key.not_in(_secret(viewer)))
        .group_by(people.c.site_id, people.c.person_id)
    )


def _secret(viewer: Viewer) -> Select[Any]:
    """The reports of which this person may not know."""
    about_me = select(accused.c.case_id).where(accused.c.key.in_(sorted(viewer.keys)))
    closed = or_(cases.cases.c.id.in_(about_me), and_(cases.cases.c.confidential, ~visible(viewer)))
    return select(case_reports.c.report_key).join(cases.cases, cases.cases.c.id == case_reports.c.case_id).where(closed)


def _known(conn: Connection, viewer: Viewer, row: Any) -> Known:
    theirs = and_(reports.c.site_id == row.site_id, reports.c.reporter_id == row.person_id)
    numbers = select(case_reports.c.case_id).join(reports, reports.c.key == case_reports.c.report_key).where(theirs)
    query = select(cases.cases).where(
        cases.cases.c.id.in_(numbers), cases.cases.c.state.in_(OPEN_STATES), visible(viewer)
    )
    newest = (
        select(reports.c.key)
        .where(theirs, reports.c.key.not_in(_secret(viewer)))
        .order_by(reports.c.received_at.desc())
        .limit(1)
    )
    key: uuid.UUID | None = conn.scalar(newest)
    return Known(
        site_id=row.site_id, person_id=row.person_id, name=row.name, phone=row.phone or "", email=row.email or "",
        role=row.role, seen_at=row.seen_at,
        open=[cases.from_row(one) for one in conn.execute(query.order_by(cases.cases.c.id.desc()).limit(_MOST))],
        facts=facts.get(conn, key)[1] if key else None,
        bounced=bool(row.email) and mails.bounced(conn, row.email),
    )  # fmt: skip


def report_in(runtime: Runtime, known: Known, case_id: int) -> uuid.UUID | None:
    """Somebody's report that stands in one of their open cases, the latest; None where it is none of those."""
    if case_id not in {case.id for case in known.open}:
        return None
    query = (
        select(reports.c.key)
        .join(case_reports, case_reports.c.report_key == reports.c.key)
        .where(
            case_reports.c.case_id == case_id, reports.c.site_id == known.site_id,
            reports.c.reporter_id == known.person_id,
        )
        .order_by(reports.c.received_at.desc())
        .limit(1)
    )  # fmt: skip
    with runtime.db.read() as conn:
        found: uuid.UUID | None = conn.scalar(query)
        return found


def logged(runtime: Runtime, viewer: Viewer, report_key: uuid.UUID) -> None:
    """Keep who wrote a report for somebody else: a row in the audit of reports, beside its case."""
    with runtime.db.write() as conn:
        kept.note(conn, report_key, viewer.key, runtime.clock())
