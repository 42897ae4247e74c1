"""Names and passwords of people without an LMS account, and the tries that are counted against guessing."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, and_, delete, func, insert, select, update
from sqlalchemy.engine import Connection, Row

from sidecar.store import staff
from sidecar.store.base import Json, UtcTime, metadata, numbered, upserting
from sidecar.store.logins import logins

credentials = Table(
    "credentials",
    metadata,
    Column("staff_key", String(130), ForeignKey("staff.key"), primary_key=True),
    Column("username", String(64), nullable=False, unique=True),  # folded
    Column("password_hash", String(255), nullable=False),
    Column("must_change", Boolean, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
)

failed_tries = Table(
    "failed_tries",
    metadata,
    numbered(),
    Column("bucket", String(64), nullable=False),  # a keyed hash: of a name, or of an address
    Column("at", UtcTime, nullable=False),
    Index("ix_failed_tries_bucket", "bucket", "at"),
)

staff_changes = Table(
    "staff_changes",
    metadata,
    numbered(),
    Column("staff_key", String(130), nullable=False, index=True),
    Column("at", UtcTime, nullable=False),
    Column("by", String(130), nullable=False),
    Column("what", String(32), nullable=False),
    Column("data", Json, nullable=False),  # names of fields, roles before and after; never a password
)


_HASHER: Final = PasswordHasher()
# Compared where there is no such account, so that nobody learns from the time it takes which names exist.
_NOBODYS: Final = _HASHER.hash(secrets.token_urlsafe(16))
InThread = Callable[[Callable[[], Any]], Any]


def here(work: Callable[[], Any]) -> Any:
    """In this very thread; a process of greenlets hands a hash, which takes long on purpose, to a real one."""
    return work()


def hashed(password: str) -> str:
    """A password as it is kept (argon2id)."""
    return _HASHER.hash(password)


def is_old(password_hash: str) -> bool:
    """Whether a hash was made with weaker settings than today's."""
    return _HASHER.check_needs_rehash(password_hash)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether it is the password; takes as long where there is none."""
    try:
        return _HASHER.verify(password_hash or _NOBODYS, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def of_username(conn: Connection, username: str) -> Row[Any] | None:
    """An account by the name that somebody typed, folded."""
    return conn.execute(select(credentials).where(credentials.c.username == username)).one_or_none()


def of_person(conn: Connection, key: str) -> Row[Any] | None:
    """An account by whose it is."""
    return conn.execute(select(credentials).where(credentials.c.staff_key == key)).one_or_none()


def usernames(conn: Connection) -> dict[str, str]:
    """The name of every account, by whose it is."""
    return {row.staff_key: row.username for row in conn.execute(select(credentials))}


def put(conn: Connection, key: str, username: str, password_hash: str, now: datetime, *, must_change: bool) -> None:
    """Give somebody a name and a password, in place of those before."""
    row = {"staff_key": key, "username": username, "password_hash": password_hash, "must_change": must_change,
           "changed_at": now}  # fmt: skip
    new = upserting(conn, credentials)
    kept = {name: new.excluded[name] for name in row if name != "staff_key"}
    conn.execute(new.on_conflict_do_update(index_elements=["staff_key"], set_=kept), row)


def rehashed(conn: Connection, key: str, password_hash: str) -> None:
    """Keep the same password under a newer hash."""
    conn.execute(update(credentials).where(credentials.c.staff_key == key).values(password_hash=password_hash))


def failed(conn: Connection, buckets: Collection[str], now: datetime) -> None:
    """Count a try as failed, until it is `forgiven`."""
    conn.execute(insert(failed_tries), [{"bucket": bucket, "at": now} for bucket in buckets])


def forgiven(conn: Connection, bucket: str, *, at: datetime | None = None) -> None:
    """Who got in has not guessed: their tries count no more, or only those of one moment."""
    which = failed_tries.c.bucket == bucket
    if at is not None:
        which = and_(which, failed_tries.c.at == at)
    conn.execute(delete(failed_tries).where(which))


def tries(conn: Connection, bucket: str, since: datetime) -> tuple[int, datetime | None]:
    """How many tries failed since, and when the first of them did."""
    query = select(func.count(), func.min(failed_tries.c.at))
    count, first = conn.execute(query.where(failed_tries.c.bucket == bucket, failed_tries.c.at >= since)).one()
    return count, first


def tidy(conn: Connection, before: datetime) -> None:
    """Forget tries that count no more."""
    conn.execute(delete(failed_tries).where(failed_tries.c.at < before))


def end_logins(conn: Connection, key: str, *, but: str | None = None) -> int:
    """End everything that somebody is signed in to, except for one login; returns how many ended."""
    site_id, _, person_id = key.partition(":")
    which = and_(logins.c.site_id == site_id, logins.c.person_id == person_id)
    if but is not None:
        which = and_(which, logins.c.id != but)
    return conn.execute(delete(logins).where(which)).rowcount


def changed(conn: Connection, key: str, by: str, what: str, data: Mapping[str, Any], now: datetime) -> None:
    """Keep that somebody's account was changed."""
    row = {"staff_key": key, "at": now, "by": by, "what": what, "data": dict(data)}
    conn.execute(insert(staff_changes), row)


def changes(conn: Connection, key: str) -> list[Row[Any]]:
    """What was changed of somebody's account, the latest first."""
    query = select(staff_changes).where(staff_changes.c.staff_key == key)
    return list(conn.execute(query.order_by(staff_changes.c.id.desc()).limit(50)))


def is_local(key: str) -> bool:
    """Whether a key is of somebody who signs in here."""
    return key.startswith(f"{staff.LOCAL}:")
