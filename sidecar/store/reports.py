"""Reports and what their senders added afterwards: append-only rows."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint, Uuid, select, text
from sqlalchemy.engine import Connection, Row

from sidecar.domain.report import (
    About,
    Activity,
    Channel,
    ContactPreference,
    Course,
    Gap,
    Kind,
    Page,
    Place,
    Report,
    Reporter,
    Role,
    SessionRef,
    Symptom,
)
from sidecar.store.base import Json, UtcTime, chosen, insert_ignoring, metadata

_NO_ID = text("reporter_id IS NULL")

reports = Table(
    "reports",
    metadata,
    Column("key", Uuid, primary_key=True),  # report_key(site_id, id)
    Column("site_id", String(64), nullable=False),
    Column("id", Uuid, nullable=False),
    Column("reference", String(10), nullable=False),
    Column("sender", String(300), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    # Which intake attempt wrote the row: tells a batch what it inserted from what was there (executemany returns none).
    Column("attempt", Uuid, nullable=False),
    chosen("kind", Kind),
    chosen("symptom", Symptom, nullable=True),
    Column("category", String(64)),
    chosen("channel", Channel),
    Column("locale", String(16), nullable=False),
    Column("reporter_id", String(64)),
    chosen("reporter_role", Role),
    Column("course_id", String(64)),
    Column("activity_id", String(64)),
    Column("group_id", String(64)),
    Column("incident_key", String(255)),
    Column("occurred_at", UtcTime, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("body", Json, nullable=False),  # what is read only with the whole report: names, text, diagnostics
    UniqueConstraint("site_id", "reference"),
    Index("ix_reports_incident", "incident_key", "received_at", "sender"),
    Index("ix_reports_reporter", "site_id", "reporter_id", "received_at"),
    Index("ix_reports_activity", "site_id", "activity_id", "received_at"),
    Index("ix_reports_received", "received_at"),
    # Who has no account is known by what they wrote of themselves; the others are found by their id.
    Index("ix_reports_visitor", "site_id", "sender", "received_at", postgresql_where=_NO_ID, sqlite_where=_NO_ID),
)

additions = Table(
    "additions",
    metadata,
    Column("key", Uuid, primary_key=True),
    Column("report_key", Uuid, ForeignKey("reports.key"), nullable=False, index=True),
    Column("id", Uuid, nullable=False),
    Column("text", Text, nullable=False),
    Column("diagnostics", Json, nullable=False),
    Column("works", Boolean),  # whether it works again, where the sender was asked
    Column("received_at", UtcTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Addition:
    """What was added to a report; it never changes either."""

    key: uuid.UUID
    report_key: uuid.UUID
    id: uuid.UUID
    text: str
    diagnostics: Mapping[str, Any]
    received_at: datetime
    works: bool | None = None


def row_of(report: Report, *, reference: str, incident_key: str | None, attempt: uuid.UUID) -> dict[str, Any]:
    """A report as a row."""
    place = report.place
    return {
        "key": report.key,
        "site_id": report.site_id,
        "id": report.id,
        "reference": reference,
        "sender": report.sender,
        "fingerprint": report.fingerprint(),
        "attempt": attempt,
        "kind": report.kind,
        "symptom": report.symptom,
        "category": report.category,
        "channel": report.channel,
        "locale": report.locale,
        "reporter_id": report.reporter.id,
        "reporter_role": report.reporter.role,
        "course_id": place.course.id if place.course else None,
        "activity_id": place.activity.id if place.activity else None,
        "group_id": place.group,
        "incident_key": incident_key,
        "occurred_at": report.occurred_at,
        "received_at": report.received_at,
        "body": _body(report),
    }


def _body(report: Report) -> dict[str, Any]:
    place, who = report.place, report.reporter
    session = place.session
    return {
        "text": report.text,
        "name": who.name,
        "email": who.email,
        "phone": who.phone,
        "contact_preference": who.contact_preference,
        "about": [report.about.id, report.about.role] if report.about else None,
        "page": place.page,
        "course": [place.course.idnumber, place.course.name] if place.course else None,
        "activity": [place.activity.module, place.activity.name] if place.activity else None,
        "session": [
            session.key,
            session.starts_at.isoformat() if session.starts_at else None,
            session.ends_at.isoformat() if session.ends_at else None,
            session.meeting,
        ]
        if session
        else None,
        "affected": report.affected,
        "action_taken": report.action_taken,
        "ended_at": report.ended_at.isoformat() if report.ended_at else None,
        "remedy_sought": report.remedy_sought,
        "gaps": sorted(report.gaps),
        "diagnostics": dict(report.diagnostics),
    }


def from_row(row: Row[Any]) -> Report:
    """A row as the report it was."""
    body = row.body
    return Report(
        site_id=row.site_id,
        id=row.id,
        kind=Kind(row.kind),
        locale=row.locale,
        channel=Channel(row.channel),
        reporter=Reporter(
            id=row.reporter_id,
            role=Role(row.reporter_role),
            name=body["name"],
            email=body["email"],
            phone=body["phone"],
            contact_preference=ContactPreference(body["contact_preference"]) if body["contact_preference"] else None,
        ),
        place=_place(row, body),
        occurred_at=row.occurred_at,
        received_at=row.received_at,
        symptom=Symptom(row.symptom) if row.symptom else None,
        category=row.category,
        text=body["text"],
        about=About(body["about"][0], Role(body["about"][1])) if body["about"] else None,
        affected=body["affected"],
        action_taken=body["action_taken"],
        ended_at=_time(body["ended_at"]),
        remedy_sought=body["remedy_sought"],
        gaps=frozenset(Gap(gap) for gap in body["gaps"]),
        diagnostics=body["diagnostics"],
    )


def _place(row: Row[Any], body: Mapping[str, Any]) -> Place:
    session = body["session"]
    return Place(
        page=Page(body["page"]),
        course=Course(row.course_id, *body["course"]) if row.course_id else None,
        activity=Activity(row.activity_id, *body["activity"]) if row.activity_id else None,
        group=row.group_id,
        session=SessionRef(session[0], _time(session[1]), _time(session[2]), session[3]) if session else None,
    )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def load(conn: Connection, keys: Sequence[uuid.UUID]) -> dict[uuid.UUID, Report]:
    """The named reports; an unknown key is absent."""
    return {row.key: from_row(row) for row in conn.execute(select(reports).where(reports.c.key.in_(keys)))}


def references(conn: Connection, keys: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The references of the named reports, ungrouped."""
    if not keys:
        return {}
    found = conn.execute(select(reports.c.key, reports.c.reference).where(reports.c.key.in_(keys)))
    return {row.key: row.reference for row in found}


