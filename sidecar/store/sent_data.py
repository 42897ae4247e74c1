"""What trainees sent for their certificates, field by field, until a trainer confirms it.

Of a national ID the row shows the last two digits; the number is sealed beside them until it is written or refused.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, Index, Select, String, Table, Text, Uuid, and_, func, insert, or_, select, true, update
from sqlalchemy.engine import Connection, Row

from sidecar.domain.access import Groups
from sidecar.store.base import UtcTime, chosen, metadata, numbered
from sidecar.store.roster import Course, of_groups, roster_people

FIELDS: Final = ("name_ar", "name_en", "phone", "national_id")
STATES: Final = ("sent", "confirmed", "refused", "replaced")
# Of what the site lets us write: it waits for that; it is done; it was there already; the LMS would not have it, or it
# did not stand there afterwards; a later answer of the same person took its place.
WRITINGS: Final = ("wanted", "written", "stood", "refused", "overtaken")

sent_data = Table(
    "sent_data",
    metadata,
    numbered(),
    Column("site_id", String(64), nullable=False),
    Column("course_id", String(64), nullable=False),
    Column("person_id", String(64), nullable=False),
    chosen("field", FIELDS),
    Column("value", String(300), nullable=False),
    Column("sealed", Text),
    chosen("state", STATES),
    Column("report_key", Uuid, nullable=False),  # the report by which the case got it
    # The form that it came by, and a keyed digest of all that the form said: what is sent again from it after "Back" is
    # the same, or is newer.
    Column("form", Uuid),
    Column("digest", String(64)),
    Column("sent_at", UtcTime, nullable=False),
    Column("judged_at", UtcTime),
    Column("judged_by", String(130)),
    chosen("writing", WRITINGS, nullable=True),  # None: a registrar enters it
    Column("before", String(300)),  # what the LMS held when it was last tried; None: nothing
    Column("tried_at", UtcTime),
    Column("settled_at", UtcTime),
    Column("code", String(64)),  # why it was refused
    Index("ix_sent_data_course", "site_id", "course_id", "state"),
    Index("ix_sent_data_person", "site_id", "person_id", "field"),
)


def send(conn: Connection, course: Course, person_id: str, values: Mapping[str, str], report_key: Any, now: datetime,
         *, sealed: Mapping[str, str] | None = None, form: Any = None, digest: str | None = None) -> None:  # fmt: skip
    """Keep what a trainee sent; what nobody has judged yet of the same fields it replaces.

    Args:
        sealed: by field, what must be read by nobody in between (`store/sealed`).
        form, digest: the form that it came by, and all that the form said, as a digest.
    """
    table = sent_data
    mine = (table.c.site_id == course[0], table.c.course_id == course[1], table.c.person_id == person_id)
    old = (*mine, table.c.field.in_(list(values)), table.c.state == "sent")
    conn.execute(update(table).where(*old).values(state="replaced", judged_at=now, sealed=None))
    same = {"site_id": course[0], "course_id": course[1], "person_id": person_id, "state": "sent", "sent_at": now}
    same |= {"form": form, "digest": digest}
    rows = [
        {**same, "field": field, "value": value, "report_key": report_key, "sealed": (sealed or {}).get(field)}
        for field, value in values.items()
    ]
    conn.execute(insert(table), rows)


def known(conn: Connection, report_key: Any) -> bool:
    """Whether something was sent by this report: it answers what was asked of its sender, and asks nothing itself."""
    return conn.scalar(select(sent_data.c.id).where(sent_data.c.report_key == report_key).limit(1)) is not None


def of_form(conn: Connection, course: Course, person_id: str, form: Any) -> tuple[int, str | None]:
    """How many answers one form has brought, and the digest of the last of them."""
    table = sent_data
    mine = (table.c.site_id == course[0], table.c.course_id == course[1], table.c.person_id == person_id)
    query = select(table.c.report_key, table.c.digest).where(*mine, table.c.form == form).order_by(table.c.id)
    rows = conn.execute(query).all()
    return len({row.report_key for row in rows}), rows[-1].digest if rows else None


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


def within(conn: Connection, course: Course, ids: Collection[int], people: Collection[str] | None) -> list[int]:
    """Those of these that are of the course, and sent by one of these people; None: by anybody."""
    table = sent_data
    which = (table.c.site_id == course[0], table.c.course_id == course[1], table.c.id.in_(list(ids)))
    rows = conn.execute(select(table.c.id, table.c.person_id).where(*which))
    return [row.id for row in rows if people is None or row.person_id in people]


def judge(conn: Connection, course: Course, ids: Collection[int], state: str, by: str, now: datetime) -> list[Row[Any]]:
    """Say of these, as far as they wait, whether they are right; returns them."""
    table = sent_data
    which = (table.c.site_id == course[0], table.c.course_id == course[1], table.c.state == "sent")
    new = {"state": state, "judged_at": now, "judged_by": by, **({} if state == "confirmed" else {"sealed": None})}
    done = update(table).where(*which, table.c.id.in_(list(ids))).values(new)
    return list(conn.execute(done.returning(table)).all())


def replaced(conn: Connection, ids: Collection[int]) -> bool:
    """Whether a later answer of the same person has taken the place of any of these."""
    table = sent_data
    which = (table.c.id.in_(list(ids)), table.c.state == "replaced")
    return conn.scalar(select(table.c.id).where(*which).limit(1)) is not None


def want_written(conn: Connection, ids: Collection[int]) -> None:
    """These are to be written to the LMS; the caller puts the steps."""
    conn.execute(update(sent_data).where(sent_data.c.id.in_(list(ids))).values(writing="wanted"))


def get(conn: Connection, row_id: int) -> Row[Any] | None:
    """One of them."""
    return conn.execute(select(sent_data).where(sent_data.c.id == row_id)).one_or_none()


def newest(conn: Connection, row: Row[Any]) -> Row[Any] | None:
    """The last confirmed answer to the same, in whichever course, where that is a later one: it is to stand."""
    table = sent_data
    same = (table.c.site_id == row.site_id, table.c.person_id == row.person_id, table.c.field == row.field)
    later = select(table).where(*same, table.c.state == "confirmed", table.c.id > row.id)
    return conn.execute(later.order_by(table.c.id.desc()).limit(1)).one_or_none()


def in_turn(conn: Connection, row: Row[Any]) -> None:
    """Nobody else judges or tries an answer to the same before this transaction ends; SQLite's writers never do."""
    table = sent_data
    same = (table.c.site_id == row.site_id, table.c.person_id == row.person_id, table.c.field == row.field)
    conn.execute(select(table.c.id).where(*same).order_by(table.c.id).with_for_update())


