"""Imports of registers' exports, kept for ever, with their rows. A row counts when its import has been taken over.

Rows are written while an export is read, and nobody sees them; taking over is one small update of the import. So an
export of 200 000 rows is taken over at once or not at all, and holds up no writer meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    and_,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.engine import Connection, Row

from sidecar.domain.registry import MANAR, NELC, RegistryState
from sidecar.store.base import Json, Number, UtcTime, chosen, metadata, numbered
from sidecar.store.database import Database
from sidecar.store.timetable import rosters

_A_TRANSACTION: Final = 5000  # rows that are deleted at once
STATES: Final = ("uploaded", "read", "taken", "undone", "dropped")
LOST: Final = ("course", "nobody", "several", "number")
"""Why nobody was found for a row."""
MATCHED: Final = ("id", "name", "course", "nobody", "several", "number", "identical")

registry_imports = Table(
    "registry_imports",
    metadata,
    numbered(),
    chosen("source", (MANAR, NELC)),
    chosen("state", STATES),
    Column("file_name", String(200), nullable=False),
    Column("digest", String(64), nullable=False),  # SHA-256 of the file
    Column("size", Integer, nullable=False),
    Column("choice", Json, nullable=False),  # encoding, delimiter, columns, course: as they were chosen
    Column("counts", Json, nullable=False),
    Column("lists_everybody", Boolean, nullable=False),  # of its courses: who is not in it was not submitted
    Column("uploaded_at", UtcTime, nullable=False),
    Column("uploaded_by", String(130), nullable=False),
    Column("taken_at", UtcTime),
    Column("taken_by", String(130)),
    Column("undone_at", UtcTime),
    Column("undone_by", String(130)),
    Index("ix_registry_imports_digest", "source", "digest"),
)

registry_rows = Table(
    "registry_rows",
    metadata,
    Column("import_id", Number, ForeignKey("registry_imports.id"), primary_key=True),
    Column("row", Integer, primary_key=True),
    Column("number_key", String(64)),
    Column("number_end", String(2), nullable=False),
    Column("name", String(300), nullable=False),
    Column("name_key", String(300), nullable=False),
    Column("course", String(300), nullable=False),
    Column("course_key", String(300), nullable=False),
    chosen("state", RegistryState),
    Column("reason", String(300), nullable=False),
    Column("as_of", UtcTime),
    # When it was read: by what somebody was found, or why nobody was.
    chosen("matched", MATCHED),
    Column("site_id", String(64)),
    Column("person_id", String(64)),
    Column("course_id", String(64)),
    Index("ix_registry_rows_number", "number_key"),
    Index("ix_registry_rows_name", "name_key"),
    Index("ix_registry_rows_course", "import_id", "course_key"),
    Index("ix_registry_rows_matched", "import_id", "matched", "row"),
)


def begin(conn: Connection, values: Mapping[str, Any]) -> int:
    """Keep that a file was uploaded; returns the import's number."""
    row = {"state": "uploaded", "counts": {}, "lists_everybody": False, **values}
    return int(conn.execute(insert(registry_imports).values(row).returning(registry_imports.c.id)).scalar_one())


def get(conn: Connection, number: int) -> Row[Any] | None:
    """One import."""
    return conn.execute(select(registry_imports).where(registry_imports.c.id == number)).one_or_none()


def change(conn: Connection, number: int, was: Sequence[str], **values: Any) -> bool:
    """Change an import that is in one of these states; False when it no longer is."""
    which = and_(registry_imports.c.id == number, registry_imports.c.state.in_(was))
    return conn.execute(update(registry_imports).where(which).values(values)).rowcount == 1


def lock(conn: Connection) -> None:
    """Hold all imports until the transaction ends: two who take the same file over at once take it over once."""
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql("SELECT pg_advisory_xact_lock(7350267)")


def standing(conn: Connection, source: str, digest: str) -> Row[Any] | None:
    """The import of the very same file that has been taken over and not undone."""
    i = registry_imports.c
    query = select(registry_imports).where(i.source == source, i.digest == digest, i.state == "taken")
    return conn.execute(query.order_by(i.id.desc()).limit(1)).one_or_none()


def last(conn: Connection, source: str) -> Row[Any] | None:
    """The import that was taken over last."""
    i = registry_imports.c
    query = select(registry_imports).where(i.source == source, i.state == "taken")
    return conn.execute(query.order_by(i.taken_at.desc(), i.id.desc()).limit(1)).one_or_none()


def newest(row: Any) -> datetime | None:
    """The newest date among an import's rows; None where they have none, or it was read before that was noted."""
    said = row.counts.get("newest")
    return datetime.fromisoformat(said) if said else None


def told_at(row: Any) -> datetime:
    """How old the word of an import is that was taken over: its rows' newest date, else when it was taken over."""
    taken: datetime = row.taken_at
    return min(newest(row) or taken, taken)  # a date to come is a slip of the pen


