"""What trainees sent for their certificates, field by field, until a trainer confirms it. Never a national id."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, Index, String, Table, Uuid, insert, select, update
from sqlalchemy.engine import Connection, Row

from sidecar.store.base import UtcTime, chosen, metadata, numbered
from sidecar.store.roster import Course

FIELDS: Final = ("name_ar", "name_en", "phone")
STATES: Final = ("sent", "confirmed", "refused", "replaced")

sent_data = Table(
    "sent_data",
    metadata,
    numbered(),
    Column("site_id", String(64), nullable=False),
    Column("course_id", String(64), nullable=False),
    Column("person_id", String(64), nullable=False),
    chosen("field", FIELDS),
    Column("value", String(300), nullable=False),
    chosen("state", STATES),
    Column("report_key", Uuid, nullable=False),  # the report by which the case got it
    Column("sent_at", UtcTime, nullable=False),
    Column("judged_at", UtcTime),
    Column("judged_by", String(130)),
    Index("ix_sent_data_course", "site_id", "course_id", "state"),
)


def send(conn: Connection, course: Course, person_id: str, values: Mapping[str, str], report_key: Any, now: datetime,
         ) -> None:  # fmt: skip
    """Keep what a trainee sent; what nobody has judged yet of the same fields it replaces."""
    table = sent_data
    mine = (table.c.site_id == course[0], table.c.course_id == course[1], table.c.person_id == person_id)
    old = (*mine, table.c.field.in_(list(values)), table.c.state == "sent")
    conn.execute(update(table).where(*old).values(state="replaced", judged_at=now))
    same = {"site_id": course[0], "course_id": course[1], "person_id": person_id, "state": "sent", "sent_at": now}
    rows = [{**same, "field": field, "value": value, "report_key": report_key} for field, value in values.items()]
    conn.execute(insert(table), rows)


def known(conn: Connection, report_key: Any) -> bool:
    """Whether this very form was kept already."""
    return conn.scalar(select(sent_data.c.id).where(sent_data.c.report_key == report_key).limit(1)) is not None


def of_person(conn: Connection, course: Course, person_id: str) -> Sequence[Row[Any]]:
    """What a trainee sent and nothing has replaced, the latest first."""
    table = sent_data
    mine = (table.c.site_id == course[0], table.c.course_id == course[1], table.c.person_id == person_id)
    return conn.execute(select(table).where(*mine, table.c.state != "replaced").order_by(table.c.id.desc())).all()


def waiting(conn: Connection, course: Course, person_ids: Collection[str]) -> dict[str, list[Row[Any]]]:
    """What waits for the trainer, by person."""
    table = sent_data
    which = (table.c.site_id == course[0], table.c.course_id == course[1], table.c.state == "sent")
    found: dict[str, list[Row[Any]]] = {}
    for row in conn.execute(select(table).where(*which).order_by(table.c.id)):
        if row.person_id in person_ids:
            found.setdefault(row.person_id, []).append(row)
    return found


def judge(conn: Connection, course: Course, ids: Collection[int], state: str, by: str, now: datetime) -> list[Row[Any]]:
    """Say of these, as far as they wait, whether they are right; returns them."""
    table = sent_data
    which = (table.c.site_id == course[0], table.c.course_id == course[1], table.c.state == "sent")
    done = update(table).where(*which, table.c.id.in_(list(ids))).values(state=state, judged_at=now, judged_by=by)
    return list(conn.execute(done.returning(table)).all())
