"""What is kept of a live room beside its cases: its backup link, its alerts, its summary, and the minutes it cost."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, Index, Integer, String, Table, func, select, update
from sqlalchemy.engine import Connection, Row

from sidecar.store.base import Json, UtcTime, chosen, insert_ignoring, metadata, upserting

COURSE: Final = "-"  # the session of a link that is kept for the whole course
EVERY_GROUP: Final = "-"  # as in a room's key

backup_links = Table(
    "backup_links",
    metadata,
    Column("site_id", String(64), primary_key=True),
    Column("course_id", String(64), primary_key=True),
    Column("group_id", String(64), primary_key=True),  # or `EVERY_GROUP`
    Column("session_key", String(200), primary_key=True),
    Column("url", String(1000), nullable=False),
    Column("kept_by", String(130), nullable=False),
    Column("kept_at", UtcTime, nullable=False),
)

session_alerts = Table(
    "session_alerts",
    metadata,
    Column("site_id", String(64), primary_key=True),
    Column("session_key", String(200), primary_key=True),
    chosen("cause", ("no_manager",), primary_key=True),
    Column("tell", String(130), nullable=False),
    Column("raised_at", UtcTime, nullable=False),
    Column("over_at", UtcTime),  # when what it warned of was mended
    Index("ix_session_alerts_raised", "raised_at"),
)

# Two groups may hold one session, each in a room of its own.
summaries = Table(
    "summaries",
    metadata,
    Column("site_id", String(64), primary_key=True),
    Column("session_key", String(200), primary_key=True),
    Column("room_key", String(255), primary_key=True),
    Column("course_id", String(64), nullable=False),
    Column("starts_at", UtcTime, nullable=False),
    Column("ends_at", UtcTime, nullable=False),
    Column("lines", Json, nullable=False),  # one for each incident: ids, codes, times and numbers
    Column("note", String(2000), nullable=False, default=""),
    Column("confirmed_by", String(130), nullable=False),
    Column("confirmed_at", UtcTime, nullable=False),
)

minutes_lost = Table(
    "minutes_lost",
    metadata,
    Column("site_id", String(64), primary_key=True),
    Column("session_key", String(200), primary_key=True),
    Column("room_key", String(255), primary_key=True),
    Column("person_id", String(64), primary_key=True),
    Column("course_id", String(64), nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("cases", Json, nullable=False),
    Column("starts_at", UtcTime, nullable=False),
    Index("ix_minutes_lost_person", "site_id", "course_id", "person_id"),
)


def keep_link(conn: Connection, values: Mapping[str, Any]) -> None:
    """Keep the backup room of a course or of one session, for one group or for every one."""
    new = upserting(conn, backup_links)
    told = {name: new.excluded[name] for name in ("url", "kept_by", "kept_at")}
    conn.execute(new.on_conflict_do_update(index_elements=list(backup_links.primary_key), set_=told), values)


def link_of(
    conn: Connection, site_id: str, course_id: str, group_id: str | None, session_key: str | None
) -> Row[Any] | None:
    """The backup room: of the group its session's own, else its course's; else what is kept for every group."""
    groups = [group_id, EVERY_GROUP] if group_id else [EVERY_GROUP]
    keys = [session_key, COURSE] if session_key else [COURSE]
    table = backup_links
    of_course = (table.c.site_id == site_id, table.c.course_id == course_id)
    query = select(table).where(*of_course, table.c.group_id.in_(groups), table.c.session_key.in_(keys))
    found = {(row.group_id, row.session_key): row for row in conn.execute(query)}
    wanted = [(group, key) for group in groups for key in keys]
    return next((found[one] for one in wanted if one in found), None)


def raise_alert(conn: Connection, values: Mapping[str, Any]) -> bool:
    """Raise an alert about a session once, and again when it was over; False when it stands already."""
    table, new = session_alerts, upserting(conn, session_alerts)
    told = {name: new.excluded[name] for name in ("tell", "raised_at", "over_at")}
    raised = new.on_conflict_do_update(
        index_elements=list(table.primary_key), set_=told, where=table.c.over_at.is_not(None)
    )
    return conn.execute(raised.returning(table.c.session_key), values).one_or_none() is not None


def alert_over(conn: Connection, site_id: str, session_keys: Collection[str], cause: str, now: datetime) -> int:
    """What an alert warned of was mended; returns how many that was news to."""
    table = session_alerts
    which = (table.c.site_id == site_id, table.c.session_key.in_(list(session_keys)), table.c.cause == cause)
    return conn.execute(update(table).where(*which, table.c.over_at.is_(None)).values(over_at=now)).rowcount


def standing_alerts(conn: Connection, since: datetime) -> Sequence[Row[Any]]:
    """Alerts raised since that nothing has mended."""
    table = session_alerts
    return conn.execute(select(table).where(table.c.raised_at >= since, table.c.over_at.is_(None))).all()


def confirm(conn: Connection, values: Mapping[str, Any], lost: Sequence[Mapping[str, Any]]) -> bool:
    """Keep a room's summary of a session, once; False when it was confirmed already."""
    new = insert_ignoring(conn, summaries).returning(summaries.c.session_key)
    if conn.execute(new, values).one_or_none() is None:
        return False
    if lost:
        conn.execute(insert_ignoring(conn, minutes_lost), list(lost))
    return True


def summary_of(conn: Connection, site_id: str, session_key: str, room_key: str) -> Row[Any] | None:
    """A room's confirmed summary of a session."""
    table = summaries
    which = (table.c.site_id == site_id, table.c.session_key == session_key, table.c.room_key == room_key)
    return conn.execute(select(table).where(*which)).one_or_none()


def confirmed(conn: Connection, room_keys: Collection[str]) -> frozenset[tuple[str, str]]:
    """What is confirmed of these rooms: session and room keys."""
    query = select(summaries.c.session_key, summaries.c.room_key).where(summaries.c.room_key.in_(list(room_keys)))
    return frozenset((row.session_key, row.room_key) for row in conn.execute(query))


def lost_by(conn: Connection, site_id: str, course_id: str, person_id: str) -> list[dict[str, Any]]:
    """The minutes that rooms cost a person in a course, by session."""
    table = minutes_lost
    query = select(table).where(
        table.c.site_id == site_id, table.c.course_id == course_id, table.c.person_id == person_id
    )
    return [dict(row) for row in conn.execute(query.order_by(table.c.starts_at, table.c.room_key)).mappings()]


def lost_in(conn: Connection, site_id: str, course_id: str) -> dict[str, int]:
    """The minutes that rooms cost each person in a course, all sessions together."""
    table = minutes_lost
    query = select(table.c.person_id, func.sum(table.c.minutes)).where(
        table.c.site_id == site_id, table.c.course_id == course_id
    )
    return {person: int(minutes) for person, minutes in conn.execute(query.group_by(table.c.person_id))}