def told_of(conn: Connection, numbers: Collection[int]) -> dict[int, datetime]:
    """The same of several imports."""
    if not numbers:
        return {}
    query = select(registry_imports).where(registry_imports.c.id.in_(sorted(numbers)))
    return {row.id: told_at(row) for row in conn.execute(query)}


def changed_at(conn: Connection) -> datetime | None:
    """When an import was last taken over or undone: what was judged before may be otherwise now."""
    i = registry_imports.c
    query = select(func.max(i.taken_at, type_=UtcTime()), func.max(i.undone_at, type_=UtcTime()))
    return max((at for at in conn.execute(query).one() if at is not None), default=None)


def lately(conn: Connection, limit: int = 100) -> Sequence[Row[Any]]:
    """The imports that were taken over, undone ones too; the latest first."""
    i = registry_imports.c
    query = select(registry_imports).where(i.state.in_(("taken", "undone")))
    return conn.execute(query.order_by(i.id.desc()).limit(limit)).all()


def put_rows(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows of an export that is being read."""
    if rows:
        conn.execute(insert(registry_rows), list(rows))


def forget_rows(conn: Connection, number: int, most: int) -> int:
    """Delete some rows of an import that was not taken over; returns how many."""
    first = select(registry_rows.c.row).where(registry_rows.c.import_id == number).limit(most)
    which = and_(registry_rows.c.import_id == number, registry_rows.c.row.in_(first.scalar_subquery()))
    return conn.execute(delete(registry_rows).where(which)).rowcount


def drop_rows(db: Database, number: int) -> None:
    """Delete the rows of an import that was not taken over, some a transaction."""
    while True:
        with db.write() as conn:
            if not forget_rows(conn, number, _A_TRANSACTION):
                return


def take_out(conn: Connection, number: int, rows: Sequence[int]) -> None:
    """Delete these rows of an import that was not taken over."""
    for start in range(0, len(rows), _A_TRANSACTION):
        which = registry_rows.c.row.in_(list(rows[start : start + _A_TRANSACTION]))
        conn.execute(delete(registry_rows).where(registry_rows.c.import_id == number, which))


def unfinished(conn: Connection, before: datetime) -> list[int]:
    """Imports that were uploaded so long ago and never taken over, or dropped while rows of theirs stand."""
    i = registry_imports.c
    old = select(i.id).where(i.state.in_(("uploaded", "read")), i.uploaded_at < before)
    has = select(registry_rows.c.import_id).join(registry_imports, i.id == registry_rows.c.import_id)
    dropped = has.where(i.state == "dropped").distinct()
    return sorted({*conn.scalars(old), *conn.scalars(dropped)})


def by_match(conn: Connection, number: int) -> dict[str, int]:
    """How many rows were matched by what, or why not."""
    r = registry_rows.c
    query = select(r.matched, func.count()).where(r.import_id == number).group_by(r.matched)
    return {row.matched: int(row[1]) for row in conn.execute(query)}


def by_state(conn: Connection, number: int) -> dict[str, int]:
    """How many rows say what."""
    r = registry_rows.c
    query = select(r.state, func.count()).where(r.import_id == number).group_by(r.state)
    return {row.state: int(row[1]) for row in conn.execute(query)}


def lost(conn: Connection, number: int, limit: int) -> Sequence[Row[Any]]:
    """Rows for whom nobody was found, in the file's order."""
    r = registry_rows.c
    query = select(registry_rows).where(r.import_id == number, r.matched.in_(LOST))
    return conn.execute(query.order_by(r.row).limit(limit)).all()


def found(conn: Connection, number: int, limit: int) -> Sequence[Row[Any]]:
    """Rows for whom somebody was found, with the name on the course's roster."""
    r, known = registry_rows.c, rosters.c
    same = and_(
        known.site_id == r.site_id, known.course_id == r.course_id, known.person_id == r.person_id,
        known.role == "trainee",
    )  # fmt: skip
    query = select(registry_rows, known.name.label("known")).outerjoin(rosters, same)
    which = and_(r.import_id == number, r.matched.in_(("id", "name")))
    return conn.execute(query.where(which).order_by(r.row).limit(limit)).all()


def saying(conn: Connection, source: str, numbers: Sequence[str], names: Sequence[str]) -> Sequence[Row[Any]]:
    """What the imports that were taken over say of people with these numbers or names; the latest import first."""
    r, i = registry_rows.c, registry_imports.c
    columns = [r.import_id, r.row, r.number_key, r.name_key, r.course_key, r.state, r.reason, r.as_of, i.taken_at,
               r.matched, r.site_id, r.course_id]  # fmt: skip
    query = (
        select(*columns)
        .join(registry_imports, i.id == r.import_id)
        .where(i.source == source, i.state == "taken", r.matched != "identical")
        .where(r.number_key.in_(list(numbers)) | r.name_key.in_(list(names)))
    )
    return conn.execute(query.order_by(i.taken_at.desc(), i.id.desc(), r.row.desc())).all()


OLD_DRAFT: Final = timedelta(hours=2)
"""An export that was not taken over by then is dropped, and its file deleted."""