def tried_before(conn: Connection, row: Row[Any]) -> list[int]:
    """Earlier answers to the same that were tried, and of which nobody knows yet whether they stand."""
    table = sent_data
    same = (table.c.site_id == row.site_id, table.c.person_id == row.person_id, table.c.field == row.field)
    tried = (table.c.id < row.id, table.c.writing == "wanted", table.c.tried_at.is_not(None))
    return list(conn.scalars(select(table.c.id).where(*same, *tried)))


def trying(conn: Connection, row_id: int, before: str | None, now: datetime) -> None:
    """Keep what stands in the LMS, before anything is written there: afterwards nobody could tell."""
    conn.execute(update(sent_data).where(sent_data.c.id == row_id).values(before=before, tried_at=now))


def settle(conn: Connection, row_id: int, writing: str, code: str, now: datetime) -> None:
    """What became of writing it."""
    new = {"writing": writing, "code": code or None, "settled_at": now, "sealed": None}
    conn.execute(update(sent_data).where(sent_data.c.id == row_id).values(new))


def of_reports(conn: Connection, report_keys: Collection[Any]) -> Sequence[Row[Any]]:
    """All that was sent by these reports, oldest first, whatever became of it."""
    of = sent_data.c.report_key.in_(list(report_keys))
    return conn.execute(select(sent_data).where(of).order_by(sent_data.c.id)).all()


def who_waits(course: Course) -> Select[Any]:
    """A query for the ids of those of whom something waits for the trainer."""
    table = sent_data
    return select(table.c.person_id).where(
        table.c.site_id == course[0], table.c.course_id == course[1], table.c.state == "sent"
    )


def _on_the_roster() -> Any:
    """Whoever has left the course since is on no list where a trainer could say anything of it."""
    table, here = sent_data, roster_people
    return and_(
        here.c.site_id == table.c.site_id, here.c.course_id == table.c.course_id, here.c.person_id == table.c.person_id
    )


def waits_in(conn: Connection, courses: Mapping[Course, Groups]) -> dict[Course, int]:
    """Of how many people of these groups something waits for the trainer, by course; absent where nothing does."""
    table = sent_data
    which = [
        and_(table.c.site_id == key[0], table.c.course_id == key[1], true() if groups is None else of_groups(groups))
        for key, groups in sorted(courses.items(), key=lambda one: one[0])
    ]
    if not which:
        return {}
    people = func.count(table.c.person_id.distinct())
    query: Select[Any] = select(table.c.site_id, table.c.course_id, people.label("people"))
    query = query.join(roster_people, _on_the_roster()).where(table.c.state == "sent", or_(*which))
    query = query.group_by(table.c.site_id, table.c.course_id)
    return {(row.site_id, row.course_id): row.people for row in conn.execute(query)}


def waits_anywhere(conn: Connection) -> list[Course]:
    """Every course in which something waits for its trainers; that which waits longest first."""
    table = sent_data
    query: Select[Any] = select(table.c.site_id, table.c.course_id).join(roster_people, _on_the_roster())
    query = query.where(table.c.state == "sent").group_by(table.c.site_id, table.c.course_id)
    return [(row.site_id, row.course_id) for row in conn.execute(query.order_by(func.max(table.c.sent_at)))]


def waits_for(conn: Connection, course: Course, groups: Groups) -> tuple[int, datetime | None]:
    """Of how many people of these groups something waits, and since when the last of it."""
    table = sent_data
    which = (table.c.site_id == course[0], table.c.course_id == course[1], table.c.state == "sent")
    counted = select(func.count(table.c.person_id.distinct()), func.max(table.c.sent_at, type_=UtcTime()))
    query = counted.join(roster_people, _on_the_roster()).where(*which, true() if groups is None else of_groups(groups))
    people, last = conn.execute(query).one()
    return people, last


def unseal_none(conn: Connection, ids: Collection[int]) -> None:
    """Erase the sealed numbers of these: they are written nowhere."""
    conn.execute(update(sent_data).where(sent_data.c.id.in_(list(ids))).values(sealed=None))


def too_late(conn: Connection, before: datetime, now: datetime) -> int:
    """Erase sealed numbers that have waited since before a time, for a trainer or for the LMS; returns how many."""
    table = sent_data
    old = (table.c.sealed.is_not(None), table.c.sent_at < before)
    waits = update(table).where(*old, table.c.state == "sent").values(state="refused", judged_at=now, sealed=None)
    late = {"writing": "refused", "code": "too_late", "settled_at": now, "sealed": None}
    return conn.execute(waits).rowcount + conn.execute(update(table).where(*old).values(late)).rowcount