def lock(conn: Connection, key: uuid.UUID) -> None:
    """Nobody else adds files to a report before this transaction ends: they are counted, then put."""
    conn.execute(select(reports.c.key).where(reports.c.key == key).with_for_update(key_share=True))


def put_addition(conn: Connection, addition: Addition) -> tuple[Addition, bool]:
    """Store what was added, once; returns what is stored, and whether this call stored it."""
    new = {name: getattr(addition, name) for name in Addition.__slots__}
    # RETURNING rather than rowcount, which an INSERT does not tell on PostgreSQL.
    stored_now = (
        conn.execute(insert_ignoring(conn, additions).returning(additions.c.key), new).one_or_none() is not None
    )
    row = conn.execute(select(additions).where(additions.c.key == addition.key)).one()
    return _addition(row), stored_now


def load_additions(conn: Connection, keys: Sequence[uuid.UUID]) -> list[Addition]:
    """The named additions, oldest first."""
    query = select(additions).where(additions.c.key.in_(keys)).order_by(additions.c.received_at, additions.c.key)
    return [_addition(row) for row in conn.execute(query)]


def additions_of(conn: Connection, *report_keys: uuid.UUID) -> list[Addition]:
    """What the senders of reports added to them, oldest first."""
    query = select(additions).where(additions.c.report_key.in_(report_keys))
    return [_addition(row) for row in conn.execute(query.order_by(additions.c.received_at, additions.c.key))]


def _addition(row: Row[Any]) -> Addition:
    return Addition(row.key, row.report_key, row.id, row.text, row.diagnostics, row.received_at, row.works)


def names_course(conn: Connection, site_id: str, person_id: str, course_id: str) -> bool:
    """Whether a report of this person was made in that course."""
    r = reports.c
    made = select(r.key).where(r.site_id == site_id, r.reporter_id == person_id, r.course_id == course_id).limit(1)
    return conn.scalar(made) is not None
